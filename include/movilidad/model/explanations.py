"""What is wrong in a YAML file, in Spanish for the person who wrote it; values are not repeated."""

from collections.abc import Callable
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from movilidad.model import strict_yaml

_SHOWN = 5

_DATE = "se espera una fecha, por ejemplo 2027-01-20"
_TIME = 'se espera una hora entre comillas, por ejemplo "20:00"'
_GROUP = "se espera un grupo de claves"

_MESSAGES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "falta esta clave",
    "extra_forbidden": lambda _: "no existe esta clave",
    "literal_error": lambda context: f"se espera {str(context['expected']).replace(' or ', ' o ')}",
    "string_type": lambda _: "se espera un texto (¿faltan comillas?)",
    "string_too_short": lambda context: _at_least(context["min_length"], "signos"),
    "string_pattern_mismatch": lambda context: _form(context["pattern"]),
    "int_parsing": lambda _: "se espera un número entero",
    "int_type": lambda _: "se espera un número entero",
    "int_from_float": lambda _: "se espera un número entero",
    "float_parsing": lambda _: "se espera un número",
    "float_type": lambda _: "se espera un número",
    "bool_parsing": lambda _: "se espera true o false",
    "bool_type": lambda _: "se espera true o false",
    "dict_type": lambda _: _GROUP,
    "model_type": lambda _: _GROUP,
    "model_attributes_type": lambda _: _GROUP,
    "tuple_type": lambda _: "se espera una lista entre corchetes",
    "list_type": lambda _: "se espera una lista entre corchetes",
    "too_short": lambda context: _at_least(context["min_length"], "elementos"),
    "too_long": lambda context: f"se esperan {context['max_length']} elementos como máximo",
    "greater_than_equal": lambda context: f"se espera {context['ge']:g} o más",
    "less_than_equal": lambda context: f"se espera {context['le']:g} o menos",
    "greater_than": lambda context: f"se espera más de {context['gt']:g}",
    "date_type": lambda _: _DATE,
    "date_parsing": lambda _: _DATE,
    "date_from_datetime_parsing": lambda _: _DATE,
    "date_from_datetime_inexact": lambda _: _DATE,
    "time_type": lambda _: _TIME,
    "time_parsing": lambda _: _TIME,
    "value_error": lambda context: str(context["error"]),
}

# how the texts of YAML's parser begin
_IN_THE_WRITING = {
    "mapping values": "la sangría no es la de las líneas de arriba, o un texto con «:» va sin comillas",
    "did not find expected key": "la sangría no es la de las líneas de arriba, o sobra un signo",
    "did not find expected '-'": "falta el guion con que comienza cada elemento de la lista",
    "block sequence entries": "el guion de una lista comienza una línea",
    "could not find expected ':'": "falta «:» después de la clave",
    "did not find expected ','": "falta una coma, o el corchete o la llave que cierra",
    "did not find expected node content": "falta un valor, o el corchete o la llave que cierra",
    "found unexpected end of stream": "faltan las comillas que cierran este texto",
    "found character": "un valor no comienza así: use espacios y no tabuladores, y comillas si es un texto",
    "found undefined alias": "un texto que comienza con «*» va entre comillas",
    "could not determine": "un texto que comienza con «!» va entre comillas",
}
_SOMEWHERE = "revise sangría, dos puntos y comillas ahí y en la línea anterior"


def of_writing(error: yaml.YAMLError) -> str:
    """Why a text is no YAML that we read, and in which line."""
    problem = str(getattr(error, "problem", ""))
    known = next((told for begin, told in _IN_THE_WRITING.items() if problem.startswith(begin)), _SOMEWHERE)
    is_open = problem == "found unexpected end of stream"  # noticed at the end of the file, mended where it began
    mark = getattr(error, "context_mark" if is_open else "problem_mark", None)
    line = f" en la línea {mark.line + 1}" if mark else ""
    return f"no es YAML válido{line}: {problem if isinstance(error, strict_yaml.Fault) else known}"


def of_content(error: ValidationError, written: str) -> str:
    """One sentence part per fault: key, what is expected there, and the line in what was written."""
    faults = error.errors(include_url=False, include_input=False)
    told = [_fault(fault, written) for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        told.append(f"y {len(faults) - _SHOWN} faltas más")
    return "; ".join(told)


def expected(fault: ErrorDetails) -> str:
    """What is expected where a fault is."""
    told = _MESSAGES.get(fault["type"])
    return told(fault.get("ctx", {})) if told else "no se espera este valor"


def in_line(written: str, place: tuple[str | int, ...]) -> str:
    """In which line of what was written a place is, to be put after a sentence; empty if there is none."""
    line = strict_yaml.line_of(written, place)
    return f" (línea {line})" if line else ""


def _fault(fault: ErrorDetails, written: str) -> str:
    place = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    # a key that is missing is missing in its group, the whole file has no line
    where = fault["loc"][:-1] if fault["type"] == "missing" else fault["loc"]
    line = in_line(written, where) if where else ""
    return f"en «{place}», {expected(fault)}{line}" if place else expected(fault)


def _at_least(number: int, what: str) -> str:
    return "no puede estar vacío" if number == 1 else f"se esperan al menos {number} {what}"


def _form(pattern: str) -> str:
    if "@" in pattern:
        return "se espera una dirección de correo"
    return f"use {'letras' if 'A-Z' in pattern else 'minúsculas'} sin tildes, cifras y guiones bajos"
