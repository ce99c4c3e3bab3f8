"""What pydantic finds wrong in a contract, in Spanish for the person who wrote it."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SHOWN = 5

_MESSAGES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "falta esta clave",
    "extra_forbidden": lambda _: "no existe esta clave",
    "literal_error": lambda context: f"se espera {str(context['expected']).replace(' or ', ' o ')}",
    "string_type": lambda _: "se espera un texto (¿faltan comillas?)",
    "int_parsing": lambda _: "se espera un número entero",
    "int_type": lambda _: "se espera un número entero",
    "float_parsing": lambda _: "se espera un número",
    "float_type": lambda _: "se espera un número",
    "bool_parsing": lambda _: "se espera true o false",
    "bool_type": lambda _: "se espera true o false",
    "dict_type": lambda _: "se espera un grupo de claves",
    "model_type": lambda _: "se espera un grupo de claves",
    "model_attributes_type": lambda _: "se espera un grupo de claves",
    "tuple_type": lambda _: "se espera una lista entre corchetes",
    "too_short": lambda _: "no puede estar vacío",
    "greater_than_equal": lambda context: f"se espera {context['ge']} o más",
    "less_than_equal": lambda context: f"se espera {context['le']} o menos",
    "greater_than": lambda context: f"se espera más de {context['gt']:g}",
    "time_parsing": lambda _: 'se espera una hora entre comillas, por ejemplo "20:00"',
    "string_pattern_mismatch": lambda _: "use minúsculas sin tildes, cifras y guiones bajos",
    "value_error": lambda context: str(context["error"]),
}


def explain(error: ValidationError) -> str:
    """One sentence part per fault: place in the file and what is expected there."""
    faults = error.errors(include_url=False, include_input=False)
    told = [_fault(fault) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        told.append(f"y {len(faults) - _SHOWN} faltas más")
    return "; ".join(told)


def _fault(fault: ErrorDetails) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    told = _MESSAGES.get(fault["type"])
    message = told(fault.get("ctx", {})) if told else fault["msg"]
    return f"en «{place}», {message}" if place else message
