"""The desk asked with addresses that mean harm: always a page that says so, never a trace, a file or a script."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from desk_support import PROGRAMME, BadDay, bad_day, client_at
from lxml import html
from publishing_support import NOON

from movilidad.desk.routes import routes

PARTS = (
    *("..", "../../etc/passwd", "%2e%2e%2fetc%2fpasswd", "/etc/passwd", "file:///etc/passwd", "..\\..\\etc"),
    *("'; DROP TABLE control.publicaciones; --", "1 OR 1=1", "%(x)s", "{{7*7}}", "${7*7}", "{x}", "\\"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "\u202etxt"),
    *("0000-01", "9999-12", "0000-C1", "٢٠٢٦-10", "2026-10\n", "2026-10.csv.csv", "a\0b", "-1", "1e9"),
    "x" * 3_000,
)
ADDRESSES = sorted({route.path for route in routes.routes if "{" in route.path})  # type: ignore[attr-defined]
#: what stands where nothing hostile does
FINE = {
    "series": "mensual",
    "period": "2026-08",
    "revision": "r1",
    "name": PROGRAMME,
    "month": "2026-10",
    "number": "1",
    "path": "informe.html",
}


@pytest.fixture(scope="module")
def busy(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BadDay]:
    with bad_day(postgres_folder, tmp_path_factory.mktemp("mesa")) as found:
        yield found


def hostile_ones(address: str) -> Iterator[str]:
    """The address with a hostile part in each of its places, as it is and as browsers write it."""
    places = address.replace(":path}", "}").lstrip("/")
    for name in re.findall(r"\{(\w+)", places):
        for part in PARTS:
            for written in {part, quote(part, safe=""), quote(quote(part, safe=""), safe="")}:
                if "\0" not in written and "\n" not in written:
                    yield places.format(**{**FINE, name: written})


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_address_is_answered_by_a_sentence(busy: BadDay, address: str) -> None:
    asked = list(hostile_ones(address))
    assert len(asked) > 50
    with client_at(NOON) as desk:
        answers = [desk.get(each) for each in asked]
    # the server around the desk answers the others: a client walks «..» itself, and no mount takes a line break
    answers = [each for each in answers if each.text != '{"detail":"Not Found"}']
    assert len(answers) > 50
    for answer in answers:
        assert answer.status_code in {200, 307, 404}, (answer.url, answer.text[:300])
        assert "root:" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers.get("location", "/airflow/mesa/").startswith(
            ("/airflow/mesa/", "http://airflow.example/")
        )
        if answer.status_code == 404:
            page = html.fromstring(answer.text)
            assert all(source.startswith("/airflow/mesa/") for source in page.xpath("//script/@src"))
            assert not page.xpath(
                "//script[not(@src)] | //img | //*[@onerror] | //a[starts-with(@href, 'javascript')]"
            )
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("part", PARTS)
def test_a_hostile_query_changes_nothing(busy: BadDay, part: str) -> None:
    with client_at(NOON) as desk:
        plain, asked = desk.get(""), desk.get("", params={"x": part, "next": part, "mes": part})
    assert (asked.status_code, asked.text) == (200, plain.text)
