"""What all pages have in common: templates, addresses, languages, links between the pages."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from movilidad.model import paths
from movilidad.model.templates import templates
from movilidad.publishing.calendar import Calendar
from movilidad.publishing.formats.schema_org import in_page
from movilidad.publishing.metadata import DEMONSTRATION
from movilidad.publishing.portal.machine import plain
from movilidad.publishing.portal.site import Page
from movilidad.publishing.portal.standing import Standing
from movilidad.publishing.portal.words import ENGLISH, SPANISH, Words, words
from movilidad.publishing.publisher import HOMEPAGE, NAME, Publisher

ASSETS = "recursos"
_FOLDER = paths.TEMPLATES / "portal"
_FONTS = (
    "SourceSans3-Regular-latin.woff2",
    "SourceSans3-SemiBold-latin.woff2",
    "SourceSerif4-SemiBold-latin.woff2",
)
# the pages of the menu, in its order; their titles are words
MENU = (
    ("inicio", "index.html"),
    ("publicaciones", "publicaciones.html"),
    ("datos", "datos.html"),
    ("series_tiempo", "series.html"),
    ("reclutadores", "reclutadores.html"),
    ("plataformas", "plataformas.html"),
    ("calendario", "calendario.html"),
    ("metodologia", "metodologia.html"),
    ("calidad", "calidad.html"),
)
FOOT = (
    ("revisiones", "revisiones.html"),
    ("diccionario", "diccionario.html"),
    ("acerca", "acerca.html"),
    ("buscar", "buscar.html"),
)


@dataclass(frozen=True)
class Site:
    """All that pages are made of.

    Attributes:
        found: the releases.
        editor: under what address and licence they appear.
        calendar: the rules of the calendar.
        now: the moment of this making; only the calendar looks at it.
    """

    found: Standing
    editor: Publisher
    calendar: Calendar
    now: datetime

    @property
    def address(self) -> str:
        """Of the portal, with its slash."""
        return f"{self.editor.direccion}/"

    @cached_property
    def demonstration(self) -> bool:
        """Whether all that can be read is simulated."""
        shown = [issue.current for issue in self.found.issues if issue.current]
        return bool(shown) and all(edition.demostracion for edition in shown)

    @property
    def standing_inputs(self) -> tuple[str, ...]:
        """What every page depends on."""
        return (self.address, self.editor.correo, self.editor.licencia, str(self.demonstration))


def page(
    site: Site,
    language: str,
    path: str,
    template: str,
    context: Callable[[Words], dict[str, Any]],
    inputs: tuple[str, ...] = (),
) -> Page:
    """A page of the portal in one language.

    Args:
        path: of the Spanish page; the English one has the same below ``en/``.
        context: the template's values in the language's words, made only when the page is written.
        inputs: on what they depend.
    """
    place = path if language == SPANISH else f"{language}/{path}"

    def make() -> bytes:
        values = _frame(site, language, path, place) | context(words(language))
        return environment().get_template(template).render(values).encode("utf-8")

    return Page(place, (*site.standing_inputs, template, *inputs), make)


def assets() -> list[Page]:
    """Style, script and fonts."""
    files = {name: _FOLDER / name for name in ("portal.css", "portal.js")}
    files |= {name: paths.TEMPLATES / "fuentes" / name for name in (*_FONTS, "OFL.txt")}
    return [Page(f"{ASSETS}/{name}", (), file.read_bytes) for name, file in files.items()]


@lru_cache
def environment() -> Environment:
    """The templates."""
    found = templates("portal", keep_trailing_newline=False)
    found.filters["palabra"] = getattr
    found.filters["kilo"] = lambda size: f"{size / 1000:,.0f} kB" if size >= 1000 else f"{size} B"
    return found


def _frame(site: Site, language: str, path: str, place: str) -> dict[str, Any]:
    root = "../" * place.count("/")
    texts = words(language)
    other = ENGLISH if language == SPANISH else SPANISH
    other_path = f"en/{path}" if other == ENGLISH else path
    return {
        "t": texts,
        "idioma": language,
        "raiz": root,
        "inicio": root if language == SPANISH else f"{root}en/",
        "pagina": path,
        "otro_idioma": root + other_path,
        "direccion": f"{site.address}{plain(place)}",
        "direcciones": {
            code: f"{site.address}{plain(path if code == SPANISH else f'en/{path}')}" for code in ("es", "en")
        },
        "portal": site.address,
        "menu": MENU,
        "pie": FOOT,
        "editor": NAME,
        "sitio_editor": HOMEPAGE,
        "correo": site.editor.correo,
        "licencia": site.editor.licence,
        "aviso": DEMONSTRATION if site.demonstration else "",
        "sello": _seal(),
        "ficha": lambda content: Markup(in_page(content)),  # noqa: S704 - the function escapes for this place
    }


@lru_cache
def _seal() -> str:
    """Changes with style and script, so that no browser shows an old one."""
    content = b"".join((_FOLDER / name).read_bytes() for name in ("portal.css", "portal.js"))
    return hashlib.sha256(content).hexdigest()[:10]
