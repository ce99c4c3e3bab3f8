"""What somebody reads who decides about a draft: what is odd, by how much, since when, what readers would see.

Everybody who sees the DAG sees it. Headline figures are those of the protected draft; what the quality control
counted is rounded, so that nobody subtracts it from them.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection

from movilidad.model.errors import MovilidadError
from movilidad.model.periods import Period
from movilidad.publishing.candidate import Candidate, folder_of
from movilidad.publishing.decisions import decisions_about
from movilidad.publishing.markdown import unmarked
from movilidad.publishing.metadata import title_of
from movilidad.publishing.places import public_folder
from movilidad.publishing.stages import DRAFT
from movilidad.quality.findings import CORE, EVALUATION, TABLES, OpenFinding
from movilidad.sources.contracts import load_contract

_ROOM = 12_000  # characters: Airflow keeps the text in its own database
_FEW = 10
_NUMBER = re.compile(r"(?<![\w:-])([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?![\d:-]|,\d)( ?%)?")
_OURS = {CORE: "Todas las fuentes juntas", TABLES: "Cuadros terminados", EVALUATION: "Evaluación de plataformas"}


def summary(connection: Connection, candidate: Candidate, odd: Sequence[OpenFinding]) -> str:
    """The summary, in Markdown."""
    lines = [f"**{unmarked(title_of(candidate))}**, revisión r{candidate.revision}.", ""]
    lines += [_opening(len(odd)), ""]
    for number, each in enumerate(odd, start=1):
        lines += _told(number, each)
    lines += ["### Lo que verían los lectores", "", *_headlines(candidate), ""]
    lines += _decided_before(connection, candidate)
    lines += ["### Borrador", "", f"[Informe en PDF]({draft_file(candidate).as_uri()}), en el servidor:"]
    lines += [f"`{draft_file(candidate)}`. Nadie más lo ve.", ""]
    lines += [_OPTIONS]
    text = "\n".join(lines)
    return text if len(text) <= _ROOM else f"{text[:_ROOM].rsplit(chr(10), 1)[0]}\n\n{_CUT}"


def draft_file(candidate: Candidate) -> Path:
    """The draft's report, for print."""
    return (folder_of(candidate.candidate_id) / DRAFT / "informe.pdf").resolve()


def rounded(text: str) -> str:
    """A text whose numbers nobody can reckon with: two digits, ``menos de 10``, whole per cents."""
    return _NUMBER.sub(_rounded, text)


def _rounded(match: re.Match[str]) -> str:
    sign, digits, per_cent = match[1], match[2], match[3]
    value = float(digits.replace(",", ""))
    if per_cent:
        return f"{sign}{value:.0f}{per_cent}"
    if value < _FEW:
        return f"menos de {_FEW}" if value else "0"
    step = 10 ** (len(f"{value:.0f}") - 2)
    return f"{sign}{round(value / step) * step:,}"


def _opening(count: int) -> str:
    if not count:
        return "Nada es raro ahora; alguien detuvo antes esta publicación y por eso se pregunta otra vez."
    said = "1 aviso está" if count == 1 else f"{count:,} avisos están"
    return (
        f"{said} fuera de lo tolerado. Sus cifras van redondeadas; las exactas, en «movilidad quality findings»."
    )


def _told(number: int, found: OpenFinding) -> list[str]:
    finding = found.hallazgo
    since = Period.parse(found.desde).label
    lines = [
        f"### {number}. {unmarked(finding.que)}",
        "",
        f"- Dónde: {unmarked(_title(found.fuente))}, {Period.parse(found.periodo).label}",
        f"- Cuánto: {unmarked(rounded(finding.cuanto))}",
        f"- Desde: {since}",
        f"- Qué hacer: {unmarked(finding.que_hacer)}",
        "",
    ]
    if finding.antes_despues:
        rows = [(unmarked(what), unmarked(rounded(figure))) for what, figure in finding.antes_despues]
        lines += [*_table(("", "Cuánto"), rows), ""]
    return lines


def _headlines(candidate: Candidate) -> Iterator[str]:
    """The headline figures beside those that readers know: of the revision before, or of the period before."""
    own = _summary_of(folder_of(candidate.candidate_id) / DRAFT)
    known = candidate.anterior or next(iter(reversed(candidate.comparables)), None)
    before = _summary_of(public_folder(known)) if known else {}
    head = ("Cifra", known or "Publicado antes", "Este borrador")
    yield from _table(head, [(unmarked(name), before.get(name, "—"), figure) for name, figure in own.items()])


def _summary_of(folder: Path) -> dict[str, str]:
    """Headline → figure, as the CSV shows it."""
    try:
        text = (folder / "datos" / "resumen.csv").read_text(encoding="utf-8")
    except OSError:  # withdrawn, or put away
        return {}
    return {
        row["indicador_nombre"]: f"{float(row['valor']):,.10g}" if row["valor"] else "c (protegida)"
        for row in csv.DictReader(text.splitlines())
    }


def _decided_before(connection: Connection, candidate: Candidate) -> list[str]:
    """What was decided about this release before, and about the months of four."""
    ids = (candidate.publicacion_id, *candidate.partes)
    found = [each for name in ids for each in decisions_about(connection, name) if each.firmas]
    if not found:
        return []
    lines = [
        f"- {each.publicacion_id}: {unmarked(each.told)}{f'. Nota: {unmarked(each.nota)}' if each.nota else ''}"
        for each in found
    ]
    return ["### Decisiones anteriores", "", *lines, ""]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _title(source: str) -> str:
    if source in _OURS:
        return _OURS[source]
    try:
        return load_contract(source).titulo
    except MovilidadError:
        return source


_OPTIONS = (
    "**Publicar**: sale a la hora anunciada. **Publicar con nota**: además se imprime la nota en el informe y en"
    " los datos, para los lectores. **Retener**: el borrador queda y no sale nada; se puede decidir otra vez."
    " **Rechazar**: lo mismo, y queda escrito que no debe salir."
)
_CUT = "_El resumen sigue: «movilidad quality findings»._"
