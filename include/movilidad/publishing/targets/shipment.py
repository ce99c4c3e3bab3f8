"""What a target is told of a release: its files, its period's revisions, whether it was withdrawn."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from movilidad.model.errors import DataError, UsageError
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.integrity import integrity
from movilidad.publishing.manifest import NAME as MANIFEST
from movilidad.publishing.manifest import SUMS, files_of, read_manifest
from movilidad.publishing.places import kept_folder
from movilidad.publishing.register import find, parse_id, releases
from movilidad.publishing.revision_list import revision_list
from movilidad.publishing.tombstone import Withdrawal, tombstone, withdrawals


@dataclass(frozen=True)
class Shipment:
    """One release on its way.

    Attributes:
        folder: where its bytes are, also after a withdrawal.
        revisions: the content of ``REVISIONES.json`` of its period.
        withdrawal: None unless it was withdrawn.
    """

    publicacion_id: str
    folder: Path
    revisions: dict[str, Any]
    withdrawal: Withdrawal | None

    @property
    def period(self) -> str:
        """``mensual/2026-10``."""
        return self.publicacion_id.rpartition("/")[0]

    @property
    def current(self) -> str | None:
        """The id of the newest revision that stands."""
        found: str | None = self.revisions["vigente"]
        return found

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.folder)

    @property
    def candidate(self) -> Candidate:
        return Candidate.from_dict(self.manifest)

    @cached_property
    def sums(self) -> str:
        """The hash of ``SHA256SUMS``, which stands for all of its bytes."""
        return hashlib.sha256((self.folder / SUMS).read_bytes()).hexdigest()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Every file by its name, those that say that a release is whole last; or its tombstone."""
        if self.withdrawal:
            yield from tombstone(self.withdrawal).items()
            return
        last = (SUMS, MANIFEST)
        for name in [*(each for each in files_of(self.folder) if each not in last), *last]:
            yield name, (self.folder / name).read_bytes()


def shipment_of(engine: Engine, publicacion_id: str) -> Shipment:
    """What is to be told of a release.

    Raises:
        UsageError: there is no such release, or readers may not see it yet.
        DataError: its files are not those that were published.
    """
    series, month, _ = parse_id(publicacion_id)
    with engine.connect() as connection:
        release = find(connection, publicacion_id)
        seen = [each for each in releases(connection, series, month) if each.was_seen]
        gone = withdrawals(connection, [each.publicacion_id for each in seen if each.is_withdrawn])
    if not release.was_seen:
        raise UsageError(
            f"«{publicacion_id}» es un borrador y no se entrega",
            remedy=f"primero: movilidad release publish {publicacion_id}",
        )
    folder = kept_folder(publicacion_id)
    if damaged := [each for each in integrity(folder) if not each.ok]:
        raise DataError(
            f"no se entrega lo que está dañado. {damaged[0].detalle}",
            place=publicacion_id,
            remedy="restituya la carpeta desde una copia; «movilidad release verify» dice qué cambió",
        )
    return Shipment(
        publicacion_id,
        folder,
        revision_list(f"{series}/{month}", seen, gone),
        next((each for each in gone if each.publicacion_id == publicacion_id), None),
    )
