"""Whether a table that a source hands over has a size that can be handled."""

from movilidad.model.errors import DataError
from movilidad.model.limits import MOST_COLUMNS
from movilidad.model.settings import get_settings
from movilidad.sources.reader import Place


class Size:
    """Counts the cells of a table while it is read.

    Args:
        where: the file, data set or query, for the message.
    """

    def __init__(self, place: Place, where: str) -> None:
        self._place, self._where = place, where
        self._most = get_settings().celdas_maximas
        self._cells = 0

    def add(self, cells: int) -> None:
        """Count some more; even a row with nothing in it counts as a cell. A DataError if there are too many."""
        self._cells += cells or 1
        if self._cells > self._most:
            raise self._too_many()

    def require(self, rows: int, columns: int) -> None:
        """A DataError if a table of this shape would be too large."""
        if columns > MOST_COLUMNS:
            raise self._place.data_error(f"la tabla tiene demasiadas columnas ({columns:,})", self._where)
        if rows * columns > self._most:
            raise self._too_many()

    def _too_many(self) -> DataError:
        return self._place.data_error(
            f"la tabla es demasiado grande: tiene más de {self._most:,} celdas",
            self._where,
            remedy=f"{self._place.ask_steward()}; si de verdad son tantas, suba MOVILIDAD_CELDAS_MAXIMAS",
        )
