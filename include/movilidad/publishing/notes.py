"""The notes of a release: those of its figures, and that of whoever decided about odd ones."""

from collections.abc import Mapping

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import text_cell
from movilidad.publishing.sheets import Column, Sheet

TOPIC = "visto_bueno"


def all_notes(candidate: Candidate, notes: Mapping[str, str]) -> dict[str, str]:
    """The notes by topic. That of the decision is no figure: with it a release is no revision of itself."""
    decided = candidate.visto_bueno.nota
    return {TOPIC: decided, **notes} if decided else dict(notes)


def notes_sheet(candidate: Candidate, notes: Mapping[str, str]) -> Sheet:
    """The file ``notas.csv``."""
    columns = (
        Column("tema", "string", "De qué trata la nota; visto_bueno es la de quien decidió publicar", clave=True),
        Column("nota", "string", "La nota"),
    )
    rows = tuple((topic, text_cell(text)) for topic, text in all_notes(candidate, notes).items())
    return Sheet("notas", "Notas de esta publicación", columns, rows)
