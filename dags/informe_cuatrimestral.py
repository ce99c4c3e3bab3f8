"""Hace y publica la rendición de cuentas cuatrimestral de movilidad laboral.

**Cuándo corre.** Solo, cada vez que sale una publicación mensual o entrega una fuente que solo este informe
necesita (acciones, capacitaciones, denuncias). El cuatrimestre está en *Clave de Partición*: `2026-C1` de enero
a abril, `2026-C2` de mayo a agosto, `2026-C3` de septiembre a diciembre.

**Qué hace.** *Reunir insumos* toma las cargas con que se hizo la publicación más reciente de cada uno de
los cuatro meses y las demás fuentes. Mientras falte publicar un mes se omite y dice cuál: la publicación de
ese mes la vuelve a lanzar. *Revisar el núcleo* no tiene qué hacer: cada mes se revisó al publicarse. *Calcular
cuadros*, *Revisar cuadros*, *Proteger*, *Redactar*, *Auditar*, *Decidir*, *Visto bueno* y las que siguen hacen lo
mismo que en el informe mensual; la protección tiene a la vista los cuatro meses publicados. Si se revisa un
mes, el cuatrimestre sale de nuevo (`r2`) con la lista de diferencias. Si ninguna cifra cambió, no se
publica nada nuevo.

**Si una tarea está roja.** Abra su registro: la última línea dice qué pasó y qué hacer. Después limpie la
tarea (*Limpiar*): cada una puede repetirse y da los mismos archivos.

- *Reunir insumos*: los meses están publicados, pero falta una fuente; el mensaje dice cuál y quién
  responde. Cuando entregue, este informe corre solo.
- *Auditar*: el mensaje dice en qué cuadros se podría deducir una celda oculta. No publique por otra vía;
  avise al equipo técnico.
- Las demás: mientras no se publique, lo ya publicado queda como estaba.

**Un mes pasado o una corrección.** Lance este DAG con la clave del cuatrimestre, por ejemplo `2026-C2`.
Antes deben estar publicados sus cuatro meses (véase *Informe mensual*).
"""

from airflow.sdk import AssetAny, PartitionedAssetTimetable, dag
from movilidad_cuatrimestre import FourMonthMapper

from movilidad.model.periods import TZ_NAME
from movilidad.sources.contracts import sources_only_of_four_months
from movilidad_airflow import (
    DEFAULT_ARGS,
    FOUR_MONTH_RELEASE,
    MONTHLY_RELEASE,
    RUN_ALERTS,
    START,
    core_of,
    four_months_of,
    now,
    step,
    way_of_release,
)
from movilidad_plazos import announced_deadline


@dag(
    dag_id="informe_cuatrimestral",
    dag_display_name="Rendición de cuentas cuatrimestral",
    description="Cuadros, protección, informe en PDF y HTML, datos abiertos y publicación de cuatro meses",
    schedule=PartitionedAssetTimetable(
        assets=AssetAny(
            MONTHLY_RELEASE,
            *(core_of(name) for name in sources_only_of_four_months()),
        ),
        default_partition_mapper=FourMonthMapper(input_format="%Y-%m", timezone=TZ_NAME),
    ),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    deadline=announced_deadline(),
    **RUN_ALERTS,
    tags=["informe"],
    doc_md=__doc__,
)
def informe_cuatrimestral():
    @step("Reunir insumos")
    def reunir_insumos(*, partition_key: str | None = None) -> str:
        from movilidad.publishing.releases import begin

        return begin("cuatrimestral", four_months_of(partition_key), now())

    way_of_release(reunir_insumos(), FOUR_MONTH_RELEASE)


informe_cuatrimestral()
