"""The portal's words: both languages complete, figures as Guatemala writes them."""

import re

import pytest
import yaml

from movilidad.model import paths
from movilidad.model.periods import Period
from movilidad.publishing.portal.tables import Cell
from movilidad.publishing.portal.words import FILE, figure, words

TEXTS = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SOURCES = [
    *(paths.TEMPLATES / "portal").glob("*.j2"),
    *(paths.INCLUDE / "movilidad" / "publishing" / "portal").glob("*.py"),
]


@pytest.mark.parametrize("kind", ["textos", "series", "grupos", "dimensiones", "indicadores", "unidades"])
def test_every_text_has_both_languages(kind: str) -> None:
    assert [name for name, both in TEXTS[kind].items() if set(both) != {"es", "en"}] == []


def test_every_text_is_used() -> None:
    used = "".join(file.read_text(encoding="utf-8") for file in SOURCES)
    unused = [
        name
        for name in TEXTS["textos"]
        if not re.search(rf'\b(t|texts|words\("es"\)|self)\.{name}\b|"{name}"', used)
    ]
    assert unused == []


def test_chapters_of_quality_are_the_same_in_both_languages() -> None:
    chapters = TEXTS["textos"]["calidad_capitulos"]
    assert len(chapters["es"]) == len(chapters["en"])


@pytest.mark.parametrize(("text", "printed"), [("1234567", "1,234,567"), ("1234.5", "1,234.5"), ("0", "0")])
def test_figures_have_the_signs_of_guatemala(text: str, printed: str) -> None:
    assert figure(text) == printed


def test_a_hidden_figure_says_so_to_who_sees_and_to_who_listens() -> None:
    assert "c<span" in words("es").cell(Cell("", "Q", "C"))
    assert "cifra protegida" in words("es").cell(Cell("", "Q", "C"))
    assert "protected figure" in words("en").cell(Cell("", "Q", "C"))
    assert words("es").cell(Cell("0", "A", "F")) == "0"
    assert words("es").cell(Cell("7", "P", "F")) == "7<sup>p</sup>"


def test_periods_read_well_in_both_languages() -> None:
    four = Period.parse("2026-C3")
    assert words("es").period(four) == "septiembre a diciembre de 2026"
    assert words("en").period(four) == "September to December 2026"
    assert words("en").period(Period.parse("2026-10")) == "October 2026"


def test_labels_without_english_are_marked_as_spanish() -> None:
    assert words("en").label("X", "Algo <nuevo>", "sexos") == '<span lang="es">Algo &lt;nuevo&gt;</span>'
    assert words("en").label("1", "Hombres", "sexos") == "Men"
    assert words("en").label("09", "Quetzaltenango", "departamentos") == "Quetzaltenango"


def test_style_and_script_ask_nobody() -> None:
    for name in ("portal.css", "portal.js"):
        text = (paths.TEMPLATES / "portal" / name).read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|fetch\(|eval\(|innerHTML", text)
