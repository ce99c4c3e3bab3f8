"""Tells of platforms that do not do as they should, from the incidents that the monitoring keeps."""

from datetime import datetime

from movilidad.alerts.audience import contract_of
from movilidad.alerts.delivery import Connections
from movilidad.alerts.desk_pages import with_desk
from movilidad.alerts.notice import Link, Notice
from movilidad.alerts.reporting import open_incidents, recovered, report
from movilidad.monitoring import Incident
from movilidad.monitoring import open_incidents as open_on_platforms
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_KIND = "plataforma_degradada"
_SAID = {
    "caida": "no responde",
    "forma": "responde, pero no como promete su contrato",
    "lenta": "tarda mucho más que de costumbre",
}


def tell_of_platforms(
    now: datetime, connections: Connections | None = Connection.from_environment, airflow: str = ""
) -> str:
    """Report what is open and was not told, close what is over. Twice is the same as once; gives a sentence."""
    with warehouse(Role.WATCH).connect() as connection:
        going_on = open_on_platforms(connection)
    told = {each.asunto for each in open_incidents() if each.clase == _KIND}
    over = sorted(told - {each.fuente for each in going_on})
    recovered([(_KIND, fuente, "") for fuente in over], now, connections)
    for each in going_on:
        if each.fuente not in told:
            report(with_desk(_notice(each, airflow), airflow), now, connections)
    return f"Plataformas con incidente: {len(going_on):,}. Recuperadas: {len(over):,}."


def _notice(incident: Incident, airflow: str) -> Notice:
    contract = contract_of(incident.fuente)
    link = Link("Abrir el monitoreo en Airflow", f"{airflow}/dags/monitoreo_plataformas")
    return Notice(
        kind=_KIND,
        subject=incident.fuente,
        title=contract.titulo if contract else incident.fuente,
        what=f"{_SAID[incident.clase]}, en {incident.chequeos:,} mediciones",
        since=incident.desde,
        source=incident.fuente,
        links=(link,) if airflow else (),
    )
