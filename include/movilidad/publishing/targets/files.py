"""Targets that hold whole releases as files: each under its address, ``latest``, and the list of its revisions."""

from pathlib import Path

from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.manifest import NAME as MANIFEST
from movilidad.publishing.manifest import SUMS
from movilidad.publishing.metadata import as_json
from movilidad.publishing.pages import page
from movilidad.publishing.revision_list import NAME as REVISIONS
from movilidad.publishing.standing import LATEST
from movilidad.publishing.targets import trouble
from movilidad.publishing.targets.configuration import Target
from movilidad.publishing.targets.shipment import Shipment
from movilidad.publishing.targets.storage import Storage
from movilidad.publishing.tombstone import NAME as TOMBSTONE


class Files:
    """A folder, an SFTP server or an object store."""

    def __init__(self, target: Target, storage: Storage) -> None:
        self._target, self._storage = target, storage

    def bring(self, shipment: Shipment) -> None:
        """Let a release, or its tombstone, and what stands beside it be there. Twice is the same as once.

        A withdrawn release is unlinked before its files go; a new one is linked after its files came.
        """
        if shipment.withdrawal:
            self._beside(shipment)
            self._release(shipment)
        else:
            self._release(shipment)
            self._beside(shipment)

    def surround(self, *, whole: bool) -> None:
        """Bring the rest of the publication folder, if the target carries the portal.

        Args:
            whole: whether the target has every release; a portal that lists what is not there would lie.
        """
        if self._target.portal and whole:
            root = get_settings().publicaciones
            for name in _surroundings(root):
                self._storage.write(name, (root / name).read_bytes())

    def check(self) -> None:
        """Prove that it can be written to."""
        self._storage.prove()

    def differences(self, shipment: Shipment) -> list[str]:
        """Files of a release, or of its tombstone, that are not as they were delivered, or were added."""
        there, files = self._storage.names(shipment.publicacion_id), dict(shipment.files())
        if shipment.withdrawal and not there:
            return []  # it was never there: nothing was buried
        names = sorted(there | set(files))
        return [
            name for name in names if self._storage.read(f"{shipment.publicacion_id}/{name}") != files.get(name)
        ]

    def _release(self, shipment: Shipment) -> None:
        there, files = self._storage.names(shipment.publicacion_id), dict(shipment.files())
        marks = (TOMBSTONE,) if shipment.withdrawal else (SUMS, MANIFEST)
        found = [self._storage.read(f"{shipment.publicacion_id}/{name}") for name in marks]
        if there == set(files) and found == [files[name] for name in marks]:
            return
        foreign = (
            MANIFEST in there
            and self._storage.read(f"{shipment.publicacion_id}/{MANIFEST}")
            != (shipment.folder / MANIFEST).read_bytes()
        )
        if foreign or (TOMBSTONE in there and not shipment.withdrawal):
            raise trouble.occupied(self._target, shipment.publicacion_id)
        if shipment.withdrawal and not there:
            return  # it was never there: nothing to bury
        self._storage.put_folder(shipment.publicacion_id, files.items())

    def _beside(self, shipment: Shipment) -> None:
        latest = f"{shipment.period}/{LATEST}"
        if shipment.current is None:
            self._storage.unpoint(latest)
        elif self._storage.names(shipment.current):  # a link to what is still to come would lead nowhere
            folder = shipment.current.rpartition("/")[2]
            self._storage.point(latest, folder, _leads_to(folder))
        self._storage.write(f"{shipment.period}/{REVISIONS}", as_json(shipment.revisions))


def _surroundings(root: Path) -> list[str]:
    """Files of the publication folder that belong to no release and no period, the entrance last."""
    found = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if path.is_file() and not hidden and name.split("/")[0] not in SERIES:
            found.append(name)
    return sorted(found, key=lambda name: name == "index.html")


def _leads_to(folder: str) -> bytes:
    """A page for places without links: it leads to the newest revision."""
    return page("vigente.html.j2", carpeta=folder)
