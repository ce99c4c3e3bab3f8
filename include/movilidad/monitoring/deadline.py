"""Applications without a decision after ten days, as the newest load of a platform shows them.

The ten days bind the register of recruiters (days are taken as calendar days: the text does not say). Of the
programme's own applications the same is counted, those still at the first stage. A load is a picture of the day of
its extraction, so days are counted until then.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

LEGAL_DAYS = 10

_NEWEST = """
WITH vigente AS (
    SELECT carga_id, periodo FROM control.vigencias
    WHERE fuente = :fuente AND periodo <= :hasta ORDER BY periodo DESC, orden DESC LIMIT 1
), extraccion AS (
    SELECT c.carga_id, v.periodo, (i.extraida AT TIME ZONE 'America/Guatemala')::date AS dia
    FROM vigente v JOIN control.cargas c USING (carga_id) JOIN control.instantaneas i USING (snapshot_id)
)
"""
# source → the data set that holds its applications, and how they are counted
_QUERIES = {
    "registro_reclutadores": (
        "reclutadores",
        """
SELECT periodo, count(*) FILTER (WHERE fecha_resolucion IS NULL), count(*)
FROM nucleo.reclutadores JOIN extraccion USING (carga_id)
WHERE dia - fecha_solicitud > :dias
  AND (fecha_resolucion IS NULL OR fecha_resolucion > (to_date(periodo, 'YYYY-MM') - interval '12 months'))
GROUP BY periodo
""",
    ),
    "programa_trabajo_temporal": (
        "solicitudes",
        """
SELECT periodo, count(*) FILTER (WHERE etapa = '1'), count(*)
FROM nucleo.solicitudes JOIN extraccion USING (carga_id)
WHERE dia - (fecha AT TIME ZONE 'America/Guatemala')::date > :dias
GROUP BY periodo
""",
    ),
}


@dataclass(frozen=True)
class Waiting:
    """Of ``total`` applications older than ten days, ``parte`` had no decision when ``periodo`` was extracted.

    ``conjunto`` is the data set that holds them.
    """

    conjunto: str
    periodo: str
    parte: int
    total: int


def waiting(connection: Connection, fuente: str, until: str) -> Waiting | None:
    """The newest picture up to a month; None of a source without applications, or without a load."""
    if fuente not in _QUERIES:
        return None
    name, query = _QUERIES[fuente]
    given = {"fuente": fuente, "hasta": until, "dias": LEGAL_DAYS}
    row = connection.execute(text(_NEWEST + query), given).one_or_none()
    return None if row is None else Waiting(name, *row)
