"""The months before: what was found when each was delivered."""

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
