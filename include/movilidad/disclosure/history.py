"""What readers already have: the cells of earlier releases, as the ledger keeps them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.disclosure.cells import Cell

_CELLS = """
SELECT p.publicacion_id, p.revision, c.periodo, c.cuadro, c.dimensiones, c.indicador, c.celda::text AS celda,
       c.valor_real::float8 AS valor_real, c.contribuyentes, c.con_fila, c.estado
FROM control.celdas c
JOIN control.publicaciones p USING (publicacion_id)
WHERE p.publicacion_id = ANY(:releases)
ORDER BY p.serie, c.periodo, p.revision, c.cuadro, c.indicador, c.celda::text
"""
SHOWN, PRIMARY = "publicada", "primaria"


@dataclass(frozen=True)
class Entry:
    """One cell of one release.

    Attributes:
        publicacion_id: the release; revision: its number within its series and period.
        periodo: the period that the cell counts, which may be longer than the release's.
        cuadro: the table; dimensiones: what it crosses, outermost first.
        cell: the canonical key.
        value: the true value, also where it was hidden.
        contributors: how many persons or employers stand behind it; None if the ledger does not say.
        has_row: whether its table has a row for it; not where a breakdown was withheld.
        state: ``publicada``, ``primaria``, ``secundaria``.
    """

    publicacion_id: str
    revision: int
    periodo: str
    cuadro: str
    dimensiones: tuple[str, ...]
    indicador: str
    cell: Cell
    value: float
    contributors: int | None
    has_row: bool
    state: str

    @property
    def shown(self) -> bool:
        return self.state == SHOWN


@dataclass(frozen=True)
class Standing:
    """What all revisions together say of one cell.

    Attributes:
        shown: every value that was ever shown, newest last.
        hidden: whether any revision hid it.
        newest: the cell in the newest revision.
    """

    newest: Entry
    shown: tuple[float, ...]
    hidden: bool


@dataclass(frozen=True)
class History:
    """The cells of earlier releases, by period and indicator."""

    entries: tuple[Entry, ...] = ()
    _index: dict[tuple[str, str], dict[Cell, list[Entry]]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for entry in self.entries:
            cells = self._index.setdefault((entry.periodo, entry.indicador), {})
            cells.setdefault(entry.cell, []).append(entry)

    def of(self, periodo: str, indicador: str) -> dict[Cell, Standing]:
        """Every cell that any release has of a period and indicator."""
        return {
            cell: Standing(
                newest=max(found, key=lambda entry: entry.revision),
                shown=tuple(e.value for e in sorted(found, key=lambda e: e.revision) if e.shown),
                hidden=any(not entry.shown for entry in found),
            )
            for cell, found in self._index.get((periodo, indicador), {}).items()
        }


def entries_of(decisions: pd.DataFrame, publicacion_id: str, revision: int) -> Iterator[Entry]:
    """What the ledger will say of a release, from the rows that will be written to it."""
    for row in decisions.itertuples(index=False):
        behind = row.contribuyentes
        yield _entry(row, publicacion_id, revision, None if pd.isna(behind) else int(behind))


def read_history(connection: Connection, releases: Iterable[str]) -> History:
    """The cells of the named releases."""
    rows = connection.execute(text(_CELLS), {"releases": list(releases)})
    return History(tuple(_entry(row, row.publicacion_id, row.revision, row.contribuyentes) for row in rows))


def _entry(row: Any, publicacion_id: str, revision: int, contributors: int | None) -> Entry:
    return Entry(
        publicacion_id=publicacion_id,
        revision=revision,
        periodo=row.periodo,
        cuadro=row.cuadro,
        dimensiones=tuple(row.dimensiones),
        indicador=row.indicador,
        cell=tuple(sorted(json.loads(row.celda).items())),
        value=row.valor_real,
        contributors=contributors,
        has_row=row.con_fila,
        state=row.estado,
    )
