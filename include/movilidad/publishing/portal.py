"""The portal: one page that lists what the publication folder holds, newest first."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movilidad.model import paths
from movilidad.model.atomic import PUBLIC, write_file
from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import SERIES
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.metadata import DEMONSTRATION
from movilidad.publishing.publisher import NAME, publisher
from movilidad.publishing.tombstone import read_tombstone

_SERIES_TITLES = {"mensual": "Informe mensual", "cuatrimestral": "Rendición de cuentas cuatrimestral"}


@dataclass(frozen=True)
class Entry:
    """One revision as the page lists it; ``enlace`` is its folder, relative to the page."""

    titulo: str
    enlace: str
    revision: int
    fecha: str
    demostracion: bool
    cambios: bool
    datos: tuple[str, ...]


@dataclass(frozen=True)
class Issue:
    """One month of a series: its newest revision, and the earlier ones, which stay reachable."""

    actual: Entry
    anteriores: tuple[Entry, ...]


def write_portal(folder: Path) -> None:
    """Write ``index.html`` of the publication folder from the releases that stand in it."""
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    issues, missing = _issues(folder)
    page = environment.get_template("index.html.j2").render(
        ediciones=issues,
        no_disponibles=[name for name in missing if not read_tombstone(folder / name)],
        retiradas=[name for name in missing if read_tombstone(folder / name)],
        demostracion=bool(issues) and all(issue.actual.demostracion for issue in issues),
        aviso=DEMONSTRATION,
        editor=NAME,
        licencia=publisher(get_settings()).licence,
    )
    write_file(folder / "index.html", page.encode("utf-8"), PUBLIC)


def _issues(folder: Path) -> tuple[list[Issue], list[str]]:
    """What can be read, newest month first, and the ids of releases that were withdrawn or are damaged.

    Neither must keep the others, or a new one, from being found.
    """
    issues, missing = [], []
    for series in SERIES:
        for period in sorted((folder / series).glob("[0-9]*"), reverse=True):
            entries = []
            for revision in sorted((_number(path) for path in period.glob("r[0-9]*")), reverse=True):
                try:
                    entries.append(_entry(series, period / f"r{revision}"))
                except DataError:
                    missing.append(f"{series}/{period.name}/r{revision}")
            if entries:
                issues.append(Issue(entries[0], tuple(entries[1:])))
    return issues, missing


def _entry(series: str, release: Path) -> Entry:
    found = read_manifest(release)
    period = Period.parse(found["periodo"])
    files = [entry["ruta"] for entry in found["archivos"]]
    return Entry(
        titulo=f"{_SERIES_TITLES[series]} · {period.label}",
        enlace=f"{series}/{period}/{release.name}",
        revision=_number(release),
        fecha=_long(date.fromisoformat(found["fecha_publicacion"])),
        demostracion=found["demostracion"],
        cambios="datos/cambios.csv" in files,
        datos=tuple(file for file in files if file.startswith("datos/") and file.endswith(".csv")),
    )


def _number(release: Path) -> int:
    return int(release.name[1:])


def _long(day: date) -> str:
    return f"{day.day} de {Month.of(day).label}"
