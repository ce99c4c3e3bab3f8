"""What the tasks of the DAGs tell: which incident a failed task is, and which ones a task that succeeds ends."""

from dataclasses import dataclass
from datetime import datetime

from movilidad.alerts.audience import contract_of
from movilidad.alerts.incidents import Incident
from movilidad.alerts.notice import Key, Link, Notice
from movilidad.model.errors import AlteredError, DataError, MovilidadError, UnavailableError

_INGESTION, _REPORT, _VERIFICATION = "ingesta_", "informe_", "verificacion_semanal"
_UNTOLD = "se detuvo sin decir por qué; pudo faltarle memoria o pararse el servicio"

_ALTERED = "publicacion_alterada"

# what the success of a task ends: kinds, and whether of the run's period only
_LATE = ("publicacion_atrasada", "publicacion_en_riesgo")
_OF_TASKS = {"tarea_fallida", "fuente_no_responde", "revision_detenida", "destino_caido"}
_ENDS = {
    "extraer": [("fuente_no_responde", False)],
    "revisar": [("revision_detenida", True)],
    "cargar": [("fuente_sin_entregar", True)],
}


@dataclass(frozen=True)
class Step:
    """One task of one run.

    Attributes:
        dag, task: as Airflow calls them; ``titulo_dag`` and ``titulo`` as its pages do.
        key: the period of the run.
        item: what a mapped task works on, such as the target it delivers to.
    """

    dag: str
    task: str
    titulo_dag: str
    titulo: str
    key: str
    item: str = ""

    @property
    def source(self) -> str:
        """The source of an ingestion; empty elsewhere."""
        return source_of(self.dag)

    @property
    def series(self) -> tuple[str, ...]:
        """The series of a report; none elsewhere."""
        return series_of(self.dag)

    @property
    def name(self) -> str:
        """How an incident about this very task is called."""
        return f"{self.dag}/{self.task}" + (f"/{self.item}" if self.item else "")


@dataclass(frozen=True)
class Failure:
    """What is known of a failure.

    Attributes:
        error: the error with a sentence for people, where there is one; texts of others are never repeated.
        kind: the class of any other error.
    """

    error: MovilidadError | None = None
    kind: str = ""
    since: datetime | None = None
    links: tuple[Link, ...] = ()

    @property
    def what(self) -> str:
        if self.error:  # source, period and remedy have places of their own in a message
            return str(MovilidadError(self.error.what, place=self.error.place, rows=self.error.rows))
        return f"se detuvo por un fallo de Airflow ({self.kind})" if self.kind else _UNTOLD

    @property
    def remedy(self) -> str:
        return (self.error.remedy or "") if self.error else ""


def notice_of(step: Step, failure: Failure) -> Notice:
    """The incident that a task which failed for good is."""
    kind, subject, title = _incident(step, failure.error)
    return Notice(
        kind=kind,
        subject=subject,
        title=title,
        what=failure.what,
        since=failure.since,
        period=step.key,
        source=step.source,
        series=step.series,
        remedy=failure.remedy,
        links=failure.links,
    )


def notice_of_run(step: Step, reason: str, links: tuple[Link, ...]) -> Notice:
    """The incident that a run is which failed without any of its tasks telling."""
    what = "la ejecución pasó del tiempo permitido" if reason == "timed_out" else f"la ejecución {_UNTOLD}"
    return Notice(
        kind="tarea_fallida",
        subject=step.dag,
        title=step.titulo_dag,
        what=what,
        period=step.key,
        source=step.source,
        series=step.series,
        links=links,
    )


def ended_by(step: Step) -> list[Key]:
    """The incidents that are over when this task has succeeded."""
    keys = [("tarea_fallida", step.name, step.key)]
    if step.source and step.task in _ENDS:
        keys += [(kind, step.source, step.key if dated else "") for kind, dated in _ENDS[step.task]]
    if step.task == "entregar":
        keys.append(("destino_caido", step.item, ""))
    if step.dag == _VERIFICATION:
        keys.append((_ALTERED, _place(step), ""))
    if step.task == "publicar":
        keys += [(kind, series, step.key) for series in step.series for kind in _LATE]
    return keys


def tells_of_run(incident: Incident, step: Step) -> bool:
    """Whether a task of the run of ``step`` has told by this incident why the run failed."""
    same = incident.fuente == step.source if step.source else incident.series == [*step.series]
    return incident.clase in _OF_TASKS and same and step.key in incident.periodos


def told_of_source(source: str, period: str) -> list[Key]:
    """The incidents that tell already why a source did not deliver a period; none for no source."""
    return [("fuente_no_responde", source, ""), ("revision_detenida", source, period)] if source else []


def source_of(dag: str) -> str:
    """The source that a DAG ingests; empty if it is no ingestion."""
    return dag.removeprefix(_INGESTION) if dag.startswith(_INGESTION) else ""


def series_of(dag: str) -> tuple[str, ...]:
    """The series that a DAG publishes; none if it publishes nothing."""
    return (dag.removeprefix(_REPORT),) if dag.startswith(_REPORT) else ()


def _incident(step: Step, error: MovilidadError | None) -> tuple[str, str, str]:
    """Kind, subject and title."""
    contract = contract_of(step.source)
    if contract and step.task == "extraer" and isinstance(error, UnavailableError):
        return "fuente_no_responde", step.source, contract.titulo
    if contract and step.task == "revisar" and isinstance(error, DataError):
        return "revision_detenida", step.source, contract.titulo
    if step.task == "entregar" and step.item and error:
        return "destino_caido", step.item, _target_title(step.item)
    if isinstance(error, AlteredError):
        return _ALTERED, _place(step), _target_title(step.item) if step.item else "Carpeta de publicaciones"
    return "tarea_fallida", step.name, f"{step.titulo} · {step.titulo_dag}"


def _place(step: Step) -> str:
    """Where what is published was looked at: at a target, or in the publication folder."""
    return step.item or "publicaciones"


def _target_title(name: str) -> str:
    from movilidad.publishing.targets.configuration import find_target

    try:
        return find_target(name).titulo
    except MovilidadError:
        return name
