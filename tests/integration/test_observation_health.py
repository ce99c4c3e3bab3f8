"""The health page: everybody learns whether the service works, and only who is logged in learns what does not."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow_tables import airflow_table
from database_support import new_database
from desk_support import BEGAN, LOOKS, OCTOBER, BadDay, bad_day, client_at, published
from fastapi import FastAPI
from fastapi.testclient import TestClient
from markupsafe import escape
from publishing_support import NOON
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts.notice import Notice
from movilidad.model.settings import get_settings
from movilidad.observation.airflow_checks import Airflow
from movilidad.observation.app import health_page
from movilidad.observation.check import Check
from movilidad.observation.disk_check import of_disks
from movilidad.observation.health import Health, examine

GB = 10**9
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of whoever runs the tests is of no concern."""
    monkeypatch.setattr("movilidad.observation.health.disks", lambda: {"datos": (80 * GB, 100 * GB)})


def found(name: str, now: datetime = NOON, began: datetime = NOON, airflow: Airflow | None = None) -> Check:
    """How one thing is; by default nothing was announced yet."""
    return {each.nombre: each for each in examine(now, began, airflow).revisiones}[name]


def client(look: Callable[[datetime], Health], clock: Callable[[], datetime] = lambda: NOON) -> TestClient:
    server = FastAPI(root_path="/airflow")
    server.mount("/salud", health_page(look, clock))
    return TestClient(server, "http://airflow.example/airflow/salud/")


def test_a_new_installation_is_well_and_says_so_to_programs_and_to_people(warehouse: Engine) -> None:
    everybody = client(lambda now: examine(now, NOON))
    answer = everybody.get("")
    assert (answer.status_code, answer.json()["estado"]) == (200, "bien")
    names = ["base_de_datos", "esquema", "avisos", "entregas", "calendario", "incidentes", "disco"]
    assert [each["nombre"] for each in answer.json()["revisiones"]] == names
    assert answer.json()["momento"].endswith("-06:00")
    page = everybody.get("", headers=BROWSER)
    assert page.status_code == 200
    assert "Todo funciona." in page.text
    assert everybody.get("salud.css").headers["content-type"].startswith("text/css")
    assert '"/airflow/salud/salud.css"' in page.text


def test_what_does_not_work_is_503_and_what_asks_for_attention_is_not(warehouse: Engine) -> None:
    everybody = client(lambda now: examine(now, NOON))
    alerts.report(Notice("destino_caido", "espejo", "Espejo", "no responde"), NOON, None)
    assert (everybody.get("").status_code, found("incidentes").estado) == (200, "atencion")
    with warehouse.begin() as connection:
        connection.execute(text("UPDATE control.incidentes SET critico = true"))
    everybody = client(lambda now: examine(now, NOON))
    assert (everybody.get("").status_code, found("incidentes").frase) == (503, "Incidentes críticos abiertos: 1.")


def test_a_look_is_kept_for_some_seconds_whoever_asks() -> None:
    moments, looks = iter([NOON, NOON + timedelta(seconds=9), NOON + timedelta(seconds=11)]), []

    def look(now: datetime) -> Health:
        looks.append(now)
        return Health(now, ())

    everybody = client(look, lambda: next(moments))
    assert [everybody.get("").status_code for _ in range(3)] == [200, 200, 200]
    assert looks == [NOON, NOON + timedelta(seconds=11)]


def test_a_database_that_does_not_answer_is_said_without_its_address(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", "postgresql+psycopg2://movilidad:clave-secreta@127.0.0.1:9/movilidad")
    get_settings.cache_clear()
    answer = client(lambda now: examine(now, NOON)).get("")
    assert answer.status_code == 503
    assert [each["nombre"] for each in answer.json()["revisiones"]] == ["base_de_datos", "disco"]
    assert "clave-secreta" not in answer.text
    assert "127.0.0.1" not in answer.text


@pytest.mark.parametrize(
    "change",
    [
        "DROP TABLE migraciones",
        "DELETE FROM migraciones WHERE archivo LIKE '0008%'",
        "UPDATE migraciones SET sha256 = 'otra' WHERE archivo LIKE '0008%'",
        "INSERT INTO migraciones VALUES ('9999_del_futuro.sql', 'x')",
    ],
)
def test_a_schema_of_another_version_is_noticed(warehouse: Engine, change: str) -> None:
    assert found("esquema").estado == "bien"
    with warehouse.begin() as connection:
        connection.execute(text(change))
    assert found("esquema").estado == "mal"


def test_alerts_that_wait_or_never_arrived_are_noticed(warehouse: Engine) -> None:
    alerts.report(Notice("destino_caido", "espejo", "Espejo", "no responde"), NOON, None)

    def after(change: str) -> tuple[str, str]:
        with warehouse.begin() as connection:
            connection.execute(text(f"UPDATE control.avisos SET {change}"), {"now": NOON})
        check = found("avisos")
        return check.estado, check.frase

    assert after("no_antes = CAST(:now AS timestamptz) - interval '20 minutes'") == ("bien", "Los avisos salen.")
    assert after("no_antes = CAST(:now AS timestamptz) - interval '61 minutes'")[0] == "mal"
    assert after("no_antes = CAST(:now AS timestamptz) + interval '1 day'")[0] == "bien"
    assert after("estado = 'fallido'")[1].startswith("Avisos que no se pudieron entregar: ")


def test_a_release_that_a_target_lacks_for_a_day_is_wrong(warehouse: Engine) -> None:
    published(warehouse, OCTOBER, NOON)
    get_settings().destinations_file.write_text(
        "destinos: [{nombre: espejo, titulo: Espejo, clase: archivos, conexion: espejo}]\n", encoding="utf-8"
    )
    states = [found("entregas", NOON + timedelta(hours=hours)).estado for hours in (0, 2, 25)]
    assert states == ["bien", "atencion", "mal"]
    late = found("entregas", NOON + timedelta(hours=25))
    assert late.frase == "Entregas atrasadas: 1."
    assert late.detalles == ("Espejo: mensual/2026-10/r1 espera desde hace 25 horas.",)
    get_settings().destinations_file.write_text("destinos: 7\n", encoding="utf-8")
    assert found("entregas").estado == "mal"


def test_a_publication_that_is_late_is_wrong_until_readers_have_it(warehouse: Engine) -> None:
    long_after = NOON + timedelta(days=30)
    late = found("calendario", long_after, BEGAN)
    assert late.estado == "mal"
    assert any(each.startswith("Informe mensual, octubre de 2026") for each in late.detalles)
    published(warehouse, OCTOBER, NOON)
    left = found("calendario", long_after, BEGAN).detalles
    assert [each for each in left if each.startswith("Informe mensual")] == []


@pytest.mark.parametrize(("free", "state"), [(20 * GB, "bien"), (14 * GB, "atencion"), (4 * GB, "mal")])
def test_a_disk_that_fills_up_is_noticed(free: int, state: str) -> None:
    check = of_disks({"datos": (90 * GB, 100 * GB), "publicaciones": (free, 100 * GB)})
    assert check.estado == state
    assert "GB" not in check.frase


@pytest.fixture
def airflow(postgres_folder: str, airflow_home: object) -> Iterator[tuple[Engine, dict[str, Any]]]:
    """Airflow's database with a look that is on time, one that is about to begin and a report."""
    from airflow.models.dag import DagModel
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance

    dag = {"is_paused": False, "is_stale": False, "dag_display_name": None, "next_dagrun_create_after": None}
    dags = [
        {**dag, "dag_id": "atencion_avisos", "next_dagrun_create_after": NOON + timedelta(minutes=5)},
        {**dag, "dag_id": "vigilancia_calendario", "next_dagrun_create_after": NOON - timedelta(minutes=20)},
        {**dag, "dag_id": "informe_mensual", "dag_display_name": "Informe mensual"},
        {**dag, "dag_id": "viejo", "is_stale": True, "next_dagrun_create_after": NOON - timedelta(days=9)},
        {**dag, "dag_id": "pausado", "is_paused": True, "next_dagrun_create_after": NOON - timedelta(days=9)},
    ]
    runs = [
        _run("atencion_avisos", NOON - timedelta(minutes=6), NOON - timedelta(minutes=5)),
        _run("informe_mensual", NOON - timedelta(days=31, hours=1), NOON - timedelta(days=31)),
    ]
    beat = (NOON - timedelta(seconds=5)).isoformat()
    parts = ("scheduler", "dag_processor", "triggerer")
    health: dict[str, Any] = {part: {"status": "healthy", f"latest_{part}_heartbeat": beat} for part in parts}
    health["metadatabase"] = {"status": "healthy"}
    with new_database(postgres_folder) as engine:
        airflow_table(engine, DagModel, dags)
        airflow_table(engine, DagRun, runs)
        airflow_table(engine, TaskInstance, [{"last_heartbeat_at": each["end_date"]} for each in runs])
        yield engine, health


def _run(dag: str, began: datetime, ended: datetime) -> dict[str, Any]:
    return {"dag_id": dag, "state": "success", "start_date": began, "end_date": ended}


def test_components_that_do_not_report_and_processes_that_do_not_run_are_noticed(
    warehouse: Engine, airflow: tuple[Engine, dict[str, Any]]
) -> None:
    engine, health = airflow
    asked = Airflow(lambda: health, engine)

    def after(*changes: str) -> tuple[str, str]:
        with engine.begin() as connection:
            for change in changes:
                connection.execute(text(change), {"now": NOON})
        check = found("procesos", airflow=asked)
        return check.estado, check.frase

    assert found("airflow", airflow=asked).estado == "bien"
    assert after() == ("bien", "Los procesos corrieron cuando debían.")
    failed = "UPDATE dag_run SET state = 'failed' WHERE dag_id = 'informe_mensual'"
    assert after(failed) == ("atencion", "Procesos cuya última ejecución falló: 1.")
    late = (
        "UPDATE dag SET next_dagrun_create_after = CAST(:now AS timestamptz) - interval '2 hours' WHERE dag_id = "
    )
    assert after(f"{late} 'vigilancia_calendario'") == ("mal", "Procesos que debían empezar y no empezaron: 1.")
    details = found("procesos", airflow=asked).detalles
    assert details[0].startswith("Informe mensual: la última ejecución falló el ")
    assert details[2] == "vigilancia_calendario: todavía no ha corrido; debía empezar hoy a las 10:00 y no empezó."
    running = "INSERT INTO dag_run (dag_id, state) VALUES ('vigilancia_calendario', 'running')"
    assert after(running)[0] == "atencion"

    health["triggerer"] = {"status": None}
    assert found("airflow", airflow=asked).estado == "bien", "an installation without that component"
    health["scheduler"]["status"] = "unhealthy"
    ill = found("airflow", airflow=asked)
    assert (ill.estado, ill.frase) == ("mal", "No informa que está bien: planificador.")


def test_runs_whose_tasks_no_worker_takes_are_noticed_whatever_airflow_makes_of_them(
    warehouse: Engine, airflow: tuple[Engine, dict[str, Any]]
) -> None:
    engine, health = airflow
    asked = Airflow(lambda: health, engine)

    def after(change: str, **values: object) -> str:
        with engine.begin() as connection:
            connection.execute(text(change), values)
        return found("trabajadores", airflow=asked).estado

    def begun(minutes: int, dag: str = "vigilancia_calendario") -> str:
        began = NOON - timedelta(minutes=minutes)
        change = "INSERT INTO dag_run (dag_id, state, start_date) VALUES (:dag, 'running', :began)"
        return after(change, dag=dag, began=began)

    assert found("trabajadores", airflow=asked).frase == "Ninguna tarea espera demasiado a un trabajador."
    assert begun(5 * 24 * 60, "informe_mensual") == "bien", "workers live: this run waits for a person"
    last_sign = "UPDATE task_instance SET last_heartbeat_at = :seen"
    assert after(last_sign, seen=NOON - timedelta(minutes=50)) == "bien", "nothing began since that somebody left"
    assert begun(45, "pausado") == "bien"
    assert begun(29) == "bien", "a worker may still be on its way"
    assert begun(40) == "mal"
    assert after("UPDATE dag_run SET state = 'failed', end_date = now()") == "mal", "a task that waits long fails"
    told = found("trabajadores", airflow=asked)
    assert told.frase == "Desde hace 40 minutos ningún trabajador toma tareas."
    assert "«worker»" in told.detalles[0]
    answer = client(lambda now: examine(now, NOON, asked)).get("")
    assert answer.status_code == 503
    assert not {"worker", "Redis"} & {each.strip("«».,;()") for each in answer.text.split()}
    assert after(last_sign, seen=NOON) == "bien"
    assert after(last_sign, seen=None) == "mal", "none ever lived"


def test_airflows_server_shows_it_to_who_is_not_logged_in(warehouse: Engine, airflow_home: Path) -> None:
    from movilidad_salud import MovilidadSalud

    server = FastAPI()
    (mounted,) = MovilidadSalud.fastapi_apps
    server.mount(mounted["url_prefix"], mounted["app"])
    answer = TestClient(server, "http://airflow.example/").get("salud/")
    states = {each["nombre"]: each["estado"] for each in answer.json()["revisiones"]}
    assert (answer.status_code, states["airflow"]) == (503, "mal"), "no scheduler runs here"
    assert states["base_de_datos"] == "bien"


@pytest.fixture(scope="module")
def busy(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BadDay]:
    with bad_day(postgres_folder, tmp_path_factory.mktemp("salud")) as prepared:
        yield prepared


def test_everybody_learns_how_much_is_wrong_and_who_is_logged_in_what(busy: BadDay) -> None:
    seen = examine(NOON, BEGAN)
    everybody = client(lambda now: seen)
    public = everybody.get("").text + everybody.get("", headers=BROWSER).text
    desk = client_at(NOON, LOOKS).get("salud").text
    details = [detail for each in seen.revisiones for detail in each.detalles]
    assert len(details) >= 3
    for detail in details:
        assert detail not in public
        assert str(escape(detail)) in desk
    for named in ("tu_empleo", "Tu Empleo", "espejo", "mensual/", str(get_settings().carpeta), "alert(1)"):
        assert named not in public
