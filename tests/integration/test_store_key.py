"""By which key the warehouse's persons are made is known from the first records on: another one is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from quality_support import ingested, programme, rates, rows, stored
from sqlalchemy import Engine, text

from movilidad.model.errors import UsageError
from movilidad.model.pseudonym_key import PseudonymKey
from movilidad.model.settings import get_settings
from movilidad.store.engine import warehouse as of_role
from movilidad.store.roles import Role
from movilidad.store.rotation import rotate
from movilidad.store.seal import require_key_in_force, require_root

_MISTYPED = "clave-de-prueva"  # the warehouse's is «clave-de-prueba»
_NOTED = "SELECT count(*) FROM control.sellos WHERE sello LIKE 'raiz:%'"


def with_key(text_of_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", text_of_key)
    get_settings.cache_clear()


@pytest.fixture
def used(warehouse: Engine) -> Engine:
    """A warehouse with a month of the programme."""
    ingested(programme())
    return warehouse


def test_a_mistyped_key_is_refused_though_the_key_was_never_rotated(
    used: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = rows(used, "SELECT count(*) FROM nucleo.colocaciones")
    with_key(_MISTYPED, monkeypatch)
    with pytest.raises(UsageError, match="cada persona pasaría a ser otra") as refused:
        ingested(programme(40))
    assert "Qué hacer: ponga en MOVILIDAD_CLAVE_SEUDONIMOS la clave con que se cargaron" in str(refused.value)
    assert _MISTYPED not in str(refused.value)
    with pytest.raises(UsageError, match="cada persona pasaría a ser otra"):
        stored(rates(), "tipo_cambio_banguat")
    assert rows(used, "SELECT count(*) FROM nucleo.colocaciones") == known


@pytest.mark.usefixtures("used")
def test_a_new_key_in_the_place_of_one_that_was_lost_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOVILIDAD_CLAVE_SEUDONIMOS")
    get_settings.cache_clear()
    with pytest.raises(UsageError, match="secretos/clave_seudonimos"):
        ingested(programme(40))


def test_the_key_is_rotated_and_its_root_stays_the_one_that_is_known(
    used: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_key(_MISTYPED, monkeypatch)
    with pytest.raises(UsageError, match="cada persona pasaría a ser otra"):
        rotate(of_role(), tmp_path / "nueva", "ana")
    with_key("clave-de-prueba", monkeypatch)
    rotate(of_role(), tmp_path / "nueva", "ana")
    new = PseudonymKey.parse((tmp_path / "nueva").read_text())
    with_key(new.text, monkeypatch)
    ingested(programme(40))
    with_key(PseudonymKey(_MISTYPED.encode(), new.seal).text, monkeypatch)
    with pytest.raises(UsageError, match="cada persona pasaría a ser otra"):
        ingested(programme(44))
    assert rows(used, _NOTED) == [(1,)]


def test_a_warehouse_that_was_rotated_before_roots_were_noted_notes_the_one_in_use(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = get_settings().pseudonym_key().with_new_seal()
    with warehouse.begin() as connection:
        connection.execute(text("INSERT INTO control.sellos (sello) VALUES (:id)"), {"id": key.seal_id})
    with_key(key.text, monkeypatch)
    ingested(programme())
    ingested(programme(40))
    assert rows(warehouse, _NOTED) == [(1,)]


def test_nothing_is_noted_by_whoever_did_not_get_to_write(warehouse: Engine) -> None:
    with of_role(Role.INGEST).connect() as connection:
        require_key_in_force(connection)
        connection.rollback()
    assert rows(warehouse, _NOTED) == [(0,)]


def test_of_two_tasks_that_come_first_with_different_keys_one_is_refused(warehouse: Engine) -> None:
    keys = [PseudonymKey(b"una"), PseudonymKey(b"otra")]
    start = threading.Barrier(2)

    def first_use(key: PseudonymKey) -> bool:
        with of_role(Role.INGEST).begin() as connection:
            start.wait()
            try:
                require_root(connection, key)
            except UsageError:
                return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(first_use, keys)) == [False, True]
    assert rows(warehouse, _NOTED) == [(1,)]


def test_what_is_noted_of_a_key_does_not_tell_it(used: Engine) -> None:
    (noted,) = rows(used, "SELECT sello FROM control.sellos")
    assert "clave-de-prueba" not in str(noted)
    assert len(str(noted[0]).split(":")) == 3, "with a salt of this warehouse alone"
