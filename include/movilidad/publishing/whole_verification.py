"""Verifying all that is published: every release in the publication folder, and as each target gives it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from movilidad.model.errors import AlteredError, MovilidadError
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.places import revision_folders
from movilidad.publishing.register import PUBLISHED, Release, releases
from movilidad.publishing.targets.configuration import find_target, load_targets
from movilidad.publishing.targets.delivery import Connections, Place, opened
from movilidad.publishing.targets.shipment import shipment_of
from movilidad.publishing.targets.state import FAILED, LATE, lacking, states_at
from movilidad.publishing.tombstone import read_tombstone
from movilidad.publishing.verification import verify
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

NOTHING = "No había nada que comprobar."

_DELIVERY = "entrega"
_DELIVER = "entréguelas y limpie la tarea; si una entrega falla, «movilidad targets check» dice por qué"
_RESTORE = "no edite nada: docs/respaldo.md dice cómo restituir lo publicado"


@dataclass(frozen=True)
class Verified:
    """What was found of one release at one place: the publication folder (``lugar`` is empty) or a target."""

    publicacion_id: str
    lugar: str
    hallazgos: list[Finding]

    @property
    def ok(self) -> bool:
        return all(finding.ok for finding in self.hallazgos)

    @property
    def problem(self) -> str:
        """What is wrong, in Spanish; empty if nothing is."""
        return " ".join(finding.detalle for finding in self.hallazgos if not finding.ok)

    @property
    def is_missed(self) -> bool:
        """Whether it was not delivered; then nobody changed it."""
        return any(finding.nombre == _DELIVERY for finding in self.hallazgos)

    @property
    def line(self) -> str:
        """``bien  mensual/2026-10/r1``, or ``MAL   … en espejo: …``."""
        place = " en ".join(each for each in (self.publicacion_id, self.lugar) if each)
        return f"bien  {place}" if self.ok else f"MAL   {place}: {self.problem}"


def verify_all() -> Iterator[Verified]:
    """Every release that readers can see or could, oldest first; and folders that no release is known for."""
    with warehouse(Role.STATISTICS).connect() as connection:
        known = [each for each in releases(connection) if each.was_seen]
    for release in sorted(known, key=lambda each: (each.periodo, each.serie, each.revision)):
        yield Verified(release.publicacion_id, "", _findings(release))
    for name in sorted(_in_folder() - {each.publicacion_id for each in known}):
        yield Verified(name, "", [Finding("registro", False, "El registro no conoce esta publicación.")])


def verify_target(
    name: str, connections: Connections = Connection.from_environment, now: datetime | None = None
) -> Iterator[Verified]:
    """Every release that was brought to a target, read back from there; and every one that it lacks.

    Args:
        now: what was published within the hour before may be on its way and is not missed; None misses it too.

    Raises:
        UnavailableError, DataError, UsageError: the target cannot be read; the error names it.
    """
    engine, target = warehouse(Role.STATISTICS), find_target(name)
    with engine.connect() as connection:
        states, owed = states_at(connection, name), lacking(connection, name)
    missed = {each.publicacion_id for each in owed if _is_missed(each, states, now)}
    # a target whose withdrawal failed may still show what was withdrawn
    withdrawn = {each.publicacion_id for each in owed if each.is_withdrawn}
    brought = {release for release, state in states.items() if state != FAILED or release in withdrawn}
    with opened(engine, target, connections(target.conexion)) as place:
        for release in sorted(brought | missed):
            absent = _absent(release, name, failed=release in states) if release in missed else None
            yield Verified(release, name, [absent or _read_back(engine, place, release)])


def verify_targets(connections: Connections = Connection.from_environment) -> Iterator[Verified]:
    """Every configured target, one after the other; one that cannot be read is a finding that is not ok."""
    for target in load_targets():
        try:
            yield from verify_target(target.nombre, connections)
        except MovilidadError as error:
            yield Verified("", target.nombre, [Finding("destino", False, str(error))])


def require_sound(found: Sequence[Verified]) -> str:
    """A sentence about what was verified, or an AlteredError that says what is not as it was published."""
    if not found:
        return NOTHING
    wrong = [each for each in found if not each.ok]
    if not wrong:
        return f"Comprobadas: {len(found):,}. Todo está como se publicó."
    raise AlteredError(
        f"{len(wrong):,} de {len(found):,} publicaciones no están como se publicaron:"
        f" {listed([each.publicacion_id for each in wrong])}. {wrong[0].problem}",
        place=f"destino «{wrong[0].lugar}»" if wrong[0].lugar else "carpeta de publicaciones",
        remedy=_DELIVER if all(each.is_missed for each in wrong) else _RESTORE,
    )


def _is_missed(release: Release, states: Mapping[str, str], now: datetime | None) -> bool:
    """Whether a target should have a release by now and has not; what was withdrawn it need not have."""
    if release.is_withdrawn or states.get(release.publicacion_id, FAILED) != FAILED:
        return False
    return now is None or (release.publicada is not None and now - release.publicada > LATE)


def _absent(release: str, target: str, *, failed: bool) -> Finding:
    what = "La última entrega falló; repítala" if failed else "No se ha entregado; entréguela"
    return Finding(_DELIVERY, False, f"{what}: «movilidad release deliver {release} --target {target}».")


def _read_back(engine: Engine, place: Place, release: str) -> Finding:
    try:
        shipment = shipment_of(engine, release)
    except MovilidadError as error:
        return Finding("destino", False, str(error))
    different = place.differences(shipment)
    said = f"No es lo que se entregó: {listed(different)}." if different else "Es lo que se entregó."
    return Finding("destino", not different, said)


def _findings(release: Release) -> list[Finding]:
    """The checks of a release, after that of its being where the register has it."""
    if release.estado != PUBLISHED:
        return verify(release.publicacion_id)
    folder = release.public_folder
    if read_tombstone(folder):
        return [Finding("registro", False, "En su lugar hay un aviso de retiro que el registro no conoce.")]
    if not release.stands():
        return [Finding("registro", False, "En su lugar no está la publicación que el registro conoce.")]
    return verify(folder)


def _in_folder() -> set[str]:
    """Ids of the folders that have the place and the files of a release."""
    root = get_settings().publicaciones
    periods = [period for series in SERIES for period in (root / series).glob("*")]
    found = [path for period in periods for path in revision_folders(period) if (path / SUMS).is_file()]
    return {path.relative_to(root).as_posix() for path in found}
