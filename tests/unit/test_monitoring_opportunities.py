"""Opportunities for improvement: ranked by what they cost, never about a handful of records, followed up."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from monitoring_support import BEGIN, OCTOBER, a_month, cause, looks, moment

from movilidad.model.periods import Month
from movilidad.monitoring.counts import EMPTY, Place
from movilidad.monitoring.deadline import Waiting
from movilidad.monitoring.evaluation import Evaluation, service
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.opportunities import Opportunity, Proposed, follow, opportunities
from movilidad.quality.findings.timeliness import Delivery
from movilidad.reports import numbers
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.page import render_html
from movilidad.reports.pdf import print_html
from movilidad.reports.platforms.model import build
from movilidad.reports.platforms.overview import build_overview
from movilidad.reports.platforms.telling import Told

MINIMUM = 3
FACTS = ReleaseFacts("plataformas/2026-10/r1", 1, OCTOBER.plus(1).first_day, True, "1", "c" * 64, MINIMUM)


SEPTEMBER = OCTOBER.plus(-1)
NOBODY: dict[str, Any] = {"campos": {}, "filas": {}, "apartadas": {}}


def visas(empty: int, unusable: int = 0, rows: int = 200) -> dict[str, Any]:
    """What was examined: departures, some without a visa or with one that nobody knows."""
    return {"campos": {("colocaciones", "tipo_visa"): (empty, unusable)}, "filas": {"colocaciones": rows}}


def proposed(found: Iterable[Opportunity], since: Month = SEPTEMBER) -> list[Proposed]:
    return [Proposed(each, since) for each in found]


def test_a_good_month_has_none() -> None:
    assert opportunities(a_month(), MINIMUM) == ()


def test_records_come_first_by_their_number_then_looks_then_days() -> None:
    late = Delivery(BEGIN, BEGIN + timedelta(days=4))
    month = a_month(
        **visas(20, 7),
        causas=(cause(12),),
        plazo=Waiting("solicitudes", "2026-10", 30, 90),
        servicio=service(looks("bbbcccc"), OCTOBER),
        entrega=late,
    )
    ranked = opportunities(month, MINIMUM)
    assert [(each.clave.partition("/")[0], each.parte, each.unidad) for each in ranked] == [
        ("plazo_legal", 30, "registros"),
        ("captura", 20, "registros"),
        ("revision", 12, "registros"),
        ("codificacion", 7, "registros"),
        ("disponibilidad", 4, "mediciones"),
        ("oportunidad", 4, "días"),
    ]


def test_nothing_is_said_of_a_handful_of_records() -> None:
    assert opportunities(a_month(**visas(2), causas=(cause(2),)), MINIMUM) == ()


@pytest.mark.parametrize(
    ("now", "result"), [(40, "igual"), (10, "mejor"), (90, "peor"), (2, "resuelta"), (0, "resuelta")]
)
def test_what_became_of_an_opportunity(now: int, result: str) -> None:
    earlier = opportunities(a_month(SEPTEMBER, **visas(40)), MINIMUM)
    (only,) = follow(proposed(earlier), a_month(**visas(now)), MINIMUM)
    assert only.resultado == result
    assert only.is_open == (result != "resuelta")


def test_a_hidden_count_proposes_nothing_and_does_not_say_what_became_of_a_proposal() -> None:
    found = a_month(**visas(40))
    earlier = proposed(opportunities(found, MINIMUM))
    place = Place("celdas", EMPTY, "colocaciones", "tipo_visa")
    hidden = replace(found, conteos={**found.conteos, place: None})
    assert opportunities(hidden, MINIMUM) == ()
    (only,) = follow(earlier, hidden, MINIMUM)
    assert (only.resultado, only.ahora) == ("protegida", None)
    assert only.is_open, "nobody said that it is solved"


def test_shares_are_compared_and_not_counts() -> None:
    earlier = opportunities(a_month(**visas(40)), MINIMUM)
    (only,) = follow(proposed(earlier), a_month(**visas(120, rows=600)), MINIMUM)
    assert only.resultado == "igual"


def test_of_a_month_without_records_nothing_is_said_to_be_solved() -> None:
    earlier = opportunities(a_month(**visas(40), causas=(cause(9),)), MINIMUM)
    followed = follow(proposed(earlier), a_month(**NOBODY), MINIMUM)
    assert {each.resultado for each in followed} == {"sin dato"}


def full() -> Told:
    """A protected month with something of everything, hidden counts among it."""
    examined = visas(20, 4)
    examined["campos"] |= {("colocaciones", "salario"): (9, 9)}
    found = a_month(
        **examined,
        causas=(cause(12), cause(2, "fecha_salida")),
        apartadas={"colocaciones": 14},
        plazo=Waiting("solicitudes", "2026-10", 30, 90),
        servicio=service(looks("b" * 40 + "ccccbb"), OCTOBER),
        incidentes=(Incident("programa_trabajo_temporal", moment(40), moment(44), "caida", 4, "No responde."),),
        entrega=Delivery(BEGIN, BEGIN + timedelta(days=4)),
        demostracion=True,
    )
    small = {place: None if place.campo == "fecha_salida" else count for place, count in found.conteos.items()}
    earlier = proposed(opportunities(a_month(SEPTEMBER, **visas(60)), MINIMUM))
    hidden = replace(found, conteos=small)
    shares = {SEPTEMBER: {("colocaciones", "tipo_visa"): 0.7, ("Total", "Total"): 0.7}}
    return Told(hidden, opportunities(hidden, MINIMUM), follow(earlier, hidden, MINIMUM), shares)


def test_the_report_tells_every_part_and_hides_what_is_hidden() -> None:
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


def test_the_overview_leads_to_the_report_of_each_platform() -> None:
    report = build_overview([full()], FACTS)
    assert [part.carpeta for part in report.partes] == ["programa_trabajo_temporal"]
    assert 'href="programa_trabajo_temporal/informe.html"' in render_html(report)


counts = st.integers(0, 300)


@given(counts, counts, st.lists(counts, max_size=4), st.text("bcf", max_size=30))
def test_every_share_is_between_nothing_and_all(empty: int, unusable: int, apart: list[int], letters: str) -> None:
    rows = max(empty + unusable, *apart, 1)
    found: Evaluation = a_month(
        **visas(empty, unusable, rows),
        causas=tuple(cause(count, f"campo_{place}") for place, count in enumerate(apart)),
        servicio=service(looks(letters), OCTOBER),
    )
    told = opportunities(found, MINIMUM)
    assert all(each.share is not None and 0 < each.share <= 1 and each.parte >= MINIMUM for each in told)
    again = follow(proposed(told), replace(found), MINIMUM)
    assert {each.resultado for each in again} <= {"igual"}
