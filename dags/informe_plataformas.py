"""Hace y publica la evaluación mensual de las plataformas.

**Cuándo corre.** El día 12 de cada mes, para el mes anterior. El mes está en *Clave de Partición* (por ejemplo
`2026-10`).

**Qué hace.** *Reunir insumos* guarda la evidencia del mes: mediciones, incidentes, entregas, lo que la revisión
halló. Las tareas que siguen son las de todo informe: *Calcular cuadros* lee la evidencia; *Revisar cuadros* mira
si algo sale de lo tolerado (`include/evaluacion.yml`); *Proteger* oculta los números pequeños de registros y
aquellos con que se podrían calcular; *Redactar* hace un informe de todas y uno por plataforma (PDF, página y
CSV), con las oportunidades de mejora y qué fue de las que propuso la última evaluación publicada; *Auditar*
intenta deducir lo oculto; *Decidir*, *Visto bueno*, *Esperar la hora anunciada*, *Publicar* y *Entregar*, como
en el informe mensual. *Revisar el núcleo* no tiene qué hacer: cada entrega se revisó al llegar. Si ninguna cifra
cambió, no se publica nada nuevo.

**Si una tarea está roja.** Abra su registro: la última línea dice qué pasó y qué hacer. Después límpiela
(*Limpiar*): cada una puede repetirse y da los mismos archivos.

- *Reunir insumos*: nadie midió ese mes ni entregó nada; compruebe que corre `monitoreo_plataformas`.
- *Auditar*: se podría deducir un número oculto. No publique por otra vía; avise al equipo técnico.
- *Esperar la hora anunciada* se saltó: se retuvo o rechazó. Para decidir otra vez, limpie *Decidir* y las que
  siguen.
- Las demás: mientras no se publique, lo ya publicado queda como estaba.

**Un mes pasado.** Lance este DAG con el mes en *Clave de Partición*. Si las cifras cambiaron, sale una revisión
nueva (`r2`) con la lista de diferencias; la anterior queda como estaba.
"""

from airflow.sdk import CronPartitionTimetable, dag

from movilidad.model.periods import TZ_NAME
from movilidad_airflow import (
    DEFAULT_ARGS,
    PLATFORM_RELEASE,
    RUN_ALERTS,
    START,
    month_of,
    now,
    step,
    way_of_release,
)
from movilidad_plazos import announced_deadline


@dag(
    dag_id="informe_plataformas",
    dag_display_name="Evaluación mensual de plataformas",
    description="Un informe por plataforma: cómo respondió, qué entregó y qué conviene mejorar",
    schedule=CronPartitionTimetable("0 8 12 * *", timezone=TZ_NAME, run_offset=-1, key_format="%Y-%m"),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=announced_deadline(),
    **RUN_ALERTS,
    tags=["informe", "plataformas"],
    doc_md=__doc__,
)
def informe_plataformas():
    @step("Reunir insumos")
    def reunir_insumos(*, partition_key: str | None = None) -> str:
        from movilidad.publishing.releases import begin

        return begin("plataformas", month_of(partition_key), now())

    way_of_release(reunir_insumos(), PLATFORM_RELEASE)


informe_plataformas()
