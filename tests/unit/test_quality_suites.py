"""Expectation suites: those of the project are sound, and a fault in one is told with its place."""

import pytest
import yaml

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.quality.cleaning import clean
from movilidad.quality.expectations import judge
from movilidad.quality.gate import parameters
from movilidad.quality.suites import load_suite
from movilidad.sources.contracts import contract_names, load_contract
from movilidad.store.snapshots import Snapshot

GOOD = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "valor_estado", "value_set": ["ok"]},
    "severity": "warning",
    "meta": {
        "accion": "cuarentena",
        "explicacion": "El número de visas falta.",
        "que_hacer": "Revise la fila en el archivo.",
    },
}


@pytest.mark.parametrize("name", contract_names())
def test_great_expectations_can_apply_every_rule_of_the_project(name: str) -> None:
    import pandas as pd

    contract = load_contract(name)
    suite = load_suite(contract)
    empty = {
        dataset: pd.DataFrame(
            {
                field: pd.Series(dtype="str")
                for key, column in each.columnas.items()
                for field in ([key, f"{key}_estado"] if column.tipo == "cui" else [key])
            }
        )
        for dataset, each in contract.conjuntos.items()
    }
    frames = clean(contract, Snapshot(f"{name}-0", name, "", {}, False, empty))
    for dataset, rules in suite.conjuntos.items():
        outcomes = judge(frames[dataset], rules, parameters(Month(2026, 10)))
        assert [outcome.rule for outcome in outcomes] == list(rules)
        assert all(not outcome.rows for outcome in outcomes)


@pytest.mark.parametrize("name", contract_names())
def test_every_explanation_is_a_sentence_for_the_steward(name: str) -> None:
    for rules in load_suite(load_contract(name)).conjuntos.values():
        for rule in rules:
            assert rule.meta.explicacion[0].isupper()
            assert rule.meta.que_hacer.endswith(".")
            # a sentence of a stop is joined to others, the others stand alone
            assert rule.meta.explicacion.endswith(".") == (rule.meta.accion != "detener")


def broken(**changes: object) -> dict[str, object]:
    return {**GOOD, **changes}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            broken(severity="fatal"),
            "conjunto «visas», regla 2, «severity»: se espera 'critical', 'warning' o 'info'",
        ),
        (broken(severity="critical"), "«detener» y la gravedad «critical» van juntas"),
        (broken(meta={**GOOD["meta"], "accion": "detener"}), "«detener» y la gravedad «critical» van juntas"),
        (broken(meta={"accion": "cuarentena"}), "regla 2, «meta.explicacion»: falta esta clave"),
        (broken(typo=1), "regla 2, «typo»: no existe esta clave"),
        (broken(kwargs={"column": "valores", "value_set": [1]}), "regla 2: no hay columna «valores»"),
        (broken(kwargs={"column": "valor", "min_value": {"$PARAMETER": "hoy"}}), "no hay parámetro «hoy»"),
        (broken(type="expect_table_row_count_to_be_between"), "necesita una expectativa que juzgue fila por fila"),
        (broken(type="in_set"), "regla 2, «type»: no tiene la forma expect_…"),
        (GOOD, "regla 2: repite una regla anterior"),
        ("texto", "conjunto «visas», regla 2: se espera un grupo de claves"),
    ],
)
def test_a_fault_in_a_suite_is_told_with_file_dataset_and_rule(
    rule: object, message: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("expectations")
    content = {"suite": "visas_eeuu", "conjuntos": {"visas": [GOOD, rule]}}
    (folder / "visas_eeuu.yml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    with pytest.raises(UsageError) as error:
        load_suite(load_contract("visas_eeuu"))
    assert message in str(error.value)
    assert str(error.value).startswith("Fuente visas_eeuu, expectations/visas_eeuu.yml: ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("suite: visas_eeuu\nconjuntos: [\n", "no es YAML válido en la línea"),
        ("suite: otra\nconjuntos: {visas: []}\n", "dice suite «otra»"),
        ("suite: visas_eeuu\nconjuntos: {visa: []}\n", "los conjuntos no son los del contrato: visa, visas"),
        ("", "se espera un grupo de claves"),
    ],
)
def test_a_file_that_is_no_suite_is_told(
    content: str, message: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("expectations")
    (folder / "visas_eeuu.yml").write_text(content, encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    with pytest.raises(UsageError, match=message):
        load_suite(load_contract("visas_eeuu"))


def test_a_missing_suite_is_told(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "EXPECTATIONS", tmp_path_factory.mktemp("expectations"))
    with pytest.raises(UsageError, match="no existe el archivo de expectativas"):
        load_suite(load_contract("visas_eeuu"))
