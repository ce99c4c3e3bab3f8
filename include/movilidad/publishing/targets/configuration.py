"""The targets of a deployment, from its ``destinos.yml``; addresses and secrets are in connections."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.model.written import read, wrong_as

_wrong = wrong_as(
    "la lista de destinos no vale",
    "corríjala como dice docs/publicacion.md y compruebe con «movilidad targets check»",
)


class Target(BaseModel):
    """One target.

    Attributes:
        nombre: short name, of lower-case letters, digits and underscores.
        titulo: what operators read.
        clase: ``archivos`` (folder, SFTP or object store: whole releases), ``pagina`` (there too: a feed and a
            list of releases, to put into somebody's site), ``ckan`` (a catalogue of open data).
        conexion: the connection that holds address and secret.
        portal: of ``archivos``: also the portal and everything else of the publication folder.
        organizacion: of ``ckan``: the organisation that owns the packages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    nombre: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    titulo: str
    clase: Literal["archivos", "pagina", "ckan"]
    conexion: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    portal: bool = False
    organizacion: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    destinos: list[Target] = Field(default_factory=list)


def load_targets() -> list[Target]:
    """The targets, in the order of the file; none if the deployment has no such file.

    A UsageError that says where the file is not as it should be; it never repeats a value.
    """
    file = get_settings().destinations_file
    if not file.is_file():
        return []
    found = read(_File, file, _wrong, may_be_empty=True).destinos
    names = [target.nombre for target in found]
    if len(set(names)) < len(names):
        raise _wrong(file, "dos destinos tienen el mismo nombre")
    if lacking := [target.nombre for target in found if target.clase == "ckan" and not target.organizacion]:
        raise _wrong(file, f"falta «organizacion» en: {', '.join(lacking)}")
    return found


def find_target(name: str) -> Target:
    """The target of this name; a UsageError that says which there are."""
    targets = load_targets()
    for target in targets:
        if target.nombre == name:
            return target
    known = ", ".join(target.nombre for target in targets) or "ninguno"
    raise UsageError(f"no existe el destino «{name}»", remedy=f"los destinos son: {known}")
