"""The DAG folder: what Airflow reads from it, and the house's rules for DAG files."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from movilidad.model import paths
from movilidad.sources.contracts import contract_names, load_contract, sources_of
from movilidad.stack.running import dag_names

DAG_FILES = sorted(paths.DAGS.glob("*.py"))
OUR_PLUGINS = {file.stem for file in (paths.PROJECT / "plugins").glob("movilidad_*.py")}


@pytest.fixture(scope="module")
def dags(airflow_home: Path) -> dict:
    """All DAGs, read in this process as Airflow reads them."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(paths.DAGS))
    assert bag.import_errors == {}
    return bag.dags


REPORTS = {"informe_mensual", "informe_cuatrimestral", "informe_plataformas"}
ATTENTION = {"atencion_avisos", "vigilancia_calendario"}
LOOKS = {"monitoreo_plataformas", "evaluacion_diaria_plataformas", "verificacion_semanal"}


def test_there_is_one_ingestion_per_contract_the_reports_and_what_attends_to_them(dags: dict) -> None:
    assert set(dags) == {f"ingesta_{name}" for name in contract_names()} | REPORTS | ATTENTION | LOOKS
    assert set(dags) == dag_names(), "what the embedded environment waits for"


def test_tasks_follow_the_way_of_the_data(dags: dict) -> None:
    assert _order(dags["ingesta_visas_eeuu"]) == ["extraer", "revisar", "cargar"]
    for name in REPORTS:
        assert _order(dags[name]) == [
            "reunir_insumos",
            "revisar_nucleo",
            "calcular_cuadros",
            "revisar_cuadros",
            "proteger",
            "redactar",
            "auditar",
            "decidir",
            "visto_bueno",
            "aplicar_decision",
            "esperar_hora",
            "publicar",
            "listar_destinos",
            "entregar",
        ]


def test_every_platform_is_looked_at_for_itself(dags: dict) -> None:
    for name, task in (("monitoreo_plataformas", "medir"), ("evaluacion_diaria_plataformas", "evaluar")):
        mapped = dags[name].get_task(task)
        assert mapped.op_kwargs_expand_input.value == {"fuente": contract_names()}


def test_once_a_week_all_that_is_published_is_verified_here_and_at_every_target(dags: dict) -> None:
    found = dags["verificacion_semanal"]
    assert _order(found) == ["comprobar_publicaciones", "listar_destinos", "comprobar_destino"]
    assert found.get_task("comprobar_publicaciones").downstream_task_ids == set(), "a target does not wait for it"
    assert found.get_task("comprobar_destino").upstream_task_ids == {"listar_destinos"}
    assert found.schedule == "10 4 * * 1"
    assert str(found.timetable.timezone) == "America/Guatemala"


def test_every_dag_tells_an_operator_what_it_does_and_what_to_do(dags: dict) -> None:
    for dag in dags.values():
        for heading in ("Cuándo corre", "Qué hace", "Si una tarea está roja", "Un mes pasado"):
            assert heading in dag.doc_md, dag.dag_id
        assert dag.dag_display_name != dag.dag_id
        assert dag.tags


def test_every_task_has_an_owner_retries_with_back_off_and_a_spanish_title(dags: dict) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retries > 0
            assert task.retry_exponential_backoff
            assert task.owner != "airflow"
            assert task.task_display_name != task.task_id


def test_every_task_tells_of_its_failure_and_every_report_has_the_calendar_for_a_deadline(dags: dict) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert _names(task.on_failure_callback) == (
                [] if task.task_id == "comprobar_entregas" else ["task_failed"]
            )
            assert _names(task.on_success_callback) == ["task_succeeded"]
        if dag.dag_id not in ATTENTION | LOOKS:
            assert dag.on_failure_callback.__name__ == "run_failed"
            assert dag.on_success_callback.__name__ == "run_succeeded"
    for name in REPORTS:
        (deadline,) = dags[name].deadline
        assert type(deadline.reference).__name__ == "AnnouncedMoment"
        assert deadline.callback.path == "movilidad_plazos.publication_is_late"


def test_somebody_is_asked_in_spanish_and_nothing_comes_out_when_nobody_answers(dags: dict) -> None:
    for name in REPORTS:
        asked = dags[name].get_task("visto_bueno")
        assert asked.options == ["Publicar", "Publicar con nota", "Retener", "Rechazar"]
        assert asked.defaults == ["Retener"]
        assert asked.response_timeout == timedelta(hours=72)
        assert asked.execution_timeout is None
        assert list(asked.params) == ["nota"]
        assert asked.assigned_users is None
        applied = dags[name].get_task("aplicar_decision")
        assert applied.upstream_task_ids == {"auditar", "decidir", "visto_bueno"} - {"decidir"}
        assert applied.trigger_rule == "none_failed_min_one_success"


def test_the_wait_for_the_announced_minute_holds_no_worker_and_ends_in_it(dags: dict) -> None:
    from airflow.sdk.exceptions import AirflowRescheduleException

    import movilidad_airflow

    for name in REPORTS:
        waiting = dags[name].get_task("esperar_hora")
        assert (waiting.mode, waiting.reschedule) == ("reschedule", True)
        assert dags[name].get_task("publicar").upstream_task_ids == {"aplicar_decision", "esperar_hora"}
        assert dags[name].get_task("publicar").trigger_rule == "all_success"

    def until(moment: datetime | None) -> object:
        with dags["informe_mensual"]:
            task = movilidad_airflow.wait("Esperar")(lambda: moment)
        return task.function()

    soon = movilidad_airflow.now() + timedelta(minutes=2)
    with pytest.raises(AirflowRescheduleException) as raised:
        until(soon)
    assert raised.value.reschedule_date == soon
    with pytest.raises(AirflowRescheduleException) as raised:
        until(soon + timedelta(days=9))
    assert raised.value.reschedule_date < soon + timedelta(hours=1), "a changed date is noticed"
    assert until(None) is until(movilidad_airflow.now()) is True


def test_two_persons_sign_where_the_rule_says_so(airflow_home: Path) -> None:
    from airflow.sdk import dag, task

    from movilidad.publishing.signatories import Signatories
    from movilidad_visto_bueno import signatures

    rules = Signatories.model_validate(
        {
            "firmantes": [{"usuario": "ana", "cargo": "Jefatura"}, {"usuario": "eva", "cargo": "Dirección"}],
            "dos_personas": True,
            "al_vencer": "rechazar",
        }
    )

    @dag(schedule=None)
    def two():
        @task
        def decidir() -> str:
            return ""

        signatures(decidir(), rules)

    first, second = (two().get_task(name) for name in ("visto_bueno", "segundo_visto_bueno"))
    assert second.upstream_task_ids == {"visto_bueno"}
    assert second.options == ["Publicar", "Retener", "Rechazar"]
    assert first.defaults == second.defaults == ["Rechazar"]
    assert [user["id"] for user in second.assigned_users] == ["ana", "eva"]
    assert list(second.params) == []


def test_a_dag_of_a_source_names_its_steward(dags: dict) -> None:
    for name in contract_names():
        assert load_contract(name).responsable.correo in dags[f"ingesta_{name}"].doc_md


def test_ingestions_run_in_the_time_of_guatemala_for_the_month_before(dags: dict) -> None:
    for name in contract_names():
        timetable = dags[f"ingesta_{name}"].timetable
        assert str(timetable.timezone) == "America/Guatemala"
        assert timetable.run_offset == -1
        assert timetable.key_format == "%Y-%m"


def test_the_monthly_report_waits_for_the_sources_that_name_it_and_no_other(dags: dict) -> None:
    awaited = {asset.name for asset in dags["informe_mensual"].timetable.asset_condition.objects}
    assert awaited == {f"nucleo_{name}" for name in sources_of("mensual")}
    others = set(contract_names()) - set(sources_of("mensual"))
    assert others == {"acciones", "capacitaciones", "denuncias"}
    assert {f"ingesta_{name}" for name in others} < set(dags)


def test_the_four_month_report_looks_again_at_every_month_and_at_its_own_sources(dags: dict) -> None:
    timetable = dags["informe_cuatrimestral"].timetable
    awaited = {asset.name for asset in timetable.asset_condition.objects}
    assert awaited == {"publicacion_mensual", "nucleo_acciones", "nucleo_capacitaciones", "nucleo_denuncias"}
    assert type(timetable.asset_condition).__name__ == "AssetAny"


def test_a_month_belongs_to_its_four_months_and_only_those_are_a_key(dags: dict) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    read = DagSerialization.from_dict(DagSerialization.to_dict(dags["informe_cuatrimestral"]))
    mapper = read.timetable.default_partition_mapper
    keys = [mapper.to_downstream(f"2026-{month:02d}") for month in range(1, 13)]
    assert keys == ["2026-C1"] * 4 + ["2026-C2"] * 4 + ["2026-C3"] * 4
    assert mapper.to_partition_date("2026-C2").isoformat() == "2026-05-01T00:00:00-06:00"
    for wrong in ("2026-05", "2026-C4", "2026", "cuatrimestre"):
        with pytest.raises(ValueError, match="no es un"):
            mapper.decode_downstream(wrong)


def test_what_is_not_there_yet_skips_a_task_and_what_is_wrong_fails_it() -> None:
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

    from movilidad.model.errors import DataError, NotYetError
    from movilidad_airflow import step

    for error, raised in ((NotYetError, AirflowSkipException), (DataError, AirflowFailException)):

        @step("Paso")
        def task(kind: type[Exception] = error) -> None:
            raise kind("falta publicar mayo de 2026")

        with pytest.raises(raised, match="mayo de 2026"):
            task.function()


def test_a_run_without_its_key_fails_at_once_and_says_where_to_write_it(airflow_home: Path) -> None:
    from movilidad_airflow import four_months_of, month_of

    for key_of, example in ((month_of, "2026-10"), (four_months_of, "2026-C2")):
        told = _failure(lambda key_of=key_of: key_of(None))
        assert "escriba en «Clave de Partición»" in told
        assert example in told
        assert "Fallo inesperado" not in told


def test_a_connection_that_is_missing_in_airflow_fails_at_once_and_is_named(airflow_home: Path) -> None:
    from movilidad_airflow import connection_of
    from movilidad_avisos import connections

    for lookup in (connection_of, connections):
        told = _failure(lambda lookup=lookup: lookup("sin_registrar"))
        assert "falta la conexión «sin_registrar» de Airflow" in told
        assert "Administración → Conexiones" in told


def _failure(work: Callable[[], object]) -> str:
    """The message of a step that fails without being tried again; the alert has the same."""
    from airflow.sdk.exceptions import AirflowFailException

    from movilidad_airflow import safe_errors

    with pytest.raises(AirflowFailException) as raised, safe_errors():
        work()
    assert str(raised.value.reason) == str(raised.value)
    return str(raised.value)


def test_a_dag_of_a_source_tells_which_reports_wait_for_it(dags: dict) -> None:
    assert "**Informes que la esperan:** cuatrimestral." in dags["ingesta_denuncias"].doc_md
    assert "mensual, cuatrimestral." in dags["ingesta_ejecucion_presupuestaria"].doc_md


@pytest.mark.parametrize("file", DAG_FILES, ids=lambda file: file.name)
def test_a_dag_file_is_a_table_of_contents(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    code = source.split('"""', 2)[2].splitlines()
    assert len(code) < 70
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module.split(".")[0] in {"airflow", "movilidad"} or node.module in OUR_PLUGINS
        if isinstance(node, ast.Import):
            assert not node.names, "DAG files import names from airflow.sdk, movilidad and our plugins only"


def test_reading_the_folder_needs_no_heavy_library_no_network_and_no_database(tmp_path: Path) -> None:
    """In a process of its own, with connections forbidden."""
    program = """
import socket, sys
sys.path.insert(0, {plugins!r})
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
def forbidden(*arguments, **options):
    raise AssertionError("a connection at parse time")
socket.socket.connect = forbidden
import sqlalchemy.engine
sqlalchemy.engine.Engine.connect = forbidden
bag = DagBag({dags!r})
assert bag.import_errors == {{}}, bag.import_errors
heavy = {{"pandas", "great_expectations", "weasyprint", "matplotlib"}} & set(sys.modules)
assert not heavy, heavy
"""
    environment = {"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program.format(plugins=str(paths.PROJECT / "plugins"), dags=str(paths.DAGS))],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def _names(callbacks) -> list[str]:
    """Of a mapped task Airflow keeps the function itself."""
    return [each.__name__ for each in (callbacks if isinstance(callbacks, list) else [callbacks])]


def _order(dag) -> list[str]:
    return [task.task_id for task in dag.topological_sort()]
