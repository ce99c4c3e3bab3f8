"""Every platform in a line: whether it answers now, and how the last thirty days went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from markupsafe import Markup
from sqlalchemy import Connection

from movilidad.alerts.desk_pages import platform_page
from movilidad.desk.standing import Standing
from movilidad.monitoring import Incident, open_incidents
from movilidad.monitoring.checks import Day, days
from movilidad.reports.page_charts import spark
from movilidad.reports.platforms import cells
from movilidad.sources.contracts import contract_names, load_contract

DAYS = timedelta(days=30)
WRONG = {"caida": "No responde", "forma": "No responde como promete", "lenta": "Va lenta"}


@dataclass(frozen=True)
class PlatformRow:
    """A platform; its line is the median time of its answers, day by day."""

    titulo: str
    estado: Standing
    disponibilidad: str
    mediana: str
    linea: Markup
    pagina: str


def all_platforms(connection: Connection, now: datetime) -> list[PlatformRow]:
    """All platforms, those with something wrong first, then by title."""
    by_source: dict[str, list[Day]] = {}
    for day in days(connection, now - DAYS, now):
        by_source.setdefault(day.fuente, []).append(day)
    wrong = {each.fuente: each for each in open_incidents(connection)}
    rows = [_row(name, by_source.get(name, []), wrong.get(name)) for name in contract_names()]
    return sorted(rows, key=lambda row: (not row.estado.waits, row.titulo))


def state_of(looks: int, incident: Incident | None) -> Standing:
    """How a platform is, by its open incident and the number of looks at it."""
    if incident:
        return Standing(WRONG[incident.clase], "mal", incident.motivo)
    return Standing("Responde", "bien") if looks else Standing("Sin mediciones", "quieto")


def availability(own: Sequence[Day]) -> str:
    """The share of looks to which it answered as promised."""
    return cells.share(sum(day.correctos for day in own), sum(day.hechos for day in own)).texto


def _row(name: str, own: list[Day], incident: Incident | None) -> PlatformRow:
    medians = [day.mediana for day in own]
    known = [each for each in medians if each is not None]
    return PlatformRow(
        titulo=load_contract(name).titulo,
        estado=state_of(len(own), incident),
        disponibilidad=availability(own),
        mediana=cells.milliseconds(median(known) if known else None).texto,
        linea=spark(medians),
        pagina=platform_page(name),
    )
