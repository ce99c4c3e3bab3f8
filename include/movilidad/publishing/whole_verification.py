"""Verifying all that is published: every release in the publication folder, and as each target gives it back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from movilidad.model.errors import AlteredError, MovilidadError
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.places import revision_folders
from movilidad.publishing.register import PUBLISHED, Release, releases
from movilidad.publishing.targets.configuration import find_target, load_targets
from movilidad.publishing.targets.delivery import Connections, opened
from movilidad.publishing.targets.shipment import shipment_of
from movilidad.publishing.targets.state import FAILED, states_at
from movilidad.publishing.tombstone import read_tombstone
from movilidad.publishing.verification import verify
from movilidad.sources.connection import Connection
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


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


def verify_target(name: str, connections: Connections = Connection.from_environment) -> Iterator[Verified]:
    """Every release that was delivered to a target, read back from there.

    Raises:
        UnavailableError, DataError, UsageError: the target cannot be read; the error names it.
    """
    engine, target = warehouse(Role.STATISTICS), find_target(name)
    with engine.connect() as connection:
        states = states_at(connection, name)
    with opened(engine, target, connections(target.conexion)) as place:
        for release in sorted(release for release, state in states.items() if state != FAILED):
            try:
                shipment = shipment_of(engine, release)
            except MovilidadError as error:
                yield Verified(release, name, [Finding("destino", False, str(error))])
                continue
            different = place.differences(shipment)
            said = f"No es lo que se entregó: {listed(different)}." if different else "Es lo que se entregó."
            yield Verified(release, name, [Finding("destino", not different, said)])


def verify_targets(connections: Connections = Connection.from_environment) -> Iterator[Verified]:
    """Every configured target, one after the other; one that cannot be read is a finding that is not ok."""
    for target in load_targets():
        try:
            yield from verify_target(target.nombre, connections)
        except MovilidadError as error:
            yield Verified("", target.nombre, [Finding("destino", False, str(error))])


def require_sound(found: Sequence[Verified]) -> str:
    """A sentence about what was verified, or an AlteredError that says what is not as it was published."""
    wrong = [each for each in found if not each.ok]
    if not wrong:
        return f"Comprobadas: {len(found):,}. Todo está como se publicó."
    raise AlteredError(
        f"{len(wrong):,} de {len(found):,} publicaciones no están como se publicaron:"
        f" {listed([each.publicacion_id for each in wrong])}. {wrong[0].problem}",
        place=f"destino «{wrong[0].lugar}»" if wrong[0].lugar else "carpeta de publicaciones",
        remedy="no edite nada: docs/respaldo.md dice cómo restituir lo publicado",
    )


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
