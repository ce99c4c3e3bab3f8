"""All that is published is compared with what was published, in the folder and as every target gives it back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from publishing_support import (
    NOON,
    OCTOBER,
    R1,
    TODAY,
    Original,
    deliver_again,
    deliver_month,
    no_portal,
    original,
    plain_report,
)
from sqlalchemy import Engine, text
from targets_support import Catalogue, Office, ckan_server, object_store, sftp_server

from movilidad import cli
from movilidad.alerts.failures import Failure, Step, ended_by, notice_of
from movilidad.model.atomic import replaced_folder
from movilidad.model.errors import AlteredError, UnavailableError
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.targets.delivery import deliver_all
from movilidad.publishing.targets.state import FAILED, Delivery, record
from movilidad.publishing.whole_verification import require_sound, verify_all, verify_target, verify_targets

__all__ = ["no_portal", "plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report", "no_portal")
R2 = "mensual/2026-10/r2"


@pytest.fixture(scope="module")
def published(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    """October in two revisions, made once for this file."""

    def work(engine: Engine) -> None:
        deliver_month(engine)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        deliver_again(engine, "corregida", 125)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)

    with original(postgres_folder, tmp_path_factory.mktemp("publicado"), work) as made:
        yield made


@pytest.fixture
def office(published: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with published.copied(tmp_path / "aqui", monkeypatch) as engine:
        yield Office(engine, tmp_path / "aqui", monkeypatch)


def problems() -> dict[str, str]:
    return {each.publicacion_id: each.problem for each in verify_all()}


def public(release: str) -> Path:
    return get_settings().publicaciones / release


@pytest.mark.usefixtures("office")
def test_what_is_as_it_was_published_passes() -> None:
    found = list(verify_all())
    assert [(each.publicacion_id, each.problem) for each in found] == [(R1, ""), (R2, "")]
    assert all("mismos bytes" in each.hallazgos[-1].detalle for each in found)
    assert require_sound(found) == "Comprobadas: 2. Todo está como se publicó."


@pytest.mark.usefixtures("office")
def test_a_changed_missing_or_added_file_is_found_wherever_it_is() -> None:
    (public(R1) / "informe.pdf").write_bytes(b"otro")
    (public(R2) / "datos" / "ajeno.csv").write_bytes(b"a\n")
    found = problems()
    assert "informe.pdf" in found[R1]
    assert "datos/ajeno.csv" in found[R2]
    with pytest.raises(AlteredError, match="2 de 2 publicaciones no están como se publicaron"):
        require_sound(list(verify_all()))


def test_a_release_that_is_gone_exchanged_or_unknown_is_found(office: Office) -> None:
    """Bytes that are whole, but are not those that belong there."""
    with replaced_folder(public(R1)) as folder:
        for file in public(R2).rglob("*"):
            target = folder / file.relative_to(public(R2))
            target.mkdir() if file.is_dir() else target.write_bytes(file.read_bytes())
    assert "no está la publicación que el registro conoce" in problems()[R1]
    with office.engine.begin() as connection:
        connection.execute(text("DELETE FROM control.publicaciones WHERE revision = 2"))
    assert "no conoce" in problems()[R2]
    for file in sorted(public(R1).rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    public(R1).rmdir()
    assert "no está la publicación" in problems()[R1]


@pytest.mark.usefixtures("office")
def test_a_withdrawn_release_has_nothing_but_its_tombstone() -> None:
    releases.withdraw(R2, "Una persona era reconocible", "Dirección General de Empleo", NOON)
    assert problems() == {R1: "", R2: ""}
    (public(R2) / "datos.csv").write_bytes(b"a\n")
    assert "El aviso falta o no está solo" in problems()[R2]


def test_a_tombstone_that_nobody_decided_is_found(office: Office) -> None:
    releases.withdraw(R2, "Una persona era reconocible", "Dirección General de Empleo", NOON)
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE control.publicaciones SET estado = 'publicada' WHERE revision = 2"))
    assert "un aviso de retiro que el registro no conoce" in problems()[R2]


def test_a_folder_and_a_list_elsewhere_are_read_back(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    office.target("sitio", "pagina", {"extra": {"url": f"file://{tmp_path}/sitio"}})
    assert [(each.publicacion_id, each.lugar, each.ok) for each in verify_targets()] == [
        (R1, "espejo", False),
        (R2, "espejo", False),
        (R1, "sitio", False),
        (R2, "sitio", False),
    ]
    deliver_all(None, None, NOON)
    assert [(each.publicacion_id, each.lugar, each.problem) for each in verify_targets()] == [
        (R1, "espejo", ""),
        (R2, "espejo", ""),
        (R1, "sitio", ""),
        (R2, "sitio", ""),
    ]
    (tmp_path / "espejo" / R1 / "informe.html").write_bytes(b"otro")
    (tmp_path / "espejo" / R2 / "SHA256SUMS").unlink()
    (tmp_path / "espejo" / R2 / "ajeno").write_bytes(b"")
    (tmp_path / "sitio" / "publicaciones.html").write_bytes(b"otro")
    assert [each.problem for each in verify_targets()] == [
        "No es lo que se entregó: informe.html.",
        "No es lo que se entregó: SHA256SUMS; ajeno.",
        "No es lo que se entregó: publicaciones.html.",
        "No es lo que se entregó: publicaciones.html.",
    ]


def test_what_a_target_lacks_is_a_difference_that_says_how_to_deliver_it(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    deliver_all(R1, "espejo", NOON)
    command = f"«movilidad release deliver {R2} --target espejo»"
    assert [each.problem for each in verify_targets()] == ["", f"No se ha entregado; entréguela: {command}."]
    with pytest.raises(AlteredError, match="1 de 2 publicaciones") as caught:
        require_sound(list(verify_targets()))
    assert "restituir" not in (caught.value.remedy or ""), "nobody changed anything"
    record(office.engine, Delivery(R2, "espejo", FAILED, "No responde."), NOON)
    assert [each.problem for each in verify_targets()] == ["", f"La última entrega falló; repítala: {command}."]
    deliver_all(None, None, NOON)
    assert [each.ok for each in verify_targets()] == [True, True]


def test_what_was_published_within_the_hour_may_still_be_on_its_way(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    assert list(verify_target("espejo", now=NOON + timedelta(minutes=59))) == []
    assert len(list(verify_target("espejo", now=NOON + timedelta(minutes=61)))) == 2


def test_a_withdrawn_release_that_a_target_never_had_is_not_missed_and_one_it_still_shows_is(
    office: Office, tmp_path: Path
) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    deliver_all(R1, "espejo", NOON)
    releases.withdraw(R1, "Una persona era reconocible", "Dirección General de Empleo", NOON)
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE control.entregas SET estado = 'fallida'"))
    found = list(verify_target("espejo"))
    assert [each.publicacion_id for each in found] == [R1, R2]
    assert "CAMBIOS.md" in found[0].problem, "readers still get what was withdrawn"
    releases.withdraw(R2, "Una persona era reconocible", "Dirección General de Empleo", NOON)
    assert [each.publicacion_id for each in verify_target("espejo")] == [R1]


@pytest.mark.usefixtures("office")
def test_where_nothing_was_published_nothing_is_said_to_be_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert require_sound([]) == "No había nada que comprobar."
    monkeypatch.setattr("movilidad.publishing.whole_verification.verify_all", lambda: iter(()))
    assert cli.run(["release", "verify", "--all"]) == 0
    assert capsys.readouterr().out == "No había nada que comprobar.\n"


def test_a_damaged_target_is_put_right_as_the_operators_are_told(office: Office, tmp_path: Path) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    deliver_all(None, None, NOON)
    (tmp_path / "espejo" / R1 / "informe.html").write_bytes(b"otro")
    (tmp_path / "espejo" / R1 / "SHA256SUMS").unlink()
    deliver_all(R1, "espejo", NOON)
    assert [each.ok for each in verify_targets()] == [True, True]


def test_a_server_and_an_object_store_are_read_back(office: Office, tmp_path: Path) -> None:
    with sftp_server(tmp_path / "servidor") as connection, object_store() as (bucket, client):
        office.target("ministerio", "archivos", connection)
        office.target("deposito", "archivos", bucket)
        deliver_all(None, None, NOON)
        assert [each.problem for each in verify_targets()] == ["", "", "", ""]
        (tmp_path / "servidor" / "sitio" / R1 / "datos.csv").write_bytes(b"otro")
        client.put_object(Bucket="datos", Key=f"movilidad/{R2}/datos.csv", Body=b"otro")
        wrong = [(each.publicacion_id, each.lugar) for each in verify_targets() if not each.ok]
        assert wrong == [(R1, "ministerio"), (R2, "deposito")]
    assert [each.ok for each in verify_targets()] == [False, False], "each target that does not answer is told of"
    with pytest.raises(UnavailableError, match="no responde"):
        list(verify_target("ministerio"))


def resource(catalogue: Catalogue, package: str, name: str) -> str:
    found = catalogue.packages[package]["resources"]
    return next(each["id"] for each in found if each["name"] == name)


def test_a_catalogue_is_read_back_as_the_public_reads_it(office: Office) -> None:
    with ckan_server() as (connection, catalogue):
        office.target("catalogo", "ckan", connection, organizacion="mintrab")
        deliver_all(None, None, NOON)
        assert [each.problem for each in verify_targets()] == ["", ""]
        first, second = (f"movilidad-laboral-mensual-2026-10-r{n}" for n in (1, 2))
        catalogue.uploads[resource(catalogue, first, "informe.pdf")] = b"otro"
        catalogue.packages[second]["private"] = True
        assert [each.problem for each in verify_targets()] == [
            "No es lo que se entregó: informe.pdf.",
            f"No es lo que se entregó: {second}.",
        ]
        catalogue.packages[second]["private"] = False
        releases.withdraw(R2, "Una persona era reconocible", "Dirección General de Empleo", NOON)
        assert "datos.csv" in list(verify_targets())[1].problem, "readers still get what was withdrawn"
        deliver_all(None, None, NOON)
        assert list(verify_targets())[1].ok


def test_the_command_tells_of_every_release_and_target(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.target("espejo", "archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}})
    deliver_all(None, None, NOON)
    assert cli.run(["release", "verify", "--all", "--targets"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"bien  {R1}",
        f"bien  {R2}",
        f"bien  {R1} en espejo",
        f"bien  {R2} en espejo",
        "Comprobadas: 4. Con diferencias: 0.",
    ]
    (public(R1) / "informe.pdf").write_bytes(b"otro")
    assert cli.run(["release", "verify", "--all"]) == 1
    assert f"MAL   {R1}: " in capsys.readouterr().out


def test_a_difference_is_an_incident_of_its_place_and_ends_with_the_next_good_verification() -> None:
    error = AlteredError("1 de 2 publicaciones no están como se publicaron", place="carpeta de publicaciones")
    steps = [
        Step(
            "verificacion_semanal",
            "comprobar_publicaciones",
            "Verificación semanal",
            "Comprobar publicaciones",
            "",
        ),
        Step(
            "verificacion_semanal", "comprobar_destino", "Verificación semanal", "Comprobar destino", "", "espejo"
        ),
    ]
    notices = [notice_of(step, Failure(error=error)) for step in steps]
    assert [notice.key for notice in notices] == [
        ("publicacion_alterada", "publicaciones", ""),
        ("publicacion_alterada", "espejo", ""),
    ]
    assert notices[0].title == "Carpeta de publicaciones"
    for step, notice in zip(steps, notices, strict=True):
        assert notice.key in ended_by(step)
    silent = notice_of(steps[1], Failure(error=UnavailableError("no responde")))
    assert silent.key == ("tarea_fallida", "verificacion_semanal/comprobar_destino/espejo", "")
