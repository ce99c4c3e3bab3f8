"""What the accountability report may show: the same rules as everywhere, and what follows from a hidden cell."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from accountability_support import (
    SECOND,
    add_budget,
    add_complaints,
    add_courses,
    computed,
    deliver_months,
    value,
)
from sqlalchemy import Engine

from movilidad.disclosure.history import Entry, History
from movilidad.disclosure.protection import Rules
from movilidad.model.codelists import REMAINDER, TOTAL
from movilidad.model.errors import UsageError
from movilidad.model.periods import Period
from movilidad.publishing.accountability import ProtectedAccountability, protect_accountability
from movilidad.publishing.attack import attack
from movilidad.statistics.accountability import Accountability
from movilidad.statistics.tables import PeriodTables

RULES = Rules(frecuencia_minima=3, empleadores_minimos=3, ancho_minimo=3)
MAY, AUGUST = SECOND.first, SECOND.last
RELEASE = "cuatrimestral/2026-C2/r1"
CROSSING = "denuncias_por_clase_denuncia_estado_denuncia"


def placed(persons: int | None) -> PeriodTables:
    """The one figure of the protected tables that the cost needs."""
    row = {"pais": TOTAL, "indicador": "colocados", "unidad": "personas", "valor": persons}
    frame = pd.DataFrame([row]).astype({"valor": "Int64"})
    return PeriodTables(SECOND, {"colocados_por_pais": frame}, {})


@pytest.fixture
def found(warehouse: Engine) -> Accountability:
    """Complaints of which two kinds have few, courses in which one woman failed, goals of few persons."""
    origins = deliver_months(warehouse, SECOND.months)
    complaints = [
        *({"recibida": MAY.first_day, "dias": 10 + n} for n in range(12)),
        *({"recibida": MAY.first_day, "dias": 30, "clase": "cobro", "estado": "desestimada"} for _ in range(7)),
        *({"recibida": MAY.first_day, "clase": "cobro", "estado": "en_tramite"} for _ in range(4)),
        *({"recibida": MAY.first_day, "dias": 77, "clase": "documentos"} for _ in range(1)),
        *(
            {"recibida": MAY.first_day, "clase": "salario", "estado": "en_tramite", "pais": "ESP"}
            for _ in range(2)
        ),
        *({"recibida": MAY.first_day, "clase": "condiciones", "pais": "CAN"} for _ in range(6)),
    ]
    add_complaints(warehouse, origins[AUGUST]["denuncias"], complaints)
    courses = [
        {"curso": "2", "departamento_curso": "12", "inscritas_mujeres": 9, "certificadas_mujeres": 8},
        {"inscritos_hombres": 20, "certificados_hombres": 14},
        {"curso": "4", "departamento_curso": "14"},
    ]
    add_courses(warehouse, origins[MAY]["capacitaciones"], MAY, courses)
    for month in SECOND.months:
        few = 1 if month == MAY else 0
        goals = [
            {"unidad": "personas", "ejecutado": few},
            {"unidad": "personas", "ejecutado": 50},
            {"ejecutado": few},
        ]
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, [{}], goals)
    return computed(warehouse, SECOND, origins)


@pytest.fixture
def protected(found: Accountability) -> ProtectedAccountability:
    return protect_accountability(found, placed(125), RULES, History())


def test_no_shown_count_is_smaller_than_the_minimum_and_what_is_shown_is_true(
    found: Accountability, protected: ProtectedAccountability
) -> None:
    hidden = 0
    for name, frame in protected.figures.cuadros.cuadros.items():
        keys = list(frame.columns[: frame.columns.get_loc("valor")])
        true = found.cuadros.cuadros[name].set_index(keys)["valor"]
        told = frame[~frame[keys].eq(REMAINDER).any(axis=1)].set_index(keys)["valor"]
        shown = told[told.notna()]
        assert (shown == true[shown.index]).all()
        assert not shown.between(1, RULES.frecuencia_minima - 1).any(), name
        hidden += int(told.isna().sum())
    assert hidden
    assert value(protected.figures.cuadros.cuadros["denuncias_por_pais"], pais="Total") == 32
    assert (
        value(protected.figures.cuadros.cuadros["denuncias_por_clase_denuncia"], clase_denuncia="documentos")
        is None
    )


def test_no_hidden_cell_stands_alone_in_a_line_whose_total_is_shown(protected: ProtectedAccountability) -> None:
    seen = 0
    for frame in protected.figures.cuadros.cuadros.values():
        dimensions = list(frame.columns[: frame.columns.get_loc("indicador")])
        cells = frame[~frame[dimensions].eq(REMAINDER).any(axis=1)].set_index(dimensions)["valor"]
        for free in dimensions:
            others = [name for name in dimensions if name != free]
            lines = cells.groupby(others) if others else [((), cells)]
            for _, line in lines:
                codes = line.index.get_level_values(free)
                total, parts = line[codes == TOTAL], line[codes != TOTAL]
                if total.notna().all() and parts.isna().any():
                    assert parts.isna().sum() > 1, line
                    seen += 1
    assert seen > 2


def test_who_was_not_certified_cannot_be_had_by_subtracting(protected: ProtectedAccountability) -> None:
    # of 19 persons in San Marcos 16 were certified, of its 9 women 8
    table = protected.figures.cuadros.cuadros["capacitaciones_por_departamento_curso_resultado"]
    place = {"departamento_curso": "12"}
    passed, failed = (value(table, **place, resultado=name) for name in ("certificada", "no_certificada"))
    assert value(table, **place, resultado="Total") is not None
    assert (passed, failed) in {(16, 3), (None, None)}
    women = protected.figures.cuadros.cuadros["capacitaciones_por_sexo_resultado"]
    assert value(women, sexo="2", resultado="Total") == 21


def test_a_median_of_days_is_shown_only_with_its_base(protected: ProtectedAccountability) -> None:
    days = protected.figures.plazos
    for code, median, base in (("Total", 16.5, 26), ("estafa", 15.5, 12), ("cobro", 30, 7)):
        assert value(days, clase_denuncia=code) == median
        assert value(days, "casos", clase_denuncia=code) == base
    for column in ("valor", "casos"):
        assert value(days, column, clase_denuncia="documentos") is None
    assert value(days, "estado_conf", clase_denuncia="documentos") == "C"


def test_of_a_goal_of_few_persons_only_the_aim_is_shown(protected: ProtectedAccountability) -> None:
    goals = protected.figures.metas
    assert "parte_menor" not in goals
    assert [value(goals, meta_id="M0", indicador=name) for name in ("meta", "ejecutado", "avance")] == [
        40,
        None,
        None,
    ]
    assert value(goals, "estado_conf", meta_id="M0", indicador="ejecutado") == "C"
    # many persons, or no persons at all
    assert value(goals, meta_id="M1", indicador="ejecutado") == 200
    assert value(goals, meta_id="M2", indicador="ejecutado") == 1


def test_the_cost_per_person_is_hidden_with_the_persons(found: Accountability) -> None:
    shown = protect_accountability(found, placed(125), RULES, History()).figures.presupuesto
    assert value(shown, indicador="costo_por_persona_colocada") == 3.2
    hidden = protect_accountability(found, placed(None), RULES, History()).figures.presupuesto
    assert value(hidden, indicador="costo_por_persona_colocada") is None
    assert value(hidden, "estado_conf", indicador="costo_por_persona_colocada") == "C"
    assert value(hidden, renglon="Total", indicador="devengado") == 400


def test_every_cell_goes_to_the_ledger_with_its_true_value(
    found: Accountability, protected: ProtectedAccountability
) -> None:
    rows = protected.decisions
    assert set(rows["indicador"]) == {"inscripciones_curso", "denuncias", "denuncias_cerradas"}
    assert set(rows["periodo"]) == {"2026-C2"}
    own = rows[rows["cuadro"] == CROSSING]
    assert len(own) >= (found.cuadros.cuadros[CROSSING]["valor"] > 0).sum()


def entries(decisions: pd.DataFrame) -> list[Entry]:
    """The rows of the ledger as the attacker's gate reads them back."""
    return [
        Entry(
            publicacion_id=RELEASE,
            revision=1,
            periodo=row["periodo"],
            cuadro=row["cuadro"],
            dimensiones=tuple(row["dimensiones"]),
            indicador=row["indicador"],
            cell=tuple(sorted(json.loads(row["celda"]).items())),
            value=float(row["valor_real"]),
            contributors=None if pd.isna(row["contribuyentes"]) else int(row["contribuyentes"]),
            has_row=bool(row["con_fila"]),
            state=row["estado"],
        )
        for row in decisions.to_dict("records")
    ]


def test_an_attacker_finds_out_nothing_unless_a_cell_hidden_for_another_s_sake_is_shown(
    protected: ProtectedAccountability,
) -> None:
    limits = {"frecuencia_minima": 3, "ancho_minimo": 3}
    decided = entries(protected.decisions)
    assert attack(decided, {RELEASE: 0}, limits) == []
    careless = [replace(each, state="publicada") if each.state == "secundaria" else each for each in decided]
    assert careless != decided
    assert attack(careless, {RELEASE: 0}, limits) != []


def test_a_year_is_refused_since_its_parts_would_give_away_what_they_hide(found: Accountability) -> None:
    year = replace(found, period=Period.parse("2026"))
    with pytest.raises(UsageError, match="por cuatrimestre"):
        protect_accountability(year, placed(9), RULES, History())


def test_so_few_complaints_that_none_is_shown_leave_no_median(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    add_complaints(warehouse, origins[AUGUST]["denuncias"], [{"recibida": MAY.first_day, "dias": 3}] * 1)
    for month in SECOND.months:
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, [{}], [])
    figures = protect_accountability(computed(warehouse, SECOND, origins), placed(9), RULES, History()).figures
    assert figures.plazos["valor"].isna().all()
    assert figures.plazos["casos"].isna().all()
    assert figures.cuadros.cuadros["denuncias_por_pais"]["valor"].fillna(0).sum() == 0
