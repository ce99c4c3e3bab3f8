"""Commands in every field of every source: from the connector to the core they are text, or set apart."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest
from hostile_platforms import MONTH, Tables, good_records, platform_with
from hostile_support import COMMANDS, NUL, TOO_LONG
from quality_support import rows
from sqlalchemy import Engine

from movilidad.model.codelists import UNKNOWN
from movilidad.quality.admission import admit
from movilidad.quality.exceptions import QUARANTINE, Acceptance, accept
from movilidad.quality.gate import check
from movilidad.quality.ingestion import bring
from movilidad.quality.pages.files import page_of
from movilidad.quality.verdicts import Verdict
from movilidad.sources.canonical_text import canonical_text
from movilidad.sources.contracts import Contract, Dataset, Kind, contract_names, load_contract
from movilidad.statistics.bulk_read import NUMBER, TEXT, read_rows

OF_THE_LOAD = {"carga_id", "snapshot_id", "fila"}
LOADS = "SELECT carga_id, snapshot_id, filas::text, cargada FROM control.cargas ORDER BY cargada"
KINDS = set(get_args(Kind))


@pytest.fixture(scope="module")
def good(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    return good_records(postgres_folder, tmp_path_factory.mktemp("instalacion"))


@pytest.fixture
def delivered(
    warehouse: Engine, postgres_folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Bring records of a source as far as they get; whatever share of them is set apart, the others go on."""

    def deliver(contract: Contract, tables: Tables) -> Verdict:
        with platform_with(contract, tables, tmp_path, warehouse, monkeypatch) as connection:
            snapshot_id = bring(contract, MONTH, connection)
        verdict = check(snapshot_id, MONTH)
        if verdict.aprobada:
            admit(snapshot_id, MONTH)
        return verdict

    return deliver


def let_pass(engine: Engine, contract: Contract) -> None:
    """Record that any number of rows may be set apart."""
    now = datetime.now(UTC)
    decision = Acceptance(0, contract.fuente, "", None, None, "Ensayo.", "Oficina", now.date() + timedelta(1), now)
    with engine.begin() as connection:
        for name in contract.conjuntos:
            accept(connection, replace(decision, asunto=f"{QUARANTINE}/{name}"), now)


def commands_for(contract: Contract) -> tuple[str, ...]:
    return (*COMMANDS, NUL) if contract.conector == "rest" else COMMANDS


def spoilt(
    contract: Contract, tables: Tables, kinds: set[str], commands: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The records, and copies of them until every field of these kinds held every command once."""
    return {name: _spoilt(contract.conjuntos[name], table, kinds, commands) for name, table in tables.items()}


def _spoilt(data: Dataset, table: pd.DataFrame, kinds: set[str], commands: Sequence[str]) -> pd.DataFrame:
    fields = [column.origen for column in data.columnas.values() if column.tipo in kinds]
    cells = [(field, command) for field in fields for command in commands]
    more = table.iloc[[place % len(table) for place in range(len(cells))]].copy()
    for key in text_keys(data):
        more[key] = [f"{text}-{place}" for place, text in enumerate(more[key])]
    for place, (field, command) in enumerate(cells):
        more.iloc[place, more.columns.get_loc(field)] = command
    return pd.concat([table, more], ignore_index=True)


def text_keys(data: Dataset) -> list[str]:
    """The columns that tell one record from another, where they are text."""
    return [data.columnas[field].origen for field in data.clave if data.columnas[field].tipo == "texto"]


def new_keys(contract: Contract, given: Tables) -> set[object]:
    found = [given[name][key] for name, data in contract.conjuntos.items() for key in text_keys(data)]
    return {text for texts in found for text in texts}


def schema(engine: Engine) -> list[tuple[object, ...]]:
    """Every column of every table of the warehouse."""
    return rows(
        engine,
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema IN ('control', 'nucleo') ORDER BY 1, 2, 3",
    )


def core(engine: Engine, contract: Contract) -> dict[tuple[str, str], set[object]]:
    """Table and column of the core → the values that stand there."""
    found: dict[tuple[str, str], set[object]] = {}
    for table in sorted({table for data in contract.conjuntos.values() for table in data.nucleo}):
        with engine.connect() as connection:
            frame = pd.read_sql_table(table, connection, "nucleo")
        found |= {(table, str(name)): set(frame[name].dropna()) for name in frame.columns.difference(OF_THE_LOAD)}
    return found


def held(engine: Engine) -> set[tuple[object, ...]]:
    return set(rows(engine, "SELECT conjunto, clave FROM control.cuarentena"))


@pytest.mark.parametrize("name", contract_names())
def test_a_command_in_any_field_is_not_interpreted(
    warehouse: Engine, good: Any, delivered: Any, name: str
) -> None:
    contract, tables = load_contract(name), good[name]
    before = schema(warehouse)
    assert delivered(contract, tables).aprobada
    clean, loads = core(warehouse, contract), rows(warehouse, LOADS)
    let_pass(warehouse, contract)
    commands = (*commands_for(contract), *TOO_LONG)
    given = spoilt(contract, tables, KINDS, commands)
    verdict = delivered(contract, given)
    assert schema(warehouse) == before
    assert rows(warehouse, LOADS)[: len(loads)] == loads
    assert (len(rows(warehouse, LOADS)) > len(loads)) == verdict.aprobada
    assert not any(command in verdict.motivo for command in commands if len(command) > 2)
    assert "<script" not in page_of(name, str(MONTH)).read_text(encoding="utf-8")
    texts = {UNKNOWN, *map(canonical_text, commands), *new_keys(contract, given)}
    for place, values in core(warehouse, contract).items():
        assert values - clean[place] <= texts, place


WITH_TEXTS = [
    name
    for name in contract_names()
    if any(
        column.tipo == "texto"
        for data in load_contract(name).conjuntos.values()
        for column in data.columnas.values()
    )
]


@pytest.mark.parametrize("name", WITH_TEXTS)
def test_a_command_in_a_text_is_loaded_as_that_text_or_set_apart(
    warehouse: Engine, good: Any, delivered: Any, name: str
) -> None:
    contract, tables = load_contract(name), good[name]
    let_pass(warehouse, contract)
    given = spoilt(contract, tables, {"texto"}, commands_for(contract))
    verdict = delivered(contract, given)
    assert verdict.aprobada, verdict.motivo
    loaded, apart = core(warehouse, contract), held(warehouse)
    texts = {canonical_text(command) for command in commands_for(contract)}
    for dataset, data in contract.conjuntos.items():
        for field, column in data.columnas.items():
            values = [each for (_, name), each in loaded.items() if name == field]
            if column.tipo == "texto" and values:
                lost = {text for text in texts if not any(text in each for each in values)}
                of_lost = {key for text in lost for key in keys_with(data, given[dataset], column.origen, text)}
                assert {(dataset, key) for key in of_lost} <= apart, field


def keys_with(data: Dataset, given: pd.DataFrame, column: str, text: str | None) -> list[str]:
    """Keys, as the steward sees them, of the records that hold a text in a column."""
    hit = given[given[column].map(canonical_text) == text]
    assert len(hit)
    return [" / ".join(map(str, key)) for key in hit[text_keys(data)].map(canonical_text).to_numpy()]


def test_texts_of_several_lines_are_read_back_whole_however_many_they_are(warehouse: Engine) -> None:
    query = "SELECT n || E'\\n,\"x\"\\n' || repeat('y', 40), n FROM generate_series(1, %(many)s) n"
    with warehouse.connect() as connection:
        found = read_rows(connection, query, {"many": 60_000}, {"texto": TEXT, "numero": NUMBER})
    expected = [f'{number}\n,"x"\n{"y" * 40}' for number in range(1, 60_001)]
    assert found["texto"].tolist() == expected
