"""Rows of a PostgreSQL platform, of every type, beside the text that PostgreSQL itself makes of them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from database_support import new_database
from hypothesis import strategies as st
from sources_support import HEADER, MARK, MONTH, contract, read_one
from sqlalchemy import Engine, text

from fuzz.target import Target
from fuzz.verdict import Records, read_or_refused, same
from movilidad.model import paths
from movilidad.sources.connection import Connection

NAMES = HEADER.split(",")
_TYPES = {
    "text": st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=10)
    | st.just(MARK),
    "numeric": st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "timestamptz": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "text[]": st.lists(st.text("ab ", max_size=3), max_size=3),
}

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """The types of four columns, and rows of them."""
    kinds = tuple(draw(st.lists(st.sampled_from(sorted(_TYPES)), min_size=4, max_size=4)))
    return kinds, draw(st.lists(st.tuples(*(st.none() | _TYPES[kind] for kind in kinds)), max_size=6))


def as_text(value: Any) -> str | None:
    """How a value of a row is written down."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return format(value + 0, "f")  # PostgreSQL knows no -0
    return "|".join(value) if isinstance(value, list) else str(value)


def checker(database: Engine) -> Any:
    """A check of rows through the real connector."""
    source = contract("sql", {"consulta": "filas"})
    url = database.url
    connection = Connection.model_validate(
        {"conn_type": "postgres", "host": url.query["host"], "login": url.username, "schema": url.database}
    )

    def check(given: Table) -> str:
        kinds, rows = given
        columns = [f'"{name}" {kind}' for name, kind in zip(NAMES, kinds, strict=True)]
        marks = ", ".join(f"CAST(:v{number} AS {kind})" for number, kind in enumerate(kinds))
        with database.begin() as connected:
            connected.execute(text("DROP TABLE IF EXISTS filas"))
            connected.execute(text(f"CREATE TABLE filas (numero serial, {', '.join(columns)})"))
            for row in rows:
                values = {f"v{number}": value for number, value in enumerate(row)}
                connected.execute(text(f"INSERT INTO filas VALUES (DEFAULT, {marks})"), values)
        expected: Records = [dict(zip(NAMES, map(as_text, row), strict=True)) for row in rows]
        return same(read_or_refused(lambda: read_one(source, "filas", connection, MONTH)), expected)

    return check


@contextmanager
def targets(postgres_folder: str) -> Iterator[list[Target]]:
    """Rows, while the database lives."""
    names = ", ".join(f'"{name}"' for name in NAMES)
    with (
        tempfile.TemporaryDirectory() as folder,
        pytest.MonkeyPatch.context() as patch,
        new_database(postgres_folder) as database,
    ):
        patch.setattr(paths, "SQL", Path(folder))
        query = contract("sql", {"consulta": "filas"}).query_file("filas")
        query.parent.mkdir(parents=True)
        query.write_text(f"SELECT {names} FROM filas ORDER BY numero", encoding="utf-8")
        yield [Target("SQL", tables(), checker(database))]
