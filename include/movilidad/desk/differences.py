"""What a release shows differently from what readers knew: headlines, and every figure that a revision changes."""

import csv
from dataclasses import dataclass
from pathlib import Path

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.headlines import Headlines, headlines

_SHOWN = 40


@dataclass(frozen=True)
class Changed:
    """One figure that a revision changes, as ``cambios.csv`` tells it; ``c`` where it is hidden."""

    cuadro: str
    celda: str
    indicador: str
    antes: str
    ahora: str


@dataclass(frozen=True)
class Differences:
    """Headlines beside those known before, the first changed figures, and how many there are."""

    titulares: Headlines
    cambios: tuple[Changed, ...]
    total: int


def differences(candidate: Candidate, folder: Path) -> Differences:
    """The differences of the release whose files are in ``folder``."""
    rows = _rows(folder / "datos" / "cambios.csv")
    return Differences(headlines(candidate, folder), tuple(_changed(row) for row in rows[:_SHOWN]), len(rows))


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    except OSError:  # a first release has none
        return []


def _changed(row: dict[str, str]) -> Changed:
    return Changed(
        row["cuadro"],
        row["celda"],
        row["indicador"],
        _shown(row["antes"], row["estado_conf_antes"]),
        _shown(row["ahora"], row["estado_conf_ahora"]),
    )


def _shown(value: str, state: str) -> str:
    return value or ("c" if state == "C" else "–")
