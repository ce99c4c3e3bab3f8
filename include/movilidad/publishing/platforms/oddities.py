"""What is odd in an evaluation, so that somebody decides before readers see it: ``include/evaluacion.yml``."""

from collections.abc import Iterator
from functools import lru_cache

from pydantic import Field

from movilidad.model import paths
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as
from movilidad.monitoring.evaluation import Evaluation
from movilidad.publishing.platforms.earlier import Published
from movilidad.publishing.platforms.tables import Evaluations
from movilidad.quality.findings import Finding
from movilidad.reports.numbers import number

#: the first parts of the subjects of what is found here
KINDS = ("mediciones", "disponibilidad", "entrega", "ausente")

_LOOK = "Mire «movilidad monitoring incidents» y hable con quien administra la plataforma; después decida."
_wrong = wrong_as("las tolerancias de la evaluación no valen", "corríjalas como dice docs/publicacion.md")


class Tolerances(Strict):
    """All of ``evaluacion.yml``; shares of one."""

    mediciones_minimas: float = Field(ge=0, le=1)
    disponibilidad_minima: float = Field(ge=0, le=1)
    baja_maxima: float = Field(ge=0, le=1)


@lru_cache
def tolerances() -> Tolerances:
    """Read the file; a UsageError that says where it is wrong."""
    return read(Tolerances, paths.EVALUATION, _wrong)


def oddities(tables: Evaluations, before: Published | None) -> Iterator[Finding]:
    """What is out of tolerance, platform by platform; ``before`` is the last evaluation that was published."""
    allowed = tolerances()
    for found in tables.plataformas:
        yield from _of_service(found, allowed, before.disponibilidad.get(found.fuente) if before else None)
        if found.entrega.vence and not found.entrega.llegada and not found.conjuntos:
            yield _finding("entrega", found, "no ha entregado los registros del mes", "ningún registro")
    present = {found.fuente for found in tables.plataformas}
    for fuente in sorted(set(before.disponibilidad) - present) if before else ():
        yield Finding(
            asunto=f"ausente/{fuente}",
            gravedad="warning",
            que=f"{fuente}: estaba en la última evaluación y en esta no: ni se midió ni entregó.",
            cuanto="ninguna medición",
            que_hacer="Compruebe que «monitoreo_plataformas» la mide; si dejó de existir, publique con una nota.",
        )


def _of_service(found: Evaluation, allowed: Tolerances, before: float | None) -> Iterator[Finding]:
    service = found.servicio
    made = service.hechos / service.previstos if service.previstos else 0.0
    if made < allowed.mediciones_minimas:
        yield _finding(
            "mediciones",
            found,
            "se midió menos de lo previsto",
            f"{_percent(made)} de las mediciones; el mínimo es {_percent(allowed.mediciones_minimas)}",
        )
    if not service.hechos:
        return
    answered = service.responden / service.hechos
    fell = before is not None and before / 100 - answered > allowed.baja_maxima
    if answered < allowed.disponibilidad_minima or fell:
        told = () if before is None else (("última evaluación", _percent(before / 100)),)
        yield _finding(
            "disponibilidad",
            found,
            "respondió menos de lo tolerado",
            f"{_percent(answered)} de las mediciones; el mínimo es {_percent(allowed.disponibilidad_minima)} y lo"
            f" que puede bajar, {_percent(allowed.baja_maxima)}",
            (*told, ("ahora", _percent(answered))),
        )


def _finding(
    kind: str, found: Evaluation, what: str, how_much: str, beside: tuple[tuple[str, str], ...] = ()
) -> Finding:
    return Finding(
        asunto=f"{kind}/{found.fuente}",
        gravedad="warning",
        que=f"{found.contrato.titulo}: {what}.",
        cuanto=how_much,
        que_hacer=_LOOK,
        antes_despues=beside,
    )


def _percent(share: float) -> str:
    return f"{number(100 * share, 1)} %"
