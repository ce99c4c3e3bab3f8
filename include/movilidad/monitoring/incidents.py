"""When a platform was not as it should be, found in the series of looks by one rule.

- ``caida``: it does not answer. ``forma``: it answers, but not as its contract says. Three in a row open an
  incident.
- ``lenta``: its answers take more than three times as long as usual, and at least half a second more. Six in a row
  open one (also with some of the others among them): slowness is common and passes.
- Usual is the median of its answers of the seven days before, so what lasts for days becomes usual; with fewer
  than twenty answers nothing is slow.
- Two good looks in a row close it; it ended with the first of them.
- Looks more than an hour apart are not in a row: who did not look knows nothing. What is open stays open.

One at a time: an incident that gets worse stays the same one, and is called by its worst.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from movilidad.monitoring.checks import Check

Kind = Literal["caida", "forma", "lenta"]

FAILED_TO_OPEN, SLOW_TO_OPEN, GOOD_TO_CLOSE = 3, 6, 2
USUAL_OVER = timedelta(days=7)

_IN_A_ROW = timedelta(hours=1)
_TIMES, _MILLISECONDS, _FEWEST = 3, 500, 20
_GRAVITY: dict[Kind, int] = {"lenta": 0, "forma": 1, "caida": 2}


@dataclass(frozen=True)
class Judged:
    """A look and what is wrong with it; None if it is good."""

    check: Check
    kind: Kind | None


@dataclass(frozen=True)
class Incident:
    """A time in which a platform was not as it should be; ``hasta`` is None while it lasts.

    ``chequeos`` are the bad looks in it, ``motivo`` a sentence about the first of its worst.
    """

    fuente: str
    desde: datetime
    hasta: datetime | None
    clase: Kind
    chequeos: int
    motivo: str

    def length(self, now: datetime) -> timedelta:
        return (self.hasta or now) - self.desde


def judged(checks: Sequence[Check]) -> list[Judged]:
    """Every look with what is wrong with it; slowness is found from the looks of the seven days before."""
    answers = [(check.momento, check.latencia_ms) for check in checks if check.latencia_ms is not None]
    moments = [moment for moment, _ in answers]
    found = []
    for check in checks:
        first, last = (bisect_left(moments, moment) for moment in (check.momento - USUAL_OVER, check.momento))
        found.append(Judged(check, _kind(check, [latency for _, latency in answers[first:last]])))
    return found


def incidents(looks: Iterable[Judged]) -> list[Incident]:
    """The incidents in a series, oldest first; only the last one may be open."""
    done: list[Incident] = []
    run: list[Judged] = []  # bad looks: in a row, or of the incident that is open
    good: list[Check] = []  # looks since the last bad one of the open incident
    is_open = False
    for look in looks:
        if look.kind is None and is_open:
            good.append(look.check)
            if len(good) == GOOD_TO_CLOSE:
                done.append(_incident(run, good[0].momento))
                run, good, is_open = [], [], False
        elif look.kind is None:
            run = []
        else:
            broken = run and not is_open and look.check.momento - run[-1].check.momento > _IN_A_ROW
            run, good = [look] if broken else [*run, look], []
            if not is_open and (begin := _opening(run)) is not None:
                run, is_open = run[begin:], True
    return [*done, _incident(run, None)] if is_open else done


def _kind(check: Check, before: list[int]) -> Kind | None:
    if not check.responde:
        return "caida"
    if not check.correcta:
        return "forma"
    if check.latencia_ms is None or len(before) < _FEWEST:
        return None
    usual = median(before)
    return "lenta" if check.latencia_ms > max(_TIMES * usual, usual + _MILLISECONDS) else None


def _opening(run: list[Judged]) -> int | None:
    """With which of the bad looks in a row an incident began; None if they open none."""
    if len(run) >= FAILED_TO_OPEN and all(look.kind != "lenta" for look in run[-FAILED_TO_OPEN:]):
        return len(run) - FAILED_TO_OPEN
    return 0 if len(run) >= SLOW_TO_OPEN else None


def _incident(run: list[Judged], end: datetime | None) -> Incident:
    worst = max((look.kind for look in run if look.kind), key=lambda kind: _GRAVITY[kind])
    first = next(look.check for look in run if look.kind == worst)
    reason = "Tarda mucho más que de costumbre." if worst == "lenta" else first.motivo
    return Incident(first.fuente, run[0].check.momento, end, worst, len(run), reason)
