"""Writing a release: report, open data, metadata, manifest. Equal ingredients give equal bytes."""

from pathlib import Path

from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.changes import Difference, changes_sheet, differences, note_differences, report_changes
from movilidad.publishing.context_sheets import context_sheets
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.dictionary import with_dictionary
from movilidad.publishing.figures import figures_of, fingerprint, published_figures
from movilidad.publishing.manifest import NAME, SUMS, checksums, manifest, read_manifest
from movilidad.publishing.metadata import as_json, csvw, data_package
from movilidad.publishing.sheets import Sheet, data_sheets
from movilidad.reports.facts import ReleaseFacts
from movilidad.statistics.context import Context
from movilidad.statistics.tables import MonthTables


def fingerprint_of(candidate: Candidate, tables: MonthTables) -> str:
    """The fingerprint of the figures that a release of these tables would show."""
    return fingerprint(figures_of(data_sheets(tables, candidate)), tables.notas)


def write_draft(candidate: Candidate, tables: MonthTables, context: Context, folder: Path) -> None:
    """Write all files of the release into ``folder``.

    Args:
        candidate: what the release is made of.
        tables: the protected tables; nothing else of the records is read.
        context: the month beside other months and what others count.
        folder: an empty folder.
    """
    sheets = data_sheets(tables, candidate)
    changes = _changes(candidate, sheets, tables)
    extra = [changes_sheet(changes)] if candidate.anterior else []
    extra += context_sheets(context, candidate)
    _write_report(candidate.facts(report_changes(changes)), tables, context, folder)
    _write_data(candidate, sheets, with_dictionary([*sheets, *extra], tables), folder)
    content = manifest(candidate, fingerprint_of(candidate, tables), tables.notas, folder)
    (folder / NAME).write_bytes(as_json(content))
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")


def _changes(candidate: Candidate, sheets: list[Sheet], tables: MonthTables) -> list[Difference]:
    if not candidate.anterior:
        return []
    previous = get_settings().publicaciones / candidate.anterior
    figures = differences(published_figures(previous), figures_of(sheets))
    return figures + note_differences(read_manifest(previous)["notas"], tables.notas)


def _write_report(facts: ReleaseFacts, tables: MonthTables, context: Context, folder: Path) -> None:
    # drawing libraries are heavy: only this step pays for them
    from movilidad.reports.model import build
    from movilidad.reports.page import render_html
    from movilidad.reports.pdf import render_pdf

    report = build(tables, facts, context)
    (folder / "informe.html").write_text(render_html(report), encoding="utf-8", newline="\n")
    (folder / "informe.pdf").write_bytes(render_pdf(report))


def _write_data(candidate: Candidate, figures: list[Sheet], sheets: list[Sheet], folder: Path) -> None:
    data = folder / "datos"
    data.mkdir()
    names = {sheet.nombre for sheet in figures}
    written = []
    for sheet in sheets:
        content = to_csv(sheet.header, sheet.filas)
        (data / f"{sheet.nombre}.csv").write_bytes(content)
        (data / f"{sheet.nombre}.csv-metadata.json").write_bytes(as_json(csvw(candidate, sheet)))
        written.append((sheet, content, sheet.nombre in names))
    (folder / "datapackage.json").write_bytes(as_json(data_package(candidate, written)))
