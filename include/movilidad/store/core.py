"""Bulk loading of the warehouse: rows of a frame through PostgreSQL's COPY, in the caller's transaction."""

import io
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
from sqlalchemy import Connection, text


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
    """Append all rows of ``frame`` to ``nucleo.<table>`` (columns by name); gives their number."""
    return copy_rows(connection, "nucleo", table, frame)


def copy_rows(connection: Connection, schema: str, name: str, frame: pd.DataFrame) -> int:
    """Append all rows of ``frame`` to the table ``schema.name``; missing values become NULL.

    Whole numbers belong into integer dtypes (nullable ones too); dates are written without, instants with offset.
    """
    if frame.empty:
        return 0
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    content = io.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False)
    # unquoted nothing is NULL, quoted nothing an empty text: the same in Arrow and in PostgreSQL
    pa_csv.write_csv(_in_microseconds(table), content, pa_csv.WriteOptions(include_header=False))
    content.seek(0)
    cursor = connection.connection.cursor()
    try:
        cursor.copy_expert(f"COPY {schema}.{name} ({columns}) FROM STDIN (FORMAT csv)", content)
    finally:
        cursor.close()
    return len(frame)


def _in_microseconds(table: pa.Table) -> pa.Table:
    """Instants as PostgreSQL keeps them; it would not read nine digits after the point."""
    kinds = [
        pa.field(column.name, pa.timestamp("us", column.type.tz)) if pa.types.is_timestamp(column.type) else column
        for column in table.schema
    ]
    return table.cast(pa.schema(kinds), safe=False)
