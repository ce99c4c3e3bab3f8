"""The header of a table in a file: where the contract says it is, or where it seems to be now."""

from collections.abc import Callable, Sequence

import pandas as pd

from movilidad.sources.reader import Place
from movilidad.sources.size import Size
from movilidad.sources.structure import likeness, listed, printable

_SEARCHED_ROWS = 40

Row = list[str | None]
Body = Callable[[Place, str, list[str], Sequence[Row], int], pd.DataFrame]


def frame_below_header(place: Place, name: str, file: str, rows: Sequence[Row], body: Body) -> pd.DataFrame:
    """Find the header row that ``encabezado`` names (1-based) and hand what is below it to ``body``.

    Args:
        body: makes the frame from place, file, header, rows and the number of the first row.

    Raises:
        DataError: the header is in another row, or has two columns of one name.
    """
    at = int(place.dataset(name).lectura.get("encabezado", 1))
    _require_header(place, name, file, rows, at)
    header = [" ".join((cell or "").split()) for cell in rows[at - 1]]
    while header and not header[-1]:
        header.pop()
    Size(place, file).require(len(rows), len(header))
    if repeated := sorted({column for column in header if column and header.count(column) > 1}):
        shown = listed(printable(column) for column in repeated)
        raise place.data_error(f"el encabezado tiene columnas repetidas: {shown}", file)
    below = [_trimmed(row, len(header)) for row in rows[at:]]
    frame = body(place, file, header, below, at + 1)
    return frame[[column for column in frame.columns if column]]


def _require_header(place: Place, name: str, file: str, rows: Sequence[Row], at: int) -> None:
    dataset = place.dataset(name)
    here = likeness(dataset, rows[at - 1]) if len(rows) >= at else 0.0
    if here >= 0.5:
        return
    scores = [likeness(dataset, row) for row in rows[:_SEARCHED_ROWS]]
    best = max(scores, default=0.0)
    expected = listed(column.origen for column in dataset.columnas.values() if column.obligatoria)
    if best >= 0.5:
        raise place.data_error(
            f"el encabezado está ahora en la fila {scores.index(best) + 1} y el contrato dice {at}",
            file,
            remedy=f"pida el archivo con el formato acordado o corrija «encabezado»; {place.ask_steward()}",
        )
    raise place.data_error(f"no se reconoce el encabezado en la fila {at}; se esperan {expected}", file)


def _trimmed(row: Row, width: int) -> Row:
    """The row without empty cells beyond the header; a row with nothing in it is empty."""
    cut = list(row)
    while len(cut) > width and not cut[-1]:
        cut.pop()
    return cut if any(cut) else []
