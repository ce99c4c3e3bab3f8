"""Who is told, and how: ``include/avisos.yml``, or the file that the setting ``avisos`` names.

Addresses of channels (they hold secrets) are in connections; here stand only the connections' names.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from movilidad.alerts.quiet import Quiet
from movilidad.model.settings import get_settings
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")
_OPERATIONS = "operacion"
_wrong = wrong_as(
    "la configuración de los avisos no vale",
    "corríjala como dice docs/avisos.md y compruebe con «movilidad alerts test»",
)

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Hours = Annotated[float, Field(gt=0, le=24 * 60)]


class Person(Strict):
    """Somebody who is told.

    Attributes:
        nombre: an office or a function, as messages address it.
        correo: e-mail address; a steward is known by the address in its contract.
        canales: connections that hold an Apprise address, besides the e-mail.
        relevo: person or group that is told when an incident stays open for too long.
        silencio: own quiet hours; ``false`` for none.
    """

    nombre: str = Field(min_length=1)
    correo: str = ""
    canales: tuple[Name, ...] = ()
    relevo: str = ""
    silencio: Quiet | Literal[False] | None = None

    @field_validator("correo")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not is_address(value):
            raise ValueError("se espera una dirección de correo")
        return value


class Terms(Strict):
    """After how many hours what is done.

    Attributes:
        recordatorio: those who were told are reminded, once, while the incident is open.
        relevo: the second person is told.
        urgencia: closer than this to its publication's moment, an incident is critical.
        vigilancia: so long before a publication's moment it is asked whether every source has delivered.
    """

    recordatorio: Hours = 24
    relevo: Hours = 8
    urgencia: Hours = 12
    vigilancia: Hours = 72

    @property
    def reminder(self) -> timedelta:
        return timedelta(hours=self.recordatorio)

    @property
    def escalation(self) -> timedelta:
        return timedelta(hours=self.relevo)

    @property
    def urgency(self) -> timedelta:
        return timedelta(hours=self.urgencia)

    @property
    def watch(self) -> timedelta:
        return timedelta(hours=self.vigilancia)


class Configuration(Strict):
    """All of ``avisos.yml``."""

    operadores: tuple[str, ...] = (_OPERATIONS,)
    personas: dict[Name, Person]
    grupos: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    relevo: str = ""
    silencio: Quiet | None = None
    plazos: Terms = Terms()
    remitente: str = ""
    conexion_correo: Name = "correo_avisos"

    @model_validator(mode="after")
    def _names_are_known(self) -> "Configuration":
        both = sorted(set(self.personas) & set(self.grupos))
        if both:
            raise ValueError(f"es persona y grupo a la vez: {', '.join(both)}")
        if not self.operadores:
            raise ValueError("falta al menos un operador")
        used = [*self.operadores, self.relevo, *(person.relevo for person in self.personas.values())]
        known = {"", *self.personas, *self.grupos}
        members = [name for group in self.grupos.values() for name in group]
        unknown = sorted(({*used} - known) | ({*members} - set(self.personas)))
        if unknown:
            raise ValueError(f"no hay persona con el nombre: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _one_person_per_address(self) -> "Configuration":
        addresses = [person.correo.lower() for person in self.personas.values() if person.correo]
        if len(set(addresses)) < len(addresses):
            raise ValueError("dos personas tienen la misma dirección de correo")
        return self

    def members(self, name: str) -> Iterator[tuple[str, Person]]:
        """The persons that a name of a person or group means."""
        for each in self.grupos.get(name, (name,) if name else ()):
            yield each, self.personas[each]

    def operators(self) -> list[tuple[str, Person]]:
        """Who runs the system; without any way of reaching them, the address in the settings is theirs."""
        found = dict(pair for name in self.operadores for pair in self.members(name))
        if not any(person.correo or person.canales for person in found.values()):
            name, person = next(iter(found.items()))
            found[name] = person.model_copy(update={"correo": get_settings().correo_operadores})
        return list(found.items())

    def by_address(self, address: str) -> tuple[str, Person] | None:
        """The person of an e-mail address."""
        wanted = address.lower()
        return next((pair for pair in self.personas.items() if pair[1].correo.lower() == wanted), None)

    def second_of(self, name: str) -> list[tuple[str, Person]]:
        """Who is told when the person ``name`` does not put it right in time; never that person."""
        own = self.personas[name].relevo if name in self.personas else ""
        return [pair for pair in self.members(own or self.relevo) if pair[0] != name]

    def quiet_of(self, name: str) -> Quiet | None:
        """The quiet hours of a person."""
        own = self.personas[name].silencio if name in self.personas else None
        return self.silencio if own is None else own or None


def is_address(text: str) -> bool:
    """Whether mail can be sent there."""
    return _ADDRESS.fullmatch(text) is not None


def load_configuration(file: Path | None = None) -> Configuration:
    """Read the file; a UsageError that says where it is wrong and repeats no value of it."""
    return read(Configuration, file or get_settings().alerts_file, _wrong)


def standing_in() -> Configuration:
    """What holds while the file is wrong: the operators, by the address in the settings."""
    person = Person(nombre="Operación", correo=get_settings().correo_operadores)
    return Configuration(personas={_OPERATIONS: person})
