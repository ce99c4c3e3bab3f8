"""CSV files: one way in, and a clear reason for every other file."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources_support import HEADER, MARK, MONTH, contract, failure, read_one

from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.sources import csv_table
from movilidad.sources.connection import Connection
from movilidad.sources.reader import Place

ROW = f"1,2549 00000 0101,{MARK},11.50"


def reads(folder: Path, content: bytes | str, **lectura: object) -> object:
    data = content.encode() if isinstance(content, str) else content
    (folder / "filas_2026-10.csv").write_bytes(data)
    source = contract("archivo", {"archivo": "filas_{mes}.csv", **lectura})
    return read_one(source, "filas", Connection(extra={"url": f"file://{folder}"}), MONTH)


def fails(folder: Path, content: bytes | str, *phrases: str, **lectura: object) -> None:
    failure(
        DataError,
        lambda: reads(folder, content, **lectura),
        "periodo 2026-10",
        "filas_2026-10.csv",
        "ana@institucion.example",
        *phrases,
    )


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_a_file_in_utf8_is_read_as_it_stands(tmp_path: Path, start: str, end: str) -> None:
    frame = reads(tmp_path, f'{start}{HEADER}\n1,,"Café, ""S.A.""",0011\n\n2,x,,1{end}')
    assert list(frame.columns) == HEADER.split(",")
    assert frame["Razón social"].iloc[0] == 'Café, "S.A."'
    assert frame["salario"].tolist() == ["0011", "1"]
    assert frame["cui"].isna().tolist() == [True, False]


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    fails(tmp_path, "", "el archivo está vacío")
    fails(tmp_path, " \n\n", "el archivo está vacío")


def test_another_encoding_is_told_with_the_line(tmp_path: Path) -> None:
    text = f"{HEADER}\n{ROW}\n2,,Añil,1\n"
    fails(tmp_path, text.encode("cp1252"), "no está en UTF-8 (¿Windows-1252?)", "línea 1", "CSV UTF-8")
    fails(tmp_path, text.encode("utf-16"), "parece UTF-16")
    fails(tmp_path, f"{HEADER}\n{ROW}\0\n", "bytes nulos", "línea 2")


@pytest.mark.parametrize("encoding", ["marciana", "hex", "undefined", "utf-8\0"])
def test_an_encoding_that_is_none_is_told(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(UsageError, match="una codificación que no existe"):
        reads(tmp_path, f"{HEADER}\n{ROW}\n", codificacion=encoding)


def test_an_encoding_that_the_contract_names_is_read(tmp_path: Path) -> None:
    frame = reads(tmp_path, f"{HEADER}\n1,,Añil,1\n".encode("cp1252"), codificacion="cp1252")
    assert frame["Razón social"].tolist() == ["Añil"]


@pytest.mark.parametrize(("mark", "name"), [(";", "punto y coma"), ("\t", "tabulador"), ("|", "barra vertical")])
def test_another_separator_is_told(tmp_path: Path, mark: str, name: str) -> None:
    fails(
        tmp_path,
        f"{HEADER}\n{ROW}\n".replace(",", mark),
        f"separa las columnas con {name} y el contrato dice coma",
    )


def test_a_separator_that_the_contract_names_is_read(tmp_path: Path) -> None:
    frame = reads(tmp_path, f"{HEADER}\n{ROW}\n".replace(",", ";"), separador=";")
    assert frame["salario"].tolist() == ["11.50"]
    fails(tmp_path, f"{HEADER}\n{ROW}\n", "con coma y el contrato dice punto y coma", separador=";")


def test_a_file_cut_off_is_told(tmp_path: Path) -> None:
    fails(tmp_path, f"{HEADER}\n{ROW}\n2,25", "cortado", "última fila (3)", "2 filas")
    fails(tmp_path, f'{HEADER}\n{ROW}\n2,25,"{MARK}', "cortado", "termina dentro de unas comillas")


def test_ragged_rows_are_told_with_their_numbers(tmp_path: Path) -> None:
    fails(tmp_path, f"{HEADER}\n1,2\n{ROW}\n{ROW},9\n{ROW}\n", "4 columnas", "primeras: 2, 4", "2 filas")


def test_a_quote_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    fails(tmp_path, f'{HEADER}\n1,"{MARK}"x,a,1\n', "comillas mal puestas", "línea 2")


def test_a_file_without_header_is_told_without_its_first_record(tmp_path: Path) -> None:
    fails(tmp_path, f"{ROW}\n{ROW}\n", "no se reconoce el encabezado en la fila 1", "«Razón social»")


def test_a_header_that_moved_is_found(tmp_path: Path) -> None:
    fails(tmp_path, f"Ministerio,,,\n{HEADER}\n{ROW}\n", "está ahora en la fila 2 y el contrato dice 1")


def test_a_column_that_comes_twice_is_told(tmp_path: Path) -> None:
    fails(tmp_path, f"{HEADER},cui\n{ROW},1\n", "columnas repetidas: «cui»")


def test_a_file_that_is_not_there_names_its_likes(tmp_path: Path) -> None:
    (tmp_path / "filas_2026_10.csv").write_text("x")
    source = contract("archivo", {"archivo": "filas_{mes}.csv"})
    connection = Connection(extra={"url": str(tmp_path)})
    failure(
        UnavailableError,
        lambda: read_one(source, "filas", connection, MONTH),
        "no está en la carpeta",
        "«filas_2026_10.csv»",
        "pida el archivo",
    )


@pytest.mark.parametrize("name", ["../filas.csv", "/etc/filas.csv", ".oculto.csv", "a\\b.csv"])
def test_a_file_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    connection = Connection(extra={"url": f"file://{tmp_path}"})
    failure(
        UsageError, lambda: read_one(contract("archivo", {"archivo": name}), "filas", connection, MONTH), "ruta"
    )


@pytest.mark.parametrize(
    "extra",
    [{}, {"url": "http://example.org/x"}, {"url": "zip::file:///x.zip"}, {"url": "file:///x", "opciones": "no"}],
)
def test_a_connection_without_a_usable_folder_is_told(extra: dict[str, str]) -> None:
    source = contract("archivo", {"archivo": "filas.csv"})
    failure(UsageError, lambda: read_one(source, "filas", Connection(extra=extra), MONTH))


def test_a_folder_with_blanks_and_accents_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "Mis entregas año"
    folder.mkdir()
    (folder / "filas.csv").write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    for url in (folder.as_uri(), f"file://{folder}", str(folder)):
        connection = Connection(extra={"url": url})
        assert len(read_one(contract("archivo", {"archivo": "filas.csv"}), "filas", connection, MONTH)) == 1


def test_a_folder_that_does_not_exist_is_unavailable(tmp_path: Path) -> None:
    connection = Connection(extra={"url": f"file://{tmp_path}/nada"})
    source = contract("archivo", {"archivo": "filas.csv"})
    failure(UnavailableError, lambda: read_one(source, "filas", connection, MONTH), "no existe la carpeta")


def test_an_unknown_format_or_pattern_is_told(tmp_path: Path) -> None:
    connection = Connection(extra={"url": f"file://{tmp_path}"})
    for name, told in [("filas.pdf", "formato"), ("filas_{anio}.csv", "patrón")]:
        source = contract("archivo", {"archivo": name})
        failure(UsageError, lambda source=source: read_one(source, "filas", connection, MONTH), told)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(st.lists(st.tuples(st.just("k"), CELLS, CELLS, CELLS), min_size=1, max_size=8))
def test_whatever_a_careful_writer_writes_is_read_back(rows: list[tuple[str, ...]]) -> None:
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\r\n".join([HEADER, *lines]).encode()
    place = Place(contract("archivo", {"archivo": "filas.csv"}), Connection(), MONTH)
    frame = csv_table.read_csv(place, "filas", "filas.csv", content)
    assert frame.fillna("").to_numpy().tolist() == [list(row) for row in rows]


@given(st.binary(max_size=200))
def test_whatever_the_bytes_a_file_is_read_or_refused_with_a_message(content: bytes) -> None:
    place = Place(contract("archivo", {"archivo": "filas.csv"}), Connection(), MONTH)
    try:
        frame = csv_table.read_csv(place, "filas", "filas.csv", HEADER.encode() + b"\n" + content)
    except DataError:
        return
    assert list(frame.columns) == HEADER.split(",")


def test_json_files_are_read_with_exact_decimals(tmp_path: Path) -> None:
    connection = Connection(extra={"url": f"file://{tmp_path}"})
    target = tmp_path / "filas.json"
    target.write_text(
        '\ufeff{"datos": [{"id": 1, "salario": 2.50, "Razón social": ["a", "b"]}]}', encoding="utf-8"
    )
    frame = read_one(contract("archivo", {"archivo": "filas.json", "lista": "datos"}), "filas", connection, MONTH)
    assert frame.to_dict("records") == [{"id": "1", "salario": "2.50", "Razón social": "a|b"}]
    for content, told in [
        (f'[{{"id": "{MARK}"', "cortados"),
        ("{}", "no está una lista de registros"),
        (f'["{MARK}"]', "no tienen columnas con nombre"),
        (f'[{{"id": "1", "id": "{MARK}"}}]', "una clave repetida"),
    ]:
        target.write_text(content, encoding="utf-8")
        source = contract("archivo", {"archivo": "filas.json"})
        failure(DataError, lambda source=source: read_one(source, "filas", connection, MONTH), "filas.json", told)
