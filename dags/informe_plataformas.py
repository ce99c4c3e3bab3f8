"""Hace y publica la evaluación mensual de las plataformas.

**Cuándo corre.** El día 12 de cada mes, para el mes anterior. El mes está en *Partition key* (por ejemplo
`2026-10`).

**Qué hace.** *Evaluar y publicar* reúne las mediciones y las revisiones del mes y hace un informe por plataforma
(PDF, página y CSV): disponibilidad, incidentes, oportunidad, completitud, registros apartados, oportunidades de
mejora y qué pasó con las anteriores. No cuenta personas. Si ninguna cifra cambió, no se publica nada nuevo.

**Si una tarea está roja.** Abra su registro: la última línea dice qué pasó y qué hacer. Después límpiela
(*Clear*).

**Un mes pasado.** Lance este DAG con el mes en *Partition key*, o `movilidad monitoring report MES`. Si las
cifras cambiaron, sale una revisión nueva (`r2`); la anterior queda como estaba.
"""

from airflow.sdk import CronPartitionTimetable, dag

from movilidad.model.periods import TZ_NAME
from movilidad_airflow import DEFAULT_ARGS, RUN_ALERTS, START, month_of, now, step


@dag(
    dag_id="informe_plataformas",
    dag_display_name="Evaluación mensual de plataformas",
    description="Un informe por plataforma: cómo respondió, qué entregó y qué conviene mejorar",
    schedule=CronPartitionTimetable("0 8 12 * *", timezone=TZ_NAME, run_offset=-1, key_format="%Y-%m"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    **RUN_ALERTS,
    tags=["plataformas"],
    doc_md=__doc__,
)
def informe_plataformas():
    @step("Evaluar y publicar")
    def evaluar_y_publicar(*, partition_key: str | None = None) -> str:
        from movilidad.publishing.platforms import publish_evaluations

        return publish_evaluations(month_of(partition_key), now())

    evaluar_y_publicar()


informe_plataformas()
