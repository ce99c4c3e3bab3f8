"""Releases at other places: whole or not at all, one place for itself, twice the same as once."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from database_support import as_warehouse
from publishing_support import NOON, OCTOBER, R1, TODAY, contents, deliver_again, deliver_month, plain_publications
from sqlalchemy import Engine, text
from targets_support import SECRET, Catalogue, Office, ckan_server, object_store, sftp_server

from movilidad import cli
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.targets.configuration import load_targets
from movilidad.publishing.targets.delivery import deliver, deliver_all, pending
from movilidad.publishing.targets.storage import Storage
from movilidad.sources.connection import Connection

R2 = "mensual/2026-10/r2"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def published(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Path]]:
    """October in two revisions, made once for this file."""
    folder = tmp_path_factory.mktemp("publicado")
    with plain_publications(postgres_folder, folder) as engine:
        deliver_month(engine)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        deliver_again(engine, "corregida", 125)
        releases.explain("mensual/2026-10", "correccion", "Se contó dos veces a <b>cinco</b>", "Dirección", NOON)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON + timedelta(hours=1))
        yield engine, folder


@pytest.fixture
def office(published: tuple[Engine, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    engine, folder = published
    with as_warehouse(engine, folder, monkeypatch):
        monkeypatch.setenv("MOVILIDAD_DESTINOS", str(tmp_path / "destinos.yml"))
        get_settings.cache_clear()
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM control.entregas"))
        yield Office(engine, folder, monkeypatch)


def own(release: str) -> dict[str, bytes]:
    return contents(get_settings().publicaciones / release)


def below(found: dict[str, bytes], release: str) -> dict[str, bytes]:
    return {
        name.removeprefix(f"{release}/"): body for name, body in found.items() if name.startswith(f"{release}/")
    }


def failing(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The network breaks after so many written files."""
    write, count = Storage._write, iter(range(10_000))

    def broken(self: Storage, path: str, content: bytes) -> None:
        if next(count) >= after:
            raise TimeoutError
        write(self, path, content)

    monkeypatch.setattr(Storage, "_write", broken)


def test_without_targets_nothing_is_delivered(office: Office) -> None:
    assert load_targets() == []
    assert deliver_all(None, None, NOON) == []


def test_a_folder_gets_the_same_bytes_latest_and_the_list_of_revisions(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}}, portal=True)
    done = deliver_all(None, "espejo", NOON)
    assert [(each.publicacion_id, each.estado) for each in done] == [(R1, "entregada"), (R2, "entregada")]
    mirror = tmp_path / "espejo"
    assert contents(mirror / R1) == own(R1)
    assert contents(mirror / R2) == own(R2)
    assert (mirror / "mensual/2026-10/latest").readlink() == Path("r2")
    assert (mirror / "index.html").read_bytes() == (get_settings().publicaciones / "index.html").read_bytes()
    states = json.loads((mirror / "mensual/2026-10/REVISIONES.json").read_text())["revisiones"]
    assert [(each["estado"], each["tipo"]) for each in states] == [
        ("sustituida", "primera"),
        ("vigente", "correccion"),
    ]
    before = {path: path.lstat().st_mtime_ns for path in mirror.rglob("*")}
    assert deliver(R2, "espejo", NOON).ok
    assert {path: path.lstat().st_mtime_ns for path in mirror.rglob("*")} == before, "twice is once"
    assert pending(office.engine, "espejo") == []


def test_a_portal_that_would_list_missing_releases_is_not_brought(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}}, portal=True)
    deliver(R2, "espejo", NOON)
    assert not (tmp_path / "espejo" / "index.html").exists()
    deliver(R1, "espejo", NOON)
    assert (tmp_path / "espejo" / "index.html").is_file()


def test_sftp_shows_a_release_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    with sftp_server(tmp_path / "servidor") as connection:
        office.target("ministerio", "archivos", connection)
        with pytest.MonkeyPatch.context() as broken:
            failing(broken, after=20)
            with pytest.raises(UnavailableError, match="ministerio") as caught:
                deliver(R1, "ministerio", NOON)
        assert SECRET not in str(caught.value)
        site = tmp_path / "servidor" / "sitio"
        assert not (site / R1).exists()
        assert not (site / "mensual/2026-10/latest").is_symlink()
        for release in (R1, R2):
            deliver(release, "ministerio", NOON)
        assert contents(site / R1) == own(R1)
        assert contents(site / R2) == own(R2)
        assert [path.name for path in (site / "mensual/2026-10").iterdir() if path.name.startswith(".")] == []
        assert (site / "mensual/2026-10/latest").readlink() == Path("r2")
        before = {path: path.lstat().st_mtime_ns for path in site.rglob("*")}
        deliver(R2, "ministerio", NOON)
        assert {path: path.lstat().st_mtime_ns for path in site.rglob("*")} == before


def test_an_object_store_says_that_a_release_is_whole_last(office: Office) -> None:
    with object_store() as (connection, client):
        office.target("nube", "archivos", connection)

        def held() -> dict[str, bytes]:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket="datos", Prefix="movilidad/")
            keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
            return {
                key.removeprefix("movilidad/"): client.get_object(Bucket="datos", Key=key)["Body"].read()
                for key in keys
            }

        with pytest.MonkeyPatch.context() as broken:
            failing(broken, after=20)
            with pytest.raises(UnavailableError):
                deliver(R1, "nube", NOON)
        part = held()
        assert len(below(part, R1)) == 20
        assert not {f"{R1}/manifest.json", f"{R1}/SHA256SUMS", "mensual/2026-10/REVISIONES.json"} & set(part)
        deliver(R1, "nube", NOON)
        assert below(held(), R1) == own(R1)
        deliver(R2, "nube", NOON)
        found = held()
        assert below(found, R2) == own(R2)
        assert "../r2/informe.html" in found["mensual/2026-10/latest/index.html"].decode()
        kinds = {
            name: client.head_object(Bucket="datos", Key=f"movilidad/{R2}/{name}")["ContentType"]
            for name in ("informe.html", "informe.pdf", "datos/resumen.csv")
        }
        assert list(kinds.values()) == ["text/html; charset=utf-8", "application/pdf", "text/csv; charset=utf-8"]


def packages(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    return {name.rpartition("-")[2]: package for name, package in catalogue.packages.items()}


def test_ckan_gets_a_package_with_files_schemas_and_rows(office: Office) -> None:
    with ckan_server() as (connection, catalogue):
        office.target("datos_abiertos", "ckan", connection, organizacion="mintrab")
        deliver(R1, "datos_abiertos", NOON)
        package = catalogue.seen_by_anybody("movilidad-laboral-mensual-2026-10-r1")
        assert package is not None
        assert "DATOS DE DEMOSTRACIÓN" in package["notes"]
        assert (package["license_id"], package["version"]) == ("cc-by", "r1")
        files = {each["name"]: catalogue.uploads[each["id"]] for each in package["resources"]}
        assert files == {name: own(R1)[name] for name in files}
        assert {name for name in own(R1) if name.endswith(".csv") and not name.startswith("sdmx/")} < set(files)
        assert "informe.pdf" in files
        for resource in package["resources"]:
            if resource["name"] == "datos/resumen.csv":
                table = catalogue.tables[resource["id"]]
        rows = list(csv.DictReader(io.StringIO(own(R1)["datos/resumen.csv"].decode())))
        assert [row["valor"] or None for row in rows] == [row["valor"] for row in table["records"]]
        assert {each["id"]: each["type"] for each in table["fields"]}["valor"] == "numeric"
        assert all(each["info"]["notes"] for each in table["fields"])

        changes = len(catalogue.changes)
        deliver(R1, "datos_abiertos", NOON)
        assert len(catalogue.changes) == changes, "twice is once"

        deliver(R2, "datos_abiertos", NOON)
        found = packages(catalogue)
        assert found["r1"]["title"].startswith("Sustituida: ")
        assert {"key": "sustituida_por", "value": R2} in found["r1"]["extras"]
        assert "&lt;b>cinco" in found["r2"]["notes"]
        assert {"key": "aprobada_por", "value": "Dirección"} in found["r2"]["extras"]


def test_an_interrupted_ckan_shows_nothing_and_is_completed(office: Office) -> None:
    with ckan_server() as (connection, catalogue):
        office.target("datos_abiertos", "ckan", connection, organizacion="mintrab")
        name = "movilidad-laboral-mensual-2026-10-r1"
        for point in (0, 1, 2, 9):
            catalogue.fail_after = len(catalogue.changes) + point
            with pytest.raises(UnavailableError, match="datos_abiertos"):
                deliver(R1, "datos_abiertos", NOON)
            assert catalogue.seen_by_anybody(name) is None
        catalogue.fail_after = None
        deliver(R1, "datos_abiertos", NOON)
        package = catalogue.seen_by_anybody(name)
        assert package is not None
        names = [each["name"] for each in package["resources"]]
        assert len(set(names)) == len(names)
        assert {each["name"]: catalogue.uploads[each["id"]] for each in package["resources"]} == {
            each: own(R1)[each] for each in names
        }


def test_a_page_for_another_site_lists_the_releases_in_three_forms(office: Office, tmp_path: Path) -> None:
    office.target("sitio", "pagina", {"extra": {"url": f"file://{tmp_path}/sitio"}})
    deliver(R2, "sitio", NOON)
    feed = json.loads((tmp_path / "sitio/publicaciones.json").read_text())
    assert [item["url"] for item in feed["items"]] == [
        f"https://movilidad.mintrab.example/{each}/informe.html" for each in (R2, R1)
    ]
    assert "<b>cinco</b>" in feed["items"][0]["summary"]
    atom = ET.fromstring((tmp_path / "sitio/publicaciones.atom").read_bytes())  # noqa: S314 - our own file
    space = "{http://www.w3.org/2005/Atom}"
    assert "(corrección r2)" in atom.findall(f"{space}entry/{space}title")[0].text
    assert "<b>cinco</b>" in atom.findall(f"{space}entry/{space}summary")[0].text
    page = (tmp_path / "sitio/publicaciones.html").read_text()
    assert "<b>cinco" not in page
    assert "&lt;b&gt;cinco" in page


def test_one_target_that_is_down_leaves_the_others_and_what_is_published(office: Office, tmp_path: Path) -> None:
    before = contents(get_settings().publicaciones)
    office.target(
        "caido",
        "ckan",
        {"password": SECRET, "extra": {"url": NOBODY, "tiempo_reintentos": 0}},
        organizacion="mintrab",
    )
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    done = {each.destino: each for each in deliver_all(R2, None, NOON)}
    assert (done["caido"].ok, done["espejo"].ok) == (False, True)
    assert "destino «caido»" in done["caido"].problema
    assert "release deliver --target caido" in done["caido"].problema
    assert SECRET not in done["caido"].problema
    assert contents(tmp_path / "espejo" / R2) == own(R2)
    assert office.states() == {(R2, "caido"): "fallida", (R2, "espejo"): "entregada"}
    assert contents(get_settings().publicaciones) == before
    assert pending(office.engine, "caido") == [R1, R2]


def test_another_release_under_the_same_address_is_never_overwritten(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    foreign = tmp_path / "espejo" / R1
    foreign.mkdir(parents=True)
    (foreign / "manifest.json").write_text("{}")
    with pytest.raises(DataError, match="ya hay una publicación distinta"):
        deliver(R1, "espejo", NOON)
    assert (foreign / "manifest.json").read_text() == "{}"


def test_a_wrong_password_is_told_without_repeating_it(office: Office, tmp_path: Path) -> None:
    with sftp_server(tmp_path / "servidor") as connection, ckan_server() as (token, _):
        office.target("ministerio", "archivos", connection | {"password": "otra-clave"})
        office.target("datos_abiertos", "ckan", token | {"password": "otra-clave"}, organizacion="mintrab")
        done = deliver_all(R1, None, NOON)
        assert [each.destino for each in done] == ["ministerio", "datos_abiertos"]
        for each in done:
            assert "rechaza al usuario" in each.problema
            assert f"conexión «{each.destino}»" in each.problema
            assert "otra-clave" not in each.problema


def test_a_damaged_release_is_not_delivered(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    file = get_settings().publicaciones / R1 / "informe.pdf"
    content = file.read_bytes()
    file.write_bytes(b"otro")
    try:
        with pytest.raises(DataError, match="no se entrega lo que está dañado"):
            deliver(R1, "espejo", NOON)
    finally:
        file.write_bytes(content)
    assert not (tmp_path / "espejo").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("destinos: [", "no es YAML"),
        ("destinos: [{nombre: X, titulo: x, clase: archivos, conexion: x}]", "destinos.0.nombre"),
        ("destinos: [{nombre: x, titulo: x, clase: fax, conexion: x, clave: s}]", "destinos.0.clase"),
        ("destinos: [{nombre: x, titulo: x, clase: ckan, conexion: x}]", "organizacion"),
        ("otros: []", "otros"),
    ],
)
def test_a_wrong_declaration_says_where(office: Office, content: str, said: str) -> None:
    get_settings().destinations_file.write_text(content)
    with pytest.raises(UsageError, match=said):
        load_targets()


@pytest.mark.parametrize(
    "work",
    [
        lambda: deliver(R1, "nadie", NOON),
        lambda: deliver("mensual/2026-09/r1", "espejo", NOON),
        lambda: deliver(R1, "sin_direccion", NOON),
    ],
)
def test_what_does_not_exist_is_refused(office: Office, tmp_path: Path, work: Callable[[], object]) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    office.target("sin_direccion", "archivos", {"extra": {"url": "ftp://x.example"}})
    with pytest.raises(UsageError):
        work()


def test_the_verbs_tell_what_was_delivered_and_check_targets(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with object_store() as (connection, _), ckan_server() as (token, _):
        office.target("nube", "archivos", connection)
        office.target("datos_abiertos", "ckan", token, organizacion="otra")
        assert cli.run(["targets", "check"]) == 1
        said = capsys.readouterr().out
        assert "bien  nube (nube): responde y deja escribir. Pendientes: 2." in said
        assert "MAL   datos_abiertos" in said
        assert cli.run(["release", "deliver", "--target", "nube"]) == 0
        assert f"bien  {R2} en nube: entregada." in capsys.readouterr().out
        assert cli.run(["release", "deliver", "--target", "nube"]) == 0
        assert "No hay nada que entregar." in capsys.readouterr().out
        assert cli.run(["release", "deliver", R1, "--target", "datos_abiertos"]) == 1


def test_secrets_come_from_connections_alone(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {})

    def airflow(name: str) -> Connection:
        return Connection.model_validate({"extra": {"url": f"file://{tmp_path}/{name}"}})

    assert deliver(R1, "espejo", NOON, airflow).ok
    assert (tmp_path / "espejo" / R1 / "manifest.json").is_file()
