"""Actions, training, complaints and budget of four months, from core rows that the test writes itself."""

from datetime import date, timedelta

import pytest
from accountability_support import (
    SECOND,
    SOURCES,
    add_actions,
    add_budget,
    add_complaints,
    add_courses,
    computed,
    deliver_months,
    loads_of,
    value,
)
from sqlalchemy import Engine
from warehouse_support import NOW, OCTOBER, PROGRAMME, add_departures, cells, deliver, deliver_all

from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.sources.contracts import sources_of
from movilidad.statistics.accountability import compute_accountability
from movilidad.statistics.budget import cost_per_person
from movilidad.statistics.compute import compute_period
from movilidad.statistics.inputs import current_loads, period_loads

MAY, AUGUST = SECOND.first, SECOND.last
YEAR = Month(2026, 1).through(AUGUST)


def test_the_monthly_report_waits_for_no_source_of_accountability_and_the_four_month_report_for_all(
    warehouse: Engine,
) -> None:
    for source in sources_of("mensual"):
        deliver(warehouse, source, OCTOBER)
    assert [load.fuente for load in current_loads(warehouse, OCTOBER)] == sources_of("mensual")
    with pytest.raises(DataError, match="faltan 3 fuentes") as error:
        current_loads(warehouse, OCTOBER, report="cuatrimestral")
    assert "denuncias (responde Registro de Denuncias, denuncias@mintrab.example)" in str(error.value)
    for source in ("acciones", "capacitaciones", "denuncias"):
        deliver(warehouse, source, OCTOBER)
    # delivered, they change nothing of the monthly report's inputs
    assert [load.fuente for load in current_loads(warehouse, OCTOBER)] == sources_of("mensual")
    assert len(current_loads(warehouse, OCTOBER, report="cuatrimestral")) == 11


def test_an_action_counts_as_it_stood_on_the_last_day_and_its_amount_once(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    add_actions(
        warehouse,
        origins[AUGUST]["acciones"],
        [
            {"accion": "terminada"},
            {"accion": "de un día", "fecha_inicio": date(2026, 8, 31), "fecha_fin": None, "cantidad": 1},
            {"accion": "terminó después", "fecha_fin": date(2026, 9, 1)},
            {"accion": "sigue", "fecha_fin": None, "estado": "en_curso", "cantidad": None, "unidad": "ND"},
            {"accion": "atrasada", "fecha_fin": None, "estado": "planificada", "cantidad": None, "unidad": "ND"},
            {"accion": "de antes", "fecha_inicio": date(2026, 1, 1), "fecha_fin": date(2026, 4, 30)},
            {"accion": "de después", "fecha_inicio": date(2026, 9, 1), "fecha_fin": None, "estado": "planificada"},
            {"accion": "otro hito", "hito": "2", "cantidad": 2, "unidad": "publicaciones"},
        ],
    )
    found = computed(warehouse, SECOND, origins)
    assert value(found.acciones, hito="5", estado_accion="Total") == 5
    assert value(found.acciones, hito="5", estado_accion="completada") == 2
    assert value(found.acciones, hito="5", estado_accion="en_curso") == 2
    assert value(found.acciones, hito="5", estado_accion="planificada") == 1
    assert value(found.acciones, hito="3", estado_accion="Total") == 0
    assert value(found.acciones, hito="Total", estado_accion="Total") == 6
    assert found.cantidades.values.tolist() == [
        ["2", "cantidad", "publicaciones", 2.0],
        ["5", "cantidad", "municipios", 5.0],
    ]
    listed = found.lista_acciones.set_index("accion")
    assert "de antes" not in listed.index
    assert listed.loc["terminó después", ["estado", "unidad"]].tolist() == ["en_curso", "ND"]
    assert listed.loc["terminó después", ["fecha_fin", "evidencia", "cantidad"]].isna().all()
    assert listed.loc["terminada", "fecha_fin"] == "2026-06-10"
    # the next four months take it up, with its amount
    third = Period.parse("2026-C3")
    later = deliver_months(warehouse, third.months)
    add_actions(warehouse, later[third.last]["acciones"], [{"fecha_fin": date(2026, 9, 1)}])
    assert value(computed(warehouse, third, later).cantidades, hito="5") == 4


def test_enrolments_are_counted_by_course_sex_place_and_result(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    add_courses(warehouse, origins[MAY]["capacitaciones"], MAY, [{}, {"curso": "2", "modalidad": "ND"}])
    add_courses(warehouse, origins[AUGUST]["capacitaciones"], AUGUST, [{"departamento_curso": "ND"}])
    # a course that ended in another month is not of this one
    add_courses(
        warehouse, origins[Month(2026, 6)]["capacitaciones"], Month(2026, 6), [{"fecha_fin": date(2026, 7, 1)}]
    )
    found = computed(warehouse, SECOND, origins)
    by_course = cells(found.cuadros, "capacitaciones_por_curso_resultado", "inscripciones_curso")
    assert (by_course["Total", "Total"], by_course["1", "Total"], by_course["2", "Total"]) == (48, 32, 16)
    assert (by_course["2", "certificada"], by_course["2", "no_certificada"]) == (13, 3)
    by_sex = cells(found.cuadros, "capacitaciones_por_sexo_resultado", "inscripciones_curso")
    assert (by_sex["2", "Total"], by_sex["2", "certificada"], by_sex["1", "no_certificada"]) == (18, 15, 6)
    place = "capacitaciones_por_departamento_curso_resultado"
    assert cells(found.cuadros, place, "inscripciones_curso")["ND", "Total"] == 16
    assert cells(found.cuadros, "capacitaciones_por_modalidad", "inscripciones_curso")["ND"] == 16
    assert found.cursos[["curso", "valor"]].values.tolist() == [["Total", 3], ["1", 2], ["2", 1]]
    assert found.cuadros.detalle["capacitaciones"]["contribuyentes"].sum() == 48


def test_a_period_without_a_course_a_complaint_or_an_action_has_zeros(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    for month in SECOND.months:
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, [{}], [])
    found = computed(warehouse, SECOND, origins)
    for name in ("capacitaciones_por_curso_resultado", "denuncias_por_clase_denuncia_estado_denuncia"):
        assert found.cuadros.cuadros[name]["valor"].sum() == 0
    assert found.plazos["valor"].isna().all()
    assert found.acciones["valor"].sum() == 0
    assert len(found.lista_acciones) == len(found.metas) == 0


def test_complaints_have_the_state_of_the_last_day_and_those_closed_their_days(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    june = date(2026, 6, 1)
    add_complaints(
        warehouse,
        origins[AUGUST]["denuncias"],
        [
            *({"recibida": june, "dias": days} for days in (10, 20, 60)),
            {"recibida": june, "dias": 5, "estado": "trasladada", "clase": "salario"},
            {"recibida": date(2026, 8, 30), "dias": 2, "canal": "telefono"},
            {"recibida": date(2026, 8, 31), "dias": 0, "estado": "en_tramite", "pais": "ND", "clase": "ND"},
            # received before, closed within; received within the months after; closed before
            {"recibida": date(2026, 1, 1), "dias": 140, "estado": "desestimada", "clase": "cobro"},
            {"recibida": date(2026, 9, 1), "dias": 1},
            {"recibida": date(2026, 1, 1), "dias": 3},
        ],
    )
    found = computed(warehouse, SECOND, origins)
    by_state = cells(found.cuadros, "denuncias_por_estado_denuncia", "denuncias")
    assert by_state == {"Total": 6, "en_tramite": 2, "trasladada": 1, "resuelta": 3, "desestimada": 0, "ND": 0}
    assert cells(found.cuadros, "denuncias_por_pais", "denuncias") == {"Total": 6, "USA": 5, "ND": 1}
    crossing = cells(found.cuadros, "denuncias_por_clase_denuncia_estado_denuncia", "denuncias")
    assert (crossing["estafa", "resuelta"], crossing["estafa", "en_tramite"]) == (3, 1)
    assert cells(found.cuadros, "denuncias_cerradas_por_clase_denuncia", "denuncias_cerradas")["Total"] == 4
    assert found.plazos.values.tolist() == [
        ["Total", "dias_hasta_el_cierre_mediana", "días", 40.0, 4],
        ["estafa", "dias_hasta_el_cierre_mediana", "días", 20.0, 3],
        ["cobro", "dias_hasta_el_cierre_mediana", "días", 140.0, 1],
    ]


def test_money_of_the_period_and_of_the_year_to_date_by_line(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, YEAR)
    for number, month in enumerate(YEAR):
        other = {"renglon": "133", "descripcion": "Viáticos", "vigente": 0, "devengado": 0.1, "pagado": 0}
        lines = [{"vigente": 1000 + number}, {"asignado": 0, "vigente": 0, "devengado": 20, "pagado": 0}, other]
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, lines, [])
    money = computed(warehouse, SECOND, origins).presupuesto
    line = {"renglon": "011"}
    assert value(money, **line, indicador="vigente") == 1007
    assert value(money, **line, indicador="asignado") == 1200
    assert value(money, **line, indicador="devengado") == 480
    assert value(money, **line, indicador="pagado") == 360
    assert value(money, **line, indicador="devengado_acumulado") == 960
    assert value(money, **line, indicador="ejecucion_periodo") == 47.67
    assert value(money, **line, indicador="ejecucion_acumulada") == 95.33
    assert value(money, renglon="133", indicador="ejecucion_periodo") is None
    assert value(money, renglon="Total", indicador="devengado") == 480.4
    assert money["renglon"].drop_duplicates().tolist() == ["Total", "011", "133"]
    # a month of the year is not there: nothing is told to date, the period is
    del origins[Month(2026, 2)]
    money = computed(warehouse, SECOND, origins).presupuesto
    assert value(money, **line, indicador="devengado_acumulado") is None
    assert value(money, **line, indicador="ejecucion_acumulada") is None
    assert value(money, **line, indicador="devengado") == 480


def test_cost_per_person_is_what_was_accrued_over_the_persons_placed(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, SECOND.months)
    for month in SECOND.months:
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, [{}], [])
    money = computed(warehouse, SECOND, origins).presupuesto
    assert cost_per_person(money, 7.0)["valor"].tolist() == [57.14]
    assert cost_per_person(money, None)["valor"].isna().all()
    assert cost_per_person(money, 0.0)["valor"].isna().all()


def test_goals_are_told_where_they_were_delivered_and_missing_where_a_month_lacks_them(warehouse: Engine) -> None:
    origins = deliver_months(warehouse, YEAR)
    for month in YEAR:
        goals = [{"ejecutado": month.month}, {"unidad": "salidas", "meta": 0, "ejecutado": 1}]
        # a load of before the source gave goals
        old = [] if month == Month(2026, 5) else goals
        add_budget(warehouse, origins[month]["ejecucion_presupuestaria"], month, [{}], old)
    first = Period.parse("2026-C1")
    done = computed(warehouse, first, {month: origins[month] for month in first.months}).metas
    assert done[done["meta_id"] == "M0"].set_index("indicador")["valor"].to_dict() == {
        "meta": 40,
        "ejecutado": 10,
        "ejecutado_acumulado": 10,
        "avance": 25,
    }
    assert value(done, meta_id="M1", indicador="avance") is None
    assert value(done, meta_id="M1", indicador="ejecutado", column="parte_menor") == 4
    second = computed(warehouse, SECOND, origins).metas
    assert value(second, meta_id="M0", indicador="meta") == 40
    assert [value(second, meta_id="M0", indicador=name) for name in ("ejecutado", "ejecutado_acumulado")] == [
        None
    ] * 2


def test_figures_are_given_as_they_were_known(warehouse: Engine) -> None:
    for month in SECOND.months:
        deliver_all(warehouse, month)
    add_complaints(
        warehouse,
        {"carga_id": f"carga-denuncias-{AUGUST}", "snapshot_id": "s"},
        [{"recibida": AUGUST.first_day, "estado": "en_tramite"}],
    )
    late = deliver(warehouse, "denuncias", AUGUST, "carga-tardía", NOW + timedelta(days=9))
    add_complaints(warehouse, late, [{"recibida": AUGUST.first_day, "dias": 4}] * 1)

    def resolved(loads: object) -> int:
        found = compute_accountability(warehouse, SECOND, loads)  # type: ignore[arg-type]
        return cells(found.cuadros, "denuncias_por_estado_denuncia", "denuncias")["resuelta"]

    for source in SOURCES[:3]:
        assert source in [load.fuente for load in period_loads(warehouse, SECOND)[MAY]]
    for month in SECOND.months:
        origin = {"carga_id": f"carga-ejecucion_presupuestaria-{month}", "snapshot_id": "s"}
        add_budget(warehouse, origin, month, [{}], [])
    assert resolved(period_loads(warehouse, SECOND)) == 1
    assert resolved(period_loads(warehouse, SECOND, NOW)) == 0


def test_tables_of_persons_placed_are_counted_without_those_of_accountability(warehouse: Engine) -> None:
    origins = {month: deliver_all(warehouse, month) for month in SECOND.months}
    departure = {"persona_id": "p1", "fecha_salida": MAY.first_day}
    add_departures(warehouse, origins[MAY][PROGRAMME], [departure])
    tables = compute_period(warehouse, SECOND, period_loads(warehouse, SECOND))
    assert cells(tables, "colocados_por_sexo", "colocados")["Total"] == 1
    assert not [name for name in tables.cuadros if name.startswith(("capacitaciones", "denuncias"))]
    assert loads_of(origins)[MAY][0].demostracion
