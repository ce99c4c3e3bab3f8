"""One incident is one conversation: few messages, to the right people, at the right hours, and its end is told."""

import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alerts_support import (
    CHIEF,
    CONFIGURATION,
    DEAD,
    MORNING,
    OPERATOR,
    STEWARD,
    Office,
    Post,
    dead_platform,
    office,
    post,
    text_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts import Notice
from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ
from movilidad.sources.contracts import load_contract

__all__ = ["office", "post"]


def failed_task(period: str = "2026-10", subject: str = "informe_mensual/proteger") -> Notice:
    return Notice(
        kind="tarea_fallida",
        subject=subject,
        title="Proteger · Informe mensual",
        what="no cabe en la memoria",
        period=period,
        series=("mensual",),
    )


def test_forty_failures_of_a_dead_platform_are_one_mail_one_reminder_and_one_recovery(
    office: Office, post: Post
) -> None:
    for number in range(40):
        office.report(dead_platform(f"20{20 + number // 12}-{number % 12 + 1:02d}"))
        office.later(minutes=1)
    assert len(post.to(STEWARD)) == len(post.to(OPERATOR)) == 1
    office.later(hours=60)
    assert len(post.to(STEWARD)) == 2
    reminder = text_of(post.to(STEWARD)[1])
    assert "Se ha repetido 39 veces" in reminder
    assert "enero de 2020" in reminder
    assert "y 36 más" in reminder
    office.recovered(DEAD)
    office.recovered(DEAD)
    office.later(hours=24)
    assert len(post.to(STEWARD)) == len(post.to(OPERATOR)) == 3
    assert text_of(post.to(STEWARD)[2]).startswith("Resuelto. Una fuente no responde: Tu Empleo")
    assert alerts.open_incidents() == []


def test_a_conversation_is_one_thread(office: Office, post: Post) -> None:
    office.report(dead_platform())
    office.later(hours=30)
    office.recovered(DEAD)
    office.later(hours=1)
    opening, reminder, recovery = post.to(OPERATOR)
    assert opening["In-Reply-To"] is None
    assert reminder["In-Reply-To"] == opening["Message-ID"]
    assert recovery["In-Reply-To"] == reminder["Message-ID"]
    assert recovery["References"].split() == [opening["Message-ID"], reminder["Message-ID"]]
    assert reminder["Subject"] == recovery["Subject"] == f"Re: {opening['Subject']}"
    assert len({mail["Message-ID"] for mail in post.taken}) == len(post.taken)


def test_another_period_or_task_is_another_conversation(office: Office, post: Post) -> None:
    office.report(failed_task("2026-09"))
    office.report(failed_task("2026-10"))
    office.report(failed_task("2026-10", "informe_mensual/redactar"))
    assert len(alerts.open_incidents()) == len(post.to(OPERATOR)) == 3
    office.recovered(("tarea_fallida", "informe_mensual/proteger", "2026-10"))
    assert [each.periodo for each in alerts.open_incidents()] == ["2026-09", "2026-10"]


def test_the_second_person_is_told_once_when_an_incident_stays_open(office: Office, post: Post) -> None:
    office.report(failed_task())
    office.later(hours=7, minutes=50)
    assert post.to(CHIEF) == []
    office.later(hours=72)
    (told,) = post.to(CHIEF)
    assert text_of(told).startswith("Ahora le toca a usted.")
    assert "es relevo de Operación" in text_of(told)
    office.recovered(failed_task().key)
    assert text_of(post.to(CHIEF)[1]).startswith("Resuelto.")


def test_what_can_wait_waits_for_the_end_of_quiet_hours_and_what_is_critical_does_not(
    office: Office, post: Post
) -> None:
    office.now = datetime(2026, 11, 6, 22, 0, tzinfo=TZ)  # a Friday night
    office.report(failed_task("2026-09"))
    late = Notice("publicacion_atrasada", "mensual", "Informe mensual", "no es pública", period="2026-09")
    office.report(late)
    office.later(hours=57)  # Monday, 7:00
    assert [mail["Subject"].split(":")[0] for mail in post.to(OPERATOR)][:1] == ["Una publicación está atrasada"]
    assert not any("Una tarea falló" in mail["Subject"] for mail in post.to(OPERATOR)[:-1])
    office.attend()
    assert "Una tarea falló" in post.to(OPERATOR)[-1]["Subject"]


def test_an_incident_close_to_its_publication_is_critical_and_wakes_people(office: Office, post: Post) -> None:
    moment = datetime(2026, 11, 13, 9, 30, tzinfo=TZ)  # the tenth working day of November
    office.now = moment - timedelta(hours=13)
    office.report(failed_task())
    assert post.taken == []
    office.now = moment - timedelta(hours=11)
    office.report(failed_task())
    assert post.to(OPERATOR)[0]["Importance"] == "high"
    assert "debe salir el 13 de noviembre de 2026 a las 09:30; faltan 11 horas" in text_of(post.to(OPERATOR)[0])


def test_what_came_and_went_in_quiet_hours_is_not_told(office: Office, post: Post) -> None:
    office.now = datetime(2026, 11, 10, 23, 0, tzinfo=TZ)
    office.report(dead_platform())
    office.later(hours=2)
    office.recovered(DEAD)
    office.later(hours=24)
    assert post.taken == []


def test_a_platform_that_comes_and_goes_is_told_ever_more_rarely(office: Office, post: Post) -> None:
    for _ in range(12):
        office.report(dead_platform())
        office.later(minutes=10)
        office.recovered(DEAD)
        office.later(minutes=10)
    assert len(post.to(OPERATOR)) == 1
    office.now = MORNING + timedelta(days=1)
    before = len(post.to(OPERATOR))
    for _ in range(10):
        office.report(dead_platform())
        office.later(minutes=5)
        office.recovered(DEAD)
        office.later(minutes=25)
    assert len(post.to(OPERATOR)) - before <= 6


def test_a_steward_without_address_is_told_through_the_operators(
    office: Office, post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts = tmp_path / "sources"
    shutil.copytree(paths.CONTRACTS, contracts)
    file = contracts / "tu_empleo.yml"
    file.write_text(file.read_text(encoding="utf-8").replace(STEWARD, "por nombrar"), encoding="utf-8")
    monkeypatch.setattr(paths, "CONTRACTS", contracts)
    load_contract.cache_clear()
    office.report(dead_platform())
    load_contract.cache_clear()
    (told,) = post.taken
    assert told["To"] == OPERATOR
    assert "Bolsa de Empleo Tu Empleo, responsable de la fuente, no tiene un correo válido: avísele" in text_of(
        told
    )


def test_a_steward_of_the_configuration_has_channels_and_a_second_of_its_own(office: Office, post: Post) -> None:
    people = {
        **CONFIGURATION["personas"],
        "bolsa": {"nombre": "Bolsa de empleo", "correo": STEWARD.upper(), "relevo": "jefatura", "silencio": False},
    }
    office.configure(personas=people)
    office.now = datetime(2026, 11, 10, 23, 0, tzinfo=TZ)
    office.report(dead_platform())
    assert [mail["To"] for mail in post.taken] == [STEWARD.upper()], "only this person has no quiet hours"


def test_a_wrong_configuration_stops_no_alert_and_is_told(office: Office, post: Post) -> None:
    office.file.write_text("operadores: [nadie]\npersonas: {}\n", encoding="utf-8")
    office.report(dead_platform())
    assert {mail["To"] for mail in post.taken} == {STEWARD, OPERATOR}
    with pytest.raises(UsageError, match=r"avisos.yml: la configuración de los avisos no vale: .* nadie"):
        office.attend()


def test_a_file_that_is_read_again_ends_its_incident_by_itself(office: Office, post: Post) -> None:
    unreadable = Notice("archivo_ilegible", "ingesta.py", "ingesta.py", "el archivo tiene un error")
    for _ in range(6):
        alerts.report(unreadable, office.now, None)
        office.later(minutes=10)
    assert len(post.to(OPERATOR)) == 1
    office.later(minutes=30)
    assert text_of(post.to(OPERATOR)[1]).startswith("Resuelto. Airflow no puede leer un archivo: ingesta.py")


def test_two_processes_at_once_open_one_incident_and_send_each_message_once(
    office: Office, post: Post, warehouse: Engine
) -> None:
    program = """
import sys
from datetime import datetime
from movilidad import alerts
from movilidad.sources.connection import Connection
now = datetime.fromisoformat(sys.argv[1])
for _ in range(10):
    alerts.report(
        alerts.Notice("destino_caido", "ckan", "Catálogo", "no responde"), now, Connection.from_environment
    )
    alerts.attend(now)
"""
    environment = {
        "MOVILIDAD_CONEXION_CORREO_AVISOS": office.known["correo_avisos"].model_dump_json(by_alias=True),
        "MOVILIDAD_BODEGA": warehouse.url.render_as_string(hide_password=False),
        "MOVILIDAD_AVISOS": str(office.file),
        "MOVILIDAD_CARPETA": str(office.file.parent),
        "PYTHONPATH": str(paths.PROJECT / "include"),
    }
    command = [sys.executable, "-c", program, office.now.isoformat()]
    running = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [mail["To"] for mail in post.taken] == [OPERATOR]
    (incident,) = alerts.open_incidents()
    assert incident.veces == 20


PERIODS = ("2026-08", "2026-09")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("reportar"), st.sampled_from(PERIODS)),
        st.tuples(st.just("resolver"), st.sampled_from(PERIODS)),
        st.tuples(st.just("esperar"), st.integers(1, 40)),
        st.tuples(st.just("correo"), st.booleans()),
    ),
    max_size=20,
)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_each_person_gets_each_message_of_an_incident_once_and_in_office_hours(
    office: Office, post: Post, warehouse: Engine, steps: list[tuple[str, object]]
) -> None:
    with warehouse.begin() as connection:
        connection.execute(text("TRUNCATE control.incidentes CASCADE"))
    post.taken.clear()
    office.now, post.silent = MORNING, False
    for step, value in steps:
        if step == "reportar":
            office.report(failed_task(str(value)))
        elif step == "resolver":
            office.recovered(failed_task(str(value)).key)
        elif step == "correo":
            post.silent = bool(value)
        else:
            office.now += timedelta(hours=int(str(value)) / 2)
            office.attend()
            assert 7 <= office.now.hour < 19 or not _sent_at(warehouse, office.now)
    with warehouse.connect() as connection:
        sent = connection.execute(
            text(
                "SELECT incidente_id, fase, direccion, count(*) AS veces FROM control.avisos"
                " WHERE estado = 'enviado' GROUP BY 1, 2, 3"
            )
        ).all()
    assert all(row.veces == 1 for row in sent)
    assert sum(row.veces for row in sent) == len(post.taken)
    told = {(row.incidente_id, row.direccion) for row in sent if row.fase in {"apertura", "relevo"}}
    assert {(row.incidente_id, row.direccion) for row in sent if row.fase == "recuperacion"} <= told
    keys = [each.key for each in alerts.open_incidents()]
    assert len(set(keys)) == len(keys)


def _sent_at(warehouse: Engine, moment: datetime) -> int:
    with warehouse.connect() as connection:
        query = text(
            "SELECT count(*) FROM control.avisos JOIN control.incidentes USING (incidente_id)"
            " WHERE enviado = :moment AND NOT critico"
        )
        return connection.execute(query, {"moment": moment}).scalar_one()
