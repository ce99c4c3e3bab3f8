"""The desk's pages, from the templates of ``include/templates/mesa``."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from movilidad.alerts.words import moment
from movilidad.desk.airflow import Airflow
from movilidad.desk.viewer import Viewer
from movilidad.model import paths
from movilidad.model.templates import templates
from movilidad.reports.numbers import number
from movilidad.reports.platforms.cells import moment as short_moment

_FOLDER = paths.TEMPLATES / "mesa"
_FONTS = (
    "SourceSans3-Regular-latin.woff2",
    "SourceSans3-SemiBold-latin.woff2",
    "SourceSerif4-SemiBold-latin.woff2",
)
_ASSETS = {
    "mesa.css": _FOLDER / "mesa.css",
    "mesa.js": _FOLDER / "mesa.js",
    **{name: paths.TEMPLATES / "fuentes" / name for name in _FONTS},
}


@dataclass(frozen=True)
class Frame:
    """What surrounds every page: where the desk and Airflow are for the browser, who looks, and when."""

    mesa: str
    airflow: Airflow
    viewer: Viewer
    now: datetime


def page(template: str, frame: Frame, **content: Any) -> str:
    """A page as HTML; the template's name is without its ending."""
    return _templates().get_template(f"{template}.html.j2").render(marco=frame, version=_version(), **content)


def asset(name: str) -> Path | None:
    """The file of the style, the script or a font; None of anything else."""
    return _ASSETS.get(name)


def _hours(value: datetime | None) -> str:
    return short_moment(value, "–").texto


def _told(value: datetime, now: datetime) -> str:
    return moment(value, now)


def _size(count: int) -> str:
    """``34 kB``, ``1.2 MB``."""
    return f"{number(count / 1_000_000, 1)} MB" if count >= 1_000_000 else f"{number(max(count // 1000, 1))} kB"


def _linked(text: str) -> Markup:
    """A long name that may break at its slashes and underscores."""
    return Markup("").join(Markup("{}<wbr>").format(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    return text.replace("/", "/\0").replace("_", "_\0").split("\0")


@lru_cache
def _templates() -> Environment:
    found = templates("mesa")
    found.filters.update(hora=_hours, dicho=_told, numero=number, tamano=_size, partible=_linked)
    return found


@lru_cache
def _version() -> str:
    """Changes with style and script, so that browsers keep them until then."""
    digest = sha256()
    for file in _ASSETS.values():
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
