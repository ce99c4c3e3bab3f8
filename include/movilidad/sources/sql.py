"""Reading a platform's database through SQLAlchemy: PostgreSQL, MySQL, MariaDB.

All data sets of a source are read in one read-only transaction that sees one state of the database (repeatable
read), so that a placement extracted always finds its person. Queries are files, values are bound:
``:inicio`` and ``:fin`` are the first and last day of the month, ``:inicio_utc`` and ``:fin_utc`` the instants
between which it lies in Guatemala.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection as Database
from sqlalchemy import TextClause, create_engine, event, exc, text
from sqlalchemy.pool import NullPool

from movilidad.model.errors import DataError, UnavailableError, UsageError
from movilidad.model.limits import CONNECT_SECONDS, QUERY_SECONDS
from movilidad.model.periods import TZ, Month
from movilidad.sources.canonical_text import canonical_column, canonical_text, frame_of_arrays, text_frame
from movilidad.sources.clock import note_skew
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract
from movilidad.sources.deadline import Line
from movilidad.sources.reader import Place
from movilidad.sources.size import Size
from movilidad.sources.transit import REMEDY, Encryption, authority_of, encryption_of, may_be_plain, tls_context

_CHUNK = 20_000

_REJECTED = {"28P01", "28000", "3D000", "42501", "1044", "1045", "1049", "1142", "1143", "1698"}
_TOO_LONG = {"57014", "1969", "3024"}
# of MySQL, besides the client's own 2000–2999: no room, shutting down, network, lock, deadlock
_PASSING = {"0", "1040", "1053", "1158", "1159", "1160", "1161", "1203", "1205", "1213"}
# while connecting: libpq gives no code, MySQL's client its own
_CONNECTING = {"", "2003", "2026"}
_NO_SUCH_THING = {"42P01", "42703", "1054", "1146"}


class SqlReader:
    """A database opened for one month. Made by :func:`open_reader`."""

    def __init__(self, place: Place, database: Database) -> None:
        self.notes = place.notes
        self._place = place
        self._database = database

    def read(self, name: str) -> pd.DataFrame:
        """All rows of the data set's query, in chunks from the server."""
        dataset = self._place.dataset(name)
        query = str(dataset.lectura["consulta"])
        dates = {column.origen for column in dataset.columnas.values() if column.tipo == "fecha"}
        zone = self._zone(name)
        with _translated(self._place, query, self._sql(query)):
            statement = text(self._sql(query)).execution_options(yield_per=_CHUNK)
            result = self._database.execute(statement, self._bounds(query))
            names = list(result.keys())
            size = Size(self._place, f"{query}.sql")
            chunks = []
            for rows in result.partitions():
                size.add(len(rows) * len(names))
                columns = zip(names, zip(*rows, strict=True), strict=True)
                chunks.append(
                    [
                        canonical_column(values, partial(_cell, as_date=title in dates, zone=zone))
                        for title, values in columns
                    ]
                )
        if not chunks:
            return text_frame([], names)
        return frame_of_arrays([pa.chunked_array(parts) for parts in zip(*chunks, strict=True)], names)

    def columns(self, name: str) -> list[str]:
        """The columns of the data set's query, without reading a row."""
        query = str(self._place.dataset(name).lectura["consulta"])
        wrapped = f"SELECT * FROM (\n{self._sql(query)}\n) AS consulta WHERE 1 = 0"
        with _translated(self._place, query, wrapped):
            return list(self._database.execute(text(wrapped), self._bounds(query)).keys())

    def latest_month(self) -> Month | None:
        """What the contract's query ``ultimo_mes`` gives: a date, an instant or ``2026-10``."""
        query = self._place.contract.ultimo_mes
        if not query:
            return None
        with _translated(self._place, query, self._sql(query)):
            value = self._database.execute(text(self._sql(query)), self._bounds(query)).scalar()
        if value is None:
            return None
        if isinstance(value, date):
            return Month.of(value.replace(tzinfo=value.tzinfo or UTC) if isinstance(value, datetime) else value)
        try:
            return Month.parse(str(value)[:7])
        except UsageError:
            raise self._place.data_error(
                "la consulta del último mes no dio una fecha", f"{query}.sql", remedy="corrija la consulta"
            ) from None

    def _sql(self, query: str) -> str:
        return self._place.contract.query_file(query).read_text(encoding="utf-8").strip().rstrip(";")

    def _bounds(self, query: str) -> dict[str, Any]:
        month = self._place.month
        bounds = {
            "inicio": month.first_day,
            "fin": month.last_day,
            "inicio_utc": month.start,
            "fin_utc": month.end,
        }
        clause: TextClause = text(self._sql(query))
        used = set(clause._bindparams)
        if unknown := sorted(used - set(bounds)):
            raise self._place.usage_error(
                f"la consulta pide parámetros que no existen: {', '.join(unknown)}",
                f"{query}.sql",
                remedy="use :inicio, :fin, :inicio_utc y :fin_utc",
            )
        return {name: value for name, value in bounds.items() if name in used}

    def _zone(self, name: str) -> tzinfo:
        named = str(self._place.dataset(name).lectura.get("zona", "UTC"))
        try:
            return ZoneInfo(named)
        except (ZoneInfoNotFoundError, ValueError):
            raise self._place.usage_error(f"la zona horaria «{named}» no existe", name) from None


@contextmanager
def open_reader(contract: Contract, connection: Connection, month: Month) -> Iterator[SqlReader]:
    """Open the database, read only, for one month.

    Raises:
        UnavailableError: it does not answer, or not in time.
        DataError: it refuses the user, or lacks a table or column of the queries.
    """
    place = Place(contract, connection, month)
    statement_seconds = place.seconds("tiempo_consulta", QUERY_SECONDS)
    with _translated(place, "conexión", ""):
        engine = create_engine(
            connection.sql_url(),
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=_connect_arguments(place, statement_seconds),
        )
    line = Line()
    event.listen(engine, "connect", lambda driver, _: line.watch(getattr(driver, "fileno", None)), insert=True)
    try:
        # the server is told to end a query in time; one that does not is left
        with line.limited(statement_seconds * (1 + len(contract.conjuntos))):
            with _translated(place, "conexión", ""):
                database = engine.connect()
            with database:
                with _translated(place, "conexión", ""):
                    _begin(database, statement_seconds)
                    note_skew(place, _now_there(database))
                yield SqlReader(place, database)
                with _translated(place, "conexión", ""):
                    database.rollback()
    finally:
        engine.dispose()


def _connect_arguments(place: Place, statement_seconds: float) -> dict[str, Any]:
    seconds = max(1, round(place.seconds("tiempo_espera", CONNECT_SECONDS)))
    authority = authority_of(place.connection)
    plain = may_be_plain(place.connection, place.connection.host) and not authority
    if place.connection.conn_type in {"mysql", "mariadb"}:
        arguments: dict[str, Any] = {"connect_timeout": seconds, "read_timeout": round(statement_seconds) + 5}
        return arguments | ({} if plain else {"ssl": tls_context(place)}) | {"charset": "utf8mb4"}
    arguments = {"connect_timeout": seconds, "client_encoding": "utf8", "application_name": "movilidad"}
    if plain:
        return arguments
    if encryption_of(place.connection) is Encryption.UNVERIFIED:
        return arguments | {"sslmode": "require"}
    return arguments | {"sslmode": "verify-full", "sslrootcert": authority or "system"}


def _begin(database: Database, statement_seconds: float) -> None:
    """One consistent, read-only view; instants in UTC; no query for ever."""
    milliseconds = round(statement_seconds * 1000)
    if database.dialect.name == "mysql":
        limit = (
            f"SET SESSION max_statement_time = {statement_seconds}"
            if getattr(database.dialect, "is_mariadb", False)
            else f"SET SESSION max_execution_time = {milliseconds}"
        )
        statements = [
            "SET SESSION time_zone = '+00:00'",
            "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            limit,
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        ]
    else:
        statements = [
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            "SET LOCAL TIME ZONE 'UTC'",
            f"SET LOCAL statement_timeout = {milliseconds}",
        ]
    for statement in statements:
        database.execute(text(statement))


def _now_there(database: Database) -> datetime:
    """What the database's clock shows; its session is in UTC."""
    moment: datetime = database.execute(text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _cell(value: Any, as_date: bool, zone: tzinfo) -> str | None:
    if as_date and isinstance(value, datetime):
        # a date kept as an instant: the day that the clocks of Guatemala show
        return (value.astimezone(TZ) if value.tzinfo else value).date().isoformat()
    return canonical_text(value, zone)


@contextmanager
def _translated(place: Place, where: str, sql: str) -> Iterator[None]:
    """Turn the driver's errors into ours; its own text may hold values of records and is never repeated."""
    problem: DataError | UnavailableError | UsageError
    try:
        yield
        return
    except exc.DBAPIError as error:
        problem = _problem(place, where, sql, error)
    except (exc.NoSuchModuleError, exc.ArgumentError, ImportError):
        problem = place.usage_error(
            f"no se conoce el tipo de base de datos «{place.connection.conn_type}»",
            where,
            remedy="use postgres o mysql en la conexión",
        )
    except (UnicodeDecodeError, ValueError):
        problem = place.data_error("la plataforma dio un valor que no se puede leer como texto o fecha", where)
    raise problem from None


def _problem(place: Place, where: str, sql: str, error: exc.DBAPIError) -> DataError | UnavailableError:
    code = _code(error)
    file = f"{where}.sql" if sql else where
    if code in _REJECTED:
        return place.data_error(
            "la base de datos rechaza al usuario, la base o el permiso de lectura",
            file,
            remedy=f"revise la conexión «{place.contract.conexion}»",
        )
    if code in _CONNECTING and re.search(r"\bSSL\b|certificate", str(error.orig)):
        return place.data_error(
            "la base de datos no habla TLS, o su certificado no es de confianza", file, remedy=REMEDY
        )
    if code in _TOO_LONG:
        return place.unavailable("la consulta tardó demasiado y se interrumpió", file)
    if code in _NO_SUCH_THING:
        return place.data_error(
            f"la plataforma ya no tiene una tabla o columna de la consulta{_named(error, sql)}", file
        )
    if error.connection_invalidated or _passes(code):
        return place.unavailable("la base de datos no responde", file)
    return place.data_error(
        f"la base de datos no pudo ejecutar la consulta (código {code or 'desconocido'})", file
    )


def _passes(code: str) -> bool:
    """Whether an error is of the moment: connection, resources, conflict with another transaction."""
    if len(code) == 5:  # an SQLSTATE, told by its class
        return code[:2] in {"08", "40", "53", "55", "57", "58"}
    return not code or code in _PASSING or 2000 <= int(code) < 3000


def _code(error: exc.DBAPIError) -> str:
    original = error.orig
    if state := getattr(original, "pgcode", None):
        return str(state)
    if original is not None and original.args and isinstance(original.args[0], int):
        return str(original.args[0])
    # libpq gives no code while connecting; its words then name user and database, never records
    rejected = re.search(
        r"authentication|autentifica|no pg_hba|role .* does not exist|database .* does not", str(original)
    )
    return "28000" if rejected else ""


def _named(error: exc.DBAPIError, sql: str) -> str:
    """The name that the database complains of, if it stands in our own query."""
    words = re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", str(error.orig).splitlines()[0])
    ours = set(re.findall(r"[A-Za-z_][A-Za-z0-9_.]*", sql))
    names = [word for word in words if word in ours and ("." in word or "_" in word or word.islower())]
    names = [name for name in names if name not in {"does", "not", "exist", "column", "relation", "in", "table"}]
    return f": «{names[0]}»" if names else ""
