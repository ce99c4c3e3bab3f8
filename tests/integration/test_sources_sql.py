"""Databases of platforms: PostgreSQL always; other servers where the variables name them."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pandas as pd
import pytest
from sources_support import MARK, MONTH, contract, failure, read_one
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.engine import URL

from movilidad.model import paths
from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.periods import Month
from movilidad.sources import sql
from movilidad.sources.connection import Connection

SERVERS = {"embebido": None, "postgres": "MOVILIDAD_PRUEBA_POSTGRES", "mysql": "MOVILIDAD_PRUEBA_MYSQL"}


def connection_to(url: URL, **extra: Any) -> Connection:
    return Connection.model_validate(
        {
            "conn_type": "mysql" if url.get_backend_name() in {"mysql", "mariadb"} else "postgres",
            "host": url.query.get("host") or url.host,
            "port": url.port,
            "login": url.username,
            "password": url.password,
            "schema": url.database,
            "extra": extra,
        }
    )


@pytest.fixture(params=list(SERVERS))
def platform(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database with the table ``registros``: 50 rows of October 2026 and some around it."""
    variable = SERVERS[request.param]
    if variable is None:
        engine = request.getfixturevalue("database")
    elif variable in os.environ:
        engine = create_engine(make_url(os.environ[variable]))
    else:
        pytest.skip(f"la variable {variable} no nombra un servidor de prueba")
    table = f"registros_{uuid4().hex[:8]}"
    with engine.begin() as database:
        database.execute(
            text(
                f"CREATE TABLE {table} (id integer, cui varchar(20), nombre varchar(80), salario numeric(12,2),"
                " dia date, momento timestamp NULL, activo boolean)"
            )
        )
        if engine.dialect.name == "mysql":
            database.execute(text("SET time_zone = '+00:00'"))
        rows = [
            {"id": number, "dia": day, "m": moment, "n": "Añil", "s": "1234.50", "a": True}
            for number, (day, moment) in enumerate(
                [
                    ("2026-09-30", "2026-10-01 05:59:59"),
                    ("2026-10-01", "2026-10-01 06:00:00"),
                    ("2026-10-31", "2026-11-01 05:59:59"),
                    ("2026-11-01", "2026-11-01 06:00:00"),
                ]
            )
        ]
        database.execute(
            text(
                f"INSERT INTO {table} (id, nombre, salario, dia, momento, activo)"
                " VALUES (:id, :n, :s, :dia, :m, :a)"
            ),
            rows,
        )
    engine.registros = table  # type: ignore[attr-defined]
    yield engine
    with engine.begin() as database:
        database.execute(text(f"DROP TABLE {table}"))


@pytest.fixture
def queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the queries of ``fuente_prueba``."""
    folder = tmp_path / "extraccion" / "fuente_prueba"
    folder.mkdir(parents=True)
    monkeypatch.setattr(paths, "SQL", tmp_path)
    return folder


COLUMNS = {
    name: {"origen": origin, "tipo": kind, "descripcion": name}
    for name, origin, kind in [
        ("clave", "id", "texto"), ("nombre", "nombre", "texto"), ("salario", "salario", "decimal"),
        ("dia", "dia", "fecha"), ("momento", "momento", "momento"), ("activo", "activo", "logico"),
    ]
}  # fmt: skip


def source(**lectura: str) -> Any:
    return contract("sql", {"consulta": "filas", **lectura}, columnas=COLUMNS)


def ask(queries: Path, engine: Engine, query: str, month: Month = MONTH, **extra: Any) -> pd.DataFrame:
    written = query.replace("REGISTROS", getattr(engine, "registros", ""))
    (queries / "filas.sql").write_text(written, encoding="utf-8")
    return read_one(source(), "filas", connection_to(engine.url, **extra), month)


def test_days_of_the_month_are_bound_as_dates(platform: Engine, queries: Path) -> None:
    frame = ask(
        queries,
        platform,
        "-- días\nSELECT id, nombre, salario, dia, momento, activo FROM REGISTROS"
        " WHERE dia >= :inicio AND dia <= :fin ORDER BY id;\n",
    )
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["dia"].tolist() == ["2026-10-01", "2026-10-31"]
    assert frame["salario"].tolist() == ["1234.50"] * 2
    assert frame["nombre"].tolist() == ["Añil"] * 2
    assert frame["momento"].tolist() == ["2026-10-01T06:00:00+00:00", "2026-11-01T05:59:59+00:00"]
    assert set(frame["activo"]) <= {"true", "1"}


def test_instants_of_the_month_are_those_of_guatemala(platform: Engine, queries: Path) -> None:
    frame = ask(
        queries,
        platform,
        "SELECT id FROM REGISTROS WHERE momento >= :inicio_utc AND momento < :fin_utc ORDER BY id",
    )
    assert frame["id"].tolist() == ["1", "2"]


def test_a_month_without_rows_has_columns_and_no_rows(platform: Engine, queries: Path) -> None:
    query = "SELECT id, nombre FROM REGISTROS WHERE dia >= :inicio AND dia <= :fin"
    frame = ask(queries, platform, query, Month(2019, 1))
    assert list(frame.columns) == ["id", "nombre"]
    assert frame.empty


def test_missing_values_stay_missing(platform: Engine, queries: Path) -> None:
    frame = ask(queries, platform, "SELECT cui, nombre FROM REGISTROS")
    assert frame["cui"].isna().all()
    assert frame["nombre"].notna().all()


def test_all_queries_see_one_state_of_the_platform(platform: Engine, queries: Path) -> None:
    (queries / "filas.sql").write_text(f"SELECT id, nombre FROM {platform.registros}")  # type: ignore[attr-defined]
    with sql.open_reader(source(), connection_to(platform.url), MONTH) as reader:
        before = len(reader.read("filas"))
        with platform.begin() as other:
            other.execute(text(f"INSERT INTO {platform.registros} (id) VALUES (99)"))  # type: ignore[attr-defined]
        assert len(reader.read("filas")) == before
    with sql.open_reader(source(), connection_to(platform.url), MONTH) as reader:
        assert len(reader.read("filas")) == before + 1


def test_a_query_cannot_change_the_platform(platform: Engine, queries: Path) -> None:
    failure(DataError, lambda: ask(queries, platform, "UPDATE REGISTROS SET nombre = 'x'"), "filas.sql")
    with platform.connect() as database:
        changed = database.execute(
            text(f"SELECT COUNT(*) FROM {platform.registros} WHERE nombre = 'x'")  # type: ignore[attr-defined]
        )
        assert changed.scalar() == 0


def test_a_column_that_is_gone_is_named(platform: Engine, queries: Path) -> None:
    query = "SELECT r.id, r.sueldo FROM REGISTROS r"
    failure(DataError, lambda: ask(queries, platform, query), "filas.sql", "r.sueldo", "periodo 2026-10")


def test_a_table_that_is_gone_is_told(platform: Engine, queries: Path) -> None:
    failure(DataError, lambda: ask(queries, platform, "SELECT id FROM no_hay_tal"), "ya no tiene una tabla")


def test_a_query_that_takes_too_long_is_interrupted(platform: Engine, queries: Path) -> None:
    slow = "SELECT SLEEP(20)" if platform.dialect.name == "mysql" else "SELECT pg_sleep(20)"
    # MariaDB interrupts a sleep only within a statement that reads a table
    query = f"{slow} AS id FROM REGISTROS"
    failure(UnavailableError, lambda: ask(queries, platform, query, tiempo_consulta=0.3), "tardó demasiado")


def test_columns_are_told_without_reading_a_row(platform: Engine, queries: Path) -> None:
    (queries / "filas.sql").write_text(
        f"-- columnas\nSELECT id, nombre FROM {platform.registros} WHERE dia >= :inicio;"  # type: ignore[attr-defined]
    )
    with sql.open_reader(source(), connection_to(platform.url), MONTH) as reader:
        assert reader.columns("filas") == ["id", "nombre"]


@pytest.mark.parametrize(
    ("expression", "month"),
    [
        ("MAX(dia)", Month(2026, 11)),
        ("MAX(momento)", Month(2026, 11)),
        ("'2026-10'", Month(2026, 10)),
        ("MAX(cui)", None),
    ],
)
def test_the_last_month_is_asked_of_the_platform(
    platform: Engine, queries: Path, expression: str, month: Month | None
) -> None:
    (queries / "ultimo.sql").write_text(f"SELECT {expression} AS ultimo FROM {platform.registros}")  # type: ignore[attr-defined]
    (queries / "filas.sql").write_text("SELECT 1 AS id")
    asked = contract("sql", {"consulta": "filas"}, columnas=COLUMNS, ultimo_mes="ultimo")
    with sql.open_reader(asked, connection_to(platform.url), MONTH) as reader:
        assert reader.latest_month() == month


def test_many_rows_arrive_in_chunks_and_complete(database: Engine, queries: Path) -> None:
    frame = ask(queries, database, "SELECT n AS id, 'x' AS nombre FROM generate_series(1, 45000) n")
    assert frame["id"].astype(int).tolist() == list(range(1, 45_001))


def test_a_date_kept_as_an_instant_is_the_day_of_guatemala(database: Engine, queries: Path) -> None:
    query = "SELECT TIMESTAMPTZ '2026-11-01 02:00:00+00' AS dia, TIMESTAMP '2026-10-31 23:00' AS momento"
    frame = ask(queries, database, query)
    assert frame["dia"].tolist() == ["2026-10-31"]


def test_instants_without_zone_are_read_in_the_zone_of_the_contract(database: Engine, queries: Path) -> None:
    (queries / "filas.sql").write_text("SELECT TIMESTAMP '2026-10-31 23:00' AS momento")
    local = source(zona="America/Guatemala")
    frame = read_one(local, "filas", connection_to(database.url), MONTH)
    assert frame["momento"].tolist() == ["2026-11-01T05:00:00+00:00"]
    failure(UsageError, lambda: read_one(source(zona="Marte"), "filas", connection_to(database.url), MONTH))


def test_what_the_database_says_of_a_value_is_not_repeated(database: Engine, queries: Path) -> None:
    query = f"SELECT CAST(n AS integer) AS id FROM (VALUES ('1'), ('{MARK}')) t (n)"
    failure(DataError, lambda: ask(queries, database, query), "código 22P02")


def test_an_unknown_parameter_is_told(database: Engine, queries: Path) -> None:
    failure(UsageError, lambda: ask(queries, database, "SELECT :otro AS id"), "otro", ":inicio")


def test_a_date_that_python_does_not_know_is_told(database: Engine, queries: Path) -> None:
    failure(DataError, lambda: ask(queries, database, "SELECT DATE '20000-01-01' AS dia"), "no se puede leer")


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_platform_that_does_not_answer_is_unavailable(queries: Path, kind: str) -> None:
    (queries / "filas.sql").write_text("SELECT 1 AS id")
    nowhere = Connection.model_validate({"conn_type": kind, "host": "127.0.0.1", "port": 9, "login": "x"})
    failure(
        UnavailableError, lambda: read_one(source(), "filas", nowhere, MONTH), "periodo 2026-10", "no responde"
    )


def test_a_user_or_database_that_is_refused_is_told(database: Engine, queries: Path) -> None:
    (queries / "filas.sql").write_text("SELECT 1 AS id")
    for part in ({"username": "nadie"}, {"database": "nada"}):
        wrong = connection_to(database.url.set(**part))
        failure(DataError, lambda wrong=wrong: read_one(source(), "filas", wrong, MONTH), "rechaza al usuario")


def test_an_unknown_kind_of_database_is_told(queries: Path) -> None:
    (queries / "filas.sql").write_text("SELECT 1 AS id")
    odd = Connection(conn_type="access", host="x")
    failure(UsageError, lambda: read_one(source(), "filas", odd, MONTH), "«access»")


def test_the_products_own_queries_name_only_known_parameters() -> None:
    month = Month(2026, 10)
    assert month.first_day == date(2026, 10, 1)
    known = {"inicio", "fin", "inicio_utc", "fin_utc"}
    queries = list((paths.SQL / "extraccion").glob("*/*.sql"))
    assert queries
    for file in queries:
        assert set(text(file.read_text(encoding="utf-8"))._bindparams) <= known
