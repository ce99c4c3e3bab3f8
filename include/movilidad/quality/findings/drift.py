"""Has the source changed its form? New, missing, retyped columns, codes that no list knows, cells left empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from movilidad.model.periods import Month
from movilidad.quality.findings.finding import Finding
from movilidad.quality.findings.past import Results
from movilidad.quality.findings.usual import Share, compared_months, is_unusual_share
from movilidad.quality.tolerance import exceeds
from movilidad.quality.words import percent, rows
from movilidad.sources.contracts import Contract
from movilidad.store.extractions import Extraction

KINDS = ("deriva", "completitud", "extraccion")

_GAP_POINTS = 0.05
_NEW_CODE_SHARE = 0.03
_SAID = {
    "numero": "números",
    "momento": "fechas con hora",
    "fecha_iso": "fechas como 2026-10-31",
    "fecha": "fechas como 31-10-2026",
    "texto": "texto",
}


def drift_findings(
    contract: Contract, month: Month, results: Results, past: Mapping[Month, Results], seen: Extraction | None
) -> Iterator[Finding]:
    """All changes of form of one delivery."""
    if seen:
        yield from _columns(seen)
        yield from _notes(seen)
    for name, own in results.items():
        earlier = {each: found[name] for each, found in past.items() if "campos" in found.get(name, {})}
        yield from _forms(name, own, earlier)
        yield from _codes(name, own)
        if contract.alcance == "mes":
            fields = [field for field, column in contract.conjuntos[name].columnas.items() if not column.madura]
            yield from _gaps(
                name, own, fields, [earlier[each] for each in compared_months(month) if each in earlier]
            )


def _columns(seen: Extraction) -> Iterator[Finding]:
    for name, columns in seen.nuevas.items():
        yield Finding(
            asunto=f"deriva/{name}/columnas_nuevas",
            gravedad="info",
            que=f"{name}: la fuente da columnas que el contrato no conoce y que no se leen.",
            cuanto=f"{len(columns)}: {', '.join(columns)}",
            que_hacer="Pregunte al responsable qué son; declárelas en el contrato o en sin_usar.",
        )
    for name, columns in seen.faltantes.items():
        yield Finding(
            asunto=f"deriva/{name}/columnas_faltantes",
            gravedad="info",
            que=f"{name}: la fuente no da columnas opcionales del contrato.",
            cuanto=f"{len(columns)}: {', '.join(columns)}",
            que_hacer="Confirme con el responsable que la plataforma no las tiene.",
        )


def _notes(seen: Extraction) -> Iterator[Finding]:
    """What the connector had to say besides: a fallback used, a clock that is wrong."""
    told = [note for note in seen.notas if "columnas nuevas" not in note and "columnas opcionales" not in note]
    if told:
        yield Finding(
            asunto="extraccion/avisos",
            gravedad="info",
            que="La lectura de la fuente dejó avisos.",
            cuanto="; ".join(told),
            que_hacer="Coméntelos con el responsable de la plataforma.",
        )


def _forms(name: str, own: dict[str, Any], earlier: Mapping[Month, dict[str, Any]]) -> Iterator[Finding]:
    if not earlier or own["filas"] < 20:
        return
    last = earlier[max(earlier)]
    for field, form in own.get("formas", {}).items():
        before = last["formas"].get(field)
        if form == before or form not in _SAID or before not in _SAID:
            continue
        unusable = own["campos"][field][1]
        yield Finding(
            asunto=f"deriva/{name}/{field}/forma",
            gravedad="warning" if exceeds(unusable, own["filas"], _GAP_POINTS) else "info",
            que=f"{name}: «{field}» viene escrito de otra forma.",
            cuanto=f"antes {_SAID[before]}, ahora {_SAID[form]}; {rows(unusable)} sin poder usarse",
            que_hacer="Pregunte al responsable qué cambió y ajuste el contrato (tipo, formatos o equivalencias).",
            antes_despues=(("antes", _SAID[before]), ("ahora", _SAID[form])),
        )


def _codes(name: str, own: dict[str, Any]) -> Iterator[Finding]:
    for field, found in own.get("codigos", {}).items():
        common = exceeds(found["filas"], own["filas"], _NEW_CODE_SHARE)
        several = found["distintos"] > 1
        yield Finding(
            asunto=f"deriva/{name}/{field}/codigos",
            gravedad="warning" if common else "info",
            que=f"{name}: «{field}» trae {'códigos repetidos' if several else 'un código repetido'} que la lista"
            " no tiene; cuenta como no declarado.",
            cuanto=f"{found['distintos']:,} en {rows(found['filas'])} ({percent(found['filas'] / own['filas'])})",
            que_hacer="Vea uno de los registros en la plataforma; si la lista creció, agregue el código a"
            " include/codelists o a las equivalencias del contrato y repita la ingesta.",
            claves=tuple(found["claves"]),
        )


def _gaps(name: str, own: dict[str, Any], fields: list[str], compared: list[dict[str, Any]]) -> Iterator[Finding]:
    """Fields with more empty or unusable cells than ever in the months compared."""
    for field in (each for each in fields if each in own.get("campos", {})):
        empty, unusable = own["campos"][field]
        now = Share(empty + unusable, own["filas"])
        past = [Share(sum(each["campos"][field]), each["filas"]) for each in compared if field in each["campos"]]
        if not is_unusual_share(now, past, _GAP_POINTS, upwards_only=True):
            continue
        most = max(each.value for each in past)
        yield Finding(
            asunto=f"completitud/{name}/{field}",
            gravedad="warning",
            que=f"{name}: «{field}» viene vacío o inservible más que nunca en el último año.",
            cuanto=f"{percent(now.value)} de {rows(own['filas'])}; lo más alto antes fue {percent(most)}",
            que_hacer="Pregunte al responsable si la plataforma dejó de pedir o de exportar el dato.",
            antes_despues=(("lo más alto en el último año", percent(most)), ("ahora", percent(now.value))),
        )
