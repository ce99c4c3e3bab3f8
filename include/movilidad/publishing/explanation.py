"""Why there is a revision and who approved it. A planned revision and an error are different things and say so."""

from dataclasses import dataclass

from movilidad.model.errors import UsageError
from movilidad.model.plain_text import plain_text

FIRST, REVISION, CORRECTION = "primera", "revision", "correccion"
KINDS = (REVISION, CORRECTION)
LATE_RECORDS = "Registros que llegaron tarde o que la fuente corrigió"
_LONGEST = 600


@dataclass(frozen=True)
class Explanation:
    """What a release says of its own reason; nothing for a first one.

    Attributes:
        tipo: ``primera``, ``revision`` (late records, a better method: planned) or ``correccion`` (our error).
        motivo: the reason, for readers.
        aprobada_por: the office or post that approved it; nobody approves a planned revision one by one.
    """

    tipo: str = FIRST
    motivo: str = ""
    aprobada_por: str = ""

    @property
    def is_correction(self) -> bool:
        return self.tipo == CORRECTION


PLANNED = Explanation(REVISION, LATE_RECORDS)


def told(text: str, what: str) -> str:
    """A reason or an office as it will stand in public: one line, without control and direction marks.

    A UsageError if nothing is left of it or if it is too long.
    """
    plain = " ".join(plain_text(text).split())  # a mark between two blanks leaves both
    if not plain:
        raise UsageError(f"falta {what}", remedy="escríbalo en una frase que los lectores entiendan")
    if len(plain) > _LONGEST:
        raise UsageError(f"{what} tiene más de {_LONGEST} letras", remedy="dígalo más breve")
    return plain


def explanation(kind: str, reason: str, approver: str) -> Explanation:
    """What was recorded, checked; a UsageError for a kind that does not exist."""
    if kind not in KINDS:
        raise UsageError(f"no existe el tipo «{kind}»", remedy=f"elija uno de: {', '.join(KINDS)}")
    return Explanation(kind, told(reason, "el motivo"), told(approver, "quién aprueba (cargo u oficina)"))
