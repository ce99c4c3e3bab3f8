"""Other populations than the placed and other periods than the month, from core rows written by the test."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine
from warehouse_support import (
    NOW,
    OCTOBER,
    PERSON,
    PROGRAMME,
    RECRUITERS,
    add_departures,
    add_rates,
    cells,
    deliver,
    deliver_all,
    headline,
    insert,
)

from movilidad.disclosure.protection import Rules, protect
from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.statistics.compute import compute, compute_period
from movilidad.statistics.inputs import current_loads, earlier_loads, period_loads
from movilidad.statistics.tables import MonthTables

JOB_BANK = "tu_empleo"
THIRD = Period.parse("2026-C3")
BY_COUNTRY, BY_SEX = "colocados_por_pais", "colocados_por_sexo"


def counted(found: dict[object, int]) -> dict[object, int]:
    return {key: value for key, value in found.items() if value}


def deliver_third(warehouse: Engine) -> dict[Month, dict[str, dict[str, str]]]:
    """September to December: p1 leaves each month, p2 in two of them, and each month brings a stranger."""
    origins = {}
    for number, month in enumerate(THIRD.months):
        origins[month] = deliver_all(warehouse, month)
        day = {"fecha_salida": month.first_day + timedelta(days=9)}
        abroad = {"pais": "CAN", "tipo_visa": "PTET-A"} if number else {}
        rows = [{"persona_id": "p1", **day, **abroad}, {"persona_id": f"x{number}", "pais": "ESP", **day}]
        if number in (1, 2):
            rows.append({"persona_id": "p2", "empleador_id": "E2", **day})
        # a record of another month belongs to the loads of that month
        rows.append({"persona_id": "tarde", "fecha_salida": month.first_day - timedelta(days=1)})
        add_departures(warehouse, origins[month][PROGRAMME], rows)
    return origins


def test_four_months_are_their_months_departures_and_their_distinct_persons(warehouse: Engine) -> None:
    deliver_third(warehouse)
    loads = period_loads(warehouse, THIRD)
    whole = compute_period(warehouse, THIRD, loads)
    months = [compute(warehouse, month, loads[month]) for month in THIRD.months]

    trips = [cells(month, BY_COUNTRY, "salidas") for month in months]
    assert cells(whole, BY_COUNTRY, "salidas") == {
        key: sum(each.get(key, 0) for each in trips) for key in ("Total", "USA", "CAN", "ESP", "ND")
    }
    assert cells(whole, BY_COUNTRY, "salidas")["Total"] == 4 + 4 + 2
    # p1 counts where she left first
    assert counted(cells(whole, BY_COUNTRY, "colocados")) == {"Total": 6, "USA": 2, "ESP": 4}
    assert counted(cells(whole, "empleadores_por_pais", "empleadores")) == {"Total": 2, "USA": 2}
    assert cells(whole, "colocados_por_pais_sexo", "colocados")["ESP", "1"] == 4
    assert "colocados_por_pais_acumulado" not in whole.cuadros
    assert whole.detalle["colocados"][["colocados", "salidas"]].sum().tolist() == [6, 10]


def test_a_period_of_which_a_month_was_not_delivered_is_refused(warehouse: Engine) -> None:
    deliver_all(warehouse, Month(2026, 9))
    with pytest.raises(DataError, match="octubre de 2026"):
        period_loads(warehouse, THIRD)


def test_the_year_to_date_needs_every_month_and_lies_beside_the_month(warehouse: Engine) -> None:
    for month in Month(2026, 1).through(OCTOBER):
        origins = deliver_all(warehouse, month)
        departures = [{"persona_id": name, "fecha_salida": month.first_day} for name in ("p1", f"x{month}")]
        add_departures(warehouse, origins[PROGRAMME], departures)
    loads, history = current_loads(warehouse, OCTOBER), earlier_loads(warehouse, OCTOBER)
    assert list(history) == Month(2026, 1).through(Month(2026, 9))

    tables = compute(warehouse, OCTOBER, loads, history)
    assert (headline(tables, "colocados"), headline(tables, "salidas")) == (2, 2)
    assert cells(tables, BY_SEX, "colocados")["Total"] == 2
    assert cells(tables, f"{BY_SEX}_acumulado", "colocados") == {"Total": 11, "1": 11, "2": 0, "ND": 0}
    assert cells(tables, f"{BY_SEX}_acumulado", "salidas")["Total"] == 20
    assert "colocados_por_pais_sexo_acumulado" not in tables.cuadros
    assert tables.detalle["colocados_acumulado"]["salidas"].sum() == 20

    del history[Month(2026, 5)]
    assert not [name for name in compute(warehouse, OCTOBER, loads, history).cuadros if "acumulado" in name]


def test_in_january_the_year_to_date_is_the_month(warehouse: Engine) -> None:
    january = Month(2026, 1)
    deliver_all(warehouse, january)
    assert earlier_loads(warehouse, january) == {}
    tables = compute(warehouse, january, current_loads(warehouse, january))
    assert cells(tables, f"{BY_SEX}_acumulado", "salidas") == cells(tables, BY_SEX, "salidas")


def test_figures_can_be_given_as_they_were_known(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_departures(warehouse, origins[PROGRAMME], [{"persona_id": "p1"}])
    late = deliver(warehouse, PROGRAMME, OCTOBER, "carga-tardía", NOW + timedelta(days=20))
    add_departures(warehouse, late, [{"persona_id": "p1"}, {"persona_id": "p2"}])

    def placed(as_of: datetime | None) -> float:
        return headline(compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER, as_of)), "colocados")

    assert placed(None) == placed(NOW + timedelta(days=20)) == 2
    assert placed(NOW) == placed(NOW + timedelta(days=19)) == 1
    with pytest.raises(DataError, match="fuentes"):
        current_loads(warehouse, OCTOBER, NOW - timedelta(seconds=1))


def test_the_funnel_begins_in_the_job_bank_and_knows_a_person_of_two_platforms(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_departures(warehouse, origins[PROGRAMME], [{"persona_id": "p1"}, {"persona_id": "recontratada"}])
    insert(
        warehouse,
        "nucleo.inscripciones",
        [
            {
                "inscripcion_id": f"I{n}",
                "persona_id": person,
                "fecha": moment,
                "interes": interest,
                **origins[JOB_BANK],
            }
            for n, (person, moment, interest) in enumerate(
                [
                    ("p1", datetime(2026, 10, 2, tzinfo=UTC), True),
                    ("a1", datetime(2026, 10, 3, tzinfo=UTC), True),
                    ("solo-interés", datetime(2026, 11, 1, 5, 59, tzinfo=UTC), True),
                    ("noviembre", datetime(2026, 11, 1, 6, tzinfo=UTC), True),
                    ("sin-interés", datetime(2026, 10, 4, tzinfo=UTC), False),
                ]
            )
        ],
    )
    asked = {"pais_interes": "USA", "ocupacion": "9211"}
    applications = [
        ("p1", datetime(2026, 10, 5, tzinfo=UTC), "6", "web"),
        ("a1", datetime(2026, 10, 5, tzinfo=UTC), "4", "web"),
        ("a1", datetime(2026, 10, 9, tzinfo=UTC), "2", "feria"),
        ("a2", datetime(2026, 10, 9, tzinfo=UTC), "ND", "ND"),
    ]
    insert(
        warehouse,
        "nucleo.solicitudes",
        [
            {
                "solicitud_id": f"S{n}",
                "persona_id": person,
                "fecha": moment,
                "etapa": stage,
                "canal_registro": channel,
                **asked,
                **origins[PROGRAMME],
            }
            for n, (person, moment, stage, channel) in enumerate(applications)
        ],
    )
    # a1 turned eighteen on the day of her last application, as the clocks of Guatemala show it
    insert(
        warehouse,
        "nucleo.personas",
        [
            {
                **PERSON,
                **origins[PROGRAMME],
                "persona_id": "a1",
                "fecha_nacimiento": date(2008, 10, 8),
                "pueblo": "1",
            }
        ],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    funnel = cells(tables, "interesados_por_etapa_alcanzada", "interesados")
    assert counted(funnel) == {"Total": 4, "0": 1, "4": 1, "7": 1, "ND": 1}
    assert list(funnel) == ["Total", *"01234567", "ND"]
    assert counted(cells(tables, "aplicantes_por_canal_registro", "aplicantes")) == {
        "Total": 3,
        "web": 1,
        "feria": 1,
        "ND": 1,
    }
    assert counted(cells(tables, "aplicantes_por_grupo_edad", "aplicantes")) == {
        "Total": 3,
        "18-24": 1,
        "30-34": 1,
        "ND": 1,
    }
    assert counted(cells(tables, "aplicantes_por_pueblo", "aplicantes")) == {"Total": 3, "1": 1, "5": 1, "ND": 1}
    assert headline(tables, "aplicantes") == 3


def test_employers_and_recruiters_count_once_where_they_began_and_private_ones_apart(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    first, second = {"fecha_salida": date(2026, 10, 1)}, {"fecha_salida": date(2026, 10, 2)}
    add_departures(
        warehouse,
        origins[PROGRAMME],
        [
            {"persona_id": "p1", **second, "empleador_id": "E1", "sector": "8130"},
            {"persona_id": "p2", **first, "empleador_id": "E1"},
            {"persona_id": "p3", **first, "empleador_id": "E2", "pais": "CAN"},
            {"persona_id": "p4", **first, "empleador_id": None},
        ],
    )
    private = {"canal": "reclutador_privado", "pais": "MEX"}
    add_departures(
        warehouse,
        origins[RECRUITERS],
        [
            {"persona_id": "q1", **private, **first, "reclutador_id": "R1"},
            {"persona_id": "q2", **private, **second, "reclutador_id": "R1", "pais": "USA"},
            {"persona_id": "q2", **private, **second, "reclutador_id": "R2"},
            {"persona_id": "q3", **private, **second, "reclutador_id": None},
        ],
    )
    term = {"vigente_desde": date(2025, 1, 1), "vigente_hasta": date(2027, 12, 31), **origins[RECRUITERS]}
    countries = {"R1": "USA|CAN", "R2": "USA", "R3": None, "R4": "MEX"}
    insert(
        warehouse,
        "nucleo.reclutadores",
        [
            {"reclutador_id": name, "nombre": name, "paises": found, **term}
            | ({"vigente_hasta": date(2026, 10, 30)} if name == "R4" else {})
            for name, found in countries.items()
        ],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    assert counted(cells(tables, "empleadores_por_sector", "empleadores")) == {"Total": 2, "01": 2}
    assert counted(cells(tables, "empleadores_por_pais", "empleadores")) == {"Total": 2, "USA": 1, "CAN": 1}
    assert cells(tables, "reclutadores_por_pais", "reclutadores") == {"Total": 3, "CAN": 1, "USA": 2, "ND": 1}
    active = cells(tables, "reclutadores_activos_por_pais", "reclutadores_activos")
    assert counted(active) == {"Total": 2, "MEX": 2}
    reported = cells(tables, "reportados_por_pais", "trabajadores_reportados")
    assert counted(reported) == {"Total": 3, "MEX": 2, "USA": 1}
    assert cells(tables, BY_COUNTRY, "salidas")["Total"] == 4
    assert headline(tables, "reclutadores") == 3
    assert headline(tables, "trabajadores_reportados") == 3


def test_levels_of_occupation_and_activity_hang_together(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    jobs = [("9211", "0113"), ("9111", "0210"), ("9", "A"), ("5120", "5610"), ("ND", "ND")]
    departures = [{"persona_id": f"p{n}", "ocupacion": o, "sector": s} for n, (o, s) in enumerate(jobs)]
    add_departures(warehouse, origins[PROGRAMME], departures)
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    assert cells(tables, "colocados_por_gran_grupo_ocupacion", "colocados") == {
        ("Total", "Total"): 5,
        ("5", "Total"): 1,
        ("5", "51"): 1,
        ("9", "Total"): 3,
        ("9", "91"): 1,
        ("9", "92"): 1,
        ("9", "ND"): 1,
        ("ND", "Total"): 1,
        ("ND", "ND"): 1,
    }
    assert cells(tables, "colocados_por_seccion_sector", "salidas") == {
        ("Total", "Total"): 5,
        ("A", "Total"): 3,
        ("A", "01"): 1,
        ("A", "02"): 1,
        ("A", "ND"): 1,
        ("I", "Total"): 1,
        ("I", "56"): 1,
        ("ND", "Total"): 1,
        ("ND", "ND"): 1,
    }


def test_the_finest_crossing_is_stored_and_never_shown(warehouse: Engine, tmp_path: Path) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_rates(warehouse, origins)
    add_departures(warehouse, origins[PROGRAMME], [{"persona_id": f"p{n}"} for n in range(20)])
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    tables.save(tmp_path)
    loaded = MonthTables.load(tmp_path)
    assert set(loaded.detalle) == set(tables.detalle) >= {"colocados", "aplicantes", "interesados", "empleadores"}
    for name, frame in tables.detalle.items():
        pd.testing.assert_frame_equal(loaded.detalle[name], frame, check_dtype=False)
        counts = frame.columns[-2:]
        assert loaded.detalle[name][counts].dtypes.tolist() == frame[counts].dtypes.tolist()
    assert protect(tables, Rules(3, 2, 3)).tables.detalle == {}
