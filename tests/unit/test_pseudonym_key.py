"""The key's own file: made once and whole, whoever comes at the same moment; an empty key is none."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from movilidad.model import atomic
from movilidad.model.errors import UsageError
from movilidad.model.settings import get_settings

_EMPTY_SEALED = f".sello.{'a' * 64}"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this process keeps its key, which is not there yet."""
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(tmp_path))
    monkeypatch.delenv("MOVILIDAD_CLAVE_SEUDONIMOS", raising=False)
    get_settings.cache_clear()
    yield get_settings().pseudonym_key_file
    get_settings.cache_clear()


def test_everybody_who_needs_the_first_key_at_once_gets_the_same_one(file: Path) -> None:
    settings, start = get_settings(), threading.Barrier(8)

    def root(_: int) -> bytes:
        start.wait()
        return settings.pseudonym_key().root

    with ThreadPoolExecutor(8) as pool:
        (only,) = set(pool.map(root, range(8)))
    assert only == file.read_bytes()
    assert len(only) == 64
    assert file.stat().st_mode & 0o077 == 0
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(("owner", "step"), [(Path, "write_bytes"), (atomic, "sync")])
def test_where_making_the_key_fails_there_is_none_and_no_half_one(
    file: Path, owner: object, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, full)
        with pytest.raises(OSError, match="No space left"):
            get_settings().pseudonym_key()
    assert list(file.parent.iterdir()) == []
    assert len(get_settings().pseudonym_key().root) == 64


@pytest.mark.parametrize("content", ["", " \n", _EMPTY_SEALED])
def test_an_empty_key_in_the_file_is_refused(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(UsageError, match="la clave de los seudónimos está vacía") as refused:
        get_settings().pseudonym_key()
    assert str(file) in str(refused.value)
    assert "Qué hacer: ponga ahí la clave con que se cargaron los registros" in str(refused.value)


@pytest.mark.parametrize("content", [" ", _EMPTY_SEALED])
@pytest.mark.usefixtures("file")
def test_an_empty_key_in_the_variable_is_refused(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", content)
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="MOVILIDAD_CLAVE_SEUDONIMOS: la clave de los seudónimos está vacía"):
        get_settings().pseudonym_key()
