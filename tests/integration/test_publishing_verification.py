"""What verification finds when a release was touched."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from publishing_support import NOON, OCTOBER, R1, TODAY, Original, deliver_month, no_portal, original, plain_report
from sqlalchemy import Engine, text

from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing import code_version, recomputation, releases
from movilidad.publishing.figure_check import minimum, totals
from movilidad.publishing.integrity import integrity
from movilidad.publishing.manifest import SUMS, checksums, sha256_of
from movilidad.publishing.schema_check import schemas
from movilidad.publishing.tables_read import read_tables
from movilidad.publishing.verification import verify

__all__ = ["no_portal", "plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report", "no_portal")


@pytest.fixture(scope="module")
def october(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    def publish(engine: Engine) -> None:
        deliver_month(engine)
        releases.build("mensual", OCTOBER, TODAY)
        releases.publish(R1, NOON)

    with original(postgres_folder, tmp_path_factory.mktemp("octubre"), publish) as made:
        yield made


@pytest.fixture
def warehouse(october: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    with october.copied(tmp_path, monkeypatch) as warehouse:
        yield warehouse


@pytest.fixture
def release(warehouse: Engine) -> Path:
    return get_settings().publicaciones / R1


def failed(release: Path) -> set[str]:
    return {found.nombre for found in verify(release) if not found.ok}


def seal(folder: Path) -> None:
    """What a forger would do: make all checksums agree with the altered files."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for entry in package["resources"]:
        entry["hash"] = f"sha256:{sha256_of(folder / entry['path'])}"
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    for entry in manifest["archivos"]:
        entry["sha256"] = sha256_of(folder / entry["ruta"])
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")


def edit(folder: Path, name: str, change: Callable[[str], str]) -> None:
    file = folder / "datos" / f"{name}.csv"
    before = file.read_text(encoding="utf-8")
    file.write_text(change(before), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before


def test_one_changed_byte_in_any_file_is_found(release: Path) -> None:
    for file in sorted(path for path in release.rglob("*") if path.is_file()):
        intact = file.read_bytes()
        file.write_bytes(bytes([*intact[:-2], intact[-2] ^ 1, *intact[-1:]]))
        assert not all(found.ok for found in integrity(release)), file.name
        file.write_bytes(intact)
    assert failed(release) == set()


def test_checksums_exchanged_for_others_of_the_same_form_are_found(release: Path) -> None:
    sums = (release / SUMS).read_text().splitlines(keepends=True)
    (release / SUMS).write_text("".join([*sums[1:], sums[0]]))
    assert failed(release) == {"recomputo"}


def test_a_missing_file_is_found(release: Path) -> None:
    (release / "informe.html").unlink()
    found = {finding.nombre: finding for finding in verify(release)}
    assert not found["archivos_faltantes"].ok
    assert "informe.html" in found["archivos_faltantes"].detalle


def test_an_added_file_is_found(release: Path) -> None:
    (release / "datos" / "personas.csv").write_text("x\n")
    found = {finding.nombre: finding for finding in verify(release)}
    assert not found["archivos_ajenos"].ok
    assert "datos/personas.csv" in found["archivos_ajenos"].detalle


def test_a_link_in_place_of_a_file_is_found(release: Path, tmp_path: Path) -> None:
    file = release / "informe.html"
    (tmp_path / "igual.html").write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(tmp_path / "igual.html")
    assert "sumas" in failed(release)


def test_a_forged_figure_under_matching_checksums_is_found(release: Path) -> None:
    edit(release, "colocados_por_sexo", lambda content: content.replace(",106,", ",107,").replace(",14,", ",13,"))
    seal(release)
    assert failed(release) == {"comparaciones", "recomputo"}


def test_a_breakdown_that_does_not_sum_is_found(release: Path) -> None:
    edit(release, "colocados_por_sexo", lambda content: content.replace(",106,", ",107,"))
    found = totals(read_tables(release))
    assert not found.ok
    assert "colocados_por_sexo, colocados" in found.detalle


def test_a_hidden_figure_that_is_shown_and_a_small_one_are_found(release: Path) -> None:
    assert minimum(read_tables(release), 3).ok
    edit(release, "colocados_por_pais", lambda content: content.replace("personas,,Q,C", "personas,5,Q,C", 1))
    assert not minimum(read_tables(release), 3).ok
    edit(release, "colocados_por_pais", lambda content: content.replace("personas,5,Q,C", "personas,1,A,F", 1))
    assert not minimum(read_tables(release), 3).ok


def test_a_file_that_breaks_its_schema_is_found(release: Path) -> None:
    for name, old, new, said in (
        ("resumen", ",120,", ",ciento veinte,", "no son de tipo number"),
        ("resumen", "periodo,", "mes,", "encabezado"),
        ("resumen", "2026-10,colocados", ",colocados", "vacías"),
        ("colocados_por_sexo", "2026-10,1,Hombres", "2026-10,2,Mujeres", "claves repetidas"),
        ("colocados_por_sexo", "Hombres", "Hombres,x", "número de columnas"),
    ):
        file = release / "datos" / f"{name}.csv"
        intact = file.read_bytes()
        edit(release, name, lambda content, old=old, new=new: content.replace(old, new))
        found = schemas(read_tables(release))
        assert not found.ok
        assert said in found.detalle
        file.write_bytes(intact)
    assert schemas(read_tables(release)).ok


def test_a_ruined_description_is_a_finding_not_a_crash(release: Path) -> None:
    for name in ("manifest.json", "datapackage.json", SUMS):
        file = release / name
        intact = file.read_bytes()
        for content in ("", "[]", '{"archivos": 1, "resources": 1}', "../../etc/passwd\n"):
            file.write_text(content)
            assert "sumas" in failed(release), (name, content)
        file.write_bytes(intact)


def test_a_warehouse_without_the_loads_cannot_vouch_for_the_release(release: Path, warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        connection.execute(text("UPDATE control.vigencias SET carga_id = 'carga-visas_eeuu-1'"))
        connection.execute(text("DELETE FROM control.cargas WHERE carga_id LIKE '%programa%'"))
    found = verify(release)[-1]
    assert not found.ok
    assert "programa_trabajo_temporal" in found.detalle


def test_another_version_of_the_program_compares_the_figures(
    release: Path, warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = code_version.CodeVersion("0.2.0", "0" * 64)
    monkeypatch.setattr(recomputation, "code_version", lambda: other)
    found = verify(release)[-1]
    assert found.ok
    assert "otra versión" in found.detalle
    with warehouse.begin() as connection:
        connection.execute(text("UPDATE nucleo.colocaciones SET pais = 'CAN' WHERE colocacion_id < 'c0030'"))
    found = verify(release)[-1]
    assert not found.ok
    assert "difieren" in found.detalle


def test_records_changed_behind_a_release_are_found(release: Path, warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        connection.execute(text("UPDATE nucleo.personas SET sexo = '2' WHERE persona_id = 'p0001'"))
    assert failed(release) == {"recomputo"}


def test_what_is_no_release_is_refused(warehouse: Engine, tmp_path: Path) -> None:
    for wrong in (tmp_path, str(tmp_path), "mensual/2026-09/r1", "mensual/2026-10/r2", "r1"):
        with pytest.raises(UsageError):
            verify(wrong)
