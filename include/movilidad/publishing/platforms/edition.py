"""The evaluations of the platforms: what is particular to the series; the stages do the rest."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from sqlalchemy import Connection, Engine

from movilidad.disclosure.history import History
from movilidad.model.errors import DataError
from movilidad.model.periods import Period
from movilidad.monitoring import evidence
from movilidad.monitoring.evaluation import Evaluation, evaluate, measured_sources
from movilidad.publishing.audit_record import Audit
from movilidad.publishing.candidate import Candidate, FrozenInput
from movilidad.publishing.editions import Ingredients
from movilidad.publishing.figure_check import minimum
from movilidad.publishing.findings import Finding
from movilidad.publishing.past import Past, comparables_of
from movilidad.publishing.platforms import attack, protection
from movilidad.publishing.platforms.checks import evaluation_agrees
from movilidad.publishing.platforms.earlier import PlatformContext, context_of, published
from movilidad.publishing.platforms.oddities import KINDS, oddities
from movilidad.publishing.platforms.sheets import followed_sheet, platform_sheets
from movilidad.publishing.platforms.tables import Evaluations, in_order
from movilidad.publishing.sheets import Sheet
from movilidad.publishing.tables_read import PublishedTable
from movilidad.publishing.vocabulary import platform_dimensions
from movilidad.quality.findings import EVALUATION
from movilidad.quality.findings.store import keep
from movilidad.reports.facts import ReleaseFacts
from movilidad.sources.contracts import load_contract
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

if TYPE_CHECKING:
    from movilidad.reports.elements import Report

SERIES = "plataformas"
_FOLLOWED_UP = 12  # months


class PlatformEdition:
    """Releases of the series ``plataformas``."""

    def ingredients(self, engine: Engine, period: Period, past: Past) -> Ingredients:
        """The evidence of every platform that was looked at or delivered; a DataError if there is none."""
        month = period.last
        found = [evaluate(load_contract(name), month) for name in measured_sources(month)]
        if not found:
            raise DataError(
                "no hay mediciones ni registros de este mes",
                period=month,
                remedy="compruebe que «monitoreo_plataformas» corre en Airflow y elija un mes medido",
            )
        with warehouse(Role.WATCH).begin() as connection:
            inputs = tuple(_frozen(each, evidence.keep(connection, each)) for each in in_order(found))
            demo = any(each.demostracion for each in inputs)
            comparables = comparables_of(connection, SERIES, month, demo=demo)[-_FOLLOWED_UP:]
        return Ingredients(inputs, comparables=comparables)

    def missing(self, engine: Engine, candidate: Candidate) -> list[str]:
        names = {each.snapshot_id: each.fuente for each in candidate.entradas}
        with engine.connect() as connection:
            known = evidence.known(connection, list(names))
        return [f"la evidencia de {fuente}" for name, fuente in names.items() if name not in known]

    def review(self, candidate: Candidate) -> None:
        """Nothing: each delivery was judged when it came."""

    def count(self, engine: Engine, candidate: Candidate) -> Evaluations:
        with engine.connect() as connection:
            found = [evidence.read(connection, each.snapshot_id) for each in candidate.entradas]
        return Evaluations(candidate.mes, in_order(found), candidate.configuracion["frecuencia_minima"])

    def read(self, folder: Path) -> Evaluations:
        return Evaluations.load(folder)

    def review_tables(self, candidate: Candidate, tables: Evaluations) -> None:
        """Keep what is odd beyond its tolerance, so that somebody is asked."""
        before = published(candidate.comparables[-1]) if candidate.comparables else None
        with warehouse(Role.INGEST).begin() as connection:
            keep(connection, EVALUATION, str(candidate.mes), oddities(tables, before), KINDS)

    def protect(
        self, counted: Evaluations, candidate: Candidate, history: History
    ) -> tuple[Evaluations, pd.DataFrame]:
        return protection.protect(counted, candidate.rules, history)

    def context(self, connection: Connection, candidate: Candidate, tables: Evaluations) -> PlatformContext:
        """What earlier evaluations published."""
        return context_of(tables, candidate.comparables)

    def sheets(self, tables: Evaluations, candidate: Candidate) -> list[Sheet]:
        return platform_sheets(tables, candidate)

    def beside(self, context: PlatformContext, candidate: Candidate) -> list[Sheet]:
        return [followed_sheet(context, {each.fuente: each.titulo for each in candidate.entradas}, candidate)]

    def parts(self, together: Sheet) -> dict[str, Sheet]:
        """The figures of each platform alone, in the folder of its report."""
        place = together.header.index("plataforma")
        names = dict.fromkeys(row[place] for row in together.filas if row[place])
        return {
            name: Sheet(
                "datos",
                together.titulo,
                together.columnas,
                tuple(row for row in together.filas if row[place] == name),
            )
            for name in names
        }

    def reports(self, tables: Evaluations, facts: ReleaseFacts, context: PlatformContext) -> "list[Report]":
        # drawing libraries are heavy: only who draws pays for them
        from movilidad.reports.platforms.model import build
        from movilidad.reports.platforms.overview import build_overview
        from movilidad.reports.platforms.telling import Told

        told = [
            Told(
                found,
                tables.proposed(found),
                context.seguimiento.get(found.fuente, ()),
                context.antes.get(found.fuente, {}),
            )
            for found in tables.plataformas
        ]
        return [build_overview(told, facts), *(build(each, facts) for each in told)]

    def dimensions(self) -> list[str]:
        return platform_dimensions()

    def audit(self, connection: Connection, candidate: Candidate, draft: str) -> Audit:
        return attack.require_safe(connection, candidate, draft)

    def checks(self, tables: list[PublishedTable], smallest: int) -> list[Finding]:
        return [minimum(tables, smallest), evaluation_agrees(tables)]


def _frozen(found: Evaluation, name: str) -> FrozenInput:
    """The evidence of a platform as an input; what it counts is told by the protected figures alone."""
    return FrozenInput(
        mes=str(found.mes),
        fuente=found.fuente,
        titulo=found.contrato.titulo,
        licencia=found.contrato.licencia,
        carga_id=name,
        snapshot_id=name,
        contrato_sha256=found.contrato.sha256(),
        reglas_sha256="",
        demostracion=found.demostracion,
    )
