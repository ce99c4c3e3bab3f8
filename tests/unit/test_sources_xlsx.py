"""XLSX workbooks: the sheet and header of the contract, notes left out, and a reason for every other book."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from sources_support import MARK, MONTH, contract, failure, read_one

from movilidad.model.errors import DataError
from movilidad.sources.connection import Connection

COLUMNS = {
    "documento": {"origen": "Documento", "tipo": "texto", "clase": "registro", "descripcion": "Documento"},
    "periodo": {"origen": "Mes", "tipo": "mes", "descripcion": "Mes"},
    "renglon": {"origen": "Renglón", "tipo": "texto", "descripcion": "Renglón"},
    "asignado": {"origen": "Asignado", "tipo": "decimal", "descripcion": "Asignado"},
}
HEADER = ["Documento", "Mes", "Renglón", "Asignado"]
TITLES: list[list[object]] = [["Ministerio"], [], ["Ejecución"]]
ROWS: list[list[object]] = [["D1", "2026-10", "011", 1250.5], [MARK, date(2026, 10, 1), "021", 300]]


def book(*rows: Sequence[object], sheet: str = "Ejecución") -> bytes:
    workbook = Workbook()
    workbook.active.title = "Portada"
    page = workbook.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def reads(folder: Path, content: bytes) -> pd.DataFrame:
    (folder / "libro.xlsx").write_bytes(content)
    lectura = {"archivo": "libro.xlsx", "hoja": "Ejecución", "encabezado": 4}
    source = contract("archivo", lectura, columnas=COLUMNS, clave=["documento", "renglon"])
    return read_one(source, "filas", Connection(extra={"url": f"file://{folder}"}), MONTH)


def fails(folder: Path, content: bytes, *phrases: str) -> None:
    failure(DataError, lambda: reads(folder, content), "periodo 2026-10", "libro.xlsx", *phrases)


def test_a_table_below_titles_is_read_as_text(tmp_path: Path) -> None:
    frame = reads(tmp_path, book(*TITLES, HEADER, *ROWS))
    assert frame.to_numpy().tolist() == [
        ["D1", "2026-10", "011", "1250.5"],
        [MARK, "2026-10-01", "021", "300"],
    ]


def test_notes_and_totals_below_the_table_are_left_out(tmp_path: Path) -> None:
    notes = [["Total", "x", None, 1550.5], [], ["Fuente: sistema contable"], [None, None, None, 1550.5]]
    frame = reads(tmp_path, book(*TITLES, HEADER, *ROWS, *notes))
    assert len(frame) == 2


def test_a_record_that_lost_its_key_is_kept_for_the_rules(tmp_path: Path) -> None:
    lost: list[object] = ["D3", "2026-10", None, 5]
    assert len(reads(tmp_path, book(*TITLES, HEADER, *ROWS, lost))) == 3
    assert len(reads(tmp_path, book(*TITLES, HEADER, [None, None, None, 5], *ROWS))) == 3


@pytest.mark.parametrize("above", [0, 1, 7])
def test_a_header_that_moved_is_found(tmp_path: Path, above: int) -> None:
    content = book(*[["Título"]] * above, HEADER, *ROWS)
    fails(tmp_path, content, f"el encabezado está ahora en la fila {above + 1} y el contrato dice 4")


def test_a_sheet_without_header_is_told(tmp_path: Path) -> None:
    fails(tmp_path, book(*TITLES, *ROWS), "no se reconoce el encabezado en la fila 4", "«Renglón»")


def test_a_missing_sheet_names_the_sheets_there_are(tmp_path: Path) -> None:
    fails(tmp_path, book(HEADER, sheet="Hoja1"), "falta la hoja «Ejecución»", "«Portada», «Hoja1»")


def test_cells_beside_the_header_are_told(tmp_path: Path) -> None:
    fails(tmp_path, book(*TITLES, HEADER, [*ROWS[0], None, MARK]), "a la derecha del encabezado", "1 fila")


def test_a_broken_or_foreign_book_is_told(tmp_path: Path) -> None:
    whole = book(*TITLES, HEADER, *ROWS)
    fails(tmp_path, whole[: len(whole) // 2], "cortado o no es XLSX")
    fails(tmp_path, b"id,cui\n1,2\n", "cortado o no es XLSX")
    fails(tmp_path, b"\xd0\xcf\x11\xe0" + b"\0" * 600, "formato XLS antiguo o tiene contraseña")
    fails(tmp_path, b"", "el archivo está vacío")


def test_an_hour_in_a_cell_is_kept(tmp_path: Path) -> None:
    moment = datetime(2026, 10, 1, 8, 30)  # noqa: DTZ001 (a cell has no zone)
    frame = reads(tmp_path, book(*TITLES, HEADER, ["D1", moment, "011", 1]))
    assert frame["Mes"].tolist() == ["2026-10-01 08:30:00"]
