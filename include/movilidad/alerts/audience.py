"""Who is told of an incident, by which ways, and why that person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from movilidad.alerts.configuration import Configuration, Person, is_address
from movilidad.alerts.notice import Notice
from movilidad.model.errors import UsageError
from movilidad.sources.contracts import Contract, Steward, load_contract

MAIL = "correo"


@dataclass(frozen=True)
class Recipient:
    """One way of reaching one person.

    Attributes:
        persona: name in the configuration, or the e-mail address of somebody who is not in it.
        canal: ``correo``, or the connection of a channel.
        direccion: the e-mail address; of a channel, its connection.
        razon: why this person is told, the end of «Lo recibe porque…».
    """

    persona: str
    canal: str
    direccion: str
    razon: str


def audience(notice: Notice, configuration: Configuration) -> list[Recipient]:
    """Everybody who is told when an incident opens: steward, further people, operators; each way once."""
    contract = contract_of(notice.source) if notice.about.responsable else None
    found = [*_steward(contract, configuration), *_further(notice.people, configuration)]
    reason = "opera el sistema"
    if contract and not is_address(contract.responsable.correo):
        reason += f"; {contract.responsable.nombre}, responsable de la fuente, no tiene un correo válido: avísele"
    for name, person in configuration.operators():
        found += _ways(name, person, reason)
    return once(found)


def seconds(persona: str, configuration: Configuration, named: str) -> list[Recipient]:
    """Who is told when ``persona`` (whom people call ``named``) did not put it right in time."""
    reason = f"es relevo de {named} y el incidente sigue abierto"
    found = configuration.second_of(persona)
    return once(way for name, person in found for way in _ways(name, person, reason))


def name_of(persona: str, configuration: Configuration) -> str:
    """How people call a person of the configuration; others are their own address."""
    found = configuration.personas.get(persona)
    return found.nombre if found else persona


def contract_of(source: str) -> Contract | None:
    """The contract of a source, or None where there is none or it is wrong."""
    try:
        return load_contract(source) if source else None
    except UsageError:
        return None


def once(ways: Iterable[Recipient]) -> list[Recipient]:
    """The same, each way once: the first reason counts."""
    found: dict[tuple[str, str], Recipient] = {}
    for way in ways:
        found.setdefault((way.canal, way.direccion.lower()), way)
    return list(found.values())


def steward_ways(steward: Steward, reason: str, configuration: Configuration) -> Iterator[Recipient]:
    """The ways of a steward: the contract's address, and the channels of whoever has it in the configuration."""
    if not is_address(steward.correo):
        return
    known = configuration.by_address(steward.correo)
    yield from _ways(*(known or (steward.correo, Person(nombre=steward.nombre, correo=steward.correo))), reason)


def _steward(contract: Contract | None, configuration: Configuration) -> Iterator[Recipient]:
    if contract:
        reason = f"responde por la fuente «{contract.titulo}»"
        yield from steward_ways(contract.responsable, reason, configuration)


def _further(addresses: tuple[str, ...], configuration: Configuration) -> Iterator[Recipient]:
    for address in addresses:
        yield from steward_ways(Steward(nombre=address, correo=address), "le corresponde atenderlo", configuration)


def _ways(name: str, person: Person, reason: str) -> Iterator[Recipient]:
    if person.correo:
        yield Recipient(name, MAIL, person.correo, reason)
    for channel in person.canales:
        yield Recipient(name, channel, channel, reason)
