"""What everybody knows of codes of two dimensions: the visa H-2A is of the United States, whoever holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from movilidad.disclosure.scales import Codes, Scale
from movilidad.statistics.specs import agreeing

Contained = Mapping[
    tuple[str, str], Mapping[str, str]
]  # (inner, outer) dimension → code → the outer code it is in


@dataclass(frozen=True)
class Containment:
    """``parents``: per (inner, outer) dimension and inner code, by number, the outer code; -1 if none is known."""

    parents: dict[tuple[str, str], Codes]

    @classmethod
    def of(cls, known: Contained, detail: pd.DataFrame, scales: Mapping[str, Scale]) -> "Containment":
        """As far as the data do not contradict it: what a record shows otherwise, nobody takes for certain."""
        found = {}
        for (inner, outer), parents in known.items():
            if inner in scales and outer in scales:
                sure = agreeing(parents, zip(detail[inner], detail[outer], strict=True))
                places = {code: place for place, code in enumerate(scales[outer].codes)}
                found[inner, outer] = np.array(
                    [places.get(sure.get(code, ""), -1) for code in scales[inner].codes], dtype=np.int64
                )
        return cls(found)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return list(self.parents)

    def possible(self, names: Sequence[str], columns: Sequence[Codes], count: int) -> npt.NDArray[np.bool_]:
        """Which of ``count`` combinations of codes can occur."""
        fine = np.ones(count, dtype=bool)
        for (inner, outer), parents in self.parents.items():
            if inner in names and outer in names:
                parent = parents[columns[names.index(inner)]]
                fine &= (parent < 0) | (parent == columns[names.index(outer)])
        return fine
