"""The audit trail's newest acts, with the names that the desk gives to what they are about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts.desk_pages import release_page, source_page
from movilidad.desk.names import series_title
from movilidad.model.periods import Period
from movilidad.model.series import SERIES
from movilidad.publishing.register import releases
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.store.audit_trail import Entry, entries

_NEWEST = 200


@dataclass(frozen=True)
class Act:
    """One act; ``pagina`` is the desk's page of what it is about, empty if it has none."""

    momento: datetime
    quien: str
    que: str
    de_que: str
    periodo: str
    pagina: str


def newest_acts(connection: Connection) -> list[Act]:
    """The newest two hundred, newest first."""
    sources, known = set(contract_names()), {each.publicacion_id for each in releases(connection)}

    def told(entry: Entry) -> Act:
        if entry.objeto in sources:
            return _of_source(entry)
        if entry.objeto.split("/")[0] in SERIES:
            return _of_release(entry, known)
        return Act(entry.momento, entry.quien, entry.que, entry.objeto, entry.periodo, "")

    return [told(entry) for entry in entries(connection, _NEWEST)]


def _of_source(entry: Entry) -> Act:
    title = load_contract(entry.objeto).titulo
    period = Period.parse(entry.periodo).label if entry.periodo else ""
    return Act(entry.momento, entry.quien, entry.que, title, period, source_page(entry.objeto))


def _of_release(entry: Entry, known: set[str]) -> Act:
    """What was only announced has no page yet, but its period has."""
    series, period, *revision = entry.objeto.split("/")
    title = series_title(series, period, int(revision[0].removeprefix("r")) if revision else 0)
    page = release_page(entry.objeto if entry.objeto in known else f"{series}/{period}")
    return Act(entry.momento, entry.quien, entry.que, title, "", page)
