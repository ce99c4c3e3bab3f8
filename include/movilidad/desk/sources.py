"""Every source in a line: its newest month, what was set apart, whether anything is wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts import Incident, incidents
from movilidad.alerts.desk_pages import source_page
from movilidad.desk.counts import share
from movilidad.desk.standing import Standing
from movilidad.desk.viewer import Viewer
from movilidad.model.periods import Month
from movilidad.quality.findings.past import Examined, newest_examinations
from movilidad.quality.findings.store import open_findings
from movilidad.quality.findings.timeliness import overdue
from movilidad.reports.numbers import number
from movilidad.sources.contracts import Contract, contract_names, load_contract
from movilidad.store.extractions import first_moment

_LOOK_BACK = 12  # months in which findings are still of concern


@dataclass(frozen=True)
class SourceRow:
    """A source; ``mes`` is the newest month that was examined, in words, empty if there is none."""

    titulo: str
    mes: str
    llegada: datetime | None
    filas: str
    apartadas: str
    estado: Standing
    pagina: str


def all_sources(connection: Connection, viewer: Viewer, now: datetime) -> list[SourceRow]:
    """All sources, those with something wrong first, then by title."""
    newest = {each.fuente: each for each in newest_examinations(connection, contract_names(), 1)}
    late = set(overdue(connection, Month.last_complete(now), now))
    odd, going_on = _asking(connection, now), incidents.opened(connection)
    rows = [
        _row(
            first_moment(connection, name, str(own.mes)) if (own := newest.get(name)) else None,
            load_contract(name),
            own,
            state_of(name, own, late, odd[name], going_on),
            viewer,
        )
        for name in contract_names()
    ]
    return sorted(rows, key=lambda row: (not row.estado.waits, row.titulo))


def state_of(
    fuente: str, newest: Examined | None, late: Iterable[str], asking: int, going_on: Iterable[Incident]
) -> Standing:
    """How a source is.

    Args:
        late: the sources of which the last complete month should have come.
        asking: its findings that ask for a decision or stop it.
    """
    own = next((each for each in going_on if fuente in {each.asunto, each.fuente}), None)
    if own:
        return Standing(own.about.titulo, "mal" if own.critico else "persona")
    if newest and not newest.aprobado:
        return Standing("La revisión la detuvo", "mal", newest.mes.label)
    if fuente in late:
        return Standing("No ha entregado", "persona")
    if asking:
        return Standing("1 aviso" if asking == 1 else f"{asking:,} avisos", "persona", "Piden decisión.")
    return Standing("En orden", "bien") if newest else Standing("Sin registros", "quieto")


def _asking(connection: Connection, now: datetime) -> Counter[str]:
    months = Month.last_complete(now).plus(1 - _LOOK_BACK).through(Month.of(now))
    found = open_findings(connection, [str(month) for month in months], ("critical", "warning"), None)
    return Counter(each.fuente for each in found)


def _row(
    came: datetime | None, contract: Contract, newest: Examined | None, state: Standing, viewer: Viewer
) -> SourceRow:
    return SourceRow(
        titulo=contract.titulo,
        mes=newest.mes.label if newest else "",
        llegada=came,
        filas=number(newest.filas) if newest else "",
        apartadas=share(newest.apartadas, newest.filas, viewer) if newest else "",
        estado=state,
        pagina=source_page(contract.fuente),
    )
