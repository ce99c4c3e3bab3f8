"""One thing that was looked at, and how it is."""

from dataclasses import dataclass
from typing import Literal

#: fine; works, but somebody should look; does not work
State = Literal["bien", "atencion", "mal"]


@dataclass(frozen=True)
class Check:
    """How one thing is.

    Attributes:
        nombre: for programs.
        frase: for everybody: it names no process, target, place or person.
        detalles: sentences for who is logged in.
    """

    nombre: str
    titulo: str
    estado: State
    frase: str
    detalles: tuple[str, ...] = ()
