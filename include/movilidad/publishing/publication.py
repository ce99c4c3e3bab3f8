"""Making a draft public: all of it at once, or nothing; twice is the same as once."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from movilidad.model.atomic import PUBLIC, make_folder, new_folder
from movilidad.model.errors import DataError
from movilidad.model.periods import Period
from movilidad.model.series import SERIES
from movilidad.publishing.audit_record import require_audited
from movilidad.publishing.candidate import folder_of, load
from movilidad.publishing.locks import exclusive
from movilidad.publishing.manifest import SUMS, checksums, read_manifest
from movilidad.publishing.past import history_of
from movilidad.publishing.register import (
    PUBLISHED,
    Release,
    enter_published,
    find,
    parse_id,
    releases,
    withdrawn_ids,
)
from movilidad.publishing.schedule import require_announced_minute
from movilidad.publishing.signoff import require_no_objection
from movilidad.publishing.stages import DRAFT
from movilidad.publishing.standing import settle
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def publish(publicacion_id: str, now: datetime) -> Path:
    """Make a draft public and give its folder.

    The folder appears in one step, then ``latest``, the register and the portal follow; whoever was killed in
    between is finished by the next call. Published bytes never change.

    Args:
        publicacion_id: ``mensual/2026-10/r1``; a UsageError if there is no such release.
        now: the instant that the register keeps, with time zone.

    Raises:
        DataError: the draft is damaged or gone; another release stands in its place; it was withdrawn, or tells
            of one that was; it did not pass the attack; it waits for a sign-off or was not approved; something
            became public that it was not protected beside.
        UnavailableError: it is announced for a later minute.
    """
    series, period, _ = parse_id(publicacion_id)
    engine = warehouse(Role.PUBLISH)
    # what becomes public meanwhile would not have been seen by the protection
    with exclusive(engine, f"{series}/{period}"), exclusive(engine, f"publicar/{period.last.year}"):
        with engine.connect() as connection:
            release = find(connection, publicacion_id)
        _require_not_withdrawn(release)
        if release.estado != PUBLISHED or not release.public_folder.is_dir():
            _appear(engine, release, now)
        _finish(engine, release, now)
    return release.public_folder


def _require_not_withdrawn(release: Release) -> None:
    if release.is_withdrawn:
        raise DataError(
            "se retiró, y lo retirado no vuelve con el mismo número",
            place=release.publicacion_id,
            remedy="haga la revisión que sigue: «movilidad release explain» y después «movilidad release build»",
        )


def _appear(engine: Engine, release: Release, now: datetime) -> None:
    """Copy the draft to its public place."""
    draft = folder_of(release.candidate_id) / DRAFT
    sums = _sound(draft, release)
    require_audited(load(release.candidate_id))
    with engine.connect() as connection:
        require_no_objection(connection, release)
        made_of = read_manifest(draft)
        _require_timely(connection, made_of, release, now)
        _require_all_seen(connection, made_of, release)
    if release.public_folder.is_dir():
        if checksums(release.public_folder) != sums:
            raise DataError(
                "en su lugar ya hay una publicación distinta que este registro no conoce",
                place=release.publicacion_id,
                remedy="lo publicado no se cambia: restituya la base que lo registró, o aparte la carpeta",
            )
        return
    make_folder(release.public_folder.parent, PUBLIC)
    with new_folder(release.public_folder, PUBLIC) as folder:
        shutil.copytree(draft, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        if checksums(folder) != sums:
            raise DataError("el borrador cambió mientras se copiaba", place=release.publicacion_id)


def _sound(draft: Path, release: Release) -> str:
    """The checksums of an intact draft."""
    file = draft / SUMS
    if not file.is_file() or checksums(draft) != file.read_text(encoding="utf-8"):
        raise DataError(
            "el borrador falta o está dañado",
            place=release.publicacion_id,
            remedy="borre la carpeta de trabajo de la candidata y repita el informe",
        )
    return file.read_text(encoding="utf-8")


def _require_all_seen(connection: Connection, made_of: dict[str, Any], release: Release) -> None:
    """An error if something became public meanwhile that this draft had to be protected beside."""
    known = {*made_of["historia"], release.publicacion_id}
    year, family = Period.parse(release.periodo).last.year, SERIES[release.serie].familia
    seen = history_of(connection, year, family).releases
    if unseen := [name for name in seen if name not in known]:
        raise DataError(
            f"se protegió antes de que se publicara {unseen[0]}, y juntas podrían revelar a alguien",
            place=release.publicacion_id,
            remedy="repita el informe desde «Reunir insumos»",
        )


def _require_timely(connection: Connection, made_of: dict[str, Any], release: Release, now: datetime) -> None:
    """An error before the announced minute, or if the draft repeats figures that were withdrawn meanwhile."""
    require_announced_minute(connection, release.publicacion_id, made_of.get("anunciada"), now)
    told = {made_of.get("anterior"), *made_of.get("comparables", [])}
    if gone := sorted(told.intersection(withdrawn_ids(connection))):
        raise DataError(
            f"el borrador se compara con {gone[0]}, que se retiró después de redactarlo",
            place=release.publicacion_id,
            remedy="repita el informe desde «Reunir insumos»",
        )


def _finish(engine: Engine, release: Release, now: datetime) -> None:
    """What follows the appearance of a folder, for every revision of the month that readers can see."""
    period = parse_id(release.publicacion_id)[1]
    with engine.begin() as connection:
        for found in releases(connection, release.serie, period):
            if found.is_public:
                enter_published(connection, found.publicacion_id, now)
    settle(engine, release.serie, period, now)
