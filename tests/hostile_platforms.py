"""Good records of every source, and platforms of every kind that hand over whatever records a test gives them."""

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pytest
from database_support import new_database
from sources_support import QuietHandler, on_loopback
from sqlalchemy import Engine, Text

from movilidad.demo import layout
from movilidad.demo.seeding import seed
from movilidad.demo.server import serve
from movilidad.model import paths
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, contract_names, load_contract
from movilidad.sources.opening import open_source
from movilidad.stack.environment import connections, in_embedded
from movilidad.stack.installation import Installation

#: the first month of which every source gives every data set
MONTH = Month(2024, 1)

#: data set → rows as text, columns named as at the source
Tables = Mapping[str, pd.DataFrame]


def good_records(postgres_folder: str, folder: Path) -> dict[str, dict[str, pd.DataFrame]]:
    """What each source of the product gives for the month, read by its own connector."""
    place = Installation(folder, date(2026, 11, 1), "", "", "", "")
    with new_database(postgres_folder) as database:
        seed(database.url.render_as_string(hide_password=False), place.platforms, until=MONTH)
        token = layout.token(place.platforms).read_text(encoding="utf-8").strip()
        with serve(place.platforms, token=token) as service:
            known = connections(place, in_embedded(postgres_folder), service.url)
            known["programa_trabajo_temporal"]["schema"] = database.url.database
            for each in known.values():
                each.update({"password": token} if "password" in each else {})
            return {name: _read(load_contract(name), known) for name in contract_names()}


def _read(contract: Contract, known: dict[str, Any]) -> dict[str, pd.DataFrame]:
    connection = Connection.model_validate(known[contract.conexion])
    with open_source(contract, connection, MONTH) as reader:
        return {name: _columns_of(contract, name, reader.read(name)) for name in contract.conjuntos}


def _columns_of(contract: Contract, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[column.origen for column in contract.conjuntos[name].columnas.values()]].astype(object)


@contextmanager
def platform_with(
    contract: Contract, tables: Tables, folder: Path, database: Engine, patch: pytest.MonkeyPatch
) -> Iterator[Connection]:
    """A platform of the contract's kind that gives these records; gives the connection to it."""
    if contract.conector == "sql":
        patch.setattr(paths, "SQL", folder)
        yield _database(contract, tables, database)
    elif contract.conector == "archivo":
        yield _files(contract, tables, folder)
    else:
        answer = _rest if contract.conector == "rest" else _soap
        with on_loopback(answer(contract, tables)) as url:
            yield Connection(extra={"url": url})


def _database(contract: Contract, tables: Tables, database: Engine) -> Connection:
    for name, query in _queries(contract).items():
        tables[name].to_sql(f"de_{name}", database, index=False, dtype=Text, if_exists="replace")  # type: ignore[arg-type]
        file = contract.query_file(query)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"SELECT * FROM de_{name}", encoding="utf-8")
    contract.query_file(str(contract.ultimo_mes)).write_text(f"SELECT '{MONTH}'", encoding="utf-8")
    url = database.url
    return Connection.model_validate(
        {"conn_type": "postgres", "host": url.query["host"], "login": url.username, "schema": url.database}
    )


def _queries(contract: Contract) -> dict[str, str]:
    return {name: str(data.lectura["consulta"]) for name, data in contract.conjuntos.items()}


def _rest(contract: Contract, tables: Tables) -> type[QuietHandler]:
    answers = {
        data.lectura["recurso"]: {data.lectura["lista"]: _records(tables[name]), "total": len(tables[name])}
        for name, data in contract.conjuntos.items()
    }

    class Handler(QuietHandler):
        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            content = json.dumps(answers[urlsplit(self.path).path]).encode()
            self.answer(content, "application/json")

    return Handler


def _soap(contract: Contract, tables: Tables) -> type[QuietHandler]:
    ((name, data),) = contract.conjuntos.items()
    element = data.lectura["registros"]
    fields = [
        "".join(f"<{key}>{escape(value)}</{key}>" for key, value in each.items() if value)
        for each in _records(tables[name])
    ]
    records = "".join(f"<{element}>{each}</{element}>" for each in fields)
    content = f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/">{records}</e:Envelope>'.encode()

    class Handler(QuietHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
            self.rfile.read(int(self.headers["Content-Length"]))
            self.answer(content, "text/xml; charset=utf-8")

    return Handler


def _files(contract: Contract, tables: Tables, folder: Path) -> Connection:
    books: dict[str, openpyxl.Workbook] = {}
    for name, data in contract.conjuntos.items():
        file = str(data.lectura["archivo"]).format(mes=MONTH)
        if file.endswith(".xlsx"):
            _add_sheet(books.setdefault(file, openpyxl.Workbook()), data.lectura, tables[name])
        else:
            options = {"encoding": data.lectura.get("codificacion", "utf-8"), "newline": ""}
            with (folder / file).open("w", **options) as handle:
                writer = csv.writer(handle, delimiter=data.lectura.get("separador", ","))
                writer.writerows([list(tables[name].columns), *_rows(tables[name])])
    for file, book in books.items():
        book.save(folder / file)
    return Connection(extra={"url": folder.as_uri()})


def _add_sheet(book: openpyxl.Workbook, reading: dict[str, Any], table: pd.DataFrame) -> None:
    sheet = book.create_sheet(reading["hoja"])
    rows = [list(table.columns), *_rows(table)]
    for number, row in enumerate(rows, start=reading["encabezado"]):
        for place, value in enumerate(row, start=1):
            if value is not None:
                cell = sheet.cell(number, place, value)
                cell.data_type = "s"  # a text, whatever it begins with


def _records(table: pd.DataFrame) -> list[dict[str, str | None]]:
    return [dict(zip(table.columns, row, strict=True)) for row in _rows(table)]


def _rows(table: pd.DataFrame) -> list[list[str | None]]:
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()
