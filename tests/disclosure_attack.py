"""An attacker of a protected CSV, who shares nothing with the program that wrote it.

One unknown for every combination of codes that the file names, at least 0; every shown cell is an equation.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog

Contents = Mapping[str, Mapping[str, set[str]]]  # dimension → code of a sum → the leaves in it


class Attacker:
    """What can be known of the hidden cells of ``published`` (dimensions, ``valor``, ``estado_conf``)."""

    def __init__(self, published: pd.DataFrame, contents: Contents | None = None) -> None:
        self.dims = [name for name in published.columns if name not in ("valor", "estado_conf")]
        contents = contents or {}
        leaves = [
            [code for code in published[name].unique() if code != "Total" and code not in contents.get(name, {})]
            for name in self.dims
        ]
        unknowns = [*product(*leaves)]
        self.rows = np.array(
            [
                [float(self._inside(cell, unknown, contents)) for unknown in unknowns]
                for cell in published[self.dims].itertuples(index=False)
            ]
        ).reshape(len(published), len(unknowns))
        self.shown = (published["estado_conf"] == "F").to_numpy()
        self.values = pd.to_numeric(published["valor"]).to_numpy(dtype=float)

    def _inside(self, cell: tuple[str, ...], unknown: tuple[str, ...], contents: Contents) -> bool:
        return all(
            code in ("Total", leaf) or leaf in contents.get(name, {}).get(code, set())
            for name, code, leaf in zip(self.dims, cell, unknown, strict=True)
        )

    def width(self, place: int, known: Mapping[int, float] | None = None) -> float:
        """The width of what a hidden cell can be, also for somebody who knows the value of other cells."""
        goal = self.rows[place]
        rows = np.vstack([self.rows[self.shown], *(self.rows[[cell]] for cell in known or {})])
        right = np.concatenate([self.values[self.shown], [*(known or {}).values()]])
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * goal, A_eq=rows, b_eq=right, bounds=(0, None), method="highs")
            assert answer.status in (0, 3), answer.message
            ends.append(np.inf if answer.status == 3 else sign * answer.fun)
        return abs(ends[1] - ends[0])

    def narrow(self, least: float) -> list[int]:
        """The hidden cells that are narrower than ``least``."""
        return [int(place) for place in np.flatnonzero(~self.shown) if self.width(int(place)) < least - 1e-6]

    def same(self, first: int, second: int) -> bool:
        """Whether all that can be in one cell is in both, so that the only person of one is that of the other."""
        possible = ~(self.rows[self.shown & (self.values == 0)] > 0).any(axis=0)
        one, other = self.rows[first][possible] > 0, self.rows[second][possible] > 0
        return bool((one <= other).all() or (other <= one).all())
