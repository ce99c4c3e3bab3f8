"""A small month in the core, and a report that is quickly drawn, for the tests of releases."""

import csv
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from acts import before_each_act
from database_support import as_warehouse, leave, new_database, own_warehouse
from sqlalchemy import Engine, text

from movilidad.model.codelists import code_list
from movilidad.model.periods import TZ, Month
from movilidad.model.settings import get_settings
from movilidad.publishing import standing
from movilidad.reports.facts import ReleaseFacts
from movilidad.sources.contracts import sources_of
from movilidad.statistics.context import Context
from movilidad.statistics.four_month_context import FourMonthContext
from movilidad.statistics.four_months import FourMonths
from movilidad.statistics.tables import MonthTables

OCTOBER = Month(2026, 10)
TODAY = date(2026, 11, 10)
NOON = datetime(2026, 11, 10, 12, tzinfo=TZ)
PROGRAMME, RECRUITERS = "programa_trabajo_temporal", "registro_reclutadores"
R1 = "mensual/2026-10/r1"

HOSTILE_NAMES = (
    '=HYPERLINK("http://x.example","clic")',
    "../../etc/passwd",
    "Reclutadora \u202egnirts\u202c del Sur",
    "<script>alert(1)</script>, S. A.",
    "\tSUM(A1)",
    "Línea uno\nlínea dos\u2028línea tres",
)


def insert(engine: Engine, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Append rows, all with the columns of the first."""
    rows = list(rows)
    names = sorted(rows[0])
    query = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
    with engine.begin() as connection:
        connection.execute(text(query), rows)


def deliver(
    engine: Engine, source: str, version: str = "1", *, demo: bool = True, month: Month = OCTOBER
) -> dict[str, str]:
    """A load of a source in force for October or another month; gives the columns that its core rows carry."""
    version = version if month == OCTOBER else f"{month}-{version}"
    load, snapshot = f"carga-{source}-{version}", f"{source}-{version}"
    moment = datetime(2026, 11, 5, tzinfo=UTC)
    origin = {"carga_id": load, "snapshot_id": snapshot}
    frozen = {"fuente": source, "contrato_sha256": "c" * 64, "filas": "{}", "demostracion": demo}
    insert(engine, "control.instantaneas", [{"snapshot_id": snapshot, "extraida": moment, **frozen}])
    insert(engine, "control.cargas", [{**origin, "reglas_sha256": "a" * 64, "filas": "{}", "cargada": moment}])
    insert(
        engine,
        "control.vigencias",
        [{"fuente": source, "periodo": str(month), "carga_id": load, "desde": moment}],
    )
    return origin


def deliver_month(engine: Engine, *, departures: int = 120, demo: bool = True, month: Month = OCTOBER) -> None:
    """Every source of the monthly report has delivered October, or another month; no other has."""
    origins = {source: deliver(engine, source, demo=demo, month=month) for source in sources_of("mensual")}
    fill_programme(engine, origins[PROGRAMME], departures, month)
    fill_recruiters(engine, origins[RECRUITERS])


def deliver_again(engine: Engine, version: str, departures: int, month: Month = OCTOBER) -> None:
    """The programme's platform delivers the month once more, with another number of departures."""
    fill_programme(engine, deliver(engine, PROGRAMME, version, month=month), departures, month)


def fill_programme(engine: Engine, origin: dict[str, str], departures: int, month: Month = OCTOBER) -> None:
    """Persons who differ in everything that is counted; every tenth leaves twice."""
    numbers = range(departures)
    cantons = code_list("municipios").codes
    insert(
        engine,
        "nucleo.personas",
        [
            {
                **origin,
                "persona_id": f"p{n:04d}",
                "sexo": "2" if n % 9 == 0 else "1",
                "fecha_nacimiento": date(1970 + n % 35, 1 + n % 12, 1 + n % 28),
                "pueblo": ("1", "5", "1", "ND")[n % 4],
                "comunidad_linguistica": str(1 + n % 6) if n % 4 != 1 else "99",
                "nivel_educativo": "2",
                "municipio_origen": cantons[n % 23 * 9],
                "departamento_origen": cantons[n % 23 * 9][:2],
            }
            for n in numbers
        ],
    )
    insert(engine, "nucleo.colocaciones", [_departure(origin, n, n, month) for n in numbers])
    insert(engine, "nucleo.colocaciones", [_departure(origin, n, departures + n, month) for n in numbers[::10]])


def _departure(origin: dict[str, str], person: int, number: int, month: Month) -> dict[str, Any]:
    country = "CAN" if person % 7 == 0 else "USA"
    return {
        **origin,
        "colocacion_id": f"c{number:04d}",
        "persona_id": f"p{person:04d}",
        "empleador_id": f"e{person % 11}",
        "canal": "programa",
        "pais": "DEU" if person == 50 else country,
        "subdivision": "ND",
        "tipo_visa": "PTET-A" if country == "CAN" else "H-2A",
        "ocupacion": "9211" if person % 5 else "6113",
        "sector": "0113",
        "fecha_salida": date(month.year, month.month, 1 + number % 28),
        "salario": 15 + person % 8,
        "salario_estado": "ok",
        "moneda": "GTQ",
        "periodo_pago": "hora",
        "horas_semana": 40,
    }


def fill_recruiters(engine: Engine, origin: dict[str, str], names: Iterable[str] = HOSTILE_NAMES) -> None:
    """Authorised recruiters, by default with names that mean harm."""
    insert(
        engine,
        "nucleo.reclutadores",
        [
            {
                **origin,
                "reclutador_id": f"r{n}",
                "nombre": name,
                "nit": "576937-K",
                "autorizacion": f"DGE-{n:03d}-2026",
                "vigente_desde": date(2026, 1, 1),
                "vigente_hasta": date(2028, 12, 31),
                "paises": "USA|CAN",
            }
            for n, name in enumerate(names)
        ],
    )


@pytest.fixture
def plain_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """The report as plain text: these tests are about releases, not about pages."""
    write_plainly(monkeypatch)


class PlainReport(str):
    """A report of one line, and its language."""

    idioma = "es"
    carpeta = ""

    def in_language(self, code: str) -> "PlainReport":
        self.idioma = code
        return self


def said_besides(facts: ReleaseFacts) -> str:
    """The note and the offices that saw the figures before, if there are any."""
    return f" {facts.nota} {facts.acceso_previo}" if facts.nota or facts.acceso_previo else ""


def _build(tables: MonthTables, facts: ReleaseFacts, context: Context, idioma: str = "es") -> PlainReport:
    total = tables.resumen.set_index("indicador")["valor"]["colocados"]
    return PlainReport(
        f"{facts.publicacion_id} {facts.fecha_publicacion} {total} {len(facts.cambios)} {len(context.revisiones)}"
        f" {idioma}{said_besides(facts)}"
    ).in_language(idioma)


def _build_four_months(tables: FourMonths, facts: ReleaseFacts, context: FourMonthContext) -> PlainReport:
    total = tables.resumen.set_index("indicador")["valor"]["colocados"]
    return PlainReport(f"{facts.publicacion_id} {facts.fecha_publicacion} {total} {len(context.conciliacion)}")


_PLAIN = {
    "model": {"build": _build},
    "accountability.model": {"build": _build_four_months},
    "page": {"render_html": lambda report: f"<!DOCTYPE html><title>{report}</title>\n"},
    "pdf": {"render_pdf": lambda report: f"%PDF {report}\n".encode()},
}


def write_plainly(monkeypatch: pytest.MonkeyPatch, parts: Iterable[str] = tuple(_PLAIN)) -> None:
    """Let reports be one line of text, or these parts of their making."""
    for name in parts:
        module = ModuleType(f"movilidad.reports.{name}")
        vars(module).update(_PLAIN[name])
        monkeypatch.setitem(sys.modules, module.__name__, module)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder: Path, name: str, **wanted: str) -> list[dict[str, str]]:
    """The rows of a release's CSV in which these columns have these values."""
    with (folder / "datos" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if all(row[key] == value for key, value in wanted.items())]


def only(folder: Path, name: str, **wanted: str) -> dict[str, str]:
    """The one such row."""
    (row,) = rows(folder, name, **wanted)
    return row


@dataclass(frozen=True)
class Original:
    """A warehouse and its folders as some work left them; each test gets a copy."""

    server: str
    database: str
    folder: Path

    @contextmanager
    def copied(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
        shutil.copytree(self.folder, folder, symlinks=True, dirs_exist_ok=True)
        with (
            new_database(self.server, self.database) as database,
            as_warehouse(database, folder, monkeypatch) as warehouse,
        ):
            yield warehouse


@contextmanager
def original(postgres_folder: str, folder: Path, work: Callable[[Engine], object]) -> Iterator[Original]:
    """Do ``work`` once in a warehouse, with one line for a report and without a portal."""
    with new_database(postgres_folder) as database:
        with (
            pytest.MonkeyPatch.context() as patch,
            as_warehouse(database, folder, patch) as warehouse,
        ):
            write_plainly(patch)
            leave_the_portal(patch)
            work(warehouse)
            leave(get_settings().warehouse_url())
        database.dispose()
        yield Original(postgres_folder, str(database.url.database), folder)


@pytest.fixture
def no_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing leaves the portal as it is: these tests are about releases, and a portal takes seconds."""
    leave_the_portal(monkeypatch)


def leave_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "write_portal", lambda folder, now: [])


@contextmanager
def plain_publications(postgres_folder: str, folder: Path) -> Iterator[Engine]:
    """A warehouse whose releases have one line for a report, and lie in ``publicaciones`` below a folder."""
    with own_warehouse(postgres_folder, folder) as (warehouse, patch):
        write_plainly(patch)
        yield warehouse


def elsewhere(monkeypatch: pytest.MonkeyPatch, folder: Path, engine: Engine) -> Path:
    """Forget all releases and work in new folders; give the new publication folder."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM control.publicaciones"))
    monkeypatch.setenv("MOVILIDAD_CARPETA", str(folder / "carpeta"))
    monkeypatch.setenv("MOVILIDAD_PUBLICACIONES", str(folder / "publicaciones"))
    get_settings.cache_clear()
    return folder / "publicaciones"


def in_child(engine: Engine, work: Callable[[], object], die_at: int | None = None) -> int:
    """Do ``work`` in a process of its own; SIGKILL it before its ``die_at``-th act (file, folder, transaction).

    Gives the number of acts of an undisturbed process, or -9 for a killed one.
    """
    engine.dispose()
    leave(get_settings().warehouse_url())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _die_or_count(work, die_at, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return -os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, said
    return int(said)


def spread(acts: int, points: int = 9) -> list[int]:
    """Points over a whole run of so many acts, its first and its last one among them."""
    assert acts > points
    return sorted({round(step * (acts - 1) / (points - 1)) for step in range(points)})


def _die_or_count(work: Callable[[], object], die_at: int | None, writing: int) -> None:
    """The child's life; it never returns."""
    from movilidad.store import engine as engines

    engines.engine_for.cache_clear()
    acts = 0

    def act() -> None:
        nonlocal acts
        if acts == die_at:
            os.kill(os.getpid(), 9)
        acts += 1

    code = 1
    try:
        before_each_act(act)
        work()
        said, code = str(acts), 0
    except BaseException as error:
        said = f"{type(error).__name__}: {error}"
    os.write(writing, said.encode())
    os._exit(code)
