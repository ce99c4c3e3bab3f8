"""A month of a million applications from the platform into the core: extraction, suite, core.

    .venv/bin/python benchmarks/quality_gate.py [APPLICATIONS]

The platform is a PostgreSQL database on a server of its own, filled by the database itself: as many
applications as asked for (a million unless given), of three quarters as many persons, some of both faulty, and
20,000 departures. The product's own contract, queries and suite bring the month in, in a process of its own.
Prints seconds per step and the peak memory of that process; ends with an error beyond 90 seconds or 3 GB. The
database server's own memory is not counted.
"""

import os
import resource
import subprocess
import sys
import time

from invented_warehouse import invented_warehouse
from sqlalchemy import Engine, create_engine, text

from movilidad.demo import sql_platform
from movilidad.model.periods import Month
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import extract

APPLICATIONS, DEPARTURES = 1_000_000, 20_000
MOST_SECONDS, MOST_MEGABYTES = 90.0, 3 * 1024
MONTH = Month(2026, 10)
PLATFORM = "plataforma"

# the check digit as the CUI has it; a remainder of ten is no CUI, so such numbers are passed over
_PEOPLE = """
INSERT INTO aplicantes (id_aplicante, cui, sexo, fecha_nacimiento, pueblo, comunidad_linguistica, nivel_educativo,
                        departamento, municipio)
SELECT 'A' || n, CASE WHEN n % 300 = 0 THEN '123' ELSE prefijo || resto || '1601' END,
       CASE WHEN n % 4 = 0 THEN 'Mujer' ELSE 'Hombre' END, (date '1970-01-01' + (n % 12000)::int)::text, 'Maya',
       'Q''eqchi''', 'Primaria completa', 'Alta Verapaz', CASE WHEN n % 200 = 0 THEN 'Cobamn' ELSE 'Cobán' END
FROM (
    SELECT n, prefijo,
           (SELECT sum(substr(prefijo, i, 1)::int * (i + 1)) FROM generate_series(1, 8) i) % 11 AS resto
    FROM (SELECT n, (20000000 + n)::text AS prefijo FROM generate_series(1, :people * 11 / 10) n) numbered
) checked
WHERE resto < 10
"""
_APPLICATIONS = """
INSERT INTO solicitudes (id_solicitud, id_aplicante, fecha_registro, canal, pais_interes, codigo_puesto)
SELECT 'S' || n, persona.id_aplicante,
       timestamptz '2026-10-01 08:00-06' + (n % 43000) * interval '1 minute',
       CASE WHEN n % 250 = 0 THEN 'paloma' ELSE 'Internet' END, 'USA', '9211'
FROM generate_series(1, :applications) n
JOIN (SELECT id_aplicante, row_number() OVER (ORDER BY id_aplicante) AS numero FROM aplicantes) persona
     ON persona.numero = 1 + (n - 1) % :people
"""
_STAGES = """
INSERT INTO etapas (id_solicitud, etapa, fecha_etapa)
SELECT id_solicitud, etapa::text, fecha_registro + etapa * interval '1 hour'
FROM solicitudes CROSS JOIN generate_series(1, 2) etapa
"""
_EMPLOYERS = "INSERT INTO empleadores SELECT 'E' || n, 'X', 'USA', 'US-GA', '111219' FROM generate_series(0, 99) n"
_DEPARTURES = """
INSERT INTO colocaciones
SELECT 'C' || s.numero, 'K' || s.numero, s.id_solicitud, s.id_aplicante, 'E' || s.numero % 100, 'USA', 'US-GA',
       'H-2A', '9211', '111219', '2026-10-15', '2027-04-30', date '2026-10-15', NULL, FALSE,
       '14.68', 'USD', 'hora', '40'
FROM (SELECT id_solicitud, id_aplicante, row_number() OVER (ORDER BY id_solicitud) AS numero FROM solicitudes
      LIMIT :departures) s
"""


def main() -> None:
    """Fill, measure in a child process, compare with the limits."""
    if sys.argv[1:2] == ["--child"]:
        child()
        return
    applications = int(sys.argv[1]) if sys.argv[1:] else APPLICATIONS
    with invented_warehouse() as engine:
        fill(engine, applications)
        done = subprocess.run([sys.executable, __file__, "--child"], capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        print(done.stdout, end="")
        seconds, megabytes = map(float, done.stdout.splitlines()[-1].split()[1::2])
    if applications >= APPLICATIONS and (seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES):
        sys.exit(f"beyond {MOST_SECONDS:.0f} s or {MOST_MEGABYTES} MB")


def fill(engine: Engine, applications: int) -> None:
    """Make the platform's database on the warehouse's server."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {PLATFORM}"))
    platform = create_engine(engine.url.set(database=PLATFORM))
    numbers = {"people": applications * 3 // 4, "applications": applications, "departures": DEPARTURES}
    with platform.begin() as connection:
        sql_platform.recreate(connection)
        for query in (_PEOPLE, _APPLICATIONS, _STAGES, _EMPLOYERS, _DEPARTURES):
            used = {name: number for name, number in numbers.items() if f":{name}" in query}
            connection.execute(text(query), used)
        sql_platform.finish(connection, "medición")
    platform.dispose()


def child() -> None:
    """Bring the month in, and tell how long each step took."""
    contract = load_contract("programa_trabajo_temporal")
    socket = os.environ["MOVILIDAD_BODEGA"].partition("host=")[2]
    platform = Connection.model_validate(
        {"conn_type": "postgres", "host": socket, "login": "postgres", "schema": PLATFORM}
    )
    begin = time.perf_counter()
    snapshot_id = extract(contract, MONTH, platform)
    extracted = time.perf_counter()
    verdict = check(snapshot_id, MONTH)
    judged = time.perf_counter()
    admit(verdict.require_approved(), MONTH)
    admitted = time.perf_counter()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(verdict.motivo)
    for name, seconds in (
        ("extraction", extracted - begin),
        ("suite", judged - extracted),
        ("core", admitted - judged),
    ):
        print(f"{name:12}{seconds:8.1f} s")
    print(f"seconds {admitted - begin:.1f} megabytes {megabytes:.0f}")


if __name__ == "__main__":
    main()
