"""Writing a release: report, open data, metadata, manifest. Equal ingredients give equal bytes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from movilidad.model.errors import DataError
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.changes import Difference, changes_sheet, differences, note_differences, report_changes
from movilidad.publishing.csv_text import to_csv
from movilidad.publishing.dictionary import with_dictionary
from movilidad.publishing.editions import Tables, edition_of
from movilidad.publishing.figures import figures_of, fingerprint, published_figures
from movilidad.publishing.formats import changelog
from movilidad.publishing.formats.files import open_data
from movilidad.publishing.formats.whole import whole
from movilidad.publishing.manifest import NAME, SUMS, checksums, manifest, read_manifest
from movilidad.publishing.metadata import as_json
from movilidad.publishing.notes import all_notes, notes_sheet
from movilidad.publishing.places import kept_folder
from movilidad.publishing.sheets import Sheet

if TYPE_CHECKING:
    from movilidad.reports.elements import Report


def fingerprint_of(candidate: Candidate, tables: Tables) -> str:
    """The fingerprint of the figures that a release of these tables would show."""
    return fingerprint(figures_of(edition_of(candidate.serie).sheets(tables, candidate)), tables.notas)


def write_draft(candidate: Candidate, tables: Tables, context: Any, folder: Path) -> None:
    """Write all files of the release into ``folder``.

    Args:
        candidate: what the release is made of.
        tables: the protected tables; nothing else of the records is read.
        context: the period beside others, as its edition gives it.
        folder: an empty folder.
    """
    edition = edition_of(candidate.serie)
    sheets = edition.sheets(tables, candidate)
    changes = _changes(candidate, sheets, tables)
    _write_report(edition.reports(tables, candidate.facts(report_changes(changes)), context), folder)
    beside = edition.beside(context, candidate)
    beside += [changes_sheet(changes)] if candidate.anterior else []
    beside += [notes_sheet(candidate, tables.notas)] if candidate.visto_bueno.nota else []
    for path, data in _data(candidate, sheets, beside, tables).items():
        _write(folder / path, data)
    _write(folder / changelog.NAME, _changelog(candidate, changes))
    content = manifest(candidate, fingerprint_of(candidate, tables), tables.notas, folder)
    (folder / NAME).write_bytes(as_json(content))
    (folder / SUMS).write_text(checksums(folder), encoding="utf-8")


def _changes(candidate: Candidate, sheets: list[Sheet], tables: Tables) -> list[Difference]:
    if not candidate.anterior:
        return []
    previous = kept_folder(candidate.anterior)
    figures = differences(published_figures(previous), figures_of(sheets))
    return figures + note_differences(read_manifest(previous)["notas"], tables.notas)


def _write_report(reports: "list[Report]", folder: Path) -> None:
    """Page and PDF in every language: ``informe.html``, ``informe.en.html`` …"""
    # drawing libraries are heavy: only this step pays for them
    from movilidad.reports.language import LANGUAGES
    from movilidad.reports.page import render_html
    from movilidad.reports.pdf import render_pdf

    for report in reports:
        try:
            page, printed = render_html(report), render_pdf(report)
        except TemplateError as error:
            # its text may repeat what stood in the template's place
            raise DataError(
                f"una plantilla del informe está mal ({type(error).__name__})",
                place=getattr(error, "name", None) or "include/templates/informe",
                remedy="restituya la plantilla o corríjala; mientras tanto no se publica nada",
            ) from None
        name = folder / report.carpeta / f"informe{LANGUAGES[report.idioma].sufijo}"
        name.parent.mkdir(exist_ok=True)
        name.with_name(f"{name.name}.html").write_text(page, encoding="utf-8", newline="\n")
        name.with_name(f"{name.name}.pdf").write_bytes(printed)


def _data(candidate: Candidate, sheets: list[Sheet], beside: list[Sheet], tables: Tables) -> dict[str, bytes]:
    """Every form of the figures; what stands beside them and explains them as CSV."""
    together = whole(sheets, edition_of(candidate.serie).dimensions())
    explained = with_dictionary([*sheets, together, *beside], tables.resumen)
    others = [sheet for sheet in explained if sheet not in sheets and sheet is not together]
    apart = {
        f"{folder}/datos.csv": to_csv(sheet.header, sheet.filas)
        for folder, sheet in edition_of(candidate.serie).parts(together).items()
    }
    return apart | open_data(candidate, sheets, together, others, all_notes(candidate, tables.notas))


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)


def _changelog(candidate: Candidate, changes: list[Difference]) -> bytes:
    if not candidate.anterior:
        return changelog.changelog(candidate, None, changes, None)
    folder = kept_folder(candidate.anterior)
    earlier = folder / changelog.NAME
    return changelog.changelog(
        candidate,
        Candidate.from_dict(read_manifest(folder)),
        changes,
        earlier.read_text(encoding="utf-8") if earlier.is_file() else None,
    )
