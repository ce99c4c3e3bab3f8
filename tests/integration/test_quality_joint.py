"""All sources of a month together, and the finished tables: what must agree, and who may be one person."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, text
from warehouse_support import OCTOBER, PROGRAMME, RECRUITERS, add_departures, deliver, insert

from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Month, Period
from movilidad.quality.findings import CORE, TABLES, open_warnings
from movilidad.quality.joint import judge_joint
from movilidad.quality.joint.core import check_core
from movilidad.quality.joint.judging import SHAPES, Subject, shaped

BORN = date(1991, 2, 3)
OURS = {"fecha_nacimiento": BORN, "municipio_origen": "1301"}


def recruited(origin: dict[str, str], engine: Engine, departures: list[dict[str, Any]], **people: Any) -> None:
    """Departures that the recruiter R1, authorised until 15 October, reports."""
    own = {"canal": "reclutador_privado", "reclutador_id": "R1", "empleador_id": None}
    add_departures(engine, origin, [{**own, **each} for each in departures], people)
    recruiter = {"reclutador_id": "R1", "nombre": "Cosechas", "vigente_desde": date(2024, 1, 1)}
    insert(engine, "nucleo.reclutadores", [{**origin, **recruiter, "vigente_hasta": date(2026, 10, 15)}])


def findings(engine: Engine, month: Month = OCTOBER) -> dict[str, tuple[str, str, Any]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT asunto, gravedad, cuanto, claves FROM control.hallazgos"
                " WHERE resuelto IS NULL AND periodo = :periodo"
            ),
            {"periodo": str(month)},
        )
        return {row[0]: tuple(row[1:]) for row in rows}


def failing(engine: Engine, suite: str) -> dict[str, tuple[int, int]]:
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT columna, fallas, filas FROM control.historia_calidad WHERE fuente = :suite AND fallas > 0"
            ),
            {"suite": suite},
        )
        return {row[0]: tuple(row[1:]) for row in rows}


def test_employers_recruiters_and_persons_of_all_sources_are_known(warehouse: Engine) -> None:
    programme, private = deliver(warehouse, PROGRAMME, OCTOBER), deliver(warehouse, RECRUITERS, OCTOBER)
    add_departures(
        warehouse,
        programme,
        [{"persona_id": f"p{n}", "empleador_id": "E9" if n < 5 else "E1"} for n in range(40)],
    )
    employer = {"empleador_id": "E1", "pais": "USA", "subdivision": "ND", "sector": "0113"}
    insert(warehouse, "nucleo.empleadores", [{**programme, **employer}])
    recruited(
        private,
        warehouse,
        [
            {"persona_id": "q1"},
            {"persona_id": "q2", "fecha_salida": date(2026, 10, 20)},
            {"persona_id": "q3", "reclutador_id": "R9"},
        ],
        **{f"q{n}": {"fecha_nacimiento": date(1980, 1, n)} for n in range(1, 4)},
    )
    check_core(OCTOBER, [programme["carga_id"], private["carga_id"]])
    assert failing(warehouse, "nucleo") == {
        "empleador_conocido": (5, 43),
        "reclutador_conocido": (1, 43),
        "reclutador_autorizado": (1, 43),
    }
    employers = "regla/salidas/empleador_conocido/values_to_be_in_set"
    assert findings(warehouse) == {employers: ("warning", "5 filas de 43 (11.6 %)", [])}
    assert [each.hallazgo.asunto for each in open_warnings(OCTOBER, [PROGRAMME, CORE])] == [employers]


def test_who_leaves_has_applied_once_a_year_of_applications_is_there(warehouse: Engine) -> None:
    loads = {month: deliver(warehouse, PROGRAMME, month) for month in OCTOBER.plus(-12).through(OCTOBER)}
    with warehouse.begin() as connection:
        connection.execute(text("""UPDATE control.cargas SET filas = '{"solicitudes": 1}'"""))
    own = loads[OCTOBER]
    add_departures(warehouse, own, [{"persona_id": f"p{n}", "recontratado": n == 0} for n in range(10)])
    applied = [(loads[OCTOBER.plus(-9)], n) for n in range(2, 6)] + [(own, 6)]
    insert(
        warehouse,
        "nucleo.solicitudes",
        [
            {
                **origin,
                "solicitud_id": f"S{n}",
                "persona_id": f"p{n}",
                "fecha": "2026-01-05",
                "canal_registro": "web",
                "pais_interes": "USA",
                "ocupacion": "9211",
                "etapa": "6",
            }
            for origin, n in applied
        ],
    )
    check_core(OCTOBER, [own["carga_id"]])
    # p1, p7, p8, p9; p0 was hired again
    assert failing(warehouse, "nucleo")["tiene_solicitud"] == (4, 10)
    asked = {each.hallazgo.asunto for each in open_warnings(OCTOBER)}
    assert "regla/cifras/aplicantes_de_un_anio+colocados/pair_values_a_to_be_greater_than_b" in asked
    with warehouse.begin() as connection:
        connection.execute(text("DELETE FROM control.vigencias WHERE periodo = '2026-03'"))
    check_core(OCTOBER, [own["carga_id"]])
    assert not any("solicitud" in name for name in findings(warehouse))


def test_the_same_person_of_two_platforms_with_two_cui_is_listed_by_record_key(warehouse: Engine) -> None:
    programme, private = deliver(warehouse, PROGRAMME, OCTOBER), deliver(warehouse, RECRUITERS, OCTOBER)
    add_departures(warehouse, programme, [{"persona_id": f"p{n}"} for n in range(4)],
                   {"p1": OURS, "p2": OURS | {"municipio_origen": "ND"}, "p3": OURS | {"sexo": "2"}})  # fmt: skip
    near, far = date(2026, 10, 14), date(2026, 10, 28)
    recruited(
        private,
        warehouse,
        [
            {"colocacion_id": "T1", "persona_id": "q1", "fecha_salida": near},
            {"colocacion_id": "T2", "persona_id": "q2", "fecha_salida": far},
            {"colocacion_id": "T3", "persona_id": "q3", "fecha_salida": near, "pais": "CAN"},
            {"colocacion_id": "T4", "persona_id": "p1", "fecha_salida": near},  # one pseudonym: one person anyway
        ],
        **dict.fromkeys(("q1", "q2", "q3", "p1"), OURS),
    )
    loads = [programme["carga_id"], private["carga_id"]]
    check_core(OCTOBER, loads)
    check_core(OCTOBER, loads)
    with warehouse.connect() as connection:
        listed = connection.execute(text("SELECT * FROM control.posibles_duplicados")).all()
    assert [tuple(row) for row in listed] == [("2026-10", PROGRAMME, "C1", RECRUITERS, "T1", 4)]
    assert findings(warehouse)["duplicados/colocaciones"] == ("info", "1 par en 8 salidas", ["C1 y T1"])


def test_a_departure_without_its_person_stops_the_month(warehouse: Engine) -> None:
    programme = deliver(warehouse, PROGRAMME, OCTOBER)
    add_departures(warehouse, programme, [{"persona_id": "p1"}])
    with warehouse.begin() as connection:
        connection.execute(text("DELETE FROM nucleo.personas"))
    with pytest.raises(
        DataError, match=r"Periodo 2026-10, expectations/nucleo.yml: salidas: Hay salidas de personas"
    ):
        check_core(OCTOBER, [programme["carga_id"]])
    assert findings(warehouse)["regla/salidas/persona_conocida/values_to_be_in_set"][0] == "critical"


def tables(**changes: list[Any]) -> dict[str, pd.DataFrame]:
    good = {
        "celdas": {"cuadro": ["a", "a"], "indicador": ["colocados"] * 2, "valor": [3, 0]},
        "sumas": {"cuadro": ["a"], "dimension": ["sexo"], "indicador": ["colocados"], "partes": [3], "total": [3]},
        "totales": {"indicador": ["colocados"], "menor": [3], "mayor": [3]},
        "pares": {"cuadro": ["a"], "personas": [3], "salidas": [4]},
    }
    for column, values in changes.items():
        for frame in good.values():
            frame.update({column: values} if column in frame else {})
    return {name: shaped(TABLES, name, pd.DataFrame(good[name])) for name in SHAPES[TABLES]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"valor": [3, -1]}, "celdas: Hay celdas con un número negativo"),
        ({"valor": [3, None]}, "celdas: Hay celdas sin valor"),
        ({"partes": [4]}, "sumas: Hay cuadros cuyas partes no suman el total"),
        ({"mayor": [5]}, "totales: Hay indicadores que no dan el mismo total"),
        ({"personas": [5]}, "pares: Hay celdas con más personas que salidas"),
    ],
)
def test_tables_that_do_not_agree_are_never_published(
    warehouse: Engine, changes: dict[str, list[Any]], message: str
) -> None:
    subject = Subject(TABLES, Period.of_month(OCTOBER), "mensual-2026-10-0123456789ab")
    judge_joint(subject, tables(), [])
    with pytest.raises(DataError, match=message):
        judge_joint(subject, tables(**changes), [])


def test_nothing_is_set_apart_any_more_once_sources_are_joined(
    warehouse: Engine, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = (paths.EXPECTATIONS / "cuadros.yml").read_text(encoding="utf-8")
    wrong = original.replace("severity: critical", "severity: warning", 1)
    (tmp_path / "cuadros.yml").write_text(
        wrong.replace("accion: detener", "accion: cuarentena", 1), encoding="utf-8"
    )
    monkeypatch.setattr(paths, "EXPECTATIONS", tmp_path)
    with pytest.raises(UsageError, match=r"conjunto «celdas», regla 1: aquí ya no se aparta nada"):
        judge_joint(Subject(TABLES, Period.of_month(OCTOBER), "x"), tables(), [])
