"""What a long history costs: how much it takes on disk, and whether a month takes longer for it.

    .venv/bin/python benchmarks/capacity.py [PLACEMENTS APPLICANTS]

Months of the size of the largest peer, the Philippines, a tenth (30,000 placements and 70,000 further applicants,
unless given), first alone and then after 12, 48 and 96 equal months in the warehouse. Prints the placements held,
the core's and the ledger's size, seconds to gather and to count the newest month, and the bytes of a placement
with its share of persons, applications and registrations; from these, the core of 100 million placements.
"""

import shutil
import sys
import time
from datetime import datetime
from itertools import pairwise

from invented_warehouse import SERIES, add_history, deliver, invented_warehouse, release, warmed_up
from sqlalchemy import Engine, text

from movilidad.model.periods import TZ, Month
from movilidad.publishing import stages
from movilidad.publishing.candidate import folder_of

_MODEL, _MONTH = Month(2026, 1), Month(2026, 2)
_HISTORIES = (0, 12, 48, 96)
_NOON = datetime(2026, 12, 31, 12, tzinfo=TZ)
_GOAL = 100_000_000
_SIZE = (
    "SELECT sum(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass))"
    " FROM pg_tables WHERE schemaname = :schema"
)


def main(placements: int, applicants: int) -> None:
    """Let the history grow and measure the same month at each length."""
    warmed_up()
    with invented_warehouse() as engine:
        for month in (_MODEL, _MONTH):
            deliver(engine, month, placements, applicants)
        release(_MODEL)
        print(f"{'history':>8}{'placements':>12}{'core MB':>9}{'ledger MB':>10}{'gather s':>9}{'count s':>9}")
        sizes = []
        for before, months in pairwise((0, *_HISTORIES)):
            add_history(engine, _MODEL, [_MODEL.plus(-number) for number in range(before + 1, months + 1)])
            held = placements * (months + 2)
            sizes.append((held, _size(engine, "nucleo")))
            gather, count = _measured()
            print(
                f"{months:8}{held:12,}{sizes[-1][1] / 1e6:9.0f}{_size(engine, 'control') / 1e6:10.0f}"
                f"{gather:9.2f}{count:9.2f}",
                flush=True,
            )
    (first, least), (last, most) = sizes[0], sizes[-1]
    each = (most - least) / (last - first)
    print(f"{each:.0f} bytes a placement; the core of {_GOAL:,}: {each * _GOAL / 1e9:.0f} GB")


def _size(engine: Engine, schema: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(_SIZE), {"schema": schema}).scalar_one())


def _measured() -> tuple[float, float]:
    """Seconds to gather what the newest month needs, and to count its tables."""
    begin = time.perf_counter()
    candidate = stages.prepare(SERIES, _MONTH, _NOON.date())
    gathered = time.perf_counter()
    stages.compute_tables(candidate)
    counted = time.perf_counter()
    shutil.rmtree(folder_of(candidate), ignore_errors=True)
    return gathered - begin, counted - gathered


if __name__ == "__main__":
    main(*(map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (30_000, 70_000)))
