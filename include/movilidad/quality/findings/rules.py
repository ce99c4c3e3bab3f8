"""Findings from what the rules of a suite found."""

from collections.abc import Iterator
from typing import Any

from movilidad.quality.exceptions import subject_of
from movilidad.quality.findings.finding import Finding
from movilidad.quality.suites import Rule, Suite
from movilidad.quality.tolerance import exceeds
from movilidad.quality.words import percent, rows

KINDS = ("regla", "cuarentena")


def rule_findings(suite: Suite, results: dict[str, Any], history: list[dict[str, Any]]) -> Iterator[Finding]:
    """Rules that stop, and rules that fail more often than they may.

    Args:
        results: of the examination, by data set.
        history: those of earlier months, newest last, for the table before and after.
    """
    for name, own in results.items():
        for number, (rule, found) in enumerate(zip(suite.conjuntos[name], own["reglas"], strict=True)):
            if found["cumple"] or not _asks(rule, found["filas"], own["filas"]):
                continue
            yield Finding(
                asunto=subject_of(name, rule),
                gravedad=rule.severity,
                que=f"{name}: {rule.meta.explicacion.rstrip('.')}.",
                cuanto=_how_much(found["filas"], own["filas"]),
                que_hacer=rule.meta.que_hacer,
                antes_despues=(
                    *(_before(each, name, number) for each in history[-3:] if _has(each, name, number)),
                    ("ahora", _how_much(found["filas"], own["filas"])),
                ),
            )


def quarantine_findings(results: dict[str, Any], allowed: float) -> Iterator[Finding]:
    """Data sets of which too many rows are set apart."""
    for name, own in results.items():
        bad, whole = own.get("en_cuarentena", 0), own["filas"]
        if exceeds(bad, whole, allowed):
            yield Finding(
                asunto=f"cuarentena/{name}",
                gravedad="critical",
                que=f"{name}: quedaron apartadas más filas de las que el contrato tolera.",
                cuanto=f"{_how_much(bad, whole)}; el máximo es {percent(allowed)}",
                que_hacer="Corrija en la plataforma los registros de la lista de cuarentena y repita la ingesta.",
            )


def _asks(rule: Rule, failing: int, whole: int) -> bool:
    """What stops is always told, what warns beyond its tolerance; the rest stands in the history."""
    if rule.severity == "critical":
        return True
    # a rule of a whole table counts no rows: then any failure is beyond
    return rule.severity == "warning" and (not failing or exceeds(failing, whole, rule.meta.tolerancia))


def _how_much(failing: int, whole: int) -> str:
    return f"{rows(failing)} de {whole:,} ({percent(failing / whole)})" if failing and whole else "toda la tabla"


def _has(results: dict[str, Any], name: str, number: int) -> bool:
    return name in results and number < len(results[name]["reglas"])


def _before(results: dict[str, Any], name: str, number: int) -> tuple[str, str]:
    own = results[name]
    return "antes", _how_much(own["reglas"][number]["filas"], own["filas"])
