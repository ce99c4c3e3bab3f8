"""Nobody who knows the total and the shown groups gets at the wages of a few, or of one employer."""

import json
from datetime import date
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.disclosure.agreed_wages import protect_agreed
from movilidad.disclosure.cells import Verdicts
from movilidad.disclosure.concentration import Behind, dominated
from movilidad.disclosure.decisions import ledger_rows
from movilidad.disclosure.history import History, entries_of
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.protection import known_links
from movilidad.disclosure.wages import protect_wages
from movilidad.model.periods import Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.code_version import CodeVersion
from movilidad.statistics.agreed_wages import MEDIAN, PERSONS, agreed_wages
from movilidad.statistics.cube import Encoded
from movilidad.statistics.wage_tables import wage_tables

P = 10.0
RULES = Rules(frecuencia_minima=2, empleadores_minimos=2, ancho_minimo=2, dominancia_p=P)
FACTORS = {"media": 4, "mediana": 4, "p25": 4, "p75": 4, "p10": 10, "p90": 10}
COUNTRIES = ["CAN", "MEX", "USA", "ND"]
VISAS = {"CAN": ["PTET-A", "ND"], "MEX": ["TVTF", "ND"], "USA": ["H-2A", "H-2B", "ND"], "ND": ["ND"]}
ALL_VISAS = ["H-2A", "H-2B", "PTET-A", "TVTF", "ND"]


class Person(NamedTuple):
    pais: str
    tipo_visa: str
    empleador_id: str | None
    wage: float


@st.composite
def people(draw: st.DrawFn) -> list[Person]:
    """A few groups of one country and visa, each with a handful of employers."""
    found: list[Person] = []
    for country, visas in VISAS.items():
        for visa in visas:
            for _ in range(draw(st.sampled_from([0, 1, 2, 3, 7, 8, 9, 12, 25]))):
                employer = draw(st.sampled_from(["E1", "E2", "E3", "E4", f"{country}-1", None]))
                found.append(Person(country, visa, employer, draw(st.sampled_from([4000.0, 15000.0, 60000.0]))))
    return found


def tables_of(persons: list[Person]) -> dict[str, pd.DataFrame]:
    frame = pd.DataFrame(persons, columns=list(Person._fields))
    frame = frame.assign(
        primera_salida=True,
        salario_mensual_gtq=frame["wage"].astype("float64"),
        salario_hora_usd=(frame["wage"].astype("float64") / 1600).round(2),
        empleador_id=frame["empleador_id"].astype("category"),
    )
    lists = {"pais": COUNTRIES, "tipo_visa": ALL_VISAS}
    encoded = Encoded(
        poblacion="colocados",
        positions={
            name: np.array([codes.index(code) for code in frame[name]], dtype="int16")
            for name, codes in lists.items()
        },
        codes=lists,
        first=np.ones(len(frame), dtype=bool),
        contributors=np.arange(len(frame)),
        outside={},
    )
    return wage_tables(frame, encoded)


def shown_groups(persons: list[Person], statistic: str, rules: Rules = RULES) -> list[tuple[str, str]]:
    """(dimension, code) of every group whose statistic is shown."""
    found = []
    for figures in protect_wages(tables_of(persons), Verdicts(), known_links(), rules):
        dimension = str(figures.frame.columns[0])
        rows = figures.frame[figures.frame["indicador"] == f"salario_mensual_gtq_{statistic}"]
        found += [(dimension, code) for code in rows.dropna(subset=["valor"])[dimension]]
    return found


def in_group(person: Person, dimension: str, code: str) -> bool:
    return code == "Total" or getattr(person, dimension) == code


def is_safe(persons: list[Person], statistic: str) -> bool:
    """The rules in plain words, from the records themselves."""
    paid: dict[str, float] = {}
    for person in persons:
        if person.empleador_id:
            paid[person.empleador_id] = paid.get(person.empleador_id, 0) + person.wage
    if len(persons) < FACTORS[statistic] * RULES.frecuencia_minima or len(paid) < RULES.empleadores_minimos:
        return False
    if statistic != "media":
        return True
    first, second, *_ = sorted(paid.values(), reverse=True)
    return sum(paid.values()) - first - second >= P / 100 * first


@pytest.mark.parametrize("statistic", ["mediana", "p90", "media"])
@settings(max_examples=80, deadline=None)
@given(persons=people())
def test_whatever_a_reader_combines_is_fit_to_be_shown(statistic: str, persons: list[Person]) -> None:
    """The attacker knows which crossings of country and visa have people, and adds and subtracts at will."""
    atoms = sorted({(person.pais, person.tipo_visa) for person in persons})
    groups = shown_groups(persons, statistic)
    known = np.array(
        [[in_group(Person(*atom, None, 0), *group) for atom in atoms] for group in groups], dtype=float
    ).reshape(len(groups), len(atoms))
    onto_known = np.linalg.pinv(known) @ known
    for size in range(1, len(atoms) + 1):
        for chosen in combinations(range(len(atoms)), size):
            union = np.zeros(len(atoms))
            union[list(chosen)] = 1
            if np.allclose(union @ onto_known, union, atol=1e-9):
                members = [person for person in persons if atoms.index((person.pais, person.tipo_visa)) in chosen]
                assert is_safe(members, statistic), ([atoms[n] for n in chosen], groups)


@settings(max_examples=40, deadline=None)
@given(persons=people())
def test_every_statistic_of_a_family_is_shown_or_hidden_together_and_marked(persons: list[Person]) -> None:
    for figures in protect_wages(tables_of(persons), Verdicts(), known_links(), RULES):
        frame = figures.frame
        assert list(frame.columns[1:]) == ["indicador", "unidad", "valor", "estado_obs", "estado_conf"]
        assert (frame["estado_conf"] == "C").tolist() == frame["valor"].isna().tolist()
        hidden = frame.assign(hidden=frame["valor"].isna()).pivot(
            index=frame.columns[0], columns="indicador", values="hidden"
        )
        for together in (("mediana", "p25", "p75"), ("p10", "p90")):
            columns = [f"salario_mensual_gtq_{name}" for name in together]
            assert (hidden[columns].nunique(axis=1) == 1).all()
        # deciles need more people than quartiles
        assert (hidden["salario_mensual_gtq_p10"] >= hidden["salario_mensual_gtq_p25"]).all()


def crowd(country: str, visa: str, employers: dict[str, int], wage: float = 9000.0) -> list[Person]:
    return [Person(country, visa, name, wage) for name, count in employers.items() for _ in range(count)]


def test_without_a_p_no_mean_is_shown_and_quantiles_stay() -> None:
    persons = crowd("USA", "H-2A", {"E1": 20, "E2": 20, "E3": 20})
    rules = Rules(frecuencia_minima=2, empleadores_minimos=2, ancho_minimo=2)
    assert shown_groups(persons, "media", rules) == []
    assert ("pais", "USA") in shown_groups(persons, "media")
    assert ("pais", "USA") in shown_groups(persons, "mediana", rules)


def test_an_employer_who_pays_nearly_all_hides_the_mean_but_not_the_median() -> None:
    persons = crowd("USA", "H-2A", {"E1": 200, "E2": 20, "E3": 1})
    assert ("pais", "Total") not in shown_groups(persons, "media")
    assert ("pais", "Total") in shown_groups(persons, "mediana")


def test_the_visas_of_a_country_that_hides_for_another_are_hidden_too() -> None:
    """Germany has too few; Mexico hides beside it, and its only visa would give Mexico away."""
    persons = [
        *crowd("USA", "H-2A", {"E1": 30, "E2": 30, "E3": 30}),
        *crowd("MEX", "TVTF", {"M1": 10, "M2": 10, "M3": 10}),
        *crowd("CAN", "PTET-A", {"C1": 3}),
    ]
    assert shown_groups(persons, "mediana") == [
        ("pais", "Total"),
        ("pais", "USA"),
        ("tipo_visa", "Total"),
        ("tipo_visa", "H-2A"),
    ]


@pytest.mark.parametrize(
    ("contributions", "safe"),
    [((50_000, 49_000, 1_000), False), ((52_000, 50_000, 8_000), True), ((300, 20, 10), False)],
)
def test_the_p_rule_gives_the_answers_worked_by_hand(contributions: tuple[int, ...], safe: bool) -> None:
    first, second, _ = contributions
    assert dominated(Behind(99, 3, sum(contributions), first, second), P) is not safe


def test_a_category_hidden_in_its_table_shows_no_wage_and_a_dropped_one_no_row() -> None:
    persons = crowd("USA", "H-2A", {"E1": 30, "E2": 30}) + crowd("CAN", "PTET-A", {"C1": 30, "C2": 30})
    verdicts = Verdicts(hidden={(("pais", "CAN"),): "complemento"}, dropped={(("pais", "CAN"),)})
    by_country, by_visa = protect_wages(tables_of(persons), verdicts, known_links(), RULES)
    assert by_country.frame["pais"].unique().tolist() == ["Total", "USA"]
    assert by_visa.frame.set_index("tipo_visa").loc["PTET-A", "valor"].isna().all()


def agreed_of(groups: dict[tuple[str, str, str], dict[str, int]]) -> pd.DataFrame:
    rows = [
        {
            **dict(zip(("pais", "moneda", "periodo_pago"), key, strict=True)),
            "empleador_id": employer,
            "salario": 10.0,
            "salario_estado": "ok",
            "primera_salida": True,
        }
        for key, employers in groups.items()
        for employer, count in employers.items()
        for _ in range(count)
    ]
    return agreed_wages(pd.DataFrame(rows))


AgreedGroups = dict[tuple[str, str, str], dict[str, int]]
MARCH = "2026-03"


def listed(
    groups: AgreedGroups, verdicts: Verdicts | None = None, history: History | None = None
) -> dict[str, int]:
    """What a reader sees: persons by group, and ``Resto`` of each country."""
    frame = protect_agreed(
        agreed_of(groups), verdicts or Verdicts(), Rules(3, 2, 3), history or History(), MARCH
    ).frame
    assert frame["valor"].notna().all()
    rows = frame[frame["indicador"] == PERSONS]
    names = rows["pais"] + " " + rows["moneda"] + " " + rows["periodo_pago"]
    medians = frame[frame["indicador"] == MEDIAN]
    assert set(medians["pais"] + " " + medians["moneda"] + " " + medians["periodo_pago"]) <= set(names)
    return dict(zip(names, rows["valor"].astype(int), strict=True))


def test_of_agreed_wages_only_groups_of_enough_persons_and_employers_are_listed() -> None:
    groups = {
        ("CAN", "CAD", "hora"): {"C1": 20, "C2": 20},
        ("CAN", "CAD", "semana"): {"C3": 8, "C4": 4},
        ("CAN", "CAD", "mes"): {"C5": 2},
        ("CAN", "ND", "ND"): {"C5": 1},
        ("USA", "USD", "hora"): {"E1": 9, "E2": 5},
        ("ITA", "EUR", "mes"): {"I1": 40},
    }
    canada = {"CAN CAD hora": 40, "CAN Resto Resto": 15}
    assert listed(groups) == {**canada, "USA USD hora": 14, "ITA Resto Resto": 40}
    hidden = Verdicts(hidden={(("pais", "USA"),): "complemento"})
    assert listed(groups, hidden) == {**canada, "ITA Resto Resto": 40}
    assert listed(groups, Verdicts(total_hidden=True)) == {}


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["hora", "dia", "semana", "quincena", "mes", "anio"]),
        st.dictionaries(st.sampled_from(["E1", "E2", "E3"]), st.integers(1, 12), min_size=1),
        min_size=1,
    )
)
def test_no_remainder_of_a_country_gives_a_group_of_agreed_wages_away(groups: dict[str, dict[str, int]]) -> None:
    found = listed({("USA", "USD", period): each for period, each in groups.items()})
    everybody = sum(sum(each.values()) for each in groups.values())
    assert sum(found.values()) == everybody
    rest = found.pop("USA Resto Resto", 0)
    assert rest == 0 or rest >= 6 or not found
    for name in found:
        behind = groups[name.split()[-1]]
        assert sum(behind.values()) >= 6
        assert len(behind) >= 2


def published(groups: AgreedGroups, history: History, number: int) -> History:
    """The history after one more revision of the month."""
    figures = protect_agreed(agreed_of(groups), Verdicts(), Rules(3, 2, 3), history, MARCH)
    decided = entries_of(ledger_rows([], [figures], MARCH), f"mensual/{MARCH}/r{number}", number)
    return History((*history.entries, *decided))


def test_two_revisions_of_agreed_wages_together_tell_of_no_small_group() -> None:
    first = {
        ("USA", "USD", "hora"): {"E1": 20, "E2": 20},
        ("USA", "USD", "semana"): {"E3": 4, "E4": 5},
        ("USA", "USD", "dia"): {"E3": 4, "E4": 4},
        ("USA", "USD", "mes"): {"E5": 1},
    }
    second = {**first, ("USA", "USD", "dia"): {"E3": 8, "E4": 8}}
    shown = listed(first)
    assert shown == {"USA USD hora": 40, "USA USD semana": 9, "USA Resto Resto": 9}
    # alone, the second would list the days and hide the weeks; with the first, the one person paid by the month
    alone = listed(second)
    assert alone == {"USA USD hora": 40, "USA USD dia": 16, "USA Resto Resto": 10}
    assert alone["USA Resto Resto"] - shown["USA USD semana"] == 1
    known = published(first, History(), 1)
    assert listed(second, history=known) == {"USA USD hora": 40, "USA USD semana": 9, "USA Resto Resto": 17}
    # one person more in a listed group does not show either
    more = {**first, ("USA", "USD", "semana"): {"E3": 4, "E4": 6}}
    assert listed(more, history=known) == {"USA USD hora": 40, "USA Resto Resto": 19}


def test_the_p_of_the_deployment_rules_and_shows_itself_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    candidate = Candidate(
        serie="mensual",
        periodo=Period.of_month(Month(2026, 10)),
        anterior=None,
        fecha_publicacion=date(2026, 11, 10),
        programa=CodeVersion("0.1.0", "a" * 64),
        configuracion={"frecuencia_minima": 3, "empleadores_minimos": 2, "ancho_minimo": 3},
        entradas=(),
    )
    before = candidate.sha256
    monkeypatch.setenv("MOVILIDAD_DOMINANCIA_P", "13.75")
    get_settings.cache_clear()
    try:
        found, rules = get_settings(), candidate.rules
        assert found.dominance() == rules.dominancia_p == 13.75
        said = [repr(found), str(found), found.model_dump_json(), repr(rules), json.dumps(candidate.as_dict())]
        assert "13.75" not in " ".join(said)
        assert "dominancia" not in json.dumps(candidate.as_dict())
        assert candidate.sha256 == before
    finally:
        get_settings.cache_clear()


@pytest.mark.parametrize("wrong", ["-13.75", "0", "trece 13.75", "99e999"])
def test_a_wrong_p_is_refused_without_being_repeated(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_DOMINANCIA_P", wrong)
    get_settings.cache_clear()
    with pytest.raises(ValueError, match="dominancia_p") as error:
        get_settings()
    get_settings.cache_clear()
    assert wrong not in str(error.value)
