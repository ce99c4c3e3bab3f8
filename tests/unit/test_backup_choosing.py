"""Which state comes back for a moment: the newest that is not after it, by the log wherever it leads there."""

from datetime import UTC, datetime, timedelta

import pytest

from movilidad.backup.choosing import choose
from movilidad.backup.key import KeyPrint, print_of_key
from movilidad.backup.record import Backup, Continuous, Dump, Entry
from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def backup(hours: int, system: str = "uno") -> Backup:
    """One of so many hours after noon, whose base is whole ten minutes later; without a system it has no log."""
    moment = NOON + hours * HOUR
    log = Continuous(
        sistema=system,
        version=18,
        termino=moment + HOUR / 6,
        base=[Entry(ruta="base.tar.gz", sha256=f"base{hours}")],
        wal=[Entry(ruta="wal.gz", sha256=f"wal{hours}")],
    )
    dump = Dump(base="b", usuario="u", sistema="uno", version=18, archivo=Entry(ruta="b", sha256=f"dump{hours}"))
    return Backup(
        momento=moment,
        programa=("0", "0"),
        publicaciones=0,
        bases={"bodega": dump},
        continuo=log if system else None,
        carpetas={"carpeta": [Entry(ruta="a", sha256=f"file{hours}")], "publicaciones": []},
    )


def needed(hours: float, *backups: Backup) -> set[str]:
    return {entry.sha256 for entry in choose(list(backups), NOON + hours * HOUR).entries()}


def test_without_a_moment_and_after_the_last_backup_that_one_comes_back() -> None:
    one, two = backup(0), backup(1)
    assert choose([one, two], None) == choose([one, two], NOON + 9 * HOUR) == choose([one, two], two.momento)
    assert choose([one, two], None).base is None
    assert {entry.sha256 for entry in choose([one, two], None).entries()} == {"dump1", "file1"}


def test_between_two_backups_the_base_of_one_is_led_on_by_the_log_of_the_next() -> None:
    found = choose([backup(0), backup(1), backup(2)], NOON + 1.5 * HOUR)
    assert found.moment == NOON + 1.5 * HOUR
    assert needed(1.5, backup(0), backup(1), backup(2)) == {"base1", "wal2", "file2", "dump1"}


def test_right_after_a_backup_its_base_is_not_whole_and_the_one_before_serves() -> None:
    assert needed(1.1, backup(0), backup(1), backup(2)) == {"base0", "wal1", "wal2", "file2", "dump1"}
    assert needed(0.1, backup(0), backup(1)) == {"dump0", "file0"}, "the first one has none before"


def test_a_backup_without_a_log_in_between_does_no_harm() -> None:
    assert needed(2.5, backup(0), backup(1, ""), backup(2, ""), backup(3)) == {"base0", "wal3", "file3", "dump2"}


def test_the_log_of_another_server_leads_nowhere() -> None:
    found = choose([backup(0), backup(1, "otro")], NOON + HOUR / 2)
    assert (found.moment, found.base) == (NOON, None)


def test_before_the_first_backup_there_is_nothing() -> None:
    with pytest.raises(UsageError, match="el respaldo más antiguo es del 2026-11-29T06:00:00"):
        choose([backup(0)], NOON - HOUR)


def test_a_fingerprint_knows_the_key_and_differs_from_backup_to_backup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", "una clave")
    get_settings.cache_clear()
    one, other = print_of_key(), print_of_key()
    get_settings.cache_clear()
    assert isinstance(one, KeyPrint)
    assert isinstance(other, KeyPrint)
    assert one.huella != other.huella
    assert one.is_of(b"una clave")
    assert other.is_of(b"una clave")
    assert not one.is_of(b"una clavf")


@pytest.mark.parametrize("path", ["/etc/passwd", "../fuera", "a/../../b"])
def test_no_path_of_a_backup_leads_out_of_its_folder(path: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        Entry(ruta=path)
    with pytest.raises(ValueError, match="leads out"):
        Entry(ruta="latest", enlace=path)
