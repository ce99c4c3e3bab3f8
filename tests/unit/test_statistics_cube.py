from datetime import date
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from movilidad.statistics.cube import count_table, encode
from movilidad.statistics.population import completed_years, with_dimensions
from movilidad.statistics.specs import TableSpecs, load_specs

SPECS = load_specs()
PROPERTY = settings(max_examples=25, deadline=None)  # the machine is shared

# codes as a core may hold them: good, not stated, missing, too short for the level, in no list
PEOPLE = st.fixed_dictionaries(
    {
        "persona_id": st.sampled_from([f"p{n}" for n in range(8)]),
        "fecha_salida": st.dates(date(2026, 10, 1), date(2026, 10, 31)),
        "fecha_nacimiento": st.none() | st.dates(date(1950, 1, 1), date(2030, 1, 1)),
        "pais": st.sampled_from(["USA", "CAN", "ESP", "ND"]),
        "sexo": st.sampled_from(["1", "2", "ND", None]),
        "tipo_visa": st.sampled_from(["H-2A", "GECCO", "ND"]),
        "sector": st.sampled_from(["A", "01", "0113", "5610", "ND", "??"]),
        "ocupacion": st.sampled_from(["9", "92", "9211", "ND", "99999"]),
        "pueblo": st.sampled_from(["1", "5", "6", "ND"]),
        "comunidad_linguistica": st.sampled_from(["10", "12", "99", "ND", None]),
        "municipio_origen": st.sampled_from(["0514", "1333", "1301", "ND", None]),
        "departamento_origen": st.sampled_from(["05", "13", "ND"]),
        "banda_salarial": st.sampled_from(["Q0-4999", "Q25000+", "ND"]),
    }
)
POPULATIONS = st.lists(PEOPLE, max_size=25).map(
    lambda rows: with_dimensions(
        pd.DataFrame(
            [{**row, "colocacion_id": f"C{n:03d}"} for n, row in enumerate(rows)],
            columns=[*_COLUMNS, "colocacion_id"],
        ).assign(
            fecha_salida=lambda frame: pd.to_datetime(frame["fecha_salida"]),
            fecha_nacimiento=lambda frame: pd.to_datetime(frame["fecha_nacimiento"]),
        )
    )
)
_COLUMNS = [
    *("persona_id", "fecha_salida", "fecha_nacimiento", "pais", "sexo", "tipo_visa", "sector", "ocupacion"),
    *("pueblo", "comunidad_linguistica", "municipio_origen", "departamento_origen", "banda_salarial"),
]


def all_tables(population: pd.DataFrame) -> dict[str, pd.DataFrame]:
    encoded = encode(population, SPECS)
    return {name: count_table(encoded, SPECS, name) for name in SPECS.cuadros}


@PROPERTY
@given(POPULATIONS)
def test_every_breakdown_sums_to_its_total_in_persons_and_in_departures(population: pd.DataFrame) -> None:
    totals = {"colocados": population["persona_id"].nunique(), "salidas": len(population)}
    for name, frame in all_tables(population).items():
        dimensions = list(SPECS.cuadros[name].dimensiones)
        for indicator, rows in frame.groupby("indicador"):
            margins = rows[rows[dimensions[0]] == "Total"]
            assert margins["valor"].tolist() == [totals[indicator]]
            outer = rows[(rows[dimensions[0]] != "Total") & (rows[dimensions[-1]] == "Total")]
            leaves = rows[rows[dimensions[-1]] != "Total"]
            assert leaves["valor"].sum() == totals[indicator]
            if len(dimensions) == 2:
                within = leaves.groupby(dimensions[0])["valor"].sum()
                assert outer.set_index(dimensions[0])["valor"].to_dict() == {
                    code: within.get(code, 0) for code in outer[dimensions[0]]
                }


@PROPERTY
@given(POPULATIONS)
def test_no_cell_has_more_persons_than_departures(population: pd.DataFrame) -> None:
    for name, frame in all_tables(population).items():
        wide = frame.pivot_table(
            index=list(SPECS.cuadros[name].dimensiones), columns="indicador", values="valor", sort=False
        )
        assert (wide["colocados"] <= wide["salidas"]).all()
        assert (frame["valor"] >= 0).all()


@PROPERTY
@given(POPULATIONS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(population: pd.DataFrame, random: Random) -> None:
    order = list(range(len(population)))
    random.shuffle(order)
    shuffled = with_dimensions(population.drop(columns=["primera_salida"]).iloc[order].reset_index(drop=True))
    found = all_tables(shuffled)
    for name, frame in all_tables(population).items():
        pd.testing.assert_frame_equal(frame, found[name])


@PROPERTY
@given(POPULATIONS)
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
@given(POPULATIONS)
def test_categorical_columns_count_like_text(population: pd.DataFrame) -> None:
    dense = population.astype(dict.fromkeys(["pais", "sexo", "municipio_origen"], "category"))
    found = all_tables(dense)
    for name, frame in all_tables(population).items():
        pd.testing.assert_frame_equal(frame, found[name])


def test_rows_stand_total_first_then_the_list_then_not_stated() -> None:
    rows = [("2", "05"), ("ND", "13"), ("2", "13")]
    population = pd.DataFrame(rows, columns=["sexo", "departamento_origen"]).assign(primera_salida=True)
    specs = TableSpecs.model_validate(
        {
            "dimensiones": {"sexo": {"titulo": "Sexo", "lista": "sexos", "lista_completa": True}},
            "indicadores": {"salidas": {"titulo": "Salidas", "unidad": "salidas"}},
            "cuadros": {"por_sexo": {"dimensiones": ["sexo"], "indicadores": ["salidas"]}},
        }
    )
    frame = count_table(encode(population, specs), specs, "por_sexo")
    assert frame.values.tolist() == [
        *(["Total", "salidas", "salidas", 3], ["1", "salidas", "salidas", 0]),
        *(["2", "salidas", "salidas", 2], ["ND", "salidas", "salidas", 1]),
    ]


def test_codes_outside_their_list_are_not_stated_and_are_told() -> None:
    population = pd.DataFrame({"pais": ["USA", "XXX", "ND", None, "XXX"]}).assign(primera_salida=True)
    specs = SPECS.model_copy(update={"cuadros": {"p": SPECS.cuadros["colocados_por_pais"]}})
    encoded = encode(population, specs)
    assert encoded.outside == {"pais": 2}
    frame = count_table(encoded, specs, "p")
    assert frame[frame["indicador"] == "salidas"].set_index("pais")["valor"].to_dict() == {
        "Total": 5,
        "USA": 1,
        "ND": 4,
    }


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
