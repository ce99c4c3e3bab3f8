"""Every schema that was ever in use migrates forward, with its records; ``make upgrade-check`` runs this file.

Each migration is a point at which a warehouse may stand. ``tests/data/migraciones`` holds, under the name of the
migration, records that a program of that point could have written; every table of the point has some.
"""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from database_support import new_database
from schema_shape import Contents, contents, shape
from sqlalchemy import Engine, create_engine, text

from movilidad.model import paths
from movilidad.model.errors import DataError
from movilidad.store.migrations import migrate

_WITH_ROLES = "0012_bitacora.sql"  # a program without it knows no roles
_SQL = paths.SQL
FILES = sorted((_SQL / "migraciones").glob("*.sql"))
NAMES = [file.name for file in FILES]
RECORDS = paths.PROJECT / "tests" / "data" / "migraciones"


def program(folder: Path, names: list[str], patch: pytest.MonkeyPatch) -> Path:
    """Let the program be one that has these migrations; gives their folder."""
    own, rights = folder / "migraciones", folder / "roles"
    for made in (own, rights):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
    for name in names:
        shutil.copy2(_SQL / "migraciones" / name, own)
    for script in (_SQL / "roles").glob("*.sql"):
        (rights / script.name).write_bytes(script.read_bytes() if _WITH_ROLES in names else b"SELECT")
    patch.setattr(paths, "SQL", folder)
    return own


@pytest.fixture(scope="module")
def newest(postgres_folder: str) -> Iterator[Engine]:
    """A warehouse migrated from nothing."""
    with new_database(postgres_folder) as database:
        migrate(database)
        yield database


@pytest.fixture(scope="module")
def standing(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A warehouse that stands at each point, with records of it and of all points before: migration → database."""
    folder = tmp_path_factory.mktemp("versiones")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        points: dict[str, str] = {}
        template = "template1"
        for number, name in enumerate(NAMES, start=1):
            database = stack.enter_context(new_database(postgres_folder, template))
            program(folder, NAMES[:number], patch)
            assert migrate(database) == [name]
            if (RECORDS / name).is_file():
                with database.begin() as connection:
                    script = (RECORDS / name).read_text(encoding="utf-8")
                    connection.exec_driver_sql(script, execution_options={"no_parameters": True})
            database.dispose()
            template = points[name] = str(database.url.database)
        yield points


@pytest.fixture
def at(postgres_folder: str, standing: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A copy of the warehouse that stands at the migration of the test's parameter."""
    with new_database(postgres_folder, standing[request.param]) as database:
        yield database


def lost(before: Contents, after: Contents) -> dict[str, int]:
    """Table → rows that are not there any more, by the columns that both have; tables that were dropped apart."""
    found = {}
    for table in before.keys() & after.keys():
        kept = before[table][0].keys() & after[table][0].keys() if before[table] and after[table] else set()
        there = [{name: row[name] for name in kept} for row in after[table]]
        gone = [row for row in before[table] if {name: row[name] for name in kept} not in there]
        if gone:
            found[table] = len(gone)
    return found


@pytest.mark.parametrize("at", NAMES, indirect=True)
def test_from_every_point_a_warehouse_becomes_the_newest_and_loses_nothing(at: Engine, newest: Engine) -> None:
    before = contents(at)
    empty = [table for table, rows in before.items() if not rows]
    assert empty == [], f"write records of these tables in {RECORDS.name}/<migration>.sql"
    with at.connect() as connection:
        applied = connection.scalar(text("SELECT count(*) FROM migraciones"))
    assert migrate(at) == NAMES[applied:]
    assert shape(at) == shape(newest)
    after = contents(at)
    assert lost(before, after) == {}
    assert migrate(at) == []
    assert (shape(at), contents(at)) == (shape(newest), after)


@pytest.mark.parametrize("at", NAMES[:1], indirect=True)
def test_what_later_versions_ask_of_old_records_is_filled_in(at: Engine) -> None:
    migrate(at)
    after = contents(at)
    assert {row["periodo"] for row in after["control.celdas"]} == {"2026-09"}
    assert {row["fuente"] for row in after["control.examenes"]} == {"programa", "registro"}
    assert len(after["control.extracciones"]) == 3, "one for each month of each source"


@pytest.mark.parametrize("at", NAMES[-2:-1], indirect=True)
def test_a_migration_that_fails_leaves_the_warehouse_as_it_was(
    at: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (shape(at), contents(at))
    broken = program(tmp_path, NAMES, monkeypatch) / "9999_rota.sql"
    broken.write_text(
        "ALTER TABLE control.celdas ADD COLUMN nueva text;\n"
        "ALTER TABLE nucleo.personas ADD CONSTRAINT solo_uno CHECK (sexo = '9');\n"
    )
    with pytest.raises(DataError) as caught:
        migrate(at)
    told = "9999_rota.sql: la migración no se pudo aplicar (PostgreSQL 23514, personas, solo_uno)"
    assert told in str(caught.value)
    assert (shape(at), contents(at)) == before
    broken.unlink()
    assert migrate(at) == NAMES[-1:]


@pytest.mark.parametrize("at", NAMES[-1:], indirect=True)
def test_an_older_program_refuses_a_newer_warehouse(
    at: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (shape(at), contents(at))
    program(tmp_path, NAMES[:-1], monkeypatch)
    with pytest.raises(DataError, match="la bodega es de una versión más nueva que este programa") as caught:
        migrate(at)
    assert NAMES[-1] in str(caught.value)
    assert (shape(at), contents(at)) == before


@pytest.mark.parametrize("at", NAMES[:1], indirect=True)
def test_two_programs_that_migrate_at_once_do_it_once(at: Engine, newest: Engine) -> None:
    start = threading.Barrier(2)
    engines = [at, create_engine(at.url)]

    def work(engine: Engine) -> list[str]:
        with engine.connect():
            start.wait()
        return migrate(engine)

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(work, engines), key=len)
    engines[1].dispose()
    assert done == [[], NAMES[1:]]
    assert shape(at) == shape(newest)
