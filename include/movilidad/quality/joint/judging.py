"""Judging what several sources gave together: rules, history, findings; critical ones stop."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from movilidad.model import office
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Month, Period
from movilidad.quality.allowance import Allowance
from movilidad.quality.exceptions import Accepted, in_force
from movilidad.quality.expectations import InapplicableRuleError, Outcome, judge
from movilidad.quality.findings.finding import CORE, TABLES, Finding
from movilidad.quality.findings.memory import enter
from movilidad.quality.findings.past import past_results
from movilidad.quality.findings.rules import KINDS, rule_findings
from movilidad.quality.findings.store import keep
from movilidad.quality.gate import parameters
from movilidad.quality.suites import Suite, position, read_suite
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

Frames = Mapping[str, pd.DataFrame]

#: the columns of the frames that each suite judges
SHAPES: dict[str, dict[str, dict[str, str]]] = {
    CORE: {
        "salidas": dict.fromkeys(
            (
                *("canal", "en_el_mes", "persona_conocida", "empleador_conocido", "reclutador_conocido"),
                *("reclutador_autorizado", "tiene_solicitud", "salario_comparable"),
            ),
            "str",
        ),
        "cifras": dict.fromkeys(
            ("aplicantes", "colocados", "aplicantes_de_un_anio", "salidas", "posibles_duplicados"), "Int64"
        ),
    },
    TABLES: {
        "celdas": {"cuadro": "str", "indicador": "str", "valor": "Int64"},
        "sumas": {"cuadro": "str", "dimension": "str", "indicador": "str", "partes": "Int64", "total": "Int64"},
        "totales": {"indicador": "str", "menor": "Int64", "mayor": "Int64"},
        "pares": {"cuadro": "str", "personas": "Int64", "salidas": "Int64"},
    },
}


@dataclass(frozen=True)
class Subject:
    """What is judged: suite, period, and the name of the thing (loads or candidate), for the history."""

    suite: str
    period: Period
    name: str


def joint_suites() -> Iterator[tuple[str, dict[str, pd.DataFrame]]]:
    """Each suite's name and empty frames of the shape that it judges."""
    for name, datasets in SHAPES.items():
        yield name, {dataset: shaped(name, dataset, pd.DataFrame()) for dataset in datasets}


def shaped(suite: str, dataset: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame with the columns and kinds of its place, index from 0."""
    kinds = SHAPES[suite][dataset]
    return frame.reindex(columns=list(kinds)).reset_index(drop=True).astype(kinds)


def load_joint(name: str, frames: Frames) -> Suite:
    """Read and check a joint suite; a UsageError names file, line and rule of a fault."""
    file = office.suite_file(name)
    suite = read_suite(file, {dataset: set(frame.columns) for dataset, frame in frames.items()})
    for dataset, rules in suite.conjuntos.items():
        for number, rule in enumerate(rules, start=1):
            if rule.meta.accion == "cuarentena":
                raise UsageError(
                    f"{position(dataset, number)}: aquí ya no se aparta nada; la acción es detener o anotar",
                    place=f"expectations/{file.name}",
                    remedy="corrija el archivo de expectativas",
                )
    return suite


def judge_joint(subject: Subject, frames: Frames, further: list[Finding], kinds: tuple[str, ...] = ()) -> None:
    """Judge, enter the history, keep the findings.

    Args:
        further: what other checks of the same thing found, of the ``kinds`` given.

    Raises:
        DataError: a critical rule failed and nobody has accepted that.
        UsageError: the suite is wrong.
    """
    suite = load_joint(subject.suite, frames)
    month = subject.period.last
    with warehouse(Role.INGEST).begin() as connection:
        accepted = in_force(connection, subject.suite, str(subject.period))
        outcomes = {name: _outcomes(suite, name, frame, month, accepted) for name, frame in frames.items()}
        results = {
            name: {"filas": len(frames[name]), "en_cuarentena": 0, "reglas": [each.counts() for each in found]}
            for name, found in outcomes.items()
        }
        stopping = [each.told(name) for name, found in outcomes.items() for each in found if each.stops]
        key = (subject.suite, str(subject.period), subject.name, _rules(subject.suite, accepted))
        enter(connection, key, not stopping, results)
        history = list(past_results(connection, subject.suite, month).values())
        found = [*rule_findings(suite, results, history), *further]
        keep(connection, subject.suite, str(subject.period), found, (*KINDS, *kinds))
    if stopping:
        raise DataError(
            "; ".join(stopping),
            period=subject.period,
            place=f"expectations/{subject.suite}.yml",
            remedy="véalo con «movilidad quality findings»; corrija en la fuente y repita su ingesta y el informe",
        )


def _outcomes(suite: Suite, name: str, frame: pd.DataFrame, month: Month, accepted: Accepted) -> list[Outcome]:
    try:
        found = judge(frame, suite.conjuntos[name], parameters(month))
    except InapplicableRuleError as error:
        raise UsageError(
            f"{position(name, error.number + 1)}: {error.sentence}",
            place=f"expectations/{suite.suite}.yml",
            remedy="revise el nombre de la expectativa, sus argumentos y el tipo de la columna",
        ) from None
    allowance = Allowance(name, accepted, lambda rows: dict.fromkeys(rows, ""))
    return [allowance.applied(outcome) for outcome in found]


def _rules(suite: str, accepted: Accepted) -> str:
    digest = hashlib.sha256(office.suite_file(suite).read_bytes())
    digest.update(accepted.digest())
    return digest.hexdigest()
