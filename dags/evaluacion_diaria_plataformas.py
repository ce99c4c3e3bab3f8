"""Hace la cuenta del día anterior de cada plataforma.

**Cuándo corre.** Cada día a las 0:10.

**Qué hace.** *Evaluar* guarda, por fuente, las mediciones fallidas del día, el atraso, la completitud de cada
campo de la última entrega aprobada, las columnas que faltan o sobran y las solicitudes con más de diez días sin
decisión.

**Si una tarea está roja.** La bodega no responde; el mensaje lo dice. Límpiela (*Limpiar*): repetirla no duplica
nada.

**Un mes pasado.** No se repite. La evaluación mensual (`informe_plataformas`) se hace de las mediciones y las
revisiones, no de estas cuentas.
"""

from airflow.sdk import CronTriggerTimetable, dag

from movilidad.model.periods import TZ_NAME
from movilidad.sources.contracts import contract_names
from movilidad_airflow import DEFAULT_ARGS, START, now, step


@dag(
    dag_id="evaluacion_diaria_plataformas",
    dag_display_name="Evaluación diaria de plataformas",
    description="Atraso, completitud, cambios de forma, errores y plazo de diez días, por plataforma",
    schedule=CronTriggerTimetable("10 0 * * *", timezone=TZ_NAME),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["plataformas"],
    doc_md=__doc__,
)
def evaluacion_diaria_plataformas():
    @step("Evaluar", map_index_template="{{ fuente }}")
    def evaluar(fuente: str) -> str:
        from airflow.sdk import get_current_context

        from movilidad.monitoring import account
        from movilidad.sources.contracts import load_contract

        get_current_context()["fuente"] = fuente
        return account(load_contract(fuente), now())

    evaluar.expand(fuente=contract_names())


evaluacion_diaria_plataformas()
