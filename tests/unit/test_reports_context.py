"""The sections on other months, mirrors and revisions: every figure is in the files, and nothing is overstated."""

import re
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from defusedxml import ElementTree
from report_samples import (
    OCTOBER,
    earlier_figures,
    facts,
    mirrored,
    protected_tables,
    released_totals,
    sample_context,
)

from movilidad.model.periods import Month, Period
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.code_version import CodeVersion
from movilidad.publishing.context_sheets import context_sheets
from movilidad.reports import numbers
from movilidad.reports.charts import NARROW, WIDE, Format, draw
from movilidad.reports.comparisons import comparison_section
from movilidad.reports.elements import Chart, Section
from movilidad.reports.facts import Change
from movilidad.reports.model import build
from movilidad.reports.pdf import print_html, render_pdf
from movilidad.reports.wording import load_wording
from movilidad.statistics.context import Context, Identity, in_context
from movilidad.statistics.published import as_figures
from movilidad.statistics.tables import MonthTables

NAMES = ("comparaciones", "espejo", "revisiones")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def tables() -> MonthTables:
    return mirrored(protected_tables(1_200))


@pytest.fixture(scope="module")
def context(tables: MonthTables) -> Context:
    return sample_context(tables, absent=(Month(2025, 3),))


@pytest.fixture(scope="module")
def sections(tables: MonthTables, context: Context) -> dict[str, Section]:
    return {section.nombre: section for section in build(tables, facts(), context).secciones}


@pytest.fixture(scope="module")
def written(context: Context) -> set[Decimal]:
    """Every number in the files of this context, without sign."""
    candidate = Candidate(
        serie="mensual",
        periodo=Period.of_month(OCTOBER),
        anterior=None,
        fecha_publicacion=facts().fecha_publicacion,
        programa=CodeVersion("0.1.0", "a" * 64),
        configuracion={},
        entradas=(),
    )
    cells = {cell for sheet in context_sheets(context, candidate) for row in sheet.filas for cell in row}
    return {abs(Decimal(cell)) for cell in cells if re.fullmatch(r"-?\d+(\.\d+)?", cell)}


def test_the_sections_follow_the_month_and_are_numbered(sections: dict[str, Section]) -> None:
    assert tuple(sections)[-3:] == NAMES
    assert [sections[name].tema for name in NAMES] == [
        "Comparación con otros meses",
        "Estadísticas espejo",
        "Revisiones",
    ]


def test_every_figure_in_their_tables_and_charts_is_in_the_files(
    sections: dict[str, Section], written: set[Decimal]
) -> None:
    rounded = written | {number.quantize(Decimal(1), ROUND_HALF_UP) for number in written}
    checked = 0
    for name in NAMES:
        texts = [cell.texto for table in sections[name].cuadros for row in table.filas for cell in row.celdas]
        texts += [bar.texto for chart in sections[name].graficos for bar in chart.barras]
        for text in texts:
            if text in ("c", "–", "100%", "no se compara") or text.startswith("<"):
                continue
            number = Decimal(re.sub(r"[,+−%Q]", "", text))
            assert number in (rounded if text.endswith("%") else written), text
            checked += 1
    assert checked > 300


def test_every_figure_in_their_sentences_is_in_the_files(
    sections: dict[str, Section], written: set[Decimal]
) -> None:
    said = [sections["comparaciones"].titulo, *sections["comparaciones"].frases]
    assert len(said) >= 4
    for sentence in said:
        plain = re.sub(r"(de|de )\b20\d\d\b", "", sentence)
        for text in re.findall(r"\d[\d,]*(?:\.\d+)?", plain):
            if text not in ("25",):
                assert Decimal(text.replace(",", "")) in written, sentence


def test_hidden_and_unpublished_figures_print_no_number(sections: dict[str, Section]) -> None:
    by_country = next(t for t in sections["comparaciones"].cuadros if t.nombre == "comparaciones_por_pais")
    germany = next(row for row in by_country.filas if row.titulo == "Alemania")
    assert "c" in [cell.texto for cell in germany.celdas]
    for table in (table for name in NAMES for table in sections[name].cuadros):
        for cell in (cell for row in table.filas for cell in row.celdas):
            assert cell.valor is None or cell.texto not in ("c", "–")


def test_the_month_is_called_the_highest_only_if_all_25_can_be_seen(tables: MonthTables) -> None:
    low = earlier_figures(tables)
    low = low.assign(valor=(low["valor"].astype("float64") * 0.2).round().astype("Float64"))
    own = Identity("mensual/2026-10/r1", 1, facts().fecha_publicacion)
    words = load_wording().comparaciones

    def said(earlier: pd.DataFrame) -> str:
        found = comparison_section(in_context(tables, own, earlier, released_totals(earlier)), OCTOBER, words)
        assert found is not None
        return " ".join(found.frases)

    highest = "Es el número más alto de los últimos 25 meses."
    assert highest in said(low)
    assert highest not in said(low[low["periodo"] != "2025-06"])
    gap = (low["periodo"] == "2025-06") & (low["celda"] == "{}")
    assert highest not in said(low.assign(valor=low["valor"].mask(gap)))


def test_without_anything_published_before_nothing_is_compared(tables: MonthTables) -> None:
    own = Identity("mensual/2026-10/r1", 1, facts().fecha_publicacion)
    alone = in_context(tables, own, as_figures([]), released_totals(as_figures([])))
    names = [section.nombre for section in build(tables, facts(), alone).secciones]
    assert "comparaciones" not in names
    assert "revisiones" not in names
    assert "espejo" in names


def test_a_revision_says_how_many_figures_it_changes(tables: MonthTables, context: Context) -> None:
    changes = (Change("resumen", "{}", "colocados", 1_199.0, 1_200.0),)
    for revision, listed, said in (
        (2, changes, "Esta es la revisión 2 del mes: cambia 1 cifra respecto de la anterior"),
        (3, (), "Esta es la revisión 3 del mes: no cambia ninguna cifra respecto de la anterior."),
    ):
        report = build(tables, facts(revision=revision, changes=listed), context)
        assert report.secciones[-1].frases[0].startswith(said)


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=lambda form: form.name)
def test_the_line_breaks_where_a_month_is_missing_and_names_each_twelfth(
    sections: dict[str, Section], form: Format
) -> None:
    chart = only_chart(sections)
    assert len(chart.barras) == 25
    assert [bar.texto for bar in chart.barras if bar.valor is None] == ["–"]
    root = ElementTree.fromstring(draw(chart, form))
    assert root[0].text == chart.alt
    texts = [element.text for element in root.iter(f"{SVG}text")]
    for place in (0, 12, 24):
        assert chart.barras[place].etiqueta in texts
        assert chart.barras[place].texto in texts
    lines = [path for path in root.iter(f"{SVG}path") if path.get("stroke-width") == "1.5"]
    assert len(lines) == 22, "24 steps without the two that touch the missing month"


def test_the_line_tells_all_its_figures_in_words(sections: dict[str, Section]) -> None:
    chart = only_chart(sections)
    for bar in chart.barras:
        assert f"{bar.etiqueta}: {'sin publicar' if bar.valor is None else bar.texto}" in chart.alt


def only_chart(sections: dict[str, Section]) -> Chart:
    (chart,) = sections["comparaciones"].graficos
    assert chart.forma == "linea"
    return chart


def test_the_pdf_is_made_twice_to_the_same_bytes(tables: MonthTables, context: Context) -> None:
    report = build(tables, facts(revision=2), context)
    assert render_pdf(report) == render_pdf(report)
    identifiers = re.findall(r'id="([\w-]+)"', print_html(report))
    assert len(identifiers) == len(set(identifiers))


def test_signed_numbers_have_the_sign_of_minus() -> None:
    assert [numbers.signed(value, 1) for value in (1234.5, -12, 0)] == ["+1,234.5", "−12.0", "0.0"]
