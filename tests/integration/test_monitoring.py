"""Platforms that go down and come back, real ones: looks, incidents, who is told, the day, the evaluation."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from alerts_support import STEWARD, an_office, post_office, text_of
from monitoring_support import OCTOBER, PROGRAMME, QUARTER, looks
from quality_support import TRABAJADORES, ingested, programme, recruiters, rows, with_cell
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine, text

from movilidad import alerts, monitoring
from movilidad.alerts.platforms import tell_of_platforms
from movilidad.cli import run
from movilidad.model import paths
from movilidad.model.errors import DataError
from movilidad.monitoring import checks, evidence, keeping
from movilidad.monitoring.counts import CELLS, EMPTY
from movilidad.monitoring.deadline import waiting
from movilidad.monitoring.opportunities import opportunities
from movilidad.publishing import releases
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, load_contract

NOON = datetime(2026, 11, 10, 18, tzinfo=UTC)  # noon in Guatemala
NEXT_MONTH = datetime(2026, 12, 12, 14, tzinfo=UTC)
HASTY = {"tiempo_reintentos": 5, "tiempo_espera": 5}


@dataclass
class JobBank:
    """A job bank whose mood the test decides: ``bien``, ``caida`` (503), ``html`` (a page instead of data)."""

    mood: str = "bien"
    url: str = ""


@pytest.fixture
def job_bank() -> Iterator[JobBank]:
    bank = JobBank()
    columns = load_contract("tu_empleo").conjuntos["inscripciones"]
    record = dict.fromkeys([*(each.origen for each in columns.columnas.values()), *columns.sin_usar], "x")
    bodies = {
        "bien": (200, "application/json", json.dumps({"datos": [record], "siguiente": None}).encode()),
        "caida": (503, "text/plain", b""),
        "html": (200, "text/html", b"<html><body>Error</body></html>"),
    }

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            status, kind, body = bodies[bank.mood]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Retry-After", "600")  # so that nobody waits for another try
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with on_loopback(Handler) as bank.url:
        yield bank


def measured(bank: JobBank, moods: list[str], begin: datetime) -> datetime:
    """A look every quarter of an hour, the bank in these moods; gives the moment after the last one."""
    connection = Connection(conn_type="http", extra={"url": bank.url, **HASTY})
    for place, bank.mood in enumerate(moods):
        monitoring.measure(load_contract("tu_empleo"), connection, begin + place * QUARTER)
    return begin + len(moods) * QUARTER


def test_a_service_that_goes_down_and_comes_back_is_one_incident_and_one_conversation(
    warehouse: Engine, job_bank: JobBank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with post_office() as post, an_office(tmp_path, monkeypatch, post) as office:
        now = measured(job_bank, ["bien", "caida", "caida"], NOON)
        tell_of_platforms(now, office.connections)
        assert post.taken == []
        now = measured(job_bank, ["caida", "html"], now)
        tell_of_platforms(now, office.connections)
        tell_of_platforms(now, office.connections)
        (mail,) = post.to(STEWARD)
        assert "Tu Empleo" in mail["Subject"]
        assert "No responde, en 4 mediciones." in text_of(mail)
        assert run(["monitoring", "incidents"]) == 0
        now = measured(job_bank, ["bien"], now)
        tell_of_platforms(now, office.connections)
        assert [each.clase for each in alerts.open_incidents()] == ["plataforma_degradada"]
        now = measured(job_bank, ["bien"], now)
        tell_of_platforms(now, office.connections)
        assert alerts.open_incidents() == []
        office.now = now
        office.later(hours=2)
        assert len(post.to(STEWARD)) == 2
    assert rows(warehouse, "SELECT clase, chequeos, desde, hasta FROM control.incidentes_plataforma") == [
        ("caida", 4, NOON + QUARTER, NOON + 5 * QUARTER)
    ]
    kept = rows(
        warehouse,
        "SELECT responde, correcta, latencia_ms IS NOT NULL FROM control.chequeos_plataforma ORDER BY momento",
    )
    good, dead, formless = (True, True, True), (False, False, False), (True, False, False)
    assert kept == [good, dead, dead, dead, formless, good, good]


def test_a_database_that_goes_away_and_comes_back(
    warehouse: Engine, postgres_folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform's own server, reached by a way that is cut and mended."""
    contract = _sql_contract(tmp_path, monkeypatch)
    way = tmp_path / "s"
    way.symlink_to(postgres_folder)
    address = {"host": str(way), "login": "postgres", "schema": "postgres", "extra": HASTY}
    connection = Connection.model_validate({"conn_type": "postgres", **address})

    def look(place: int) -> str:
        return monitoring.measure(contract, connection, NOON + place * QUARTER)

    assert look(0).startswith("Responde")
    way.unlink()
    told = [look(place) for place in range(1, 4)]
    assert all("no responde" in each for each in told)
    with warehouse.connect() as database:
        (going_on,) = keeping.open_incidents(database)
    assert (going_on.clase, going_on.desde) == ("caida", NOON + QUARTER)
    way.symlink_to(postgres_folder)
    look(4)
    look(5)
    with warehouse.connect() as database:
        assert keeping.open_incidents(database) == []


def _sql_contract(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    queries = folder / "sql" / "extraccion" / "fuente_prueba"
    queries.mkdir(parents=True)
    (queries / "filas.sql").write_text("SELECT 'a' AS id", encoding="utf-8")
    monkeypatch.setattr(paths, "SQL", folder / "sql")
    from sources_support import contract

    column = {"clave": {"origen": "id", "tipo": "texto", "clase": "registro", "descripcion": "Clave"}}
    return contract("sql", {"consulta": "filas"}, columnas=column)


def kept(engine: Engine, letters: str, begin: datetime) -> None:
    """Looks as if they had been made, one after the other."""
    with engine.begin() as connection:
        for check in looks(letters, begin):
            checks.keep(connection, check)
        keeping.find_incidents(connection, PROGRAMME, begin + len(letters) * QUARTER)


def test_finding_incidents_twice_is_the_same_as_once_and_two_at_a_time_are_refused(warehouse: Engine) -> None:
    kept(warehouse, "b" * 4 + "c" * 4 + "bb" + "c" * 3, NOON)
    first = rows(warehouse, "SELECT * FROM control.incidentes_plataforma ORDER BY desde")
    threads = [threading.Thread(target=kept, args=(warehouse, "", NOON + 20 * QUARTER)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(warehouse, "SELECT * FROM control.incidentes_plataforma ORDER BY desde") == first
    assert len(first) == 2


@pytest.fixture
def a_month_of_the_programme(warehouse: Engine) -> Engine:
    """October: measured for a day with an hour's outage, delivered with empty visas and wages that are none."""
    kept(warehouse, "b" * 60 + "c" * 4 + "b" * 32, OCTOBER.start)
    frames = programme()
    for row in range(12):
        frames = with_cell(frames, "colocaciones", "tipo_visa", row, None)
    for row in range(2):
        frames = with_cell(frames, "colocaciones", "subdivision", row, None)
    for row in range(5):
        frames = with_cell(frames, "solicitudes", "etapa", row, "1")
    ingested(frames)
    return warehouse


def test_the_day_is_accounted_once_and_applications_wait_until_the_extraction(
    a_month_of_the_programme: Engine,
) -> None:
    now = OCTOBER.start + timedelta(days=1, hours=1)
    for _ in range(2):
        monitoring.account(load_contract(PROGRAMME), now)
    first = dict(
        rows(a_month_of_the_programme, "SELECT medida, parte FROM control.medidas_plataforma WHERE objeto = ''")
    )
    assert first == {"sin_respuesta": 4, "respuesta_incorrecta": 0, "columnas_faltantes": 0, "columnas_nuevas": 0}
    monitoring.account(load_contract(PROGRAMME), datetime.now(UTC))
    given = {
        about: (part, whole)
        for about, part, whole in rows(
            a_month_of_the_programme,
            "SELECT objeto, parte, total FROM control.medidas_plataforma WHERE medida = 'completitud'",
        )
    }
    assert given["colocaciones.tipo_visa"] == (48, 60)
    assert given["colocaciones.pais"] == (60, 60)
    assert "colocaciones.fecha_retorno" not in given  # a return comes later
    with a_month_of_the_programme.begin() as connection:
        connection.execute(text("UPDATE control.instantaneas SET extraida = '2026-11-05 12:00+00'"))
        assert vars(waiting(connection, PROGRAMME, "2026-10")) == {
            "conjunto": "solicitudes",
            "periodo": "2026-10",
            "parte": 5,
            "total": 60,
        }
        connection.execute(text("UPDATE control.instantaneas SET extraida = '2026-10-12 12:00+00'"))
        assert waiting(connection, PROGRAMME, "2026-10") is None  # none is that old
        assert waiting(connection, "tu_empleo", "2026-10") is None


def test_a_recruiter_waits_for_his_authorisation_beyond_the_legal_ten_days(warehouse: Engine) -> None:
    asked = pd.concat([recruiters()] * 2, ignore_index=True).assign(
        reclutador_id=["R1", "R2", "R3", "R4"],
        fecha_solicitud=["2026-10-01", "2026-10-26", "2026-10-01", "2024-10-01"],
        fecha_resolucion=[None, None, "2026-10-09", "2024-12-20"],
    )
    nobody = pd.DataFrame(columns=[*TRABAJADORES], dtype="str")
    register = "registro_reclutadores"
    ingested({"reclutadores": asked, "trabajadores": nobody}, fuente=register)
    with warehouse.begin() as connection:
        connection.execute(text("UPDATE control.instantaneas SET extraida = '2026-11-05 12:00+00'"))
        found = waiting(connection, register, "2026-10")
        # R1 waits; R2 asked ten days ago, R3 was answered, R4 longer ago than a year
        assert found is not None
        assert (found.conjunto, found.parte, found.total) == ("reclutadores", 1, 2)


def test_the_evaluation_of_a_month_tells_what_its_ingestion_found(a_month_of_the_programme: Engine) -> None:
    found = monitoring.evaluate(load_contract(PROGRAMME), OCTOBER)
    assert (found.servicio.hechos, found.servicio.responden) == (96, 92)
    assert found.cells(EMPTY, "colocaciones", "tipo_visa") == 12
    assert found.cells(CELLS, "colocaciones", "tipo_visa") == 60
    assert opportunities(found, 3)[0].clave == "captura/colocaciones/tipo_visa"
    monitoring.account(load_contract(PROGRAMME), datetime.now(UTC))
    with a_month_of_the_programme.begin() as connection:
        name = evidence.keep(connection, found)
        assert evidence.keep(connection, found) == name
        assert evidence.read(connection, name) == found
    _require_no_record(a_month_of_the_programme)


def test_the_name_of_an_evidence_is_not_found_by_who_tries_its_counts(a_month_of_the_programme: Engine) -> None:
    """A manifest names it in public; everything else of it may be known to a reader."""
    found = monitoring.evaluate(load_contract(PROGRAMME), OCTOBER)
    guessed = json.dumps(evidence.as_dict(found), ensure_ascii=False, sort_keys=True)
    with a_month_of_the_programme.begin() as connection:
        name = evidence.keep(connection, found)
        assert not name.endswith(hashlib.sha256(guessed.encode()).hexdigest()[:16])
        connection.execute(text("DELETE FROM control.evidencias_plataforma"))
        assert evidence.keep(connection, found) != name, "a secret of its own"


def test_evidence_of_before_without_a_secret_is_still_read(a_month_of_the_programme: Engine) -> None:
    found = monitoring.evaluate(load_contract(PROGRAMME), OCTOBER)
    content = json.dumps(evidence.as_dict(found), ensure_ascii=False, sort_keys=True)
    name = f"{PROGRAMME}-evidencia-{hashlib.sha256(content.encode()).hexdigest()[:16]}"
    with a_month_of_the_programme.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO control.evidencias_plataforma (evidencia_id, fuente, periodo, contenido, reunida)"
                " VALUES (:name, :fuente, :periodo, CAST(:content AS jsonb), now())"
            ),
            {"name": name, "fuente": PROGRAMME, "periodo": str(OCTOBER), "content": content},
        )
        assert evidence.read(connection, name) == found
        assert evidence.keep(connection, found) == name


def test_evidence_that_somebody_changed_is_refused(a_month_of_the_programme: Engine) -> None:
    with a_month_of_the_programme.begin() as connection:
        name = evidence.keep(connection, monitoring.evaluate(load_contract(PROGRAMME), OCTOBER))
        connection.execute(
            text("UPDATE control.evidencias_plataforma SET contenido = contenido || '{\"demostracion\": false}'")
        )
        with pytest.raises(DataError, match="falta la evidencia"):
            evidence.read(connection, name)


def test_a_month_that_nobody_looked_at_has_no_evaluation(warehouse: Engine) -> None:
    with pytest.raises(DataError, match="no hay mediciones"):
        releases.prepare("plataformas", OCTOBER, NEXT_MONTH.date())


def _require_no_record(engine: Engine) -> None:
    """Nothing that is kept of platforms holds a value of a record."""
    tables = ("chequeos_plataforma", "medidas_plataforma", "incidentes_plataforma", "evidencias_plataforma")
    everything = "".join(str(rows(engine, f"SELECT to_jsonb(t)::text FROM control.{table} t")) for table in tables)
    assert "tipo_visa" in everything
    for value in ("1990-05-20", f"{7:032x}", "S007", "C007", "14.68"):
        assert value not in everything
