"""The series of releases, and what tells one from another wherever it is not the figures themselves."""

from dataclasses import dataclass

from movilidad.model.errors import UsageError
from movilidad.model.periods import Kind, Month, Period

_EXAMPLES = {"mes": "un mes, por ejemplo 2026-10", "cuatrimestre": "un cuatrimestre, por ejemplo 2026-C2"}


@dataclass(frozen=True)
class Series:
    """One series.

    Attributes:
        nombre: the first part of its releases' ids; ``informe_<nombre>`` is its DAG.
        kind: the kind of period that each release tells of.
        titulo, descripcion: of its releases and data sets.
        familia: releases of one family share figures, so each is protected in sight of all others.
        sdmx: what its data flow is called after ``DF_`` and its structure after ``DSD_``.
        en_ingles: whether its reports are there in English too.
        por_fuente: whether a release has, beside the report of all, one of each of its sources, in a folder.
    """

    nombre: str
    kind: Kind
    titulo: str
    descripcion: str
    familia: str
    sdmx: str
    en_ingles: bool = False
    por_fuente: bool = False

    def around(self, month: Month) -> Period:
        """The period of this series that a month is part of."""
        if self.kind == "mes":
            return Period.of_month(month)
        return Period.four_months(month.year, (month.month + 3) // 4)

    def period_of(self, span: Period) -> Period | None:
        """The period that a run's or an incident's span stands for: itself, or that around a month; else None."""
        if span.kind == self.kind:
            return span
        return self.around(span.last) if span.kind == "mes" else None


#: the family of series that count people
PEOPLE = "personas"
_DEPARTURES = "Personas que salen de Guatemala a un trabajo temporal en el exterior."

SERIES = {
    each.nombre: each
    for each in (
        Series(
            nombre="mensual",
            kind="mes",
            titulo="Estadística mensual de movilidad laboral",
            descripcion=_DEPARTURES,
            familia=PEOPLE,
            sdmx="MOVILIDAD",
            en_ingles=True,
        ),
        Series(
            nombre="cuatrimestral",
            kind="cuatrimestre",
            titulo="Rendición de cuentas cuatrimestral de movilidad laboral",
            descripcion=_DEPARTURES,
            familia=PEOPLE,
            sdmx="MOVILIDAD_CUATRIMESTRAL",
        ),
        Series(
            nombre="plataformas",
            kind="mes",
            titulo="Evaluación de las plataformas de movilidad laboral",
            descripcion=(
                "Cómo respondieron las plataformas de movilidad laboral, qué entregaron y qué conviene mejorar. No"
                " cuenta personas."
            ),
            familia="plataformas",
            sdmx="MOVILIDAD_PLATAFORMAS",
            por_fuente=True,
        ),
    )
}


def require_series(name: str, period: Period) -> Series:
    """The series; a UsageError if there is none of this name (it names those that exist), or of this period."""
    if name not in SERIES:
        raise UsageError(f"no existe la serie «{name}»", remedy=f"elija una de: {', '.join(SERIES)}")
    found = SERIES[name]
    if found.kind != period.kind:
        raise UsageError(
            f"«{period}» no es un periodo de la serie {name}", remedy=f"elija {_EXAMPLES[found.kind]}"
        )
    return found
