"""An office's own files go before the product's, and its contracts are all there are."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from movilidad.model import office, paths
from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.code_version import code_version
from movilidad.sources.contracts import contract_names
from movilidad.stack.environment import connections, library_environment
from movilidad.stack.installation import Installation


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("MOVILIDAD_OFICINA", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()
    code_version.cache_clear()


def write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_contracts_of_its_own_an_office_has_the_product_s(folder: Path) -> None:
    assert "programa_trabajo_temporal" in contract_names()


def test_with_contracts_of_its_own_it_has_no_others(folder: Path) -> None:
    write(folder / "sources" / "agencias.yml")
    assert contract_names() == ["agencias"]


def test_nothing_is_simulated_of_sources_that_are_not_the_product_s(folder: Path) -> None:
    installation = Installation(folder, date(2026, 11, 5), "", "", "", "")

    def simulated() -> list[str]:
        known = connections(installation, {"host": "/sin/uso"}, "http://127.0.0.1:1")
        return [name for name, each in known.items() if each["extra"].get("demostracion")]

    assert "programa_trabajo_temporal" in simulated()
    write(folder / "sources" / "agencias.yml")
    assert simulated() == []


def test_a_file_of_its_own_goes_first_and_the_others_stay(folder: Path) -> None:
    own = [
        write(folder / "expectations" / "nucleo.yml"),
        write(folder / "codelists" / "tipos_visa.csv"),
        write(folder / "sql" / "extraccion" / "agencias" / "agencias.sql"),
    ]
    assert [
        office.suite_file("nucleo"),
        office.code_list_file("tipos_visa"),
        office.query_file("agencias", "agencias"),
    ] == own
    assert office.suite_file("cuadros") == paths.EXPECTATIONS / "cuadros.yml"
    assert office.code_list_file("paises") == paths.CODELISTS / "paises.csv"
    assert office.calendar_file() == paths.CALENDAR


def test_its_calendar_is_the_calendar(folder: Path) -> None:
    write(folder / "calendario.yml", 'reglas: {mensual: {titulo: Informe, dia_habil: 3, hora: "07:15"}}')
    assert load_calendar().reglas["mensual"].dia_habil == 3


def test_the_program_s_hash_tells_its_files_but_not_its_calendar(folder: Path) -> None:
    def sha() -> str:
        code_version.cache_clear()
        return code_version().sha256

    plain = sha()
    write(folder / "calendario.yml", "reglas: {}")
    write(folder / "sources" / ".agencias.yml.swp")
    assert sha() == plain
    suite = write(folder / "expectations" / "agencias.yml", "suite: agencias")
    first = sha()
    suite.write_text("suite: otra")
    assert len({plain, first, sha()}) == 3


def test_every_process_of_an_installation_is_told_of_the_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path_factory.mktemp("carpeta")))
    get_settings.cache_clear()
    assert library_environment(Installation.open(), "/tmp", {})["MOVILIDAD_OFICINA"] == str(folder)  # noqa: S108


def test_a_folder_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_OFICINA", str(folder / "nada"))
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="no existe la carpeta de la oficina"):
        contract_names()
