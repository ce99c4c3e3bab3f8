from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from movilidad.model import paths
from movilidad.model.errors import DataError
from movilidad.store import roles
from movilidad.store.migrations import migrate


def test_an_empty_database_gets_the_schema_once(database: Engine) -> None:
    assert migrate(database) == sorted(file.name for file in (paths.SQL / "migraciones").glob("*.sql"))
    assert migrate(database) == []
    assert "colocaciones" in inspect(database).get_table_names(schema="nucleo")


def test_a_changed_migration_is_refused(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "SQL", tmp_path)
    file = tmp_path / "migraciones" / "0001_prueba.sql"
    file.parent.mkdir()
    monkeypatch.setattr(roles, "grant", lambda connection: None)  # there are no tables
    file.write_text("CREATE TABLE una (a int)")
    migrate(database)
    file.write_text("CREATE TABLE otra (a int)")
    with pytest.raises(DataError, match=r"0001_prueba\.sql"):
        migrate(database)
