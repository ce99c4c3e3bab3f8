"""Trae los registros de una fuente, los revisa y los guarda en el núcleo estadístico.

**Cuándo corre.** Cada mes, el día que dice el contrato de la fuente (`include/sources/`), para el mes anterior.
El mes está en *Clave de Partición* (por ejemplo `2026-10`).

**Qué hace.** *Extraer* toma los registros del mes, cambia el CUI por un seudónimo y guarda una instantánea que
ya no cambia. *Revisar* aplica las expectativas de la fuente (`expectations/`) y aparta en cuarentena las filas
malas. *Cargar* pasa las filas buenas al núcleo. Cuando han entregado el mes todas las fuentes que un informe
necesita, el informe arranca solo.

**Si una tarea está roja.** Abra su registro: la última línea dice fuente, periodo, tabla, número de filas y
qué hacer.

- *Extraer*: la plataforma no responde (se reintenta sola) o cambió su forma. Hable con el responsable de la fuente
  y luego limpie la tarea (*Limpiar*).
- *Revisar*: los datos no cumplen. La lista de registros apartados, por clave, la da
  `movilidad quality quarantine FUENTE MES`; lo demás, `movilidad quality findings MES`. Se corrige en la
  plataforma, nunca aquí, y se limpia *Extraer*.
- *Cargar*: limpie la tarea. Repetirla no duplica nada.

**Un mes pasado.** *Trigger → Backfill* con las fechas del propio mes (para julio de 2026, del 1 al 31 de julio; un
rango más largo trae todos sus meses), o un lanzamiento manual con el mes en *Clave de Partición*. Los informes
siguen solos. No incluya el mes en curso: se negará, porque no ha terminado.
"""

from airflow.sdk import CronPartitionTimetable, dag

from movilidad.model.periods import TZ_NAME
from movilidad.sources.contracts import Contract, contract_names, load_contract
from movilidad_airflow import DEFAULT_ARGS, RUN_ALERTS, START, connection_of, core_of, month_of, step


def ingestion(contract: Contract):
    """The DAG of one source, as its contract says."""

    @dag(
        dag_id=f"ingesta_{contract.fuente}",
        dag_display_name=f"Ingesta · {contract.titulo}",
        description=contract.descripcion,
        schedule=CronPartitionTimetable(contract.calendario, timezone=TZ_NAME, run_offset=-1, key_format="%Y-%m"),
        start_date=START,
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        **RUN_ALERTS,
        tags=["ingesta", contract.conector],
        doc_md=f"{__doc__}\n**Responsable:** {contract.responsable.nombre} ({contract.responsable.correo})\n\n"
        f"**Informes que la esperan:** {', '.join(contract.informes)}.",
    )
    def build():
        @step("Extraer")
        def extraer(*, partition_key: str | None = None) -> str:
            from movilidad.quality.ingestion import bring

            return bring(contract, month_of(partition_key), connection_of(contract.conexion))

        @step("Revisar")
        def revisar(instantanea: str, *, partition_key: str | None = None) -> str:
            from movilidad.quality.gate import check

            return check(instantanea, month_of(partition_key)).require_approved()

        @step("Cargar", outlets=[core_of(contract.fuente)])
        def cargar(instantanea: str, *, partition_key: str | None = None) -> str:
            from movilidad.quality.admission import admit

            return admit(instantanea, month_of(partition_key))

        cargar(revisar(extraer()))

    return build()


for name in contract_names():
    ingestion(load_contract(name))
