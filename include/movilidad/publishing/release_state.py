"""Where a release stands, for whoever operates: dates, files, and who decided what about it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from movilidad.model.errors import DataError
from movilidad.publishing.candidate import DRAFT_FOLDER, Candidate, folder_of, stored
from movilidad.publishing.decisions import decisions_about
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.places import archived_folder
from movilidad.publishing.register import Release, find, parse_id
from movilidad.publishing.schedule import announced_for
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def state_of(publicacion_id: str) -> dict[str, Any]:
    """The state, in plain values; a UsageError if there is no such release."""
    parse_id(publicacion_id)
    with warehouse(Role.READ).connect() as connection:
        release = find(connection, publicacion_id)
        announced = announced_for(connection, publicacion_id)
        decided = decisions_about(connection, publicacion_id)
    return {
        "publicacion_id": publicacion_id,
        "estado": release.estado,
        "fecha_publicacion": release.fecha_publicacion.isoformat(),
        "anunciada": announced.isoformat() if announced else None,
        "publicada": release.publicada.isoformat() if release.publicada else None,
        "carpeta": str(files_of(release)),
        "decisiones": [
            {
                "decision": each.decision,
                "nota": each.nota,
                "firmas": [asdict(signed) for signed in each.firmas],
                "motivos": [list(motive) for motive in each.motivos],
                "registrada": each.registrada.isoformat() if each.registrada else None,
                "dicha": each.told,
            }
            for each in decided
        ],
    }


def files_of(release: Release) -> Path:
    """Where its files are: the draft's, those that readers see, or those put away."""
    if release.is_withdrawn:
        return archived_folder(release.publicacion_id)
    return release.public_folder if release.is_public else folder_of(release.candidate_id) / DRAFT_FOLDER


def made_of(release: Release) -> Candidate | None:
    """What it is made of; None where its files are gone or damaged."""
    try:
        kept = stored(release.candidate_id)
        return kept or Candidate.from_dict(read_manifest(files_of(release)))
    except (DataError, KeyError, TypeError, ValueError):
        return None
