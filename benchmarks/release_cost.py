"""What one month's release costs: with a short and a long history, and by the month's records.

    .venv/bin/python benchmarks/release_cost.py [PLACEMENTS ...]

First the third month of a year (600 placements, 6,000 applicants), with 12 months before it and with 94: seconds
of each stage, the better of two runs, and the ratio. Then the first month of a year with so many placements
(1,000, 10,000, 100,000 and 1 million unless given) and as many applicants: seconds of each stage, and of counting
(``compute``) the microseconds per record. Without drawing page and PDF (``benchmarks/whole_run.py`` does).
"""

import sys

from invented_warehouse import add_history, deliver, invented_warehouse, measured, release, warmed_up

from movilidad.model.periods import Month

FIRST, MEASURED = Month(2026, 1), Month(2026, 3)
SHORT, LONG = 12, 94
SIZES = (1_000, 10_000, 100_000, 1_000_000)
STAGES = ("prepare", "compute", "protect", "render", "audit")


def main() -> None:
    """Measure and print."""
    sizes = [int(argument) for argument in sys.argv[1:]]
    warmed_up()
    if not sizes:
        _history()
    _growth(sizes or list(SIZES))


def _history() -> None:
    own = [FIRST.plus(number) for number in range(MEASURED.month - 1)]
    before = [FIRST.plus(-number) for number in range(1, LONG - len(own) + 1)]
    with invented_warehouse() as engine:
        for month in [*own, MEASURED]:
            deliver(engine, month, 600, 6000)
        for month in own:
            release(month)
        add_history(engine, own[-1], before[: SHORT - len(own)])
        short = _best()
        add_history(engine, own[-1], before[SHORT - len(own) :])
        long = _best()
    print(f"{'history':>8}" + "".join(f"{name:>9}" for name in (*STAGES, "all")))
    for months, seconds in ((SHORT, short), (LONG, long)):
        print(f"{months:8}" + "".join(f"{each:9.2f}" for each in (*seconds.values(), sum(seconds.values()))))
    ratios = [long[name] / short[name] for name in STAGES]
    print(
        f"{'ratio':>8}" + "".join(f"{each:9.2f}" for each in (*ratios, sum(long.values()) / sum(short.values())))
    )


def _best() -> dict[str, float]:
    runs = [measured(MEASURED) for _ in range(2)]
    return {name: min(run[name] for run in runs) for name in STAGES}


def _growth(sizes: list[int]) -> None:
    print(f"{'placements':>11}" + "".join(f"{name:>9}" for name in STAGES) + f"{'µs/record':>11}")
    for size in sizes:
        with invented_warehouse() as engine:
            deliver(engine, FIRST, size, size)
            seconds = measured(FIRST)
        micro = seconds["compute"] / (2 * size) * 1e6
        print(f"{size:11,}" + "".join(f"{seconds[name]:9.2f}" for name in STAGES) + f"{micro:11.1f}")


if __name__ == "__main__":
    main()
