"""The job bank as its service answers: registrations of a month as people typed them, faults included.

The codes of career, experience and languages are those of the project's own lists; the bank's official lists are
not known. A person who is also on the programme's platform is written there and here with the same CUI.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from movilidad.demo import dirt, places, population, records, registrations
from movilidad.demo.dirt import Log
from movilidad.demo.field_faults import careless
from movilidad.demo.randomness import Array, Floats, Ints, Texts, chance
from movilidad.demo.records import NUMBER, Rows
from movilidad.demo.registrations import Registrations
from movilidad.model.periods import Month

TABLE = "inscripciones"
_EXTRAS = {
    "duplicado_exacto": 0.008,
    "casi_duplicado": 0.01,
    "cui_digito_incorrecto": 0.008,
    "sin_persona": 0.004,
    "fecha_imposible": 0.003,
}
_INTERESTED = 0.45  # of those who never apply; whoever applies had said yes
_PERSONAL = (
    "cui", "nombres", "apellidos", "telefono", "correo", "direccion", "sexo", "pueblo", "comunidad_linguistica",
    "departamento", "municipio",
)  # fmt: skip
# groups of CIUO-08 that people name, with rough weights
_OCCUPATIONS = {
    "9211": 22, "9214": 7, "9212": 4, "9321": 6, "9329": 5, "9313": 9, "9112": 8, "9412": 5, "9334": 2,
    "7112": 6, "7411": 2, "7231": 2, "8322": 5, "5132": 1, "5131": 3, "5223": 5, "5322": 3, "4321": 4, "2221": 1,
}  # fmt: skip
# from a level of education up, the careers that it opens (codes of the list)
_CAREERS = ((1, (1, 1, 1, 12)), (6, (1, 1, 12, 2)), (7, tuple(range(2, 13))), (8, (13, 14, 15, 16, 17)))
_EXPERIENCE_STEPS = np.array([0.5, 1, 3, 6, 11])  # years at which the next code of the list begins


@dataclass(frozen=True)
class _Entry:
    """Rows of the service: ``position`` in the month's registrations, and the kind and number of extra ones."""

    position: Ints
    kind: Texts
    number: Ints


def page(file: Path, month: Month, first: int, size: int) -> tuple[int, list[dict[str, Any]]]:
    """How many entries a month has in all, and ``size`` of them from ``first`` (0 is the first)."""
    if month not in registrations.months(file):
        return 0, []
    columns = columns_of(file, month, slice(first, first + size))
    entries = [dict(zip(columns, each, strict=True)) for each in zip(*columns.values(), strict=True)]
    return count(file, month), entries


def count(file: Path, month: Month) -> int:
    """How many entries a month has."""
    return len(_entries(file, file.stat().st_mtime_ns, month)[1].position)


def columns_of(file: Path, month: Month, which: slice) -> Rows:
    """Some of a month's entries, by column."""
    found, entry = _entries(file, file.stat().st_mtime_ns, month)
    rows = _written(found, _Entry(entry.position[which], entry.kind[which], entry.number[which]))
    return {name: column for name, column in rows.items() if name != NUMBER}


def true_rows(file: Path, month: Month) -> tuple[Registrations, Rows, Rows]:
    """Good registrations of a month, their answers without any fault, and the faults that were written (a log)."""
    found = registrations.of_month(file, month)
    rows, log = _good(found), Log()
    spoilt = records.take(rows, np.arange(len(found)))
    dirt.spoil(TABLE, spoilt, found.seed, log)
    return found, rows, log.rows()


@lru_cache(maxsize=2)
def _entries(file: Path, written: int, month: Month) -> tuple[Registrations, _Entry]:
    """The registrations of a month and its entries, extra ones last; ``written`` is the file's time."""
    found = registrations.of_month(file, month)
    picks = dirt.chosen(found.seed, f"{TABLE}.{month}", found.number, _EXTRAS)
    position, kind = [np.arange(len(found))], [np.full(len(found), "", dtype=object)]
    for name, which in picks.items():
        position.append(np.sort(which))
        kind.append(np.full(len(which), name, dtype=object))
    extra = sum(len(which) for which in picks.values())
    number = np.concatenate([found.number, dirt.extra_numbers(_place(month), 0, extra)])
    entry = _Entry(np.concatenate(position), np.concatenate(kind), number)
    return found, entry


def _place(month: Month) -> int:
    """The month's number, for the numbers of extra records."""
    return (month.year - 2019) * 12 + month.month - 1


def _written(found: Registrations, entry: _Entry) -> Rows:
    """Rows as the bank has them."""
    of = found.take(entry.position)
    rows = _good(of)
    dirt.spoil(TABLE, rows, found.seed, Log())
    renumbered = np.flatnonzero((entry.kind != "") & (entry.kind != "duplicado_exacto"))
    rows["id"][renumbered] = records.key("I", entry.number[renumbered])
    for kind in _EXTRAS:
        which = np.flatnonzero(entry.kind == kind)
        if len(which):
            _spoil_extra(rows, kind, which, of)
    return rows


def _spoil_extra(rows: Rows, kind: str, which: Ints, of: Registrations) -> None:
    """What makes a second entry wrong."""
    if kind == "casi_duplicado":
        for column in ("nombres", "apellidos", "departamento"):
            careless(rows, column, which, np.zeros(len(which)))
    elif kind == "cui_digito_incorrecto":
        people = of.people.take(which)
        rows["cui"][which] = population.cui(people.number, people.registered, wrong=4)
    elif kind == "sin_persona":
        rows["cui"][which] = None
    elif kind == "fecha_imposible":
        born = of.people.birth[which].astype("datetime64[M]") + 1_320  # a hundred and ten years later
        rows["fecha_nacimiento"][which] = records.day_first(born.astype("datetime64[D]"))


# ---- what a person answers --------------------------------------------------------------------------------------


def _good(found: Registrations) -> Rows:
    """Rows without any fault."""
    person = records.applicants(found.seed, found.people)
    return {
        NUMBER: found.number,
        "id": records.key("I", found.number),
        **{name: person[name] for name in _PERSONAL},
        "fecha_nacimiento": records.day_first(found.people.birth),
        "fecha_registro": records.instants(found.moment),
        "interes_ptt": np.where(_interested(found), "Sí", "No").astype(object),
        "id_carrera": records.codes(_career(found)),
        "id_ocupacion": _occupation(found),
        "id_experiencia": records.codes(_experience(found)),
        "id_idiomas": records.codes(_languages(found)),
    }


def _luck(found: Registrations, purpose: str) -> Floats:
    return chance(found.seed, f"{TABLE}.{purpose}", found.number)


def _interested(found: Registrations) -> Array:
    applies = found.people.number < registrations.STRANGERS
    interested: Array = applies | (_luck(found, "interes") < _INTERESTED)
    return interested


def _career(found: Registrations) -> Ints:
    """A career that the person's education allows."""
    luck, career = _luck(found, "carrera"), np.ones(len(found), dtype=np.int64)
    for level, choices in _CAREERS:
        able = found.people.education >= level
        career = np.where(able, np.array(choices)[(luck * len(choices)).astype(np.int64)], career)
    return career


def _occupation(found: Registrations) -> Texts:
    bounds = np.cumsum(list(_OCCUPATIONS.values())) / sum(_OCCUPATIONS.values())
    at = np.searchsorted(bounds, _luck(found, "ocupacion"), side="right").clip(0, len(bounds) - 1)
    named: Texts = np.array(list(_OCCUPATIONS), dtype=object)[at]
    return named


def _experience(found: Registrations) -> Ints:
    """More with age, up to the years since the person was of age."""
    age = population.ages(found.people.birth, found.moment.astype("datetime64[D]"))
    years = (age - 17) * _luck(found, "experiencia") ** 1.5
    return np.searchsorted(_EXPERIENCE_STEPS, years, side="right") + 1


def _languages(found: Registrations) -> Ints:
    """Spanish only, with a national language, with English, with others."""
    luck = _luck(found, "idiomas")
    english, other = luck < 0.08, luck > 0.985
    national = (found.people.language != places.NOT_APPLICABLE) & (_luck(found, "idioma_nacional") < 0.7)
    without = np.select([english, other], [3, 5], 1)
    return np.where(national, np.where(english, 4, 2), without).astype(np.int64)
