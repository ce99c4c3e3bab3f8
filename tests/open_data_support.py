"""A public month with a revision, made once for all tests of a file that only read it."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from publishing_support import NOON, OCTOBER, R1, TODAY, deliver_again, deliver_month, plain_publications

from movilidad.publishing import releases

R2 = "mensual/2026-10/r2"


@pytest.fixture(scope="module")
def publications(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The publication folder with ``r1`` and ``r2`` of October, whose recruiters have hostile names."""
    folder = tmp_path_factory.mktemp("datos_abiertos")
    with plain_publications(postgres_folder, folder) as warehouse:
        deliver_month(warehouse)
        releases.build("mensual", OCTOBER, TODAY)
        releases.publish(R1, NOON)
        deliver_again(warehouse, "2", 130)
        assert releases.build("mensual", OCTOBER, TODAY) == R2
        releases.publish(R2, NOON)
        yield folder / "publicaciones"


@pytest.fixture(scope="module", params=["r1", "r2"])
def release(request: pytest.FixtureRequest, publications: Path) -> Path:
    """The folder of a public release: a first one, and a revision."""
    return publications / "mensual" / "2026-10" / str(request.param)


def csv_rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as texts."""
    return list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8"), newline="")))


def tables(release: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each table of the month's own figures that has states of cells, by its name."""
    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    files = sorted(
        one["path"] for one in package["resources"] if one["cifras"] and one["path"].startswith("datos/")
    )
    found = {Path(file).stem: csv_rows(release / file) for file in files if file.endswith(".csv")}
    return {name: rows for name, rows in found.items() if rows and "estado_conf" in rows[0]}
