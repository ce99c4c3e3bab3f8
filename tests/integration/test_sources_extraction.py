"""Extraction: structure, month, pseudonyms, and what never reaches a snapshot, a message or a log."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sources_support import COLUMNS, HEADER, MARK, MONTH, contract, failure, no_value_in
from sqlalchemy import Engine

from movilidad.model import paths
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import check_source, extract, latest_month
from movilidad.sources.pseudonyms import pseudonym
from movilidad.store import snapshots

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
CUI = "2549 00000 0101"
ROWS = [f"2,{CUI},Añil,2.50", f"1,,{MARK},", "3,x,,1"]

pytestmark = pytest.mark.usefixtures("warehouse")


@pytest.fixture
def entregas(tmp_path: Path) -> Path:
    """The folder in which the source drops its files."""
    folder = tmp_path / "entregas"
    folder.mkdir()
    return folder


def deliver(folder: Path, header: str = HEADER, rows: list[str] | None = None, month: Month = MONTH) -> Connection:
    lines = [header, *(ROWS if rows is None else rows)]
    (folder / f"filas_{month}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Connection(extra={"url": f"file://{folder}"})


def source(**more: Any) -> Any:
    return contract("archivo", {"archivo": "filas_{mes}.csv"}, **more)


def test_a_snapshot_has_the_contracts_fields_by_key_and_pseudonyms(entregas: Path) -> None:
    snapshot = snapshots.load(extract(source(), MONTH, deliver(entregas)))
    frame = snapshot.frames["filas"]
    assert list(frame.columns) == ["clave", "persona_id", "persona_id_estado", "nombre", "salario"]
    assert frame["clave"].tolist() == ["1", "2", "3"]
    assert frame["persona_id"].tolist()[1:] == [
        pseudonym(CUI, b"clave-de-prueba"),
        pseudonym("x", b"clave-de-prueba"),
    ]
    assert frame["persona_id"].isna().tolist() == [True, False, False]
    assert frame["persona_id_estado"].tolist()[::2] == ["vacio", "ilegible"]
    assert snapshot.contrato_sha256 == source().sha256()
    assert not snapshot.demostracion


def test_no_cui_is_stored_anywhere(entregas: Path, tmp_path: Path, warehouse: Engine) -> None:
    extract(source(), MONTH, deliver(entregas))
    kept = [file.read_bytes() for file in get_settings().carpeta.rglob("*") if file.is_file()]
    assert kept
    assert all(CUI.encode() not in content and b"2549000000101" not in content for content in kept)


def test_another_order_of_rows_and_columns_is_the_same_snapshot(entregas: Path) -> None:
    first = extract(source(), MONTH, deliver(entregas))
    turned = [",".join(reversed(row.split(","))) for row in reversed(ROWS)]
    again = extract(source(), MONTH, deliver(entregas, ",".join(reversed(HEADER.split(","))), turned))
    assert first == again


@pytest.mark.parametrize(
    ("key", "extra", "expected"), [("DEMO-1", {}, True), ("1", {"demostracion": True}, True), ("1", {}, False)]
)
def test_simulated_records_are_marked(entregas: Path, key: str, extra: dict[str, Any], expected: bool) -> None:
    connection = deliver(entregas, rows=[f"{key},,DEMO-nombre,1"])
    marked = connection.model_copy(update={"extra": connection.extra | extra})
    assert snapshots.load(extract(source(), MONTH, marked)).demostracion is expected


def test_a_missing_or_renamed_column_stops_the_source(entregas: Path) -> None:
    connection = deliver(entregas, HEADER.replace("salario", "salario_mensual"))
    failure(
        DataError,
        lambda: extract(source(), MONTH, connection),
        "Fuente fuente_prueba, periodo 2026-10, filas: falta la columna «salario»",
        "(¿ahora «salario_mensual»?) (3 filas).",
        "corrija el contrato",
    )
    assert not get_settings().instantaneas.exists()


def test_an_optional_column_may_be_missing_and_a_new_one_is_noted(
    entregas: Path, caplog: pytest.LogCaptureFixture
) -> None:
    columns = COLUMNS | {"salario": COLUMNS["salario"] | {"obligatoria": False}}
    connection = deliver(entregas, HEADER.replace("salario", "telefono"), [f"1,,a,{MARK}"])
    snapshot = snapshots.load(extract(source(columnas=columns), MONTH, connection))
    assert snapshot.frames["filas"]["salario"].isna().all()
    assert "telefono" not in snapshot.frames["filas"].columns
    assert snapshot.notas == (
        "filas: faltan columnas opcionales: salario",
        "filas: columnas nuevas que no se leen: «telefono»",
    )
    assert "«telefono»" in caplog.text
    no_value_in(caplog)


def test_a_month_without_any_row_stops_the_source(entregas: Path) -> None:
    connection = deliver(entregas, rows=[])
    failure(
        DataError,
        lambda: extract(source(), MONTH, connection),
        "periodo 2026-10, filas",
        "la fuente no dio ninguna fila en octubre de 2026 (0 filas).",
    )
    assert snapshots.load(extract(source(minimo_filas=0), MONTH, connection)).filas == {"filas": 0}


def test_fewer_rows_than_the_contract_expects_stop_the_source(entregas: Path) -> None:
    connection = deliver(entregas)
    failure(
        DataError, lambda: extract(source(minimo_filas=4), MONTH, connection), "menos filas que las 4", "(3 filas)"
    )


@pytest.mark.parametrize("text", ["2026-09", "2026-09-01", "Septiembre de 2026", "septiembre 2025"])
def test_a_delivery_of_another_month_stops_the_source(entregas: Path, text: str) -> None:
    columns = COLUMNS | {"periodo": {"origen": "mes", "tipo": "mes", "descripcion": "Mes"}}
    good = ["1,,a,1,2026-10", "2,,a,1,2026-10-01", "3,,a,1,Octubre de 2026", "4,,a,1,ilegible", "5,,a,1,"]
    assert extract(source(columnas=columns), MONTH, deliver(entregas, f"{HEADER},mes", good))
    connection = deliver(entregas, f"{HEADER},mes", [*good, f"6,,a,1,{text}"])
    error = failure(
        DataError, lambda: extract(source(columnas=columns), MONTH, connection), "«mes» dice otro mes", "(1 fila)"
    )
    assert text not in str(error)
    assert extract(source(columnas=columns, alcance="historia"), MONTH, connection)


def test_a_source_with_history_names_no_period(entregas: Path) -> None:
    whole = contract("archivo", {"archivo": "filas_2026-10.csv"}, alcance="historia")
    connection = deliver(entregas, rows=[])
    error = failure(DataError, lambda: extract(whole, MONTH, connection), "no dio ninguna fila (0 filas).")
    assert "periodo" not in str(error)


def test_a_month_in_the_future_is_refused_before_any_source_is_asked() -> None:
    with pytest.raises(UsageError, match="todavía no ha terminado"):
        Month(2026, 11).require_complete(NOW)


def test_no_value_of_a_record_is_logged(entregas: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    extract(source(), MONTH, deliver(entregas))
    assert "filas 3" in caplog.text
    no_value_in(caplog)
    assert "2549" not in caplog.text


@pytest.mark.parametrize("name", ["salarios_h2a", "visas_eeuu", "tipo_cambio"])
def test_the_real_files_of_the_product_are_extracted_whole(name: str) -> None:
    connection = Connection(extra={"url": f"file://{paths.DATA}"})
    snapshot = snapshots.load(extract(load_contract(name), MONTH, connection))
    assert sum(snapshot.filas.values()) == {"salarios_h2a": 12_930, "visas_eeuu": 2_642, "tipo_cambio": 594}[name]
    assert snapshot.notas == ()
    assert not snapshot.demostracion


def test_the_last_month_is_told_by_the_files(entregas: Path) -> None:
    connection = deliver(entregas, month=Month(2026, 8))
    deliver(entregas, month=Month(2026, 9))
    (entregas / "filas_2026-13.csv").write_text("x")
    assert latest_month(source(), connection) == Month(2026, 9)
    whole = contract("archivo", {"archivo": "filas.csv"}, alcance="historia")
    assert latest_month(whole, connection) is None


def test_a_check_tells_that_all_is_well(entregas: Path) -> None:
    result = check_source(source(), deliver(entregas), NOW)
    assert (result.alcanzable, result.correcta, result.ultimo_mes, result.atraso_meses) == (True, True, MONTH, 0)
    assert result.mensaje == "Responde; último mes con registros: octubre de 2026."


def test_a_check_tells_drift_and_delay(entregas: Path) -> None:
    connection = deliver(entregas, HEADER.replace("salario", "sueldo_base"), month=Month(2026, 8))
    result = check_source(source(), connection, NOW)
    assert (result.alcanzable, result.correcta, result.atraso_meses) == (True, False, 2)
    assert (result.faltantes, result.nuevas) == ({"filas": ("salario",)}, {"filas": ("sueldo_base",)})
    assert "falta la columna «salario»" in result.mensaje
    assert "le faltan 2 meses completos" in result.mensaje


def test_a_check_of_an_unreachable_source_is_a_sentence_and_no_exception(tmp_path: Path) -> None:
    nowhere = Connection(extra={"url": f"file://{tmp_path}/nada"})
    result = check_source(source(), nowhere, NOW)
    assert (result.alcanzable, result.correcta) == (False, False)
    assert "no existe la carpeta" in result.mensaje
    unset = check_source(source(), Connection(), NOW)
    assert not unset.correcta
    assert "«url»" in unset.mensaje


def test_a_check_of_a_file_that_is_none_is_a_sentence(entregas: Path) -> None:
    connection = deliver(entregas, HEADER.replace(",", ";"))
    result = check_source(source(), connection, NOW)
    assert (result.alcanzable, result.correcta) == (True, False)
    assert "punto y coma" in result.mensaje


def test_an_unreachable_platform_leaves_no_snapshot() -> None:
    rest = contract("rest", {"recurso": "/filas", "lista": "datos"})
    nowhere = Connection(extra={"url": "http://127.0.0.1:9", "tiempo_reintentos": 0.1})
    failure(UnavailableError, lambda: extract(rest, MONTH, nowhere), "periodo 2026-10")
    assert not get_settings().instantaneas.exists()
