"""How a platform answered and delivered: availability, incidents, timeliness, changes of form, the ten days."""

from dataclasses import dataclass
from datetime import datetime

from movilidad.monitoring.evaluation import Evaluation
from movilidad.reports import numbers
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Column, Row, Section, Table
from movilidad.reports.platforms import cells
from movilidad.reports.text import printable

KINDS = {"caida": "No respondía", "forma": "Respuesta distinta de la prometida", "lenta": "Muy lenta"}


@dataclass(frozen=True)
class Part:
    """What every section needs: the evaluation, its words, the smallest count that is shown."""

    found: Evaluation
    words: PartWords
    minimum: int

    def section(self, name: str, title: str, *tables: Table) -> Section:
        return Section(
            nombre=name,
            tema=self.words.nombre,
            titulo=title or self.words.neutral,
            frases=(self.words.explica,),
            cuadros=tables,
            notas=self.words.aclara,
        )


def availability_section(part: Part) -> Section:
    service = part.found.servicio
    if not service.hechos:
        return part.section("disponibilidad", "")
    answered = numbers.share(service.responden, service.hechos, 1)
    rows = (
        Row("Mediciones hechas", (cells.count(service.hechos), cells.share(service.hechos, service.previstos))),
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
        datos="datos/resumen.csv",
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
    came = part.found.entrega
    late = came.days_late
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
    )
    if came.is_filling_in:
        return part.section("oportunidad", "El mes se trajo después, al completar la historia", table)
    days = f"{numbers.number(late or 0)} {'día' if late == 1 else 'días'} después de lo previsto"
    return part.section("oportunidad", f"Llegó {days}" if late else "Llegó a tiempo", table)


def drift_section(part: Part) -> Section:
    found = part.found.deriva
    if not found:
        return part.section("deriva", "")
    table = Table(
        nombre="deriva",
        titulo=f"Cambios de forma en los registros de {part.found.mes.label}",
        primera="Qué cambió",
        columnas=(Column("Cuánto", numerica=False), Column("Cuándo se vio", numerica=False)),
        filas=tuple(
            Row(printable(each.que), (cells.words(each.cuanto), cells.moment(each.encontrado, "")))
            for each in found
        ),
    )
    count = len(found)
    title = "Se vio un cambio de forma" if count == 1 else f"Se vieron {numbers.number(count)} cambios de forma"
    return part.section("deriva", title, table)


def deadline_section(part: Part) -> Section | None:
    found = part.found.plazo
    if found is None:
        return None
    table = Table(
        nombre="plazo",
        titulo=f"Solicitudes con más de diez días, al extraer {part.found.mes.label}",
        primera="Situación",
        columnas=(Column("Solicitudes"), Column("Parte")),
        filas=(
            Row(
                "Sin decisión",
                (
                    cells.count(found.parte, part.minimum),
                    cells.share(found.parte, found.total, part.minimum),
                ),
            ),
            Row("Total", (cells.count(found.total, part.minimum), cells.share(found.total, found.total)), "total"),
        ),
    )
    shown = cells.share(found.parte, found.total, part.minimum)
    title = f"El {shown.texto} seguía sin decisión pasados diez días" if shown.valor else ""
    return part.section("plazo", title, table)
