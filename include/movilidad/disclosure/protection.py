"""The minimal protection of one month's tables. Safe within the month; not yet the whole protection.

What it does: small counts are hidden, and enough others beside them that no subtraction within the month's tables
brings one back (``patterns``). Persons and departures of a cell are hidden together. A cell is decided once, for
all tables that have it; the parts of a hidden category are all hidden. Tables of which everybody knows that one
is inside the other are decided together (``links``). Headlines and wages follow the tables.

What it does not cover:

- **linked crossings**: only one-way tables and hierarchies are handled, and ``cuadros.yml`` may declare no other.
  Countries and visas hide no cell that could be computed exactly, but the interval of one may be narrower than the
  width asked for; what else two tables tell together (seasonal jobs of one country, say) is not looked at;
- **time**: months, four-month totals, cumulative figures and corrections, whose differences may be one person;
- **the difference between departures and persons of a shown cell**: that somebody left twice can be read;
- **group disclosure**: a group all of whose people share one category;
- a reader who repeats the algorithm's choices to narrow an interval further.

Joint protection over all releases, proved by an attacker's audit, takes this module's place; its interface stays.
"""

from dataclasses import dataclass, replace

import pandas as pd

from movilidad.disclosure.agreed_wages import protect_agreed
from movilidad.disclosure.cells import Cell, Verdicts, decide_cells, gather
from movilidad.disclosure.decisions import ledger_rows
from movilidad.disclosure.figures import Figures, protect_headlines
from movilidad.disclosure.frames import protect_table
from movilidad.disclosure.links import Link
from movilidad.disclosure.notes import protected_notes
from movilidad.disclosure.patterns import Rules
from movilidad.disclosure.wages import protect_wages
from movilidad.statistics.agreed_wages import NAME as AGREED
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.wage_tables import table_name

__all__ = ["Protected", "Rules", "protect"]


@dataclass(frozen=True)
class Protected:
    """Tables that may be shown, and what was decided about every cell.

    Attributes:
        tables: as computed, with ``estado_obs`` (``A`` shown, ``Q`` hidden) and ``estado_conf`` (``F``, ``C``).
        decisions: private: ``cuadro``, ``indicador``, ``celda`` (JSON), ``valor_real``, ``estado`` (publicada,
            primaria, secundaria), ``regla``.
    """

    tables: MonthTables
    decisions: pd.DataFrame


def protect(tables: MonthTables, rules: Rules) -> Protected:
    """Hide what must be hidden.

    Hidden cells have no ``valor``. A group with hidden cells gets one row more, ``Resto``, with their sum (which
    anybody can compute), so that rows other than ``Total`` sum to it. Of a withheld breakdown only ``Total`` and
    ``Resto`` are left; of a month whose own total is too small, only the fact. Zeros are shown.

    A DataError if two tables disagree on a cell.
    """
    cells: dict[Cell, dict[str, int]] = gather(tables.cuadros)
    links = known_links()
    verdicts: Verdicts = decide_cells(tables.cuadros, cells, links, rules)
    shown = {name: protect_table(frame, verdicts) for name, frame in tables.cuadros.items()}
    wages = _wages(tables, verdicts, links, rules)
    headlines = protect_headlines(tables.resumen, verdicts, cells, wages[table_name("pais")], rules)
    safe = replace(
        tables,
        cuadros=shown,
        salarios={name: found.frame for name, found in wages.items()},
        resumen=headlines.frame,
        notas=protected_notes(tables, verdicts, rules),
        conteos={},
    )
    return Protected(safe, ledger_rows(tables, verdicts, shown, [headlines, *wages.values()], rules))


def _wages(tables: MonthTables, verdicts: Verdicts, links: list[Link], rules: Rules) -> dict[str, Figures]:
    """The tables of wages by name, in their order."""
    comparable = {name: frame for name, frame in tables.salarios.items() if name != AGREED}
    found = {figures.name: figures for figures in protect_wages(comparable, verdicts, links, rules)}
    if AGREED in tables.salarios:
        found[AGREED] = protect_agreed(tables.salarios[AGREED], verdicts, rules)
    return found


def known_links() -> list[Link]:
    """The links between dimensions that ``cuadros.yml`` declares (``pertenece_a``)."""
    return [
        Link(dimension.nombre, dimension.pertenece_a, dimension.code_list.parents)
        for dimension in load_specs().dimensiones.values()
        if dimension.pertenece_a
    ]
