"""Pregunta a cada plataforma si responde y como promete su contrato, y mide cuánto tarda.

**Cuándo corre.** Cada quince minutos.

**Qué hace.** *Medir* hace a cada fuente, por su cuenta, la misma pregunta que `movilidad sources check`, guarda
lo que vio (nunca registros) y abre o cierra su incidente: tres mediciones malas seguidas, o seis muy lentas, lo
abren; dos buenas lo cierran. *Avisar* lo dice al responsable de la plataforma y a los operadores, una vez.

**Si una tarea está roja.** Que una plataforma no responda no pone nada en rojo: es lo que se mide.

- *Medir*: falta la conexión de esa fuente o la bodega no responde; el mensaje dice cuál.
- *Avisar*: la bodega no responde. La ejecución siguiente avisa.

**Un mes pasado.** No se repite: lo que no se midió no se sabe.
"""

from airflow.sdk import dag

from movilidad.sources.contracts import contract_names
from movilidad_airflow import DEFAULT_ARGS, START, connection_of, now, step
from movilidad_avisos import airflow_address, connections


@dag(
    dag_id="monitoreo_plataformas",
    dag_display_name="Monitoreo de plataformas",
    description="Si cada plataforma responde, como promete y cuánto tarda",
    schedule="*/15 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 1},
    tags=["plataformas"],
    doc_md=__doc__,
)
def monitoreo_plataformas():
    @step("Medir", map_index_template="{{ fuente }}")
    def medir(fuente: str) -> str:
        from airflow.sdk import get_current_context

        from movilidad.monitoring import measure
        from movilidad.sources.contracts import load_contract

        get_current_context()["fuente"] = fuente
        contract = load_contract(fuente)
        return measure(contract, connection_of(contract.conexion), now())

    @step("Avisar", trigger_rule="all_done")
    def avisar() -> str:
        from movilidad.alerts.platforms import tell_of_platforms

        return tell_of_platforms(now(), connections, airflow_address())

    medir.expand(fuente=contract_names()) >> avisar()


monitoreo_plataformas()
