"""Who publishes, where, and under which licence; part of a candidate, since releases print all of it."""

from dataclasses import dataclass

from movilidad.model.settings import Settings

NAME = "Ministerio de Trabajo y Previsión Social de Guatemala (MINTRAB)"
HOMEPAGE = "https://www.mintrabajo.gob.gt/"


@dataclass(frozen=True)
class Licence:
    """A licence: its SPDX name, the address of its text, its Spanish title, what it asks of whoever reuses."""

    nombre: str
    direccion: str
    titulo: str
    condicion: str


_CREDIT = "Puede usarlos y transformarlos, también con fines comerciales, si cita la fuente"
LICENCES = {
    licence.nombre: licence
    for licence in (
        Licence(
            "CC-BY-4.0",
            "https://creativecommons.org/licenses/by/4.0/",
            "Creative Commons Atribución 4.0 Internacional",
            f"{_CREDIT} y dice si hizo cambios.",
        ),
        Licence(
            "CC-BY-SA-4.0",
            "https://creativecommons.org/licenses/by-sa/4.0/",
            "Creative Commons Atribución-CompartirIgual 4.0 Internacional",
            f"{_CREDIT}, dice si hizo cambios y publica lo derivado con la misma licencia.",
        ),
        Licence(
            "CC0-1.0",
            "https://creativecommons.org/publicdomain/zero/1.0/",
            "Creative Commons Dominio público (CC0) 1.0 Universal",
            "Puede usarlos sin condiciones; se agradece que cite la fuente.",
        ),
    )
}


@dataclass(frozen=True)
class Publisher:
    """Under what address and licence releases appear.

    Attributes:
        direccion: address of the publication folder, without a slash at its end.
        correo: where readers ask.
        licencia: SPDX name of the data's licence, one of ``LICENCES``.
    """

    direccion: str = "https://movilidad.mintrab.example"
    correo: str = "estadistica@mintrab.example"
    licencia: str = "CC-BY-4.0"

    @property
    def licence(self) -> Licence:
        return LICENCES[self.licencia]


def publisher(settings: Settings) -> Publisher:
    """The publisher that a deployment's settings describe."""
    return Publisher(settings.direccion_publica.rstrip("/"), settings.correo_publico, settings.licencia_datos)
