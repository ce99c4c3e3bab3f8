"""What would improve a platform most, worked out from the evidence of a month, and what became of it later.

Ranked by what it costs: first records (set apart, incomplete, waiting), then looks that failed, then days late.
Three stages lose records: ``captura`` (a field was left empty), ``codificacion`` (what was written cannot be used)
and ``revision`` (a rule set the record apart).

A hidden count proposes nothing and decides nothing: that it stands in a list, or where, would tell how large it
is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import Month
from movilidad.monitoring.counts import APART, CELLS, EMPTY, OLD, RECEIVED, UNUSABLE, WAITING, Place
from movilidad.monitoring.evaluation import Evaluation

Kind = Literal["captura", "codificacion", "revision", "plazo_legal", "disponibilidad", "oportunidad"]
Unit = Literal["registros", "mediciones", "días"]
Verdict = Literal["resuelta", "mejor", "igual", "peor", "sin dato", "protegida"]

#: an opportunity with one of these results is open, although no evaluation proposes it now
UNDECIDED = ("sin dato", "protegida")

_UNITS: tuple[Unit, ...] = ("registros", "mediciones", "días")
_LEAST_SHARE = 0.005  # of the records: what is rarer is a slip, not a fault of the platform
_CLEARLY = 0.2  # change of a share that is more than a ripple

_FAULTS: tuple[tuple[Kind, str, str, str], ...] = (
    (
        "captura",
        EMPTY,
        "en la captura: vacío",
        "Pedir el dato como obligatorio en el formulario o en la exportación.",
    ),
    (
        "codificacion",
        UNUSABLE,
        "en la codificación: inservible",
        "Ofrecer una lista cerrada y validar lo escrito.",
    ),
)


@dataclass(frozen=True)
class Opportunity:
    """One thing to improve: ``parte`` of ``total`` units are concerned; no total where there is none to show.

    ``clave`` is the same every month; its first part is the kind.
    """

    clave: str
    que: str
    hacer: str
    unidad: Unit
    parte: int
    total: int | None

    @property
    def clase(self) -> str:
        return self.clave.partition("/")[0]

    @property
    def share(self) -> float | None:
        return self.parte / self.total if self.total else None


@dataclass(frozen=True)
class Proposed:
    """An opportunity as an earlier evaluation told it, and the month since which it is proposed."""

    oportunidad: Opportunity
    desde: Month


@dataclass(frozen=True)
class Followed:
    """What became of an opportunity: as it was told, as it is now (None if it is not known or not told)."""

    antes: Opportunity
    desde: Month
    ahora: Opportunity | None
    resultado: Verdict

    @property
    def is_open(self) -> bool:
        return self.resultado != "resuelta"


def opportunities(found: Evaluation, minimum: int) -> tuple[Opportunity, ...]:
    """What is worth improving, the dearest first; nothing that concerns fewer than ``minimum`` records."""
    worth = [each for each in candidates(found) if _is_worth(each, minimum)]
    return tuple(sorted(worth, key=lambda each: (_UNITS.index(each.unidad), -each.parte, each.clave)))


def follow(earlier: Iterable[Proposed], found: Evaluation, minimum: int) -> tuple[Followed, ...]:
    """What became of the opportunities of an earlier evaluation."""
    now = {each.clave: each for each in candidates(found)}
    return tuple(_followed(each, now.get(each.oportunidad.clave), found, minimum) for each in earlier)


def candidates(found: Evaluation) -> Iterator[Opportunity]:
    """Everything that concerns at least one record, look or day, and is not hidden."""
    yield from _fields(found)
    for place in found.causas:
        if count := found.conteos[place]:
            yield Opportunity(
                f"revision/{place.conjunto}/{place.campo}/{place.causa}",
                f"{found.named(place.conjunto, place.campo)}, en la revisión: {place.causa.rstrip('.')}",
                "Corregir los registros en la plataforma y validar el campo al capturarlo.",
                "registros",
                count,
                found.records(RECEIVED, place.conjunto),
            )
    if count := found.conteos.get(Place("plazo", WAITING, found.solicitudes)):
        yield Opportunity(
            "plazo_legal",
            "Solicitudes con más de 10 días sin decisión",
            "Revisar con el área responsable las solicitudes pendientes y avisar en la plataforma al octavo día.",
            "registros",
            count,
            found.conteos[Place("plazo", OLD, found.solicitudes)],
        )
    if found.servicio.fallidos:
        yield Opportunity(
            "disponibilidad",
            "La plataforma no respondió, o no como promete su contrato",
            "Revisar con quien la administra los incidentes del mes y su causa.",
            "mediciones",
            found.servicio.fallidos,
            found.servicio.hechos,
        )
    if late := found.dias_de_atraso:
        yield Opportunity(
            "oportunidad",
            "El mes llegó después de lo que dice el calendario",
            "Acordar con el responsable una fecha que pueda cumplirse, o adelantar el cierre del mes.",
            "días",
            late,
            None,
        )


def _fields(found: Evaluation) -> Iterator[Opportunity]:
    for name, about in found.campos:
        for kind, indicator, what, remedy in _FAULTS:
            if count := found.cells(indicator, name, about):
                yield Opportunity(
                    f"{kind}/{name}/{about}",
                    f"{found.named(name, about)}, {what}",
                    remedy,
                    "registros",
                    count,
                    found.cells(CELLS, name, about),
                )


def _is_worth(each: Opportunity, minimum: int) -> bool:
    if each.unidad == "días":
        return each.parte > 1
    if each.unidad == "mediciones":
        return each.parte >= minimum
    return each.parte >= minimum and (each.share is None or each.share >= _LEAST_SHARE)


def _followed(before: Proposed, now: Opportunity | None, found: Evaluation, minimum: int) -> Followed:
    told = before.oportunidad
    if now is None:
        state = _state(told.clave, found)
        if state.hidden:
            return Followed(told, before.desde, None, "protegida")
        if state.total == 0:
            return Followed(told, before.desde, None, "sin dato")
        now = Opportunity(told.clave, told.que, told.hacer, told.unidad, 0, state.total)
    return Followed(told, before.desde, now, _verdict(told, now, minimum))


@dataclass(frozen=True)
class _State:
    """Of what is no candidate now: whether its count is hidden, and of how many units it would be (0: of none)."""

    hidden: bool
    total: int | None


def _state(key: str, found: Evaluation) -> _State:
    kind, *rest = key.split("/", 3)
    if kind == "disponibilidad":
        return _State(hidden=False, total=found.servicio.hechos)
    if kind == "oportunidad":
        return _State(hidden=False, total=None if found.dias_de_atraso is not None else 0)
    whole, part = _places(kind, rest, found)
    if whole not in found.conteos:
        return _State(hidden=False, total=0)
    return _State(part in found.conteos and found.conteos[part] is None, found.conteos[whole])


def _places(kind: str, rest: list[str], found: Evaluation) -> tuple[Place, Place]:
    """Where the units stand that are counted, and where those of them that are concerned."""
    if kind == "plazo_legal":
        return Place("plazo", OLD, found.solicitudes), Place("plazo", WAITING, found.solicitudes)
    name, about, *reason = rest
    if kind == "revision":
        return Place("registros", RECEIVED, name), Place("causas", APART, name, about, *reason)
    indicator = next(indicator for fault, indicator, *_ in _FAULTS if fault == kind)
    return Place("celdas", CELLS, name, about), Place("celdas", indicator, name, about)


def _verdict(before: Opportunity, now: Opportunity, minimum: int) -> Verdict:
    if not _is_worth(now, minimum):
        return "resuelta"
    share = before.share
    expected = share * now.total if share is not None and now.total else float(before.parte)
    # more than a fifth, and more than chance: counts vary by about their root
    if abs(now.parte - expected) <= max(_CLEARLY * expected, 2 * sqrt(expected)):
        return "igual"
    return "mejor" if now.parte < expected else "peor"


def usable_share(found: Evaluation, conjunto: str = TOTAL, campo: str = TOTAL) -> float | None:
    """The share of cells that hold something usable; None if a count is hidden or nothing was delivered."""
    usable, cells = (found.cells(indicator, conjunto, campo) for indicator in ("celdas_utiles", CELLS))
    return usable / cells if usable is not None and cells else None
