"""Persons as they are kept: under another key nobody becomes another; old records are deleted; releases stay."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from database_support import own_warehouse
from publishing_support import (
    NOON,
    OCTOBER,
    TODAY,
    deliver_month,
    in_child,
    leave_the_portal,
    spread,
    write_plainly,
)
from quality_support import ingested, programme, rows, stored
from sqlalchemy import Engine, text

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ
from movilidad.model.pseudonym_key import PseudonymKey
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.publishing.verification import verify
from movilidad.store import snapshots
from movilidad.store.audit_trail import entries
from movilidad.store.engine import warehouse
from movilidad.store.purge import Purged, purge
from movilidad.store.rotation import rotate
from movilidad.store.seal import sealed

R1 = "mensual/2026-10/r1"
_HOLDING_PERSONS = ("personas", "solicitudes", "colocaciones", "inscripciones")


@pytest.fixture(scope="module")
def published(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """October is public; then the programme's platform delivers it again. The key is a file of the program."""
    with own_warehouse(postgres_folder, tmp_path_factory.mktemp("clave")) as (engine, patch):
        patch.delenv("MOVILIDAD_CLAVE_SEUDONIMOS")
        get_settings.cache_clear()
        write_plainly(patch)
        leave_the_portal(patch)
        deliver_month(engine)
        with engine.begin() as connection:
            for table in _HOLDING_PERSONS:
                connection.exec_driver_sql(f"UPDATE nucleo.{table} SET persona_id = md5(persona_id)")
        releases.publish(releases.build("mensual", OCTOBER, TODAY), NOON)
        ingested(programme())
        yield engine


def persons(engine: Engine) -> set[str]:
    every = " UNION ".join(f"SELECT persona_id FROM nucleo.{table}" for table in _HOLDING_PERSONS)
    return {str(person) for (person,) in rows(engine, every)}


def lives(engine: Engine) -> list[tuple[object, ...]]:
    """What is known of each person, whatever she is called."""
    return sorted(
        rows(
            engine,
            "SELECT array_agg(carga_id || colocacion_id ORDER BY carga_id, colocacion_id)::text,"
            " min(p.sexo || p.municipio_origen)"
            " FROM nucleo.colocaciones JOIN nucleo.personas p USING (carga_id, persona_id) GROUP BY persona_id",
        )
    )


def written() -> str:
    """Every text of the snapshots' files."""
    files = get_settings().instantaneas.rglob("*.parquet")
    return " ".join(str(pq.read_table(file).to_pydict()) for file in files)


def test_everybody_stays_who_she_was_under_another_name(published: Engine) -> None:
    before, known, name = persons(published), lives(published), stored(programme())
    done = rotate(warehouse(), None, "ana (terminal)")
    after = persons(published)
    assert done.personas == len(before) == len(after)
    with published.connect() as connection:
        assert [(each.quien, each.que) for each in entries(connection, 1)] == [
            ("ana (terminal)", "cambio de la clave de los seudónimos")
        ]
    assert not before & after
    assert lives(published) == known
    # the records that come next are of the same persons
    assert stored(programme()) == name
    ingested(programme())
    assert persons(published) == after
    assert (
        snapshots.load(name).frames["personas"]["persona_id"].tolist()
        == programme()["personas"]["persona_id"].tolist()
    )


def test_what_is_published_is_computed_to_the_same_bytes(published: Engine) -> None:
    rotate(warehouse(), None, "ana")
    assert [finding.detalle for finding in verify(R1) if not finding.ok] == []


def test_whoever_has_the_old_key_finds_nobody_in_what_is_kept_now(published: Engine) -> None:
    old, root = get_settings().pseudonym_key(), programme()["personas"]["persona_id"]
    rotate(warehouse(), None, "ana")
    known_to_him = {*root, *sealed(root, old)}
    assert not known_to_him & persons(published)
    assert not any(person in written() for person in known_to_him)


def test_records_are_refused_under_a_key_that_is_not_in_force(
    published: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = get_settings().pseudonym_key()
    rotate(warehouse(), None, "ana")
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", old.text)
    get_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="no es la que está vigente"):
            stored(programme(40))
        with pytest.raises(UsageError, match="otra clave"):
            ingested(programme())
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_a_rotation_killed_anywhere_is_finished_by_the_next_call(published: Engine) -> None:
    known, name = lives(published), stored(programme())
    acts = in_child(published, lambda: rotate(warehouse(), None, "ana"))
    for point in spread(acts, 6):
        before = sealed(programme()["personas"]["persona_id"], get_settings().pseudonym_key())
        assert in_child(published, lambda: rotate(warehouse(), None, "ana"), die_at=point) == -9
        rotate(warehouse(), None, "ana")
        assert not any(person in written() for person in before)
        assert lives(published) == known
        assert snapshots.load(name).snapshot_id == name
        ingested(programme())
    assert not [*Path(get_settings().pseudonym_key_file).parent.glob("*.nueva")]


def test_a_key_that_a_variable_holds_is_changed_into_a_file(
    published: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, known = get_settings().pseudonym_key(), lives(published)
    monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", old.text)
    get_settings.cache_clear()
    try:
        with pytest.raises(UsageError, match="--output"):
            rotate(warehouse(), None, "ana")
        done = rotate(warehouse(), tmp_path / "nueva", "ana")
        assert not done.in_use
        assert (tmp_path / "nueva").stat().st_mode & 0o077 == 0
        new = PseudonymKey.parse((tmp_path / "nueva").read_text())
        assert (new.root, new.seal_id) != (old.root, old.seal_id)
        monkeypatch.setenv("MOVILIDAD_CLAVE_SEUDONIMOS", new.text)
        get_settings.cache_clear()
        ingested(programme())
        assert lives(published) == known
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
        get_settings().pseudonym_key_file.write_text(new.text)


def test_old_snapshots_of_persons_are_deleted_and_releases_stay(published: Engine) -> None:
    name, kept = stored(programme(44)), stored({"visas": programme()["empleadores"]}, "visas_eeuu")
    older = "UPDATE control.instantaneas SET extraida = now() - interval '3 years' WHERE snapshot_id IN (:a, :b)"
    with published.begin() as connection:
        connection.execute(text(older), {"a": name, "b": kept})
    before = datetime.now(TZ) - timedelta(days=700)
    assert purge(warehouse(), before, "ana") == Purged(instantaneas=1, cuarentena=0)
    with pytest.raises(DataError, match="vuelva a extraer"):
        snapshots.load(name)
    assert snapshots.load(kept).filas == {"visas": 1}
    assert purge(warehouse(), before, "ana") == Purged(instantaneas=0, cuarentena=0)
    assert [finding.detalle for finding in verify(R1) if not finding.ok] == []
    with published.connect() as connection:
        last = entries(connection, 1)[0]
    assert (last.quien, last.que, last.objeto) == ("ana", "borrado de una instantánea", name)
    assert stored(programme(44)) == name
