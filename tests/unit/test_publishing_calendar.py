"""When releases appear: rules, holidays, changed dates, and what calendars of others read of it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import icalendar
import pytest
from typer.testing import CliRunner

from movilidad.cli import app
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ, Month, Period
from movilidad.publishing.calendar import Calendar, ahead, load_calendar, of_year
from movilidad.publishing.icalendar import as_icalendar

NOW = datetime(2026, 11, 24, 12, tzinfo=TZ)
RULES = """
reglas:
  mensual: {titulo: Informe mensual, dia_habil: 10, hora: "09:30"}
  cuatrimestral: {titulo: Informe cuatrimestral, dia_habil: 15, hora: "09:30"}
"""
MOVED = """
cambios:
  - {publicacion: mensual/2026-12, fecha: 2027-01-20, anunciado: 2026-12-15, motivo: "Mantenimiento; <plataforma>"}
"""


def calendar(folder: Path, text: str = "") -> Calendar:
    file = folder / "calendario.yml"
    file.write_text(RULES + text, encoding="utf-8")
    return load_calendar(file)


def test_a_month_appears_on_its_working_day_without_weekends_and_holidays(tmp_path: Path) -> None:
    found = calendar(tmp_path)
    # October 20 and November 1 are holidays; 1 November 2026 is a Sunday
    assert found.entry("mensual", Period.parse("2026-10")).momento == datetime(2026, 11, 13, 9, 30, tzinfo=TZ)
    assert found.working_day(Month(2026, 10), 14) == date(2026, 10, 21)
    assert not found.is_working(date(2027, 3, 26))  # Good Friday


def test_a_day_off_that_a_steward_adds_moves_what_follows(tmp_path: Path) -> None:
    plain = calendar(tmp_path).working_day(Month(2027, 2), 10)
    more = calendar(tmp_path, "asuetos: [{fecha: 2027-02-02, motivo: Duelo nacional}]\n")
    assert more.working_day(Month(2027, 2), 10) > plain
    assert not more.is_working(date(2027, 2, 2))


def test_twelve_months_ahead_hold_twelve_months_and_three_reports_of_four_months(tmp_path: Path) -> None:
    found = ahead(calendar(tmp_path), NOW)
    assert [entry.name for entry in found[:4]] == [
        "mensual/2026-11",
        "mensual/2026-12",
        "cuatrimestral/2026-C3",
        "mensual/2027-01",
    ]
    assert [
        len([entry for entry in found if entry.serie == series]) for series in ("mensual", "cuatrimestral")
    ] == [
        12,
        3,
    ]
    assert all(entry.momento > NOW and entry.momento.tzinfo for entry in found)


def test_a_changed_date_keeps_the_old_one_and_says_why(tmp_path: Path) -> None:
    found = calendar(tmp_path, MOVED).entry("mensual", Period.parse("2026-12"))
    assert found.momento == datetime(2027, 1, 20, 9, 30, tzinfo=TZ)
    assert found.antes == datetime(2027, 1, 15, 9, 30, tzinfo=TZ)
    assert found.motivo == "Mantenimiento; <plataforma>"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("fecha: 2027-01-20, anunciado: 2027-02-01, motivo: x", "ya había pasado"),
        ("fecha: 2026-12-30, anunciado: 2026-12-15, motivo: x", "anterior al fin del periodo"),
        ("fecha: 2027-01-16, anunciado: 2026-12-15, motivo: x", "no es un día hábil"),
        ("fecha: 2027-01-20, anunciado: 2026-12-15, motivo: ''", "cambios.0.motivo"),
        ("fecha: 2027-01-20, anunciado: 2026-12-15", "cambios.0.motivo"),
        ("fecha: 31 de enero, anunciado: 2026-12-15, motivo: x", "cambios.0.fecha"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_plain_words(tmp_path: Path, change: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        calendar(tmp_path, f"cambios:\n  - {{publicacion: mensual/2026-12, {change}}}\n")


def test_a_moment_that_has_passed_is_refused_in_plain_words(tmp_path: Path) -> None:
    entry = calendar(tmp_path).entry("mensual", Period.parse("2026-10"))
    with pytest.raises(
        UsageError, match=r"la fecha de publicación de mensual/2026-10 ya pasó \(2026-11-13 09:30\)"
    ):
        entry.require_future(NOW)
    assert calendar(tmp_path).entry("mensual", Period.parse("2026-11")).require_future(NOW)


@pytest.mark.parametrize(
    "text", ["reglas: [", "reglas: {mensual: {titulo: x, dia_habil: 40, hora: '09:30'}}", "reglas: {}\notra: 1"]
)
def test_a_damaged_calendar_names_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calendario.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="calendario"):
        load_calendar(file)


def test_other_programs_read_the_icalendar(tmp_path: Path) -> None:
    found = ahead(calendar(tmp_path, MOVED), NOW)
    content = as_icalendar(found, "https://movilidad.example/", NOW)
    assert content == as_icalendar(found, "https://movilidad.example/", NOW)
    assert b"\r\n" in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events] == [entry.momento.astimezone(UTC) for entry in found]
    assert len({event["UID"] for event in events}) == len(found)
    moved = next(event for event in events if event["UID"] == "mensual-2026-12@movilidad.example")
    assert "Mantenimiento; <plataforma>" in moved["DESCRIPTION"]


def test_the_verb_lists_a_year_for_people_and_programs() -> None:
    result = CliRunner().invoke(app, ["calendar", "--year", "2027", "--json"])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    assert len(rows) == 27
    assert rows == sorted(rows, key=lambda row: row["fecha_hora"])
    assert "Informe mensual, diciembre de 2026" in CliRunner().invoke(app, ["calendar", "--year", "2027"]).output


def test_the_calendar_of_the_house_is_sound() -> None:
    assert len(of_year(load_calendar(), 2027)) == 27
