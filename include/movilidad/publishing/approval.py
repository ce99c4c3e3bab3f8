"""What a release says of the decision to publish it. Part of a candidate, since a note is printed."""

from dataclasses import asdict, dataclass
from typing import Any, Self

PENDING, AUTOMATIC = "pendiente", "automatica"
PUBLISH, WITH_NOTE, HOLD, REJECT = "publicar", "publicar_con_nota", "retener", "rechazar"
PUBLISHES = (AUTOMATIC, PUBLISH, WITH_NOTE)

# as they are offered, and what each is
OPTIONS = {"Publicar": PUBLISH, "Publicar con nota": WITH_NOTE, "Retener": HOLD, "Rechazar": REJECT}


@dataclass(frozen=True)
class Signature:
    """The office that decided, and the instant in ISO form."""

    quien: str
    momento: str


@dataclass(frozen=True)
class Approval:
    """How it was decided that a release may come out; by itself, if nothing was odd.

    Attributes:
        decision: ``automatica``, ``publicar`` or ``publicar_con_nota``.
        nota: what is printed on the release, for readers.
        firmas: who decided, first to last; nobody, if it was decided automatically.
    """

    decision: str = AUTOMATIC
    nota: str = ""
    firmas: tuple[Signature, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as the manifest holds them."""
        return {**asdict(self), "firmas": [asdict(each) for each in self.firmas]}

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Self:
        """Read what ``as_dict`` gave."""
        signed = tuple(Signature(**each) for each in content["firmas"])
        return cls(content["decision"], content["nota"], signed)
