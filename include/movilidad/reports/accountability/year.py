"""The year, which the edition of September to December adds: what December's monthly release shows of it."""

from movilidad.model.periods import Period
from movilidad.reports.accountability.figures import cell, table
from movilidad.reports.accountability.wording import PartWords
from movilidad.reports.elements import Row, Section
from movilidad.statistics.four_month_context import FourMonthContext

_DECEMBER = 12


def year_section(context: FourMonthContext, period: Period, words: PartWords) -> Section | None:
    """The totals of January to December; None in other editions."""
    if period.last.month != _DECEMBER:
        return None
    rows = [
        Row(row["titulo"], (cell(row["valor"], row["unidad"], hidden=row["oculta"]),))
        for row in context.anio.to_dict("records")
    ]
    printed = (table("anio", f"De enero a {period.last.label}", ("Indicador", "Cifra"), rows),) if rows else ()
    absent = "La publicación de diciembre no las dio: faltaba publicar algún mes del año."
    return Section(
        nombre="anio",
        tema=words.nombre,
        titulo=words.neutral,
        frases=(words.explica, *(() if rows else (absent,))),
        cuadros=printed,
        notas=words.aclara,
    )
