"""The figures of an installation, as a collector that speaks OTLP receives them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from airflow_tables import airflow_table
from database_support import new_database
from desk_support import PROGRAMME, examined, published
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from publishing_support import OCTOBER
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts.notice import Notice
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings
from movilidad.observation.export import exported
from movilidad.observation.figures import FIGURES

Received = dict[tuple[str, ...], float]


class Collector:
    """What a collector was sent: (figure, label=value …) → value, the newest."""

    def __init__(self) -> None:
        self.received: Received = {}
        self.units: dict[str, str] = {}
        self.services: set[str] = set()

    def take(self, request: ExportMetricsServiceRequest) -> None:
        for resource in request.resource_metrics:
            self.services |= {each.value.string_value for each in resource.resource.attributes}
            for metric in (metric for scope in resource.scope_metrics for metric in scope.metrics):
                self.units[metric.name] = metric.unit
                for point in metric.gauge.data_points:
                    labels = sorted(f"{each.key}={each.value.string_value}" for each in point.attributes)
                    self.received[metric.name, *labels] = point.as_double or point.as_int


@contextmanager
def collecting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    collector = Collector()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the server's name for it
            assert self.path == "/v1/metrics"
            body = self.rfile.read(int(self.headers["content-length"]))
            collector.take(ExportMetricsServiceRequest.FromString(body))
            self.send_response(200)
            self.end_headers()

    with on_loopback(Handler) as address:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        yield collector


@pytest.fixture
def airflow_database(
    postgres_folder: str, airflow_home: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Airflow's database after two months of an ingestion and a look at the alerts."""
    from airflow.models.dagrun import DagRun
    from airflow.models.taskinstance import TaskInstance

    now = datetime.now(UTC)
    with new_database(postgres_folder) as engine:
        task = {"dag_id": "ingesta_tu_empleo", "task_id": "extraer", "state": "success"}
        airflow_table(
            engine,
            TaskInstance,
            [
                {**task, "duration": 9.5, "end_date": now - timedelta(days=31)},
                {**task, "duration": 12.5, "end_date": now - timedelta(days=1)},
                {**task, "duration": 1.0, "end_date": now, "state": "failed"},
                {**task, "duration": 2.0, "end_date": now, "dag_id": "atencion_avisos"},
            ],
        )
        run = {"dag_id": "atencion_avisos", "state": "success", "end_date": now - timedelta(minutes=10)}
        airflow_table(engine, DagRun, [run])
        url = engine.url.render_as_string(hide_password=False)
        monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", url)
        yield engine


def test_a_collector_receives_every_figure_of_what_is_stored(
    warehouse: Engine, airflow_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(TZ)
    examined(warehouse, OCTOBER, now - timedelta(days=5), set_apart="S004")
    with warehouse.begin() as connection:
        connection.execute(
            text("""UPDATE control.instantaneas SET filas = '{"personas": 60, "solicitudes": 60}'""")
        )
    published(warehouse, OCTOBER, now)
    (get_settings().destinations_file).write_text(
        "destinos: [{nombre: espejo, titulo: Espejo, clase: archivos, conexion: espejo}]\n", encoding="utf-8"
    )
    with warehouse.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.entregas"
                " VALUES ('mensual/2026-10/r1', 'espejo', 'fallida', 2, now(), 'no responde')"
            )
        )
    alerts.report(Notice("destino_caido", "espejo", "Servidor de respaldo", "no responde"), now, None)

    with collecting(monkeypatch) as collector, exported():
        pass
    found = collector.received
    assert {name for name, *_ in found} == {figure.name for figure in FIGURES}
    assert collector.services == {"movilidad"}
    assert collector.units["movilidad.duracion_etapa"] == "s"
    source = f"fuente={PROGRAMME}"
    assert found["movilidad.filas_extraidas", source] == 120
    assert found["movilidad.filas_en_cuarentena", source] == 1
    assert found["movilidad.antiguedad_entrega", source] == pytest.approx(5 * 86_400, abs=60)
    assert found["movilidad.publicaciones", "estado=publicada", "serie=mensual"] == 1
    assert found["movilidad.entregas", "destino=espejo", "estado=fallida"] == 1
    assert found["movilidad.publicaciones_sin_entregar", "destino=espejo"] == 1
    assert found["movilidad.incidentes_abiertos", "clase=destino_caido", "gravedad=otra"] == 1
    assert found["movilidad.avisos_sin_entregar", "estado=fallido"] == 0
    assert found["movilidad.base_responde", "base=bodega"] == 1
    assert found["movilidad.disco_libre", "carpeta=datos"] > 0
    stages = {key[1:]: value for key, value in found.items() if key[0] == "movilidad.duracion_etapa"}
    assert stages == {("etapa=extraer", "proceso=ingesta_tu_empleo"): 12.5}
    assert found["movilidad.antiguedad_ejecucion", "proceso=atencion_avisos"] == pytest.approx(600, abs=60)


def test_a_warehouse_that_does_not_answer_is_a_figure_and_its_password_is_told_nowhere(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MOVILIDAD_BODEGA", "postgresql+psycopg2://movilidad:clave-secreta@127.0.0.1:9/movilidad")
    get_settings.cache_clear()
    with collecting(monkeypatch) as collector, exported():
        pass
    assert collector.received["movilidad.base_responde", "base=bodega"] == 0
    assert ("movilidad.publicaciones", "estado=publicada", "serie=mensual") not in collector.received
    assert "no se pudo leer «movilidad.publicaciones» (OperationalError)" in caplog.text
    assert "clave-secreta" not in caplog.text
