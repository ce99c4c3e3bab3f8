"""The register of releases, table ``control.publicaciones``."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import YEAR, Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import Candidate, candidate_id, release_id
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.places import REVISION

DRAFT = "borrador"
PUBLISHED = "publicada"
WITHDRAWN = "retirada"

_ID = re.compile(rf"([a-z]+)/({YEAR}-(?:0[1-9]|1[0-2]|C[123]))/{REVISION}")
_COLUMNS = (
    "publicacion_id, serie, periodo, revision, estado, entradas_sha256, huella, fecha_publicacion, demostracion,"
    " publicada"
)


@dataclass(frozen=True)
class Release:
    """One row of the register."""

    publicacion_id: str
    serie: str
    periodo: str
    revision: int
    estado: str
    entradas_sha256: str
    huella: str
    fecha_publicacion: date
    demostracion: bool
    publicada: datetime | None

    @property
    def candidate_id(self) -> str:
        """The candidate it was made from."""
        return candidate_id(self.serie, self.periodo, self.entradas_sha256)

    @property
    def public_folder(self) -> Path:
        """Where it stands, or will stand, for everybody."""
        return get_settings().publicaciones / self.publicacion_id

    @property
    def is_public(self) -> bool:
        """Whether readers can see it: also between the appearance of its folder and the entry here."""
        return self.estado == PUBLISHED or (self.estado == DRAFT and self.stands())

    @property
    def is_withdrawn(self) -> bool:
        return self.estado == WITHDRAWN

    @property
    def was_seen(self) -> bool:
        """Whether readers can see it or could before its withdrawal: what was seen cannot be unseen."""
        return self.is_withdrawn or self.is_public

    def stands(self) -> bool:
        """Whether its own folder, not one of an unknown origin, is in the publication folder."""
        try:
            found = read_manifest(self.public_folder)
        except DataError:
            return False
        own = (self.entradas_sha256, self.huella, self.fecha_publicacion.isoformat())
        return own == (found.get("candidata_sha256"), found["huella"], found.get("fecha_publicacion"))


def is_id(text: str) -> bool:
    """Whether a text has the form of a release's id."""
    return _ID.fullmatch(text) is not None


def parse_id(publicacion_id: str) -> tuple[str, Period, int]:
    """Series, period and revision of ``mensual/2026-10/r1``; anything else is a UsageError."""
    match = _ID.fullmatch(publicacion_id)
    if not match:
        raise UsageError(
            f"«{publicacion_id}» no es el identificador de una publicación",
            remedy="escriba serie, periodo y revisión así: mensual/2026-10/r1",
        )
    return match[1], Period.parse(match[2]), int(match[3])


def find(connection: Connection, publicacion_id: str) -> Release:
    """The release of this id; a UsageError if there is none."""
    parse_id(publicacion_id)
    query = text(f"SELECT {_COLUMNS} FROM control.publicaciones WHERE publicacion_id = :id")
    row = connection.execute(query, {"id": publicacion_id}).mappings().first()
    if row is None:
        raise UsageError(
            f"no existe la publicación «{publicacion_id}»", remedy="«movilidad release list» muestra las que hay"
        )
    return Release(**row)


def releases(
    connection: Connection, series: str | None = None, period: Month | Period | None = None
) -> list[Release]:
    """Releases, newest period and revision first; all, or those of a series or period."""
    query = text(
        f"SELECT {_COLUMNS} FROM control.publicaciones"
        " WHERE (CAST(:series AS text) IS NULL OR serie = :series)"
        " AND (CAST(:period AS text) IS NULL OR periodo = :period)"
        ' ORDER BY periodo COLLATE "C" DESC, serie COLLATE "C", revision DESC'
    )
    given = {"series": series, "period": str(period) if period else None}
    return [Release(**row) for row in connection.execute(query, given).mappings()]


def newest_public(connection: Connection, series: str, period: Month | Period) -> Release | None:
    """The newest revision that readers can see, or None."""
    return next((found for found in releases(connection, series, period) if found.is_public), None)


def next_id(connection: Connection, series: str, period: Period) -> str:
    """The id of the next revision: a number that readers have seen is not given again."""
    seen = [found.revision for found in releases(connection, series, period) if found.was_seen]
    return release_id(series, period, max(seen, default=0) + 1)


def withdrawn_ids(connection: Connection) -> tuple[str, ...]:
    """The ids of all releases that were withdrawn, in order."""
    query = text(
        "SELECT publicacion_id FROM control.publicaciones WHERE estado = :state"
        ' ORDER BY publicacion_id COLLATE "C"'
    )
    return tuple(connection.execute(query, {"state": WITHDRAWN}).scalars())


def enter_draft(connection: Connection, candidate: Candidate, huella: str) -> None:
    """Enter a draft in place of any other draft of its period."""
    discard_drafts(connection, candidate.serie, candidate.periodo)
    connection.execute(
        text(
            f"INSERT INTO control.publicaciones ({_COLUMNS})"
            " VALUES (:id, :series, :period, :revision, :state, :inputs, :huella, :date, :demo, NULL)"
        ),
        {
            "id": candidate.publicacion_id,
            "series": candidate.serie,
            "period": str(candidate.periodo),
            "revision": candidate.revision,
            "state": DRAFT,
            "inputs": candidate.sha256,
            "huella": huella,
            "date": candidate.fecha_publicacion,
            "demo": candidate.demostracion,
        },
    )


def discard_drafts(connection: Connection, series: str, period: Period) -> None:
    """Forget the drafts of a period: only the newest work on it may be published."""
    for found in releases(connection, series, period):
        if not found.was_seen:
            connection.execute(
                text("DELETE FROM control.publicaciones WHERE publicacion_id = :id"), {"id": found.publicacion_id}
            )


def enter_published(connection: Connection, publicacion_id: str, now: datetime) -> None:
    """Say that readers can see a release since ``now``; the first time counts."""
    connection.execute(
        text(
            "UPDATE control.publicaciones SET estado = :state, publicada = :now"
            " WHERE publicacion_id = :id AND estado = :draft"
        ),
        {"state": PUBLISHED, "now": now, "id": publicacion_id, "draft": DRAFT},
    )
