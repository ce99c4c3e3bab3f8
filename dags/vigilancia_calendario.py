"""Pregunta, antes de cada hora anunciada, si todo lo que hace falta está.

**Cuándo corre.** Cada hora.

**Qué hace.** Mira en el calendario (`include/calendario.yml`) qué publicaciones se acercan y avisa de las fuentes
que no han entregado su mes, de los informes que a falta de un día no tienen borrador y de las publicaciones que no
salieron a su hora, también si ninguna ejecución empezó. Lo que faltaba y ya está se da por resuelto.

**Si una tarea está roja.** La bodega no responde; el mensaje lo dice. La ejecución siguiente mira otra vez.

**Un mes pasado.** No se repite: cada ejecución mira lo que falta en ese momento.
"""

from airflow.sdk import dag

from movilidad_airflow import DEFAULT_ARGS, START, now, step
from movilidad_avisos import airflow_address, connections


@dag(
    dag_id="vigilancia_calendario",
    dag_display_name="Vigilancia del calendario",
    description="Lo que falta para las publicaciones anunciadas",
    schedule="20 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 1},
    tags=["avisos"],
    doc_md=__doc__,
)
def vigilancia_calendario():
    @step("Mirar el calendario")
    def mirar_calendario() -> str:
        from movilidad.alerts.watch import watch

        return watch(now(), START, connections, airflow_address())

    mirar_calendario()


vigilancia_calendario()
