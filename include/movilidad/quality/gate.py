"""The quality gate: clean a snapshot, judge it by its suite, keep the verdict and the rows in quarantine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.quality import verdicts, words
from movilidad.quality.ages import add_age
from movilidad.quality.allowance import Allowance
from movilidad.quality.cleaning import STATE, clean
from movilidad.quality.exceptions import QUARANTINE, Accepted, in_force
from movilidad.quality.expectations import InapplicableRuleError, Outcome, judge
from movilidad.quality.findings.memory import remember
from movilidad.quality.fingerprint import rules_sha256
from movilidad.quality.marks import KNOWN, mark_duplicates, mark_references
from movilidad.quality.profile import profile
from movilidad.quality.suites import Rule, load_suite, position, suite_file
from movilidad.quality.tolerance import exceeds
from movilidad.quality.verdicts import Verdict
from movilidad.sources.contracts import Contract, Dataset, load_contract
from movilidad.store import snapshots
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_SEVERITIES = ("info", "warning", "critical")


@dataclass(frozen=True)
class _Judged:
    """One dataset after its rules: outcomes with the rules' positions, and its rows in quarantine."""

    name: str
    rows: int
    outcomes: list[tuple[int, Outcome]]
    quarantine: pd.DataFrame
    profile: dict[str, Any]

    @property
    def quarantined(self) -> int:
        return int(self.quarantine["fila"].nunique())


def check(snapshot_id: str, month: Month) -> Verdict:
    """Judge a snapshot as the records of ``month``; a verdict under the same rules is not made twice.

    What was found enters the history of the source and the list of findings of the month.

    Raises:
        DataError: the snapshot is unknown, damaged or does not fit the contract.
        UsageError: the suite is wrong; the message names file, dataset and position.
    """
    with warehouse(Role.INGEST).connect() as connection:
        contract = load_contract(verdicts.source_of(connection, snapshot_id))
        accepted = in_force(connection, contract.fuente, month)
        rules = rules_sha256(contract, month, accepted)
        known = verdicts.find(connection, snapshot_id, rules)
    if known is None:
        judged = _judge_all(contract, snapshots.load(snapshot_id), month, accepted)
        verdict = _decide(contract, judged, (snapshot_id, rules), accepted)
        with warehouse(Role.INGEST).begin() as connection:
            verdicts.store(connection, verdict, _results(judged), pd.concat([each.quarantine for each in judged]))
            known = verdicts.find(connection, snapshot_id, rules) or verdict
    remember(contract, known, month)
    return known


def _judge_all(
    contract: Contract, snapshot: snapshots.Snapshot, month: Month, accepted: Accepted
) -> list[_Judged]:
    suite = load_suite(contract)
    frames = clean(contract, snapshot)
    kept: dict[str, pd.DataFrame] = {}
    judged = []
    for name in _referenced_first(contract):
        dataset, frame = contract.conjuntos[name], frames[name]
        # known means: in a row that stays, hence the order of the datasets; so do birth dates come from there
        mark_references(frame, dataset, kept)
        add_age(name, {**kept, name: frame}, contract.conjuntos)
        try:
            allowance = Allowance(name, accepted, partial(_record_keys, dataset, snapshot.frames[name]))
            outcomes = _judge(frame, dataset, suite.conjuntos[name], month, allowance)
        except InapplicableRuleError as error:
            raise UsageError(
                f"{position(name, error.number)}: {error.sentence}",
                source=contract.fuente,
                place=f"expectations/{suite_file(contract).name}",
                remedy="revise el nombre de la expectativa, sus argumentos y el tipo de la columna",
            ) from None
        quarantine = _quarantine(name, dataset, snapshot.frames[name], outcomes)
        kept[name] = frame.drop(index=quarantine["fila"].unique())
        seen = profile(dataset, snapshot.frames[name], frame, pd.Series(frame.index.isin(kept[name].index)))
        judged.append(_Judged(name, len(frame), outcomes, quarantine, seen))
    return sorted(judged, key=lambda each: each.name)


def _judge(
    frame: pd.DataFrame, dataset: Dataset, rules: tuple[Rule, ...], month: Month, allowance: Allowance
) -> list[tuple[int, Outcome]]:
    """Outcomes by the rules' positions (from 1). Duplicates are looked for among the rows that else would stay."""
    numbered = list(enumerate(rules, start=1))
    first = _apply(frame, [each for each in numbered if not each[1].about_duplicates], month)
    first = [(number, allowance.applied(outcome)) for number, outcome in first]
    leaving = {row for _, outcome in first if outcome.rule.meta.accion == "cuarentena" for row in outcome.rows}
    mark_duplicates(frame, dataset, pd.Series(~frame.index.isin(leaving), index=frame.index))
    second = _apply(frame, [each for each in numbered if each[1].about_duplicates], month)
    return sorted(first + second, key=lambda each: each[0])


def _apply(frame: pd.DataFrame, numbered: list[tuple[int, Rule]], month: Month) -> list[tuple[int, Outcome]]:
    positions = [number for number, _ in numbered]
    try:
        outcomes = judge(frame, [rule for _, rule in numbered], parameters(month))
    except InapplicableRuleError as error:
        raise InapplicableRuleError(positions[error.number], error.reason) from None
    return list(zip(positions, outcomes, strict=True))


def parameters(month: Month) -> dict[str, Any]:
    """What a suite may ask of the month (``movilidad.quality.suites.PARAMETERS``)."""
    return {
        "mes": str(month),
        "inicio_mes": pd.Timestamp(month.first_day),
        "fin_mes": pd.Timestamp(month.last_day),
        "inicio_mes_utc": pd.Timestamp(month.start),
        "fin_mes_utc": pd.Timestamp(month.end),
    }


def _referenced_first(contract: Contract) -> Iterator[str]:
    """Dataset names, each after those that it refers to."""
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in done or name in trail:
            return
        for target in contract.conjuntos[name].referencias.values():
            visit(target.partition(".")[0], (*trail, name))
        done.append(name)

    for name in contract.conjuntos:
        visit(name, ())
    return iter(done)


def _quarantine(
    name: str, dataset: Dataset, raw: pd.DataFrame, outcomes: list[tuple[int, Outcome]]
) -> pd.DataFrame:
    """One row per bad row and rule: record key, field, rule, reason; never a value of the field."""
    parts = [
        pd.DataFrame({"fila": outcome.rows, "campo": _field(outcome.rule), "regla": outcome.rule.type}).assign(
            motivo=outcome.rule.meta.explicacion
        )
        for _, outcome in outcomes
        if outcome.rule.meta.accion == "cuarentena" and outcome.rows
    ]
    empty = pd.DataFrame({"fila": pd.Series(dtype="int64"), "campo": [], "regla": [], "motivo": []})
    found = pd.concat([empty, *parts], ignore_index=True).astype({"fila": "int64"})
    keys = _record_keys(dataset, raw, found["fila"].unique())
    return found.assign(conjunto=name, clave=found["fila"].map(keys))[list(verdicts.QUARANTINE)].sort_values(
        ["fila", "campo", "regla"], kind="stable"
    )


def _record_keys(dataset: Dataset, raw: pd.DataFrame, rows: Any) -> dict[int, str]:
    """How the source calls a record; without a key, its record fields and the row of the snapshot."""
    registered = [field for field, column in dataset.columnas.items() if column.clase == "registro"]
    fields = list(dataset.clave) or registered
    values = raw.reset_index(drop=True).loc[rows, fields].fillna("")
    names = [" / ".join(str(value) for value in record) for record in values.itertuples(index=False)]
    if not dataset.clave:
        names = [f"{name} (fila {row + 1})".strip() for name, row in zip(names, rows, strict=True)]
    return dict(zip(rows, names, strict=True))


def _field(rule: Rule) -> str:
    column = rule.columns[0]
    for ending in (STATE, KNOWN):
        column = column.removesuffix(ending)
    return column


def _decide(contract: Contract, judged: list[_Judged], judged_by: tuple[str, str], accepted: Accepted) -> Verdict:
    snapshot_id, rules = judged_by
    failed = [outcome.rule for each in judged for _, outcome in each.outcomes if not outcome.success]
    severity = max((rule.severity for rule in failed), key=_SEVERITIES.index, default=None)
    reasons = [reason for each in judged for reason in _reasons_to_stop(contract, each, accepted)]
    quarantined = sum(each.quarantined for each in judged)
    rows = sum(each.rows for each in judged)
    if reasons:
        return Verdict(snapshot_id, rules, False, "critical", quarantined, f"No aprobada: {'; '.join(reasons)}.")
    share = f" ({words.percent(quarantined / rows)})" if quarantined else ""
    sentence = f"Aprobada: {words.rows(rows)}, {quarantined:,} en cuarentena{share}."
    return Verdict(snapshot_id, rules, True, severity, quarantined, sentence)


def _reasons_to_stop(contract: Contract, judged: _Judged, accepted: Accepted) -> Iterator[str]:
    for _, outcome in judged.outcomes:
        if outcome.stops:
            yield outcome.told(judged.name)
    allowed = contract.maximo_cuarentena
    tolerated = f"{QUARANTINE}/{judged.name}" in accepted.subjects()
    if not tolerated and exceeds(judged.quarantined, judged.rows, allowed):
        share = words.percent(judged.quarantined / judged.rows)
        yield (
            f"{judged.name}: {judged.quarantined:,} de {words.rows(judged.rows)} en cuarentena ({share}),"
            f" más del máximo de {allowed:.1%}".replace("%", " %").replace("  %", " %")
        )


def _results(judged: list[_Judged]) -> dict[str, Any]:
    """Small and free of values: what each rule found, as counts."""
    return {
        each.name: {
            "filas": each.rows,
            "en_cuarentena": each.quarantined,
            "reglas": [outcome.counts() for _, outcome in each.outcomes],
            **each.profile,
        }
        for each in judged
    }
