"""Opportunities for improvement: ranked by what they cost, never about a handful of records, followed up."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitoring_support import BEGIN, OCTOBER, a_month, cause, looks, moment

from movilidad.monitoring.deadline import Waiting
from movilidad.monitoring.evaluation import Evaluation, FieldMonth, service
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.opportunities import follow, opportunities
from movilidad.publishing.platform_sheets import platform_sheets
from movilidad.quality.findings.timeliness import Delivery
from movilidad.reports import numbers
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.page import render_html
from movilidad.reports.pdf import print_html
from movilidad.reports.platforms.model import Told, build

MINIMUM = 3
FACTS = ReleaseFacts("plataformas/2026-10/r1", 1, OCTOBER.plus(1).first_day, True, "1", "c" * 64, MINIMUM)


def visas(empty: int, unusable: int = 0, rows: int = 200) -> dict[tuple[str, str], FieldMonth]:
    return {("colocaciones", "tipo_visa"): FieldMonth(empty, unusable, rows)}


def test_a_good_month_has_none() -> None:
    assert opportunities(a_month(), MINIMUM) == ()


def test_records_come_first_by_their_number_then_looks_then_days() -> None:
    late = Delivery(BEGIN, BEGIN + timedelta(days=4))
    month = a_month(
        campos=visas(20, 7),
        causas=(cause(12),),
        plazo=Waiting("2026-10", 30, 90),
        servicio=service(looks("bbbcccc"), OCTOBER),
        entrega=late,
    )
    ranked = opportunities(month, MINIMUM)
    assert [(each.clave.partition("/")[0], each.parte, each.unidad) for each in ranked] == [
        ("plazo_legal", 30, "registros"),
        ("captura", 20, "registros"),
        ("revision", 12, "registros"),
        ("codificacion", 7, "registros"),
        ("disponibilidad", 4, "chequeos"),
        ("oportunidad", 4, "días"),
    ]


def test_nothing_is_said_of_a_handful_of_records() -> None:
    assert opportunities(a_month(campos=visas(2), causas=(cause(2),)), MINIMUM) == ()


@pytest.mark.parametrize(
    ("now", "result"), [(40, "igual"), (10, "mejor"), (90, "peor"), (2, "resuelta"), (0, "resuelta")]
)
def test_what_became_of_an_opportunity(now: int, result: str) -> None:
    earlier = opportunities(a_month(OCTOBER.plus(-1), campos=visas(40)), MINIMUM)
    (only,) = follow(earlier, a_month(campos=visas(now)), MINIMUM)
    assert only.resultado == result


def test_shares_are_compared_and_not_counts() -> None:
    earlier = opportunities(a_month(campos=visas(40)), MINIMUM)
    (only,) = follow(earlier, a_month(campos=visas(120, rows=600)), MINIMUM)
    assert only.resultado == "igual"


def test_of_a_month_without_records_nothing_is_said_to_be_solved() -> None:
    earlier = opportunities(a_month(campos=visas(40), causas=(cause(9),)), MINIMUM)
    followed = follow(earlier, a_month(campos={}, filas={}, apartadas={}), MINIMUM)
    assert {each.resultado for each in followed} == {"sin dato"}


def full() -> Told:
    """A month with something of everything, small counts among it."""
    found = a_month(
        campos={**visas(20, 2), ("colocaciones", "salario"): FieldMonth(1, 9, 200)},
        antes={OCTOBER.plus(-1): visas(4), OCTOBER.plus(-2): visas(5)},
        causas=(cause(12), cause(2, "fecha_salida")),
        apartadas={"colocaciones": 14},
        plazo=Waiting("2026-10", 30, 90),
        servicio=service(looks("b" * 40 + "ccccbb"), OCTOBER),
        incidentes=(Incident("programa_trabajo_temporal", moment(40), moment(44), "caida", 4, "No responde."),),
        entrega=Delivery(BEGIN, BEGIN + timedelta(days=4)),
        demostracion=True,
    )
    earlier = opportunities(a_month(OCTOBER.plus(-1), campos=visas(60)), MINIMUM)
    return Told(found, opportunities(found, MINIMUM), follow(earlier, found, MINIMUM))


def test_the_report_tells_every_part_and_hides_small_counts() -> None:
    report = build(full(), FACTS)
    assert [section.nombre for section in report.secciones] == [
        *("oportunidades", "seguimiento", "disponibilidad", "incidentes", "oportunidad"),
        *("completitud", "cuarentena", "deriva", "plazo"),
    ]
    page, printed = render_html(report), print_html(report)
    for text in (page, printed):
        assert "DATOS DE DEMOSTRACIÓN" in text
        assert "Respondió en el 91.3% de las mediciones" in text
        assert "1 h 0 min" in text
        assert "Solicitudes con más de 10 días sin decisión" in text
    rows = [row for section in report.secciones for table in section.cuadros for row in table.filas]
    small = next(row for row in rows if row.titulo.startswith("«Salida del país» (colocaciones): "))
    assert [cell.texto for cell in small.celdas] == [numbers.HIDDEN, numbers.HIDDEN]


def test_small_counts_are_in_no_file() -> None:
    sheets = {sheet.nombre: sheet for sheet in platform_sheets(full(), MINIMUM)}
    for name, sheet in sheets.items():
        for row in sheet.filas:
            cells = dict(zip(sheet.header, row, strict=True))
            hidden = cells.get("estado_conf") == "C"
            assert not (hidden and cells.get("valor")), name
    values = [dict(zip(sheets["cuarentena"].header, row, strict=True)) for row in sheets["cuarentena"].filas]
    assert {each["campo"]: each["valor"] for each in values} == {"salario": "12", "fecha_salida": ""}


counts = st.integers(0, 300)


@given(counts, counts, st.lists(counts, max_size=4), st.text("bcf", max_size=30))
def test_every_share_is_between_nothing_and_all(empty: int, unusable: int, apart: list[int], letters: str) -> None:
    rows = max(empty + unusable, *apart, 1)
    found: Evaluation = a_month(
        campos=visas(empty, unusable, rows),
        filas={"colocaciones": rows},
        causas=tuple(cause(count, f"campo_{place}") for place, count in enumerate(apart)),
        servicio=service(looks(letters), OCTOBER),
    )
    told = opportunities(found, MINIMUM)
    assert all(0 < each.share <= 1 and each.parte >= MINIMUM for each in told)
    again = follow(told, replace(found), MINIMUM)
    assert {each.resultado for each in again} <= {"igual"}
