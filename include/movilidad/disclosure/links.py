"""Dimensions of which everybody knows that one is inside the other: each visa belongs to one country."""

from collections.abc import Mapping
from dataclasses import dataclass

LINKED = "cuadro_vinculado"


@dataclass(frozen=True)
class Link:
    """Each code of the dimension ``inner`` that is in ``parents`` belongs to one code of ``outer``."""

    inner: str
    outer: str
    parents: Mapping[str, str]
