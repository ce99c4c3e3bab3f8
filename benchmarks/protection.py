"""Protection and audit of one whole monthly release of national size, late in a year, with a long history.

    .venv/bin/python benchmarks/protection.py [MONTH_OF_THE_YEAR [PLACEMENTS APPLICANTS]]

600 placements and 6,000 applicants a month unless given. The year's months before are released by the product's
own stages; older ones fill the ledger up to 94. Prints month, cells of the release in the ledger, months of
history, seconds to protect and to audit: by the clock, and of the processor, which other work on the machine
hardly touches.
"""

import sys
import time

from invented_warehouse import SERIES, add_history, deliver, invented_warehouse, measured, release, warmed_up
from sqlalchemy import Engine, text

from movilidad.model.periods import Month

HISTORY = 94
YEAR = 2026


def main() -> None:
    """Measure and print."""
    number, placed, applicants = [*map(int, sys.argv[1:]), *(6, 600, 6000)[len(sys.argv) - 1 :]]
    month, first = Month(YEAR, number), Month(YEAR, 1)
    own = [first.plus(n) for n in range(number - 1)]
    warmed_up()
    with invented_warehouse() as engine:
        for each in [*own, month]:
            deliver(engine, each, placed, applicants)
        for each in own:
            release(each)
        if own:
            add_history(engine, own[-1], [first.plus(-n) for n in range(1, HISTORY - len(own) + 1)])
        runs = {"clock": measured(month), "processor": measured(month, time.process_time)}
        cells, history = _counts(engine, f"{SERIES}/{month}/r1")
    print(f"{'month':8}{'cells':>8}{'history':>9}{'seconds':>11}{'protect':>9}{'audit':>7}{'both':>7}")
    for clock, seconds in runs.items():
        both = seconds["protect"] + seconds["audit"]
        print(
            f"{month!s:8}{cells:8,}{history:9}{clock:>11}"
            f"{seconds['protect']:9.1f}{seconds['audit']:7.1f}{both:7.1f}"
        )


def _counts(engine: Engine, draft: str) -> tuple[int, int]:
    with engine.connect() as connection:
        cells = connection.execute(
            text("SELECT count(*) FROM control.celdas WHERE publicacion_id = :id"), {"id": draft}
        ).scalar_one()
        months = connection.execute(text("SELECT count(*) - 1 FROM control.publicaciones")).scalar_one()
    return int(cells), int(months)


if __name__ == "__main__":
    main()
