"""What the quality control found in the sources: counts only, never a record."""

from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Quality, Row, Table
from movilidad.reports.facts import Input
from movilidad.reports.labels import source_title
from movilidad.reports.wording import say, say_count

_HEADS = ("recibidos", "en_cuarentena", "parte_apartada", "completos", "dias_tarde", "excepciones")
_UNKNOWN = Cell("nd")


def quality(sources: tuple[Input, ...]) -> Quality | None:
    """Records delivered and put in quarantine, by source; None where the release does not know them."""
    known = [(each, each.filas, each.en_cuarentena) for each in sources]
    counted = [(each, rows, bad) for each, rows, bad in known if rows is not None and bad is not None]
    if not counted:
        return None
    return Quality(
        frases=(
            _told(sum(bad for _, _, bad in counted), sum(rows for _, rows, _ in counted)),
            say("calidad_explica"),
        ),
        cuadro=Table(
            nombre="calidad",
            titulo=say("calidad_cuadro"),
            primera=say("fuente"),
            columnas=tuple(Column(say(head)) for head in _HEADS),
            filas=tuple(_row(*each) for each in counted),
        ),
    )


def _told(bad: int, rows: int) -> str:
    if not bad:
        return say_count("ninguno_en_cuarentena", rows)
    return say_count("en_cuarentena", bad, total=numbers.number(rows), pct=numbers.share(bad, rows, 1))


def _row(source: Input, rows: int, bad: int) -> Row:
    title = source_title(source)
    late, accepted = source.dias_tarde, source.excepciones
    cells = (
        Cell(numbers.number(rows), rows),
        Cell(numbers.number(bad), bad),
        Cell(numbers.share(bad, rows, 1), bad / rows) if rows else _UNKNOWN,
        _completeness(source.completitud),
        _UNKNOWN if late is None else Cell(numbers.number(late), late),
        _UNKNOWN if accepted is None else Cell(numbers.number(accepted), accepted),
    )
    return Row(title.texto, cells, idioma=title.idioma)


def _completeness(share: float | None) -> Cell:
    if share is None:
        return _UNKNOWN
    return Cell(numbers.share(round(share * 10_000), 10_000, 1), share)
