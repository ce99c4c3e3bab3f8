"""Wages as they were agreed: in their own currency and pay period, without any conversion."""

import pandas as pd

from movilidad.model.codelists import UNKNOWN, code_list

NAME = "salarios_pactados"
DIMENSIONS = ("pais", "moneda", "periodo_pago")
PERSONS = "personas_con_salario_pactado"
MEDIAN = "salario_pactado_mediana"
UNITS = {PERSONS: "personas", MEDIAN: "importe en la moneda y por el periodo de la fila"}

_NO_MEDIAN = {"pieza", UNKNOWN}  # amounts for different pieces have no middle


def agreed_wages(population: pd.DataFrame) -> pd.DataFrame:
    """Persons and median of the agreed amount, by country, currency and pay period.

    Args:
        population: a row per departure with ``primera_salida``, ``empleador_id``, ``salario``, ``salario_estado``
            and the columns of ``DIMENSIONS``; a person counts with her first departure.

    Returns:
        A row per group and indicator, in the order of the lists: ``pais``, ``moneda``, ``periodo_pago``,
        ``indicador``, ``unidad``, ``valor`` (Float64), and behind it ``personas`` and ``empleadores``. Whoever
        has no usable amount stands under ``ND``, ``ND``, so that each country's groups sum to its persons; no
        median is given there, nor of a piece rate.
    """
    persons = population[population["primera_salida"].to_numpy(dtype=bool)]
    known = (persons["salario_estado"] == "ok") & (persons["salario"].astype("float64") > 0)
    frame = pd.DataFrame(
        {
            "pais": persons["pais"].astype(object).fillna(UNKNOWN),
            **{
                name: persons[name].astype(object).fillna(UNKNOWN).where(known, UNKNOWN) for name in DIMENSIONS[1:]
            },
            "salario": persons["salario"].astype("float64").where(known),
            "empleador_id": persons["empleador_id"].astype(object),
        }
    )
    found = (
        frame.groupby(list(DIMENSIONS), sort=False)
        .agg(personas=("pais", "size"), empleadores=("empleador_id", "nunique"), mediana=("salario", "median"))
        .reset_index()
    )
    rows = [row for record in found.to_dict("records") for row in _rows(record)]
    rows.sort(key=_place)
    frame = pd.DataFrame(rows, columns=[*DIMENSIONS, "indicador", "unidad", "valor", "personas", "empleadores"])
    return frame.astype({"valor": "Float64", "personas": "Int64", "empleadores": "Int64"})


def _rows(group: dict[str, object]) -> list[tuple[object, ...]]:
    key = tuple(group[name] for name in DIMENSIONS)
    behind = (group["personas"], group["empleadores"])
    rows: list[tuple[object, ...]] = [(*key, PERSONS, UNITS[PERSONS], group["personas"], *behind)]
    if not _NO_MEDIAN & set(key[1:]):
        rows.append((*key, MEDIAN, UNITS[MEDIAN], round(float(str(group["mediana"])), 2), *behind))
    return rows


def _place(row: tuple[object, ...]) -> tuple[int, ...]:
    lists = ("paises", "monedas", "periodos_pago")
    places = [
        code_list(name).codes.index(str(code)) if code in code_list(name).labels else len(code_list(name).codes)
        for name, code in zip(lists, row, strict=False)
    ]
    return (*places, list(UNITS).index(str(row[3])))
