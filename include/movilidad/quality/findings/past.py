"""The months before: what was found when each was delivered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from movilidad.model.periods import Month

Results = dict[str, Any]

# two years of comparison, and a year more to see how far such comparisons usually miss
_MONTHS = 37


def past_results(connection: Connection, fuente: str, month: Month) -> dict[Month, Results]:
    """The approved examination of each month before that counts now, oldest first."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (periodo) periodo, resultados FROM control.examenes"
            " WHERE fuente = :fuente AND aprobado AND periodo ~ '^[0-9]{4}-[0-9]{2}$'"
            " AND periodo >= :first AND periodo < :month"
            " ORDER BY periodo, orden DESC"
        ),
        {"fuente": fuente, "first": str(month.plus(-_MONTHS)), "month": str(month)},
    )
    return {Month.parse(period): results for period, results in rows}


@dataclass(frozen=True)
class Examined:
    """The newest examination of a month of a source, approved or not."""

    fuente: str
    mes: Month
    aprobado: bool
    resultados: Results
    examinado: datetime

    @property
    def filas(self) -> int:
        """Records of all data sets."""
        return sum(own["filas"] for own in self.resultados.values())

    @property
    def apartadas(self) -> int:
        """Those of them in quarantine."""
        return sum(own["en_cuarentena"] for own in self.resultados.values())


def newest_examinations(connection: Connection, sources: Collection[str], months: int) -> list[Examined]:
    """The last ``months`` months that were examined of each source, newest first."""
    rows = connection.execute(
        text(
            "SELECT e.fuente, e.periodo, e.aprobado, e.resultados, e.examinado FROM control.examenes e JOIN ("
            " SELECT max(orden) AS orden, row_number() OVER (PARTITION BY fuente ORDER BY periodo DESC) AS lugar"
            " FROM control.examenes WHERE fuente = ANY(:sources) AND periodo ~ '^[0-9]{4}-[0-9]{2}$'"
            " GROUP BY fuente, periodo"
            ") nuevos ON nuevos.orden = e.orden AND lugar <= :months ORDER BY e.periodo DESC, e.fuente"
        ),
        {"sources": list(sources), "months": months},
    )
    return [Examined(row[0], Month.parse(row[1]), *row[2:]) for row in rows]
