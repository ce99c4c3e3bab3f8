"""The section on revisions: the triangle of the totals, and how much they change after their first release."""

import pandas as pd

from movilidad.model.periods import Month
from movilidad.reports import numbers
from movilidad.reports.elements import Cell, Column, Row, Section, Table
from movilidad.reports.facts import ReleaseFacts
from movilidad.reports.labels import headline_title
from movilidad.reports.wording import ContextWords, say, say_count
from movilidad.statistics.context import Context

# delays in months that are printed; all releases are in the data
DELAYS = (1, 2, 3, 6, 12, 24)
_PLACED = "colocados"


def revision_section(context: Context, facts: ReleaseFacts, words: ContextWords) -> Section | None:
    """The section; None if this is the only release there is."""
    if context.revisiones["publicacion_id"].nunique() < 2:
        return None
    tables = [table for table in (_triangle(context), _measures(context.medidas)) if table.filas]
    return Section(
        nombre="revisiones",
        tema=words.nombre,
        titulo=_heading(context) or words.neutral,
        frases=tuple(_sentences(facts)),
        cuadros=tuple(tables),
        notas=words.aclara if tables else (),
    )


def _heading(context: Context) -> str | None:
    found = context.medidas[context.medidas["indicador"] == _PLACED]
    if found.empty:
        return None
    months = _ends(context.revisiones)
    changed = sum(first != last for first, last in months.values())
    if not changed:
        return say("ningun_total_cambio", meses=len(months)) if len(months) > 1 else None
    return say_count("totales_cambiaron", changed, meses=len(months))


def release_state(facts: ReleaseFacts, preliminary: str) -> str:
    """The word beside the title, explained under the main points: an error of ours is told at the top."""
    if facts.revision == 1:
        return preliminary
    if facts.tipo == "correccion":
        return say("es_correccion")
    return say("es_revision") if facts.retirada_la_anterior else ""


def revision_reasons(facts: ReleaseFacts) -> tuple[str, ...]:
    """What kind of revision this is, why it is made and who approved it; nothing of a first release.

    Reason and office are told as they were recorded, in Spanish.
    """
    if not facts.motivo:
        return ()
    kind = say("corrige_un_error" if facts.tipo == "correccion" else "revision_prevista")
    gone = [say("antes_se_retiro")] if facts.retirada_la_anterior else []
    approved = [say("aprobo", quien=facts.aprobada_por.rstrip("."))] if facts.aprobada_por else []
    return (kind, *gone, say("motivo", motivo=facts.motivo.rstrip(".")), *approved)


def _sentences(facts: ReleaseFacts) -> list[str]:
    if facts.revision == 1:
        return [say("primera_publicacion")]
    if facts.retirada_la_anterior:
        return [say("revision_del_mes", revision=facts.revision), *revision_reasons(facts)]
    count = len(facts.cambios)
    if not count:
        return [say("revision_sin_cambios", revision=facts.revision)]
    return [say_count("revision_cambia", count, revision=facts.revision)]


def _ends(releases: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Month → its total in the first and in the last release; without months that hide one."""
    rows = releases[releases["indicador"] == _PLACED].sort_values("vigencia", kind="stable")
    return {
        str(period): (float(group["valor"].iloc[0]), float(group["valor"].iloc[-1]))
        for period, group in rows.groupby("periodo", sort=True)
        if group["valor"].notna().all()
    }


def _triangle(context: Context) -> Table:
    triangle = context.triangulos[_PLACED]
    delays = [delay for delay in DELAYS if delay in triangle.columns and triangle[delay].notna().any()]
    rows = tuple(
        Row(
            numbers.month_name(Month.parse(period).first_day),
            (
                *(_count(triangle.loc[period, delay]) for delay in delays),
                *_first_and_last(*ends),
            ),
        )
        for period, ends in _ends(context.revisiones).items()
    )
    heads = [say_count("a_meses", delay) for delay in delays]
    return Table(
        nombre="revisiones",
        titulo=say("titulo_triangulo"),
        primera=say("mes"),
        columnas=tuple(Column(head) for head in (*heads, say("primera_vez"), say("ultima_vez"), say("cambio"))),
        filas=rows,
        datos="datos/revisiones.csv",
    )


def _first_and_last(first: float, last: float) -> tuple[Cell, Cell, Cell]:
    return _count(first), _count(last), Cell(numbers.signed(last - first), last - first)


def _measures(frame: pd.DataFrame) -> Table:
    rows = tuple(
        Row(
            headline_title(row["indicador"]),
            (
                Cell(numbers.number(row["meses"]), float(row["meses"])),
                Cell(numbers.signed(row["revision_media"], 1), float(row["revision_media"])),
                Cell(numbers.number(row["revision_media_absoluta"], 1), float(row["revision_media_absoluta"])),
                _percent(row["revision_relativa"]),
            ),
        )
        for row in frame.to_dict("records")
    )
    heads = ("meses", "cambio_medio", "cambio_medio_sin_signo", "cambio_relativo")
    return Table(
        nombre="revisiones_medidas",
        titulo=say("titulo_medidas"),
        primera=say("indicador"),
        columnas=tuple(Column(say(head)) for head in heads),
        filas=rows,
        datos="datos/revisiones_medidas.csv",
    )


def _percent(value: float) -> Cell:
    return Cell(numbers.NOT_SAID) if pd.isna(value) else Cell(f"{numbers.number(value, 1)}%", float(value))


def _count(value: float) -> Cell:
    return Cell(numbers.NOT_SAID) if pd.isna(value) else Cell(numbers.number(value), float(value))
