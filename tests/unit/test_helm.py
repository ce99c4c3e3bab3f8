"""The values for Airflow's Helm chart: the chart takes them, and they say what docker-compose.yml says."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
import yaml

from movilidad.model import paths

HELM = paths.PROJECT / "deploy" / "helm"
VALUES = yaml.safe_load((HELM / "values.yaml").read_text(encoding="utf-8"))
OBJECTS = {
    (each["kind"], each["metadata"]["name"]): each
    for each in yaml.safe_load_all((HELM / "recursos.yaml").read_text(encoding="utf-8"))
}
PORTAL = OBJECTS["Deployment", "portal"]["spec"]["template"]["spec"]
SERVICES = yaml.safe_load((paths.PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
CHART = "airflow_chart_1.22.0"
# one task, one pod: no Celery; and other machines are called by other names
ELSEWHERE = {
    "AIRFLOW__CORE__EXECUTOR": ("CeleryExecutor", "KubernetesExecutor"),
    "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": (
        "http://api-server:8080/execution/",
        "http://movilidad-api-server:8080/execution/",
    ),
    "AIRFLOW__API__BASE_URL": ("${MOVILIDAD_DIRECCION_AIRFLOW:-http://127.0.0.1:8080}", "http://127.0.0.1:8080"),
    "AIRFLOW__CELERY__WORKER_CONCURRENCY": ("2", None),
    "AIRFLOW__CELERY__TASK_LOGS_TO_STDOUT": ("true", None),
}


@cache
def schema() -> dict[str, Any]:
    file = paths.PROJECT / "tests" / "data" / CHART / "values.schema.json.gz"
    found: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return found


def unknown(values: dict[str, Any], known: dict[str, Any], path: str = "") -> Iterator[str]:
    """Keys that the schema does not name where it names keys; it lets most of them pass."""
    named = known.get("properties", {})
    for key, value in values.items():
        if named and key not in named and "$ref" not in known:
            yield f"{path}{key}"
        elif isinstance(value, dict):
            yield from unknown(value, named.get(key, {}), f"{path}{key}.")


def errors(values: object) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(schema()).iter_errors(values)]


def test_the_chart_takes_the_values() -> None:
    assert errors(VALUES) == []
    assert list(unknown(VALUES, schema())) == []
    assert errors({**VALUES, "executor": 3}) != []
    wrong = {**VALUES, "scheduler": {"reslources": {}}, "ejecutor": "KubernetesExecutor"}
    assert list(unknown(wrong, schema())) == ["scheduler.reslources", "ejecutor"]


def test_the_version_of_the_chart_is_the_one_that_is_named() -> None:
    version = CHART.rpartition("_")[2]
    for file in (HELM / "values.yaml", paths.PROJECT / "docs" / "despliegue.md"):
        assert version in file.read_text(encoding="utf-8"), file


def test_every_variable_of_the_containers_has_its_twin() -> None:
    said = {each["name"]: each["value"] for each in VALUES["env"]}
    said |= {"AIRFLOW_HOME": VALUES["airflowHome"], "AIRFLOW__CORE__EXECUTOR": VALUES["executor"]}
    for name, value in SERVICES["scheduler"]["environment"].items():
        here, there = ELSEWHERE.get(name, (value, value))
        assert value == here, name
        assert said.pop(name, None) == there, name
    assert said == {}


def test_every_process_is_started_by_the_same_command() -> None:
    parts = {
        "apiServer": "api-server",
        "scheduler": "scheduler",
        "dagProcessor": "dag-processor",
        "triggerer": "triggerer",
        "migrateDatabaseJob": "preparar",
    }
    assert {part: VALUES[part]["args"] for part in parts} == {
        part: SERVICES[name]["command"] for part, name in parts.items()
    }
    (nginx,) = PORTAL["containers"]
    assert (nginx["image"], nginx["command"]) == (SERVICES["portal"]["image"], SERVICES["portal"]["command"])


def test_the_chart_does_not_hide_the_settings_that_the_image_has() -> None:
    assert (paths.PROJECT / "plugins" / "airflow_local_settings.py").is_file()
    assert VALUES["airflowLocalSettings"] is None


def test_the_image_is_the_same() -> None:
    assert f"{VALUES['defaultAirflowRepository']}:{VALUES['defaultAirflowTag']}" == SERVICES["scheduler"]["image"]


def test_the_health_of_a_process_is_asked_for_in_the_same_way() -> None:
    for part, name in (("scheduler", "scheduler"), ("dagProcessor", "dag-processor"), ("triggerer", "triggerer")):
        asked = SERVICES[name]["healthcheck"]["test"]
        there = [text.replace("//api-server", "//movilidad-api-server") for text in asked]
        assert ["CMD", *VALUES[part]["livenessProbe"]["command"]] == there


def test_the_volumes_of_the_containers_are_there() -> None:
    mounted = {each["mountPath"]: each["name"] for each in VALUES["volumeMounts"]}
    wanted = {mount.split(":")[1] for mount in SERVICES["scheduler"]["volumes"]}
    assert wanted <= mounted.keys()
    assert set(mounted.values()) == {each["name"] for each in VALUES["volumes"]}
    kept = [each["persistentVolumeClaim"] for each in VALUES["volumes"] if "persistentVolumeClaim" in each]
    claims = {each["claimName"] for each in kept} | {VALUES["logs"]["persistence"]["existingClaim"]}
    assert {("PersistentVolumeClaim", name) for name in claims} <= OBJECTS.keys()


def test_no_secret_is_written_down_or_made_by_the_chart() -> None:
    assert not any(VALUES["enableBuiltInSecretEnvVars"].values())
    named = {VALUES[name] for name in ("fernetKeySecretName", "apiSecretKeySecretName", "jwtSecretName")}
    assert named | set(VALUES["data"].values()) == {"movilidad-secretos"}
    assert not any("KEY" in each["name"] or "SECRET" in each["name"] for each in VALUES["env"])
    assert "Secret" not in {kind for kind, _ in OBJECTS}


def test_nothing_runs_as_root_or_writes_to_its_own_file_system() -> None:
    pods = (VALUES["securityContexts"]["pod"], PORTAL["securityContext"])
    containers = (VALUES["securityContexts"]["containers"], PORTAL["containers"][0]["securityContext"])
    assert all(pod["runAsNonRoot"] and pod["runAsUser"] == 50000 for pod in pods)
    assert all(
        each["readOnlyRootFilesystem"]
        and not each["allowPrivilegeEscalation"]
        and each["capabilities"] == {"drop": ["ALL"]}
        for each in containers
    )
    # only the scheduler talks to Kubernetes
    assert not any(
        VALUES[part]["serviceAccount"]["automountServiceAccountToken"]
        for part in ("apiServer", "dagProcessor", "triggerer", "workers")
    )


def test_whatever_stays_has_limits() -> None:
    parts = [
        VALUES[part] for part in ("apiServer", "scheduler", "dagProcessor", "triggerer", "migrateDatabaseJob")
    ]
    parts += [VALUES["workers"]["kubernetes"], PORTAL["containers"][0]]
    assert all(each["resources"].keys() == {"requests", "limits"} for each in parts)
