"""Filling the simulated platforms: all at once or not at all, and nothing when it has been done already."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, create_engine

from movilidad.demo import (
    actions,
    budget,
    layout,
    plan,
    rates,
    registrations,
    registry,
    sql_platform,
    training,
    truth,
)
from movilidad.demo.simulation import Simulation
from movilidad.model import paths
from movilidad.model.atomic import write_file
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month

SEED = 20_261_031
MAX_SCALE = 45  # more people would not have different CUI numbers

Report = Callable[[str], None]


def seed(
    platform_url: str,
    folder: Path,
    *,
    scale: int = 1,
    until: Month = plan.LAST,
    seed: int = SEED,
    report: Report | None = None,
) -> None:
    """Fill the platform's database at ``platform_url`` and ``folder`` with what the other institutions serve.

    The records depend on ``seed``, ``scale`` and ``until`` only. Nothing happens when both already hold exactly
    these; whatever else they hold is replaced. Killed in between, it begins anew the next time.

    Args:
        platform_url: SQLAlchemy URL of a PostgreSQL database; its tables of the platform's names are dropped.
        scale: how many times the real numbers.
        until: the last month with records.
        report: told in Spanish how far it is.

    Raises:
        UsageError: a month or a scale that the simulation does not know; a database with other tables of the
            platform's names.
    """
    months = plan.months(until)
    if not 1 <= scale <= MAX_SCALE:
        raise UsageError("la escala no es posible", remedy=f"elija una de 1 a {MAX_SCALE}")
    say = report or (lambda _: None)
    signature = _signature(seed, scale, until)
    folder.mkdir(parents=True, exist_ok=True)
    _ensure_token(folder)
    engine = create_engine(platform_url)
    try:
        with engine.begin() as connection:
            if _is_done(connection, folder, signature):
                return
        layout.marker(folder).unlink(missing_ok=True)
        with engine.begin() as connection:
            _fill(connection, folder, Simulation(seed, scale, until), signature, say)
    finally:
        engine.dispose()
    budget.write(_empty(layout.budget(folder)), months, seed, scale)
    rates.write_fallback(_empty(layout.fallback(folder)), months, seed)
    write_file(layout.marker(folder), signature.encode())
    say(f"Plataformas simuladas listas hasta {until.label}")


def _fill(connection: Connection, folder: Path, simulation: Simulation, signature: str, say: Report) -> None:
    """The database (in its transaction), the truth and the HTTP server's file."""
    sql_platform.recreate(connection)
    unfinished = _empty(folder / "verdad.tmp")
    year = None
    registered = registrations.Store(layout.job_bank(folder), simulation.seed)
    with truth.writing(unfinished) as true:
        for month, pieces in simulation.pieces():
            if month.year != year and month <= simulation.until:
                year = month.year
                say(f"Plataforma simulada del programa: {year}")
            for name, rows in pieces:
                if name.startswith("verdad."):
                    true.add(name.removeprefix("verdad."), rows)
                elif name == "inscritos":
                    registered.add(rows)
                else:
                    sql_platform.copy(connection, name, rows)
        say("Registro de reclutadores y demás instituciones simuladas")
        registry.write(
            layout.registry(folder), simulation.jobs, simulation.seed, simulation.scale, simulation.until, true
        )
        months = plan.months(simulation.until)
        training.write(_empty(layout.training(folder)), months, simulation.seed, simulation.scale, true)
        actions.write(_empty(layout.actions(folder)), simulation.until, simulation.seed, true)
    registered.finish()
    sql_platform.finish(connection, signature)
    shutil.rmtree(layout.truth(folder), ignore_errors=True)
    unfinished.replace(layout.truth(folder))


def _is_done(connection: Connection, folder: Path, signature: str) -> bool:
    marker = layout.marker(folder)
    there = marker.is_file() and marker.read_text(encoding="utf-8") == signature
    return there and sql_platform.seeded_with(connection) == signature


def _signature(seed: int, scale: int, until: Month) -> str:
    """What the records depend on: the arguments, the generator's code and data, code lists and real job orders."""
    files = [
        *sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in (".py", ".csv")),
        *sorted(paths.CODELISTS.glob("*.csv")),
        paths.DATA / "salarios_h2a.csv",
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return json.dumps(
        {"semilla": seed, "escala": scale, "hasta": str(until), "generador": digest.hexdigest()}, indent=1
    )


def _ensure_token(folder: Path) -> None:
    """A secret for the services that want one, made once and readable by its owner only."""
    file = layout.token(folder)
    if not file.exists():
        write_file(file, secrets.token_urlsafe(24).encode())


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
