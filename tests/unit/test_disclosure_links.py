"""Visas and countries are two tables of one crossing; the attacker here knows that and solves for it."""

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from movilidad.disclosure.links import Group, Link, hide_linked
from movilidad.disclosure.patterns import Pattern, Rules, is_small
from movilidad.disclosure.protection import known_links

PARENTS = {"H-2A": "USA", "H-2B": "USA", "PTET-A": "CAN", "GECCO": "ESP", "TVTF": "MEX", "FLUSSI": "ITA"}
COUNTRIES, VISAS = ["USA", "CAN", "ESP", "MEX", "ITA", "ND"], [*PARENTS, "ND"]
# every crossing that can occur: a visa in its country, no stated visa anywhere
CROSSINGS = [*((country, visa) for visa, country in PARENTS.items()), *((country, "ND") for country in COUNTRIES)]
LINK = Link("tipo_visa", "pais", PARENTS)


def groups_of(crossings: dict[tuple[str, str], int]) -> dict[str, Group]:
    def margin(place: int, codes: list[str]) -> Group:
        return {
            code: {"salidas": sum(count for key, count in crossings.items() if key[place] == code)}
            for code in codes
        }

    return {"pais": margin(0, COUNTRIES), "tipo_visa": margin(1, VISAS)}


def decide(groups: dict[str, Group], rules: Rules) -> dict[str, Pattern]:
    return hide_linked(groups, {name: {} for name in groups}, [LINK], rules)


def interval(groups: dict[str, Group], patterns: dict[str, Pattern], name: str, code: str) -> tuple[int, int]:
    """Smallest and largest value of a hidden cell that agrees with all that is shown."""

    def row(dimension: str, wanted: str) -> list[float]:
        return [float(key[0 if dimension == "pais" else 1] == wanted) for key in CROSSINGS]

    total = sum(counts["salidas"] for counts in groups["pais"].values())
    rows, low, high = [[1.0] * len(CROSSINGS)], [float(total)], [float(total)]
    for dimension, group in groups.items():
        for other, counts in group.items():
            if patterns[dimension].withheld:
                continue
            hidden = other in patterns[dimension].hidden
            rows.append(row(dimension, other))
            low.append(1.0 if hidden else float(counts["salidas"]))  # zeros are shown, so a hidden cell has one
            high.append(np.inf if hidden else float(counts["salidas"]))
    ends = [
        milp(
            sign * np.array(row(name, code)),
            constraints=LinearConstraint(np.array(rows), low, high),
            integrality=np.ones(len(CROSSINGS)),
            bounds=Bounds(0, np.inf),
        ).fun
        for sign in (1, -1)
    ]
    return round(ends[0]), round(-ends[1])


PEOPLE = st.fixed_dictionaries(
    {
        key: st.sampled_from([0, 0, 0, 1, 2] if key[1] == "ND" else [0, 0, 1, 2, 3, 5, 10, 12, 40, 300])
        for key in CROSSINGS
    }
)
RULES = st.builds(
    Rules,
    frecuencia_minima=st.sampled_from([2, 3, 5]),
    empleadores_minimos=st.just(2),
    ancho_minimo=st.sampled_from([2, 3, 5]),
)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, RULES)
def test_no_hidden_count_of_countries_or_visas_is_known_exactly(
    people: dict[tuple[str, str], int], rules: Rules
) -> None:
    assume(sum(people.values()) >= max(rules.frecuencia_minima, rules.ancho_minimo))
    groups = groups_of(people)
    patterns = decide(groups, rules)
    for name, group in groups.items():
        for code, counts in group.items():
            if code in patterns[name].hidden:
                low, high = interval(groups, patterns, name, code)
                assert low < high
            else:
                assert not is_small(counts, rules.frecuencia_minima)


def test_a_country_does_not_hide_behind_one_whose_only_visa_is_shown() -> None:
    """Mexico 2 hides with Canada 120; H-2B 50 would be the smaller companion of the Mexican card."""
    people = {("USA", "H-2A"): 450, ("USA", "H-2B"): 50, ("CAN", "PTET-A"): 120, ("MEX", "TVTF"): 2}
    patterns = decide(groups_of(people), Rules(3, 2, 3))
    assert set(patterns["pais"].hidden) == {"MEX", "CAN"}
    assert set(patterns["tipo_visa"].hidden) == {"TVTF", "PTET-A"}


def test_a_small_visa_of_a_shown_country_hides_with_another_of_that_country() -> None:
    people = {("USA", "H-2A"): 450, ("USA", "H-2B"): 2, ("CAN", "PTET-A"): 20, ("ESP", "GECCO"): 30}
    patterns = decide(groups_of(people), Rules(3, 2, 3))
    assert {"H-2A", "H-2B"} <= set(patterns["tipo_visa"].hidden)
    assert "USA" not in patterns["pais"].hidden


def test_the_product_knows_that_visas_belong_to_countries() -> None:
    (link,) = known_links()
    assert (link.inner, link.outer) == ("tipo_visa", "pais")
    assert link.parents["GECCO"] == "ESP"
