"""What the portal's web server says with each page and file: safe (an A+), usable by others, kept in time."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from header_grade import allowed, points, read, score
from nginx_support import served
from report_samples import facts, protected_tables

from movilidad.model.periods import TZ
from movilidad.publishing.portal import write_portal
from movilidad.publishing.tombstone import Withdrawal, tombstone
from movilidad.reports.model import build
from movilidad.reports.page import render_html

RELEASE = "mensual/2026-10/r1"
WITHDRAWN = "mensual/2026-09/r1"
DATA = f"/{RELEASE}/datos/resumen.csv"
PAGES = ("", "index.html", "buscar.html", f"{RELEASE}/informe.html", f"{WITHDRAWN}/informe.html")
DAY, MINUTES = "public, max-age=86400", "public, max-age=300"


@pytest.fixture(scope="module")
def publications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal, a release's report and data, a withdrawn release; the real pages, without a warehouse."""
    folder = tmp_path_factory.mktemp("publicaciones")
    write_portal(folder, datetime(2026, 11, 24, 12, tzinfo=TZ))
    release, withdrawn = folder / RELEASE, folder / WITHDRAWN
    for each in (release / "datos", release / "metadatos", withdrawn, folder / f"{RELEASE}.tmp" / ".estado"):
        each.mkdir(parents=True)
    (release / "informe.html").write_text(render_html(build(protected_tables(), facts())), encoding="utf-8")
    (release / "informe.pdf").write_bytes(b"%PDF-1.7\n")
    (release / "datos/resumen.csv").write_text("periodo,valor\n2026-10,1\n" * 100, encoding="utf-8")
    for name in ("manifest.json", "metadatos/dcat.jsonld", "datos/resumen.parquet", "LEAME.md", "CITATION.cff"):
        (release / name).write_text("{}", encoding="utf-8")
    (release / ".portal.json").write_text("{}", encoding="utf-8")
    (release.parent / "latest").symlink_to("r1")
    retired = Withdrawal(WITHDRAWN, "2026-11-19T09:00:00-06:00", "Una fuente entregó otro mes.", "Dirección")
    for name, content in tombstone(retired).items():
        (withdrawn / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def portal(publications: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        served(publications, tmp_path_factory.mktemp("nginx")) as address,
        httpx.Client(base_url=address, headers={"Accept-Encoding": "gzip"}) as client,
    ):
        yield client


@pytest.mark.parametrize("page", [*PAGES, f"{RELEASE}/datos/resumen.csv", f"{RELEASE}/manifest.json", "no/existe"])
def test_every_answer_is_graded_a_plus(portal: httpx.Client, page: str) -> None:
    answer = portal.get(f"/{page}")
    assert answer.status_code == (404 if page == "no/existe" else 200)
    assert {name: cost for name, cost in points(answer).items() if cost < 0} == {}
    assert score(answer) >= 100


def test_a_page_of_the_portal_and_a_report_have_these_points(portal: httpx.Client) -> None:
    assert {page: score(portal.get(f"/{page}")) for page in PAGES} == {
        "": 140,
        "index.html": 140,
        "buscar.html": 140,
        f"{RELEASE}/informe.html": 130,  # its style stands in the page, so that it can be kept as one file
        f"{WITHDRAWN}/informe.html": 130,
    }


@pytest.mark.parametrize(
    ("header", "lost"),
    [
        ("Content-Security-Policy", 45),  # below 90 points nothing is earned
        ("Strict-Transport-Security", 40),
        ("X-Content-Type-Options", 5),
        ("Referrer-Policy", 5),
        ("Cross-Origin-Opener-Policy", 10),
    ],
)
def test_the_grade_falls_without_a_header(portal: httpx.Client, header: str, lost: int) -> None:
    answer = portal.get(DATA)
    whole = score(answer)
    del answer.headers[header]
    assert (whole, score(answer)) == (120, 120 - lost)


@pytest.mark.parametrize("page", [page for page in PAGES if page])
def test_the_server_forbids_a_page_nothing_that_it_allows_itself(portal: httpx.Client, page: str) -> None:
    server, *own = read(portal.get(f"/{page}")).policies
    assert len(own) == 1
    for directive in own[0]:
        assert own[0][directive] - {"'none'"} <= allowed([server], directive), directive


@pytest.mark.parametrize(
    ("file", "kind", "kept"),
    [
        ("", "text/html; charset=utf-8", MINUTES),
        ("recursos/portal.css", "text/css; charset=utf-8", MINUTES),
        ("novedades.xml", "text/xml; charset=utf-8", MINUTES),
        (f"{RELEASE}/informe.html", "text/html; charset=utf-8", DAY),
        (f"{RELEASE}/informe.pdf", "application/pdf", DAY),
        (f"{RELEASE}/datos/resumen.csv", "text/csv; charset=utf-8", DAY),
        (f"{RELEASE}/datos/resumen.parquet", "application/vnd.apache.parquet", DAY),
        (f"{RELEASE}/manifest.json", "application/json; charset=utf-8", DAY),
        (f"{RELEASE}/metadatos/dcat.jsonld", "application/ld+json; charset=utf-8", DAY),
        (f"{RELEASE}/LEAME.md", "text/markdown; charset=utf-8", DAY),
        # the newest revision has a fixed address, so its content changes
        ("mensual/2026-10/latest/datos/resumen.csv", "text/csv; charset=utf-8", MINUTES),
    ],
)
def test_a_file_has_its_type_and_is_kept_as_long_as_it_does_not_change(
    portal: httpx.Client, file: str, kind: str, kept: str
) -> None:
    answer = portal.get(f"/{file}")
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == kept
    again = portal.get(f"/{file}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_data_may_be_used_by_other_sites_and_pages_not_be_shown_inside_of_them(portal: httpx.Client) -> None:
    data, page = portal.get(DATA), portal.get("/index.html")
    assert data.headers["access-control-allow-origin"] == "*"
    assert data.headers["cross-origin-resource-policy"] == "cross-origin"
    assert data.headers["content-encoding"] == "gzip"
    assert page.headers["cross-origin-resource-policy"] == "same-origin"
    assert page.headers["x-frame-options"] == "DENY"


def test_the_browser_s_own_page_for_a_pdf_is_not_hindered(portal: httpx.Client) -> None:
    answer = portal.get(f"/{RELEASE}/informe.pdf")
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"


def test_nothing_is_told_of_the_server_or_kept_of_the_reader(portal: httpx.Client) -> None:
    for page in ("", "no/existe"):
        answer = portal.get(f"/{page}")
        assert answer.headers["server"] == "nginx"
        assert "set-cookie" not in answer.headers
        assert not re.search(r"nginx/\d", answer.text)


def test_a_missing_page_is_not_kept_and_leads_back(portal: httpx.Client) -> None:
    answer = portal.get("/mensual/2026-10/r9/informe.html")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers
    assert "Esta página no existe" in answer.text
    assert '<a href="/">' in answer.text


@pytest.mark.parametrize("hidden", [f"{RELEASE}/.portal.json", f"{RELEASE}.tmp/.estado/x", ".portal.json"])
def test_states_are_not_served(portal: httpx.Client, hidden: str) -> None:
    assert portal.get(f"/{hidden}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_portal_only_reads(portal: httpx.Client, method: str) -> None:
    assert portal.request(method, f"/{RELEASE}/informe.html").status_code in (403, 405)
