"""Headings and main points say only what the figures carry."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import OCTOBER, facts, protected_tables

from movilidad.reports.breakdown import Breakdown, read_breakdown
from movilidad.reports.findings import heading, largest, main_point, sentences
from movilidad.reports.model import build
from movilidad.reports.sections import count_table
from movilidad.reports.wording import load_wording, say
from movilidad.statistics.comparisons import SMALL_BASE

WORDS = load_wording().secciones["colocados_por_pais"]


def countries(**persons: int | None) -> Breakdown:
    """A breakdown by country; a figure of None is hidden."""
    rows = [
        {"pais": code, "indicador": indicator, "unidad": unit, "valor": value}
        for indicator, unit in (("colocados", "personas"), ("salidas", "salidas"))
        for code, value in persons.items()
    ]
    frame = pd.DataFrame(rows).astype({"valor": "Int64"})
    return read_breakdown("colocados_por_pais", frame, largest_first=True)


def test_the_largest_category_is_named_with_its_figure() -> None:
    breakdown = countries(Total=100, USA=88, CAN=12, ND=0)
    assert heading(breakdown, WORDS) == "Estados Unidos fue el destino de 88 de las 100 personas colocadas"
    assert main_point(breakdown, WORDS) == "El destino principal fue Estados Unidos: 88 personas (88%)"
    assert sentences(breakdown, WORDS) == ["Le sigue Canadá (12)."]


@pytest.mark.parametrize(
    "persons",
    [
        {"Total": 80, "USA": 40, "CAN": 40, "ND": 0},
        {"Total": 80, "USA": 30, "CAN": None, "ITA": None, "Resto": 50, "ND": 0},
        {"Total": 80, "USA": 30, "CAN": 5, "ND": 45},
        {"Total": 0, "USA": 0, "ND": 0},
    ],
    ids=["tie", "a hidden one could be larger", "most are not stated", "nobody"],
)
def test_nothing_is_called_the_largest_where_that_is_not_certain(persons: dict[str, int | None]) -> None:
    breakdown = countries(**persons)
    assert largest(breakdown) is None
    assert heading(breakdown, WORDS) == WORDS.neutral
    assert main_point(breakdown, WORDS) is None
    assert not any("Le sigue" in text for text in sentences(breakdown, WORDS))


def test_a_rank_is_given_only_to_categories_above_all_that_is_hidden() -> None:
    told = sentences(countries(Total=100, USA=80, CAN=5, ITA=None, DEU=None, Resto=15, ND=0), WORDS)
    assert told[0] == "También se muestra Canadá (5)."
    assert told[1] == "Las cifras marcadas con c están protegidas; en conjunto suman 15 personas."


def test_no_share_is_given_on_a_small_base() -> None:
    small, enough = countries(Total=29, USA=28, CAN=1, ND=0), countries(Total=30, USA=28, CAN=2, ND=0)
    assert main_point(small, WORDS) == "El destino principal fue Estados Unidos: 28 personas"
    assert main_point(enough, WORDS) == "El destino principal fue Estados Unidos: 28 personas (93%)"


@settings(max_examples=200, deadline=None)
@given(persons=st.lists(st.integers(0, 5_000), min_size=1, max_size=12), unknown=st.integers(0, 50))
def test_printed_percentages_sum_to_the_printed_total_or_the_note_says_that_they_may_not(
    persons: list[int], unknown: int
) -> None:
    codes = ("USA", "CAN", "ESP", "MEX", "ITA", "DEU", "FRA", "PRT", "GRC", "CHL", "PER", "JPN")
    figures = dict(zip(codes, persons, strict=False))
    table = count_table(countries(**figures, ND=unknown, Total=sum(persons) + unknown), WORDS, OCTOBER.label)
    if sum(persons) + unknown < SMALL_BASE:
        assert len(table.columnas) == 2
        return
    *parts, total = (Decimal(row.celdas[1].texto.strip("%<>")) for row in table.filas)
    shares = [row.celdas[1].texto for row in table.filas[:-1]]
    exact = sum(parts) == total == 100 and not any(share.startswith(("<", ">")) for share in shares)
    assert exact or table.notas == (say("redondeados"),)


def test_many_missing_answers_come_with_a_caution() -> None:
    assert any("cautela" in text for text in sentences(countries(Total=100, USA=85, ND=15), WORDS))
    assert not any("cautela" in text for text in sentences(countries(Total=100, USA=95, ND=5), WORDS))


def test_a_month_that_must_hide_its_total_says_so_and_claims_nothing_else() -> None:
    report = build(protected_tables(2), facts())
    assert report.puntos[0] == (
        f"En {OCTOBER.label} viajaron tan pocas personas que su número no puede mostrarse sin revelar a alguna."
    )
    assert not any(section.graficos for section in report.secciones)
    placed = [section for section in report.secciones if section.nombre.startswith("colocados_por")]
    assert [section.titulo for section in placed] == [
        load_wording().secciones[section.nombre].neutral for section in placed
    ]


def test_a_month_without_anybody_says_so() -> None:
    report = build(protected_tables(0), facts())
    assert report.puntos[0].startswith("En octubre de 2026")
    assert "0 personas" not in report.puntos[0]


def test_there_are_at_most_six_main_points_each_with_a_figure() -> None:
    points = build(protected_tables(), facts()).puntos
    assert 1 <= len(points) <= 6
    assert all(any(char.isdigit() for char in point) for point in points)
