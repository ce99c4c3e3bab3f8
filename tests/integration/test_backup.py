"""A deployment comes back from its backup into an empty place, with every row, every file and every release."""

import re
import stat
import subprocess
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from backup_support import KEY, Place, a_snapshot, free_slots, nobody_pulls_the_plug, server, tidy
from database_support import leave
from publishing_support import (
    NOON,
    OCTOBER,
    R1,
    TODAY,
    deliver_again,
    deliver_month,
    in_child,
    no_portal,
    plain_report,
    spread,
    write_plainly,
)
from sqlalchemy import text
from sqlalchemy.engine import make_url

from movilidad.backup import folders, taking
from movilidad.backup.databases import AIRFLOW_VARIABLE, connected
from movilidad.backup.record import backups_in
from movilidad.backup.restoring import Restored, restore
from movilidad.backup.taking import back_up
from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.verification import verify
from movilidad.stack.postgres import database_url
from movilidad.store import snapshots
from movilidad.store.engine import warehouse

__all__ = ["no_portal", "nobody_pulls_the_plug", "plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report")
R2 = "mensual/2026-10/r2"


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    """The server of the deployments that are backed up."""
    with server() as socket_folder:
        yield socket_folder


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """The server of another machine."""
    with server() as socket_folder:
        yield socket_folder


@pytest.fixture(scope="module")
def original(ours: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A deployment that has published October, and has a draft of its second revision."""
    place = Place.new(tmp_path_factory.mktemp("original") / "aqui", ours)
    with pytest.MonkeyPatch.context() as patch:
        write_plainly(patch)
        engine = place.begin(patch)
        a_snapshot()
        deliver_month(engine)
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        deliver_again(engine, "corregida", 125)
        assert releases.build("mensual", OCTOBER, TODAY) == R2
        engine.dispose()
        leave(get_settings().warehouse_url())
    return place


@pytest.fixture(autouse=True)
def servers_are_tidied(ours: str, other: str, original: Place) -> Iterator[None]:
    yield
    leave(get_settings().warehouse_url())
    tidy(ours, original)
    tidy(other)


@pytest.fixture
def here(original: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A copy of it that a test may change."""
    return original.copied(tmp_path / "aqui", monkeypatch)


@pytest.fixture
def there(other: str, tmp_path: Path) -> Place:
    """An empty machine."""
    return Place.new(tmp_path / "alla", other)


def bring_back(
    there: Place, folder: Path, monkeypatch: pytest.MonkeyPatch, until: datetime | None = None
) -> Restored:
    there.enter(monkeypatch)
    return restore(folder, until, NOON)


def known_snapshots() -> list[str]:
    """Those of the register that a test stored whole; others are rows without files."""
    query = text(r"SELECT snapshot_id FROM control.instantaneas WHERE snapshot_id ~ '-[0-9a-f]{20}$'")
    with warehouse().connect() as connection:
        return list(connection.scalars(query))


def test_everything_comes_back_on_an_empty_machine(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "respaldos")
    rows, files = here.rows(), here.files()
    restored = bring_back(there, tmp_path / "respaldos", monkeypatch)
    assert there.rows() == rows
    assert there.files() == files
    assert (there.publications / "mensual/2026-10/latest").readlink() == Path("r1")
    assert [(each.publicacion_id, each.problem) for each in restored.verified] == [(R1, "")]
    assert len(restored.verified[0].hallazgos) == 8
    assert "mismos bytes" in restored.verified[0].hallazgos[-1].detalle


@pytest.mark.usefixtures("no_portal")
def test_the_restored_deployment_goes_on(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "respaldos")
    bring_back(there, tmp_path / "respaldos", monkeypatch)
    assert releases.publish(R2, NOON).name == "r2"
    back_up(tmp_path / "respaldos")
    assert [each.publicaciones for each in backups_in(tmp_path / "respaldos")] == [1, 2]


@pytest.mark.usefixtures("no_portal")
def test_a_second_backup_adds_what_is_new_and_rewrites_nothing(here: Place, tmp_path: Path) -> None:
    folder = tmp_path / "respaldos"
    back_up(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("[0-9a-f]*") if path.is_file()}
    a_snapshot(2)
    releases.publish(R2, NOON)
    second = back_up(folder)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    new = {path.name for path in (folder / "archivos").rglob("*") if path.is_file() and path not in before}
    known = {path.name for path in before}
    of_first = [each for each in second.files() if each.ruta.startswith(R1)]
    assert of_first
    assert {each.sha256 for each in of_first} <= known
    assert not {each.sha256 for each in second.files() if each.ruta.startswith(R2)} & new, (
        "its draft was kept before"
    )
    assert {each.sha256 for each in second.files() if each.ruta.startswith("instantaneas/")} & new


@pytest.mark.usefixtures("no_portal")
def test_only_its_owner_can_read_a_backup(here: Place, tmp_path: Path) -> None:
    back_up(tmp_path / "respaldos")
    for path in [tmp_path / "respaldos", *(tmp_path / "respaldos").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_publication_that_appears_while_files_are_copied_is_left_out_and_can_come_out_again(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, copy = here.rows(), folders.copy_files

    def publish_first(*arguments: object) -> object:
        releases.publish(R2, NOON)
        return copy(*arguments)

    monkeypatch.setattr(taking, "copy_files", publish_first)
    back_up(tmp_path / "respaldos")
    published = here.files()
    restored = bring_back(there, tmp_path / "respaldos", monkeypatch)
    assert restored.releases.left_out == [R2]
    assert [(each.publicacion_id, each.problem) for each in restored.verified] == [(R1, "")]
    assert there.rows() == rows
    assert not (there.publications / R2).exists()
    assert (there.publications / "mensual/2026-10/latest").readlink() == Path("r1")
    releases.publish(R2, NOON)
    assert there.files() == published, "the very bytes that readers saw"


@pytest.mark.usefixtures("no_portal")
def test_a_withdrawal_while_files_are_copied_stays_a_withdrawal(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = folders.copy_files

    def withdraw_first(*arguments: object) -> object:
        releases.withdraw(R1, "Una persona era reconocible", "Dirección General de Empleo", NOON)
        return copy(*arguments)

    monkeypatch.setattr(taking, "copy_files", withdraw_first)
    back_up(tmp_path / "respaldos")
    withdrawn = here.files()
    restored = bring_back(there, tmp_path / "respaldos", monkeypatch)
    assert restored.releases.withdrawn == [R1]
    assert there.files() == withdrawn
    assert [each.ok for each in restored.verified] == [True]
    with warehouse().connect() as connection:
        assert connection.scalar(text("SELECT estado FROM control.publicaciones")) == "retirada"


@pytest.mark.usefixtures("no_portal")
def test_a_backup_at_any_point_of_a_publication_is_consistent(
    original: Place, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a killed publication left behind: the folder and the register tell the same."""
    original.copied(tmp_path / "tranquila", monkeypatch)
    acts = in_child(warehouse(), lambda: releases.publish(R2, NOON))
    for point in spread(acts, 5):
        here = original.copied(tmp_path / f"aqui{point}", monkeypatch)
        assert in_child(warehouse(), lambda: releases.publish(R2, NOON), die_at=point) == -9
        back_up(tmp_path / f"respaldos{point}")
        there = Place.new(tmp_path / f"alla{point}", other)
        restored = bring_back(there, tmp_path / f"respaldos{point}", monkeypatch)
        assert all(each.ok for each in restored.verified), point
        public = {path.name for path in (there.publications / "mensual/2026-10").glob("r?")}
        assert public == {each.publicacion_id.rpartition("/")[2] for each in restored.verified}, point
        releases.publish(R2, NOON)
        here.enter(monkeypatch)
        releases.publish(R2, NOON)
        assert there.files() == here.files(), point


def test_the_moment_before_the_last_load_gives_the_state_of_then(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "respaldos"
    assert back_up(folder).continuo is not None
    here.note_run("segunda")
    deliver_again(warehouse(), "nueva", 130)
    rows, files, moment = here.rows(), here.files(), datetime.now(TZ)
    deliver_again(warehouse(), "equivocada", 300)
    here.note_run("tercera")
    releases.publish(R2, NOON)
    back_up(folder)
    restored = bring_back(there, folder, monkeypatch, moment)
    assert restored.moment == moment
    assert there.rows() == rows
    assert restored.releases.left_out == [R2]
    assert there.files() == files
    assert [(each.publicacion_id, each.ok) for each in restored.verified] == [(R1, True)]


@pytest.mark.usefixtures("no_portal")
def test_a_moment_before_a_withdrawal_does_not_show_the_withdrawn_figures_again(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "respaldos")
    here.note_run("segunda")
    moment = datetime.now(TZ)
    releases.withdraw(R1, "Una persona era reconocible", "Dirección General de Empleo", datetime.now(TZ))
    back_up(tmp_path / "respaldos")
    restored = bring_back(there, tmp_path / "respaldos", monkeypatch, moment)
    assert restored.releases.withdrawn == [R1]
    assert not (there.publications / R1 / "datos").exists()
    assert [(each.publicacion_id, each.ok) for each in restored.verified] == [(R1, True)]


@pytest.mark.usefixtures("no_portal")
def test_without_the_log_the_newest_backup_before_the_moment_comes_back(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a server that would keep its log without a limit."""
    with keeping(here.socket_folder, "-1"):
        first = back_up(tmp_path / "respaldos")
        rows = here.rows()
        deliver_again(warehouse(), "nueva", 130)
        moment = datetime.now(TZ)
        assert "max_slot_wal_keep_size" in back_up(tmp_path / "respaldos").sin_continuo
    restored = bring_back(there, tmp_path / "respaldos", monkeypatch, moment)
    assert restored.moment == first.momento < moment
    assert there.rows() == rows


@pytest.mark.usefixtures("no_portal")
def test_the_key_that_is_in_the_folder_comes_back_with_it(
    ours: str, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Place.new(tmp_path / "aqui", ours)
    here.begin(monkeypatch, key="")
    key = get_settings().pseudonym_key().text
    taken = back_up(tmp_path / "respaldos")
    assert taken.clave
    assert taken.clave.contenida
    assert key not in taken.model_dump_json()
    there.enter(monkeypatch, key="")
    restore(tmp_path / "respaldos", None, NOON)
    assert get_settings().pseudonym_key().text == key != KEY


@pytest.mark.usefixtures("no_portal")
def test_a_backup_in_the_middle_of_loads_and_a_publication_is_consistent(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads of work go on all the while that a third takes backups."""
    engine, over = warehouse(), Event()

    def go_on_loading() -> int:
        number = 0
        while not over.is_set():
            number += 1
            deliver_again(engine, f"carga{number}", 20)
            a_snapshot(100 + number)
        return number

    with ThreadPoolExecutor(2) as pool:
        loading, publishing = pool.submit(go_on_loading), pool.submit(releases.publish, R2, NOON)
        try:
            back_up(tmp_path / "respaldos")
            publishing.result()
            back_up(tmp_path / "respaldos")
        finally:
            over.set()
        assert loading.result() > 1
    last = backups_in(tmp_path / "respaldos")[-1].momento
    for number, until in enumerate(
        (backups_in(tmp_path / "respaldos")[0].momento, last - timedelta(seconds=1), last)
    ):
        place = there if not number else Place.new(tmp_path / f"alla{number}", there.socket_folder)
        restored = bring_back(place, tmp_path / "respaldos", monkeypatch, until)
        assert all(each.ok for each in restored.verified)
        public = {path.name for path in (place.publications / "mensual/2026-10").glob("r?")}
        assert public == {each.publicacion_id.rpartition("/")[2] for each in restored.verified}
        for name in known_snapshots():
            assert snapshots.load(name).snapshot_id == name, "what the warehouse knows is there"


@pytest.mark.usefixtures("no_portal")
def test_an_ordinary_user_suffices_for_a_backup_and_for_a_restore(
    original: Place, ours: str, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not replicate has no moments in between, and is told so."""
    monkeypatch.delenv(AIRFLOW_VARIABLE, raising=False)
    here, there = original.copied(tmp_path / "aqui", monkeypatch), Place.new(tmp_path / "alla", other)
    rows = here.rows("")
    for place in (here, there):
        as_ordinary_user(place, monkeypatch)
        if place is here:
            taken = back_up(tmp_path / "respaldos")
    assert taken.continuo is None
    assert "no puede replicar" in taken.sin_continuo
    assert set(taken.bases) == {"bodega"}
    assert [each.problem for each in restore(tmp_path / "respaldos", None, NOON).verified] == [""]
    assert there.rows("") == rows


@pytest.mark.usefixtures("no_portal")
def test_an_ordinary_user_is_told_that_his_database_must_be_made_for_him(
    here: Place, there: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(AIRFLOW_VARIABLE)
    back_up(tmp_path / "respaldos")
    as_ordinary_user(there, monkeypatch)
    missing = make_url(get_settings().warehouse_url()).set(database="falta")
    monkeypatch.setenv("MOVILIDAD_BODEGA", missing.render_as_string(hide_password=False))
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="«falta» no existe y su usuario no puede crearla"):
        restore(tmp_path / "respaldos", None, NOON)


@pytest.mark.usefixtures("no_portal")
def test_when_the_server_has_no_slot_left_the_backup_is_taken_without_the_log(
    here: Place, ours: str, tmp_path: Path
) -> None:
    with connected(make_url(database_url(ours, "postgres"))) as connection:
        for number in range(10):
            connection.execute(text(f"SELECT pg_create_physical_replication_slot('ajena_{number}')"))
    taken = back_up(tmp_path / "respaldos")
    assert "max_replication_slots" in taken.sin_continuo
    assert taking.check(tmp_path / "respaldos")[0] == 1


@pytest.mark.usefixtures("no_portal")
def test_a_gap_in_the_log_is_told_and_the_backups_around_it_serve(
    here: Place, there: Place, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = back_up(tmp_path / "respaldos")
    free_slots(ours)
    with connected(make_url(database_url(ours, "postgres"))) as connection:
        for _ in range(3):
            connection.execute(text("SELECT pg_switch_wal(), pg_current_xact_id()"))
        connection.execute(text("CHECKPOINT"))
    moment = datetime.now(TZ)
    here.note_run("segunda")
    back_up(tmp_path / "respaldos")
    with pytest.raises(DataError, match="no llega sin huecos"):
        bring_back(there, tmp_path / "respaldos", monkeypatch, moment)
    assert not there.root.exists()
    assert bring_back(there, tmp_path / "respaldos", monkeypatch, first.momento).moment == first.momento


@pytest.mark.usefixtures("no_portal")
def test_a_published_file_is_put_right_from_a_backup_as_the_operators_are_told(
    here: Place, tmp_path: Path
) -> None:
    """The very lines of docs/respaldo.md, run in the folder of the release."""
    back_up(tmp_path / "respaldos")
    (here.publications / R1 / "informe.pdf").write_bytes(b"otro")
    (here.publications / R1 / "datos.csv").unlink()
    guide = (paths.PROJECT / "docs" / "respaldo.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```\n( +while read.*?)```", guide, re.DOTALL)
    script = textwrap.dedent(lines).replace("/mnt/respaldos/2026-T4", str(tmp_path / "respaldos"))
    subprocess.run(["bash", "-euc", script], cwd=here.publications / R1, check=True)
    assert all(finding.ok for finding in verify(R1))
    assert stat.S_IMODE((here.publications / R1 / "datos.csv").stat().st_mode) == 0o644


@contextmanager
def keeping(socket_folder: str, limit: str) -> Iterator[None]:
    """Let a server keep so much of its log for backups."""
    with connected(make_url(database_url(socket_folder, "postgres"))) as connection:

        def keep(size: str) -> None:
            connection.execute(text(f"ALTER SYSTEM SET max_slot_wal_keep_size = '{size}'"))
            connection.execute(text("SELECT pg_reload_conf()"))
            while connection.scalar(text("SHOW max_slot_wal_keep_size")) != size:
                time.sleep(0.05)

        before = connection.scalar(text("SHOW max_slot_wal_keep_size"))
        keep(limit)
        try:
            yield
        finally:
            keep(before)


def as_ordinary_user(place: Place, patch: pytest.MonkeyPatch) -> None:
    """Enter a place as somebody who owns its warehouse, and nothing else of its server."""
    with connected(make_url(database_url(place.socket_folder, "postgres"))) as connection:
        connection.execute(text(f"CREATE ROLE u_{place.name} LOGIN"))
        known = connection.scalars(text("SELECT datname FROM pg_database")).all()
        if place.name in known:
            connection.execute(text(f"ALTER DATABASE {place.name} OWNER TO u_{place.name}"))
            connection.execute(text(f"GRANT pg_read_all_data TO u_{place.name}"))
        else:
            connection.execute(text(f"CREATE DATABASE {place.name} OWNER u_{place.name}"))
    place.enter(patch)
    patch.delenv(AIRFLOW_VARIABLE)
    url = make_url(database_url(place.socket_folder, place.name)).set(username=f"u_{place.name}")
    patch.setenv("MOVILIDAD_BODEGA", url.render_as_string(hide_password=False))
    get_settings.cache_clear()
