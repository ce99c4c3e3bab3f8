"""The main points: up to six sentences, each with a figure that may be shown, none that says more than it."""

from collections.abc import Iterator

from movilidad.model.periods import Period
from movilidad.reports import numbers
from movilidad.reports.accountability.budget import spent
from movilidad.reports.accountability.complaints import received_and_closed
from movilidad.reports.accountability.milestones import done_and_all
from movilidad.reports.accountability.results import year_heading
from movilidad.reports.accountability.training import certified
from movilidad.reports.text import listed, sentence
from movilidad.statistics.four_month_context import FourMonthContext
from movilidad.statistics.four_months import FourMonths

_MOST = 6


def main_points(found: FourMonths, context: FourMonthContext) -> tuple[str, ...]:
    """The sentences, most important first."""
    return tuple(sentence(point) for point in _candidates(found, context) if point)[:_MOST]


def _candidates(found: FourMonths, context: FourMonthContext) -> Iterator[str | None]:
    known = {
        row["indicador"]: float(row["valor"]) for row in found.resumen.dropna(subset=["valor"]).to_dict("records")
    }
    yield _placed(known, found.period)
    yield year_heading(context, found.period)
    yield _involved(known)
    yield _actions(found)
    yield _complaints(found)
    yield spent(found.cuentas.presupuesto)
    yield _training(found)


def _placed(known: dict[str, float], period: Period) -> str:
    persons, trips = known.get("colocados"), known.get("salidas")
    if persons is None:
        return (
            f"De {period.label} viajaron tan pocas personas que su número no puede mostrarse sin revelar a alguna"
        )
    if not persons:
        return f"De {period.label} no salió del país ninguna persona colocada por el Programa de Trabajo Temporal"
    told = f" ({numbers.number(trips)} salidas)" if trips else ""
    who = (
        "salió del país 1 persona colocada"
        if persons == 1
        else f"salieron del país {numbers.number(persons)} personas colocadas"
    )
    return f"De {period.label} {who} por el Programa de Trabajo Temporal{told}"


def _involved(known: dict[str, float]) -> str | None:
    told = []
    if applicants := known.get("aplicantes"):
        people = "persona presentó" if applicants == 1 else "personas presentaron"
        told.append(f"{numbers.number(applicants)} {people} solicitud")
    if employers := known.get("empleadores"):
        had = "empleador tuvo" if employers == 1 else "empleadores tuvieron"
        told.append(f"{numbers.number(employers)} {had} alguna salida")
    return listed(told) if told else None


def _actions(found: FourMonths) -> str | None:
    done, whole = done_and_all(found.cuentas)
    if not whole:
        return None
    verb = "Se completó" if done == 1 else "Se completaron"
    return f"{verb} {numbers.number(done)} de las {numbers.number(whole)} acciones del compromiso"


def _complaints(found: FourMonths) -> str | None:
    received, closed = received_and_closed(found.cuentas)
    if received is None or closed is None:
        return None
    came = "Se recibió 1 denuncia" if received == 1 else f"Se recibieron {numbers.number(received)} denuncias"
    went = (
        "se resolvió o desestimó 1" if closed == 1 else f"se resolvieron o desestimaron {numbers.number(closed)}"
    )
    return f"{came} y {went}, sin importar cuándo se recibieron"


def _training(found: FourMonths) -> str | None:
    enrolled, passed = certified(found.cuentas)
    if not enrolled or passed is None:
        return None
    told = f"{numbers.number(passed)} de {numbers.number(enrolled)}"
    return f"{told} inscripciones en cursos {'obtuvo' if passed == 1 else 'obtuvieron'} la certificación"
