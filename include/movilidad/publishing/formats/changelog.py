"""``CAMBIOS.md``: the revisions of a period, newest first, each with its reason."""

from movilidad.model.periods import Month
from movilidad.model.series import SERIES
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.changes import NOTES, Difference
from movilidad.publishing.explanation import CORRECTION, REVISION, Explanation
from movilidad.publishing.markdown import unmarked
from movilidad.publishing.metadata import title_of

NAME = "CAMBIOS.md"


def changelog(
    candidate: Candidate, previous: Candidate | None, changes: list[Difference], earlier: str | None
) -> bytes:
    """The file.

    Args:
        candidate: the release.
        previous: what the revision before was made of; None for a first one.
        changes: what differs from that.
        earlier: its own ``CAMBIOS.md``, whose entries follow; None if it had none.
    """
    entries = [_entry(candidate, previous, changes)]
    if previous and earlier:
        entries.append(earlier[earlier.index("## ") :].rstrip())
    elif previous:
        entries.append(f"{_heading(previous)}\n\nPublicada antes de que se llevara esta lista.")
    return ("\n\n".join([f"# Cambios: {title_of(candidate)}", *entries]) + "\n").encode("utf-8")


def reasons(previous: Candidate, now: Candidate) -> list[str]:
    """What made a revision different from the one before, as far as its ingredients tell."""
    before = {(entry.fuente, entry.mes): entry.carga_id for entry in previous.entradas}
    found = [
        f"{'nueva carga' if (entry.fuente, entry.mes) in before else 'nueva fuente'}: {now.titled(entry)}"
        for entry in now.entradas
        if before.get((entry.fuente, entry.mes)) != entry.carga_id
    ]
    present = {entry.fuente for entry in now.entradas}
    found += [f"ya no cuenta la fuente: {e.titulo}" for e in previous.entradas if e.fuente not in present]
    months = dict(previous.anteriores)
    found += [f"nuevas cargas de {month.label}" for month, loads in now.anteriores if months.get(month) != loads]
    rules = sorted({*previous.configuracion, *now.configuracion})
    found += [
        f"regla {name}: {previous.configuracion.get(name)} → {now.configuracion.get(name)}"
        for name in rules
        if previous.configuracion.get(name) != now.configuracion.get(name)
    ]
    if previous.proteccion != now.proteccion:
        found.append("otra protección de las cifras")
    if previous.programa != now.programa:
        found.append(f"otra versión del programa ({now.programa.version}, {now.programa.sha256[:12]})")
    return found


def _entry(candidate: Candidate, previous: Candidate | None, changes: list[Difference]) -> str:
    if not previous and candidate.revision == 1:
        return f"{_heading(candidate)}\n\nPrimera publicación del {SERIES[candidate.serie].kind}."
    said = _said(candidate.explicacion)
    if not previous:
        return "\n".join([_heading(candidate), "", "Lo publicado antes de este periodo se retiró.", *said])
    notes = sum(change.lugar.cuadro == NOTES for change in changes)
    known = reasons(previous, candidate) or ["no consta en los insumos"]
    lines = [
        f"Sustituye a r{previous.revision}, que sigue disponible.",
        *said,
        *(f"- Qué difiere en los insumos: {reason}." for reason in known),
        f"- Cifras que cambian: {len(changes) - notes:,} (en `datos/cambios.csv`). Notas que cambian: {notes:,}.",
    ]
    return "\n".join([_heading(candidate), "", *lines])


def _said(why: Explanation) -> list[str]:
    """Reason and approver, as people wrote them."""
    lines = (("Motivo", why.motivo), ("Aprobó", why.aprobada_por))
    return [f"- {what}: {unmarked(text)}" for what, text in lines if text]


def _heading(candidate: Candidate) -> str:
    day = candidate.fecha_publicacion
    kind = {REVISION: " (revisión)", CORRECTION: " (corrección)"}.get(candidate.explicacion.tipo, "")
    return f"## r{candidate.revision}, {day.day} de {Month.of(day).label}{kind}"
