"""Verdicts and quarantine in the warehouse: ``control.veredictos`` and ``control.cuarentena``."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.errors import DataError
from movilidad.store.core import copy_rows

QUARANTINE = ("conjunto", "fila", "clave", "campo", "regla", "motivo")


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a snapshot.

    Attributes:
        gravedad: the highest severity among the failed rules, None when none failed.
        en_cuarentena: rows in quarantine.
        motivo: the reason, a Spanish sentence.
    """

    snapshot_id: str
    reglas_sha256: str
    aprobada: bool
    gravedad: str | None
    en_cuarentena: int
    motivo: str

    def require_approved(self) -> str:
        """The snapshot's name, or a DataError with the reason why it was not approved."""
        if not self.aprobada:
            raise DataError(
                self.motivo,
                source=self.snapshot_id.rpartition("-")[0],
                place=self.snapshot_id,
                remedy="corrija en la plataforma los registros que da «movilidad quality quarantine» y repita la"
                " ingesta",
            )
        return self.snapshot_id


def source_of(connection: Connection, snapshot_id: str) -> str:
    """The source of a stored snapshot; a DataError if the warehouse does not know it."""
    fuente = connection.execute(
        text("SELECT fuente FROM control.instantaneas WHERE snapshot_id = :snapshot_id"),
        {"snapshot_id": snapshot_id},
    ).scalar()
    if fuente is None:
        raise DataError(
            "la bodega no conoce esta instantánea", place=snapshot_id, remedy="vuelva a extraer la fuente"
        )
    return str(fuente)


def find(connection: Connection, snapshot_id: str, rules: str) -> Verdict | None:
    """The stored verdict on a snapshot under these rules, if there is one and what it set apart is still there."""
    row = connection.execute(
        text(
            "SELECT aprobada, gravedad, en_cuarentena, motivo FROM control.veredictos"
            " WHERE snapshot_id = :snapshot_id AND reglas_sha256 = :rules AND (en_cuarentena = 0 OR EXISTS"
            " (SELECT FROM control.cuarentena WHERE snapshot_id = :snapshot_id AND reglas_sha256 = :rules))"
        ),
        {"snapshot_id": snapshot_id, "rules": rules},
    ).one_or_none()
    return None if row is None else Verdict(snapshot_id, rules, *row)


def store(connection: Connection, verdict: Verdict, results: dict[str, Any], quarantine: pd.DataFrame) -> None:
    """Keep a verdict and its quarantine (columns ``QUARANTINE``), both or neither; the first one stored stays.

    A quarantine that was deleted with its snapshot is listed again.
    """
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"veredicto:{verdict.snapshot_id}"},
    )
    stored = connection.execute(
        text(
            "INSERT INTO control.veredictos (snapshot_id, reglas_sha256, aprobada, gravedad, en_cuarentena,"
            " motivo, resultados, evaluada) VALUES (:snapshot_id, :rules, :approved, :severity, :quarantined,"
            " :reason, CAST(:results AS jsonb), now()) ON CONFLICT DO NOTHING"
        ),
        {
            "snapshot_id": verdict.snapshot_id,
            "rules": verdict.reglas_sha256,
            "approved": verdict.aprobada,
            "severity": verdict.gravedad,
            "quarantined": verdict.en_cuarentena,
            "reason": verdict.motivo,
            "results": json.dumps(results, ensure_ascii=False),
        },
    )
    if stored.rowcount or find(connection, verdict.snapshot_id, verdict.reglas_sha256) is None:
        rows = quarantine[list(QUARANTINE)].assign(
            snapshot_id=verdict.snapshot_id, reglas_sha256=verdict.reglas_sha256
        )
        copy_rows(connection, "control", "cuarentena", rows)


def results(connection: Connection, snapshot_id: str, rules: str) -> dict[str, Any]:
    """What the rules found, as ``store`` kept it."""
    found: dict[str, Any] = connection.execute(
        text(
            "SELECT resultados FROM control.veredictos WHERE snapshot_id = :snapshot_id AND reglas_sha256 = :rules"
        ),
        {"snapshot_id": snapshot_id, "rules": rules},
    ).scalar_one()
    return found


def quarantined_rows(connection: Connection, snapshot_id: str, rules: str) -> dict[str, set[int]]:
    """Row numbers in quarantine, by dataset."""
    rows: dict[str, set[int]] = {}
    found = connection.execute(
        text(
            "SELECT DISTINCT conjunto, fila FROM control.cuarentena"
            " WHERE snapshot_id = :snapshot_id AND reglas_sha256 = :rules"
        ),
        {"snapshot_id": snapshot_id, "rules": rules},
    )
    for name, row in found:
        rows.setdefault(name, set()).add(row)
    return rows
