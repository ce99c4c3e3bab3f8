"""All that the desk tells of one source: its months, what was found, what is set apart, what is accepted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from movilidad.alerts import incidents
from movilidad.alerts.desk_pages import platform_page, source_page
from movilidad.alerts.notice import Link
from movilidad.desk.airflow import Airflow
from movilidad.desk.counts import count
from movilidad.desk.findings import Found, told
from movilidad.desk.matters import Matter, of_incident
from movilidad.desk.sources import state_of
from movilidad.desk.standing import Standing
from movilidad.desk.viewer import Viewer
from movilidad.model.periods import Month
from movilidad.monitoring.evaluation import causes
from movilidad.quality.exceptions import Acceptance, exceptions
from movilidad.quality.findings.history import completeness
from movilidad.quality.findings.past import Examined, newest_examinations
from movilidad.quality.findings.store import open_findings
from movilidad.quality.findings.timeliness import delivery, overdue
from movilidad.quality.pages.files import page_of
from movilidad.reports.numbers import NOT_KNOWN, number, share
from movilidad.sources.contracts import Contract, load_contract

_MONTHS = 25  # two years and the month before


@dataclass(frozen=True)
class MonthRow:
    """A month as it was examined last; ``cuarentena`` and ``calidad`` are pages for those who act, else empty."""

    mes: str
    llegada: datetime | None
    tarde: str
    filas: str
    apartadas: str
    completitud: str
    aprobado: bool
    cuarentena: str
    calidad: str


@dataclass(frozen=True)
class CauseRow:
    """Why records are set apart, and how many; ``c`` where they are few and the viewer does not act."""

    campo: str
    motivo: str
    registros: str


@dataclass(frozen=True)
class SourcePage:
    """What the page shows; ``causas`` are those of the newest month, named by ``mes``."""

    contrato: Contract
    estado: Standing
    asuntos: tuple[Matter, ...]
    meses: tuple[MonthRow, ...]
    avisos: tuple[Found, ...]
    anotados: tuple[Found, ...]
    mes: str
    causas: tuple[CauseRow, ...]
    excepciones: tuple[Acceptance, ...]
    acciones: tuple[Link, ...]
    plataforma: str


def source_told(
    connection: Connection, fuente: str, airflow: Airflow, viewer: Viewer, now: datetime
) -> SourcePage:
    """Everything about a source; a UsageError if there is none of this name."""
    contract = load_contract(fuente)
    examined = newest_examinations(connection, [fuente], _MONTHS)
    newest = examined[0] if examined else None
    months = [str(month) for month in Month.last_complete(now).plus(2 - _MONTHS).through(Month.of(now))]
    found = open_findings(connection, months, ("critical", "warning", "info"), [fuente])
    asking = [each for each in found if each.hallazgo.gravedad != "info"]
    going_on = [each for each in incidents.opened(connection) if fuente in {each.asunto, each.fuente}]
    late = overdue(connection, Month.last_complete(now), now)
    return SourcePage(
        contrato=contract,
        estado=state_of(fuente, newest, late, len(asking), going_on),
        asuntos=tuple(of_incident(each) for each in going_on),
        meses=tuple(_month(connection, contract, each, viewer) for each in examined),
        avisos=tuple(told(asking, viewer)),
        anotados=tuple(told((each for each in found if each.hallazgo.gravedad == "info"), viewer)),
        mes=newest.mes.label if newest else "",
        causas=tuple(_causes(connection, contract, newest.mes, viewer)) if newest else (),
        excepciones=tuple(_accepted(connection, fuente, viewer)),
        acciones=(airflow.ingestion_runs(fuente), airflow.backfills(fuente)),
        plataforma=platform_page(fuente),
    )


def quarantine_page(fuente: str, month: Month) -> str:
    """The list of records that are set apart in a month."""
    return f"{source_page(fuente)}/cuarentena/{month}"


def quality_page(fuente: str, month: Month) -> str:
    """All counts of the newest examination of a month."""
    return f"{source_page(fuente)}/calidad/{month}"


def _month(connection: Connection, contract: Contract, each: Examined, viewer: Viewer) -> MonthRow:
    came, complete = delivery(connection, contract, each.mes), completeness(contract, each.resultados)
    late = None if came.is_filling_in else came.days_late
    kept = page_of(contract.fuente, str(each.mes)).is_file()
    return MonthRow(
        mes=each.mes.label,
        llegada=came.llegada,
        tarde="" if not late else ("1 día tarde" if late == 1 else f"{number(late)} días tarde"),
        filas=number(each.filas),
        apartadas=count(each.apartadas, viewer),
        completitud=NOT_KNOWN if complete is None else share(round(complete * 10_000), 10_000, 1),
        aprobado=each.aprobado,
        cuarentena=quarantine_page(contract.fuente, each.mes) if viewer.actua and each.apartadas else "",
        calidad=quality_page(contract.fuente, each.mes) if viewer.actua and kept else "",
    )


def _causes(connection: Connection, contract: Contract, month: Month, viewer: Viewer) -> list[CauseRow]:
    found = sorted(causes(connection, contract.fuente, month), key=lambda each: (-each.registros, each.motivo))
    return [
        CauseRow(contract.called(each.conjunto, each.campo), each.motivo, count(each.registros, viewer))
        for each in found
    ]


def _accepted(connection: Connection, fuente: str, viewer: Viewer) -> list[Acceptance]:
    """The exceptions in force; those of one record only for who acts."""
    return [
        each for each in exceptions(connection) if each.fuente == fuente and (viewer.actua or each.clave is None)
    ]
