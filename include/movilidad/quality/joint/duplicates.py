"""Departures that two platforms report and that may be one: the same person under two pseudonyms.

Equal pseudonyms are one person already. Here is looked for who has the same birth date, sex and municipality,
leaves for the same country within a week, and stands on two platforms with two CUI. Names are never read, so there
is nothing to compare by likeness, which is what libraries of probabilistic linkage are for: on four exact fields
their weights would only order the same pairs. Twins who leave together look the same, so a person decides.
"""

from sqlalchemy import Connection, text

from movilidad.model.periods import Month
from movilidad.quality.findings.finding import Finding
from movilidad.quality.tolerance import exceeds

KIND = "duplicados"

_TOLERATED = 0.01
_SHOWN = 5
_PAIRS = """
WITH salida AS (
    SELECT i.fuente, c.colocacion_id, c.persona_id, c.pais, c.fecha_salida, p.fecha_nacimiento, p.sexo,
           p.municipio_origen
    FROM nucleo.colocaciones c
    JOIN nucleo.personas p USING (carga_id, persona_id)
    JOIN control.instantaneas i ON i.snapshot_id = c.snapshot_id
    WHERE c.carga_id = ANY(:cargas) AND p.fecha_nacimiento IS NOT NULL
      AND p.sexo <> 'ND' AND p.municipio_origen <> 'ND' AND c.pais <> 'ND'
)
INSERT INTO control.posibles_duplicados (periodo, fuente_a, clave_a, fuente_b, clave_b, dias)
SELECT :periodo, a.fuente, a.colocacion_id, b.fuente, b.colocacion_id,
       abs(a.fecha_salida - b.fecha_salida)
FROM salida a
JOIN salida b USING (fecha_nacimiento, sexo, municipio_origen, pais)
WHERE a.fuente < b.fuente AND a.persona_id <> b.persona_id AND abs(a.fecha_salida - b.fecha_salida) <= 7
ORDER BY 2, 3, 4, 5
RETURNING clave_a, clave_b
"""


def list_duplicates(connection: Connection, month: Month, loads: list[str]) -> list[tuple[str, str]]:
    """Find the pairs of a month and keep them in ``control.posibles_duplicados``; gives their record keys."""
    parameters = {"periodo": str(month), "cargas": loads}
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"duplicados:{month}"}
    )
    connection.execute(text("DELETE FROM control.posibles_duplicados WHERE periodo = :periodo"), parameters)
    return sorted((str(one), str(other)) for one, other in connection.execute(text(_PAIRS), parameters))


def duplicate_findings(pairs: list[tuple[str, str]], departures: int) -> list[Finding]:
    """One finding for all pairs, or none."""
    if not pairs:
        return []
    return [
        Finding(
            asunto=f"{KIND}/colocaciones",
            gravedad="warning" if exceeds(len(pairs), departures, _TOLERATED) else "info",
            que="Hay salidas de dos plataformas que pueden ser de la misma persona con dos CUI.",
            cuanto=f"{len(pairs):,} {'par' if len(pairs) == 1 else 'pares'} en {departures:,} salidas",
            que_hacer="Compare los dos registros en sus plataformas; corrija el CUI equivocado. La lista entera"
            " está en control.posibles_duplicados.",
            claves=tuple(f"{one} y {other}" for one, other in pairs[:_SHOWN]),
        )
    ]
