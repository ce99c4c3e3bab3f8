"""Did a month come when the contract's calendar says, and what has not come yet?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from movilidad.model.periods import Month
from movilidad.quality.findings.cron import due
from movilidad.quality.findings.finding import Finding
from movilidad.sources.contracts import Contract, contract_names, load_contract
from movilidad.store.extractions import first_moment

KINDS = ("oportunidad",)

_GRACE = timedelta(days=1)
# who fetches a month when the next one is due already fills in the past: that tells nothing of the platform
_FILLING_IN = timedelta(days=31)


@dataclass(frozen=True)
class Delivery:
    """A month of a source: when it was due, when it first came, how many days too late."""

    vence: datetime | None
    llegada: datetime | None

    @property
    def days_late(self) -> int | None:
        """Whole days after the calendar; 0 if in time, None if it has not come or has no calendar."""
        if self.vence is None or self.llegada is None:
            return None
        return max(0, (self.llegada - self.vence).days)

    @property
    def is_filling_in(self) -> bool:
        return bool(self.vence and self.llegada and self.llegada - self.vence > _FILLING_IN)


def delivery(connection: Connection, contract: Contract, month: Month) -> Delivery:
    """When a month of a source was due and when it came."""
    return Delivery(due(contract.calendario, month), first_moment(connection, contract.fuente, str(month)))


def timeliness_findings(found: Delivery) -> Iterator[Finding]:
    """Recorded only: what came late and is good needs no decision; what has not come is told by ``overdue``."""
    late = found.days_late
    if found.vence is None or found.llegada is None or not late or late <= _GRACE.days or found.is_filling_in:
        return
    yield Finding(
        asunto="oportunidad/extraccion",
        gravedad="info",
        que="El mes llegó después de lo que dice el calendario del contrato.",
        cuanto=f"{late} días",
        que_hacer="Pregunte al responsable por qué; si será siempre así, cambie el calendario del contrato.",
        antes_despues=(
            ("previsto", f"{found.vence:%Y-%m-%d %H:%M}"),
            ("llegada", f"{found.llegada.astimezone(found.vence.tzinfo):%Y-%m-%d %H:%M}"),
        ),
    )


def overdue(connection: Connection, month: Month, now: datetime) -> dict[str, Delivery]:
    """The sources of which ``month`` should have come by ``now`` and has not."""
    found = {name: delivery(connection, load_contract(name), month) for name in contract_names()}
    return {
        name: each
        for name, each in found.items()
        if each.llegada is None and each.vence is not None and each.vence + _GRACE < now
    }
