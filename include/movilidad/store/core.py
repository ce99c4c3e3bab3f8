"""Bulk loading of the warehouse: rows of a frame through PostgreSQL's COPY, in the caller's transaction."""

import io
import secrets
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.store.seal import require_key_in_force, sealed

#: the column of a core table that names a person
PERSON = "persona_id"


@dataclass(frozen=True)
class CoreColumn:
    """A column of a core table: ``type`` as PostgreSQL names it, ``key`` for a part of the primary key."""

    name: str
    type: str
    required: bool
    key: bool


def core_columns(connection: Connection, table: str) -> list[CoreColumn]:
    """The columns of ``nucleo.<table>`` in their order; empty if there is no such table."""
    rows = connection.execute(
        text(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
            " COALESCE(a.attnum = ANY (i.indkey), FALSE)"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
            " WHERE n.nspname = 'nucleo' AND c.relname = :table AND a.attnum > 0 AND NOT a.attisdropped"
            " ORDER BY a.attnum"
        ),
        {"table": table},
    )
    return [CoreColumn(*row) for row in rows]


def load_rows(connection: Connection, table: str, frame: pd.DataFrame) -> int:
    """Append all rows of ``frame`` to ``nucleo.<table>`` (columns by name), persons sealed; gives their number."""
    if PERSON in frame:
        frame = frame.assign(**{PERSON: sealed(frame[PERSON], require_key_in_force(connection))})
    return copy_rows(connection, "nucleo", table, frame)


def copy_rows(connection: Connection, schema: str, table: str, frame: pd.DataFrame) -> int:
    """Append all rows of ``frame`` to ``schema.table``; missing values become NULL.

    Whole numbers belong into integer dtypes (nullable ones too); dates are written without, instants with offset.
    """
    if frame.empty:
        return 0
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    # no text of a source is taken for a missing value: nobody knows this word (pandas cuts it off at 32 letters)
    missing = f"nulo-{secrets.token_hex(12)}"
    content = io.StringIO()
    # Arrow's CSV writer (26.0) is faster, but wrote zero bytes in place of the first texts of a file
    frame.to_csv(content, index=False, header=False, na_rep=missing)
    content.seek(0)
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(
            f"COPY {schema}.{table} ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{missing}')", content
        )
    finally:
        cursor.close()
    return len(frame)
