"""The headline figures of a release beside those that readers knew before it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from movilidad.publishing.candidate import Candidate
from movilidad.publishing.places import public_folder


@dataclass(frozen=True)
class Headlines:
    """Headline figures as the files show them.

    Attributes:
        conocida: the release that readers knew: the revision before, or the newest of the period before; empty if
            there is none.
        filas: name, figure in ``conocida``, figure in this release.
    """

    conocida: str
    filas: tuple[tuple[str, str, str], ...]


def headlines(candidate: Candidate, folder: Path) -> Headlines:
    """The headlines of the release of a candidate, whose files are in ``folder``; none where they are gone."""
    known = candidate.anterior or next(iter(reversed(candidate.comparables)), None)
    before = _summary_of(public_folder(known)) if known else {}
    rows = tuple((name, before.get(name, "—"), figure) for name, figure in _summary_of(folder).items())
    return Headlines(known or "", rows)


def _summary_of(folder: Path) -> dict[str, str]:
    """Headline → figure, as the CSV shows it."""
    try:
        text = (folder / "datos" / "resumen.csv").read_text(encoding="utf-8")
    except OSError:  # withdrawn, or put away
        return {}
    return {
        row["indicador_nombre"]: f"{float(row['valor']):,.10g}" if row["valor"] else "c (protegida)"
        for row in csv.DictReader(text.splitlines())
    }
