"""Immutable snapshots: one extraction of one source, named by the hash of its content.

A snapshot is a folder ``instantaneas/<fuente>/<snapshot_id>`` with one Parquet file per data set and
``snapshot.json``, and a row of ``control.instantaneas``. All columns are text, with missing values.

The hash is of the content, not of the Parquet bytes: rows are put in the order of their columns from left to
right (as UTF-8 bytes, missing values first), then each column gives its lengths and its text. So neither the
order in which a platform hands its rows over nor the version of a library changes the name.
"""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, text

from movilidad.model.atomic import sync
from movilidad.model.errors import DataError
from movilidad.model.settings import get_settings
from movilidad.store.engine import warehouse

_FORMAT = "movilidad-instantanea-1"
_DETAILS = "snapshot.json"
_WRITING = ".escribiendo"
_NAME = re.compile(r"([a-z][a-z0-9_]*)-([0-9a-f]{20})")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot:
    """A stored snapshot.

    Attributes:
        contrato_sha256: hash of the contract by which the content was first extracted.
        filas: rows per data set.
        notas: what the operator should know of the extraction (a fallback used, columns not in the contract).
        frames: data set → frame of text columns, rows in canonical order.
    """

    snapshot_id: str
    fuente: str
    contrato_sha256: str
    filas: dict[str, int]
    demostracion: bool
    frames: dict[str, pd.DataFrame]
    notas: tuple[str, ...] = field(default=())


def save(
    fuente: str,
    frames: dict[str, pd.DataFrame],
    *,
    contrato_sha256: str,
    demostracion: bool,
    notas: Sequence[str] = (),
) -> str:
    """Store a snapshot and give its name; the same content again is the same snapshot, stored once.

    Args:
        frames: data set → frame whose columns are all text.
        demostracion: simulated records; part of the content's hash, so that the mark cannot get lost.

    A run killed in the middle leaves nothing that can be taken for a snapshot.
    """
    tables = {name: _canonical(frame) for name, frame in sorted(frames.items())}
    digest = _digest(fuente, demostracion, tables)
    snapshot_id = f"{fuente}-{digest[:20]}"
    details = {
        "formato": _FORMAT,
        "snapshot_id": snapshot_id,
        "fuente": fuente,
        "sha256": digest,
        "contrato_sha256": contrato_sha256,
        "demostracion": demostracion,
        "filas": {name: table.num_rows for name, table in tables.items()},
        "notas": list(notas),
    }
    with warehouse().begin() as connection:
        _lock(connection, fuente)
        if not _is_intact(snapshot_id):
            _write(_folder(snapshot_id), tables, details)
        _register(connection, details)
    return snapshot_id


def load(snapshot_id: str) -> Snapshot:
    """Read a snapshot and check it against its name; a DataError if it is missing or damaged."""
    folder = _folder(snapshot_id)
    try:
        details = json.loads((folder / _DETAILS).read_text(encoding="utf-8"))
        tables = {name: pq.read_table(folder / f"{name}.parquet") for name in sorted(details["filas"])}
        digest = _digest(details["fuente"], details["demostracion"], tables)
    except FileNotFoundError:
        raise DataError(
            "no está la instantánea o le falta un archivo",
            place=snapshot_id,
            remedy="restitúyala del respaldo o vuelva a extraer la fuente",
        ) from None
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise _damaged(snapshot_id) from None
    if f"{details['fuente']}-{digest[:20]}" != snapshot_id or digest != details["sha256"]:
        raise _damaged(snapshot_id)
    return Snapshot(
        snapshot_id=snapshot_id,
        fuente=details["fuente"],
        contrato_sha256=details["contrato_sha256"],
        filas={name: table.num_rows for name, table in tables.items()},
        demostracion=details["demostracion"],
        frames={name: table.to_pandas() for name, table in tables.items()},
        notas=tuple(details["notas"]),
    )


def _damaged(snapshot_id: str) -> DataError:
    return DataError(
        "la instantánea está dañada: su contenido no corresponde a su nombre",
        place=snapshot_id,
        remedy="restitúyala del respaldo o vuelva a extraer la fuente",
    )


def _folder(snapshot_id: str) -> Path:
    match = _NAME.fullmatch(snapshot_id)
    if not match:
        raise DataError("no es el nombre de una instantánea", place=snapshot_id[:80])
    return get_settings().instantaneas / match[1] / snapshot_id


def _canonical(frame: pd.DataFrame) -> pa.Table:
    columns = {
        str(name): pa.array(frame[name].astype("str"), type=pa.large_string(), from_pandas=True)
        for name in frame.columns
    }
    table = pa.table(columns)
    if table.num_rows < 2 or not columns:
        return table
    # placement for missing values is part of the hash's definition
    order = pc.sort_indices(table, sort_keys=[(name, "ascending", "at_start") for name in table.column_names])
    return table.take(order)


def _digest(fuente: str, demostracion: bool, tables: dict[str, pa.Table]) -> str:
    """SHA-256 of a header and, per column in order, of its cells' lengths (missing: -1) and joined UTF-8."""
    digest = hashlib.sha256()
    shape = [[name, table.num_rows, table.column_names] for name, table in sorted(tables.items())]
    header = json.dumps([_FORMAT, fuente, demostracion, shape], ensure_ascii=True, separators=(",", ":"))
    digest.update(header.encode() + b"\n")
    for _, table in sorted(tables.items()):
        for column in table.columns:
            _update(digest, column)
    return digest.hexdigest()


def _update(digest: "hashlib._Hash", column: pa.ChunkedArray) -> None:
    cells = column.cast(pa.large_string())
    lengths = pc.fill_null(pc.binary_length(cells), -1).cast(pa.int64())
    digest.update(lengths.to_numpy().astype("<i8").tobytes())
    # what lies under a missing cell is undefined, hence the filling
    for chunk in pc.fill_null(cells, "").chunks:
        _, offsets, data = chunk.buffers()
        if data is None or not len(chunk):
            continue
        first, last = _bounds(chunk, offsets)
        digest.update(memoryview(data)[first:last])


def _bounds(chunk: pa.Array, offsets: pa.Buffer) -> tuple[int, int]:
    width = 8  # large_string has 64-bit offsets
    view = memoryview(offsets).cast("B")
    begin, end = chunk.offset * width, (chunk.offset + len(chunk)) * width
    return (
        int.from_bytes(view[begin : begin + width], "little"),
        int.from_bytes(view[end : end + width], "little"),
    )


def _lock(connection: Connection, fuente: str) -> None:
    """One writer per source: whatever is half written then belongs to a run that died."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"instantanea:{fuente}"}
    )


def _is_intact(snapshot_id: str) -> bool:
    if not _folder(snapshot_id).exists():
        return False
    try:
        load(snapshot_id)
    except DataError:
        _log.warning("la instantánea %s estaba dañada; se escribe de nuevo", snapshot_id)
        return False
    return True


def _write(folder: Path, tables: dict[str, pa.Table], details: dict[str, object]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in folder.parent.glob(f"{_WRITING}*"):
        shutil.rmtree(leftover)
    draft = folder.parent / f"{_WRITING}-{folder.name}"
    draft.mkdir()
    for name, table in tables.items():
        pq.write_table(table, draft / f"{name}.parquet", compression="zstd")
    content = json.dumps(details, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (draft / _DETAILS).write_text(content, encoding="utf-8")
    for file in sorted(draft.iterdir()):
        sync(file)
    if folder.exists():
        folder.rename(folder.parent / f"{_WRITING}-danada-{folder.name}")
    draft.rename(folder)
    sync(folder.parent)


def _register(connection: Connection, details: dict[str, object]) -> None:
    connection.execute(
        text(
            "INSERT INTO control.instantaneas"
            " (snapshot_id, fuente, contrato_sha256, filas, demostracion, extraida)"
            " VALUES (:snapshot_id, :fuente, :contrato_sha256, CAST(:filas AS jsonb), :demostracion, now())"
            " ON CONFLICT (snapshot_id) DO NOTHING"
        ),
        {**details, "filas": json.dumps(details["filas"])},
    )
