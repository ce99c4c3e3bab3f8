"""What is kept of an examination of a source: its place in the history, and what somebody has to know."""

import json

from sqlalchemy import Connection, text

from movilidad.model.periods import Month
from movilidad.quality import verdicts
from movilidad.quality.exceptions import in_force
from movilidad.quality.findings import drift, rules, timeliness, volume
from movilidad.quality.findings.past import Results, past_results
from movilidad.quality.findings.store import keep
from movilidad.quality.pages.load_page import Examination, write_page
from movilidad.quality.suites import load_suite
from movilidad.quality.verdicts import Verdict
from movilidad.sources.contracts import Contract
from movilidad.store.engine import warehouse
from movilidad.store.extractions import last_extraction
from movilidad.store.roles import Role

_KINDS = (*rules.KINDS, *drift.KINDS, *volume.KINDS, *timeliness.KINDS)


def remember(contract: Contract, verdict: Verdict, month: Month) -> None:
    """Enter a verdict on a month into the history of its source, and what follows from it into the findings."""
    with warehouse(Role.INGEST).begin() as connection:
        results = verdicts.results(connection, verdict.snapshot_id, verdict.reglas_sha256)
        enter(
            connection,
            (contract.fuente, str(month), verdict.snapshot_id, verdict.reglas_sha256),
            verdict.aprobada,
            results,
        )
        past = past_results(connection, contract.fuente, month)
        seen = last_extraction(connection, contract.fuente, str(month), verdict.snapshot_id)
        suite, came = load_suite(contract), timeliness.delivery(connection, contract, month)
        found = [
            *rules.rule_findings(suite, results, list(past.values())),
            *rules.quarantine_findings(results, contract.maximo_cuarentena),
            *drift.drift_findings(contract, month, results, past, seen),
            *volume.volume_findings(contract, month, results, past),
            *timeliness.timeliness_findings(came),
        ]
        keep(connection, contract.fuente, str(month), found, _KINDS)
        write_page(
            Examination(
                contract=contract,
                month=month,
                verdict=verdict,
                suite=suite,
                results=results,
                before=past.get(month.plus(-1)),
                findings=found,
                accepted=in_force(connection, contract.fuente, month),
                delivery=came,
            )
        )


def enter(connection: Connection, key: tuple[str, str, str, str], approved: bool, results: Results) -> None:
    """Note an examination: source, period, what was examined, rules. The same again changes nothing."""
    names = ("fuente", "periodo", "objeto", "reglas")
    connection.execute(
        text(
            "INSERT INTO control.examenes (fuente, periodo, objeto, reglas_sha256, aprobado, resultados,"
            " examinado) VALUES (:fuente, :periodo, :objeto, :reglas, :approved, CAST(:results AS jsonb), now())"
            " ON CONFLICT DO NOTHING"
        ),
        {
            **dict(zip(names, key, strict=True)),
            "approved": approved,
            "results": json.dumps(results, ensure_ascii=False),
        },
    )
