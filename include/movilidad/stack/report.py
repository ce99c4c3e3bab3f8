"""``make report``: a month through Airflow, four months where it closes them, and what came of it, in Spanish."""

import csv
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from babel.numbers import format_decimal
from rich.console import Console
from rich.table import Table

from movilidad.model import office
from movilidad.model.errors import UnavailableError
from movilidad.model.periods import TZ, Month, Period
from movilidad.model.progress import Say
from movilidad.model.settings import get_settings
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import latest_month
from movilidad.stack.four_monthly import closed_by, run_four_months, unpublished
from movilidad.stack.installation import Installation
from movilidad.stack.monthly import run_month
from movilidad.stack.processes import interrupt_on_sigterm
from movilidad.stack.running import Running, attach, monthly_dags, running

MAIN_SOURCE = "programa_trabajo_temporal"


Surroundings = Callable[[Say], AbstractContextManager[Running]]


def make_report(text: str, surroundings: Surroundings | None = None) -> None:
    """Make the report of the month ``text`` (the last complete one if empty) and print where it is.

    Args:
        surroundings: where it is made; by default the environment of ``make up``, if it runs, or one of its own.
    """
    now = datetime.now(TZ)
    asked = Month.parse(text).require_complete(now) if text else None
    console = Console(highlight=False)
    begin = time.monotonic()

    def say(what: str) -> None:
        console.print(f"[dim]{time.monotonic() - begin:6.1f} s[/dim]  {what}", soft_wrap=True)

    with (surroundings or _environment)(say) as environment:
        month = asked or _last_month(now)
        closed = closed_by(month)
        for earlier in unpublished(closed, before=month) if closed else []:
            say(f"Falta {earlier.label} para la rendición de cuentas: se hace primero")
            run_month(environment, earlier, say)
        run_month(environment, month, say)
        if closed:
            run_four_months(environment, closed, say)
    say("Listo")
    _print_result(console, month, _latest("mensual", month))
    if closed:
        _print_files(console, f"Rendición de cuentas de {closed.label}", _latest("cuatrimestral", closed))


@contextmanager
def _environment(say: Say) -> Iterator[Running]:
    """The environment of ``make up`` if it runs, else one of our own that ends with us."""
    installation = Installation.open()
    state = installation.running()
    if state is not None:
        yield attach(installation, state)
        return
    interrupt_on_sigterm()
    with for_a_report(running(installation, say)) as environment:
        yield environment


@contextmanager
def for_a_report(started: AbstractContextManager[Running]) -> Iterator[Running]:
    """An environment in which only what makes a monthly report starts by itself.

    The four-month report is started when its time has come; what attends to an office has none here.
    """
    with started as environment:
        environment.api.wake_only(monthly_dags())
        yield environment


def _last_month(now: datetime) -> Month:
    """The last complete month; of the simulated programme, the last of these that it holds."""
    if office.has_own_contracts():
        return Month.last_complete(now)
    contract = load_contract(MAIN_SOURCE)
    held = latest_month(contract, Connection.from_environment(contract.conexion))
    if held is None:
        raise UnavailableError("la plataforma no tiene ninguna salida", source=MAIN_SOURCE)
    return min(held, Month.last_complete(now))


def _print_result(console: Console, month: Month, folder: Path) -> None:
    _print_files(console, f"Informe de {month.label}", folder)
    table = Table(title="Cifras principales", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    with (folder / "datos" / "resumen.csv").open(encoding="utf-8", newline="") as handle:
        for row in list(csv.DictReader(handle))[:10]:
            value = format_decimal(row["valor"], locale="es_GT") if row["valor"] else "c (protegida)"
            table.add_row(row["indicador_nombre"], f"{value} {row['unidad']}" if row["valor"] else value)
    console.print()
    console.print(table)


def _print_files(console: Console, title: str, folder: Path) -> None:
    console.print(f"\n[bold]{title}[/bold] · {folder.parent.name}/{folder.name}")
    for kind, name in (("PDF", "informe.pdf"), ("Página", "informe.html"), ("CSV", "datos")):
        console.print(f"  {kind + ':':8} {_relative(folder / name)}", soft_wrap=True)


def _latest(series: str, period: Month | Period) -> Path:
    return (get_settings().publicaciones / series / str(period) / "latest").resolve()


def _relative(path: Path) -> str:
    return os.path.relpath(path)
