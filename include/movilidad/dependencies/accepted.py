"""Findings that were accepted, each with its reason and its end: ``include/dependencias/aceptadas.yml``."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from pydantic import Field

from movilidad.model import paths
from movilidad.model.strict import Strict
from movilidad.model.written import read, wrong_as

FILE = paths.INCLUDE / "dependencias" / "aceptadas.yml"
_NOTICE = timedelta(days=60)
_wrong = wrong_as("la lista de hallazgos aceptados no vale", "corríjala como dice docs/seguridad.md")


class Acceptance(Strict):
    """What is accepted (package names or advisory ids), why, and the last day on which it is."""

    cuales: tuple[str, ...] = Field(min_length=1)
    motivo: str = Field(min_length=20)
    hasta: date


class Accepted(Strict):
    """All of the file."""

    vulnerabilidades: tuple[Acceptance, ...] = ()
    antiguas: tuple[Acceptance, ...] = ()


def accepted(file: Path = FILE) -> Accepted:
    """Read the file; a UsageError that says where it is wrong."""
    return read(Accepted, file, _wrong, may_be_empty=True)


def weigh(
    found: Mapping[str, tuple[Iterable[str], str]], acceptances: Iterable[Acceptance], today: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part what was found into findings and notes.

    Args:
        found: by name, the other names by which it may be accepted and the sentence that says what it is.
        acceptances: those of this kind.

    Returns:
        what is not accepted or no longer; what will end soon or accepts what is not there any more.
    """
    ends = {name: each.hasta for each in acceptances for name in each.cuales}
    findings, notes, used = [], [], set()
    for name, (others, sentence) in sorted(found.items()):
        known = [each for each in (name, *others) if each in ends]
        used.update(known)
        end = max((ends[each] for each in known), default=None)
        if end is None:
            findings.append(sentence)
        elif end < today:
            findings.append(f"{sentence}; se aceptó hasta el {end}")
        elif end - today <= _NOTICE:
            notes.append(f"{sentence}; se acepta solo hasta el {end}")
    notes += [f"{name}: la excepción ya no hace falta" for name in sorted(ends.keys() - used)]
    return tuple(findings), tuple(notes)
