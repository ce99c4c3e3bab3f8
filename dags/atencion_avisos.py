"""Manda los avisos que tocan y comprueba que llegaron.

**Cuándo corre.** Cada diez minutos.

**Qué hace.** *Atender* manda lo que esperaba el fin de las horas de silencio, los recordatorios, los avisos al
relevo y lo que antes no se pudo entregar; cierra los incidentes que ya pasaron. *Comprobar entregas* se pone en
rojo mientras haya avisos que no llegaron.

**Si una tarea está roja.**

- *Atender*: la bodega no responde o `avisos.yml` tiene un error; el mensaje dice cuál. Mientras tanto los
  avisos van a los operadores.
- *Comprobar entregas*: el mensaje dice por qué vía no llegan. Corríjala, compruebe con `movilidad alerts test`
  y repita con `movilidad alerts retry`. `movilidad alerts list` muestra qué aviso era y para quién: dígaselo
  por otra vía.

**Un mes pasado.** No se repite: cada ejecución mira lo que toca en ese momento.
"""

from airflow.sdk import dag

from movilidad_airflow import DEFAULT_ARGS, START, now, step
from movilidad_avisos import connections


@dag(
    dag_id="atencion_avisos",
    dag_display_name="Atención de avisos",
    description="Avisos en espera, recordatorios, relevos y avisos que no llegaron",
    schedule="*/10 * * * *",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULT_ARGS, "retries": 1},
    tags=["avisos"],
    doc_md=__doc__,
)
def atencion_avisos():
    @step("Atender")
    def atender() -> str:
        from movilidad import alerts

        return alerts.attend(now(), connections)

    # what is told of lost messages is told already, by the ways that are left
    @step("Comprobar entregas", trigger_rule="all_done", on_failure_callback=None)
    def comprobar_entregas() -> str:
        from movilidad import alerts

        return alerts.require_delivered()

    atender() >> comprobar_entregas()


atencion_avisos()
