"""What the quality control found in the sources: counts only, never a record, and no hidden one."""

from collections.abc import Sequence

from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Quality, Row, Table
from movilidad.reports.facts import Input
from movilidad.reports.labels import source_title
from movilidad.reports.platforms import cells
from movilidad.reports.wording import say, say_count

_HEADS = ("recibidos", "en_cuarentena", "parte_apartada", "completos", "dias_tarde", "excepciones")


def quality(sources: tuple[Input, ...]) -> Quality | None:
    """Records delivered and put in quarantine, by source; None where the release does not know them."""
    counted = [each for each in sources if each.ocultos or each.filas is not None]
    if not counted:
        return None
    return Quality(
        frases=(_told(counted), say("calidad_explica")),
        cuadro=Table(
            nombre="calidad",
            titulo=say("calidad_cuadro"),
            primera=say("fuente"),
            columnas=tuple(Column(say(head)) for head in _HEADS),
            filas=tuple(_row(each) for each in counted),
        ),
    )


def _told(sources: Sequence[Input]) -> str:
    # a sum less the sources that are shown would be the hidden one
    if any(each.filas is None or each.en_cuarentena is None for each in sources):
        return say("calidad_protegida")
    bad, rows = (sum(getattr(each, name) for each in sources) for name in ("en_cuarentena", "filas"))
    if not bad:
        return say_count("ninguno_en_cuarentena", rows)
    return say_count("en_cuarentena", bad, total=numbers.number(rows), pct=numbers.share(bad, rows, 1))


def _row(source: Input) -> Row:
    title = source_title(source)
    rows, bad = source.filas, source.en_cuarentena
    printed = (
        cells.count(rows),
        cells.count(bad),
        cells.share(bad, rows),
        _completeness(source),
        _number(source.dias_tarde),
        _number(source.excepciones),
    )
    return Row(title.texto, printed, idioma=title.idioma)


def _completeness(source: Input) -> Cell:
    share = source.completitud
    if share is None:
        return cells.count(None) if "completitud" in source.ocultos else cells.NOT_KNOWN
    return Cell(numbers.share(round(share * 10_000), 10_000, 1), share)


def _number(value: int | None) -> Cell:
    return cells.NOT_KNOWN if value is None else cells.count(value)
