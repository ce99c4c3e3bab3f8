"""What would improve a platform most, worked out from the evidence of a month, and what became of it later.

Ranked by what it costs: first records (set apart, incomplete, waiting), then looks that failed, then days late.
Three stages lose records: ``captura`` (a field was left empty), ``codificación`` (what was written cannot be used)
and ``revisión`` (a rule set the record apart).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from movilidad.monitoring.evaluation import Evaluation

Unit = Literal["registros", "chequeos", "días"]
Verdict = Literal["resuelta", "mejor", "igual", "peor", "sin dato"]

_UNITS: tuple[Unit, ...] = ("registros", "chequeos", "días")
_LEAST_SHARE = 0.005  # of the records: what is rarer is a slip, not a fault of the platform
_CLEARLY = 0.2  # change of a share that is more than a ripple


@dataclass(frozen=True)
class Opportunity:
    """One thing to improve: ``parte`` of ``total`` units are concerned. ``clave`` is the same every month."""

    clave: str
    que: str
    hacer: str
    unidad: Unit
    parte: int
    total: int

    @property
    def share(self) -> float:
        return self.parte / self.total if self.total else 0.0


@dataclass(frozen=True)
class Followed:
    """What became of an opportunity: as it was told, as it is now (None if nothing is known now)."""

    antes: Opportunity
    ahora: Opportunity | None
    resultado: Verdict


def opportunities(found: Evaluation, minimum: int) -> tuple[Opportunity, ...]:
    """What is worth improving, the dearest first; nothing that concerns fewer than ``minimum`` records."""
    worth = [each for each in candidates(found) if _is_worth(each, minimum)]
    return tuple(sorted(worth, key=lambda each: (_UNITS.index(each.unidad), -each.parte, each.clave)))


def follow(earlier: Iterable[Opportunity], found: Evaluation, minimum: int) -> tuple[Followed, ...]:
    """What became of the opportunities of an earlier month."""
    now = {each.clave: each for each in candidates(found)}
    totals = _totals(found)
    return tuple(_followed(each, now.get(each.clave), totals, minimum) for each in earlier)


def candidates(found: Evaluation) -> Iterator[Opportunity]:
    """Everything that concerns at least one record, look or day."""
    yield from _fields(found)
    for cause in found.causas:
        yield Opportunity(
            f"revision/{cause.conjunto}/{cause.campo}/{cause.motivo}",
            f"{found.named(cause.conjunto, cause.campo)}, en la revisión: {cause.motivo.rstrip('.')}",
            "Corregir los registros en la plataforma y validar el campo al capturarlo.",
            "registros",
            cause.registros,
            found.filas.get(cause.conjunto, cause.registros),
        )
    if found.plazo and found.plazo.parte:
        yield Opportunity(
            "plazo_legal",
            "Solicitudes con más de 10 días sin decisión",
            "Revisar con el área responsable las solicitudes pendientes y avisar en la plataforma al octavo día.",
            "registros",
            found.plazo.parte,
            found.plazo.total,
        )
    if found.servicio.fallidos:
        yield Opportunity(
            "disponibilidad",
            "La plataforma no respondió, o no como promete su contrato",
            "Revisar con quien la administra los incidentes del mes y su causa.",
            "chequeos",
            found.servicio.fallidos,
            found.servicio.hechos,
        )
    late = found.entrega.days_late
    if late and not found.entrega.is_filling_in:
        yield Opportunity(
            "oportunidad",
            "El mes llegó después de lo que dice el calendario",
            "Acordar con el responsable una fecha que pueda cumplirse, o adelantar el cierre del mes.",
            "días",
            late,
            0,
        )


def _fields(found: Evaluation) -> Iterator[Opportunity]:
    for (name, about), cells in found.campos.items():
        for stage, count, what, remedy in (
            (
                "captura",
                cells.vacias,
                "vacío",
                "Pedir el dato como obligatorio en el formulario o en la exportación.",
            ),
            ("codificacion", cells.inservibles, "inservible", "Ofrecer una lista cerrada y validar lo escrito."),
        ):
            if count:
                label = "captura" if stage == "captura" else "codificación"
                yield Opportunity(
                    f"{stage}/{name}/{about}",
                    f"{found.named(name, about)}, en la {label}: {what}",
                    remedy,
                    "registros",
                    count,
                    cells.filas,
                )


def _is_worth(each: Opportunity, minimum: int) -> bool:
    if each.unidad == "días":
        return each.parte > 1
    if each.unidad == "chequeos":
        return each.parte >= minimum
    return each.parte >= minimum and each.share >= _LEAST_SHARE


def _totals(found: Evaluation) -> Mapping[str, int]:
    """Of how many units the account is now, by the first parts of a key: what is not found now may be solved."""
    totals = {f"revision/{name}": rows for name, rows in found.filas.items()}
    for (name, about), cells in found.campos.items():
        totals |= {f"{stage}/{name}/{about}": cells.filas for stage in ("captura", "codificacion")}
    if found.servicio.hechos:
        totals["disponibilidad"] = found.servicio.hechos
    if found.plazo:
        totals["plazo_legal"] = found.plazo.total
    if found.entrega.days_late is not None and not found.entrega.is_filling_in:
        totals["oportunidad"] = 1
    return totals


def _followed(before: Opportunity, now: Opportunity | None, totals: Mapping[str, int], minimum: int) -> Followed:
    if now is None:
        total = next((rows for key, rows in totals.items() if f"{before.clave}/".startswith(f"{key}/")), 0)
        if not total:
            return Followed(before, None, "sin dato")
        now = Opportunity(before.clave, before.que, before.hacer, before.unidad, 0, total)
    return Followed(before, now, _verdict(before, now, minimum))


def _verdict(before: Opportunity, now: Opportunity, minimum: int) -> Verdict:
    if not _is_worth(now, minimum):
        return "resuelta"
    expected = before.share * now.total if now.total else float(before.parte)
    # more than a fifth, and more than chance: counts vary by about their root
    if abs(now.parte - expected) <= max(_CLEARLY * expected, 2 * sqrt(expected)):
        return "igual"
    return "mejor" if now.parte < expected else "peor"
