"""What is measured of the installation: each figure, its unit, and the query that gives its values.

Figures are read from what is stored whenever they are asked for, and counted in no process: nothing is lost when
one dies, and every reader sees the same. The last column of a query is the value, the others are its labels. No
figure tells of a person; counts of records are for those who operate the installation.
"""

from dataclasses import dataclass
from typing import Literal

Database = Literal["bodega", "airflow"]
WAREHOUSE: Database = "bodega"
AIRFLOW: Database = "airflow"

SECONDS, BYTES = "s", "By"


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: as OpenTelemetry knows it, ``movilidad.…``.
        unit: by UCUM; ``{filas}`` and the like for what is counted.
        about: what it is, in Spanish.
        query: empty for what no database knows (``readings``).
    """

    name: str
    unit: str
    about: str
    query: str = ""
    database: Database = WAREHOUSE


_NEWEST = (
    "WITH ultima AS (SELECT DISTINCT ON (fuente) fuente, snapshot_id FROM control.extracciones"
    " ORDER BY fuente, periodo DESC, orden DESC) "
)
_REPORTED = "(dag_id LIKE 'ingesta\\_%' OR dag_id LIKE 'informe\\_%')"

ANSWERS = Figure("movilidad.base_responde", "{si}", "1 si la base de datos responde, 0 si no")
DISK = Figure("movilidad.disco_libre", BYTES, "Espacio libre, por carpeta")
UNDELIVERED = Figure(
    "movilidad.publicaciones_sin_entregar", "{publicaciones}", "Publicaciones que un destino no tiene como son"
)

FIGURES = (
    ANSWERS,
    DISK,
    UNDELIVERED,
    Figure(
        "movilidad.filas_extraidas",
        "{filas}",
        "Filas de la última entrega, por fuente",
        f"{_NEWEST} SELECT ultima.fuente, coalesce((SELECT sum(value::bigint) FROM jsonb_each_text(filas)), 0)"
        " FROM ultima JOIN control.instantaneas USING (snapshot_id)",
    ),
    Figure(
        "movilidad.filas_en_cuarentena",
        "{filas}",
        "Filas apartadas de la última entrega, por fuente",
        f"{_NEWEST} SELECT DISTINCT ON (fuente) fuente, en_cuarentena FROM ultima"
        " JOIN control.veredictos USING (snapshot_id) ORDER BY fuente, evaluada DESC",
    ),
    Figure(
        "movilidad.antiguedad_entrega",
        SECONDS,
        "Tiempo desde la última entrega, por fuente",
        "SELECT fuente, extract(epoch FROM now() - max(momento)) FROM control.extracciones GROUP BY fuente",
    ),
    Figure(
        "movilidad.publicaciones",
        "{publicaciones}",
        "Publicaciones, por serie y estado",
        "SELECT serie, estado, count(*) FROM control.publicaciones GROUP BY serie, estado",
    ),
    Figure(
        "movilidad.entregas",
        "{entregas}",
        "Entregas, por destino y estado",
        "SELECT destino, estado, count(*) FROM control.entregas GROUP BY destino, estado",
    ),
    Figure(
        "movilidad.avisos_sin_entregar",
        "{avisos}",
        "Avisos que nadie ha recibido: los que esperan su hora y los que no se pudieron entregar",
        "SELECT estado, count(aviso_id) FROM (VALUES ('pendiente'), ('fallido')) AS todos (estado)"
        " LEFT JOIN control.avisos USING (estado) GROUP BY estado",
    ),
    Figure(
        "movilidad.incidentes_abiertos",
        "{incidentes}",
        "Incidentes abiertos, por clase y gravedad",
        "SELECT clase, CASE WHEN critico THEN 'critica' ELSE 'otra' END AS gravedad, count(*)"
        " FROM control.incidentes WHERE cerrado IS NULL GROUP BY clase, critico",
    ),
    Figure("movilidad.bodega_tamano", BYTES, "Tamaño de la bodega", "SELECT pg_database_size(current_database())"),
    Figure(
        "movilidad.duracion_etapa",
        SECONDS,
        "Lo que tardó cada etapa la última vez que terminó bien",
        "SELECT DISTINCT ON (dag_id, task_id) dag_id AS proceso, task_id AS etapa, duration FROM task_instance"
        f" WHERE state = 'success' AND duration IS NOT NULL AND {_REPORTED}"
        " AND end_date > now() - interval '100 days' ORDER BY dag_id, task_id, end_date DESC",
        AIRFLOW,
    ),
    Figure(
        "movilidad.antiguedad_ejecucion",
        SECONDS,
        "Tiempo desde la última ejecución que terminó bien, por proceso",
        "SELECT dag_id AS proceso, extract(epoch FROM now() - max(end_date)) FROM dag_run"
        " WHERE state = 'success' AND end_date IS NOT NULL GROUP BY dag_id",
        AIRFLOW,
    ),
)
