"""The tasks of the real DAGs, in their order, as one function each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import airflow_local_settings
from airflow.sdk.definitions.context import Context
from airflow.sdk.execution_time.context import set_current_context

import movilidad_airflow
from chaos.lines import STORE
from movilidad.model import paths
from movilidad.model.periods import Month
from movilidad.sources.contracts import sources_of

REPORT = "informe_mensual"
_INGESTION = ("extraer", "revisar", "cargar")
#: of the report; nobody is asked (``visto_bueno``), since nothing is odd in this month
_REPORT = (
    *("reunir_insumos", "revisar_nucleo", "calcular_cuadros", "revisar_cuadros", "proteger", "redactar"),
    *("auditar", "decidir", "aplicar_decision", "esperar_hora", "publicar", "entregar"),
)
_UNASKED = {"visto_bueno", "listar_destinos"}


@dataclass(frozen=True)
class Step:
    """One task of one DAG, for one month.

    Attributes:
        operator: Airflow's object of it.
        item: what a mapped task works on.
    """

    dag: Any
    operator: Any
    month: Month
    item: str = ""

    @property
    def task(self) -> str:
        return str(self.operator.task_id)

    @property
    def name(self) -> str:
        return f"{self.dag.dag_id}.{self.task}"

    @property
    def attempts(self) -> int:
        """How often Airflow tries it before it has failed."""
        return 1 + int(self.operator.retries)

    def call(self, given: list[str]) -> Any:
        """Its function, as a worker calls it: with what its predecessors gave."""
        if self.item:
            work = partial(self.operator.python_callable, self.item, *given)
        elif self.task in (*_INGESTION, "reunir_insumos"):
            work = partial(self.operator.python_callable, *given, partition_key=str(self.month))
        else:
            work = partial(self.operator.python_callable, *given)
        with set_current_context(Context()):
            return work()

    def context(self, error: BaseException | None = None) -> dict[str, Any]:
        """What Airflow tells a callback."""
        instance = SimpleNamespace(
            task_id=self.task,
            task=self.operator,
            log_url="http://127.0.0.1:8080",
            start_date=movilidad_airflow.now(),
            rendered_map_index=self.item or None,
        )
        return {**run_context(self.dag, self.month), "ti": instance, "exception": error}

    def callbacks(self, kind: str) -> list[Callable[[Any], None]]:
        """``on_failure_callback`` or ``on_success_callback``."""
        return as_list(getattr(self.operator, kind))


def as_list(callbacks: Any) -> list[Callable[[Any], None]]:
    """One callback, several or none."""
    return [*callbacks] if isinstance(callbacks, list | tuple) else [callbacks] if callbacks else []


def run_context(dag: Any, month: Month, reason: str = "") -> dict[str, Any]:
    """What Airflow tells a callback of a run."""
    return {"dag": dag, "dag_run": SimpleNamespace(partition_key=str(month)), "reason": reason}


def way(month: Month) -> list[list[Step]]:
    """Every DAG that a monthly report is made of, the report last; each as its steps in order."""
    dags = _dags()
    found = [
        [Step(dags[f"ingesta_{name}"], dags[f"ingesta_{name}"].get_task(task), month) for task in _INGESTION]
        for name in sources_of("mensual")
    ]
    report = dags[REPORT]
    assert set(report.task_ids) == {*_REPORT, *_UNASKED}, "el DAG tiene otras tareas que las que se juegan aquí"
    tasks = [Step(report, report.get_task(task), month, STORE if task == "entregar" else "") for task in _REPORT]
    return [*found, tasks]


def _dags() -> dict[str, Any]:
    """The DAGs as Airflow reads them."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(paths.DAGS))
    assert bag.import_errors == {}
    return bag.dags


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """All that asks ``movilidad_airflow.now`` in this process learns this instant."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return moment.astimezone(tz)

    module: Any = movilidad_airflow
    before, module.datetime = module.datetime, Clock
    try:
        yield
    finally:
        module.datetime = before


def preload() -> None:
    """What the process that forks every task has imported, as in the product (``airflow_local_settings``)."""
    airflow_local_settings.preload()
    import_module("s3fs")
