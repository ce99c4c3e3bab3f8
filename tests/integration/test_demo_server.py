"""The simulated register, job bank and exchange-rate service over real HTTP."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import httpx
import pytest
from defusedxml.ElementTree import fromstring
from sources_support import read_one

from movilidad.demo import layout, registrations, registry, truth
from movilidad.demo.jobs import load
from movilidad.demo.seeding import SEED
from movilidad.demo.server import Service, serve
from movilidad.demo.simulation import Simulation
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract

NAMESPACE = "{http://www.banguat.gob.gt/variables/ws/}"
TOKEN = "ficha-de-prueba"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the server needs, until December 2023 (the job bank until June 2020)."""
    folder = tmp_path_factory.mktemp("servicios")
    layout.truth(folder).mkdir()
    with truth.writing(layout.truth(folder)) as true:
        registry.write(layout.registry(folder), load(SEED, 1), SEED, 1, Month(2023, 12), true)
    layout.token(folder).write_text(TOKEN, encoding="utf-8")
    bank = registrations.Store(layout.job_bank(folder), SEED)
    for _, pieces in Simulation(SEED, 1, Month(2020, 6)).pieces():
        for name, rows in pieces:
            if name == "inscritos":
                bank.add(rows)
    bank.finish()
    return folder


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    with serve(folder) as running:
        yield running


def get(service: Service, path: str, token: str | None = TOKEN) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.get(service.url + path, headers=headers)


def soap(service: Service, first: str, last: str, operation: str = "TipoCambioRango") -> httpx.Response:
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation} xmlns="{NAMESPACE[1:-1]}">'
        f"<fechainit>{first}</fechainit><fechafin>{last}</fechafin></{operation}>"
        "</soap:Body></soap:Envelope>"
    )
    return httpx.post(
        f"{service.url}/variables/ws/TipoCambio.asmx",
        content=body,
        headers={"Content-Type": "text/xml; charset=utf-8"},
    )


@pytest.mark.parametrize("token", [None, "", "otra", TOKEN + "x"])
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/reclutadores",
        "/api/v1/trabajadores?mes=2023-04",
        "/api/v1/inscripciones?mes=2020-03",
        "/api/v1/denuncias",
    ],
)
def test_without_the_token_the_services_give_nothing(service: Service, path: str, token: str | None) -> None:
    answer = get(service, path, token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "datos" not in answer.json()


def test_pages_give_every_record_once(service: Service) -> None:
    address, records, sizes = "/api/v1/reclutadores?pagina=1&tamano=20", [], []
    while address:
        page = get(service, address.removeprefix(service.url)).json()
        assert set(page) == {"datos", "total", "siguiente"}
        assert page["total"] == 33
        records += page["datos"]
        sizes.append(len(page["datos"]))
        address = page["siguiente"]
        assert address is None or address.startswith(service.url)
    assert sizes == [20, 13]
    assert len({record["id"] for record in records}) == 33


def test_a_page_after_the_last_is_empty(service: Service) -> None:
    page = get(service, "/api/v1/reclutadores?pagina=9&tamano=50").json()
    assert page["datos"] == []
    assert page["siguiente"] is None


def test_the_next_page_keeps_the_month(service: Service) -> None:
    page = get(service, "/api/v1/trabajadores?mes=2023-04&pagina=1&tamano=10").json()
    assert "mes=2023-04" in page["siguiente"]
    assert {record["fecha_salida"][3:] for record in page["datos"]} == {"04-2023"}


def test_the_registrations_of_a_month_come_page_by_page_each_once(service: Service, folder: Path) -> None:
    pages = [get(service, "/api/v1/inscripciones?mes=2020-03&pagina=1&tamano=100").json()]
    while pages[-1]["siguiente"]:
        pages.append(get(service, pages[-1]["siguiente"].removeprefix(service.url)).json())
    records = [record for page in pages for record in page["datos"]]
    assert {page["total"] for page in pages} == {len(records)}
    assert [len(page["datos"]) for page in pages[:-1]] == [100] * (len(pages) - 1)
    assert len(pages) > 2
    assert {record["fecha_registro"][:7] for record in records} == {"2020-03"}
    assert set(truth.registrations(folder, Month(2020, 3))["clave"]) <= {record["id"] for record in records}


def test_165_workers_are_reported_in_2023_besides_the_doubles(service: Service, folder: Path) -> None:
    keys = [
        record["id"]
        for month in Month(2023, 1).through(Month(2023, 12))
        for record in get(service, f"/api/v1/trabajadores?mes={month}&tamano=200").json()["datos"]
    ]
    true = truth.read(folder, "trabajadores")
    true = true[true["mes"] >= "2023"]
    assert len(true) == 165
    assert set(true["clave"]) <= set(keys)
    assert len(keys) < 165 * 1.05
    assert all(key.startswith("DEMO-T-") for key in keys)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/trabajadores",
        "/api/v1/trabajadores?mes=abril",
        "/api/v1/inscripciones",
        "/api/v1/reclutadores?pagina=0",
        "/api/v1/reclutadores?tamano=-5",
        "/api/v1/reclutadores?tamano=muchos",
    ],
)
def test_a_wrong_question_is_told_so(service: Service, path: str) -> None:
    answer = get(service, path)
    assert answer.status_code == 400
    assert "debe ser" in answer.json()["error"]


def test_other_paths_do_not_exist(service: Service) -> None:
    assert get(service, "/").status_code == 404
    assert get(service, "/api/v1/tipos_cambio").status_code == 404
    assert httpx.post(f"{service.url}/api/v1/reclutadores", content="x").status_code == 404


def test_the_range_gives_one_rate_per_day_without_a_token(service: Service) -> None:
    answer = soap(service, "01/10/2023", "31/10/2023")
    assert answer.status_code == 200
    document: Element = fromstring(answer.content)
    result = document.find(f".//{NAMESPACE}TipoCambioRangoResult")
    assert result is not None
    items = result.findall(f"{NAMESPACE}Vars/{NAMESPACE}Var")
    days = [item.findtext(f"{NAMESPACE}fecha") for item in items]
    assert days == [f"{day:02d}/10/2023" for day in range(1, 32)]
    assert result.findtext(f"{NAMESPACE}TotalItems") == "31"
    for item in items:
        assert (
            7.6
            <= float(item.findtext(f"{NAMESPACE}compra", ""))
            < float(item.findtext(f"{NAMESPACE}venta", ""))
            < 7.9
        )
        assert item.findtext(f"{NAMESPACE}moneda") == "2"


def test_a_range_without_rates_is_empty(service: Service) -> None:
    document: Element = fromstring(soap(service, "01/01/1999", "31/01/1999").content)
    assert document.findtext(f".//{NAMESPACE}TotalItems") == "0"


@pytest.mark.parametrize(
    ("first", "last", "operation"),
    [
        ("2023-10-01", "2023-10-31", "TipoCambioRango"),
        ("01/10/2023", "31/10/2023", "TipoCambioDia"),
        ("<x>", "", "TipoCambioRango"),
    ],
)
def test_a_wrong_soap_question_is_a_fault(service: Service, first: str, last: str, operation: str) -> None:
    answer = soap(service, first, last, operation)
    assert answer.status_code == 500
    assert b"<soap:Fault>" in answer.content


def test_the_project_s_own_connectors_can_read_it(service: Service) -> None:
    register = Connection.model_validate({"conn_type": "http", "password": TOKEN, "extra": {"url": service.url}})
    contract = load_contract("registro_reclutadores")
    assert len(read_one(contract, "reclutadores", register, Month(2023, 4))) == 33
    assert len(read_one(contract, "trabajadores", register, Month(2023, 4))) >= 20
    assert len(read_one(contract, "trabajadores", register, Month(2022, 5))) == 0
    assert len(read_one(load_contract("tu_empleo"), "inscripciones", register, Month(2020, 3))) > 200
    assert len(read_one(load_contract("tu_empleo"), "inscripciones", register, Month(2022, 5))) == 0
    bank = Connection.model_validate({"conn_type": "http", "extra": {"url": service.url}})
    assert len(read_one(load_contract("tipo_cambio_banguat"), "referencia", bank, Month(2023, 4))) == 30


def test_a_folder_without_a_seeding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no tiene plataformas simuladas"), serve(tmp_path):
        pass


def test_as_a_process_it_prints_its_port_takes_the_token_of_a_file_and_ends_when_told(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ficha"
    file.write_text("de-otro-archivo\n", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "movilidad.demo.server", "--folder", str(folder), "--token-file", str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert re.fullmatch(r"\d+", port)
        service = Service(f"http://127.0.0.1:{port}", int(port), "de-otro-archivo")
        assert get(service, "/api/v1/reclutadores", "de-otro-archivo").status_code == 200
        assert get(service, "/api/v1/reclutadores", TOKEN).status_code == 401
    finally:
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert rest == ""
    assert "GET" not in errors
