"""Verifying a release: are its bytes the published ones, do its figures agree, can they be computed again."""

from pathlib import Path

from movilidad.model.errors import DataError, MovilidadError, UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import folder_of
from movilidad.publishing.editions import edition_of
from movilidad.publishing.findings import Finding
from movilidad.publishing.integrity import integrity
from movilidad.publishing.manifest import NAME, read_manifest
from movilidad.publishing.recomputation import recomputation
from movilidad.publishing.register import find, is_id, parse_id
from movilidad.publishing.schema_check import schemas
from movilidad.publishing.stages import DRAFT
from movilidad.publishing.tables_read import read_tables
from movilidad.publishing.tombstone import Withdrawal, read_tombstone, stands, withdrawals
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

__all__ = ["Finding", "verify"]


def verify(publicacion_id_or_path: str | Path) -> list[Finding]:
    """All checks of a release.

    Args:
        publicacion_id_or_path: ``mensual/2026-10/r1`` (public or draft), ``mensual/2026-10/latest``, or the folder
            of a release anywhere. A UsageError if there is no such thing.

    Returns:
        One finding per check: checksums, missing and added files, schemas, totals, minimum frequency,
        comparisons (of four months: agreement with their months), and recomputation to the same bytes. A check
        that cannot be made is a finding that is not ok. Of a withdrawn release one finding says so, and whether
        nothing but its tombstone can be seen.
    """
    if withdrawal := _withdrawal(publicacion_id_or_path):
        return [_withdrawn(withdrawal)]
    folder = _folder(publicacion_id_or_path)
    return [*integrity(folder), *_figures(folder), _recomputation(folder)]


def _folder(target: str | Path) -> Path:
    public = get_settings().publicaciones / target
    for folder in (Path(target), public):
        if folder.is_dir() and ((folder / NAME).exists() or (folder / "SHA256SUMS").exists()):
            return folder.resolve()
    if isinstance(target, Path) or Path(target).is_dir():
        raise UsageError(f"«{target}» no es la carpeta de una publicación")
    parse_id(target)
    with warehouse(Role.STATISTICS).connect() as connection:
        draft = folder_of(find(connection, target).candidate_id) / DRAFT
    if not draft.is_dir():
        raise DataError(
            "faltan los archivos de la publicación",
            place=target,
            remedy="restitúyalos o repita el informe del periodo",
        )
    return draft


def _withdrawal(target: str | Path) -> Withdrawal | None:
    """The withdrawal of a release by its id, or as the tombstone in a folder tells it."""
    for folder in (Path(target), get_settings().publicaciones / target):
        if found := read_tombstone(folder):
            return found
    if isinstance(target, Path) or not is_id(target):
        return None
    with warehouse(Role.STATISTICS).connect() as connection:
        return next(iter(withdrawals(connection, [target])), None)


def _withdrawn(withdrawal: Withdrawal) -> Finding:
    said = (
        f"Se retiró el {withdrawal.fecha[:10]}. Motivo: {withdrawal.motivo.rstrip('.')}. Aprobó:"
        f" {withdrawal.aprobada_por.rstrip('.')}."
    )
    if stands(withdrawal):
        return Finding("retirada", True, f"{said} En su lugar solo está el aviso; sus cifras no se comprueban.")
    command = f"movilidad release withdraw {withdrawal.publicacion_id}"
    return Finding("retirada", False, f"{said} El aviso falta o no está solo en su lugar: repita «{command}».")


def _figures(folder: Path) -> list[Finding]:
    try:
        tables = read_tables(folder)
        manifest = read_manifest(folder)
        smallest = int(manifest["configuracion"]["frecuencia_minima"])
        schema = schemas(tables)
        if not schema.ok:
            return [schema]
        return [schema, *edition_of(manifest["serie"]).checks(tables, smallest)]
    except (MovilidadError, KeyError, TypeError, ValueError) as error:
        return [Finding("esquemas", False, str(error) if isinstance(error, MovilidadError) else _UNREADABLE)]


def _recomputation(folder: Path) -> Finding:
    try:
        return recomputation(folder, read_manifest(folder))
    except MovilidadError as error:
        return Finding("recomputo", False, f"No se puede recalcular. {error}")
    except (KeyError, TypeError, ValueError):
        return Finding("recomputo", False, _UNREADABLE)


_UNREADABLE = "El manifiesto o la descripción de los datos no tienen la forma esperada."
