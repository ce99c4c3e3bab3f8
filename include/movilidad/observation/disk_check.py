"""Whether there is room left to write."""

from collections.abc import Mapping

from movilidad.observation.check import Check, State
from movilidad.reports.numbers import number

_FULL, _NEARLY = 0.05, 0.15  # of a disk, free
_LEAST = 1_000_000_000  # bytes: a month of national size with its snapshots and drafts needs less


def of_disks(disks: Mapping[str, tuple[int, int]]) -> Check:
    """How full the disks are; ``disks`` gives bytes that are free, and all, of each folder."""
    states = {_state(free, whole) for free, whole in disks.values()}
    details = tuple(
        f"{name.capitalize()}: quedan {number(free / 1e9, 1)} GB de {number(whole / 1e9, 1)} GB."
        for name, (free, whole) in disks.items()
    )

    def check(state: State, sentence: str) -> Check:
        return Check("disco", "Espacio en disco", state, sentence, details)

    if "mal" in states:
        return check("mal", "Casi no queda espacio en disco.")
    if "atencion" in states:
        return check("atencion", "Queda poco espacio en disco.")
    return check("bien", "Hay espacio.")


def _state(free: int, whole: int) -> State:
    if free < max(_LEAST, _FULL * whole):
        return "mal"
    return "atencion" if free < _NEARLY * whole else "bien"
