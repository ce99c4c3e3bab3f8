from movilidad.model.codelists import code_list, fold


def test_there_are_340_municipalities_and_the_new_ones_are_among_them() -> None:
    municipalities = code_list("municipios")
    assert len(municipalities.codes) == 340
    assert {"0514", "1333"} <= set(municipalities.codes)
    assert municipalities.parents["1333"] == "13"


def test_a_country_is_found_by_code_name_and_alias_whatever_case_and_accents() -> None:
    countries = code_list("paises")
    assert {countries.resolve(text) for text in ("USA", "US", "estados unidos", "ESTADOS UNIDOS", "EE. UU.")} == {
        "USA"
    }
    assert countries.resolve("Mexico") == "MEX"
    assert countries.resolve("Narnia") is None


def test_a_homonym_is_not_resolved_by_name_alone() -> None:
    assert code_list("municipios").resolve("San José") is None
    assert code_list("municipios").resolve("Petatán") == "1333"


def test_apostrophes_of_all_kinds_are_one() -> None:
    assert fold("Q’eqchi´") == fold("q'eqchi'") == "q'eqchi'"
