"""Admission: the rows that the gate let through become a load of the core tables, once and wholly."""

import json

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.codelists import UNKNOWN
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.quality import verdicts
from movilidad.quality.cleaning import clean
from movilidad.quality.exceptions import in_force
from movilidad.quality.fingerprint import load_id, rules_sha256
from movilidad.sources.contracts import Contract, Dataset, load_contract
from movilidad.store import snapshots
from movilidad.store.core import CoreColumn, core_columns, load_rows
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

# a person may depart twice in a month and be one row of the core; of other tables a second row is a fault
_ONE_ROW_EACH = {"personas": "persona_id"}


def admit(snapshot_id: str, month: Month) -> str:
    """Load what the gate let through and make it the source's valid load for ``month``; gives the ``carga_id``.

    One transaction, one writer per source: killed at any point and run again, the core holds the same rows.

    Raises:
        DataError: the verdict is missing or says no, or a row that cannot be in the core got through.
    """
    with warehouse(Role.INGEST).connect() as connection:
        contract = load_contract(verdicts.source_of(connection, snapshot_id))
        rules = rules_sha256(contract, month, in_force(connection, contract.fuente, month))
        verdict = verdicts.find(connection, snapshot_id, rules)
    if verdict is None:
        raise DataError(
            "la instantánea no ha pasado el control de calidad con las reglas actuales",
            source=contract.fuente,
            period=month,
            place=snapshot_id,
            remedy="ejecute el control de calidad y después la admisión",
        )
    verdict.require_approved()
    carga_id = load_id(contract, snapshot_id, rules)
    with warehouse(Role.INGEST).begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"carga:{contract.fuente}"}
        )
        if not _is_loaded(connection, carga_id):
            left_out = verdicts.quarantined_rows(connection, snapshot_id, rules)
            _load(connection, contract, snapshot_id, rules, left_out)
        _make_valid(connection, contract.fuente, month, carga_id)
    return carga_id


def _is_loaded(connection: Connection, carga_id: str) -> bool:
    found = connection.execute(
        text("SELECT 1 FROM control.cargas WHERE carga_id = :carga_id"), {"carga_id": carga_id}
    )
    return found.first() is not None


def _load(
    connection: Connection, contract: Contract, snapshot_id: str, rules: str, left_out: dict[str, set[int]]
) -> None:
    carga_id = load_id(contract, snapshot_id, rules)
    kept = {
        name: frame[~frame.index.isin(left_out.get(name, set()))]
        for name, frame in clean(contract, snapshots.load(snapshot_id)).items()
    }
    tables = sorted({table for dataset in contract.conjuntos.values() for table in dataset.nucleo})
    rows = {
        table: _core_rows(connection, contract, table, kept).assign(carga_id=carga_id, snapshot_id=snapshot_id)
        for table in tables
    }
    connection.execute(
        text(
            "INSERT INTO control.cargas (carga_id, snapshot_id, reglas_sha256, filas, cargada)"
            " VALUES (:carga_id, :snapshot_id, :rules, CAST(:counts AS jsonb), now())"
        ),
        {
            "carga_id": carga_id,
            "snapshot_id": snapshot_id,
            "rules": rules,
            "counts": json.dumps({table: len(frame) for table, frame in rows.items()}),
        },
    )
    for table, frame in rows.items():
        load_rows(connection, table, frame)


def _core_rows(
    connection: Connection, contract: Contract, table: str, kept: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """The rows of one core table, from every dataset that fills it, without the columns of the load."""
    columns = [each for each in core_columns(connection, table) if each.name not in ("carga_id", "snapshot_id")]
    parts = [
        _by_name(columns, dataset, kept[name])
        for name, dataset in contract.conjuntos.items()
        if table in dataset.nucleo
    ]
    rows = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
    if table in _ONE_ROW_EACH:
        rows = _best_of_each(rows, _ONE_ROW_EACH[table])
    _require_core_rows(contract, table, columns, rows)
    return rows


def _by_name(columns: list[CoreColumn], dataset: Dataset, frame: pd.DataFrame) -> pd.DataFrame:
    """Each core column from the field or constant of its name; a code that the source does not have is ``ND``."""
    values: dict[str, object] = {}
    for column in columns:
        if column.name in frame:
            values[column.name] = frame[column.name]
        elif column.name == "fila":
            values[column.name] = frame.index
        elif column.name in dataset.constantes:
            values[column.name] = dataset.constantes[column.name]
        elif column.required and column.type == "text":
            values[column.name] = UNKNOWN
        else:
            values[column.name] = None
    return pd.DataFrame(values, index=frame.index)


def _best_of_each(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """One row per ``key``: the one that says most, the first of equals."""
    unsaid = (rows.isna() | (rows == UNKNOWN)).sum(axis=1)
    best = unsaid.sort_values(kind="stable").index
    return rows.loc[best].drop_duplicates(key).sort_index()


def _require_core_rows(contract: Contract, table: str, columns: list[CoreColumn], rows: pd.DataFrame) -> None:
    for column in columns:
        if column.required and (missing := int(rows[column.name].isna().sum())):
            raise _uncaught(contract, table, f"sin valor en «{column.name}»", missing)
    key = [column.name for column in columns if column.key]
    if repeated := int(rows.duplicated(key).sum()):
        raise _uncaught(contract, table, f"con la misma clave ({', '.join(key)})", repeated)


def _uncaught(contract: Contract, table: str, what: str, rows: int) -> DataError:
    return DataError(
        f"llegaron a «{table}» registros {what}, que ninguna regla puso en cuarentena",
        source=contract.fuente,
        place=f"expectations/{contract.suite}.yml",
        rows=rows,
        remedy="agregue a las expectativas una regla con la acción «cuarentena» para ese campo",
    )


def _make_valid(connection: Connection, fuente: str, month: Month, carga_id: str) -> None:
    """Point (source, month) to the load, unless it points there already."""
    key = {"fuente": fuente, "periodo": str(month)}
    now = connection.execute(
        text(
            "SELECT carga_id FROM control.vigencias WHERE fuente = :fuente AND periodo = :periodo"
            " ORDER BY orden DESC LIMIT 1"
        ),
        key,
    ).scalar()
    if now != carga_id:
        connection.execute(
            text(
                "INSERT INTO control.vigencias (fuente, periodo, carga_id, desde)"
                " VALUES (:fuente, :periodo, :carga_id, now())"
            ),
            {**key, "carga_id": carga_id},
        )
