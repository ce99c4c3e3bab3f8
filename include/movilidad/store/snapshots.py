"""Immutable snapshots: one extraction of one source, named by the hash of its content.

A snapshot is a folder ``instantaneas/<fuente>/<snapshot_id>`` with one Parquet file per data set and
``snapshot.json``, and a row of ``control.instantaneas``. All columns are text, with missing values.

The hash is of the content, not of the Parquet bytes: rows are put in the order of their columns from left to
right (as UTF-8 bytes, missing values first), then each column gives its lengths and its text. So neither the
order in which a platform hands its rows over nor the version of a library changes the name. Pseudonyms are hashed
as their root gives them and written under the seal of the key: a rotated key changes the bytes, and no name.
"""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, text

from movilidad.model.atomic import finish_replacing, replaced_folder, sync
from movilidad.model.errors import DataError, UsageError
from movilidad.model.pseudonym_key import PseudonymKey
from movilidad.model.settings import get_settings
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role
from movilidad.store.seal import opened, pseudonym_columns, require_key_in_force, sealed

_FORMAT = "movilidad-instantanea-1"
_DETAILS = "snapshot.json"
_SEAL = "sello"
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
    with warehouse(Role.INGEST).begin() as connection:
        _lock(connection, fuente)
        if not _is_intact(snapshot_id):
            _write(folder_of(snapshot_id), tables, details, require_key_in_force(connection))
        _register(connection, details)
    return snapshot_id


def load(snapshot_id: str) -> Snapshot:
    """Read a snapshot and check it against its name; a DataError if it is missing or damaged."""
    details, tables = _sound(snapshot_id, get_settings().pseudonym_key())
    return Snapshot(
        snapshot_id=snapshot_id,
        fuente=details["fuente"],
        contrato_sha256=details["contrato_sha256"],
        filas={name: table.num_rows for name, table in tables.items()},
        demostracion=details["demostracion"],
        frames={name: table.to_pandas() for name, table in tables.items()},
        notas=tuple(details["notas"]),
    )


def reseal(before: PseudonymKey, after: PseudonymKey) -> int:
    """Put every stored snapshot that holds pseudonyms under another seal; gives their number.

    What a killed run has done already is left as it is. The caller keeps writers out. A DataError as of ``load``.
    """
    done, root = 0, get_settings().instantaneas
    for source in root.glob("*"):
        finish_replacing(source)
        for leftover in source.glob(f"{_WRITING}*"):
            shutil.rmtree(leftover)
    for file in sorted(root.glob(f"*/*/{_DETAILS}")):
        if _seal_of(file) == after.seal_id:
            continue
        details, tables = _sound(file.parent.name, before)
        if _has_persons(tables):
            with replaced_folder(file.parent) as folder:
                _fill(folder, tables, details, after)
            done += 1
    return done


def _sound(snapshot_id: str, key: PseudonymKey) -> tuple[dict[str, Any], dict[str, pa.Table]]:
    """Details and tables of a snapshot, checked against its name; pseudonyms as the root gives them."""
    folder = folder_of(snapshot_id)
    try:
        details = json.loads((folder / _DETAILS).read_text(encoding="utf-8"))
        tables = _read(folder, details, key)
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
    return details, tables


def _seal_of(details: Path) -> str:
    """The seal that a snapshot says it has; empty also if it says nothing that can be read."""
    try:
        return str(json.loads(details.read_text(encoding="utf-8")).get(_SEAL, ""))
    except (ValueError, AttributeError):
        return ""


def _read(folder: Path, details: dict[str, Any], key: PseudonymKey) -> dict[str, pa.Table]:
    """The tables of a snapshot with their pseudonyms as the root gives them."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in sorted(details["filas"])}
    if details.get(_SEAL, "") == key.seal_id or not _has_persons(tables):
        return _each_pseudonym(tables, key, opened)
    raise UsageError(
        "la instantánea está sellada con otra clave de los seudónimos",
        place=folder.name,
        remedy="si el cambio de clave se interrumpió, repita «movilidad keys rotate»; si la carpeta viene de un"
        " respaldo, use la clave de entonces",
    )


def _has_persons(tables: dict[str, pa.Table]) -> bool:
    return any(pseudonym_columns(table.column_names) for table in tables.values())


def _each_pseudonym(
    tables: dict[str, pa.Table], key: PseudonymKey, work: Callable[[pd.Series, PseudonymKey], pd.Series]
) -> dict[str, pa.Table]:
    return {name: _worked(table, key, work) for name, table in tables.items()} if key.seal else tables


def _worked(table: pa.Table, key: PseudonymKey, work: Callable[[pd.Series, PseudonymKey], pd.Series]) -> pa.Table:
    for name in pseudonym_columns(table.column_names):
        values = work(pd.Series(table.column(name).to_pandas(), dtype="str"), key)
        cells = pa.array(values, type=pa.large_string(), from_pandas=True)
        table = table.set_column(table.column_names.index(name), name, cells)
    return table


def _damaged(snapshot_id: str) -> DataError:
    return DataError(
        "la instantánea está dañada: su contenido no corresponde a su nombre",
        place=snapshot_id,
        remedy="restitúyala del respaldo o vuelva a extraer la fuente",
    )


def folder_of(snapshot_id: str) -> Path:
    """Where the files of a snapshot are; a DataError if that is no snapshot's name."""
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
    if not folder_of(snapshot_id).exists():
        return False
    try:
        load(snapshot_id)
    except DataError:
        _log.warning("la instantánea %s estaba dañada; se escribe de nuevo", snapshot_id)
        return False
    return True


def _write(folder: Path, tables: dict[str, pa.Table], details: dict[str, Any], key: PseudonymKey) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for leftover in folder.parent.glob(f"{_WRITING}*"):
        shutil.rmtree(leftover)
    draft = folder.parent / f"{_WRITING}-{folder.name}"
    draft.mkdir()
    _fill(draft, tables, details, key)
    for file in sorted(draft.iterdir()):
        sync(file)
    if folder.exists():
        folder.rename(folder.parent / f"{_WRITING}-danada-{folder.name}")
    draft.rename(folder)
    sync(folder.parent)


def _fill(folder: Path, tables: dict[str, pa.Table], details: dict[str, Any], key: PseudonymKey) -> None:
    for name, table in _each_pseudonym(tables, key, sealed).items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
    content = json.dumps({**details, _SEAL: key.seal_id}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / _DETAILS).write_text(content, encoding="utf-8")


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
