"""Invented looks at a platform, and invented months of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from movilidad.model.periods import Month
from movilidad.monitoring.checks import Check
from movilidad.monitoring.counts import Cause, Examined, counted
from movilidad.monitoring.deadline import Waiting
from movilidad.monitoring.evaluation import Evaluation, Service
from movilidad.sources.contracts import load_contract

OCTOBER = Month(2026, 10)
BEGIN = datetime(2026, 10, 1, 6, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
PROGRAMME = "programa_trabajo_temporal"

#: one letter a look: good, dead, formless, slow
_LOOKS: dict[str, dict[str, Any]] = {
    "b": {"responde": True, "correcta": True, "latencia_ms": 200},
    "c": {"responde": False, "correcta": False, "latencia_ms": None, "motivo": "No responde."},
    "f": {"responde": True, "correcta": False, "latencia_ms": None, "motivo": "Falta una columna."},
    "l": {"responde": True, "correcta": True, "latencia_ms": 4000},
    "_": {},  # nobody looked
}


def looks(letters: str, begin: datetime = BEGIN, fuente: str = PROGRAMME) -> list[Check]:
    """A look every quarter of an hour."""
    return [
        Check(fuente, begin + place * QUARTER, **_LOOKS[letter])
        for place, letter in enumerate(letters)
        if _LOOKS[letter]
    ]


def moment(place: int) -> datetime:
    return BEGIN + place * QUARTER


def a_month(month: Month = OCTOBER, plazo: Waiting | None = None, **more: Any) -> Evaluation:
    """A good month of the programme: 200 departures, nothing wrong.

    ``campos``, ``filas``, ``apartadas`` and ``causas`` are those of ``Examined``; others those of ``Evaluation``.
    """
    examined: dict[str, Any] = {
        "campos": {("colocaciones", "tipo_visa"): (0, 0)},
        "filas": {"colocaciones": 200},
        "apartadas": {"colocaciones": 0},
        "causas": (),
    }
    given = {name: more.pop(name, plain) for name, plain in examined.items()}
    plain: dict[str, Any] = {
        "contrato": load_contract(PROGRAMME),
        "mes": month,
        "servicio": Service(2976, 2976, 2976, 2976, 200.0, 300.0),
        "conteos": counted(Examined(**given), plazo),
    }
    return Evaluation(**{**plain, **more})


def cause(records: int, field: str = "salario") -> Cause:
    return Cause("colocaciones", field, "El salario no es creíble.", records)
