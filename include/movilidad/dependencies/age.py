"""How long ago the fixed version of each package came out: who no longer publishes no longer repairs.

The dates stand in ``include/dependencias/fechas.csv``, written with the lock, because the date of a version never
changes: so this part needs no network and says the same everywhere.
"""

import csv
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from movilidad.dependencies.accepted import Acceptance, weigh
from movilidad.dependencies.lock import LOCK, Pin, pins
from movilidad.dependencies.outcome import Outcome
from movilidad.dependencies.programs import last_line, run
from movilidad.model import paths
from movilidad.model.atomic import PUBLIC, write_file
from movilidad.model.errors import UnavailableError, UsageError

DATES = paths.INCLUDE / "dependencias" / "fechas.csv"
_YEARS = 3
LIMIT = timedelta(days=_YEARS * 365)
_COLUMNS = ("paquete", "version", "fecha")

Dates = Mapping[Pin, date]


def dates(file: Path = DATES) -> Dates:
    """When each version came out, by package and version."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return {(row["paquete"], row["version"]): date.fromisoformat(row["fecha"]) for row in rows}


def age(fixed: Iterable[Pin], known: Dates, acceptances: Iterable[Acceptance], today: date) -> Outcome:
    """Which packages have not come out for so long that nobody may be looking after them.

    Args:
        fixed: the lock's packages with their versions.
        known: when versions came out.
        acceptances: packages that may be that old.
    """
    out = {pin: known.get(pin) for pin in fixed}
    if missing := sorted(name for (name, _), day in out.items() if day is None):
        raise UsageError(
            f"no se sabe cuándo salió la versión fijada de {', '.join(missing)}",
            place=DATES.name,
            remedy="dé la orden make lock, que lo anota",
        )
    old = {
        " ".join(pin): ((pin[0],), f"{' '.join(pin)} es del {day}: más de {_YEARS} años sin versión nueva")
        for pin, day in out.items()
        if day is not None and today - day > LIMIT
    }
    findings, notes = weigh(old, acceptances, today)
    return Outcome("Antigüedad", f"{len(out)} versiones; {len(old)} de hace más de {_YEARS} años", findings, notes)


def note_dates(lock: Path = LOCK, file: Path = DATES) -> None:
    """Ask the package index when the lock's versions came out, and write the file of dates."""
    with tempfile.TemporaryDirectory() as folder:
        described = Path(folder) / "pylock.toml"
        options = ("--no-deps", "--universal", "--generate-hashes", "--format", "pylock.toml", "-q")
        done = run("uv", "pip", "compile", str(lock), *options, "-o", str(described))
        if done.returncode:
            raise UnavailableError(f"el índice de paquetes no contesta: {last_line(done.stderr)}")
        packages = tomllib.loads(described.read_text(encoding="utf-8"))["packages"]
    out = {(package["name"], package["version"]): _came_out(package) for package in packages}
    lines = [
        ",".join(_COLUMNS),
        *(f"{name},{version},{out[name, version]}" for name, version in sorted(pins(lock))),
    ]
    write_file(file, ("\n".join(lines) + "\n").encode(), PUBLIC)


def _came_out(package: Mapping[str, Any]) -> date:
    """The day on which the first file of a version was uploaded."""
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
    moments: list[datetime] = [each["upload-time"] for each in files if "upload-time" in each]
    if not moments:
        raise UnavailableError(
            f"el índice de paquetes no dice cuándo salió {package['name']}", remedy="use un índice que lo diga"
        )
    return min(moments).astimezone(UTC).date()
