"""Where a release stands, in a word and in a tone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from movilidad.alerts.words import moment
from movilidad.publishing import decisions
from movilidad.publishing.approval import HOLD, PENDING, REJECT
from movilidad.publishing.candidate import stored
from movilidad.publishing.decisions import Decision
from movilidad.publishing.register import Release
from movilidad.publishing.schedule import announced_for

#: wrong; waits for a person; goes on by itself; fine; of no concern now
Tone = Literal["mal", "persona", "espera", "bien", "quieto"]


@dataclass(frozen=True)
class Standing:
    """A state: in a word or two, how much it concerns anybody, and a sentence where one is needed."""

    texto: str
    tono: Tone
    detalle: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something."""
        return self.tono in {"mal", "persona"}


def standings(connection: Connection, found: Iterable[Release], now: datetime) -> dict[str, Standing]:
    """Where each of these releases stands, by its id."""
    return {each.publicacion_id: standing_of(connection, each, now) for each in found}


def standing_of(connection: Connection, release: Release, now: datetime) -> Standing:
    """Where a release stands."""
    if release.is_withdrawn:
        return Standing("Retirada", "quieto")
    if release.is_public:
        return Standing("Publicada", "bien")
    return _of_draft(connection, release, decision_about(connection, release), now)


def decision_about(connection: Connection, release: Release) -> Decision | None:
    """What was decided about a draft as it is now; what was decided about an earlier one does not hold for it."""
    candidate = stored(release.candidate_id)
    return decisions.standing(connection, candidate.undecided.sha256) if candidate else None


def _of_draft(connection: Connection, release: Release, decision: Decision | None, now: datetime) -> Standing:
    if decision is None:
        return Standing("Borrador", "espera", "Todavía no se ha decidido si necesita visto bueno.")
    if decision.decision == PENDING:
        return Standing(
            "Espera visto bueno", "persona", f"Avisos fuera de lo tolerado: {len(decision.motivos):,}."
        )
    if decision.decision in {HOLD, REJECT}:
        word = "Retenida" if decision.decision == HOLD else "Rechazada"
        return Standing(word, "persona", f"{decision.told.partition(', ')[2]}.")
    announced = announced_for(connection, release.publicacion_id)
    when = f"Sale {moment(announced, now)}." if announced and announced > now else "Sale en cuanto esté lista."
    return Standing("Lista", "bien", when)
