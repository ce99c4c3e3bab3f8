"""The fonts shipped with the project (SIL Open Font License): the only ones that a report uses."""

import base64
from functools import lru_cache
from pathlib import Path

from movilidad.model import paths
from movilidad.model.errors import DataError

FOLDER = paths.TEMPLATES / "fuentes"
SANS, SERIF = "Source Sans 3", "Source Serif 4"
REGULAR, SEMIBOLD = 400, 600

# family, weight → file with all glyphs, for print; the same name with -latin.woff2 is the small one for pages
FILES = {
    (SANS, REGULAR): "SourceSans3-Regular.ttf",
    (SANS, SEMIBOLD): "SourceSans3-SemiBold.ttf",
    (SERIF, SEMIBOLD): "SourceSerif4-SemiBold.ttf",
}


def font_file(family: str, weight: int) -> Path:
    """The file with all glyphs; a DataError if it is not there."""
    return _present(FOLDER / FILES[family, weight])


@lru_cache
def faces_for_pages() -> str:
    """``@font-face`` rules with the fonts inside, so that a page asks nobody for anything."""
    return "\n".join(
        _face(family, weight, f"data:font/woff2;base64,{_encoded(FOLDER / file)}", "woff2")
        for (family, weight), file in ((key, name.replace(".ttf", "-latin.woff2")) for key, name in FILES.items())
    )


@lru_cache
def faces_for_print() -> str:
    """``@font-face`` rules that name the files in the project."""
    return "\n".join(
        _face(family, weight, font_file(family, weight).as_uri(), "truetype") for family, weight in FILES
    )


@lru_cache
def glyphs() -> frozenset[int]:
    """Code points that the text font can print."""
    from matplotlib.font_manager import get_font

    return frozenset(get_font(str(font_file(SANS, REGULAR))).get_charmap())


def _face(family: str, weight: int, url: str, kind: str) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: normal; font-display: swap; '
        f'src: url("{url}") format("{kind}"); }}'
    )


def _encoded(file: Path) -> str:
    return base64.b64encode(_present(file).read_bytes()).decode("ascii")


def _present(file: Path) -> Path:
    if not file.is_file():
        raise DataError(
            "falta una fuente tipográfica del proyecto",
            place=file.name,
            remedy="recupere el archivo del repositorio",
        )
    return file
