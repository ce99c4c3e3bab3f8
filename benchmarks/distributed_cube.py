"""The tables of the placed through Spark and through the product's own cube: the same figures, seconds and memory.

    .venv/bin/uv pip install pyspark && .venv/bin/python benchmarks/distributed_cube.py [DEPARTURES ...]

Needs pyspark and Java, which the product itself does not. For each size (1, 3 and 10 million departures of one
month unless given) both count every table that ``cuadros.yml`` declares of the placed, from the same Parquet
files: Spark by the queries of ``statistics/cube_sql``, in local mode on all cores, as it would run on a cluster;
the product by ``statistics/cube``. Each runs in a process of its own. Prints seconds (with reading), peak memory
of its processes, and from the sizes the seconds per million departures. Fails if any cell differs.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from movilidad.statistics.cube import count_table, encode
from movilidad.statistics.cube_sql import FIRST, columns_of, table_query
from movilidad.statistics.specs import Table, load_specs

SIZES = (1_000_000, 3_000_000, 10_000_000)
POPULATION = "colocados"
_CHUNK = 1_000_000
Cells = dict[str, dict[str, int]]


def main() -> None:
    """Measure each size; the children are called with a folder and a name."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], Path(sys.argv[3]))
        return
    sizes = [int(text) for text in sys.argv[1:]] or SIZES
    print(f"{'departures':>12}{'':9}{'seconds':>9}{'peak MB':>9}")
    seconds: dict[str, list[float]] = {"cube": [], "spark": []}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="movilidad-") as folder:
            write_departures(Path(folder), size)
            found = {name: _measure(name, folder) for name in seconds}
        for name, (elapsed, megabytes, _) in found.items():
            print(f"{size:12,} {name:8}{elapsed:9.1f}{megabytes:9.0f}")
            seconds[name].append(elapsed)
        if found["cube"][2] != found["spark"][2]:
            sys.exit("the figures differ")
    if len(sizes) > 1:
        millions = (sizes[-1] - sizes[0]) / 1e6
        slopes = {name: (each[-1] - each[0]) / millions for name, each in seconds.items()}
        print("seconds per million departures: " + ", ".join(f"{name} {s:.2f}" for name, s in slopes.items()))


def tables() -> list[Table]:
    """What is counted."""
    return load_specs().tables_of(POPULATION)


def write_departures(folder: Path, size: int) -> None:
    """Parquet files with a month's departures: few codes have most rows, two persons in a hundred leave twice."""
    specs, draw = load_specs(), np.random.default_rng(2026)
    used = [specs.dimensiones[name] for name in specs.dimensions_of(POPULATION)]
    codes = {each.column: list(each.code_list.codes) for each in used}
    for number in range(0, size, _CHUNK):
        rows = min(_CHUNK, size - number)
        columns = {}
        for name, known in codes.items():
            drawn = (draw.random(rows) ** 3 * len(known)).astype(np.int32)
            columns[name] = pa.DictionaryArray.from_arrays(drawn, known).cast(pa.string())
        persons = np.arange(number, number + rows)
        again = draw.random(rows) < 0.02
        again[0] = False
        persons[again] = persons[np.flatnonzero(again) - 1]
        columns |= {"persona_id": pa.array(persons).cast(pa.string()), FIRST: pa.array(~again)}
        pq.write_table(pa.table(columns), folder / f"{number}.parquet")


def _measure(name: str, folder: str) -> tuple[float, float, Cells]:
    """Seconds, peak megabytes with all its processes, and the cells of a run in its own process."""
    with subprocess.Popen(
        [sys.executable, __file__, "--child", name, folder], stdout=subprocess.PIPE, text=True
    ) as run:
        peak = 0
        while run.poll() is None and not _is_done(folder):
            peak = max(peak, _memory(run.pid))
            time.sleep(0.2)
        printed, _ = run.communicate()
    if run.returncode:
        sys.exit(f"{name} failed")
    seconds, cells = json.loads(printed)
    (Path(folder) / "listo").unlink()
    return seconds, peak / 1e6, cells


def _is_done(folder: str) -> bool:
    return (Path(folder) / "listo").exists()


def _memory(pid: int) -> int:
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        return sum(process.memory_info().rss for process in family)
    except psutil.Error:
        return 0


def _child(name: str, folder: Path) -> None:
    count = {"cube": _by_the_cube, "spark": _by_spark}[name]
    begin = time.perf_counter()
    cells = count(folder)
    seconds = time.perf_counter() - begin
    (folder / "listo").touch()
    print(json.dumps([seconds, cells]))


def _by_the_cube(folder: Path) -> Cells:
    specs = load_specs()
    rows = pq.read_table(folder).to_pandas(strings_to_categorical=True)
    encoded = encode(rows, specs, POPULATION)
    return {table.nombre: _cells(count_table(encoded, specs, table), table) for table in tables()}


def _cells(frame: pd.DataFrame, table: Table) -> dict[str, int]:
    """Every cell that is not zero: indicator and codes → value."""
    shown = frame[frame["valor"] > 0]
    keys = zip(shown["indicador"], *(shown[name] for name in table.dimensiones), strict=True)
    return dict(zip(map("/".join, keys), map(int, shown["valor"]), strict=True))


def _by_spark(folder: Path) -> Cells:
    from pyspark.sql import SparkSession

    specs = load_specs()
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.driver.memory", "3g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(str(folder / "*.parquet")).createOrReplaceTempView("salidas")

    def cells_of(table: Table) -> dict[str, int]:
        names = columns_of(specs, table)
        sets = ", ".join(f"collect_set({name}) AS {name}" for name in names)
        values = session.sql(f"SELECT {sets} FROM salidas").first().asDict()
        query = table_query(specs, table, "salidas", values, many=True)
        return _printed(session.sql(query).collect(), table)

    found = {table.nombre: cells_of(table) for table in tables()}
    session.stop()
    return found


def _printed(rows: list, table: Table) -> dict[str, int]:
    specs, size = load_specs(), len(table.dimensiones)
    cells = {}
    for row in rows:
        key = tuple(row)[:size]
        if table.jerarquia and key[0] == "Total" and key[1] != "Total":
            continue
        for name in table.indicadores:
            value = row[specs.indicadores[name].cuenta]
            if value:
                cells["/".join((name, *key))] = int(value)
    return cells


if __name__ == "__main__":
    main()
