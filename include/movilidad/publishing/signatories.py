"""Who may decide about a release: ``include/visto_bueno.yml``, or the file that the setting ``visto_bueno`` names.

Read while Airflow reads the DAGs, so it imports little.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from movilidad.model.settings import get_settings
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as
from movilidad.publishing.approval import OPTIONS

SOMEBODY = "Persona autorizada"  # whom the file does not name: a user's name is nothing for readers
_wrong = wrong_as("la configuración del visto bueno no vale", "corríjala como dice docs/publicacion.md")


class Signatory(Strict):
    """Somebody who may decide: a user of Airflow, the office that readers see, where it is told."""

    usuario: str = Field(min_length=1)
    cargo: str = Field(min_length=1)
    correo: str = Field(default="", pattern=r"^$|^[^@\s]+@[^@\s]+$")


class Signatories(Strict):
    """All of ``visto_bueno.yml``."""

    firmantes: tuple[Signatory, ...] = ()
    dos_personas: bool = False
    plazo_horas: float = Field(default=72, gt=0, le=24 * 60)
    al_vencer: Literal["retener", "rechazar"] = "retener"
    acceso_previo: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _can_sign(self) -> Self:
        twice = [name for name, count in Counter(each.usuario for each in self.firmantes).items() if count > 1]
        if twice:
            raise ValueError("un usuario está dos veces entre los firmantes")
        if self.dos_personas and len(self.firmantes) == 1:
            raise ValueError("dos_personas pide al menos dos firmantes")
        if not all(each.strip() for each in self.acceso_previo):
            raise ValueError("un cargo de acceso_previo está vacío")
        return self

    @property
    def term(self) -> timedelta:
        """How long a signature is waited for."""
        return timedelta(hours=self.plazo_horas)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where signatories are told."""
        return tuple(each.correo for each in self.firmantes if each.correo)

    @property
    def default(self) -> str:
        """What holds when nobody answers in time, as it is offered."""
        return next(name for name, decision in OPTIONS.items() if decision == self.al_vencer)

    def office_of(self, user: str) -> str | None:
        """The office of a user; None if the file does not name it."""
        return next((each.cargo for each in self.firmantes if each.usuario == user), None)


def signatories(file: Path | None = None) -> Signatories:
    """Read the file; a UsageError that says where it is wrong."""
    return read(Signatories, file or get_settings().signatories_file, _wrong, may_be_empty=True)
