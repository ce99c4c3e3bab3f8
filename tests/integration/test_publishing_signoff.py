"""What is odd waits for somebody, nothing is public before its minute, what was decided stands in the release."""

import csv
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from publishing_support import NOON, OCTOBER, R1, contents, deliver_month, plain_report
from sqlalchemy import Engine, text

from movilidad import alerts
from movilidad.alerts import signing
from movilidad.model import paths
from movilidad.model.errors import DataError, NotYetError, UnavailableError, UsageError
from movilidad.model.periods import TZ, Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing import calendar, embargo, releases
from movilidad.publishing.decisions import decisions_about
from movilidad.publishing.schedule import announced_for
from movilidad.publishing.targets.delivery import deliver_all
from movilidad.publishing.verification import verify

__all__ = ["plain_report"]

MINUTE = datetime(2026, 11, 13, 9, 30, tzinfo=TZ)
NOTE = "=1+1 <script>alert(1)</script> Faltan los empleadores \u202e de octubre"
PLAIN_NOTE = "=1+1 <script>alert(1)</script> Faltan los empleadores de octubre"


def answer(option: str, user: str | None = "ana", note: str = "") -> dict[str, Any]:
    """As Airflow leaves it."""
    return {
        "chosen_options": [option],
        "params_input": {"nota": note},
        "responded_at": NOON.isoformat(),
        "responded_by_user": {"id": user, "name": user} if user else None,
    }


def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A draft in which something is odd, with a signatory, an office that sees it before, and a target."""
    (tmp_path / "visto_bueno.yml").write_text(
        "firmantes: [{usuario: ana, cargo: Jefatura de Estadística, correo: ana@mintrab.example}]\n"
        "acceso_previo: [Despacho Superior]\n"
    )
    (tmp_path / "destinos.yml").write_text(
        "destinos: [{nombre: espejo, titulo: Espejo, clase: archivos, conexion: espejo, portal: true}]\n"
    )
    monkeypatch.setenv("MOVILIDAD_VISTO_BUENO", str(tmp_path / "visto_bueno.yml"))
    monkeypatch.setenv("MOVILIDAD_DESTINOS", str(tmp_path / "destinos.yml"))
    target = {"extra": {"url": f"file://{tmp_path / 'espejo'}"}}
    monkeypatch.setenv("MOVILIDAD_CONEXION_ESPEJO", json.dumps(target))
    get_settings.cache_clear()
    counted = releases.compute_tables(releases.review_core(releases.begin("mensual", OCTOBER, NOON)))
    return releases.audit_draft(releases.render(releases.protect_tables(counted)))


def nothing_is_reachable(mirror: Path) -> None:
    """Neither in the publication folder (portal, ``latest``) nor at a target."""
    deliver_all(None, None, NOON)
    assert not get_settings().publicaciones.exists()
    assert not mirror.exists() or not contents(mirror)


@pytest.mark.usefixtures("plain_report")
def test_each_choice_does_what_it_says_and_the_embargo_holds_to_the_minute(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)
    assert prepared(tmp_path, monkeypatch) == R1
    _is_asked(tmp_path / "espejo")
    _is_held_or_rejected(tmp_path / "espejo")
    _is_approved_and_waits(tmp_path / "espejo")
    folder = releases.publish(R1, MINUTE)
    _says_what_was_decided(folder)
    deliver_all(None, None, MINUTE)
    assert (tmp_path / "espejo" / R1 / "informe.html").is_file()
    with warehouse.connect() as connection:
        taken = [each.decision for each in reversed(decisions_about(connection, R1))]
    assert taken == ["pendiente", "retener", "pendiente", "rechazar", "pendiente", "publicar", "publicar_con_nota"]
    assert releases.needed(R1, MINUTE) == ""
    assert releases.apply(R1, [answer("Rechazar")], MINUTE) == R1, "what readers see is not decided any more"
    assert all(found.ok for found in verify(R1))
    assert releases.build("mensual", OCTOBER, MINUTE.date()) == R1, "a note makes no revision of the same figures"


def _is_asked(mirror: Path) -> None:
    asked = releases.needed(R1, NOON)
    assert "Hay salidas del programa cuyo empleador no está entre los empleadores del mes" in asked
    assert r"Cuánto: 130 filas de 130 \(100 %\)" in asked
    assert "| Personas colocadas por el programa | — | 120 |" in asked
    assert "borrador/informe.pdf" in asked
    with pytest.raises(DataError, match="espera visto bueno"):
        releases.publish(R1, MINUTE)
    nothing_is_reachable(mirror)
    incident = signing.ask(R1, "http://airflow.example/decidir", NOON, _no_connection, second=False)
    assert incident.enlaces[0]["direccion"] == "http://airflow.example/decidir"
    assert "si nadie decide en 3 días, vale «retener»" in incident.que
    with pytest.raises(DataError, match="nadie ha decidido"):
        releases.apply(R1, [None], NOON)


def _is_held_or_rejected(mirror: Path) -> None:
    for option, user, said in (
        ("Retener", None, r"retenida, .* \(Nadie: venció el plazo\)"),
        ("Rechazar", "ana", r"rechazada, 10 de noviembre de 2026, 12:00 \(Jefatura de Estadística\)"),
    ):
        assert signing.apply(R1, [answer(option, user)], NOON, _no_connection) == R1
        assert [each.clase for each in alerts.open_incidents()] == ["aviso_fallido"], "nobody is asked any more"
        with pytest.raises(NotYetError, match=said):
            releases.minute_of(R1, NOON)
        with pytest.raises(DataError, match=said):
            releases.publish(R1, MINUTE)
        nothing_is_reachable(mirror)
        again = releases.needed(R1, NOON)
        assert "Decisiones anteriores" in again
        assert option.lower()[:5] in again
    with pytest.raises(DataError, match="firmantes"):
        releases.apply(R1, [answer("Publicar", "otro")], NOON)
    with pytest.raises(UsageError, match="falta la nota"):
        releases.apply(R1, [answer("Publicar con nota")], NOON)


def _is_approved_and_waits(mirror: Path) -> None:
    assert releases.apply(R1, [answer("Publicar", "ana")], NOON) == R1
    assert releases.needed(R1, NOON) == "", "it was decided in knowledge of all that is odd"
    assert releases.apply(R1, [answer("Publicar con nota", "ana", NOTE)], NOON) == R1
    assert releases.apply(R1, [], NOON) == R1
    assert releases.minute_of(R1, NOON) == MINUTE
    with pytest.raises(UnavailableError, match="no sale antes"):
        releases.publish(R1, MINUTE - timedelta(seconds=1))
    nothing_is_reachable(mirror)
    assert releases.minute_of(R1, MINUTE) is None
    releases.schedule(R1, MINUTE + timedelta(days=1), NOON)
    with pytest.raises(DataError, match="otra fecha que la anunciada"):
        releases.minute_of(R1, NOON)
    releases.schedule(R1, MINUTE, NOON)


def _says_what_was_decided(folder: Path) -> None:
    made_of = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert made_of["visto_bueno"] == {
        "decision": "publicar_con_nota",
        "nota": PLAIN_NOTE,
        "firmas": [{"quien": "Jefatura de Estadística", "momento": NOON.isoformat()}],
    }
    assert made_of["acceso_previo"] == ["Despacho Superior"]
    assert made_of["fecha_publicacion"] == "2026-11-13"
    for name in ("informe.html", "informe.pdf", "informe.en.html"):
        assert PLAIN_NOTE.encode() in (folder / name).read_bytes()
        assert b"Despacho Superior" in (folder / name).read_bytes()
    with (folder / "datos" / "notas.csv").open(encoding="utf-8", newline="") as handle:
        notes = {row["tema"]: row["nota"] for row in csv.DictReader(handle)}
    assert notes["visto_bueno"] == f"'{PLAIN_NOTE}"
    assert len(notes) > 1
    assert "`datos/notas.csv`" in (folder / "LEAME.md").read_text(encoding="utf-8")


def test_the_calendar_announces_what_lies_ahead_and_refuses_a_date_that_is_past(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    november, first = Period.of_month(Month(2026, 11)), "mensual/2026-11/r1"
    now = datetime(2026, 12, 1, 8, tzinfo=TZ)

    def announced(release: str = first) -> datetime | None:
        with warehouse.connect() as connection:
            return announced_for(connection, release)

    def moved_to(day: str) -> None:
        file = tmp_path / "calendario.yml"
        entry = f"{{publicacion: mensual/2026-11, fecha: {day}, anunciado: 2026-12-01, motivo: Mantenimiento}}"
        file.write_text(paths.CALENDAR.read_text(encoding="utf-8").replace("cambios: []", f"cambios: [{entry}]"))
        monkeypatch.setattr(embargo, "load_calendar", lambda: calendar.load_calendar(file))

    embargo.announce("mensual", Period.of_month(OCTOBER), now)
    assert announced(R1) is None, "its minute is past: it is made up for at once"
    embargo.announce("mensual", november, now)
    assert announced() == datetime(2026, 12, 14, 9, 30, tzinfo=TZ)
    moved_to("2026-12-18")
    embargo.announce("mensual", november, now)
    assert announced() == datetime(2026, 12, 18, 9, 30, tzinfo=TZ)
    moved_to("2026-12-07")
    with pytest.raises(UsageError, match=r"mensual/2026-11 ya pasó .2026-12-07 09:30"):
        embargo.announce("mensual", november, datetime(2026, 12, 8, tzinfo=TZ))
    assert announced() == datetime(2026, 12, 18, 9, 30, tzinfo=TZ)
    by_hand = releases.schedule(first, datetime(2026, 12, 21, 9, tzinfo=TZ), now)
    embargo.announce("mensual", november, now)
    assert announced() == by_hand, "what somebody announced by hand stays"
    with warehouse.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM control.anuncios")).scalar() == 1


def _no_connection(name: str) -> Any:
    raise UsageError(f"falta la conexión «{name}»")
