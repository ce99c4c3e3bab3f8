"""Comprueba cada semana que todo lo publicado sigue como se publicó, aquí y en cada destino.

**Cuándo corre.** Los lunes a las 4:10.

**Qué hace.** *Comprobar publicaciones* mira cada publicación de la carpeta: que ningún archivo cambió, falta o
sobra, que es la que el registro conoce y que al recalcularla salen los mismos bytes. *Comprobar destino*, uno por
destino, vuelve a leer de allí lo que se entregó, lo compara con lo publicado y dice qué le falta (lo de la última
hora puede ir en camino); sin destinos se salta. Es lo mismo que `movilidad release verify --all --targets`. No
cambia nada.

**Si una tarea está roja.** Abra su registro: la última línea dice qué publicación y qué archivos. Una diferencia
llega además como aviso («Lo publicado no es lo que se publicó»), que se cierra cuando la tarea termina bien.

- *Comprobar publicaciones*: no edite nada a mano. Averigüe quién escribió en la carpeta y restituya la publicación
  desde el respaldo (docs/respaldo.md, «Si algo publicado cambió»). Después limpie la tarea.
- *Comprobar destino*: si no responde, avise a quien lo administra y limpie la tarea. Si le falta una publicación,
  entréguela con la orden que dice el mensaje y limpie la tarea. Si lo que tiene es distinto, docs/respaldo.md dice
  cómo se restituye.

**Un mes pasado.** No se repite: cada ejecución comprueba todo lo publicado hasta ese momento.
"""

from airflow.sdk import dag

from movilidad_airflow import PATIENT_ARGS, START, connection_of, list_targets, now, step


@dag(
    dag_id="verificacion_semanal",
    dag_display_name="Verificación semanal",
    description="Todo lo publicado, comparado con lo que se publicó",
    schedule="10 4 * * 1",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    default_args=PATIENT_ARGS,
    tags=["publicación"],
    doc_md=__doc__,
)
def verificacion_semanal():
    @step("Comprobar publicaciones")
    def comprobar_publicaciones() -> str:
        from movilidad.publishing.whole_verification import require_sound, verify_all

        return require_sound(list(verify_all()))

    @step("Comprobar destino", map_index_template="{{ destino }}")
    def comprobar_destino(destino: str) -> str:
        from airflow.sdk import get_current_context

        from movilidad.publishing.whole_verification import require_sound, verify_target

        get_current_context()["destino"] = destino
        return require_sound(list(verify_target(destino, connection_of, now())))

    comprobar_publicaciones()
    comprobar_destino.expand(destino=list_targets())


verificacion_semanal()
