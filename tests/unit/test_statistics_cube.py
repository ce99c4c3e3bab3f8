from collections.abc import Iterator
from datetime import date
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_support import SPECS, any_rows, any_table, cells_of, departures, plain_counts

from movilidad.statistics.cube import CONTRIBUTORS, SCATTERED, count_cells, count_table, detail, encode
from movilidad.statistics.population import completed_years, with_dimensions
from movilidad.statistics.specs import Table, TableSpecs

PROPERTY = settings(max_examples=25, deadline=None)  # the machine is shared
OCTOBER = departures(date(2026, 10, 1), date(2026, 10, 31))
OF_THE_PLACED = {table.nombre: table for table in SPECS.tables_of("colocados")}


def placed_tables(population: pd.DataFrame) -> dict[str, pd.DataFrame]:
    encoded = encode(population, SPECS, "colocados")
    return {name: count_table(encoded, SPECS, table) for name, table in OF_THE_PLACED.items()}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_cell_and_margin_of_any_table_is_what_pandas_counts(data: st.DataObject) -> None:
    table = data.draw(any_table())
    rows = data.draw(any_rows(table.poblacion))
    frame = count_table(encode(rows, SPECS, table.poblacion), SPECS, table)
    for indicator in table.indicadores:
        found = cells_of(frame, indicator)
        assert len(found) == (frame["indicador"] == indicator).sum()  # no key twice
        assert {key: value for key, value in found.items() if value} == plain_counts(rows, table, indicator)
        assert found[("Total",) * len(table.dimensiones)] >= 0


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_breakdown_of_any_table_sums_to_its_total(data: st.DataObject) -> None:
    table = data.draw(any_table())
    frame = count_table(encode(data.draw(any_rows(table.poblacion)), SPECS, table.poblacion), SPECS, table)
    for indicator in table.indicadores:
        for margin, parts in breakdowns(cells_of(frame, indicator), table):
            if table.aditiva:
                assert sum(parts) == margin
            else:
                assert max(parts) <= margin <= sum(parts)


def breakdowns(cells: dict[tuple[str, ...], int], table: Table) -> Iterator[tuple[int, list[int]]]:
    """Every margin with the cells that break it down along one dimension."""
    for key, value in cells.items():
        for axis, code in enumerate(key):
            whole_is_open = table.jerarquia and axis == 1 and key[0] == "Total"
            part_is_open = table.jerarquia and axis == 0 and key[1] != "Total"
            if code == "Total" and not whole_is_open and not part_is_open:
                others = [k for k in cells if k[axis] != "Total" and (*k[:axis], code, *k[axis + 1 :]) == key]
                if others:
                    yield value, [cells[other] for other in others]
                else:
                    assert value == 0


@PROPERTY
@given(OCTOBER)
def test_no_cell_has_more_persons_than_departures(population: pd.DataFrame) -> None:
    for frame in placed_tables(population).values():
        assert (frame["valor"] >= 0).all()
        if "salidas" in set(frame["indicador"]):
            persons, trips = cells_of(frame, "colocados"), cells_of(frame, "salidas")
            assert all(persons[key] <= trips[key] for key in trips)


@PROPERTY
@given(OCTOBER, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(population: pd.DataFrame, random: Random) -> None:
    order = list(range(len(population)))
    random.shuffle(order)
    shuffled = with_dimensions(population.drop(columns=["primera_salida"]).iloc[order].reset_index(drop=True))
    found = placed_tables(shuffled)
    for name, frame in placed_tables(population).items():
        pd.testing.assert_frame_equal(frame, found[name])
    finest = [detail(encode(rows, SPECS, "colocados"), SPECS) for rows in (population, shuffled)]
    pd.testing.assert_frame_equal(*finest)


@PROPERTY
@given(OCTOBER)
def test_every_person_has_exactly_one_first_departure_and_it_is_the_earliest(population: pd.DataFrame) -> None:
    first = population[population["primera_salida"]]
    assert sorted(first["persona_id"]) == sorted(set(population["persona_id"]))
    expected = {
        person: min(zip(rows["fecha_salida"], rows["colocacion_id"], strict=True))
        for person, rows in population.groupby("persona_id")
    }
    chosen = zip(first["persona_id"], first["fecha_salida"], first["colocacion_id"], strict=True)
    assert {person: (day, key) for person, day, key in chosen} == expected


@PROPERTY
@given(OCTOBER)
def test_categorical_columns_count_like_text(population: pd.DataFrame) -> None:
    dense = population.astype(dict.fromkeys(["pais", "sexo", "municipio_origen"], "category"))
    found = placed_tables(dense)
    for name, frame in placed_tables(population).items():
        pd.testing.assert_frame_equal(frame, found[name])


@PROPERTY
@given(OCTOBER)
def test_the_finest_crossing_adds_up_to_every_table(population: pd.DataFrame) -> None:
    finest = detail(encode(population, SPECS, "colocados"), SPECS)
    dimensions = list(SPECS.dimensions_of("colocados"))
    assert list(finest.columns) == [*dimensions, "colocados", "salidas", CONTRIBUTORS, SCATTERED]
    assert (finest["salidas"] > 0).all()
    assert not finest.duplicated([*dimensions, SCATTERED]).any()
    assert (finest["colocados"] <= finest[CONTRIBUTORS]).all()
    assert (finest[CONTRIBUTORS] <= finest["salidas"]).all()
    for name, frame in placed_tables(population).items():
        names = list(OF_THE_PLACED[name].dimensiones)
        for indicator in OF_THE_PLACED[name].indicadores:
            cells = {
                key: value for key, value in cells_of(frame, indicator).items() if value and "Total" not in key
            }
            sums = finest.groupby(names)[indicator].sum()
            assert cells == {
                key if isinstance(key, tuple) else (key,): value for key, value in sums.items() if value
            }


def test_a_person_counts_in_every_finest_cell_where_she_left() -> None:
    rows = pd.DataFrame(
        {
            "persona_id": ["p1", "p1", "p1", "p2"],
            "pais": ["USA", "CAN", "CAN", "CAN"],
            "primera_salida": [True, False, False, True],
        }
    )
    specs = SPECS.model_copy(update={"cuadros": {"p": SPECS.cuadros["colocados_por_pais"]}})
    assert detail(encode(rows, specs, "colocados"), specs).values.tolist() == [
        ["CAN", 1, 1, 1, 0],
        ["CAN", 0, 2, 1, 1],
        ["USA", 1, 1, 1, 1],
    ]


def test_a_thousand_months_of_six_hundred_departures_add_up() -> None:
    """At national size; arrays instead of frames, since a thousand frames of each table take minutes."""
    months, size = 1000, 600
    draw = np.random.default_rng(2026)
    rows = months * size
    lists = {"primera_salida": draw.random(rows) < 0.97}
    columns = {
        SPECS.dimensiones[name].column: SPECS.dimensiones[name] for name in SPECS.dimensions_of("colocados")
    }
    for name, dimension in columns.items():
        codes = np.array([*dimension.code_list.codes, "ND"])
        weights = draw.random(len(codes)) ** 6
        lists[name] = pd.Categorical.from_codes(draw.choice(len(codes), rows, p=weights / weights.sum()), codes)
    lists["persona_id"] = np.arange(rows)
    everything = encode(pd.DataFrame(lists), SPECS, "colocados")
    checked = 0
    for month in range(months):
        encoded = everything.take(slice(month * size, (month + 1) * size))
        persons = int(encoded.first.sum())
        for table in OF_THE_PLACED.values():
            cells = count_cells(encoded, table)
            for counts, total in ((cells["registros"], size), (cells["distintos"], persons)):
                assert counts.flat[0] == total
                for axis in range(counts.ndim):
                    margins, parts = np.split(counts, [1], axis=axis)
                    assert (margins.squeeze(axis) == parts.sum(axis=axis)).all()
                checked += 1
    assert checked == 2 * months * len(OF_THE_PLACED)


def test_rows_stand_total_first_then_the_list_then_not_stated() -> None:
    rows = [("p1", "2", "05"), ("p2", "ND", "13"), ("p3", "2", "13")]
    population = pd.DataFrame(rows, columns=["persona_id", "sexo", "departamento_origen"]).assign(
        primera_salida=True
    )
    specs = TableSpecs.model_validate(
        {
            "poblaciones": {"colocados": {"titulo": "Personas colocadas"}},
            "dimensiones": {"sexo": {"titulo": "Sexo", "lista": "sexos", "lista_completa": True}},
            "indicadores": {
                "salidas": {
                    "titulo": "Salidas",
                    "poblacion": "colocados",
                    "unidad": "salidas",
                    "cuenta": "registros",
                }
            },
            "cuadros": {
                "por_sexo": {
                    "poblacion": "colocados",
                    "dimensiones": ["sexo"],
                    "indicadores": ["salidas"],
                    "periodos": ["mes"],
                }
            },
        }
    )
    frame = count_table(encode(population, specs, "colocados"), specs, specs.cuadros["por_sexo"])
    assert frame.values.tolist() == [
        *(["Total", "salidas", "salidas", 3], ["1", "salidas", "salidas", 0]),
        *(["2", "salidas", "salidas", 2], ["ND", "salidas", "salidas", 1]),
    ]


def test_codes_that_cross_freely_meet_in_every_combination() -> None:
    population = pd.DataFrame(
        {"persona_id": ["p1", "p2"], "pais": ["USA", "ESP"], "sexo": ["1", "2"], "primera_salida": True}
    )
    table = SPECS.cuadros["colocados_por_pais_sexo"]
    specs = SPECS.model_copy(update={"cuadros": {"t": table}})
    frame = count_table(encode(population, specs, "colocados"), specs, table)
    assert [(*key, value) for key, value in cells_of(frame, "colocados").items()] == [
        *(("Total", "Total", 2), ("Total", "1", 1), ("Total", "2", 1), ("Total", "ND", 0)),
        *(("ESP", "Total", 1), ("ESP", "1", 0), ("ESP", "2", 1), ("ESP", "ND", 0)),
        *(("USA", "Total", 1), ("USA", "1", 1), ("USA", "2", 0), ("USA", "ND", 0)),
        *(("ND", "Total", 0), ("ND", "1", 0), ("ND", "2", 0), ("ND", "ND", 0)),
    ]


def test_a_recruiter_of_two_countries_counts_in_both_and_once_in_the_total() -> None:
    rows = pd.DataFrame({"reclutador_id": ["R1", "R1", "R2"], "pais": ["USA", "CAN", "USA"]})
    table = SPECS.cuadros["reclutadores_por_pais"]
    frame = count_table(encode(rows, SPECS, "reclutadores"), SPECS, table)
    assert cells_of(frame, "reclutadores") == {("Total",): 2, ("CAN",): 1, ("USA",): 2, ("ND",): 0}


def test_codes_outside_their_list_are_not_stated_and_are_told() -> None:
    population = pd.DataFrame({"pais": ["USA", "XXX", "ND", None, "XXX"]}).assign(
        persona_id=[*"abcde"], primera_salida=True
    )
    specs = SPECS.model_copy(update={"cuadros": {"p": SPECS.cuadros["colocados_por_pais"]}})
    encoded = encode(population, specs, "colocados")
    assert encoded.outside == {"pais": 2}
    frame = count_table(encoded, specs, specs.cuadros["p"])
    assert cells_of(frame, "salidas") == {("Total",): 5, ("USA",): 1, ("ND",): 4}


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("1996-10-15", "2026-10-14", 29),
        ("1996-10-15", "2026-10-15", 30),
        ("2004-02-29", "2026-02-28", 21),
        ("2004-02-29", "2026-03-01", 22),
        ("2004-02-29", "2024-02-29", 20),
    ],
)
def test_age_is_in_completed_years(born: str, day: str, age: int) -> None:
    found = completed_years(pd.Series(pd.to_datetime([born, None])), pd.Series(pd.to_datetime([day, day])))
    assert found[0] == age
    assert np.isnan(found[1])
