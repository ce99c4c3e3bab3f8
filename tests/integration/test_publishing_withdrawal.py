"""A withdrawn release: its figures go, the fact and the reason stay, and what was seen is remembered."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from publishing_support import (
    NOON,
    OCTOBER,
    R1,
    TODAY,
    contents,
    deliver_again,
    deliver_month,
    in_child,
    plain_report,
)
from sqlalchemy import Engine, text
from targets_support import ckan_server, object_store, sftp_server

from movilidad import cli
from movilidad.cli import words
from movilidad.model.errors import DataError, UsageError
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.past import comparables_of, history_of
from movilidad.publishing.targets.delivery import deliver_all
from movilidad.publishing.verification import verify

__all__ = ["plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report")
R2, R3 = "mensual/2026-10/r2", "mensual/2026-10/r3"
REASON = "Error <script>alert(1)</script> en =SUMA(A1) ../../etc \u202ela fuente"
SHOWN = "Error <script>alert(1)</script> en =SUMA(A1) ../../etc la fuente"
OFFICE = "Dirección General de Empleo"


@pytest.fixture
def public(warehouse: Engine) -> Engine:
    """October's first release."""
    deliver_month(warehouse)
    releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
    return warehouse


def second(engine: Engine, version: str = "corregida", departures: int = 125) -> None:
    deliver_again(engine, version, departures)
    releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)


def ledger(engine: Engine) -> list[tuple[object, ...]]:
    query = "SELECT publicacion_id, count(*), sum(valor_real) FROM control.celdas GROUP BY 1 ORDER BY 1"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def states(engine: Engine) -> list[tuple[object, ...]]:
    query = "SELECT publicacion_id, estado, publicada FROM control.publicaciones ORDER BY 1"
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def require_that_twice_is_once(publications: Path) -> None:
    everything = contents(publications)
    releases.withdraw(R2, "otro motivo", "otra oficina", NOON + timedelta(days=1))
    assert contents(publications) == everything, "twice is once, and the first reason counts"
    months = contents(publications / "mensual")
    releases.withdraw(R2, "otro motivo", "otra oficina", NOON + timedelta(days=9))
    assert contents(publications / "mensual") == months, "later only the calendar looks further"


def test_a_withdrawn_revision_leaves_a_tombstone_and_the_one_before_is_current(public: Engine) -> None:
    second(public)
    before, publications = ledger(public), get_settings().publicaciones
    first, gone = contents(publications / R1), contents(publications / R2)
    folder = releases.withdraw(R2, REASON, OFFICE, NOON + timedelta(days=1))

    assert set(contents(folder)) == {"informe.html", "RETIRADA.json"}
    assert json.loads((folder / "RETIRADA.json").read_text()) == {
        "publicacion_id": R2,
        "fecha": "2026-11-11T12:00:00-06:00",
        "motivo": SHOWN,
        "aprobada_por": OFFICE,
    }
    page = (folder / "informe.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'name="robots" content="noindex"' in page
    assert "11 de noviembre de 2026" in page
    assert (folder.parent / "latest").readlink() == Path("r1")
    listed = json.loads((folder.parent / "REVISIONES.json").read_text())
    assert listed["vigente"] == R1
    assert [each["estado"] for each in listed["revisiones"]] == ["vigente", "retirada"]
    assert listed["revisiones"][1]["retiro"]["motivo"] == SHOWN
    front, listing = ((publications / f"{name}.html").read_text() for name in ("index", "publicaciones"))
    assert f"{R2}/informe.pdf" not in front + listing
    assert f"{R2}/informe.html" in listing

    assert contents(publications / R1) == first
    assert contents(get_settings().carpeta / "retiradas" / R2) == gone, "the office keeps what it withdrew"
    assert ledger(public) == before, "what was seen stays in the ledger"
    with public.connect() as connection:
        assert history_of(connection, OCTOBER.year).releases == (R1, R2)
        assert comparables_of(connection, "mensual", OCTOBER.plus(1), demo=True) == (R1,)
    (found,) = verify(R2)
    assert (found.nombre, found.ok) == ("retirada", True)
    assert "Se retiró el 2026-11-11" in found.detalle
    assert verify(folder) == [found]
    assert all(each.ok for each in verify(R1))

    require_that_twice_is_once(publications)
    with pytest.raises(DataError, match="lo retirado no vuelve"):
        releases.publish(R2, NOON)
    assert verify(R2) == [found]

    with pytest.raises(DataError, match="sin que alguien lo decida"):
        releases.build("mensual", OCTOBER, TODAY)
    releases.explain("mensual/2026-10", "correccion", "Registros corregidos", OFFICE, NOON)
    deliver_again(public, "buena", 131)
    assert releases.build("mensual", OCTOBER, TODAY) == R3
    folder = releases.publish(R3, NOON + timedelta(days=2))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["anterior"], manifest["retiradas"], manifest["tipo"]) == (R1, [R2], "correccion")
    assert manifest["historia"] == [R1, R2], "the protection reckons with what was withdrawn"
    assert (folder.parent / "latest").readlink() == Path("r3")
    told = b"".join(body for name, body in contents(folder).items() if name.endswith((".csv", ".md", ".html")))
    assert SHOWN.encode() not in told
    assert R2.encode() not in contents(folder)["datos/revisiones.csv"]
    assert all(each.ok for each in verify(R3))


def test_after_the_only_revision_was_withdrawn_the_next_one_is_the_second(public: Engine) -> None:
    releases.withdraw(R1, REASON, OFFICE, NOON)
    folder = get_settings().publicaciones / "mensual/2026-10"
    assert not (folder / "latest").is_symlink()
    assert json.loads((folder / "REVISIONES.json").read_text())["vigente"] is None
    with pytest.raises(DataError, match="release explain mensual/2026-10"):
        releases.build("mensual", OCTOBER, TODAY)
    releases.explain("mensual/2026-10", "correccion", "Registros corregidos", OFFICE, NOON)
    assert releases.build("mensual", OCTOBER, TODAY) == R2
    second = releases.publish(R2, NOON)
    assert not (second / "datos/cambios.csv").exists(), "figures that were withdrawn are not told again"
    assert "se retiró" in (second / "CAMBIOS.md").read_text()
    assert json.loads((second / "manifest.json").read_text())["historia"] == [R1]
    assert all(each.ok for each in verify(R2))
    releases.withdraw(R2, "otra vez", OFFICE, NOON)
    assert [row[1] for row in states(public)] == ["retirada", "retirada"]


def test_withdrawing_killed_anywhere_is_finished_by_the_next_call(public: Engine, tmp_path: Path) -> None:
    second(public)
    settings, saved = get_settings(), tmp_path / "antes"
    shutil.copytree(settings.publicaciones, saved, symlinks=True)
    moment = NOON + timedelta(days=1)

    def withdraw() -> Path:
        return releases.withdraw(R2, REASON, OFFICE, moment)

    def again() -> None:
        with public.begin() as connection:
            connection.execute(text("DELETE FROM control.retiros"))
            connection.execute(text("UPDATE control.publicaciones SET estado = 'publicada'"))
        shutil.rmtree(settings.publicaciones)
        shutil.copytree(saved, settings.publicaciones, symlinks=True)
        shutil.rmtree(settings.carpeta / "retiradas", ignore_errors=True)

    whole = contents(settings.publicaciones / R2)
    acts = in_child(public, withdraw)
    expected, entered = contents(settings.publicaciones), states(public)
    tomb = {name.removeprefix(f"{R2}/"): body for name, body in expected.items() if name.startswith(R2)}
    points = sorted({*range(0, acts, max(1, acts // 7)), acts - 1})
    for point in points:
        again()
        assert in_child(public, withdraw, die_at=point) == -9
        assert contents(settings.publicaciones / R2) in (whole, tomb), f"half a release after act {point}"
        withdraw()
        assert contents(settings.publicaciones) == expected, f"killed before act {point} of {acts}"
        assert contents(settings.carpeta / "retiradas" / R2) == whole
        assert states(public) == entered
        assert not list((settings.publicaciones / "mensual/2026-10").glob(".*"))


def test_a_withdrawal_reaches_every_target(
    public: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    second(public)
    monkeypatch.setattr(words, "now", lambda: NOON + timedelta(days=1))
    with sftp_server(tmp_path / "servidor") as sftp, object_store() as (s3, client), ckan_server() as (ckan, held):
        targets = {
            "espejo": ("archivos", {"extra": {"url": f"file://{tmp_path}/espejo"}}),
            "ministerio": ("archivos", sftp),
            "nube": ("archivos", s3),
            "datos_abiertos": ("ckan", ckan),
            "sitio": ("pagina", {"extra": {"url": f"file://{tmp_path}/sitio"}}),
        }
        get_settings().destinations_file.write_text(
            yaml.safe_dump(
                {
                    "destinos": [
                        {"nombre": name, "titulo": name, "clase": kind, "conexion": name}
                        | ({"organizacion": "mintrab"} if kind == "ckan" else {})
                        for name, (kind, _) in targets.items()
                    ]
                }
            )
        )
        for name, (_, connection) in targets.items():
            monkeypatch.setenv(f"MOVILIDAD_CONEXION_{name.upper()}", json.dumps(connection))
        assert not [each.problema for each in deliver_all(None, None, NOON) if not each.ok]
        assert cli.run(["release", "withdraw", R2, "--reason", REASON, "--approved-by", OFFICE]) == 0
        assert capsys.readouterr().out.count("retirada.") == len(targets)

        tomb = contents(get_settings().publicaciones / R2)
        for site in (tmp_path / "espejo", tmp_path / "servidor/sitio"):
            assert contents(site / R2) == tomb
            assert (site / "mensual/2026-10/latest").readlink() == Path("r1")
            assert json.loads((site / "mensual/2026-10/REVISIONES.json").read_text())["vigente"] == R1
        keys = client.list_objects_v2(Bucket="datos", Prefix=f"movilidad/{R2}/")["Contents"]
        assert {each["Key"].rpartition("/")[2] for each in keys} == set(tomb)
        package = held.packages["movilidad-laboral-mensual-2026-10-r2"]
        assert package["resources"] == []
        assert package["title"].startswith("Retirada: ")
        assert "<script>" not in package["notes"]
        assert not held.packages["movilidad-laboral-mensual-2026-10-r1"]["title"].startswith("Sustituida")
        assert "Retirada: " in (tmp_path / "sitio/publicaciones.atom").read_text()
        assert not [each.problema for each in deliver_all(R2, None, NOON) if not each.ok], "twice is once"


def test_only_what_is_public_can_be_withdrawn_and_with_a_reason(public: Engine) -> None:
    deliver_again(public, "corregida", 125)
    assert releases.build("mensual", OCTOBER, TODAY) == R2
    with pytest.raises(UsageError, match="es un borrador"):
        releases.withdraw(R2, REASON, OFFICE, NOON)
    with pytest.raises(UsageError, match="no existe la publicación"):
        releases.withdraw(R3, REASON, OFFICE, NOON)
    for reason, office in (("  ", OFFICE), ("\u202e", OFFICE), (REASON, ""), ("x" * 601, OFFICE)):
        with pytest.raises(UsageError):
            releases.withdraw(R1, reason, office, NOON)
    assert states(public)[0][1] == "publicada"
    releases.withdraw(R1, REASON, OFFICE, datetime.now(NOON.tzinfo))
    with pytest.raises(UsageError, match="no existe la publicación"):
        releases.publish(R2, NOON)  # the draft told what it changed in r1, and is gone
