"""The cube beside Polars: the crossings of ``cuadros.yml`` with counts, distinct employers and wage quartiles.

    .venv/bin/python benchmarks/cube.py [PLACEMENTS ...]

For each size (1 and 10 million placements in 24 months unless given), both count every one-way table and every
free crossing of the placed, month by month, from the same files of integers: departures, persons, distinct
employers, quartiles of the persons' wages. Each runs in a process of its own. Prints seconds (without reading),
peak memory of the process, and ours as a share of Polars'. Fails if their figures differ.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from movilidad.statistics.grouping import Ranked, count, count_distinct, flatten, quantiles
from movilidad.statistics.specs import load_specs

SIZES = (1_000_000, 10_000_000)
MONTHS = 24
SHARES = (0.25, 0.5, 0.75)
CODES = {"pais": 8, "sexo": 3, "tipo_visa": 9, "grupo_edad": 11, "sector": 40, "ocupacion": 30, "pueblo": 7}
CODES |= {"banda_salarial": 7, "departamento_origen": 23}
EMPLOYERS = 5_000
Digest = tuple[float, ...]


def main() -> None:
    """Measure and print; the children are called with a folder and a name."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]))
        return
    print(f"{'placements':>12}{'':10}{'seconds':>9}{'peak MB':>9}")
    for size in [int(text) for text in sys.argv[1:]] or SIZES:
        with tempfile.TemporaryDirectory(prefix="movilidad-") as folder:
            write_placements(Path(folder), size)
            ours, polars = (measure(name, folder) for name in ("ours", "polars"))
        if not np.allclose(ours[2], polars[2], rtol=1e-9):
            sys.exit(f"the figures differ: {ours[2]} and {polars[2]}")
        for name, (seconds, megabytes, _) in (("ours", ours), ("polars", polars)):
            print(f"{size:>12,}  {name:8}{seconds:9.2f}{megabytes:9.0f}")
        print(f"{'':12}  {'ratio':8}{ours[0] / polars[0]:9.2f}{ours[1] / polars[1]:9.2f}")


def crossings() -> list[tuple[str, ...]]:
    """Dimensions of the placed's tables that are no hierarchy."""
    tables = load_specs().tables_of("colocados")
    return [table.dimensiones for table in tables if not table.jerarquia]


def write_placements(folder: Path, size: int) -> None:
    """A file per column. Few codes have most rows; an employer has one country and one sector."""
    draw = np.random.default_rng(2026)

    def codes(number: int, rows: int) -> np.ndarray:
        weights = np.arange(number, 0, -1) ** 2.0
        return draw.choice(number, rows, p=weights / weights.sum()).astype(np.int16)

    employer = draw.integers(0, EMPLOYERS, size).astype(np.int32)
    columns = {name: codes(number, size) for name, number in CODES.items()}
    columns |= {name: codes(CODES[name], EMPLOYERS)[employer] for name in ("pais", "sector")}
    first = draw.random(size) < 0.97
    wage = draw.lognormal(9.2, 0.5, size).round(2)
    wage[~first | (draw.random(size) < 0.06)] = np.nan  # persons count by their first departure
    columns |= {"mes": draw.integers(0, MONTHS, size).astype(np.int16)}
    columns |= {"empleador": employer, "primera": first, "salario": wage}
    for name, column in columns.items():
        np.save(folder / f"{name}.npy", column)


def measure(name: str, folder: str) -> tuple[float, float, Digest]:
    """Seconds, peak megabytes and digest of a run in its own process."""
    command = [sys.executable, __file__, "--child", name, folder]
    seconds, megabytes, *digest = map(
        float, subprocess.run(command, capture_output=True, check=True).stdout.split()
    )
    return seconds, megabytes, tuple(digest)


def child(name: str, folder: Path) -> None:
    """Run one of the two and print what it took."""
    work = prepare_polars(folder) if name == "polars" else prepare_ours(folder)
    begin = time.perf_counter()
    digest = work()
    seconds = time.perf_counter() - begin
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(seconds, peak, *digest)


def prepare_ours(folder: Path) -> Callable[[], Digest]:
    """Months one after the other, so that what is being counted stays small."""
    columns = {file.stem: np.load(file) for file in folder.glob("*.npy")}

    def work() -> Digest:
        order = np.argsort(columns["mes"], kind="stable")
        ends = np.append(0, np.cumsum(np.bincount(columns["mes"], minlength=MONTHS)))
        return add([count_month(order[ends[month] : ends[month + 1]]) for month in range(MONTHS)])

    def count_month(rows: np.ndarray) -> Digest:
        own = {name: column[rows] for name, column in columns.items()}
        first, ranked = np.flatnonzero(own["primera"]), Ranked.of(own["salario"])
        return add([count_crossing(own, first, ranked, names) for names in crossings()])

    def count_crossing(own: dict, first: np.ndarray, ranked: Ranked, names: tuple[str, ...]) -> Digest:
        sizes = [CODES[name] for name in names]
        number = int(np.prod(sizes))
        cells = flatten([own[name] for name in names], sizes)
        departures, persons = count(cells, number), count(cells[first], number)
        employers = count_distinct(cells, number, own["empleador"])
        quartiles = quantiles(cells, number, ranked, SHARES)
        return (departures.sum(), persons.sum(), employers.sum(), *np.nansum(quartiles, axis=0))

    return work


def prepare_polars(folder: Path) -> Callable[[], Digest]:
    """The same group-bys, all in one ``collect_all``."""
    import polars as pl

    frame = pl.DataFrame({file.stem: np.load(file) for file in folder.glob("*.npy")})
    frame = frame.with_columns(pl.col("salario").fill_nan(None))

    def work() -> Digest:
        measures = [
            *(pl.len().alias("salidas"), pl.col("primera").sum().alias("personas")),
            pl.col("empleador").n_unique().alias("empleadores"),
            *(pl.col("salario").quantile(share, "linear").alias(f"p{share}") for share in SHARES),
        ]
        tables = pl.collect_all([frame.lazy().group_by("mes", *names).agg(measures) for names in crossings()])
        names = ["salidas", "personas", "empleadores", *(f"p{share}" for share in SHARES)]
        return add([tuple(table[name].sum() for name in names) for table in tables])

    return work


def add(digests: list[Digest]) -> Digest:
    """Sums, measure by measure."""
    return tuple(np.sum(digests, axis=0))


if __name__ == "__main__":
    main()
