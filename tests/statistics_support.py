"""Invented rows of any population, and a plain way of counting them to compare the cube with."""

import csv
from datetime import date
from itertools import product
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from movilidad.model import paths
from movilidad.statistics.contents import CONTENTS
from movilidad.statistics.population import with_dimensions
from movilidad.statistics.specs import Table, load_specs

SPECS = load_specs()
WITH_DEPARTURES = ("colocados", "reportados")

# codes as a core may hold them: good, not stated, missing, too short for a level, in no list
CODES: dict[str, list[str | None]] = {
    "pais": ["USA", "CAN", "ESP", "ND", "XXX"],
    "sexo": ["1", "2", "ND", None],
    "tipo_visa": ["H-2A", "GECCO", "ND"],
    "grupo_edad": ["18-24", "25-29", "ND"],
    "sector": ["A", "01", "0113", "5610", "ND", "??"],
    "ocupacion": ["9", "92", "9211", "6111", "ND", "99999"],
    "pueblo": ["1", "5", "6", "ND"],
    "comunidad_linguistica": ["10", "12", "99", "ND", None],
    "banda_salarial": ["Q0-4999", "Q25000+", "ND"],
    "departamento_origen": ["05", "13", "ND"],
    "municipio_origen": ["0514", "1333", "1301", "ND", None],
    "etapa": ["1", "2", "6", "ND"],
    "canal_registro": ["web", "feria", "ND"],
    "etapa_alcanzada": ["0", "3", "7", "ND"],
    "curso": ["1", "10", "ND"],
    "modalidad": ["virtual", "ND"],
    "departamento_curso": ["05", "13", "ND"],
    "resultado": ["certificada", "no_certificada"],
    "clase": ["estafa", "otra", "ND"],
    "estado": ["en_tramite", "resuelta"],
    "canal": ["web", "ND", None],
}


@st.composite
def any_rows(draw: st.DrawFn, population: str) -> pd.DataFrame:
    """Rows of a population; one per contributor where it has no departures or countries to repeat."""
    columns = {SPECS.dimensiones[name].column for name in SPECS.dimensions_of(population)}
    contributor = CONTENTS[population].contributor
    row = st.fixed_dictionaries(
        {
            contributor: st.sampled_from([f"p{n}" for n in range(8)]),
            **{name: st.sampled_from(CODES[name]) for name in sorted(columns)},
        }
    )
    frame = pd.DataFrame(draw(st.lists(row, max_size=20)), columns=[contributor, *sorted(columns)], dtype=object)
    first = ~frame[contributor].duplicated()
    if population in WITH_DEPARTURES:
        return frame.assign(primera_salida=first)
    return frame if population == "reclutadores" else frame[first].reset_index(drop=True)


@st.composite
def any_table(draw: st.DrawFn) -> Table:
    """A table that a steward could declare: one of the file's, or another crossing of one to three dimensions."""
    population = draw(st.sampled_from(list(SPECS.poblaciones)))
    known = SPECS.dimensions_of(population)
    names = draw(st.permutations(known)) if len(known) > 1 else list(known)
    names = names[: draw(st.integers(1, min(3, len(names))))]
    return Table(
        nombre="inventado",
        poblacion=population,
        dimensiones=tuple(names),
        indicadores=tuple(SPECS.indicators_of(population)),
        periodos=("mes",),
        jerarquia=len(names) > 1 and draw(st.booleans()),
        aditiva=population != "reclutadores",
    )


def plain_code(name: str, code: str | None) -> str:
    """The code as which a dimension counts a column's code, without the specifications' own function."""
    dimension = SPECS.dimensiones[name]
    if code is None or code == "ND":
        return "ND"
    if name == "seccion":
        return _SECTIONS.get(code, _SECTIONS.get(code[:2], "ND"))
    cut = code[: dimension.nivel] if dimension.nivel else code
    return cut if cut in dimension.codes else "ND"


with (paths.CODELISTS / "ciiu_rev4.csv").open(encoding="utf-8") as _file:
    _SECTIONS = {row["codigo"]: row["seccion"] for row in csv.DictReader(_file)}


def plain_counts(rows: pd.DataFrame, table: Table, indicator: str) -> dict[tuple[str, ...], int]:
    """Every margin and cell that is not zero, by pandas: key with ``Total`` for a margin → count."""
    coded = pd.DataFrame(
        {
            name: [plain_code(name, code) for code in rows[SPECS.dimensiones[name].column]]
            for name in table.dimensiones
        },
        dtype=object,
    ).assign(
        contribuyente=rows[CONTENTS[table.poblacion].contributor].to_numpy(),
        primera=rows["primera_salida"].to_numpy() if "primera_salida" in rows else True,
    )
    if table.aditiva and SPECS.indicadores[indicator].cuenta == "distintos":
        coded = coded[coded["primera"]]
    counts: dict[tuple[str, ...], int] = {}
    for kept in product((True, False), repeat=len(table.dimensiones)):
        if table.jerarquia and kept[1] and not kept[0]:
            continue
        keys = [
            coded[name] if keep else pd.Series("Total", index=coded.index, dtype=object)
            for name, keep in zip(table.dimensiones, kept, strict=True)
        ]
        for key, group in coded.groupby([key.rename(str(n)) for n, key in enumerate(keys)]):
            counts[key] = len(group) if table.aditiva else group["contribuyente"].nunique()
    return counts


def cells_of(frame: pd.DataFrame, indicator: str) -> dict[tuple[str, ...], int]:
    """The rows of one indicator of a table: key → value."""
    rows = frame[frame["indicador"] == indicator]
    keys = rows[list(frame.columns[: frame.columns.get_loc("indicador")])].itertuples(index=False, name=None)
    return dict(zip(keys, rows["valor"].tolist(), strict=True))


_COLUMNS = [
    *("persona_id", "fecha_salida", "fecha_nacimiento", "pais", "sexo", "tipo_visa", "sector", "ocupacion"),
    *("pueblo", "comunidad_linguistica", "municipio_origen", "departamento_origen", "banda_salarial"),
]


def departures(first: date, last: date, most: int = 25) -> st.SearchStrategy[pd.DataFrame]:
    """Departures of few persons between two days, with everything derived from them."""
    free = {name: st.sampled_from(CODES[name]) for name in _COLUMNS if name in CODES}
    row = st.fixed_dictionaries(
        {
            "persona_id": st.sampled_from([f"p{n}" for n in range(8)]),
            "empleador_id": st.sampled_from(["E1", "E2", None]),
            "reclutador_id": st.sampled_from(["R1", "R2", None]),
            "fecha_salida": st.dates(first, last),
            "fecha_nacimiento": st.none() | st.dates(date(1950, 1, 1), date(2030, 1, 1)),
            **free,
        }
    )
    return st.lists(row, max_size=most).map(_derived)


def _derived(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [{**row, "colocacion_id": f"C{n:03d}"} for n, row in enumerate(rows)],
        columns=[*_COLUMNS, "empleador_id", "reclutador_id", "colocacion_id"],
    )
    days = {name: pd.to_datetime(frame[name]) for name in ("fecha_salida", "fecha_nacimiento")}
    return with_dimensions(frame.assign(**days))
