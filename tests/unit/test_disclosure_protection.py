import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.disclosure.book import Book, Measure
from movilidad.disclosure.lines import Shape
from movilidad.disclosure.protection import Protected, Rules, protect
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.statistics.tables import MonthTables

PROPERTY = settings(max_examples=40, deadline=None)
INDICATORS = {"colocados": "personas", "salidas": "salidas"}
BY_SEX = "colocados_por_sexo"
BY_ORIGIN = "colocados_por_departamento_origen"
BY_WAGE = "salarios_por_pais"
BY_TOWN = "colocados_por_departamento_origen_municipio_origen"

Counts = tuple[int, int]  # persons, departures
Towns = dict[str, dict[str, Counts]]  # department → town → counts


def frame_of(dimensions: list[str], cells: dict[tuple[str, ...], Counts]) -> pd.DataFrame:
    rows = [
        [*key, indicator, unit, value[number]]
        for number, (indicator, unit) in enumerate(INDICATORS.items())
        for key, value in cells.items()
    ]
    return pd.DataFrame(rows, columns=[*dimensions, "indicador", "unidad", "valor"])


def add(counts: list[Counts]) -> Counts:
    return sum(persons for persons, _ in counts), sum(departures for _, departures in counts)


def month_of(towns: Towns, sexes: dict[str, Counts] | None = None, **parts: Any) -> MonthTables:
    """A month whose hierarchy of origins is ``towns``."""
    margins = {code: add(list(found.values())) for code, found in towns.items()}
    total = add(list(margins.values()))
    hierarchy: dict[tuple[str, ...], Counts] = {("Total", "Total"): total}
    for code, found in towns.items():
        hierarchy[code, "Total"] = margins[code]
        hierarchy |= {(code, town): counts for town, counts in found.items() if counts[1]}
    sexes = sexes if sexes is not None else {"1": total, "2": (0, 0), "ND": (0, 0)}
    cuadros = {
        BY_SEX: frame_of(["sexo"], {("Total",): total} | {(code,): counts for code, counts in sexes.items()}),
        BY_ORIGIN: frame_of(
            ["departamento_origen"], {("Total",): total} | {(code,): counts for code, counts in margins.items()}
        ),
        BY_TOWN: frame_of(["departamento_origen", "municipio_origen"], hierarchy),
    }
    headlines = {"colocados": total[0], "salidas": total[1], "mujeres": sexes["2"][0], **parts.get("resumen", {})}
    return MonthTables(
        month=Month(2026, 10),
        cuadros=cuadros | parts.get("cuadros", {}),
        resumen=pd.DataFrame(
            [[name, name, "personas", value] for name, value in headlines.items()],
            columns=["indicador", "titulo", "unidad", "valor"],
        ).astype({"valor": "Float64"}),
        salarios={BY_WAGE: wages_of(parts.get("salarios", {}))},
        reclutadores=pd.DataFrame(columns=["nombre"]),
        notas={"cobertura": "texto"},
        conteos=parts.get("conteos", {}),
        detalle={"colocados": detail_of(towns, {"sexo": sexes, **parts.get("otras", {})})},
    )


def detail_of(towns: Towns, dimensions: dict[str, dict[str, Counts]]) -> pd.DataFrame:
    """Who is behind the towns: other dimensions' codes are dealt out in order, to persons and to trips."""
    persons = {
        name: [code for code, (n, _) in found.items() for _ in range(n)] for name, found in dimensions.items()
    }
    again = {
        name: [code for code, (n, trips) in found.items() for _ in range(trips - n)]
        for name, found in dimensions.items()
    }
    places = [(code, town) for code, found in towns.items() for town in found]
    people = [place for place in places for _ in range(towns[place[0]][place[1]][0])]
    repeats = [
        place for place in places for _ in range(towns[place[0]][place[1]][1] - towns[place[0]][place[1]][0])
    ]
    rows = [
        [*place, *(dealt[name][number] for name in dimensions), count, 1]
        for group, dealt, count in ((people, persons, 1), (repeats, again, 0))
        for number, place in enumerate(group)
    ]
    names = ["departamento_origen", "municipio_origen", *dimensions]
    frame = pd.DataFrame(rows, columns=[*names, "colocados", "salidas"])
    frame["contribuyentes"] = frame["colocados"]
    return frame.groupby(names, as_index=False).sum().assign(dispersos=0)


def wages_of(countries: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Wages of which only what the quartiles need is known; the other statistics have nobody behind them."""
    names = ["mediana", "p25", "p75"]
    rows = [
        [code, f"salario_mensual_gtq_{name}", "GTQ por mes", 9000.0, persons, employers, *[None] * 3]
        for code, (persons, employers) in countries.items()
        for name in names
    ]
    columns = ["pais", "indicador", "unidad", "valor", "personas", "empleadores", "suma", "mayor", "segundo"]
    return pd.DataFrame(rows, columns=columns).astype({"valor": "Float64"})


COUNTS = st.tuples(st.sampled_from([0, 0, 1, 1, 1, 2, 3, 4, 7, 30]), st.sampled_from([0, 0, 0, 1, 2])).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
DEPARTMENTS = ["01", "05", "13", "ND"]
TOWNS = st.fixed_dictionaries(
    {code: st.fixed_dictionaries({f"{code}-{n}": COUNTS for n in range(4)}) for code in DEPARTMENTS}
)
RULES = st.builds(
    Rules, frecuencia_minima=st.integers(2, 5), empleadores_minimos=st.just(2), ancho_minimo=st.integers(2, 5)
)


@st.composite
def months(draw: st.DrawFn) -> MonthTables:
    towns = draw(TOWNS)
    persons, departures = add([counts for found in towns.values() for counts in found.values()])
    men, women = draw(st.integers(0, persons)), draw(st.integers(0, 2))
    women = min(women, persons - men)
    rest = persons - men - women
    extra = departures - persons
    return month_of(towns, {"1": (men, men + extra), "2": (women, women), "ND": (rest, rest)})


def one(frame: pd.DataFrame, indicator: str) -> dict[tuple[str, ...], Any]:
    """Shown values of one indicator; None where hidden."""
    rows = frame[frame["indicador"] == indicator]
    dimensions = list(frame.columns[: frame.columns.get_loc("indicador")])
    keys = rows[dimensions].itertuples(index=False, name=None)
    return {key: None if pd.isna(value) else int(value) for key, value in zip(keys, rows["valor"], strict=True)}


def groups(frame: pd.DataFrame, indicator: str) -> list[tuple[int | None, dict[str, Any]]]:
    """Every total of a table with the cells that make it."""
    cells = one(frame, indicator)
    depth = len(next(iter(cells)))
    if depth == 1:
        return [(cells["Total",], {key[0]: value for key, value in cells.items() if key != ("Total",)})]
    outer = {key[0]: value for key, value in cells.items() if key[1] == "Total" and key[0] != "Total"}
    within = [
        (value, {key[1]: found for key, found in cells.items() if key[0] == code and key[1] != "Total"})
        for code, value in outer.items()
    ]
    return [(cells["Total", "Total"], outer), *within]


def shown_groups(protected: Protected) -> list[tuple[str, int | None, dict[str, Any]]]:
    return [
        (indicator, total, cells)
        for frame in protected.tables.cuadros.values()
        for indicator in INDICATORS
        for total, cells in groups(frame, indicator)
    ]


@PROPERTY
@given(months(), RULES)
def test_no_small_count_is_shown_anywhere(month: MonthTables, rules: Rules) -> None:
    protected = protect(month, rules)
    for frame in protected.tables.cuadros.values():
        shown = frame["valor"].dropna()
        assert not ((shown > 0) & (shown < rules.frecuencia_minima)).any()


def test_what_is_hidden_together_is_no_small_count_either() -> None:
    """Two departments of two persons each would be told as the four that are left."""
    pair = {"1": (1, 1), "2": (1, 1)}
    towns = {"05": {"05-1": (7, 7)}, "13": {f"13-{n}": found for n, found in pair.items()}}
    towns["ND"] = {f"ND-{n}": found for n, found in pair.items()}
    rules = Rules(frecuencia_minima=5, empleadores_minimos=2, ancho_minimo=2)
    shown = protect(month_of(towns, {"1": (0, 0), "2": (0, 0), "ND": (11, 11)}), rules).tables.cuadros
    assert one(shown[BY_ORIGIN], "colocados")["Resto",] == 11


@PROPERTY
@given(months(), RULES)
def test_the_rows_of_every_shown_total_sum_to_it(month: MonthTables, rules: Rules) -> None:
    for _, total, cells in shown_groups(protect(month, rules)):
        if total is not None and cells:
            assert sum(value or 0 for value in cells.values()) == total


@PROPERTY
@given(months(), RULES)
def test_a_reader_of_the_tables_locates_no_hidden_count_narrowly(month: MonthTables, rules: Rules) -> None:
    """The reader knows that a hidden row is not zero: departures of it lie between 1 and Resto - others."""
    for indicator, total, cells in shown_groups(protect(month, rules)):
        hidden = [code for code, value in cells.items() if value is None]
        if total is None:
            assert not cells  # nothing is listed within a hidden total
        elif hidden:
            assert len(hidden) >= 2
            known = len(hidden) if indicator == "salidas" else 0
            assert cells["Resto"] - known >= rules.ancho_minimo


@PROPERTY
@given(months(), RULES)
def test_true_values_behind_hidden_cells_leave_room_for_each_other(month: MonthTables, rules: Rules) -> None:
    """No lone person of two hidden cells knows a small other one: two hidden cells are never both small."""
    protected = protect(month, rules)
    for name, frame in protected.tables.cuadros.items():
        for indicator in INDICATORS:
            truth, found = one(month.cuadros[name], indicator), one(frame, indicator)
            hidden = [key for key in truth if key[-1] != "Total" and found.get(key, 0) is None]
            for parent in {key[:-1] for key in hidden}:
                small = [truth[key] for key in hidden if key[:-1] == parent]
                assert len(small) != 2 or max(small) >= rules.frecuencia_minima or 1 not in small


@PROPERTY
@given(months(), RULES)
def test_zeros_of_a_breakdown_that_is_shown_stay(month: MonthTables, rules: Rules) -> None:
    protected = protect(month, rules)
    for name, frame in protected.tables.cuadros.items():
        # of a hierarchy the categories; of their parts only counted ones are listed
        _, departures = groups(month.cuadros[name], "salidas")[0]
        for indicator in INDICATORS:
            _, after = groups(frame, indicator)[0]
            if set(after) - {"Resto"}:
                assert all(after[code] == 0 for code, value in departures.items() if value == 0)


@PROPERTY
@given(months(), RULES)
def test_a_cell_is_hidden_in_every_table_and_indicator_or_in_none(month: MonthTables, rules: Rules) -> None:
    protected = protect(month, rules)
    state: dict[tuple[tuple[str, str], ...], set[bool]] = {}
    for frame in protected.tables.cuadros.values():
        dimensions = list(frame.columns[: frame.columns.get_loc("indicador")])
        for row in frame.to_dict("records"):
            if "Resto" not in [row[name] for name in dimensions]:
                key = tuple((name, row[name]) for name in dimensions if row[name] != "Total")
                state.setdefault(key, set()).add(bool(pd.isna(row["valor"])))
                assert (row["estado_obs"], row["estado_conf"]) == (
                    ("Q", "C") if pd.isna(row["valor"]) else ("A", "F")
                )
    assert all(len(found) == 1 for found in state.values())


@PROPERTY
@given(months(), RULES)
def test_the_decisions_tell_every_cell_and_agree_with_the_tables(month: MonthTables, rules: Rules) -> None:
    protected = protect(month, rules)
    decisions = protected.decisions
    truth = decisions[decisions["regla"] != "suma_de_ocultas"]
    for name, frame in month.cuadros.items():
        assert truth.loc[truth["cuadro"] == name, "valor_real"].tolist() == frame["valor"].tolist()
        published = decisions[(decisions["cuadro"] == name) & (decisions["estado"] == "publicada")]
        shown = protected.tables.cuadros[name]["valor"].dropna()
        assert sorted(published["valor_real"]) == sorted(shown)
    small = truth[truth["valor_real"].between(1, rules.frecuencia_minima - 1)]
    assert set(small.loc[small["cuadro"].isin(month.cuadros), "estado"]) <= {"primaria"}
    assert set(decisions["estado"]) <= {"publicada", "primaria", "secundaria"}


def test_two_small_towns_take_the_next_smallest_with_them() -> None:
    towns = {"13": {"1301": (1, 1), "1302": (2, 2), "1303": (4, 4), "1304": (9, 9)}, "ND": {"ND": (0, 0)}}
    protected = protect(month_of(towns), Rules(3, 2, 3))
    assert one(protected.tables.cuadros[BY_TOWN], "colocados") == {
        ("Total", "Total"): 16,
        ("13", "Total"): 16,
        ("13", "1301"): None,
        ("13", "1302"): None,
        ("13", "1303"): None,
        ("13", "1304"): 9,
        ("13", "Resto"): 7,
        ("ND", "Total"): 0,
    }
    states = protected.decisions[
        (protected.decisions["cuadro"] == BY_TOWN) & (protected.decisions["indicador"] == "colocados")
    ].set_index("celda")
    assert states.loc['{"departamento_origen": "13", "municipio_origen": "1303"}', "estado"] == "secundaria"
    assert states.loc['{"departamento_origen": "13", "municipio_origen": "1301"}', "estado"] == "primaria"
    assert states.loc["{}", "estado"] == "publicada"


def test_five_people_of_five_towns_are_shown_as_one_sum_without_the_towns() -> None:
    """Listing the five towns would tell that each has exactly one."""
    towns = {"13": {f"130{n}": (1, 1) for n in range(1, 6)}, "01": {"0101": (40, 40)}}
    shown = one(protect(month_of(towns), Rules(3, 2, 3)).tables.cuadros[BY_TOWN], "colocados")
    assert shown == {
        ("Total", "Total"): 45,
        ("13", "Total"): 5,
        ("13", "Resto"): 5,
        ("01", "Total"): 40,
        ("01", "0101"): 40,
    }


def test_within_a_hidden_department_no_town_is_listed() -> None:
    towns = {
        "01": {"0101": (40, 40)},
        "05": {"0501": (4, 4), "0502": (3, 3)},
        "13": {"1301": (1, 1), "1302": (1, 1)},
    }
    shown = one(protect(month_of(towns), Rules(3, 2, 3)).tables.cuadros[BY_TOWN], "colocados")
    assert shown == {
        ("Total", "Total"): 49,
        ("01", "Total"): 40,
        ("01", "0101"): 40,
        ("05", "Total"): None,
        ("13", "Total"): None,
        ("Resto", "Total"): 9,
        ("Resto", "Resto"): 9,
    }


def test_a_cell_with_few_departures_and_no_first_departure_is_hidden_in_both_measures() -> None:
    sexes = {"1": (10, 10), "2": (8, 9), "ND": (0, 1)}
    shown = protect(month_of({"01": {"0101": (18, 20)}}, sexes), Rules(3, 2, 3)).tables.cuadros[BY_SEX]
    assert one(shown, "colocados") == {("Total",): 18, ("1",): 10, ("2",): None, ("ND",): None, ("Resto",): 8}
    assert one(shown, "salidas") == {("Total",): 20, ("1",): 10, ("2",): None, ("ND",): None, ("Resto",): 10}


@pytest.mark.parametrize("persons", [1, 2])
def test_of_a_month_below_the_minimum_only_that_fact_is_shown(persons: int) -> None:
    month = month_of(
        {"01": {"0101": (persons, 9)}},
        salarios={"Total": (persons, 1), "USA": (persons, 1)},
        resumen={"empleadores": 1, "paises_destino": 1, "edad_mediana": 30, "aplicantes": 40, "reclutadores": 2},
        conteos={"salidas_sin_salario_comparable": 5},
    )
    protected = protect(month, Rules(3, 2, 3)).tables
    for frame in protected.cuadros.values():
        assert frame["valor"].isna().all()
        assert len(frame) == 2
    shown = protected.resumen.dropna(subset=["valor"])["indicador"].tolist()
    assert shown == ["aplicantes", "reclutadores"]
    assert protected.salarios[BY_WAGE]["valor"].isna().all()
    assert protected.salarios[BY_WAGE]["pais"].unique().tolist() == ["Total"]
    assert "tan pocas personas" in protected.notas["total_protegido"]
    assert "cifra protegida" in protected.notas["salidas_sin_salario_comparable"]


def test_women_are_hidden_when_they_or_all_others_are_few() -> None:
    def women(sexes: dict[str, Counts]) -> bool:
        total = add(list(sexes.values()))
        shown = protect(month_of({"01": {"0101": total}}, sexes), Rules(3, 2, 3)).tables.resumen
        return bool(shown.set_index("indicador")["valor"].notna()["mujeres"])

    assert women({"1": (10, 10), "2": (10, 10), "ND": (0, 0)})
    assert women({"1": (10, 10), "2": (0, 0), "ND": (0, 0)})
    assert not women({"1": (10, 10), "2": (2, 2), "ND": (0, 0)})
    assert not women({"1": (2, 2), "2": (10, 10), "ND": (0, 0)})


def test_headline_counts_below_the_minimum_are_hidden_and_recruiters_are_not() -> None:
    figures = {"aplicantes": 2, "empleadores": 2, "trabajadores_reportados": 1, "reclutadores": 1}
    month = month_of({"01": {"0101": (40, 40)}}, resumen=figures)
    shown = protect(month, Rules(3, 2, 3)).tables.resumen.set_index("indicador")["valor"]
    assert shown[["aplicantes", "empleadores", "trabajadores_reportados"]].isna().all()
    assert shown["reclutadores"] == 1
    assert shown["colocados"] == 40


def test_a_headline_is_hidden_where_the_tables_hide_its_total() -> None:
    month = month_of({"01": {"0101": (40, 40)}}, resumen={"aplicantes": 4})
    frame = pd.DataFrame([["Total", "aplicantes", "personas", 4], ["1", "aplicantes", "personas", 4]])
    applicants = frame.set_axis(["sexo", "indicador", "unidad", "valor"], axis=1)
    detail = pd.DataFrame({"sexo": ["1"], "aplicantes": [4], "contribuyentes": [4]})
    whole = replace(
        month,
        cuadros={**month.cuadros, "aplicantes_por_sexo": applicants},
        detalle={**month.detalle, "aplicantes": detail},
    )
    shown = protect(whole, Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=5)).tables
    assert shown.cuadros["aplicantes_por_sexo"]["valor"].isna().all()
    assert shown.resumen.set_index("indicador")["valor"].isna()["aplicantes"]


def wage_states(countries: dict[str, tuple[int, int]], cells: dict[str, Counts] | None = None) -> set[str]:
    """Countries whose wages are shown."""
    counts = cells or {code: (found[0], found[0]) for code, found in countries.items() if code != "Total"}
    total = add(list(counts.values()))
    by_country = frame_of(["pais"], {("Total",): total} | {(code,): found for code, found in counts.items()})
    month = month_of(
        {"01": {"0101": total}},
        salarios=countries,
        cuadros={"colocados_por_pais": by_country},
        otras={"pais": counts},
    )
    protected = protect(month, Rules(3, 2, 3)).tables
    assert list(protected.salarios[BY_WAGE].columns) == [
        "pais",
        "indicador",
        "unidad",
        "valor",
        "estado_obs",
        "estado_conf",
    ]
    return set(protected.salarios[BY_WAGE].dropna(subset=["valor"])["pais"])


def test_wages_need_persons_on_each_side_and_employers() -> None:
    assert wage_states({"Total": (24, 4), "USA": (12, 2), "CAN": (12, 2)}) == {"Total", "USA", "CAN"}
    assert wage_states({"Total": (11, 4), "USA": (11, 4)}) == set()
    assert wage_states({"Total": (50, 1), "USA": (50, 1)}) == set()


def test_wages_of_countries_do_not_undo_each_other() -> None:
    # Canada has too few; with it the smallest shown country is hidden, so that the rest is enough for itself
    assert wage_states({"Total": (60, 9), "USA": (30, 4), "ESP": (20, 3), "CAN": (10, 2)}) == {"Total", "USA"}
    # one employer of a country may be all its wages: the rest needs employers, too
    assert wage_states({"Total": (60, 5), "USA": (30, 2), "ESP": (15, 2), "CAN": (15, 1)}) == {"Total", "USA"}
    # what is hidden is enough in itself
    assert wage_states({"Total": (60, 9), "USA": (40, 4), "ITA": (10, 2), "CAN": (10, 3)}) == {"Total", "USA"}


def test_a_country_hidden_in_its_table_shows_no_wage() -> None:
    cells = {"USA": (40, 40), "CAN": (20, 20), "ITA": (2, 2)}
    assert wage_states({"Total": (62, 9), "USA": (40, 4), "CAN": (20, 4), "ITA": (2, 1)}, cells) == {
        "Total",
        "USA",
    }


def test_counts_in_the_notes_are_protected_like_cells() -> None:
    bands = {"Q0-4999": (18, 18), "Q5000-9999": (20, 20), "ND": (2, 2)}
    table = frame_of(
        ["banda_salarial"], {("Total",): (40, 40)} | {(code,): found for code, found in bands.items()}
    )
    month = month_of(
        {"01": {"0101": (40, 40)}},
        cuadros={"colocados_por_banda_salarial": table},
        otras={"banda_salarial": bands},
        conteos={
            "salidas_sin_salario_comparable": 2,
            "salidas_sin_empleador": 1,
            "salidas_fuera_del_mes": 1200,
            "codigos_fuera_de_lista": 0,
        },
    )
    shown = protect(month, Rules(3, 2, 3)).tables
    assert shown.notas == {
        "cobertura": "texto",
        "salidas_sin_salario_comparable": "Salidas sin salario comparable: cifra protegida.",
        "salidas_sin_empleador": "Salidas sin empleador declarado: menos de 3.",
        "salidas_fuera_del_mes": "Salidas fechadas fuera del mes, que no se cuentan: 1,200.",
    }
    assert shown.conteos == {}


def test_tables_that_disagree_on_a_cell_are_refused() -> None:
    month = month_of({"01": {"0101": (10, 10)}, "05": {"0501": (5, 5)}})
    wrong = month.cuadros[BY_ORIGIN].copy()
    wrong.loc[wrong["departamento_origen"] == "05", "valor"] = 6
    month.cuadros[BY_ORIGIN] = wrong
    with pytest.raises(DataError, match="cifras distintas de una misma celda"):
        protect(month, Rules(3, 2, 3))


def test_the_key_of_a_cell_is_the_same_in_every_table() -> None:
    decisions = protect(month_of({"01": {"0101": (10, 10)}, "05": {"0501": (5, 5)}}), Rules(3, 2, 3)).decisions
    keys = {name: set(rows["celda"]) for name, rows in decisions.groupby("cuadro")}
    assert keys[BY_ORIGIN] < keys[BY_TOWN]
    assert {"departamento_origen": "05"} in [json.loads(key) for key in keys[BY_ORIGIN]]


def test_behind_trips_stand_also_persons_who_are_counted_elsewhere() -> None:
    """One of two departures is the second of somebody who is counted in another country: neither is alone."""
    detail = pd.DataFrame(
        [["MEX", 1, 1, 1, 0], ["MEX", 0, 1, 1, 1], ["USA", 39, 39, 39, 0], ["USA", 1, 1, 1, 1]],
        columns=["pais", "colocados", "salidas", "contribuyentes", "dispersos"],
    )
    persons = {(): 41, (("pais", "MEX"),): 1, (("pais", "USA"),): 40}
    trips = {(): 42, (("pais", "MEX"),): 2, (("pais", "USA"),): 40}
    shapes = (Shape(("pais",)),)
    measures = {"colocados": Measure(persons, shapes), "salidas": Measure(trips, shapes)}
    book = Book("2026-10", "colocados", "salidas", measures, detail)
    assert book.contributors("colocados")[("pais", "MEX"),] == 1
    assert book.contributors("salidas") == {(): 41, (("pais", "MEX"),): 2, (("pais", "USA"),): 40}
