"""What a release about people tells of its sources: of each the totals that its own evaluation would show.

Protected in one place and by one rule, a count that the evaluation hides is printed by no other release.
"""

from dataclasses import dataclass, replace

from movilidad.disclosure.patterns import Rules
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.monitoring.counts import APART, CELLS, RECEIVED, Place
from movilidad.monitoring.evaluation import Evaluation
from movilidad.monitoring.opportunities import usable_share
from movilidad.publishing.platforms.protection import decide

_CELLS = Place("celdas", CELLS, TOTAL, TOTAL)


@dataclass(frozen=True)
class Told:
    """Records, those set apart, share of cells that can be used; None if not known, or hidden: see ``ocultos``."""

    filas: int | None = None
    en_cuarentena: int | None = None
    completitud: float | None = None
    ocultos: tuple[str, ...] = ()


def told_of(found: Evaluation, rules: Rules) -> Told:
    """The totals of a delivery, without those that are hidden."""
    if not found.conjuntos:
        return Told()
    shown = replace(found, conteos=_shown(found, rules))
    share = usable_share(shown)
    told = Told(shown.records(RECEIVED), shown.records(APART), None if share is None else round(share, 4))
    hidden = [name for name in ("filas", "en_cuarentena") if getattr(told, name) is None]
    hidden += ["completitud"] if share is None and found.conteos.get(_CELLS) else []
    return replace(told, ocultos=tuple(hidden))


def _shown(found: Evaluation, rules: Rules) -> dict[Place, int | None]:
    try:
        verdicts = decide(found, rules)
    except DataError:  # nothing of it could be published
        return dict.fromkeys(found.conteos)
    return {each.lugar: each.valor if each.regla is None else None for each in verdicts}
