"""What programs read of the portal: feed, catalogue, site map, rules for robots, calendar as data."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from movilidad.model.periods import TZ
from movilidad.publishing.calendar import Entry
from movilidad.publishing.formats.dcat import catalogue
from movilidad.publishing.metadata import as_json
from movilidad.publishing.portal.standing import CORRECTION, REVISION, Edition, Standing
from movilidad.publishing.portal.words import Words
from movilidad.publishing.publisher import NAME

FEED, CATALOGUE, SITEMAP, ROBOTS = "novedades.xml", "catalogo.jsonld", "sitemap.xml", "robots.txt"
_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NEWS = 50


def feed(found: Standing, changes: Sequence[Entry], address: str, words: Words) -> bytes:
    """The newest releases, revisions, withdrawals and changed dates as Atom (RFC 4287)."""
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": words.language})
    entries = sorted(
        [
            *(_release(each, address, words) for each in found.editions),
            *(_change(each, address, words) for each in changes),
        ],
        key=lambda entry: (entry["updated"], entry["id"]),
        reverse=True,
    )[:_NEWS]
    _add(root, "id", f"{address}{FEED}")
    _add(root, "title", words.titulo_sitio)
    _add(root, "updated", entries[0]["updated"] if entries else "2019-01-01T00:00:00-06:00")
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{address}{FEED}"})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _add(SubElement(root, "author"), "name", NAME)
    for each in entries:
        entry = SubElement(root, "entry")
        for name in ("id", "title", "updated", "summary"):
            _add(entry, name, each[name])
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": each["href"]})
    return _xml(root)


def whole_catalogue(found: Standing) -> bytes:
    """The catalogue of all releases as DCAT-AP 3, out of their own entries."""
    newest_last = sorted((each for each in found.editions if not each.retirada), key=lambda each: each.fecha)
    return as_json(catalogue(_entries(newest_last)))


def site_map(pages: Iterable[str], address: str) -> bytes:
    """All pages, each with its other language."""
    paths = set(pages)
    root = Element("urlset", {"xmlns": _SITEMAP, "xmlns:xhtml": _XHTML})
    for path in sorted(path for path in paths if path.endswith(".html")):
        url = SubElement(root, "url")
        _add(url, "loc", f"{address}{plain(path)}")
        spanish = path.removeprefix("en/")
        for language, other in (("es", spanish), ("en", f"en/{spanish}")):
            if {spanish, f"en/{spanish}"} <= paths:
                link = {"rel": "alternate", "hreflang": language, "href": f"{address}{plain(other)}"}
                SubElement(url, "xhtml:link", link)
    return _xml(root)


def robots(address: str) -> bytes:
    """Everybody may read everything."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {address}{SITEMAP}\n".encode()


def calendar_data(entries: Iterable[Entry]) -> bytes:
    """The calendar for programs."""
    rows = [
        {
            "publicacion": entry.name,
            "titulo": entry.label,
            "fecha_hora": entry.momento.isoformat(),
            "zona": "America/Guatemala",
            "antes": entry.antes.isoformat() if entry.antes else None,
            "motivo": entry.motivo or None,
            "anunciado": entry.anunciado.isoformat() if entry.anunciado else None,
        }
        for entry in entries
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def plain(path: str) -> str:
    """The address of a page as people write it: a folder instead of its ``index.html``."""
    return path.removesuffix("index.html") if path == "index.html" or path.endswith("/index.html") else path


def _release(edition: Edition, address: str, words: Words) -> dict[str, str]:
    kind = words.clases[edition.tipo] if edition.tipo in (REVISION, CORRECTION) else words.clases["primera"]
    title = f"{words.series(edition.serie)}, {words.period(edition.periodo)}"
    what = words.retirada if edition.retirada else kind
    return {
        "id": f"{address}{edition.name}/" + ("#retirada" if edition.retirada else ""),
        "title": f"{title}: {what.lower()} (r{edition.revision})",
        "updated": datetime.combine(edition.fecha, time(), TZ).isoformat(),
        "summary": edition.motivo or title,
        "href": f"{address}{edition.name}/informe.html",
    }


def _change(entry: Entry, address: str, words: Words) -> dict[str, str]:
    day = entry.anunciado or entry.momento.date()
    return {
        "id": f"{address}calendario.html#{entry.name.replace('/', '-')}-{entry.momento:%Y%m%d}",
        "title": f"{words.cambio_fecha}: {words.series(entry.serie)}, {words.period(entry.periodo)}",
        "updated": datetime.combine(day, time(), TZ).isoformat(),
        "summary": f"{words.moment(entry.momento)}. {entry.motivo}",
        "href": f"{address}calendario.html",
    }


def _entries(editions: Iterable[Edition]) -> Iterable[dict[str, Any]]:
    for edition in editions:
        file = edition.folder / "metadatos" / "dcat.jsonld"
        if file.is_file():
            yield json.loads(file.read_text(encoding="utf-8"))


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _xml(root: Element) -> bytes:
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode").encode() + b"\n"
