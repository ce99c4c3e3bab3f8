"""Another office's two platforms, a database and a web service, as ``tests/data/otra_oficina`` describes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine, text

from movilidad.demo.population import cui
from movilidad.model import paths

FOLDER = paths.PROJECT / "tests" / "data" / "otra_oficina"
MONTH = "2024-03"
TOKEN = "llave-de-lectura"
#: stand in the platforms and in no contract
NAMES = ("Candelaria Inventada Xol", "Teodoro Supuesto Chub")
PHONE = "5555-0199"

WORKERS, AGAIN, REPORTED = 90, 6, 24
_CUIS = cui(np.arange(1, 1 + WORKERS + REPORTED), np.zeros(WORKERS + REPORTED, dtype=np.int64))

_TABLES = """
CREATE TABLE trabajador (no_registro int PRIMARY KEY, dpi text, nombres text, genero text, nacido text, grupo text,
                         depto text, muni text);
CREATE TABLE peticion (folio int PRIMARY KEY, no_registro int, recibida timestamp, via text, destino text,
                       avance text);
CREATE TABLE patrono (codigo text PRIMARY KEY, destino text, giro text);
CREATE TABLE viaje (viaje int PRIMARY KEY, no_registro int, patrono text, destino text, permiso text, puesto text,
                    giro text, sale date, pago numeric, observaciones text);
"""


@dataclass(frozen=True)
class Trip:
    """A departure of the database, in its own words."""

    worker: int
    destino: str
    permiso: str
    day: int


def trips() -> list[Trip]:
    """Every worker leaves once in the month, the first ones twice."""
    places = (("EUA", "H2A"), ("EUA", "H2A"), ("CAN", "TFWP-AG"), ("MEX", "CONV-R"))
    leaving = [*range(WORKERS), *range(AGAIN)]
    return [Trip(worker, *places[worker % 4], 1 + number % 25) for number, worker in enumerate(leaving)]


def fill(database: Engine) -> None:
    """The tables of the database and a month in them."""
    workers = [
        (number, _CUIS[number], NAMES[number % 2], "VM"[number % 3 == 0],
         f"{1 + number % 28:02}/05/{1975 + number % 30}", ("MAY", "LAD")[number % 2], "Alta Verapaz",
         ("Cobán", "Tactic")[number % 5 == 0])
        for number in range(WORKERS)
    ]  # fmt: skip
    petitions = [
        (
            number,
            number,
            f"2024-03-{1 + number % 28:02} 21:30",
            "PW"[number % 2],
            "EUA",
            ("REG", "VIA")[number % 4 > 0],
        )
        for number in range(WORKERS)
    ]
    employers = [(f"P{number}", ("EUA", "CAN", "MEX")[number % 3], "0113") for number in range(9)]
    departures = [
        (number, trip.worker, f"P{trip.worker % 9}", trip.destino, trip.permiso, "9211", "0113",
         date(2024, 3, trip.day), 9000 + 500 * (trip.worker % 7), f"Tel. {PHONE}")
        for number, trip in enumerate(trips())
    ]  # fmt: skip
    with database.begin() as connection:
        connection.execute(text(_TABLES))
        for table, rows in (
            ("trabajador", workers),
            ("peticion", petitions),
            ("patrono", employers),
            ("viaje", departures),
        ):
            values = ", ".join(["%s"] * len(rows[0]))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({values})", rows)


def _agencies() -> list[dict[str, Any]]:
    return [
        {"ref": f"AG-{number}", "legal_name": f"Agencia {name}, S. A.", "tax_id": "576937-K",
         "licence": f"L-{number}", "valid_from": "2023-01-01", "valid_until": "2026-12-31", "phone": PHONE}
        for number, name in enumerate(("Uno", "Dos", "Tres"))
    ]  # fmt: skip


def _reported() -> list[dict[str, Any]]:
    return [
        {"trip_no": f"V{number}", "agency_ref": f"AG-{number % 3}", "national_id": _CUIS[WORKERS + number],
         "full_name": NAMES[number % 2], "sex": ("male", "female")[number % 2],
         "born": f"{1980 + number % 20}-07-01", "country": "USA", "permit": "H-2A",
         "leaves": f"{1 + number:02}-03-2024"}
        for number in range(REPORTED)
    ]  # fmt: skip


class _Service(QuietHandler):
    """Pages of the agencies' service, for whoever has the token and asks for the month."""

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        records = {"/v2/agencies": _agencies, "/v2/trips": _reported}.get(parts.path)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}" or records is None:
            self.answer(b"{}", "application/json", 401)
            return
        found = records()
        if parts.path == "/v2/trips" and (query["from"], query["to"]) != ("01/03/2024", "31/03/2024"):
            found = []
        page, size = int(query["page"]), int(query["per_page"])
        more = page * size < len(found)
        following = f"{parts.path}?{urlencode(query | {'page': str(page + 1)})}" if more else None
        content = {"items": found[(page - 1) * size : page * size], "next": following, "count": len(found)}
        self.answer(json.dumps(content).encode(), "application/json")


@contextmanager
def connected(database: Engine) -> Iterator[dict[str, dict[str, Any]]]:
    """The platforms, filled and answering; gives their connections by name."""
    fill(database)
    with on_loopback(_Service) as address:
        base = {
            "conn_type": "postgres",
            "host": str(database.url.query["host"]),
            "login": "postgres",
            "schema": str(database.url.database),
        }
        service = {"conn_type": "http", "password": TOKEN, "extra": {"url": address}}
        yield {"base_contrataciones": base, "servicio_agencias": service}
