"""Secondary suppression: which other cells must be hidden so that nobody can compute the hidden ones too closely.

A reader knows the equations, every cell that is shown and the bounds of the others. Safe means:

- every hidden cell, primary or not, can still take values over a range as wide as it needs, in whole numbers if
  the values are whole;
- of a latent cell with a need n it is not certain that it holds 1 to n - 1;
- for the only contributor of a hidden cell, who knows its value, every other hidden sensitive cell is still that
  wide (Singletons, PS2), unless that cell is known to be of the same contributor.

Among safe patterns one with a small sum of weights, then of few cells, is chosen: small parts exactly
(``suppression_exact``), large ones cell by cell (``suppression_search``) with a clean-up.
"""

import numpy as np

from movilidad.disclosure.suppression_exact import improve
from movilidad.disclosure.suppression_owners import owners
from movilidad.disclosure.suppression_part import Part, computable, forced, parts
from movilidad.disclosure.suppression_release import release
from movilidad.disclosure.suppression_search import Search, Stuck
from movilidad.disclosure.suppression_trial import Trial
from movilidad.disclosure.system import Flags, State, Suppression, System
from movilidad.model.errors import DataError

EXACT_UP_TO = 400
_ATTEMPTS = 4
_EFFORT = 1000  # cells in a part up to which several attempts are worth their time


class Infeasible(Exception):  # noqa: N818 (the caller words the error)
    """Some cells cannot be protected, whatever else is hidden.

    Attributes:
        cells: their places in the system.
        trial: what was found all the same.
    """

    def __init__(self, cells: list[int], trial: Trial | None = None) -> None:
        self.cells, self.trial = sorted(cells), trial or Trial()
        super().__init__(f"{len(cells)} cells")


def suppress(
    system: System, *, exact_up_to: int = EXACT_UP_TO, seed: int = 0, start: Trial | None = None
) -> Suppression:
    """Hide what must be hidden and, at small loss, what protects it. The same input gives the same answer.

    Args:
        system: cells and equations.
        exact_up_to: parts with at most so many cells (or bundles) that may be hidden are solved exactly.
        seed: of the order in which large parts are worked through.
        start: what an attempt on nearly the same system found; large parts begin there.

    Raises Infeasible; DataError if the values contradict the equations or the bounds.
    """
    _check(system)
    must, known_by = forced(system), owners(system)
    barred = _bar_computable(system, must, start or Trial())
    hidden = must.copy()
    stuck: list[int] = []
    trial = Trial()
    for part in parts(system, must, barred, known_by):
        try:
            groups = _protect(part, exact_up_to, seed, start or Trial(), trial)
            hidden[part.cells[part.opened(groups) & ~part.latent]] = True
        except Infeasible as nothing:
            stuck += part.cells[nothing.cells].tolist()
    if stuck:
        raise Infeasible(stuck, trial)
    for number in np.unique(system.bundle[hidden & (system.bundle >= 0)]) if len(system.bundle) else ():
        hidden |= (system.bundle == number) & (system.state == State.FREE)
    return Suppression(hidden)


def _check(system: System) -> None:
    scale = np.maximum(1.0, abs(system.equations) @ np.abs(system.values))
    open_ = system.state != State.FIXED
    slack = 1e-6 * np.maximum(1.0, np.abs(system.values))
    outside = open_ & ((system.values < system.lower - slack) | (system.values > system.upper + slack))
    if np.any(np.abs(system.equations @ system.values) > 1e-6 * scale) or np.any(outside):
        raise DataError(
            "las cifras que se quieren proteger no suman entre sí o salen de sus límites",
            remedy="revise que los totales y sus partes vengan de los mismos registros",
        )


def _bar_computable(system: System, must: Flags, start: Trial) -> Flags:
    """Free cells that hiding cannot protect, since single equations give them away; with their bundles."""
    barred = np.zeros(system.size, dtype=np.bool_)
    while True:
        bare = computable(system, must, barred) & (system.need > 0)
        exposed = bare & must
        if np.any(exposed):
            raise Infeasible(np.flatnonzero(exposed).tolist(), start)
        more = bare & (system.state == State.FREE) & ~barred
        if len(system.bundle):
            more |= np.isin(system.bundle, system.bundle[more & (system.bundle >= 0)]) & (
                system.state == State.FREE
            )
        if not np.any(more & ~barred):
            return barred
        barred |= more


def _protect(part: Part, exact_up_to: int, seed: int, start: Trial, trial: Trial) -> Flags:
    """The groups to hide; what was found goes into ``trial``."""
    exact = len(part.cost) <= exact_up_to
    once = exact or part.size > _EFFORT
    tried = [
        _attempt(part, np.random.default_rng([seed, number]), start if once else Trial(), trial)
        for number in range(1 if once else _ATTEMPTS)
    ]
    best = min(tried, key=lambda search: search.cost)
    trial.note(best)
    return improve(best) if exact and np.any(best.hidden) else best.hidden


def _attempt(part: Part, rng: np.random.Generator, start: Trial, trial: Trial) -> Search:
    """One run of the search and the clean-up. A secondary that cannot be protected is shown instead."""
    barred = np.zeros(len(part.cost), dtype=np.bool_)
    stuck: set[int] = set()
    while True:
        search = Search(part, barred, rng)
        start.begin(search)
        try:
            search.protect()
        except Stuck as reason:
            group = part.group[reason.cell]
            if group < 0 and reason.known >= 0:
                group = part.group[reason.known]
            if group < 0 or barred[group]:
                trial.note(search)
                raise Infeasible([reason.cell, *stuck]) from None
            barred[group] = True
            if part.size > _EFFORT:
                start = Trial()
                start.note(search)
            continue
        release(search)
        return search
