"""The programme's platform: a PostgreSQL database with its tables, filled by COPY."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from sqlalchemy import Connection, text

from movilidad.demo.records import Rows
from movilidad.model.errors import UsageError

# columns that people type into are text, as on many platforms
_TABLES = {
    "aplicantes": "id_aplicante text, cui text, nombres text, apellidos text, telefono text, correo text, "
    "direccion text, sexo text, fecha_nacimiento text, pueblo text, comunidad_linguistica text, "
    "nivel_educativo text, departamento text, municipio text",
    "solicitudes": "id_solicitud text, id_aplicante text, fecha_registro timestamptz, canal text, "
    "pais_interes text, codigo_puesto text",
    "etapas": "id_solicitud text, etapa text, fecha_etapa timestamptz",
    "empleadores": "id_empleador text, nombre text, pais text, subdivision text, codigo_actividad text",
    "colocaciones": "id_colocacion text, id_contrato text, id_solicitud text, id_aplicante text, "
    "id_empleador text, pais text, subdivision text, tipo_visa text, codigo_puesto text, codigo_actividad text, "
    "fecha_inicio text, fecha_fin text, fecha_salida date, fecha_retorno text, recontratado boolean, "
    "salario text, moneda text, periodo_pago text, horas_semana text",
}
_INDEXES = {
    "aplicantes": ("id_aplicante",),
    "solicitudes": ("fecha_registro", "id_aplicante, fecha_registro"),
    "etapas": ("id_solicitud, etapa",),
    "colocaciones": ("fecha_salida", "id_aplicante, fecha_salida", "id_empleador, fecha_salida"),
}
# not of the platform: says which seeding the database holds
_MARKER = "demostracion_sembrada"
_LOCK = 7_206_103  # any number of its own: keeps two seedings of one database apart


def seeded_with(connection: Connection) -> str | None:
    """The signature of the seeding that the database holds, complete; None if there is none."""
    if not _exists(connection, _MARKER):
        return None
    found: str | None = connection.scalar(text(f"SELECT firma FROM {_MARKER}"))
    return found


def recreate(connection: Connection) -> None:
    """Drop the platform's tables and make them anew, empty and without indexes; waits for another seeding.

    Raises:
        UsageError: the database has tables of those names that no seeding made.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _require_simulated(connection)
    for name in (_MARKER, *_TABLES):
        connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    for name, columns in _TABLES.items():
        connection.execute(text(f"CREATE TABLE {name} ({columns})"))


def _require_simulated(connection: Connection) -> None:
    """Never drop a real platform: a seeding's tables come with its marker, in one transaction."""
    if _exists(connection, _MARKER):
        return
    for name in _TABLES:
        if _exists(connection, name):
            raise UsageError(
                "la base de datos tiene tablas que no son de una plataforma simulada, y no se tocan",
                place=f"tabla {name}",
                remedy="use una base de datos vacía para la demostración",
            )


def _exists(connection: Connection, table: str) -> bool:
    return connection.scalar(text("SELECT to_regclass(:name)"), {"name": table}) is not None


def copy(connection: Connection, table: str, rows: Rows) -> None:
    """Append rows to a table; a value that is None becomes NULL."""
    columns = {name: pa.array(column, type=pa.string()) for name, column in rows.items() if name[0] != "_"}
    content = io.BytesIO()
    # unquoted nothing is NULL, quoted nothing is an empty text: the same in Arrow and in PostgreSQL
    pa_csv.write_csv(pa.table(columns), content, pa_csv.WriteOptions(include_header=False))
    content.seek(0)
    # the driver's connection, which alone knows COPY
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)", content)


def finish(connection: Connection, signature: str) -> None:
    """Make the indexes that the extraction needs, tell the planner, and leave the marker."""
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            connection.execute(text(f"CREATE INDEX ON {table} ({columns})"))
    connection.execute(text(f"CREATE TABLE {_MARKER} (firma text NOT NULL)"))
    connection.execute(text(f"INSERT INTO {_MARKER} VALUES (:signature)"), {"signature": signature})
    for table in _TABLES:
        connection.execute(text(f"ANALYZE {table}"))
