"""What may be called more or fewer, and how far interested people came: rules on small, invented figures."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.model.codelists import TOTAL
from movilidad.reports.applicants import applicants_section, at_least
from movilidad.reports.breakdown import Breakdown, read_breakdown
from movilidad.reports.comparison_tables import Compared
from movilidad.reports.comparisons import beyond_noise
from movilidad.reports.facts import Input
from movilidad.reports.quality import quality
from movilidad.reports.wording import load_wording

STAGES = "interesados_por_etapa_alcanzada"


def compared(value: float | None, base: float | None) -> Compared:
    known = value is not None and base is not None
    change = value - base if value is not None and base is not None else None
    return Compared(value, base, change, None, value, base, "A" if known else "Q", "A")


@pytest.mark.parametrize(
    ("value", "base", "usual", "said"),
    [
        (500, 342, 6, True),
        (14, 12, 0, False),
        (510, 495, 6, False),
        (700, 600, 120, False),
        (None, 342, 0, False),
        (300, 300, 0, False),
    ],
    ids=["much more", "two of twelve", "chance", "what revisions change", "hidden", "the same"],
)
def test_more_or_fewer_is_said_only_beyond_revisions_and_chance(
    value: float | None, base: float | None, usual: float, said: bool
) -> None:
    assert beyond_noise(compared(value, base), usual) is said


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(0, 100))
def test_the_rule_does_not_depend_on_which_month_comes_first(one: int, other: int, usual: int) -> None:
    assert beyond_noise(compared(one, other), usual) == beyond_noise(compared(other, one), usual)


def stages(**persons: int | None) -> pd.DataFrame:
    rows = [
        {
            "etapa_alcanzada": code.removeprefix("e"),
            "indicador": "interesados",
            "unidad": "personas",
            "valor": value,
        }
        for code, value in persons.items()
    ]
    return pd.DataFrame(rows).astype({"valor": "Int64"})


def reached(**persons: int | None) -> Breakdown:
    return read_breakdown(STAGES, stages(**persons))


def test_who_came_further_came_at_least_so_far() -> None:
    found = at_least(reached(e0=50, e1=30, e2=10, e7=5, ND=3, Total=98))
    assert found == {"0": 95, "1": 45, "2": 15, "7": 5}


def test_a_hidden_stage_leaves_open_who_came_so_far_and_none_after_it() -> None:
    found = at_least(reached(e0=50, e1=None, e2=10, e7=5, Resto=30, ND=3, Total=98))
    assert found == {"0": None, "1": None, "2": 15, "7": 5}


def test_the_section_of_the_way_to_a_departure_says_that_it_is_no_cohort() -> None:
    words = load_wording().solicitudes
    section = applicants_section({STAGES: stages(e0=50, e7=5, ND=0, Total=55)}, {}, words, "octubre de 2026")
    assert section is not None
    assert section.titulo == words.neutral
    assert "no el seguimiento" in section.notas[0]
    assert [cell.texto for cell in section.cuadros[0].filas[-1].celdas] == ["55", "100%", "\N{EN DASH}"]
    assert section.cuadros[0].filas[-1].titulo == TOTAL
    assert applicants_section({}, {}, words, "octubre de 2026") is None


def source(rows: int | None, quarantined: int | None) -> Input:
    known = {"filas": rows, "en_cuarentena": quarantined}
    return Input("tu_empleo", "Tu Empleo", "s", "c", demostracion=True, **known)


def test_quality_is_told_as_counts_by_source_and_not_at_all_where_nothing_is_known() -> None:
    found = quality((source(1_200, 3), source(None, None)))
    assert found is not None
    assert found.frases[0] == "El control de calidad apartó 3 de los 1,200 registros recibidos (0.3%)."
    assert [[cell.texto for cell in row.celdas] for row in found.cuadro.filas] == [
        ["1,200", "3", "0.3%", "nd", "nd", "nd"]
    ]
    more = replace(source(1_200, 0), completitud=0.98765, dias_tarde=0, excepciones=2)
    told = quality((more,))
    assert told is not None
    assert [cell.texto for cell in told.cuadro.filas[0].celdas] == ["1,200", "0", "0.0%", "98.8%", "0", "2"]
    assert quality((source(None, None),)) is None
    clean = quality((source(1_200, 0),))
    assert clean is not None
    assert clean.frases[0] == "El control de calidad no apartó ninguno de los 1,200 registros recibidos."


def test_a_hidden_count_of_records_set_apart_is_a_c_and_no_sum_gives_it_back() -> None:
    hidden = replace(source(1_200, None), completitud=None, ocultos=("en_cuarentena", "completitud"))
    found = quality((source(500, 7), hidden))
    assert found is not None
    rows = [[cell.texto for cell in row.celdas] for row in found.cuadro.filas]
    assert rows == [["500", "7", "1.4%", "nd", "nd", "nd"], ["1,200", "c", "c", "c", "nd", "nd"]]
    assert [cell.oculta for cell in found.cuadro.filas[1].celdas] == [False, True, True, True, False, False]
    assert not re.search(r"\d", found.frases[0])
    assert "«c»" in found.frases[0]


def test_a_source_whose_records_are_not_counted_in_public_still_tells_how_late_it_was() -> None:
    whole = replace(source(None, None), dias_tarde=2, ocultos=("filas", "en_cuarentena", "completitud"))
    found = quality((whole,))
    assert found is not None
    assert [cell.texto for cell in found.cuadro.filas[0].celdas] == ["c", "c", "c", "c", "2", "nd"]
