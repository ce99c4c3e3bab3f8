"""The sign-off and those who are told of it: a draft waits for them, and that it does not any more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from movilidad.alerts.delivery import Connections
from movilidad.alerts.desk_pages import with_desk
from movilidad.alerts.incidents import Incident
from movilidad.alerts.notice import Link, Notice
from movilidad.alerts.reporting import recovered, report
from movilidad.alerts.words import span
from movilidad.model.series import SERIES
from movilidad.publishing import signoff
from movilidad.publishing.decisions import Decision, decisions_about
from movilidad.publishing.register import parse_id
from movilidad.publishing.signatories import signatories
from movilidad.sources.contracts import contract_names
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_KIND = "visto_bueno_pendiente"


def ask(
    publicacion_id: str,
    address: str,
    now: datetime,
    connections: Connections,
    *,
    second: bool,
    airflow: str = "",
) -> Incident:
    """Tell signatories, operators and the steward of what is odd that a draft waits for a decision.

    Reminders and the second person are those of every incident.

    Args:
        address: of the page where they decide.
        second: one person has decided, another one has to.
        airflow: address of Airflow's pages, among which the desk shows the draft.
    """
    series, period, _ = parse_id(publicacion_id)
    rules, last = signatories(), _last(publicacion_id)
    odd = last.motivos if last else ()
    why = "falta la segunda firma" if second else f"avisos fuera de lo tolerado: {len(odd):,}"
    notice = Notice(
        kind=_KIND,
        subject=publicacion_id,
        title=f"{SERIES[series].titulo}, revisión {publicacion_id.rpartition('/')[2]}",
        what=f"{why}; si nadie decide en {span(rules.term)}, vale «{rules.al_vencer}»",
        period=str(period),
        source=next((fuente for fuente, *_ in odd if fuente in contract_names()), ""),
        series=(series,),
        links=(Link("Decidir en Airflow", address),),
        people=rules.addresses,
    )
    return report(with_desk(notice, airflow), now, connections)


def apply(
    publicacion_id: str, answers: Sequence[Mapping[str, Any] | None], now: datetime, connections: Connections
) -> str:
    """Let a draft say what was decided about it, and tell who was asked how it ended; give the release's id."""
    applied = signoff.apply(publicacion_id, answers, now)
    _, period, _ = parse_id(publicacion_id)
    last = _last(publicacion_id)
    how = f"Decisión: {last.told}." if last else ""
    recovered([(_KIND, publicacion_id, str(period))], now, connections, how)
    return applied


def _last(publicacion_id: str) -> Decision | None:
    with warehouse(Role.WATCH).connect() as connection:
        return next(iter(decisions_about(connection, publicacion_id)), None)
