"""What must agree within the tables, laid out so that a suite can judge it."""

import pandas as pd

from movilidad.statistics.consistency import consistency_frames


def table(rows: list[tuple[object, ...]], *dimensions: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*dimensions, "indicador", "valor"]).astype({"valor": "Int64"})


BY_SEX = table(
    [
        ("Total", "colocados", 5),
        ("1", "colocados", 3),
        ("2", "colocados", 2),
        ("Total", "salidas", 6),
        ("1", "salidas", 4),
        ("2", "salidas", 2),
    ],
    "sexo",
)
BY_PLACE = table(
    [
        ("Total", "Total", "colocados", 5),
        ("13", "Total", "colocados", 4),
        ("13", "1301", "colocados", 3),
        ("13", "1302", "colocados", 1),
        ("ND", "Total", "colocados", 1),
    ],
    "departamento_origen",
    "municipio_origen",
)
TABLES = {
    "colocados_por_sexo": BY_SEX,
    "colocados_por_departamento_origen_municipio_origen": BY_PLACE,
    "otra_cosa": pd.DataFrame(),
}


def test_parts_stand_beside_their_totals_also_within_a_hierarchy() -> None:
    sums = consistency_frames(TABLES)["sumas"]
    assert sums[["dimension", "indicador", "partes", "total"]].to_numpy().tolist() == [
        ["sexo", "colocados", 5, 5],
        ["sexo", "salidas", 6, 6],
        ["departamento_origen", "colocados", 5, 5],
        ["municipio_origen", "colocados", 4, 4],
    ]


def test_a_cell_that_is_wrong_shows_in_sums_totals_and_pairs() -> None:
    wrong = BY_SEX.assign(valor=[7, 3, 5, 6, 4, 2])
    frames = consistency_frames({**TABLES, "colocados_por_sexo": wrong})
    assert frames["sumas"].loc[0, ["partes", "total"]].tolist() == [8, 7]
    totals = frames["totales"].set_index("indicador")
    assert totals.loc["colocados"].tolist() == [5, 7]
    assert (frames["pares"]["personas"] > frames["pares"]["salidas"]).tolist() == [True, False, True]


def test_no_table_gives_empty_frames_with_their_columns() -> None:
    assert {name: len(frame) for name, frame in consistency_frames({}).items()} == {
        "celdas": 0,
        "sumas": 0,
        "totales": 0,
        "pares": 0,
    }
