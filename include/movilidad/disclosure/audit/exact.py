"""The exact interval of every hidden cell. For small tables: two or more programmes per cell."""

from collections.abc import Iterable, Iterator

import numpy as np

from movilidad.disclosure.audit.gate import System, systems
from movilidad.disclosure.audit.reading import Reading
from movilidad.disclosure.audit.reduction import Part
from movilidad.disclosure.audit.seen import Interval, Limits, Seen, Structure
from movilidad.disclosure.audit.solver import TOLERANCE, Program
from movilidad.model.errors import DataError

_CONTRADICTION = "las cifras publicadas se contradicen"


def intervals(seen: Iterable[Seen], structure: Structure, limits: Limits) -> list[Interval]:
    """The least and greatest whole value of every hidden cell, given everything printed.

    Raises:
        DataError: the printed figures contradict each other, or an interval was not found in time.
    """
    reading = Reading(seen, structure)
    found: list[Interval] = []
    for system in systems(reading, structure, limits):
        if reading.faults or system.equations.faults or system.reduced.impossible:
            raise DataError(_CONTRADICTION)
        known = system.reduced.known
        for one, column in system.equations.hidden:
            if not np.isnan(known[column]):
                found.append(Interval(one, float(known[column]), float(known[column])))
        for part in system.reduced.parts:
            found += _of_part(system, part, limits)
    return sorted(found, key=lambda one: (one.seen.layer, len(one.seen.cell), one.seen.cell))


def _of_part(system: System, part: Part, limits: Limits) -> Iterator[Interval]:
    program = Program(part)
    size = len(part.columns)
    if program.least_whole(np.zeros(size), limits.seconds).point is None:
        raise DataError(_CONTRADICTION)
    place = {int(column): number for number, column in enumerate(part.columns)}
    for one, column in system.equations.hidden:
        if column in place:
            low = _least(program, place[column], 1.0, limits)
            high = -_least(program, place[column], -1.0, limits)
            yield Interval(one, low + 0.0, high + 0.0)  # never «-0»


def _least(program: Program, column: int, sign: float, limits: Limits) -> float:
    """The least whole value of an unknown, or of its opposite."""
    cost = np.zeros(program.size)
    cost[column] = sign
    found = program.least(cost)
    if found.state == "unbounded":
        return -np.inf
    if found.point is None:
        raise DataError("no se pudo calcular a tiempo el intervalo de una celda")
    bound = float(np.ceil(cost @ found.point - TOLERANCE))
    whole = program.mended(found.point, cost, limits.seconds)
    if whole is not None and sign * whole[column] <= bound:
        return bound
    exact = program.least_whole(cost, limits.seconds)
    if exact.point is None or exact.state != "optimal":
        raise DataError("no se pudo calcular a tiempo el intervalo de una celda")
    return float(sign * exact.point[column])
