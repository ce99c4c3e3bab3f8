"""The year to date is protected so that it fits what readers know of its months."""

from types import SimpleNamespace
from typing import Any

import pandas as pd

from movilidad.disclosure.decisions import ledger_rows
from movilidad.disclosure.history import Entry, History, entries_of
from movilidad.disclosure.protection import Rules
from movilidad.disclosure.to_date import year_to_date
from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month
from movilidad.publishing.attack import attack

RULES = Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=3)
NAME, MEASURE = "reclutadores_activos_por_pais", "reclutadores_activos"
# code → recruiters, and how a month's table stands there
JANUARY = {TOTAL: (7, "publicada"), "MEX": (1, "primaria"), "USA": (6, "secundaria"), "ND": (0, "publicada")}
FEBRUARY = {TOTAL: (10, "publicada"), "CAN": (3, "publicada"), "USA": (7, "publicada"), "ND": (0, "publicada")}
# who was active in both months counts where she was first
BOTH = {TOTAL: 14, "CAN": 2, "MEX": 1, "USA": 11, "ND": 0}


def month(period: str, cells: dict[str, tuple[int, str]]) -> list[Entry]:
    return [
        Entry(
            publicacion_id=f"mensual/{period}/r1",
            revision=1,
            periodo=period,
            cuadro=NAME,
            dimensiones=("pais",),
            indicador=MEASURE,
            cell=() if code == TOTAL else (("pais", code),),
            value=float(value),
            contributors=value,
            has_row=True,
            state=state,
        )
        for code, (value, state) in cells.items()
    ]


def table(cells: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"pais": code, "indicador": MEASURE, "unidad": "", "valor": value} for code, value in cells.items()]
    )


def test_where_all_is_hidden_for_one_small_cell_nobody_stays_nobody() -> None:
    month_alone = {code: value for code, (value, _) in FEBRUARY.items()}
    cuadros = {NAME: table(month_alone), f"{NAME}_acumulado": table(BOTH)}
    tables: Any = SimpleNamespace(month=Month(2026, 2), cuadros=cuadros)
    before, now = month("2026-01", JANUARY), month("2026-02", FEBRUARY)
    (decided,) = year_to_date(tables, {}, History(tuple(before)), RULES)
    shown = decided.shown.set_index("pais")["estado_conf"].to_dict()
    assert shown == {TOTAL: "F", "CAN": "C", "MEX": "C", "USA": "C", "ND": "F", "Resto": "F"}
    entries = [*before, *now, *entries_of(ledger_rows([decided], [], "2026-02"), "mensual/2026-02/r1", 1)]
    order = {"mensual/2026-01/r1": 0, "mensual/2026-02/r1": 1}
    assert attack(entries, order, {"frecuencia_minima": 3, "ancho_minimo": 3}) == []
