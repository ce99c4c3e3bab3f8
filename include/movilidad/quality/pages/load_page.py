"""The page of one examination of a source, from its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from movilidad.model.atomic import write_file
from movilidad.model.periods import Month
from movilidad.model.templates import templates
from movilidad.quality.exceptions import Accepted
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.past import Results
from movilidad.quality.findings.timeliness import Delivery
from movilidad.quality.pages.files import page_of
from movilidad.quality.suites import Rule, Suite
from movilidad.quality.verdicts import Verdict
from movilidad.quality.words import percent
from movilidad.sources.contracts import Contract

SEVERITIES = {"critical": "Detiene", "warning": "Pide decisión", "info": "Se anota"}
_ACTIONS = {"cuarentena": "la fila se aparta", "detener": "la fuente se detiene", "anotar": "se cuenta"}
# connectors whose answers announce how many records there are; the extraction refuses another number
_ANNOUNCING = ("rest", "soap")


@dataclass(frozen=True)
class Examination:
    """All that the page tells of."""

    contract: Contract
    month: Month
    verdict: Verdict
    suite: Suite
    results: Results
    before: Results | None
    findings: Sequence[Finding]
    accepted: Accepted
    delivery: Delivery


def write_page(seen: Examination) -> None:
    """Write the page of a load, and the same as that of its month."""
    content = render(seen).encode()
    newest = page_of(seen.contract.fuente, str(seen.month))
    write_file(newest.with_suffix("") / f"{seen.verdict.snapshot_id}.html", content)
    write_file(newest, content)


def render(seen: Examination) -> str:
    """The page as HTML."""
    return (
        templates("calidad")
        .get_template("carga.html.j2")
        .render(
            titulo=seen.contract.titulo,
            mes=seen.month.label,
            veredicto=seen.verdict.motivo,
            instantanea=seen.verdict.snapshot_id,
            llegada=_arrival(seen.delivery),
            total_propio=_own_total(seen.contract),
            gravedades=SEVERITIES,
            hallazgos=seen.findings,
            conjuntos=[_dataset(seen, name, own) for name, own in seen.results.items()],
            excepciones=seen.accepted.decisions,
        )
    )


def _arrival(found: Delivery) -> str:
    if found.llegada is None or found.vence is None:
        return "sin dato"
    came, due = (
        f"{moment.astimezone(found.vence.tzinfo):%Y-%m-%d %H:%M}" for moment in (found.llegada, found.vence)
    )
    late = "; es un mes pasado que se trajo después" if found.is_filling_in else ""
    return f"{came} (previsto {due}{late})"


def _own_total(contract: Contract) -> str:
    if contract.conector in _ANNOUNCING:
        return "La respuesta anuncia cuántos registros hay; con otro número la lectura se detiene."
    return "La fuente no da un total propio con que comparar."


def _dataset(seen: Examination, name: str, own: dict[str, Any]) -> dict[str, Any]:
    before = (seen.before or {}).get(name)
    pairs = zip(seen.suite.conjuntos[name], own["reglas"], strict=True)
    columns = seen.contract.conjuntos[name].columnas
    return {
        "nombre": name,
        "filas": f"{own['filas']:,}",
        "en_cuarentena": f"{own['en_cuarentena']:,}",
        "reglas": [
            _rule(rule, found, own["filas"], _same(before, number)) for number, (rule, found) in enumerate(pairs)
        ],
        "campos": [
            {
                "nombre": field,
                "descripcion": columns[field].descripcion,
                "vacios": f"{empty:,}",
                "inservibles": f"{unusable:,}",
                "completo": _share(own["filas"] - empty - unusable, own["filas"]),
            }
            for field, (empty, unusable) in own.get("campos", {}).items()
        ],
    }


def _rule(rule: Rule, found: dict[str, Any], whole: int, before: str) -> dict[str, str]:
    return {
        "explicacion": rule.meta.explicacion,
        "gravedad": rule.severity,
        "accion": _ACTIONS[rule.meta.accion],
        "filas": f"{found['filas']:,}",
        "parte": _share(found["filas"], whole),
        "antes": before,
        "aceptadas": f"{found.get('aceptadas', 0):,}",
    }


def _same(before: dict[str, Any] | None, number: int) -> str:
    """The share of the same rule in the month before."""
    if before is None or number >= len(before["reglas"]):
        return "–"
    return _share(before["reglas"][number]["filas"], before["filas"])


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"
