"""The programme's platform with an invented month of any size, filled by the database itself.

Categories are skewed as real ones are: most are placed in one country, most towns send a few people. Some records
are faulty, as on any platform: texts that no list knows, numbers that are no CUI.
"""

from sqlalchemy import Engine, create_engine, make_url, text

from movilidad.demo import sql_platform
from movilidad.model.codelists import code_list, rows
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection

MONTH = Month(2026, 10)
_DATABASE = "plataforma"
_EMPLOYERS = 400

# share, country, state, visa, occupation, sector, lowest wage, currency, pay period
_WORK = [
    (0.34, "USA", "US-GA", "H-2A", "9211", "0113", 12.5, "USD", "hora"),
    (0.16, "USA", "US-FL", "H-2A", "9211", "0125", 12.5, "USD", "hora"),
    (0.14, "USA", "US-TX", "H-2B", "9312", "4100", 13.0, "USD", "hora"),
    (0.12, "USA", "US-CO", "H-2B", "9112", "5510", 10.0, "USD", "hora"),
    (0.14, "CAN", "CA-QC", "PTET-A", "9211", "0113", 15.2, "CAD", "hora"),
    (0.05, "ESP", "ES-H", "GECCO", "9211", "0125", 42.0, "EUR", "dia"),
    (0.03, "MEX", "MX-CHP", "TVTF", "9211", "0127", 210.0, "MXN", "dia"),
    (0.02, "ITA", "", "FLUSSI", "9211", "0121", 7.0, "EUR", "hora"),
]


def fill_platform(engine: Engine, applications: int, departures: int) -> None:
    """Make the platform's database on the server of a warehouse.

    Args:
        applications: in the month, of three quarters as many persons.
        departures: of the first so many applications.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {_DATABASE}"))
    platform = platform_engine(engine.url.render_as_string(hide_password=False))
    towns = rows("municipios")
    work = list(zip(*_WORK, strict=True))
    given = {
        "people": applications * 3 // 4,
        "applications": applications,
        "departures": departures,
        "employers": _EMPLOYERS,
        "towns": [town["municipio"] for town in towns],
        "departments": [town["departamento"] for town in towns],
        # the last one is «not applicable»
        "communities": list(code_list("comunidades_linguisticas").labels.values())[:-1],
        "peoples": ["Ladino", "Xinka", "Garífuna"],
        "schools": ["Primaria Completa", "Básico Completo", "Ninguno", "Licenciatura"],
        "channels": ["Internet", "Feria", "Oficina del ministerio", "VUME"],
        "limits": [sum(work[0][: number + 1]) for number in range(len(work[0]))],
        **dict(zip(_WORK_COLUMNS, map(list, work[1:]), strict=True)),
    }
    with platform.begin() as connection:
        connection.execute(text("SELECT setseed(0.2026)"))
        sql_platform.recreate(connection)
        for query in (_PEOPLE, _APPLICATIONS, _STAGES, _ORDERS, _EMPLOYER_ROWS, _DEPARTURES):
            used = {name: value for name, value in given.items() if f":{name}" in query}
            connection.execute(text(query), used)
        sql_platform.finish(connection, "medición")
    platform.dispose()


def platform_engine(engine_url: str) -> Engine:
    """An engine of its database; ``engine_url`` is the warehouse's."""
    return create_engine(make_url(engine_url).set(database=_DATABASE))


def platform_connection(engine_url: str) -> Connection:
    """How the contract's connector reaches it; ``engine_url`` is the warehouse's."""
    socket = engine_url.partition("host=")[2]
    return Connection.model_validate(
        {"conn_type": "postgres", "host": socket, "login": "postgres", "schema": _DATABASE}
    )


_WORK_COLUMNS = ("countries", "states", "visas", "jobs", "sectors", "lowest", "currencies", "periods")

# the check digit as the CUI has it; a remainder of ten is no CUI, so such numbers are passed over
_PEOPLE = """
INSERT INTO aplicantes (id_aplicante, cui, sexo, fecha_nacimiento, pueblo, comunidad_linguistica, nivel_educativo,
                        departamento, municipio)
SELECT 'A' || n, CASE WHEN n % 300 = 0 THEN '123' ELSE prefijo || resto || '1601' END,
       CASE WHEN random() < 0.13 THEN 'Mujer' ELSE 'Hombre' END,
       (date '2007-10-01' - floor(14000 * random() ^ 2)::int)::text,
       CASE WHEN maya THEN 'Maya' ELSE (CAST(:peoples AS text[]))[1 + floor(random() ^ 6 * 3)::int] END,
       CASE WHEN maya THEN (CAST(:communities AS text[]))[1 + floor(random() ^ 2 * 22)::int] ELSE 'No aplica' END,
       (CAST(:schools AS text[]))[1 + floor(random() ^ 2 * 4)::int],
       (CAST(:departments AS text[]))[town],
       CASE WHEN n % 200 = 0 THEN 'Cobamn' ELSE (CAST(:towns AS text[]))[town] END
FROM (
    SELECT n, prefijo, random() < 0.55 AS maya,
           1 + floor(random() ^ 3 * cardinality(CAST(:towns AS text[])))::int AS town,
           (SELECT sum(substr(prefijo, i, 1)::int * (i + 1)) FROM generate_series(1, 8) i) % 11 AS resto
    FROM (SELECT n, (20000000 + n)::text AS prefijo FROM generate_series(1, :people * 11 / 10) n) numbered
) checked
WHERE resto < 10
"""
_APPLICATIONS = """
INSERT INTO solicitudes (id_solicitud, id_aplicante, fecha_registro, canal, pais_interes, codigo_puesto)
SELECT 'S' || n, persona.id_aplicante,
       timestamptz '2026-10-01 08:00-06' + (n % 43000) * interval '1 minute',
       CASE WHEN n % 250 = 0 THEN 'paloma'
            ELSE (CAST(:channels AS text[]))[1 + floor(random() ^ 2 * 4)::int] END,
       CASE WHEN random() < 0.8 THEN 'USA' ELSE 'CAN' END, '9211'
FROM generate_series(1, :applications) n
JOIN (SELECT id_aplicante, row_number() OVER (ORDER BY id_aplicante) AS numero FROM aplicantes) persona
     ON persona.numero = 1 + (n - 1) % :people
"""
_STAGES = """
INSERT INTO etapas (id_solicitud, etapa, fecha_etapa)
SELECT id_solicitud, etapa::text, fecha_registro + etapa * interval '1 hour'
FROM solicitudes CROSS JOIN generate_series(1, 2) etapa
"""
_ORDERS = """
CREATE TEMPORARY TABLE pedidos AS
SELECT n, (CAST(:countries AS text[]))[place] AS pais, nullif((CAST(:states AS text[]))[place], '') AS subdivision,
       (CAST(:visas AS text[]))[place] AS visa, (CAST(:jobs AS text[]))[place] AS puesto,
       (CAST(:sectors AS text[]))[place] AS actividad, (CAST(:currencies AS text[]))[place] AS moneda,
       (CAST(:periods AS text[]))[place] AS periodo,
       round(((CAST(:lowest AS float8[]))[place] * (1 + 0.35 * random()))::numeric, 2) AS salario
FROM (SELECT n, least(width_bucket(random(), array_prepend(0::float8, CAST(:limits AS float8[]))),
                      cardinality(CAST(:limits AS float8[]))) AS place
      FROM generate_series(0, :employers - 1) n) drawn
"""
_EMPLOYER_ROWS = "INSERT INTO empleadores SELECT 'E' || n, 'X', pais, subdivision, actividad FROM pedidos"
_DEPARTURES = """
INSERT INTO colocaciones
SELECT 'C' || s.numero, 'K' || s.numero, s.id_solicitud, s.id_aplicante, 'E' || o.n, o.pais, o.subdivision, o.visa,
       o.puesto, o.actividad, '2026-10-15', '2027-04-30', date '2026-10-01' + s.numero::int % 31, NULL, FALSE,
       o.salario::text, o.moneda, o.periodo, '40'
FROM (SELECT id_solicitud, id_aplicante, row_number() OVER (ORDER BY id_solicitud) AS numero FROM solicitudes
      LIMIT :departures) s
JOIN pedidos o ON o.n = s.numero * 7919 % :employers
"""
