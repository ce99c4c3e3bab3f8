"""Making a release again from what its manifest names, to compare it with what was published."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from movilidad.disclosure.history import read_history
from movilidad.model.errors import DataError
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.code_version import code_version
from movilidad.publishing.draft import write_draft
from movilidad.publishing.editions import Tables, edition_of
from movilidad.publishing.figures import figures_of, published_figures
from movilidad.publishing.findings import Finding, listed
from movilidad.publishing.manifest import files_of
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_NAME = "recomputo"


def recomputation(folder: Path, manifest: dict[str, Any]) -> Finding:
    """Compute, protect and write the release again; compare every file byte by byte.

    A program other than the one of the manifest may write pages otherwise: then the figures are compared.
    """
    candidate = Candidate.from_dict(manifest)
    engine, edition = warehouse(Role.STATISTICS), edition_of(candidate.serie)
    if absent := edition.missing(engine, candidate):
        return Finding(_NAME, False, f"No se puede recalcular: esta bodega no tiene {listed(absent)}.")
    # what passes through the disk is real until it is protected; here nothing but the protected does
    with engine.connect() as connection:
        history = read_history(connection, candidate.historia)
    with _scratch() as stored:
        edition.protect(edition.count(engine, candidate), candidate, history)[0].save(stored)
        tables = edition.read(stored)
    if candidate.programa != code_version():
        return _compare_figures(folder, candidate, tables)
    with engine.connect() as connection:
        context = edition.context(connection, candidate, tables)
    with _scratch() as again:
        write_draft(candidate, tables, context, again)
        return _compare_files(folder, again)


@contextmanager
def _scratch() -> Iterator[Path]:
    with TemporaryDirectory(prefix="movilidad-") as name:
        yield Path(name)


def _compare_files(folder: Path, again: Path) -> Finding:
    names = sorted({*files_of(folder), *files_of(again)})
    different = [name for name in names if not _same(folder / name, again / name)]
    if different:
        return Finding(_NAME, False, f"Al recalcular salen otros bytes en: {listed(different)}.")
    return Finding(_NAME, True, f"Al recalcular salen los mismos bytes en los {len(names):,} archivos.")


def _compare_figures(folder: Path, candidate: Candidate, tables: Tables) -> Finding:
    made = f"La presentación es de otra versión del programa ({candidate.programa.version})"
    try:
        published = published_figures(folder)
    except DataError as error:
        return Finding(_NAME, False, str(error))
    again = figures_of(edition_of(candidate.serie).sheets(tables, candidate))
    if different := sum(published.get(place) != again.get(place) for place in {*published, *again}):
        return Finding(_NAME, False, f"{made} y al recalcular difieren {different:,} cifras.")
    return Finding(_NAME, True, f"{made}; al recalcular salen las mismas {len(again):,} cifras.")


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()
