"""One thing that somebody has to know of a period: what, how much, what to do. Never a value of a record."""

from dataclasses import dataclass
from datetime import datetime

CORE, TABLES, EVALUATION = "nucleo", "cuadros", "evaluacion"


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        asunto: what it is about, the same from month to month: ``volumen/colocaciones``.
        gravedad: ``critical`` stops, ``warning`` asks for a sign-off, ``info`` is only recorded.
        que: what is odd, a Spanish sentence; ``cuanto`` by how much; ``que_hacer`` what to do first.
        antes_despues: a small table for the one who decides: what, figure.
        claves: record keys of some records concerned.
    """

    asunto: str
    gravedad: str
    que: str
    cuanto: str
    que_hacer: str
    antes_despues: tuple[tuple[str, str], ...] = ()
    claves: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenFinding:
    """A finding of a source and a month that nobody has put right or accepted.

    Attributes:
        fuente: the source, or ``nucleo``, ``cuadros`` or ``evaluacion``.
        desde: the first of the months without a gap in which it was found; ``encontrado`` when, for this one.
    """

    fuente: str
    periodo: str
    hallazgo: Finding
    desde: str
    encontrado: datetime
