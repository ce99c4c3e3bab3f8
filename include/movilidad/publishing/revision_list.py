"""``REVISIONES.json``: the revisions of a period, beside them because the bytes of a release never change."""

from collections.abc import Sequence
from typing import Any

from movilidad.model.errors import DataError
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.places import kept_folder
from movilidad.publishing.register import Release
from movilidad.publishing.tombstone import Withdrawal

NAME = "REVISIONES.json"
CURRENT, SUPERSEDED, GONE = "vigente", "sustituida", "retirada"


def revision_list(period: str, seen: Sequence[Release], gone: Sequence[Withdrawal]) -> dict[str, Any]:
    """The content of the file.

    Args:
        period: ``mensual/2026-10``.
        seen: every revision that readers have seen; gone: the withdrawals among them.
    """
    withdrawn = {each.publicacion_id: each for each in gone}
    standing = [each for each in seen if each.is_public]
    current = max(standing, key=lambda each: each.revision, default=None)
    return {
        "periodo": period,
        "vigente": current.publicacion_id if current else None,
        "revisiones": [
            _entry(each, current, withdrawn.get(each.publicacion_id))
            for each in sorted(seen, key=lambda each: each.revision)
        ],
    }


def _entry(release: Release, current: Release | None, withdrawal: Withdrawal | None) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "publicacion_id": release.publicacion_id,
        "fecha_publicacion": release.fecha_publicacion.isoformat(),
        "estado": GONE if withdrawal else CURRENT if release == current else SUPERSEDED,
        "demostracion": release.demostracion,
        **_why(release),
    }
    if withdrawal:
        entry["retiro"] = {name: getattr(withdrawal, name) for name in ("fecha", "motivo", "aprobada_por")}
    elif current and release != current:
        entry["sustituida_por"] = current.publicacion_id
    return entry


def _why(release: Release) -> dict[str, str]:
    """Type, reason and approver as the release itself says; nothing where its files are damaged."""
    try:
        why = Candidate.from_dict(read_manifest(kept_folder(release.publicacion_id))).explicacion
    except (DataError, KeyError, TypeError, ValueError):
        return {}
    return {"tipo": why.tipo, "motivo": why.motivo, "aprobada_por": why.aprobada_por}
