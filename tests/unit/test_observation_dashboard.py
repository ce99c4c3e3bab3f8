"""What keeps and draws the figures: the dashboard asks for what there is, and its services are hardened."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from movilidad.model import paths
from movilidad.observation.figures import BYTES, FIGURES, SECONDS

DEPLOY = paths.PROJECT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "movilidad.json").read_text(encoding="utf-8"))
PANELS = DASHBOARD["panels"]
COMPOSE = yaml.safe_load((paths.PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = {
    name: service for name, service in COMPOSE["services"].items() if "observacion" in service.get("profiles", ())
}
#: what Prometheus adds to names: units, and what says that something is counted
_UNITS = {SECONDS: "_seconds", BYTES: "_bytes"}
_KINDS = {"counter": "_total", "gauge": ""}


def read(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def of_ours() -> dict[str, set[str]]:
    """Our figures as Prometheus calls them, with their labels, as far as a query tells them."""
    return {
        figure.name.replace(".", "_") + _UNITS.get(figure.unit, ""): set(
            re.findall(
                r"\b(?:fuente|serie|estado|destino|clase|gravedad|proceso|etapa|base|carpeta)\b", figure.query
            )
        )
        for figure in FIGURES
    }


def of_airflow() -> set[str]:
    """Airflow's figures as Prometheus calls them, as Airflow's own list has them."""
    import airflow

    file = Path(airflow.__path__[0]) / "_shared" / "observability" / "metrics" / "metrics_template.yaml"
    known = yaml.safe_load(file.read_text(encoding="utf-8"))["metrics"]
    return {
        f"airflow_{each['name'].replace('.', '_')}{_KINDS[each['type']]}"
        for each in known
        if each["type"] in _KINDS
    }


def queries() -> list[str]:
    return [target["expr"] for panel in PANELS for target in panel.get("targets", ())]


def test_every_figure_that_the_dashboard_asks_for_is_exported(airflow_home: object) -> None:
    asked = {name for query in queries() for name in re.findall(r"\b(?:movilidad|airflow)_\w+", query)}
    assert len(asked) > 15
    assert asked <= of_ours().keys() | of_airflow()
    assert of_ours().keys() <= asked, "a figure that nobody sees"


def test_the_dashboard_asks_with_labels_that_the_figures_have() -> None:
    for query in queries():
        for name, labels in re.findall(r"\b(movilidad_\w+)\{(.*?)\}", query):
            if known := of_ours()[name]:
                assert set(re.findall(r"(\w+)(?:=|!=|=~|!~)", labels)) <= known, query


def test_panels_have_their_own_numbers_and_places_and_a_title_and_reason_in_spanish() -> None:
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    for one, other in combinations([panel["gridPos"] for panel in PANELS], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)
    for panel in PANELS:
        assert panel["title"]
        assert panel["type"] == "row" or panel["description"].endswith(".")
    assert (DASHBOARD["schemaVersion"], DASHBOARD["timezone"]) == (41, "America/Guatemala")


def test_grafana_finds_the_dashboard_and_prometheus_and_this_the_collector() -> None:
    (source,) = read("grafana/fuentes.yml")["datasources"]
    assert {panel["datasource"]["uid"] for panel in PANELS if "datasource" in panel} == {source["uid"]}
    (provider,) = read("grafana/tableros.yml")["providers"]
    mounts = dict(reversed(mount.split(":")[:2]) for mount in SERVICES["grafana"]["volumes"])
    assert mounts[f"{provider['options']['path']}/movilidad.json"] == "./deploy/grafana/movilidad.json"
    assert all((paths.PROJECT / each).is_file() for each in mounts.values() if each.startswith("."))

    collector, ports = read("observacion/recolector.yml"), SERVICES["recolector"]["expose"]
    taken = collector["receivers"]["otlp"]["protocols"]["http"]["endpoint"].rpartition(":")[2]
    shown = collector["exporters"]["prometheus"]["endpoint"].rpartition(":")[2]
    assert [taken, shown] == ports
    assert SERVICES["metricas"]["environment"]["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://recolector:{taken}"
    (job,) = read("observacion/prometheus.yml")["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"recolector:{shown}"]}]
    assert source["url"] == f"http://prometheus:{SERVICES['prometheus']['expose'][0]}"
    (pipeline,) = collector["service"]["pipelines"].values()
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) == collector[part].keys()


@pytest.mark.parametrize("name", SERVICES)
def test_its_services_are_hardened_like_the_others(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "build" in service or service["user"] != "0"
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
