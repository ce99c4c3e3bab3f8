"""What a revision changes in the figures that were public before it."""

from collections.abc import Mapping
from dataclasses import dataclass

from movilidad.publishing.csv_text import text_cell
from movilidad.publishing.figures import LISTED, Figure, Figures, Place
from movilidad.publishing.sheets import Column, Sheet
from movilidad.reports.facts import Change

NOTES = "notas"


@dataclass(frozen=True)
class Difference:
    """One place with what stood there and what stands there now; None where there was nothing."""

    lugar: Place
    antes: Figure | None
    ahora: Figure | None


def differences(before: Figures, now: Figures) -> list[Difference]:
    """All places whose figure or state differs: in the order of the new files, then what is gone."""
    places = [*now, *(place for place in before if place not in now)]
    found = [Difference(place, _at(before, place), _at(now, place)) for place in places]
    return [difference for difference in found if difference.antes != difference.ahora]


def note_differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """The notes that differ, by topic."""
    return differences(_noted(before), _noted(now))


def changes_sheet(found: list[Difference]) -> Sheet:
    """The file ``cambios.csv``."""
    state = "vacío si la celda no existía"
    columns = (
        Column("cuadro", "string", "Archivo de datos en que está la cifra, sin extensión"),
        Column("celda", "string", "Códigos de la celda, en JSON"),
        Column("indicador", "string", "Indicador de la cifra"),
        Column("antes", "string", "Cifra o texto de la revisión anterior; vacío si no se mostraba", opcional=True),
        Column("ahora", "string", "Cifra o texto de esta revisión; vacío si no se muestra", opcional=True),
        Column("estado_conf_antes", "string", f"Estado anterior; {state}", lista="estado_conf", opcional=True),
        Column("estado_conf_ahora", "string", f"Estado actual; {state}", lista="estado_conf", opcional=True),
    )
    title = "Cifras que esta revisión cambia"
    return Sheet("cambios", title, columns, tuple(_row(difference) for difference in found))


def report_changes(found: list[Difference]) -> tuple[Change, ...]:
    """The changed figures, for the report."""
    return tuple(
        Change(*difference.lugar, _number(difference.antes), _number(difference.ahora))
        for difference in found
        if difference.lugar.cuadro != NOTES
    )


def _at(figures: Figures, place: Place) -> Figure | None:
    # an entry that a list does not have stands there no time at all: that is known, not hidden
    return figures.get(place, Figure("0", "F") if place.indicador == LISTED else None)


def _noted(notes: Mapping[str, str]) -> Figures:
    return {Place(NOTES, f'{{"tema": "{topic}"}}', "texto"): Figure(text, "F") for topic, text in notes.items()}


def _row(difference: Difference) -> tuple[str, ...]:
    before, now = (figure or Figure("", "") for figure in (difference.antes, difference.ahora))
    cells = (*difference.lugar, before.valor, now.valor, before.estado_conf, now.estado_conf)
    return tuple(text_cell(cell) for cell in cells)


def _number(figure: Figure | None) -> float | None:
    return float(figure.valor) if figure and figure.valor else None
