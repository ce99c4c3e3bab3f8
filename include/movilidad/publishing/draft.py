"""Writing a release: report, open data, metadata, manifest. Equal ingredients give equal bytes."""

from pathlib import Path

from movilidad.model.settings import get_settings
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.changes import Difference, changes_sheet, differences, note_differences, report_changes
from movilidad.publishing.context_sheets import context_sheets
from movilidad.publishing.dictionary import with_dictionary
from movilidad.publishing.figures import figures_of, fingerprint, published_figures
from movilidad.publishing.formats import changelog
from movilidad.publishing.formats.files import open_data
from movilidad.publishing.formats.whole import whole
from movilidad.publishing.manifest import NAME, SUMS, checksums, manifest, read_manifest
from movilidad.publishing.metadata import as_json
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
    _write_report(candidate.facts(report_changes(changes)), tables, context, folder)
    beside = context_sheets(context, candidate)
    beside += [changes_sheet(changes)] if candidate.anterior else []
    for path, data in _data(candidate, sheets, beside, tables).items():
        _write(folder / path, data)
    _write(folder / changelog.NAME, _changelog(candidate, changes))
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
    """Page and PDF in every language: ``informe.html``, ``informe.en.html`` …"""
    # drawing libraries are heavy: only this step pays for them
    from movilidad.reports.language import LANGUAGES
    from movilidad.reports.model import build
    from movilidad.reports.page import render_html
    from movilidad.reports.pdf import render_pdf

    for language in LANGUAGES.values():
        report, name = build(tables, facts, context, language.codigo), f"informe{language.sufijo}"
        (folder / f"{name}.html").write_text(render_html(report), encoding="utf-8", newline="\n")
        (folder / f"{name}.pdf").write_bytes(render_pdf(report))


def _data(candidate: Candidate, sheets: list[Sheet], beside: list[Sheet], tables: MonthTables) -> dict[str, bytes]:
    """Every form of the month's figures; what stands beside them and explains them as CSV."""
    together = whole(sheets)
    explained = with_dictionary([*sheets, together, *beside], tables)
    others = [sheet for sheet in explained if sheet not in sheets and sheet is not together]
    return open_data(candidate, sheets, together, others, tables.notas)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)


def _changelog(candidate: Candidate, changes: list[Difference]) -> bytes:
    if not candidate.anterior:
        return changelog.changelog(candidate, None, changes, None)
    folder = get_settings().publicaciones / candidate.anterior
    earlier = folder / changelog.NAME
    return changelog.changelog(
        candidate,
        Candidate.from_dict(read_manifest(folder)),
        changes,
        earlier.read_text(encoding="utf-8") if earlier.is_file() else None,
    )
