"""What all DAG files share: defaults, steps with safe errors, the month's key, connections, assets.

Lives in ``plugins/`` because Airflow puts this folder on the path of every component; it holds no statistics.
"""

import functools
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Asset, task
from airflow.sdk import Connection as AirflowConnection
from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowRescheduleException,
    AirflowSkipException,
)

from movilidad.model.errors import MovilidadError, NotYetError, UnavailableError, UsageError
from movilidad.model.periods import TZ, Month, Period
from movilidad.publishing.signatories import signatories
from movilidad.sources.connection import Connection
from movilidad_avisos import connections, run_failed, run_succeeded, task_failed, task_succeeded
from movilidad_visto_bueno import signatures

# The schedule begins when the installation does: past months are ingested by a deliberate backfill, never by
# surprise when a DAG is first switched on.
START = datetime.combine(
    date.fromisoformat(os.environ.get("MOVILIDAD_INICIO_OPERACION") or "2026-11-01"),
    datetime.min.time(),
    tzinfo=TZ,
)

DEFAULT_ARGS = {
    "owner": "Área de Registro y Estadística",
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(hours=1),
    "execution_timeout": timedelta(hours=2),
    "on_failure_callback": task_failed,
    "on_success_callback": task_succeeded,
}

# of what computes every release again
PATIENT_ARGS = {**DEFAULT_ARGS, "execution_timeout": timedelta(hours=12)}

# of every DAG: what its tasks cannot tell, as when a worker dies
RUN_ALERTS: dict[str, Any] = {"on_failure_callback": run_failed, "on_success_callback": run_succeeded}

# while a publication waits for its minute, this often is it asked whether that was changed
_LOOK = timedelta(hours=1)

MONTHLY_RELEASE = Asset(name="publicacion_mensual", uri="movilidad://publicaciones/mensual")
PLATFORM_RELEASE = Asset(name="publicacion_plataformas", uri="movilidad://publicaciones/plataformas")
FOUR_MONTH_RELEASE = Asset(name="publicacion_cuatrimestral", uri="movilidad://publicaciones/cuatrimestral")


def core_of(source: str) -> Asset:
    """The asset that says: this source's month is in the core."""
    return Asset(name=f"nucleo_{source}", uri=f"movilidad://nucleo/{source}")


def step(title: str, **arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """A task with a Spanish title whose errors are sentences for people and hold no record's value."""

    def decorate(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with safe_errors():
                return function(*args, **kwargs)

        return task(task_display_name=title, **arguments)(guarded)

    return decorate


def wait(title: str) -> Callable[[Callable[..., datetime | None]], Any]:
    """A task that ends in the moment that its function gives, at once for None. Meanwhile it holds no worker."""

    def decorate(function: Callable[..., datetime | None]) -> Any:
        @functools.wraps(function)
        def until(*args: Any, **kwargs: Any) -> bool:
            with safe_errors():
                moment = function(*args, **kwargs)
            if moment and moment > now():
                raise AirflowRescheduleException(min(moment, now() + _LOOK))
            return True

        return task.sensor(task_display_name=title, mode="reschedule")(until)

    return decorate


@contextmanager
def safe_errors() -> Iterator[None]:
    """Wrong data fail at once, an outside that is down is tried again, and nothing unforeseen prints a value.

    What is not there yet skips the task: the run that its coming starts does the work.
    """
    try:
        yield
    except NotYetError as error:
        raise AirflowSkipException(str(error)) from None
    except UnavailableError as error:
        raise _told(AirflowException, error) from None
    except MovilidadError as error:
        raise _told(AirflowFailException, error) from None
    except Exception as error:
        # texts of database drivers and parsers repeat values: name only the kind and the place
        place = traceback.extract_tb(error.__traceback__)[-1]
        unforeseen = MovilidadError(
            f"Fallo inesperado ({type(error).__name__}) en {place.name},"
            f" {Path(place.filename).name}:{place.lineno}",
            remedy="limpie la tarea para repetirla; si se repite, avise al equipo técnico",
        )
        raise _told(AirflowException, unforeseen) from None


def _told(kind: type[AirflowException], error: MovilidadError) -> AirflowException:
    """Airflow's error with our sentence; the alert of a failed task finds ours in ``reason``."""
    failure = kind(str(error))
    failure.reason = error
    return failure


def way_of_release(candidate: Any, released: Asset) -> None:
    """The tasks that make a prepared candidate public and bring it to its targets, the same for every series."""

    @step("Revisar el núcleo")
    def revisar_nucleo(candidata: str) -> str:
        from movilidad.publishing.releases import review_core

        return review_core(candidata)

    @step("Calcular cuadros")
    def calcular_cuadros(candidata: str) -> str:
        from movilidad.publishing.releases import compute_tables

        return compute_tables(candidata)

    @step("Revisar cuadros")
    def revisar_cuadros(candidata: str) -> str:
        from movilidad.publishing.releases import review_tables

        return review_tables(candidata)

    @step("Proteger")
    def proteger(candidata: str) -> str:
        from movilidad.publishing.releases import protect_tables

        return protect_tables(candidata)

    @step("Redactar")
    def redactar(candidata: str) -> str:
        from movilidad.publishing.releases import render

        return render(candidata)

    @step("Auditar")
    def auditar(publicacion: str) -> str:
        from movilidad.publishing.releases import audit_draft

        return audit_draft(publicacion)

    counted = revisar_cuadros(calcular_cuadros(revisar_nucleo(candidate)))
    deliver(come_out(auditar(redactar(proteger(counted))), released))


def come_out(draft: Any, released: Asset) -> Any:
    """The tasks that decide whether an audited draft comes out, and let it come out in its minute."""

    @step("Decidir")
    def decidir(publicacion: str) -> str:
        from movilidad.publishing.releases import needed

        return needed(publicacion, now())

    @step("Aplicar decisión", trigger_rule="none_failed_min_one_success")
    def aplicar_decision(publicacion: str, respuestas: list[dict[str, Any] | None]) -> str:
        from movilidad.alerts.signing import apply

        return apply(publicacion, respuestas, now(), connections)

    @wait("Esperar la hora anunciada")
    def esperar_hora(publicacion: str) -> datetime | None:
        from movilidad.publishing.releases import minute_of

        return minute_of(publicacion, now())

    @step("Publicar", outlets=[released])
    def publicar(publicacion: str) -> str:
        from movilidad.publishing.releases import publish

        publish(publicacion, now())
        return publicacion

    applied = aplicar_decision(draft, signatures(decidir(draft), signatories()))
    published = publicar(applied)
    esperar_hora(applied) >> published
    return published


def month_of(key: str | None) -> Month:
    """The month that a run is about; refuses a run without key and a month that has not ended."""
    if not key:
        raise _without_key("mes", "el año y el mes, por ejemplo 2026-10")
    return Month.parse(key).require_complete(now())


def four_months_of(key: str | None) -> Period:
    """The four months that a run is about; refuses a run without key."""
    if not key:
        raise _without_key("cuatrimestre", "el año y el cuatrimestre, por ejemplo 2026-C2")
    return Period.parse(key)


def _without_key(period: str, written: str) -> UsageError:
    return UsageError(
        f"la ejecución no tiene {period}",
        remedy=f"lance el DAG otra vez y escriba en «Clave de Partición» {written}",
    )


def now() -> datetime:
    """The instant, as the clocks of Guatemala show it."""
    return datetime.now(TZ)


def connection_of(connection_id: str) -> Connection:
    """Address and secret from Airflow's connection, for the library; a UsageError that names what is missing."""
    try:
        found = AirflowConnection.get(connection_id)
    except AirflowNotFoundException:
        raise UsageError(
            f"falta la conexión «{connection_id}» de Airflow",
            remedy="créela en «Administración → Conexiones» de Airflow y repita lo que falló",
        ) from None
    return Connection.model_validate(
        {
            "conn_type": found.conn_type,
            "host": found.host,
            "port": found.port,
            "login": found.login,
            "password": found.password,
            "schema": found.schema,
            "extra": found.extra_dejson,
        }
    )


def deliver(publicacion: Any) -> None:
    """Two tasks of every report: list the targets, and bring the release to each of them for itself.

    Without targets there is nothing to map over and the second one is skipped.
    """

    @step("Entregar", retries=8, map_index_template="{{ destino }}")
    def entregar(destino: str, publicacion: str) -> str:
        from airflow.sdk import get_current_context

        from movilidad.publishing.targets import delivery

        get_current_context()["destino"] = destino
        return delivery.deliver(publicacion, destino, now(), connection_of).estado

    entregar.partial(publicacion=publicacion).expand(destino=list_targets(publicacion))


def list_targets(*after: Any) -> Any:
    """The task that lists the configured targets, after what gives ``after``."""

    @step("Listar destinos")
    def listar_destinos(*_: Any) -> list[str]:
        from movilidad.publishing.targets.configuration import load_targets

        return [target.nombre for target in load_targets()]

    return listar_destinos(*after)
