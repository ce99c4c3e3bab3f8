"""Where the pages stand: ``.movilidad/calidad/<fuente>/<periodo>.html``, one per source and month, the newest."""

from pathlib import Path

from movilidad.model.settings import get_settings


def page_of(fuente: str, periodo: str) -> Path:
    """The page of the newest examination of a period."""
    return get_settings().carpeta / "calidad" / fuente / f"{periodo.replace('/', '_')}.html"


def index_page() -> Path:
    """The page that lists all others."""
    return get_settings().carpeta / "calidad" / "index.html"
