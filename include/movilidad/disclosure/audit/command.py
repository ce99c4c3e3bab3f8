"""``movilidad disclosure audit``: the audit of a table in a CSV file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from movilidad.disclosure.audit.exact import intervals
from movilidad.disclosure.audit.files import explained, read_hierarchy, read_printed, structure
from movilidad.disclosure.audit.findings import Finding
from movilidad.disclosure.audit.gate import audit
from movilidad.disclosure.audit.seen import Interval, Limits
from movilidad.model.errors import UsageError


@dataclass(frozen=True)
class Report:
    """What the command says.

    Attributes:
        intervals: of every hidden cell; empty if the figures contradict each other.
        findings: what is wrong.
    """

    intervals: list[Interval]
    findings: list[Finding]
    limits: Limits

    @property
    def text(self) -> str:
        lines = [self._line(one) for one in self.intervals]
        lines += [f"MAL   {finding}" for finding in self.findings]
        return "\n".join(lines + ([] if self.findings else [f"Bien: {len(self.intervals):,} celdas ocultas."]))

    def _line(self, one: Interval) -> str:
        cell = ", ".join(f"{name} {code}" for name, code in one.seen.cell) or "total"
        mark = "bien" if one.width >= self.limits.minimum else "MAL "
        return f"{mark}  {cell}: {_number(one.low)} a {_number(one.high)}"

    @property
    def content(self) -> dict[str, Any]:
        """For programs; an end that nothing bounds is null."""
        return {
            "correcta": not self.findings,
            "intervalos": [
                {
                    "celda": dict(one.seen.cell),
                    "minimo": int(one.low),
                    "maximo": None if one.high == float("inf") else int(one.high),
                    "suficiente": one.width >= self.limits.minimum,
                }
                for one in self.intervals
            ],
            "hallazgos": [
                {"clase": one.kind, "celdas": [dict(cell) for cell in one.cells], "mensaje": str(one)}
                for one in self.findings
            ],
        }


def audit_file(
    file: Path,
    tables: Sequence[str],
    hierarchies: Sequence[str],
    limits: Limits,
    *,
    value: str = "valor",
    explain: Path | None = None,
) -> Report:
    """Read a protected table back and attack it.

    Args:
        tables: each the dimensions of one table, with commas.
        hierarchies: each ``dimension=file``.
        value: the column with the numbers.
        explain: the private file with true values, for the check of lone contributors.
    """
    dims = [_dimensions(text) for text in tables]
    levels = [read_hierarchy(name, path) for name, path in map(_assignment, hierarchies)]
    if len({level.dimension for level in levels}) < len(levels):
        raise UsageError("una dimensión tiene dos jerarquías")
    printed = read_printed(file, dims, value)
    if explain:
        printed = explained(printed, explain)
    known = structure(printed, dims, levels)
    findings = audit(printed, known, limits)
    contradicted = any(finding.kind == "contradiccion" for finding in findings)
    return Report([] if contradicted else intervals(printed, known, limits), findings, limits)


def _dimensions(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names) or len(set(names)) < len(names):
        raise UsageError(f"«{text}» no es una lista de dimensiones", remedy="escriba los nombres así: a,b,c")
    return names


def _assignment(text: str) -> tuple[str, Path]:
    name, sign, path = text.partition("=")
    if not (name and sign and path):
        raise UsageError(f"«{text}» no es una jerarquía", remedy="escríbala así: dimensión=archivo.csv")
    return name, Path(path)


def _number(value: float) -> str:
    return "sin límite" if value == float("inf") else f"{value:,.0f}"
