"""How a platform answered and delivered: availability, incidents, timeliness, changes of form, the ten days."""

from dataclasses import dataclass
from datetime import datetime

from movilidad.monitoring.counts import OLD, WAITING, Place
from movilidad.monitoring.evaluation import Evaluation
from movilidad.reports import numbers
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Column, Row, Section, Table
from movilidad.reports.platforms import cells
from movilidad.reports.text import printable

KINDS = {"caida": "No respondía", "forma": "Respuesta distinta de la prometida", "lenta": "Muy lenta"}
_DATA = "datos/servicio_por_plataforma.csv"


@dataclass(frozen=True)
class Part:
    """What every section needs: the evaluation and its words."""

    found: Evaluation
    words: PartWords

    def section(self, name: str, title: str, *tables: Table) -> Section:
        return section(self.words, name, title, *tables)


def section(words: PartWords, name: str, title: str, *tables: Table) -> Section:
    """A section with its standing words; without a title of its own it claims nothing."""
    return Section(
        nombre=name,
        tema=words.nombre,
        titulo=title or words.neutral,
        frases=(words.explica,),
        cuadros=tables,
        notas=words.aclara,
    )


def availability_section(part: Part) -> Section:
    service = part.found.servicio
    if not service.hechos:
        return part.section("disponibilidad", "")
    answered = numbers.share(service.responden, service.hechos, 1)
    rows = (
        Row("Hechas", (cells.count(service.hechos), cells.share(service.hechos, service.previstos))),
        Row("Con respuesta", (cells.count(service.responden), cells.share(service.responden, service.hechos))),
        Row(
            "Con la respuesta prometida",
            (cells.count(service.correctos), cells.share(service.correctos, service.hechos)),
        ),
        Row("Mediana del tiempo de respuesta", (cells.milliseconds(service.mediana), cells.words("–"))),
        Row("Percentil 95 del tiempo de respuesta", (cells.milliseconds(service.p95), cells.words("–"))),
    )
    table = Table(
        nombre="disponibilidad",
        titulo=f"Mediciones de la plataforma, {part.found.mes.label}",
        primera="Medida",
        columnas=(Column("Valor"), Column("Parte")),
        filas=rows,
        notas=("La parte de las mediciones hechas es de las previstas; las demás, de las hechas.",),
        datos=_DATA,
    )
    return part.section("disponibilidad", f"Respondió en el {answered} de las mediciones", table)


def incidents_section(part: Part, now: datetime) -> Section:
    found = part.found.incidentes
    if not found:
        title = part.words.neutral if part.found.servicio.hechos else "No se sabe si hubo incidentes: no se midió"
        return part.section("incidentes", title)
    table = Table(
        nombre="incidentes",
        titulo=f"Incidentes que tocan {part.found.mes.label}",
        primera="Desde",
        columnas=(
            Column("Qué pasó", numerica=False),
            Column("Hasta", numerica=False),
            Column("Duración", numerica=False),
            Column("Motivo", numerica=False),
        ),
        filas=tuple(
            Row(
                cells.moment(each.desde, "").texto,
                (
                    cells.words(KINDS[each.clase]),
                    cells.moment(each.hasta, "sigue"),
                    cells.length(each.length(now)),
                    cells.words(each.motivo),
                ),
            )
            for each in found
        ),
        datos="datos/incidentes.csv",
    )
    count = len(found)
    title = "Hubo un incidente en el mes" if count == 1 else f"Hubo {numbers.number(count)} incidentes en el mes"
    return part.section("incidentes", title, table)


def timeliness_section(part: Part) -> Section:
    came, late = part.found.entrega, part.found.dias_de_atraso
    if came.llegada is None or came.vence is None:
        return part.section("oportunidad", "")
    table = Table(
        nombre="oportunidad",
        titulo=f"Entrega de {part.found.mes.label}",
        primera="Momento",
        columnas=(Column("Fecha y hora", numerica=False),),
        filas=(
            Row("Previsto en el contrato", (cells.moment(came.vence, ""),)),
            Row("Llegada de los registros", (cells.moment(came.llegada, ""),)),
        ),
        datos=_DATA,
    )
    if late is None:
        return part.section("oportunidad", "El mes se trajo después, al completar la historia", table)
    days = f"{numbers.number(late)} {'día' if late == 1 else 'días'} después de lo previsto"
    return part.section("oportunidad", f"Llegó {days}" if late else "Llegó a tiempo", table)


def drift_section(part: Part) -> Section:
    found = part.found.deriva
    if not found:
        return part.section("deriva", "")
    table = Table(
        nombre="deriva",
        titulo=f"Cambios de forma en los registros de {part.found.mes.label}",
        primera="Qué cambió",
        columnas=(Column("Columnas", numerica=False), Column("Cuándo se vio", numerica=False)),
        filas=tuple(
            Row(printable(each.que), (cells.words(each.detalle or "–"), cells.moment(each.encontrado, "")))
            for each in found
        ),
        datos="datos/cambios_de_forma.csv",
    )
    count = len(found)
    title = "Se vio un cambio de forma" if count == 1 else f"Se vieron {numbers.number(count)} cambios de forma"
    return part.section("deriva", title, table)


def deadline_section(part: Part) -> Section | None:
    found = part.found
    if not found.solicitudes:
        return None
    old, waiting = (found.conteos[Place("plazo", name, found.solicitudes)] for name in (OLD, WAITING))
    shown = cells.share(waiting, old)
    table = Table(
        nombre="plazo",
        titulo=f"Solicitudes con más de diez días, al extraer {found.mes.label}",
        primera="Situación",
        columnas=(Column("Solicitudes"), Column("Parte")),
        filas=(
            Row("Sin decisión", (cells.count(waiting), shown)),
            Row("Total", (cells.count(old), cells.share(old, old)), "total"),
        ),
        datos="datos/plazo_por_conjunto.csv",
    )
    title = f"El {shown.texto} seguía sin decisión pasados diez días" if shown.valor else ""
    return part.section("plazo", title, table)
