"""The language in which a report is being written: Spanish unless it is said otherwise.

One model serves every edition. Who builds or fills a report says once in which language (``written_in``); dates,
labels and sentences follow. So the language is a parameter of the rendering and no function has a twin.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from movilidad.model.errors import UsageError


@dataclass(frozen=True)
class Language:
    """A language of the report.

    Attributes:
        codigo: ``es``.
        etiqueta: what pages and documents declare, ``es-GT``.
        fechas: Babel's locale of dates. Numbers and quetzales are written as in Guatemala in every language.
        sufijo: what the names of the edition's files carry: ``informe.en.pdf``.
        nombre: its own name, for links between editions.
    """

    codigo: str
    etiqueta: str
    fechas: str
    sufijo: str
    nombre: str


SPANISH = Language("es", "es-GT", "es_GT", "", "Español")
ENGLISH = Language("en", "en-GB", "en_GB", ".en", "English")
LANGUAGES = {each.codigo: each for each in (SPANISH, ENGLISH)}

_current: ContextVar[Language] = ContextVar("idioma", default=SPANISH)


def current() -> Language:
    """The language being written."""
    return _current.get()


def language(code: str) -> Language:
    """The language of a code; a UsageError if reports are not written in it."""
    if code not in LANGUAGES:
        raise UsageError(f"no hay informes en «{code}»", remedy=f"elija uno de: {', '.join(LANGUAGES)}")
    return LANGUAGES[code]


@contextmanager
def written_in(code: str) -> Iterator[Language]:
    """Everything within is written in this language."""
    token = _current.set(language(code))
    try:
        yield _current.get()
    finally:
        _current.reset(token)
