"""Who registers with the job bank, and when.

Most people who apply to the programme have registered before, at most two months earlier; about twice as many
registrations are those of people who never apply. Of the former a seeding keeps what makes them (a Parquet file,
a few bytes per person); everything else of a month follows from the seed and is made when somebody asks for it, so
that half a million registrations cost a seeding nothing.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from movilidad.demo import plan, population
from movilidad.demo.applications import Applications
from movilidad.demo.population import People
from movilidad.demo.randomness import Array, Ints, Mask, chance, stream
from movilidad.demo.records import Rows
from movilidad.model.periods import Month

#: people who never apply to the programme are numbered from here
STRANGERS = 10_000_000
#: a second registration of a person in a later month has this number plus the person's
AGAIN = 300_000_000
_REGISTER, _STRANGERS_EACH, _AGAIN_SHARE = 0.87, 2, 0.03
_WOMEN = 0.42
_MEAN_WAIT, _LONGEST_WAIT = 8, 55  # days between registration and application
_DAY = 86_400
_PERSON = {
    "number": "numero", "sex": "sexo", "birth": "nacimiento", "place": "lugar", "registered": "registro_civil",
    "people": "pueblo", "language": "idioma", "education": "nivel",
}  # fmt: skip
_POSITIONS = ("place", "registered")  # in the list of municipalities


@dataclass
class Registrations:
    """Registrations of one month in order of time, one element each; nobody has two in a month.

    ``number`` is the registration's running number, ``moment`` its instant in local time.
    """

    month: Month
    seed: int
    number: Ints
    moment: Array
    people: People

    def __len__(self) -> int:
        return len(self.number)

    def take(self, which: Ints | Mask) -> Self:
        """Some of them."""
        return type(self)(self.month, self.seed, self.number[which], self.moment[which], self.people.take(which))


# ---- what a seeding keeps ---------------------------------------------------------------------------------------


def of_applicants(seed: int, found: Applications, until: Month) -> Rows:
    """Registrations, up to ``until``, of those who apply here for the first time: rows for the store."""
    newcomers = np.isin(found.person, found.people.number)
    newcomers &= chance(seed, "inscripcion", found.person) < _REGISTER
    who = found.people.take(np.searchsorted(found.people.number, found.person[newcomers]))
    moment = found.registered[newcomers] - _waits(seed, who.number)
    month = _ordinals(moment)
    known = (month >= _ordinal(plan.FIRST)) & (month <= _ordinal(until))
    who = who.take(known)
    columns = {name: _compact(field, getattr(who, field)) for field, name in _PERSON.items()}
    return {"mes": month[known].astype(np.int16), "momento": moment[known], **columns}


def _compact(field: str, column: Array) -> Array:
    return column.astype(np.int16) if field in _POSITIONS else column


def _waits(seed: int, number: Ints) -> Array:
    """Some minutes on the same day, or days."""
    luck = chance(seed, "inscripcion.espera", number)
    days = np.minimum(-np.log1p(-luck) * _MEAN_WAIT, _LONGEST_WAIT).astype(np.int64)
    minutes = 5 + chance(seed, "inscripcion.minutos", number) * 50
    waits: Array = (days * _DAY + (minutes * 60).astype(np.int64)).astype("timedelta64[s]")
    return waits


class Store:
    """Writes the registrations of applicants; ``add`` may be called month after month."""

    def __init__(self, file: Path, seed: int) -> None:
        self._file, self._unfinished = file, file.with_suffix(".tmp")
        self._seed = seed
        self._writer: pq.ParquetWriter | None = None

    def add(self, rows: Rows) -> None:
        table = pa.table({name: pa.array(column) for name, column in rows.items()})
        if self._writer is None:
            schema = table.schema.with_metadata({"semilla": str(self._seed)})
            self._writer = pq.ParquetWriter(self._unfinished, schema)
        self._writer.write_table(table.cast(self._writer.schema))

    def finish(self) -> None:
        """Put the file in its place."""
        if self._writer is not None:
            self._writer.close()
            self._unfinished.replace(self._file)


# ---- the registrations of a month -------------------------------------------------------------------------------


def months(file: Path) -> list[Month]:
    """The months in which somebody registered."""
    _, counts = _overview(file, file.stat().st_mtime_ns)
    return [Month(1970 + ordinal // 12, ordinal % 12 + 1) for ordinal in sorted(counts)]


def of_month(file: Path, month: Month) -> Registrations:
    """All registrations of one of :func:`months`, from the store in ``file``."""
    seed, counts = _overview(file, file.stat().st_mtime_ns)
    applicants = _applicants(file, seed, month)
    strangers = _strangers(seed, counts, month)
    back = _strangers(seed, counts, month.plus(-1))
    back = back.take(chance(seed, "inscripcion.otra", back.number) < _AGAIN_SHARE)
    parts = (applicants, strangers, back)
    number = np.concatenate([applicants.number, strangers.number, back.number + AGAIN])
    moment = np.concatenate([applicants.moment, strangers.moment, _moments(seed, month, back.number + AGAIN)])
    everything = Registrations(month, seed, number, moment, People.join([part.people for part in parts]))
    return everything.take(np.lexsort((number, moment)))


@lru_cache(maxsize=4)
def _overview(file: Path, written: int) -> tuple[int, dict[int, int]]:
    """The seed, and how many applicants register in each month; ``written`` tells one file from a later one."""
    metadata = pq.read_schema(file).metadata or {}
    counts = pc.value_counts(pq.read_table(file, columns=["mes"])["mes"])
    return int(metadata[b"semilla"]), {each["values"]: each["counts"] for each in counts.to_pylist()}


def _applicants(file: Path, seed: int, month: Month) -> Registrations:
    table = pq.read_table(file, filters=[("mes", "==", _ordinal(month))])
    columns = {field: table[name].to_numpy() for field, name in _PERSON.items()}
    columns |= {field: columns[field].astype(np.int64) for field in _POSITIONS}
    columns["birth"] = columns["birth"].astype("datetime64[D]")
    moment = table["momento"].to_numpy().astype("datetime64[s]")
    return Registrations(month, seed, columns["number"], moment, People(**columns))


def _strangers(seed: int, counts: dict[int, int], month: Month) -> Registrations:
    """People who register and never apply, numbered one month after the other."""
    now = _ordinal(month)
    size = _STRANGERS_EACH * counts.get(now, 0)
    first = STRANGERS + _STRANGERS_EACH * sum(count for other, count in counts.items() if other < now)
    rng = stream(seed, "inscripciones", now)
    people = population.make(rng, seed, first, rng.random(size) < _WOMEN, np.datetime64(month.first_day))
    return Registrations(month, seed, people.number, _moments(seed, month, people.number), people)


def _moments(seed: int, month: Month, number: Ints) -> Array:
    """Local times in the month, from six in the morning to midnight."""
    day = (chance(seed, "inscripcion.dia", number) * month.last_day.day).astype(np.int64)
    second = 6 * 3600 + (chance(seed, "inscripcion.hora", number) * 18 * 3600).astype(np.int64)
    moments: Array = np.datetime64(month.first_day).astype("datetime64[s]") + (day * _DAY + second).astype(
        "timedelta64[s]"
    )
    return moments


def _ordinals(moment: Array) -> Ints:
    """Months since January 1970."""
    ordinals: Ints = moment.astype("datetime64[M]").astype(np.int64)
    return ordinals


def _ordinal(month: Month) -> int:
    return (month.year - 1970) * 12 + month.month - 1
