"""Are all suite files sound? What a steward asks after changing one."""

from functools import partial

import pandas as pd

from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.quality.cleaning import clean
from movilidad.quality.expectations import InapplicableRuleError, judge
from movilidad.quality.gate import parameters
from movilidad.quality.joint import joint_suites, load_joint
from movilidad.quality.suites import Rule, load_suite, position
from movilidad.sources.contracts import Contract, contract_names, load_contract
from movilidad.store.snapshots import Snapshot

_ANY_MONTH = Month(2026, 10)


def check_suites(only: str = "") -> list[tuple[str, str]]:
    """Each suite (or one) with what is wrong in it, nothing if it is sound; the rules are tried on empty tables.

    A UsageError if there is none of that name.
    """
    checks = {name: partial(_problem_of_source, name) for name in contract_names()}
    checks |= {name: partial(_problem_of_joint, name, frames) for name, frames in joint_suites()}
    if only and only not in checks:
        raise UsageError(f"no hay suite «{only}»", remedy=f"elija una de: {', '.join(checks)}")
    return [(name, check()) for name, check in checks.items() if only in ("", name)]


def _problem_of_source(name: str) -> str:
    try:
        contract = load_contract(name)
        suite = load_suite(contract)
    except UsageError as error:
        return str(error)
    frames = clean(contract, Snapshot(f"{name}-0", name, "", {}, demostracion=False, frames=_empty(contract)))
    return _tried({dataset: (frames[dataset], rules) for dataset, rules in suite.conjuntos.items()})


def _problem_of_joint(name: str, frames: dict[str, pd.DataFrame]) -> str:
    try:
        suite = load_joint(name, frames)
    except UsageError as error:
        return str(error)
    return _tried({dataset: (frames[dataset], rules) for dataset, rules in suite.conjuntos.items()})


def _tried(rules: dict[str, tuple[pd.DataFrame, tuple[Rule, ...]]]) -> str:
    for name, (frame, own) in rules.items():
        try:
            judge(frame, own, parameters(_ANY_MONTH))
        except InapplicableRuleError as error:
            return f"{position(name, error.number + 1)}: {error.sentence}"
    return ""


def _empty(contract: Contract) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(
            {
                title: pd.Series(dtype="str")
                for field, column in dataset.columnas.items()
                for title in ([field, f"{field}_estado"] if column.tipo == "cui" else [field])
            }
        )
        for name, dataset in contract.conjuntos.items()
    }
