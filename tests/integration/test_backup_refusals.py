"""What is damaged, unfinished, in the way, or made with another key is said plainly, and nothing is touched."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from backup_support import KEY, Place, a_snapshot, nobody_pulls_the_plug, server, tidy
from publishing_support import NOON, in_child, spread
from sqlalchemy import text
from sqlalchemy.engine import make_url

from movilidad.backup import databases
from movilidad.backup.record import Backup, backups_in
from movilidad.backup.restoring import restore
from movilidad.backup.store import Store
from movilidad.backup.taking import back_up, check
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.settings import get_settings
from movilidad.stack.postgres import database_url, program_folders
from movilidad.store.engine import warehouse

__all__ = ["nobody_pulls_the_plug"]


@pytest.fixture(scope="module")
def ours() -> Iterator[str]:
    with server() as socket_folder:
        yield socket_folder


@dataclass(frozen=True)
class Kept:
    """A deployment with a snapshot, and the folder that holds two backups of it."""

    place: Place
    folder: Path
    backups: list[Backup]


@pytest.fixture(scope="module")
def kept(ours: str, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    root = tmp_path_factory.mktemp("guardado")
    place = Place.new(root / "aqui", ours)
    with pytest.MonkeyPatch.context() as patch:
        place.begin(patch)
        a_snapshot()
        back_up(root / "respaldos")
        a_snapshot(2)
        back_up(root / "respaldos")
        return Kept(place, root / "respaldos", backups_in(root / "respaldos"))


@pytest.fixture
def there(ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """An empty place, entered."""
    place = Place.new(tmp_path / "alla", ours)
    place.enter(monkeypatch)
    return place


_PARTS: dict[str, Callable[[Backup], str]] = {
    "dump": lambda backup: backup.bases["bodega"].archivo.sha256,
    "dump of Airflow": lambda backup: backup.bases["airflow"].archivo.sha256,
    "base": lambda backup: next(each.sha256 for each in backup.continuo.base if each.ruta == "base.tar.gz"),
    "log": lambda backup: backup.continuo.wal[-1].sha256,
    "snapshot": lambda backup: next(each.sha256 for each in backup.files() if each.ruta.endswith(".parquet")),
}


@pytest.mark.parametrize("part", _PARTS)
@pytest.mark.parametrize("where", [0, 0.5, 1])
def test_one_changed_byte_is_found(kept: Kept, there: Place, part: str, where: float) -> None:
    digest = _PARTS[part](kept.backups[-1])
    file = kept.folder / "archivos" / digest[:2] / digest
    with changed(file, where):
        with pytest.raises(DataError, match="el respaldo está dañado"):
            check(kept.folder)
        if part in ("dump", "snapshot"):
            with pytest.raises(DataError, match="el respaldo está dañado"):
                restore(kept.folder, None, NOON)
            assert not there.root.exists()
    assert check(kept.folder)[0] == 2


def test_a_changed_record_of_a_backup_is_found(kept: Kept, there: Place) -> None:
    for file in (kept.folder / "respaldos").glob("*.json"):
        for where in (0, 0.3, 0.7, 1):
            with changed(file, where), pytest.raises(DataError, match="no corresponde a su nombre"):
                restore(kept.folder, None, NOON)
    assert not there.root.exists()


def test_a_missing_content_is_found(kept: Kept) -> None:
    digest = _PARTS["snapshot"](kept.backups[0])
    file = kept.folder / "archivos" / digest[:2] / digest
    aside = file.rename(file.with_name("aparte"))
    with pytest.raises(DataError, match="o falta"):
        check(kept.folder)
    aside.rename(file)


@pytest.mark.usefixtures("there")
def test_another_key_is_refused_and_the_key_itself_is_nowhere(
    kept: Kept, there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept.backups[-1].clave
    assert not kept.backups[-1].clave.contenida
    for file in kept.folder.rglob("*"):
        assert file.is_dir() or KEY.encode() not in file.read_bytes()
    for key, said in (("otra", "no es la del respaldo"), ("", "no contiene la clave")):
        there.enter(monkeypatch, key)
        with pytest.raises(UsageError, match=said) as raised:
            restore(kept.folder, None, NOON)
        assert KEY not in str(raised.value)
    assert not there.root.exists()


def test_a_backup_without_its_key_at_hand_is_refused(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a scheduled backup does not have the variable that the tasks have."""
    kept.place.enter(monkeypatch, key="")
    with pytest.raises(UsageError, match="no se encuentra la clave"):
        back_up(tmp_path / "respaldos")
    assert not get_settings().pseudonym_key_file.exists(), "no new key was made"


def test_a_restore_onto_something_is_refused(kept: Kept, there: Place, ours: str) -> None:
    (there.publications / "mensual").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"la carpeta no está vacía.*«mensual»"):
        restore(kept.folder, None, NOON)
    (there.publications / "mensual").rmdir()
    with databases.connected(make_url(database_url(ours, "postgres"))) as connection:
        connection.execute(text(f"CREATE DATABASE {there.name}"))
    with warehouse().begin() as connection:
        connection.execute(text("CREATE TABLE ajena (n integer)"))
    with pytest.raises(UsageError, match=f"la base «{there.name}» no está vacía: tiene 1 "):
        restore(kept.folder, None, NOON)
    assert not there.own.exists()
    with warehouse().begin() as connection:
        connection.execute(text("DROP TABLE ajena"))
    assert restore(kept.folder, None, NOON).verified == []
    with pytest.raises(UsageError, match="no está vacía"):
        restore(kept.folder, None, NOON)


def test_a_backup_with_airflow_wants_a_database_for_it(
    kept: Kept, there: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(databases.AIRFLOW_VARIABLE)
    with pytest.raises(UsageError, match="trae también la base de Airflow"):
        restore(kept.folder, None, NOON)
    assert not there.root.exists()


@pytest.mark.usefixtures("there")
def test_a_moment_before_the_first_backup_and_an_empty_folder_are_refused(kept: Kept, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="el respaldo más antiguo es del"):
        restore(kept.folder, kept.backups[0].momento.replace(year=2020), NOON)
    with pytest.raises(UsageError, match="no hay ningún respaldo"):
        restore(tmp_path, None, NOON)


def test_programs_that_are_older_than_the_server_are_refused(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.place.enter(monkeypatch)
    monkeypatch.setenv("MOVILIDAD_POSTGRESQL", str(program_folders()[-1]))
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="son de la versión 16 y el servidor es de la 18"):
        back_up(tmp_path / "respaldos")
    monkeypatch.setenv("MOVILIDAD_POSTGRESQL", str(tmp_path))
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="faltan los programas de PostgreSQL"):
        back_up(tmp_path / "respaldos")
    assert backups_in(tmp_path / "respaldos") == []


def test_a_warehouse_without_tables_is_no_deployment(
    there: Place, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the address of the warehouse is wrong."""
    monkeypatch.delenv(databases.AIRFLOW_VARIABLE)
    monkeypatch.setenv("MOVILIDAD_BODEGA", database_url(ours, "postgres"))
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="la bodega no tiene tablas"):
        back_up(tmp_path / "respaldos")
    assert not list((tmp_path / "respaldos").glob(".en_curso/*"))


def test_a_folder_within_what_is_kept_is_refused(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.place.enter(monkeypatch)
    for folder in (kept.place.publications / "respaldos", kept.place.own):
        with pytest.raises(UsageError, match="no puede estar dentro"):
            back_up(folder)


def test_two_backups_at_once_into_one_folder_do_not_mix(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.place.enter(monkeypatch)
    with Store(tmp_path).writing(), pytest.raises(UnavailableError, match="ya hay un respaldo en curso"):
        back_up(tmp_path)


def test_a_backup_killed_anywhere_is_no_backup_and_the_next_one_is_whole(
    kept: Kept, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.place.enter(monkeypatch)
    acts = in_child(warehouse(), partial(back_up, tmp_path / "tranquila"))
    unfinished = 0
    for point in spread(acts, 7):
        folder, there = tmp_path / f"{point}", Place.new(tmp_path / f"alla{point}", ours)
        kept.place.enter(monkeypatch)
        if in_child(warehouse(), partial(back_up, folder), die_at=point) != -9:
            break  # this time there was less of the log to keep, and the last point lies behind its end
        there.enter(monkeypatch)
        if not backups_in(folder):
            unfinished += 1
            with pytest.raises(UsageError, match="no hay ningún respaldo"):
                restore(folder, None, NOON)
            assert not there.root.exists()
            kept.place.enter(monkeypatch)
            back_up(folder)
            there.enter(monkeypatch)
        assert check(folder)[0] == 1
        restore(folder, None, NOON)
        assert (there.rows(), there.files()) == (kept.place.rows(), kept.place.files()), point
        tidy(ours, kept.place)
    assert unfinished >= 4


def test_a_killed_backup_leaves_no_program_that_goes_on_reading_the_server(
    kept: Kept, ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.place.enter(monkeypatch)
    readers = text("SELECT count(*) FROM pg_stat_replication")
    copying = text("SELECT count(*) FROM pg_stat_progress_basebackup WHERE phase = 'streaming database files'")
    with databases.connected(make_url(database_url(ours, "postgres"))) as connection:
        command = [sys.executable, "-m", "movilidad.cli", "backup", str(tmp_path / "respaldos")]
        backup = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while not connection.scalar(copying):
            assert backup.poll() is None, "it was read while nobody looked"
        time.sleep(0.2)
        backup.kill()
        backup.wait()
        time.sleep(1)  # whoever began to read meanwhile has begun by now
        deadline = time.monotonic() + 10
        while connection.scalar(readers):
            assert time.monotonic() < deadline, "somebody reads on"
            time.sleep(0.1)
    assert backups_in(tmp_path / "respaldos") == []


class changed:  # noqa: N801 - reads as a statement
    """A file with one other byte, as long as the block lasts."""

    def __init__(self, file: Path, where: float) -> None:
        self._file, self._content = file, file.read_bytes()
        self._place = round(where * (len(self._content) - 1))

    def __enter__(self) -> None:
        other = bytearray(self._content)
        other[self._place] ^= 1
        self._file.write_bytes(other)

    def __exit__(self, *_: object) -> None:
        self._file.write_bytes(self._content)
