"""Hace y publica el informe estadístico mensual de movilidad laboral.

**Cuándo corre.** Solo, cuando han entregado el mismo mes todas las fuentes que este informe necesita (`informes`
en su contrato). El mes está en *Clave de Partición* (por ejemplo `2026-10`).

**Qué hace.** *Reunir insumos* fija qué carga de cada fuente cuenta. *Revisar el núcleo* mira todas las fuentes
juntas (`expectations/nucleo.yml`). *Calcular cuadros* cuenta personas y salidas. *Revisar cuadros* comprueba
que las partes suman y los totales coinciden (`expectations/cuadros.yml`). *Proteger* oculta las celdas en que
alguien sería reconocible y anota cada celda en el libro de publicaciones. *Redactar* hace el PDF, la página y
los CSV en borrador. *Auditar* intenta deducir lo oculto, como lo haría un atacante que tiene todo lo publicado
del año; si lo logra, no se publica. *Decidir* mira si algo es raro: si lo es, *Visto bueno* espera a una persona y
*Aplicar decisión* anota lo decidido. *Esperar la hora anunciada* duerme hasta el minuto del calendario. *Publicar*
los muestra todos a la vez, o ninguno. Si ninguna cifra cambió respecto de la última revisión, no se publica nada
nuevo. *Entregar* los lleva a cada destino configurado (`movilidad targets check`), cada uno por su cuenta; sin
destinos se salta.

**Si una tarea está roja.** Abra su registro: la última línea dice qué pasó y qué hacer. Después limpie la tarea
(*Limpiar*): cada una puede repetirse y da los mismos archivos.

- *Reunir insumos*: falta una fuente; el mensaje dice cuál y quién responde por ella.
- *Revisar el núcleo*, *Revisar cuadros*: el mensaje dice qué regla se incumple; lo demás que hallaron está en
  `movilidad quality findings`.
- *Auditar*: el mensaje dice en qué cuadros se podría deducir una celda oculta. No publique por otra vía; avise al
  equipo técnico.
- *Aplicar decisión*: falta la nota o la segunda firma; el mensaje lo dice. Limpie *Visto bueno* y decida otra vez.
- *Esperar la hora anunciada* se saltó: se retuvo o rechazó. Para decidir otra vez, limpie *Decidir* y las que
  siguen. Si está roja, cambió la fecha anunciada: limpie desde *Reunir insumos*.
- *Entregar*: el mensaje dice qué destino falla. Lo publicado y los demás destinos no cambian.
- Las demás: mientras no se publique, lo ya publicado queda como estaba.

**Un mes pasado o una corrección.** Repita las ingestas de ese mes (véase `ingesta_…`); si solo cambió una fuente,
limpie aquí la ejecución de ese mes desde *Reunir insumos*. Si las cifras cambian, sale una revisión nueva (`r2`)
con la lista de diferencias; la anterior queda como estaba.
"""

from airflow.sdk import AssetAll, PartitionedAssetTimetable, StartOfMonthMapper, dag

from movilidad.model.periods import TZ_NAME
from movilidad.sources.contracts import sources_of
from movilidad_airflow import (
    DEFAULT_ARGS,
    MONTHLY_RELEASE,
    RUN_ALERTS,
    START,
    core_of,
    month_of,
    now,
    step,
    way_of_release,
)
from movilidad_plazos import announced_deadline


@dag(
    dag_id="informe_mensual",
    dag_display_name="Informe mensual",
    description="Cuadros, protección, informe en PDF y HTML, datos abiertos y publicación de un mes",
    schedule=PartitionedAssetTimetable(
        assets=AssetAll(*(core_of(name) for name in sources_of("mensual"))),
        default_partition_mapper=StartOfMonthMapper(input_format="%Y-%m", timezone=TZ_NAME),
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
def informe_mensual():
    @step("Reunir insumos")
    def reunir_insumos(*, partition_key: str | None = None) -> str:
        from movilidad.publishing.releases import begin

        return begin("mensual", month_of(partition_key), now())

    way_of_release(reunir_insumos(), MONTHLY_RELEASE)


informe_mensual()
