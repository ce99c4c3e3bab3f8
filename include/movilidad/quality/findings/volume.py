"""Are there as many rows as one would expect, and of the kinds that one would expect?"""

from collections.abc import Iterator, Mapping
from typing import Any

from movilidad.model.codelists import code_list
from movilidad.model.periods import Month
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.past import Results
from movilidad.quality.findings.usual import (
    Share,
    compared_months,
    expected_count,
    is_unusual,
    is_unusual_share,
)
from movilidad.quality.words import before_after, count, percent
from movilidad.sources.contracts import Contract

KINDS = ("volumen", "proporcion")

_SHARE_POINTS = 0.20


def volume_findings(
    contract: Contract, month: Month, results: Results, past: Mapping[Month, Results]
) -> Iterator[Finding]:
    """Of a source that gives the records of one month; of one with all its history nothing can be said."""
    if contract.alcance != "mes":
        return
    for name, own in results.items():
        earlier = {each: found[name] for each, found in past.items() if name in found}
        yield from _count(name, month, own["filas"], {each: found["filas"] for each, found in earlier.items()})
        compared = [earlier[each] for each in compared_months(month) if "partes" in earlier.get(each, {})]
        for field, codes in own.get("partes", {}).items():
            if contract.conjuntos[name].columnas[field].madura:
                continue
            yield from _shares(contract, name, field, own, (codes, compared))


def _count(name: str, month: Month, rows: int, past: Mapping[Month, int]) -> Iterator[Finding]:
    expected = expected_count(month, past)
    if expected is None or not is_unusual(rows, expected):
        return
    change = (rows - expected.value) / expected.value if expected.value else 1.0
    yield Finding(
        asunto=f"volumen/{name}",
        gravedad="warning",
        que=f"{name}: hay {'muchas menos' if change < 0 else 'muchas más'} filas que las que se esperan.",
        cuanto=f"{count(rows)}; se esperaban unas {count(expected.value)} ({100 * change:+.0f} %)",
        que_hacer="Pregunte al responsable si el mes está completo y qué pasó; si es cierto, apruébelo.",
        antes_despues=before_after(
            month,
            count(rows),
            {
                month.plus(-1).label: _known(past.get(month.plus(-1))),
                month.plus(-12).label: _known(expected.year_ago),
                "mediana de los últimos 12 meses": count(expected.median),
            },
        ),
    )


def _known(rows: int | None) -> str:
    return "sin dato" if rows is None else count(rows)


def _shares(
    contract: Contract,
    name: str,
    field: str,
    own: dict[str, Any],
    codes_and_past: tuple[dict[str, int], list[Results]],
) -> Iterator[Finding]:
    """The code of a field whose share changed most, if any did."""
    codes, past = codes_and_past
    whole = own["filas"] - own["en_cuarentena"]
    odd: list[tuple[float, str, Share, list[Share]]] = []
    for code in codes.keys() | {code for each in past for code in each["partes"].get(field, {})}:
        now = Share(codes.get(code, 0), whole)
        before = [
            Share(each["partes"][field].get(code, 0), each["filas"] - each["en_cuarentena"])
            for each in past
            if field in each["partes"]
        ]
        if is_unusual_share(now, before, _SHARE_POINTS):
            usual = sum(each.part for each in before) / max(1, sum(each.whole for each in before))
            odd.append((abs(now.value - usual), code, now, before))
    if not odd:
        return
    _, code, now, before = max(odd, key=lambda each: each[:2])
    low, high = min(each.value for each in before), max(each.value for each in before)
    label = code_list(str(contract.conjuntos[name].columnas[field].lista)).labels.get(code, code)
    yield Finding(
        asunto=f"proporcion/{name}/{field}",
        gravedad="warning",
        que=f"{name}: en «{field}», la parte de «{label}» es otra que en todo el último año.",
        cuanto=f"{percent(now.value)}; en los meses comparados, de {percent(low)} a {percent(high)}",
        que_hacer="Pregunte al responsable si cambió la forma de registrar; si es cierto, apruébelo.",
        antes_despues=(
            ("lo menor de los meses comparados", percent(low)),
            ("lo mayor de los meses comparados", percent(high)),
            ("ahora", percent(now.value)),
        ),
    )
