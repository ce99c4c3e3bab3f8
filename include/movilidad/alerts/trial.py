"""A trial message to everybody whom alerts may reach, by every way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from movilidad.alerts.audience import MAIL, Recipient, once, steward_ways
from movilidad.alerts.configuration import Configuration, is_address, load_configuration
from movilidad.alerts.delivery import Connections, alone, hand_over
from movilidad.alerts.message import Message, Section
from movilidad.alerts.words import moment
from movilidad.model.errors import MovilidadError
from movilidad.sources.contracts import contract_names, load_contract


@dataclass(frozen=True)
class Trial:
    """What became of one message; ``problema`` is a sentence if it did not go out."""

    persona: str
    canal: str
    problema: str = ""


def try_everybody(now: datetime, connections: Connections) -> list[Trial]:
    """Send the message by each way; also tell of stewards who cannot be reached."""
    configuration = load_configuration()
    ways = once([*_configured(configuration), *_stewards(configuration)])
    return [_tried(way, number, configuration, now, connections) for number, way in enumerate(ways)] + [
        *_unreachable()
    ]


def _configured(configuration: Configuration) -> Iterator[Recipient]:
    people = {**configuration.personas, **dict(configuration.operators())}
    for name, person in people.items():
        for way in [*([person.correo] if person.correo else []), *person.canales]:
            yield Recipient(
                name, MAIL if way == person.correo else way, way, "está en la configuración de los avisos"
            )


def _stewards(configuration: Configuration) -> Iterator[Recipient]:
    for name in contract_names():
        contract = load_contract(name)
        reason = f"responde por la fuente «{contract.titulo}»"
        yield from steward_ways(contract.responsable, reason, configuration)


def _unreachable() -> Iterator[Trial]:
    for name in contract_names():
        steward = load_contract(name).responsable
        if not is_address(steward.correo):
            problem = f"el contrato de «{name}» no tiene un correo válido; sus avisos van solo a los operadores"
            yield Trial(steward.nombre, MAIL, problem)


def _tried(
    way: Recipient, number: int, configuration: Configuration, now: datetime, connections: Connections
) -> Trial:
    thread = partial(alone, f"movilidad.prueba.{int(now.timestamp())}.{number}")
    try:
        hand_over(way, _message(way, now), thread, configuration, now, connections)
    except MovilidadError as error:
        return Trial(way.persona, way.canal, str(error))
    return Trial(way.persona, way.canal)


def _message(way: Recipient, now: datetime) -> Message:
    subject = "Prueba de los avisos de movilidad laboral"
    return Message(
        asunto=subject,
        etiqueta="Prueba",
        tono="normal",
        encabezado=subject,
        resumen="No pasa nada: alguien comprueba que los avisos llegan.",
        secciones=(
            Section("Qué pasó", (f"Nada. Alguien comprobó, {moment(now, now)}, que los avisos llegan.",)),
            Section("Qué hacer primero", ("Nada. Si no esperaba este mensaje, avise a los operadores.",)),
        ),
        enlaces=(),
        razon=way.razon,
        referencia="Prueba",
    )
