"""The way without a warehouse: when incidents cannot be kept, the operators get a plain mail, once an hour."""

from datetime import datetime
from functools import partial
from pathlib import Path

from movilidad.alerts.audience import Recipient, once
from movilidad.alerts.configuration import Configuration
from movilidad.alerts.delivery import Connections, alone, hand_over
from movilidad.alerts.message import Message, Section
from movilidad.alerts.notice import Notice, one_line
from movilidad.alerts.words import moment, sentence
from movilidad.model.errors import MovilidadError
from movilidad.model.settings import get_settings

_SUBJECT = "La bodega de datos no responde: los avisos no se pueden guardar"


def tell_operators(
    notice: Notice,
    recipients: list[Recipient],
    configuration: Configuration,
    now: datetime,
    connections: Connections,
) -> list[str]:
    """Tell the operators that the warehouse is gone, and of this notice; give what could not be delivered."""
    mark = _first_of_the_hour(now)
    if mark is None:
        return []
    told, problems, somebody_knows = _message(notice, now), [], False
    try:
        for number, recipient in enumerate(once(recipients)):
            name = f"movilidad.bodega.{int(now.timestamp())}.{number}"
            try:
                hand_over(recipient, told, partial(alone, name), configuration, now, connections)
                somebody_knows = True
            except MovilidadError as error:
                problems.append(str(error))
    finally:
        if not somebody_knows:
            mark.unlink(missing_ok=True)
    return problems


def _message(notice: Notice, now: datetime) -> Message:
    return Message(
        asunto=_SUBJECT,
        etiqueta="Crítico",
        tono="critico",
        encabezado=_SUBJECT,
        resumen=sentence(notice.what),
        secciones=(
            Section("Qué pasó", ("La base de datos no responde. Ninguna tarea puede avanzar sin ella.",)),
            Section("Desde cuándo", (f"Se notó {moment(now, now)}.",)),
            Section("Qué significa", ("Los procesos fallarán y sus avisos no se guardan.",)),
            Section(
                "Qué hacer primero", ("Ponga en marcha la base de datos; después limpie las tareas en rojo.",)
            ),
            Section("El aviso que no se pudo guardar", (one_line(f"{notice.title}: {sentence(notice.what)}"),)),
        ),
        enlaces=notice.links,
        razon="opera el sistema",
        referencia="Sin número de incidente",
    )


def _first_of_the_hour(now: datetime) -> Path | None:
    """The mark of this hour, unless somebody has set it: forty tasks fail at once when the warehouse does."""
    mark = get_settings().carpeta / "avisos" / f"sin_bodega_{now:%Y%m%d%H}"
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return None
    for old in sorted(mark.parent.glob("sin_bodega_*"))[:-5]:
        old.unlink(missing_ok=True)
    return mark
