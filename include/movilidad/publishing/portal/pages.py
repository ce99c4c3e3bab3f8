"""The list of all files of the portal."""

from collections.abc import Iterator
from datetime import datetime, time
from functools import partial

from movilidad.model.periods import TZ
from movilidad.model.series import SERIES
from movilidad.publishing.calendar import ahead
from movilidad.publishing.icalendar import as_icalendar
from movilidad.publishing.portal import machine
from movilidad.publishing.portal.content import (
    about,
    calendar_page,
    data_page,
    dictionary,
    methodology,
    quality,
    recruiters,
    search,
    series_page,
)
from movilidad.publishing.portal.frame import Site, assets, page
from movilidad.publishing.portal.platforms import platforms_page
from movilidad.publishing.portal.release_pages import home, issue_pages, releases_page, revisions_page
from movilidad.publishing.portal.site import Page
from movilidad.publishing.portal.table_pages import table_pages
from movilidad.publishing.portal.words import LANGUAGES, words

_PAGES = (
    ("publicaciones.html", "publicaciones.html.j2", releases_page),
    ("datos.html", "datos.html.j2", data_page),
    ("series.html", "series.html.j2", series_page),
    ("reclutadores.html", "reclutadores.html.j2", recruiters),
    ("plataformas.html", "plataformas.html.j2", platforms_page),
    ("calendario.html", "calendario.html.j2", calendar_page),
    ("metodologia.html", "metodologia.html.j2", methodology),
    ("calidad.html", "calidad.html.j2", quality),
    ("diccionario.html", "diccionario.html.j2", dictionary),
    ("revisiones.html", "revisiones.html.j2", revisions_page),
    ("acerca.html", "acerca.html.j2", about),
    ("buscar.html", "buscar.html.j2", search),
    ("index.html", "inicio.html.j2", home),  # last: what it links to is there
)


def all_pages(site: Site) -> list[Page]:
    """Every file, those that others refer to first."""
    found = [*assets(), *issue_pages(site)]
    for series in SERIES:
        if edition := site.found.newest(series):
            found += table_pages(site, edition)
    everything = tuple(f"{each.name}:{each.huella}" for each in site.found.editions) + site.found.damaged
    dates = tuple(f"{each.name}{each.momento}{each.antes}{each.motivo}" for each in ahead(site.calendar, site.now))
    found += _for_machines(site, everything, dates)
    for path, template, context in _PAGES:
        inputs = (*everything, *dates)
        for language in LANGUAGES:
            found.append(page(site, language, path, template, partial(context, site), inputs))
    paths = tuple(each.path for each in found)
    return [
        *found,
        Page(machine.SITEMAP, (site.address, *paths), lambda: machine.site_map(paths, site.address)),
        Page(machine.ROBOTS, (site.address,), lambda: machine.robots(site.address)),
    ]


def _for_machines(site: Site, everything: tuple[str, ...], dates: tuple[str, ...]) -> Iterator[Page]:
    entries = ahead(site.calendar, site.now)
    moved = [entry for entry in entries if entry.antes]
    for language, prefix in (("es", ""), ("en", "en/")):
        yield Page(
            prefix + machine.FEED,
            (site.address, *everything, *dates),
            partial(machine.feed, site.found, moved, site.address, words(language)),
        )
    yield Page(machine.CATALOGUE, everything, lambda: machine.whole_catalogue(site.found))
    yield Page("calendario.json", dates, lambda: machine.calendar_data(entries))
    # the stamp is the newest release's day, not this moment: equal calendars are equal files
    stamp = max((each.fecha for each in site.found.editions), default=site.now.date())
    yield Page(
        "calendario.ics",
        (site.address, str(stamp), *dates),
        partial(as_icalendar, entries, site.address, datetime.combine(stamp, time(), TZ)),
    )
