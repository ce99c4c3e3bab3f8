"""What the release calendar and Airflow's hooks make of a month: who is told of what, and when it is over."""

from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alerts_support import OPERATOR, STEWARD, Office, Post, office, post, text_of
from publishing_support import deliver
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts.watch import announced_moment, late, watch
from movilidad.model.errors import DataError, UnavailableError
from movilidad.model.periods import TZ, Period
from movilidad.sources.contracts import sources_of

BEGAN = datetime(2026, 11, 1, tzinfo=TZ)
#: the tenth working day of November 2026
MOMENT = datetime(2026, 11, 13, 9, 30, tzinfo=TZ)
AIRFLOW = "https://airflow.mintrab.example"


__all__ = ["office", "post"]


def look(office: Office) -> None:
    watch(office.now, BEGAN, office.connections, AIRFLOW)
    office.attend()


def open_() -> set[tuple[str, str, str]]:
    return {each.key for each in alerts.open_incidents()}


def release(engine: Engine, state: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.publicaciones VALUES ('mensual/2026-10/r1', 'mensual', '2026-10', 1, :state,"
                " 'e', 'h', '2026-11-13', true, NULL) ON CONFLICT (publicacion_id) DO UPDATE SET estado = :state"
            ),
            {"state": state},
        )


def test_before_its_moment_a_publication_asks_for_every_source_and_for_its_draft(
    office: Office, post: Post, warehouse: Engine
) -> None:
    office.now = MOMENT - timedelta(days=4)
    look(office)
    assert open_() == set(), "three days before is early enough"
    office.now = MOMENT - timedelta(days=2)
    for source in sources_of("mensual"):
        if source != "tu_empleo":
            deliver(warehouse, source)
    look(office)
    look(office)
    assert open_() == {("fuente_sin_entregar", "tu_empleo", "2026-10")}
    (told,) = post.to(STEWARD)
    assert "debe salir el 13 de noviembre de 2026 a las 09:30; faltan 2 días" in text_of(told)
    assert f"{AIRFLOW}/dags/ingesta_tu_empleo" in text_of(told)
    office.now = MOMENT - timedelta(hours=23)
    look(office)
    assert ("publicacion_en_riesgo", "mensual", "2026-10") in open_()
    deliver(warehouse, "tu_empleo")
    release(warehouse, "borrador")
    look(office)
    assert open_() == set()
    assert text_of(post.to(STEWARD)[-1]).startswith("Resuelto. Una fuente no ha entregado: Tu Empleo")


def test_a_publication_that_nobody_began_is_late_until_readers_have_it(
    office: Office, post: Post, warehouse: Engine
) -> None:
    for source in sources_of("mensual"):
        deliver(warehouse, source)
    release(warehouse, "borrador")
    office.now = MOMENT + timedelta(minutes=20)
    look(office)
    assert open_() == {("publicacion_atrasada", "mensual", "2026-10")}
    told = text_of(post.to(OPERATOR)[0])
    assert "Informe mensual, octubre de 2026: debió salir hoy a las 09:30." in told
    release(warehouse, "publicada")
    look(office)
    assert open_() == set()
    assert "Resuelto. Una publicación está atrasada" in text_of(post.to(OPERATOR)[1])


def test_an_installation_answers_for_no_moment_before_it_began(office: Office) -> None:
    office.now = MOMENT + timedelta(hours=1)
    watch(office.now, MOMENT + timedelta(minutes=30), office.connections, AIRFLOW)
    assert open_() == set()


def test_a_source_whose_trouble_is_known_is_not_told_a_second_time(office: Office, post: Post) -> None:
    office.now = MOMENT - timedelta(days=2)
    for source in sources_of("mensual"):
        office.report(alerts.Notice("fuente_no_responde", source, source, "no responde", source=source))
    before = len(post.taken)
    look(office)
    assert len(post.taken) == before


def test_the_deadline_of_a_run_is_the_announced_moment_of_its_period(office: Office, warehouse: Engine) -> None:
    before = MOMENT - timedelta(days=1)
    assert announced_moment("mensual", "2026-10", before) == MOMENT
    assert announced_moment("mensual", "2026-10", MOMENT + timedelta(days=1)) is None
    third = announced_moment("cuatrimestral", "2026-C3", before)
    assert third
    assert third.date().isoformat() == "2027-01-22"
    for series, key in (("anual", "2026-10"), ("mensual", "abril"), ("mensual", "2026-C3")):
        assert announced_moment(series, key, before) is None
    october = Period.parse("2026-10")
    assert late("mensual", october, before) is None
    notice = late("mensual", october, MOMENT + timedelta(seconds=2))
    assert notice
    assert notice.kind == "publicacion_atrasada"
    release(warehouse, "publicada")
    assert late("mensual", october, MOMENT + timedelta(seconds=2)) is None


@pytest.fixture
def hooks(office: Office, airflow_home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The plugin, with the clock and the connections of the office."""
    import movilidad_airflow
    import movilidad_avisos

    monkeypatch.setattr(movilidad_airflow, "now", lambda: office.now)
    monkeypatch.setattr(movilidad_avisos, "connections", office.connections)
    return movilidad_avisos


def context_of(dag: str, task: str, error: Exception | None = None, item: str = "") -> dict[str, Any]:
    """What Airflow hands to a callback, as far as the plugin looks at it."""
    ti = SimpleNamespace(
        task_id=task,
        task=SimpleNamespace(task_display_name=task.capitalize()),
        start_date=datetime(2026, 11, 10, 14, 50, tzinfo=TZ),
        rendered_map_index=item or None,
        log_url=f"{AIRFLOW}/dags/{dag}/runs/1/tasks/{task}",
    )
    return {
        "dag": SimpleNamespace(dag_id=dag, dag_display_name=dag.replace("_", " ").capitalize()),
        "dag_run": SimpleNamespace(partition_key="2026-10"),
        "ti": ti,
        "exception": error,
    }


def failing(error: Exception) -> Exception:
    """What a task of ours ends with when the library raises ``error``."""
    from movilidad_airflow import step

    @step("Paso")
    def task() -> None:
        raise error

    with pytest.raises(Exception) as caught:  # noqa: PT011 - Airflow's, of several kinds
        task.function()
    return caught.value


@pytest.mark.parametrize(
    ("dag", "task", "error", "item", "key"),
    [
        (
            "ingesta_tu_empleo",
            "extraer",
            UnavailableError("no responde"),
            "",
            ("fuente_no_responde", "tu_empleo", ""),
        ),
        (
            "ingesta_tu_empleo",
            "revisar",
            DataError("faltan columnas", rows=3),
            "",
            ("revision_detenida", "tu_empleo", "2026-10"),
        ),
        (
            "ingesta_tu_empleo",
            "extraer",
            DataError("cambió de forma"),
            "",
            ("tarea_fallida", "ingesta_tu_empleo/extraer", "2026-10"),
        ),
        ("informe_mensual", "entregar", UnavailableError("no responde"), "ckan", ("destino_caido", "ckan", "")),
        (
            "informe_mensual",
            "proteger",
            ValueError("Juana Pérez"),
            "",
            ("tarea_fallida", "informe_mensual/proteger", "2026-10"),
        ),
    ],
)
def test_a_failed_task_is_the_incident_that_it_is_and_its_success_ends_it(  # noqa: PLR0917
    office: Office,
    post: Post,
    hooks: Any,
    dag: str,
    task: str,
    error: Exception,
    item: str,
    key: tuple[str, str, str],
) -> None:
    context = context_of(dag, task, failing(error), item)
    hooks.task_failed(context)
    assert open_() == {key}
    said = "".join(text_of(mail) for mail in post.taken)
    assert "Juana" not in said
    assert f"{AIRFLOW}/dags/{dag}/runs/1/tasks/{task}" in said
    assert (STEWARD in {mail["To"] for mail in post.taken}) == dag.startswith("ingesta")
    hooks.run_failed({**context, "reason": "task_failure"})
    assert open_() == {key}, "what a task told, the run does not tell again"
    hooks.task_succeeded(context_of(dag, task, item=item))
    assert open_() == set()


def test_a_run_tells_what_no_task_told_and_its_success_ends_everything_of_it(office: Office, hooks: Any) -> None:
    context = context_of("informe_mensual", "proteger")
    hooks.run_failed({**context, "reason": "task_failure"})
    assert open_() == {("tarea_fallida", "informe_mensual", "2026-10")}
    hooks.task_failed({**context, "exception": "killed"})
    assert ("tarea_fallida", "informe_mensual/proteger", "2026-10") in open_()
    hooks.run_succeeded({"dag": context["dag"], "dag_run": context["dag_run"], "reason": "success"})
    assert open_() == set()
    hooks.run_failed({**context, "reason": "timed_out"})
    (incident,) = alerts.open_incidents()
    assert "pasó del tiempo permitido" in incident.que


def test_a_file_that_airflow_cannot_read_is_told_without_its_trace(office: Office, post: Post, hooks: Any) -> None:
    listener = hooks.ImportErrors()
    listener.on_new_dag_import_error("/opt/movilidad/dags/ingesta.py", "Traceback: clave-secreta")
    listener.on_existing_dag_import_error("/opt/movilidad/dags/ingesta.py", "Traceback: clave-secreta")
    office.attend()
    (mail,) = post.taken
    assert "ingesta.py" in mail["Subject"]
    assert "clave-secreta" not in text_of(mail)
