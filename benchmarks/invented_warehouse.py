"""A warehouse with invented months of any size and a long history, for the benchmarks of releases.

Records are made by the database itself: skewed categories, as sparse as real ones. The months of the measured year
are released by the product's own stages. Older months, which share no sum with that year, are copies of one: what
they hold does not matter here, only how much it is.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from movilidad.model.codelists import code_list
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.publishing import draft, publication, stages
from movilidad.publishing.candidate import folder_of
from movilidad.reports.language import LANGUAGES
from movilidad.reports.model import Report
from movilidad.sources.contracts import sources_of
from movilidad.stack.postgres import socket_folder_of, start_server
from movilidad.store.engine import warehouse
from movilidad.store.migrations import migrate

SERIES = "mensual"
PROGRAMME, JOB_BANK = "programa_trabajo_temporal", "tu_empleo"
_NOON = datetime(2026, 12, 31, 12, tzinfo=TZ)

# (country, visa, currency) → share of the placed
_PLACES = [
    (0.55, "USA", "H-2A", "USD"),
    (0.31, "USA", "H-2B", "USD"),
    (0.09, "CAN", "PTET-A", "CAD"),
    (0.03, "ESP", "GECCO", "EUR"),
    (0.01, "MEX", "TVTF", "MXN"),
    (0.006, "ITA", "FLUSSI", "EUR"),
    (0.004, "DEU", "FACHKRAFT", "EUR"),
]
_JOBS = ["9211", "9212", "8341", "9112", "5131", "9313", "6113", "7231"]
_SECTORS = ["0113", "0141", "0161", "5510", "5610", "4100", "0122", "1020", "8130", "4520"]


@contextmanager
def invented_warehouse() -> Iterator[Engine]:
    """A migrated warehouse on a server of its own, with folders of its own; all gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="movilidad-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = start_server(folder / "servidor")
        for setting in [setting for setting in os.environ if setting.startswith("MOVILIDAD_")]:
            del os.environ[setting]
        os.environ |= {
            "MOVILIDAD_BODEGA": f"postgresql+psycopg2://postgres@/postgres?host={socket_folder_of(server)}",
            "MOVILIDAD_CARPETA": str(folder / "carpeta"),
            "MOVILIDAD_PUBLICACIONES": str(folder / "publicaciones"),
            "MOVILIDAD_CLAVE_SEUDONIMOS": "medición",
            "MOVILIDAD_CELDAS_MAXIMAS": "100000000",  # a month a thousand times as large as a real one
        }
        get_settings.cache_clear()
        try:
            migrate(warehouse())
            yield warehouse()
            warehouse().dispose()
        finally:
            server.cleanup()


def deliver(engine: Engine, month: Month, placed: int, applicants: int) -> None:
    """Every source delivers a month with so many placements, and applications beside those of the placed."""
    with engine.begin() as connection:
        connection.execute(text("SELECT setseed(:seed)"), {"seed": (month.year * 12 + month.month) % 997 / 997})
        for source in sources_of(SERIES):
            _load(connection.execute, source, month)
        given = {
            "load": _name(PROGRAMME, month),
            "first": month.first_day,
            "days": month.last_day.day,
            "month": str(month),
        }
        lists = {
            "towns": list(code_list("municipios").codes),
            "jobs": _JOBS,
            "sectors": _SECTORS,
            "countries": [place[1] for place in _PLACES],
            "visas": [place[2] for place in _PLACES],
            "limits": [sum(place[0] for place in _PLACES[: number + 1]) for number in range(len(_PLACES))],
        }
        sizes = {"placed": placed, "people": placed + applicants, "employers": max(placed // 12, 8)}
        for query in (_PERSONS, _PLACED, _APPLICATIONS):
            connection.execute(text(query), given | lists | sizes)
        connection.execute(text(_REGISTERED), {**sizes, **given, "load": _name(JOB_BANK, month)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def deliver_others(engine: Engine, month: Month, people: int) -> None:
    """Every source but the programme delivers a month; the job bank a fifth as many registrations as people."""
    with engine.begin() as connection:
        for source in sources_of(SERIES):
            if source != PROGRAMME:
                _load(connection.execute, source, month)
        sizes = {"placed": 0, "people": people // 6}
        given = {"load": _name(JOB_BANK, month), "first": month.first_day, "month": str(month)}
        connection.execute(text(_REGISTERED), given | sizes)


def add_history(engine: Engine, model: Month, months: list[Month]) -> None:
    """Months as they would stand in the warehouse long after: copies of ``model``, records and released cells."""
    for month in months:
        with engine.begin() as connection:
            for source in sources_of(SERIES):
                _load(connection.execute, source, month)
            shift = {
                "old": f"-{model}",
                "new": f"-{month}",
                "models": [_name(source, model) for source in sources_of(SERIES)],
                "days": (month.first_day - model.first_day).days,
            }
            for query in _COPIES:
                connection.execute(text(query), shift)
            copied = {
                "model": f"{SERIES}/{model}/r1",
                "id": f"{SERIES}/{month}/r1",
                "month": str(month),
                "old": str(model),
            }
            for query in (_COPY_RELEASE, _COPY_CELLS):
                connection.execute(text(query), copied)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def release(month: Month) -> str:
    """Make and publish a month by the product's own stages; gives the release."""
    candidate = stages.prepare(SERIES, month, _NOON.date())
    stages.protect_tables(stages.compute_tables(candidate))
    name = stages.audit_draft(stages.render(candidate))
    publication.publish(name, _NOON)
    return name


def warmed_up() -> None:
    """Release a small month once, so that everything is imported before the first measurement.

    From then on no report is drawn: page and PDF cost the same with any history, and more than all else.
    """
    draft._write_report = _not_drawn
    with invented_warehouse() as engine:
        deliver(engine, Month(2026, 1), 60, 60)
        measured(Month(2026, 1))


def _not_drawn(reports: list[Report], folder: Path) -> None:
    for report in reports:
        for kind in ("html", "pdf"):
            (folder / f"informe{LANGUAGES[report.idioma].sufijo}.{kind}").write_text("", encoding="utf-8")


def measured(month: Month, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Seconds of each stage of a month that is not published, from ``prepare`` to ``audit``, by some clock."""
    seconds: dict[str, float] = {}

    def timed(name: str, stage: Callable[[], str]) -> str:
        begin = clock()
        result = stage()
        seconds[name] = clock() - begin
        return result

    candidate = timed("prepare", lambda: stages.prepare(SERIES, month, _NOON.date()))
    shutil.rmtree(folder_of(candidate), ignore_errors=True)
    stages.prepare(SERIES, month, _NOON.date())
    timed("compute", lambda: stages.compute_tables(candidate))
    timed("protect", lambda: stages.protect_tables(candidate))
    name = timed("render", lambda: stages.render(candidate))
    timed("audit", lambda: stages.audit_draft(name))
    return seconds


def _name(source: str, month: Month) -> str:
    return f"{source}-{month}"


def _load(execute: Callable[..., object], source: str, month: Month) -> None:
    given = {
        "name": _name(source, month),
        "source": source,
        "month": str(month),
        "moment": datetime(2026, 12, 1, tzinfo=UTC),
        "sha": "0" * 64,
    }
    for query in _LOAD:
        execute(text(query), given)


_LOAD = (
    "INSERT INTO control.instantaneas VALUES (:name, :source, :sha, '{}', true, :moment)",
    "INSERT INTO control.cargas VALUES (:name, :name, :sha, '{}', :moment)",
    "INSERT INTO control.vigencias (fuente, periodo, carga_id, desde) VALUES (:source, :month, :name, :moment)",
)
# a number that is small more often than large picks from a list whose first codes are the common ones
_PERSONS = """
INSERT INTO nucleo.personas
SELECT :load, :load, 'p' || :month || n, CASE WHEN random() < 0.13 THEN '2' ELSE '1' END,
       CAST(:first AS date) - CAST(6570 + 14000 * random() ^ 2 AS integer),
       (ARRAY['5', '1', 'ND', '3', '2'])[1 + floor(random() ^ 1.4 * 2.4)::int], '99', '2', town, left(town, 2)
FROM (SELECT n, (CAST(:towns AS text[]))[1 + floor(random() ^ 3 * cardinality(CAST(:towns AS text[])))::int]
               AS town
      FROM generate_series(1, :people) n) AS drawn
"""
_PLACED = """
INSERT INTO nucleo.colocaciones (carga_id, snapshot_id, colocacion_id, persona_id, empleador_id, canal, pais,
       subdivision, tipo_visa, ocupacion, sector, fecha_salida, salario, salario_estado, moneda, periodo_pago,
       horas_semana)
SELECT :load, :load, 'c' || :month || n, 'p' || :month || CASE WHEN random() < 0.02 THEN 1 + n / 2 ELSE n END,
       'e' || place || '-' || floor(random() ^ 2 * :employers)::int, 'programa',
       (CAST(:countries AS text[]))[place], 'ND', (CAST(:visas AS text[]))[place],
       (CAST(:jobs AS text[]))[1 + floor(random() ^ 3 * cardinality(CAST(:jobs AS text[])))::int],
       (CAST(:sectors AS text[]))[1 + floor(random() ^ 3 * cardinality(CAST(:sectors AS text[])))::int],
       CAST(:first AS date) + floor(random() * :days)::int, round((12 + 8 * random())::numeric, 2), 'ok', 'USD',
       'hora', 40
FROM (SELECT n, width_bucket(random(), array_prepend(0::float8, CAST(:limits AS float8[]))) AS place
      FROM generate_series(1, :placed) n) AS drawn
"""
_APPLICATIONS = """
INSERT INTO nucleo.solicitudes
SELECT :load, :load, 's' || :month || n, 'p' || :month || n,
       CAST(:first AS timestamptz) + interval '12 hours' + :days * 0.9 * random() * interval '1 day',
       (ARRAY['web', 'feria', 'ventanilla', 'telefono', 'ND'])[1 + floor(random() ^ 2 * 5)::int], 'USA', '9211',
       (ARRAY['1', '2', '3', '4', '5', '6'])[1 + floor(random() ^ 2 * 6)::int], NULL
FROM generate_series(:placed - :placed / 10, :people) n
"""
_REGISTERED = """
INSERT INTO nucleo.inscripciones (carga_id, snapshot_id, inscripcion_id, persona_id, fecha, interes)
SELECT :load, :load, 'i' || :month || n, 'p' || :month || n, CAST(:first AS timestamptz) + interval '12 hours',
       true
FROM generate_series(:placed, :people + :people / 5) n
"""
_COPIES = (
    """
INSERT INTO nucleo.personas
SELECT replace(carga_id, :old, :new), replace(snapshot_id, :old, :new), persona_id, sexo, fecha_nacimiento, pueblo,
       comunidad_linguistica, nivel_educativo, municipio_origen, departamento_origen
FROM nucleo.personas WHERE carga_id = ANY(:models)""",
    """
INSERT INTO nucleo.colocaciones (carga_id, snapshot_id, colocacion_id, persona_id, empleador_id, canal, pais,
       subdivision, tipo_visa, ocupacion, sector, fecha_salida, salario, salario_estado, moneda, periodo_pago,
       horas_semana)
SELECT replace(carga_id, :old, :new), replace(snapshot_id, :old, :new), colocacion_id, persona_id, empleador_id,
       canal, pais, subdivision, tipo_visa, ocupacion, sector, fecha_salida + :days, salario, salario_estado,
       moneda, periodo_pago, horas_semana
FROM nucleo.colocaciones WHERE carga_id = ANY(:models)""",
    """
INSERT INTO nucleo.solicitudes
SELECT replace(carga_id, :old, :new), replace(snapshot_id, :old, :new), solicitud_id, persona_id,
       fecha + :days * interval '1 day', canal_registro, pais_interes, ocupacion, etapa, fecha_etapa
FROM nucleo.solicitudes WHERE carga_id = ANY(:models)""",
    """
INSERT INTO nucleo.inscripciones (carga_id, snapshot_id, inscripcion_id, persona_id, fecha, interes)
SELECT replace(carga_id, :old, :new), replace(snapshot_id, :old, :new), inscripcion_id, persona_id,
       fecha + :days * interval '1 day', interes
FROM nucleo.inscripciones WHERE carga_id = ANY(:models)""",
)
_COPY_RELEASE = """
INSERT INTO control.publicaciones
SELECT :id, serie, :month, 1, estado, entradas_sha256, huella, fecha_publicacion, demostracion, publicada
FROM control.publicaciones WHERE publicacion_id = :model
"""
_COPY_CELLS = """
INSERT INTO control.celdas (publicacion_id, cuadro, indicador, celda, valor_real, estado, regla, periodo,
                            dimensiones, contribuyentes, con_fila)
SELECT :id, cuadro, indicador, celda, valor_real, estado, regla, :month, dimensiones, contribuyentes, con_fila
FROM control.celdas WHERE publicacion_id = :model AND periodo = :old
"""
