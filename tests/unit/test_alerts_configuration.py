"""Who is told: the file is checked, its mistakes are told plainly, quiet hours end when they should."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from movilidad.alerts.audience import audience
from movilidad.alerts.configuration import Configuration, is_address, load_configuration
from movilidad.alerts.kinds import KINDS
from movilidad.alerts.notice import Link, Notice, one_line
from movilidad.alerts.quiet import Quiet
from movilidad.alerts.words import listed, span, times
from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import TZ
from movilidad.publishing.calendar import load_calendar

NIGHT = Quiet.model_validate({"desde": "19:00", "hasta": "07:00", "dias_no_habiles": True})
NOON_BREAK = Quiet.model_validate({"desde": "12:00", "hasta": "13:00"})
PEOPLE = {
    "ana": {"nombre": "Turno A", "correo": "turno.a@mintrab.example", "relevo": "jefatura"},
    "luis": {"nombre": "Turno B", "canales": ["chat_b"]},
    "jefatura": {"nombre": "Jefatura", "correo": "jefatura@mintrab.example"},
}


def configuration(**changes: object) -> Configuration:
    return Configuration.model_validate({"operadores": ["ana"], "personas": PEOPLE, **changes})


def test_the_file_that_is_shipped_is_valid_and_reaches_the_operators_of_the_settings() -> None:
    shipped = load_configuration(paths.ALERTS)
    ((_, person),) = shipped.operators()
    assert person.correo == "operadores@mintrab.example"
    assert shipped.silencio


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operadores": ["nadie"]}, "no hay persona con el nombre: nadie"),
        ({"operadores": []}, "falta al menos un operador"),
        ({"relevo": "nadie"}, "no hay persona con el nombre: nadie"),
        ({"grupos": {"turno": ["ana", "otra"]}}, "no hay persona con el nombre: otra"),
        ({"grupos": {"ana": ["luis"]}}, "es persona y grupo a la vez: ana"),
        (
            {"personas": {"ana": {"nombre": "A", "correo": "ana arroba"}}},
            "en «personas.ana.correo», se espera una",
        ),
        ({"personas": {"ana": {"correo": "a@b.example"}}}, "en «personas.ana.nombre», falta esta clave"),
        ({"personas": {**PEOPLE, "eva": PEOPLE["jefatura"]}}, "dos personas tienen la misma dirección"),
        ({"silencio": {"desde": "20:00", "hasta": "20:00"}}, "no pueden ser la misma hora"),
        ({"plazos": {"relevo": 0}}, "en «plazos.relevo», se espera más de 0"),
        ({"turno": "ana"}, "en «turno», no existe esta clave"),
        ({"silencio": {"desde": "a las ocho", "hasta": "07:00"}}, "en «silencio.desde», se espera una hora"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    file = tmp_path / "avisos.yml"
    content = {"operadores": ["ana"], "personas": PEOPLE, **changes}
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_configuration(file)
    assert said in str(caught.value)
    assert "docs/avisos.md" in str(caught.value)
    assert "arroba" not in str(caught.value)


@pytest.mark.parametrize("content", [": : :", "- a\n- b\n", "", "\tx: 1"])
def test_what_is_no_configuration_is_said_not_to_be_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "avisos.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"avisos.yml: la configuración de los avisos no vale"):
        load_configuration(file)
    with pytest.raises(UsageError, match="no se puede leer"):
        load_configuration(tmp_path / "otro.yml")


def test_a_person_written_twice_is_said_and_not_silently_the_last_one(tmp_path: Path) -> None:
    file = tmp_path / "avisos.yml"
    file.write_text("personas:\n  ana: {nombre: A}\n  ana: {nombre: B}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no es YAML válido en la línea 3"):
        load_configuration(file)


def test_groups_stand_for_their_members_and_a_second_is_never_the_same_person() -> None:
    found = configuration(operadores=["turno"], grupos={"turno": ["ana", "luis"]}, relevo="ana")
    assert [name for name, _ in found.operators()] == ["ana", "luis"]
    assert [name for name, _ in found.second_of("ana")] == ["jefatura"]
    assert [name for name, _ in found.second_of("luis")] == ["ana"]
    assert [name for name, _ in found.second_of("alguien@x.example")] == ["ana"]
    assert found.second_of("jefatura") == [("ana", found.personas["ana"])]
    assert configuration(relevo="jefatura").second_of("jefatura") == []


def test_each_way_is_told_once_and_the_steward_before_the_operators() -> None:
    notice = Notice("fuente_no_responde", "tu_empleo", "Tu Empleo", "no responde", source="tu_empleo")
    people = {**PEOPLE, "bolsa": {"nombre": "Bolsa", "correo": "TuEmpleo@mintrab.example", "canales": ["chat_b"]}}
    ways = audience(notice, configuration(personas=people, operadores=["ana", "luis", "bolsa"]))
    assert [(way.persona, way.canal) for way in ways] == [
        ("bolsa", "correo"),
        ("bolsa", "chat_b"),
        ("ana", "correo"),
    ]
    assert ways[0].razon == "responde por la fuente «Tu Empleo»"
    target = Notice("destino_caido", "ckan", "Catálogo", "no responde", source="tu_empleo")
    assert [way.persona for way in audience(target, configuration())] == ["ana"]


def test_quiet_hours_end_in_the_morning_of_the_next_working_day() -> None:
    calendar = load_calendar()

    def end(quiet: Quiet, *moment: int) -> str:
        return f"{quiet.ends(datetime(*moment, tzinfo=TZ), calendar):%Y-%m-%d %H:%M}"  # type: ignore[misc]

    assert end(NIGHT, 2026, 11, 10, 9, 0) == "2026-11-10 09:00"
    assert end(NIGHT, 2026, 11, 10, 19, 0) == "2026-11-11 07:00"
    assert end(NIGHT, 2026, 11, 11, 3, 0) == "2026-11-11 07:00"
    assert end(NIGHT, 2026, 11, 13, 19, 30) == "2026-11-16 07:00"  # Friday evening to Monday
    assert end(NIGHT, 2026, 12, 24, 21, 0) == "2026-12-28 07:00"  # over Christmas, a Friday
    assert end(NOON_BREAK, 2026, 11, 14, 12, 30) == "2026-11-14 13:00"


def test_hours_need_no_quotes() -> None:
    for text in ("{desde: 19:00, hasta: 7:30}", '{desde: "19:00", hasta: "07:30"}'):
        quiet = Quiet.model_validate(yaml.safe_load(text))
        assert (f"{quiet.desde:%H:%M}", f"{quiet.hasta:%H:%M}") == ("19:00", "07:30")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001 - made local below
def test_quiet_hours_always_end_and_what_follows_is_not_quiet(moment: datetime) -> None:
    calendar = load_calendar()
    local = moment.replace(tzinfo=TZ)
    for quiet in (NIGHT, NOON_BREAK):
        ended = quiet.ends(local, calendar)
        assert ended >= local
        assert quiet.ends(ended, calendar) == ended
    ended = NIGHT.ends(local, calendar)
    assert 7 <= ended.hour < 19
    assert calendar.is_working(date(ended.year, ended.month, ended.day))


def test_every_kind_says_in_spanish_what_happened_what_it_means_and_what_to_do() -> None:
    for kind in KINDS.values():
        assert not kind.titulo.endswith(".")
        for text in (kind.significa, kind.resuelto):
            assert text[0].isupper()
            assert text.endswith(".")
        assert kind.hacer[0].islower()


def test_words_are_short_and_right() -> None:
    assert span(timedelta(seconds=5)) == "1 minuto"
    assert span(timedelta(minutes=119)) == "119 minutos"
    assert span(timedelta(hours=47)) == "47 horas"
    assert span(timedelta(days=2)) == "2 días"
    assert times(1) == "una vez"
    assert times(1234) == "1,234 veces"
    assert listed(["a"], 3) == "a"
    assert listed(["a", "b", "c"], 3) == "a, b y c"
    assert listed(["a", "b", "c", "d"], 3) == "a, b, c y 1 más"
    assert one_line("uno\r\ndos\u202e\u2028 tres") == "uno dos tres"
    assert len(one_line("x" * 5000)) == 1001


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("https://a.example/b?c=1", True),
        ("javascript:alert(1)", False),
        ("https://a.example/ b", False),
        ('https://a"b', False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str, usable: bool) -> None:
    assert Link("ver", address).usable is usable


@pytest.mark.parametrize(
    "text", ["", "por nombrar", "a@b", "a@b.c d", "a,b@c.example", "a@b.example, c@d.example"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert not is_address(text)
