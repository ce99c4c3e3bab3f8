"""The gate: a proof that what is published leaves every hidden cell wide enough, or findings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from movilidad.disclosure.audit.contributors import Contributors
from movilidad.disclosure.audit.derived import Piece, certain_groups
from movilidad.disclosure.audit.equations import Equations, equations
from movilidad.disclosure.audit.findings import Finding, Kind, grouped
from movilidad.disclosure.audit.layers import grouped_layers
from movilidad.disclosure.audit.plain import plain_faults
from movilidad.disclosure.audit.reading import Fault, Reading
from movilidad.disclosure.audit.reduction import Part, Reduced, reduce
from movilidad.disclosure.audit.same_person import same_person
from movilidad.disclosure.audit.seen import Cell, Layer, Limits, Seen, Structure
from movilidad.disclosure.audit.solver import Places
from movilidad.disclosure.audit.unknowns import Unknowns
from movilidad.disclosure.audit.witnesses import Fixed, Witnesses, flags

Persons = Mapping[tuple[Layer, Cell], int]


@dataclass(frozen=True)
class System:
    """One group of layers, as equations and reduced."""

    equations: Equations
    reduced: Reduced


def systems(reading: Reading, structure: Structure, limits: Limits) -> Iterator[System]:
    """What readers know, one group of layers after the other."""
    for group in grouped_layers(reading.cells, structure):
        system = equations(Unknowns(group, reading, structure), limits)
        yield System(system, reduce(system))


def audit(seen: Iterable[Seen], structure: Structure, limits: Limits) -> list[Finding]:
    """Try to find out what was hidden from everything ever published, and say where that succeeds.

    Nothing found means: every hidden cell is proven to have an interval of at least ``limits.minimum``, also for
    anybody who is alone in another hidden cell; no group that a reader can work out is certain to have 1 to
    ``limits.frequency`` - 1 people; and the figures agree with each other.

    Args:
        seen: all printed cells, of all releases.

    Raises:
        UsageError: the structure does not fit the cells.
    """
    reading = Reading(seen, structure)
    faults: list[Fault] = [*reading.faults, *plain_faults(reading, limits)]
    sensitive = any(one.sensitive for cells in reading.cells.values() for one in cells.values())
    persons = same_person((one for cells in reading.cells.values() for one in cells.values()), structure)
    for system in systems(reading, structure, limits):
        faults += _judge(system, limits, persons, all_sensitive=not sensitive)
    return grouped(faults)


def _judge(system: System, limits: Limits, persons: Persons, *, all_sensitive: bool) -> Iterator[Fault]:
    yield from system.equations.faults
    yield from (("contradiccion", *system.equations.labels[row]) for row in system.reduced.impossible)
    if system.reduced.impossible or system.equations.faults:
        return
    known = system.reduced.known
    if limits.minimum > 0:
        yield from (
            ("estrecha", one.layer, one.cell)
            for one, column in system.equations.hidden
            if not np.isnan(known[column])
        )
    pieces: list[Piece] = []
    for part in system.reduced.parts:
        attack = _Attack(system, part, limits, persons)
        faults = list(attack.faults(all_sensitive=all_sensitive))
        yield from faults
        if any(kind == "contradiccion" for kind, *_ in faults):
            return
        pieces.append(attack.piece)
    yield from certain_groups(system.equations.latents, known, pieces, limits)


class _Attack:
    """The attack on one part: its hidden cells come first among the quantities, then its pieces of groups."""

    def __init__(self, system: System, part: Part, limits: Limits, persons: Persons) -> None:
        self.system, self.part, self.limits, self.persons = system, part, limits, persons
        place = {int(column): number for number, column in enumerate(part.columns)}
        self.hidden = [(one, place[column]) for one, column in system.equations.hidden if column in place]
        own = [column for _, column in self.hidden]
        rows, groups = _pieces(system.equations, place)
        size = len(part.columns)
        cells = sparse.csr_array((np.ones(len(own)), own, np.arange(len(own) + 1)), shape=(len(own), size))
        quantities = sparse.vstack([cells, rows]).tocsr()
        names = [system.equations.names[column] for column in part.columns]
        owned = np.array(own + [-1] * len(groups), dtype=np.int64)
        self.witnesses = Witnesses(part, names, quantities, owned, limits)
        self.piece = Piece(self.witnesses, {group: len(own) + number for number, group in enumerate(groups)})

    def faults(self, *, all_sensitive: bool) -> Iterator[Fault]:
        truth = self._truth()
        state = self.witnesses.start(truth)
        if state != "optimal":
            yield from self._everything("contradiccion" if state == "infeasible" else "sin_prueba")
            return
        contributors = self._contributors(truth, all_sensitive=all_sensitive)
        contributors.move()
        near = self._reach()
        untold = [place for place, verdict in near.items() if verdict is None]
        wanted = flags(len(self.witnesses.own), untold)
        self.witnesses.explore(wanted)
        narrow, unproven = self._ask(np.flatnonzero(wanted & ~self.witnesses.proven()))
        narrow |= {place for place, verdict in near.items() if verdict is False}
        yield from self._named("estrecha", narrow)
        yield from self._named("sin_prueba", unproven)
        narrowed, unsure, impossible = contributors.failures(narrow | unproven)
        yield from self._named("contribuyente", narrowed)
        yield from self._named("sin_prueba", unsure)
        yield from self._named("contradiccion", impossible)

    def _reach(self) -> dict[int, bool | None]:
        """Of each hidden cell that no point proves yet, what the shortest ways tell."""
        return {
            place: self.witnesses.reach(place)
            for place in range(len(self.hidden))
            if not self.witnesses.is_proven(place)
        }

    def _ask(self, places: Places) -> tuple[set[int], set[int]]:
        narrow: set[int] = set()
        unproven: set[int] = set()
        for place in places.tolist():
            verdict = True if self.witnesses.is_proven(place) else self.witnesses.is_wide(place)
            if verdict is not True:
                (unproven if verdict is None else narrow).add(place)
        return narrow, unproven

    def _truth(self) -> Fixed:
        known = {place: one.true_value for place, (one, _) in enumerate(self.hidden)}
        true = {place: float(value) for place, value in known.items() if value is not None}
        return np.array(list(true), dtype=np.int64), np.array(list(true.values()))

    def _contributors(self, truth: Fixed, *, all_sensitive: bool) -> Contributors:
        hidden = [one for one, _ in self.hidden]
        places, values = truth
        lone = np.array([hidden[place].lone for place in places], dtype=bool)
        people = np.array([self._person(place) for place in range(len(hidden))], dtype=np.int64)
        secret = np.array([all_sensitive or one.sensitive for one in hidden], dtype=bool)
        spared = (people[places[lone]][:, None] == people[None, :]) | ~secret[None, :]
        return Contributors(self.witnesses, places[lone], values[lone], spared)

    def _person(self, place: int) -> int:
        """Who is alone in a hidden cell; somebody else for each cell that is not one person's."""
        one = self.hidden[place][0]
        return self.persons.get((one.layer, one.cell), -1 - place)

    def _named(self, kind: Kind, places: Iterable[int]) -> Iterator[Fault]:
        for place in places:
            one = self.hidden[place][0]
            yield kind, one.layer, one.cell

    def _everything(self, kind: Kind) -> Iterator[Fault]:
        labels = {self.system.equations.labels[row] for row in self.part.rows}
        yield from ((kind, *label) for label in labels)


def _pieces(system: Equations, place: dict[int, int]) -> tuple[sparse.csr_array, Sequence[int]]:
    """The rows over a part's unknowns of the groups that have some of them, and which groups."""
    columns: list[int] = []
    signs: list[float] = []
    ends, groups = [0], []
    for number, latent in enumerate(system.latents):
        plus = [place[column] for column in latent.plus if column in place]
        minus = [place[column] for column in latent.minus if column in place]
        if plus or minus:
            columns += [*plus, *minus]
            signs += [1.0] * len(plus) + [-1.0] * len(minus)
            ends.append(len(columns))
            groups.append(number)
    return sparse.csr_array((signs, columns, ends), shape=(len(groups), len(place))), groups
