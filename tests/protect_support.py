"""Running ``disclosure protect`` on a small file."""

import csv
from pathlib import Path

import pandas as pd

from movilidad import cli


def write(path: Path, header: str, rows: list) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *rows])
    return path


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def protect(folder: Path, *arguments: object, data: str = "datos.csv") -> int:
    where = [str(folder / data), "-o", str(folder / "salida.csv"), "--explain", str(folder / "razones.csv")]
    return cli.run(["disclosure", "protect", *where, *map(str, arguments)])
