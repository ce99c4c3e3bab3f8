"""Missing, renamed and new columns; pseudonyms."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from sources_support import HEADER, contract

from movilidad.sources.pseudonyms import pseudonym, pseudonymise
from movilidad.sources.structure import compare, printable

DATASET = contract("archivo", {"archivo": "a.csv"}, sin_usar=["telefono"]).conjuntos["filas"]
FOUND = HEADER.split(",")


def test_a_renamed_column_is_told_with_its_likely_new_name() -> None:
    drift = compare(DATASET, ["id", "cui", "RAZON_SOCIAL", "salario_mensual"])
    assert drift.missing == ("Razón social", "salario")
    assert drift.complaint() == (
        "faltan las columnas «Razón social» (¿ahora «RAZON_SOCIAL»?), «salario» (¿ahora «salario_mensual»?)"
    )


def test_only_columns_that_the_contract_does_not_know_are_new() -> None:
    drift = compare(DATASET, [*FOUND, "telefono", "correo"])
    assert drift.complaint() == ""
    assert drift.new == ("correo",)


def test_what_may_be_a_record_is_never_repeated_as_a_name() -> None:
    drift = compare(DATASET, ["7", "2549000000101", "Marta Ixcoy", "salarios"])
    assert not drift.recognised
    assert "Marta" not in drift.complaint()
    assert "salarios" not in drift.complaint()
    assert drift.new_columns() == "4 sin nombre reconocible"


def test_a_column_name_that_looks_personal_is_not_shown() -> None:
    for name in ("2549 00000 0101", "ana@correo.example", "5555-1234", "x" * 80):
        assert printable(name) == "(nombre no mostrado)"
    assert printable("Razón social 2") == "Razón social 2"


def test_a_cui_has_one_pseudonym_however_it_is_printed() -> None:
    assert pseudonym("2549 00000 0101", b"k") == pseudonym("2549-00000-0101", b"k")
    # HMAC-SHA256 with key "k" of the text "cui:2549000000101", computed with another program
    assert pseudonym("2549000000101", b"k") == "fe9dafd9ad8807ecc65957ddd8f90c07"
    assert pseudonym("2549000000101", b"k") != pseudonym("2549000000101", b"l")
    assert pseudonym(" - ", b"k") is None


@given(st.lists(st.one_of(st.none(), st.sampled_from(["2549000000101", "x", "", " "])), max_size=6))
def test_missing_persons_stay_missing(values: list[str | None]) -> None:
    names, statuses = pseudonymise(pd.Series(values, dtype="str"), b"k")
    empty = [not (value or "").strip() for value in values]
    assert names.isna().tolist() == empty
    assert (statuses == "vacio").tolist() == empty
