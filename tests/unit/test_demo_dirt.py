"""Faults that say they can be read can be read; those that say they are lost are lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from movilidad.demo import dirt, places, population, records
from movilidad.demo.dirt import KINDS, Log
from movilidad.demo.field_faults import FAULTS
from movilidad.demo.randomness import stream
from movilidad.demo.records import Rows
from movilidad.model.codelists import code_list, fold
from movilidad.model.identifiers import normalise_cui

LISTS = {
    "sexo": "sexos",
    "pueblo": "pueblos",
    "comunidad_linguistica": "comunidades_linguisticas",
    "nivel_educativo": "niveles_educativos",
}


@pytest.fixture(scope="module")
def entered() -> tuple[Rows, Rows, Log]:
    people = population.make(stream(3, "prueba"), 3, 1, np.arange(12_000) % 3 == 0, np.datetime64("2026-10-01"))
    good, dirty, log = records.applicants(3, people), records.applicants(3, people), Log()
    dirt.spoil("aplicantes", dirty, 3, log)
    return good, dirty, log


def faults(log: Log, field: str) -> dict[str, bool]:
    """Record keys with a fault of a field, and whether it is lost."""
    rows = log.rows()
    of = rows["campo"] == field
    return dict(zip(rows["clave"][of], rows["perdido"][of], strict=True))


@pytest.mark.parametrize("column", LISTS)
def test_a_code_can_be_read_unless_its_fault_is_called_lost(entered: tuple[Rows, Rows, Log], column: str) -> None:
    good, dirty, log = entered
    told = faults(log, column)
    codes = code_list(LISTS[column])
    assert any(told.values())
    assert not all(told.values())
    for key, true, written in zip(good["id_aplicante"], good[column], dirty[column], strict=True):
        if told.get(key):
            assert written is None or codes.resolve(written.strip()) is None
        else:
            assert codes.resolve(written) == true
        if key not in told:
            assert written == true


def test_a_municipality_can_be_read_with_its_department_unless_its_fault_is_called_lost(
    entered: tuple[Rows, Rows, Log],
) -> None:
    good, dirty, log = entered
    rows = log.rows()
    lost = set(rows["clave"][(rows["campo"] == "municipio_origen") & rows["perdido"]])
    town, alias, department = places.names()
    known: dict[tuple[str, str], set[str]] = {}
    for first, second, of in zip(town, alias, department, strict=True):
        for name in filter(None, (first, second)):
            known.setdefault((fold(name), fold(of)), set()).add(first)
    read = {
        key: known.get((fold(name or ""), fold(of)), set())
        for key, name, of in zip(dirty["id_aplicante"], dirty["municipio"], dirty["departamento"], strict=True)
    }
    assert lost
    for key, true in zip(good["id_aplicante"], good["municipio"], strict=True):
        assert read[key] == (set() if key in lost else {true})


def test_both_spellings_of_the_26_municipalities_and_homonyms_occur(entered: tuple[Rows, Rows, Log]) -> None:
    _, dirty, log = entered
    _, alias, _ = places.names()
    assert sum(name is not None for name in alias) == 26
    assert len(places.homonyms()) == 12
    written = set(dirty["municipio"])
    assert len({name for name in alias if name} & written) >= 20
    assert {"otra_grafia", "homonimo"} <= set(log.rows()["tipo"])


def test_a_cui_written_with_blanks_is_still_that_cui(entered: tuple[Rows, Rows, Log]) -> None:
    good, dirty, _ = entered
    assert (good["cui"] != dirty["cui"]).mean() > 0.03
    assert [normalise_cui(text) for text in dirty["cui"]] == good["cui"].tolist()


def test_every_kind_of_fault_is_documented(entered: tuple[Rows, Rows, Log]) -> None:
    named = {fault.kind for table in FAULTS.values() for fault in table}
    assert named | set(dirt.EXTRA_KINDS) | {"homonimo", "otra_grafia"} == set(KINDS)
    assert set(entered[2].rows()["tipo"]) <= set(KINDS)


@given(st.integers(0, 5_000), st.lists(st.floats(0, 0.05), min_size=1, max_size=6), st.data())
def test_extra_records_are_few_and_there_are_none_in_a_small_group(
    total: int, rates: list[float], data: st.DataObject
) -> None:
    luck = data.draw(st.lists(st.floats(0, 0.999), min_size=len(rates), max_size=len(rates)))
    counts = dirt.quotas(total, np.array(rates), np.array(luck))
    assert counts.min() >= 0
    assert counts.sum() <= total * 0.04
    assert total > 20 or counts.sum() == 0


def test_no_record_gets_two_extra_records() -> None:
    rates = {"duplicado_exacto": 0.01, "casi_duplicado": 0.01, "sin_persona": 0.01}
    picked = dirt.chosen(1, "prueba", np.arange(5_000), rates)
    positions = np.concatenate(list(picked.values()))
    assert len(positions) > 100
    assert len(set(positions.tolist())) == len(positions)


def test_doubles_carry_what_makes_them_wrong_and_sort_after_every_good_record() -> None:
    people = population.make(stream(3, "prueba"), 3, 1, np.ones(4, dtype=bool), np.datetime64("2026-10-01"))
    good = records.applicants(3, people)
    number = dirt.extra_numbers(93, 0, 4)
    doubles = {kind: dirt.double_of(good, kind, people, number) for kind in dirt.EXTRA_KINDS}
    assert min(doubles["casi_duplicado"]["id_aplicante"]) > records.key("A", np.array([population.CAPACITY]))[0]
    assert (doubles["casi_duplicado"]["cui"] == good["cui"]).all()
    assert (doubles["casi_duplicado"]["nombres"] != good["nombres"]).all()
    assert (doubles["cui_digito_incorrecto"]["cui"] != good["cui"]).all()
    assert doubles["sin_persona"]["cui"].tolist() == [None] * 4
    assert min(doubles["fecha_imposible"]["fecha_nacimiento"]) > "2026-10-31"
