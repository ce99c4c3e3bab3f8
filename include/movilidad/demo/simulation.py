"""The programme month by month: the records of its platform, with their faults, and the truth behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from movilidad.demo import dirt, places, plan, records, registrations
from movilidad.demo.applications import Applicants, Applications
from movilidad.demo.departures import Departures, History
from movilidad.demo.dirt import Log
from movilidad.demo.jobs import CURRENCY, Jobs, load
from movilidad.demo.plan import COUNTRIES
from movilidad.demo.population import People, ages
from movilidad.demo.randomness import Array, Ints, Texts
from movilidad.demo.records import Rows
from movilidad.model.codelists import rows as list_rows
from movilidad.model.periods import Month

# extra records per good one
_APPLICATION_EXTRAS = {
    "duplicado_exacto": 0.005,
    "persona_duplicada": 0.004,
    "casi_duplicado": 0.005,
    "cui_digito_incorrecto": 0.005,
    "sin_persona": 0.002,
    "fecha_imposible": 0.002,
}
_DEPARTURE_EXTRAS = {
    "duplicado_exacto": 0.008,
    "casi_duplicado": 0.007,
    "cui_digito_incorrecto": 0.006,
    "fecha_imposible": 0.005,
    "sin_persona": 0.003,
}
# doubles of persons under whom an application still is that of a known person
_KNOWN_DOUBLES = ("casi_duplicado", "fecha_imposible")
# rows that are text at one time: bounds the memory at any scale
_SLICE = 100_000

#: rows for a table of the platform, ``inscritos`` for the store of the job bank, ``verdad.<file>`` for the truth
Piece = tuple[str, Rows]


@dataclass
class Simulation:
    """All of it for one seed, scale and last month. ``pieces`` may be run through once."""

    seed: int
    scale: int
    until: Month
    jobs: Jobs = field(init=False)
    _applied: dict[Month, list[Ints]] = field(default_factory=dict)
    _remaining: dict[Month, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.jobs = load(self.seed, self.scale)

    def pieces(self) -> Iterator[tuple[Month, Iterator[Piece]]]:
        """For each month of departures, the rows to write; later months only have applications yet."""
        log = Log()
        employers = records.employers(self.jobs)
        dirt.spoil("empleadores", employers, self.seed, log)
        yield plan.FIRST, iter([("empleadores", employers), ("verdad.suciedad", log.rows())])
        history = History(self.jobs, self.seed)
        queue = Applicants(self.jobs, self.seed, history.counters)
        departures_by_month = plan.departures(self.scale)
        for place, month in enumerate(plan.FIRST.through(self.until.plus(plan.LEAD))):
            departures = history.depart(month, departures_by_month[month], place)
            everybody = queue.apply(departures, place)
            yield month, iter([("inscritos", registrations.of_applicants(self.seed, everybody, self.until))])
            yield month, self._month(month, place, departures, everybody.known_by(self.until), queue)
        yield self.until, iter([("verdad.solicitudes", self._counted(None))])

    def _month(
        self, month: Month, place: int, departures: Departures, applications: Applications, queue: Applicants
    ) -> Iterator[Piece]:
        log = Log()
        yield from self._good_records(applications, log)
        extras = _Extras(self.seed, place, self.jobs, self.until, log)
        if month <= self.until:
            rows = records.placements(self.jobs, departures, self.until)
            yield "verdad.salidas", true_departures(self.jobs, departures)
            dirt.spoil("colocaciones", rows, self.seed, log)
            yield "colocaciones", rows
            yield from extras.of_departures(departures)
        yield from extras.of_applications(applications)
        queue.remember(np.setdiff1d(_first_timers(applications), extras.doubled))
        yield "verdad.suciedad", log.rows()
        self._count(applications, extras.remaining)
        yield "verdad.solicitudes", self._counted(month.plus(1 - plan.LEAD))

    def _good_records(self, applications: Applications, log: Log) -> Iterator[Piece]:
        for part in _slices(len(applications.people)):
            rows = applicant_rows(self.seed, applications.people.take(part), log)
            yield "aplicantes", rows
        for part in _slices(len(applications)):
            rows = application_rows(self.seed, self.jobs, applications.take(part), log)
            yield "solicitudes", rows
            yield "etapas", records.stages(applications.number[part], applications.reached[part])

    def _count(self, applications: Applications, doubles: Array) -> None:
        """Take note of applicants and applications; ``doubles``: months of the extra applications that stay."""
        months = months_of(applications)
        for each in np.unique(months):
            month = Month.of(each.astype("datetime64[D]").item())
            of = months == each
            self._applied.setdefault(month, []).append(np.unique(applications.person[of]))
            more = int(of.sum()) + int((doubles == each).sum())
            self._remaining[month] = self._remaining.get(month, 0) + more

    def _counted(self, before: Month | None) -> Rows:
        """Applicants and applications of the months to which nothing more can come."""
        done = sorted(month for month in self._applied if before is None or month < before)
        people = [len(np.unique(np.concatenate(self._applied.pop(month)))) for month in done]
        return {
            "mes": np.array([str(month) for month in done], dtype=object),
            "aplicantes": np.array(people, dtype=np.int64),
            "solicitudes": np.array([self._remaining.pop(month) for month in done], dtype=np.int64),
        }


def applicant_rows(seed: int, people: People, log: Log) -> Rows:
    """Entries of people as the platform has them, faults included."""
    rows = records.applicants(seed, people)
    dirt.spoil("aplicantes", rows, seed, log)
    return rows


def application_rows(seed: int, offers: Jobs, applications: Applications, log: Log) -> Rows:
    """Applications as the platform has them, faults included."""
    rows = records.applications(offers, applications)
    dirt.spoil("solicitudes", rows, seed, log)
    return rows


def months_of(applications: Applications) -> Array:
    """Month of registration of each application, in local time."""
    months: Array = applications.registered.astype("datetime64[M]")
    return months


def _first_timers(applications: Applications) -> Ints:
    """Numbers of the people who apply here for the first time, in vain."""
    vain: Ints = applications.person[~applications.placed]
    return np.intersect1d(vain, applications.people.number)


def _slices(size: int) -> Iterator[Ints]:
    for first in range(0, size, _SLICE):
        yield np.arange(first, min(first + _SLICE, size))


def true_departures(offers: Jobs, found: Departures) -> Rows:
    """Rows of the truth file ``salidas``."""
    who = found.people.take(found.person)
    currency = np.array([CURRENCY[name] for name in COUNTRIES], dtype=object)
    age = ages(who.birth, found.leaves)
    return {
        "clave": records.key("C", found.number),
        "mes": np.full(len(found), str(found.month), dtype=object),
        "aplicante": records.key("A", who.number),
        "contrato": records.key("K", found.contract),
        "empleador": records.key("E", offers.employer[found.order] + 1),
        "pais": np.array(COUNTRIES, dtype=object)[found.country],
        "subdivision": _or_unknown(offers.place[found.order]),
        "tipo_visa": offers.visa[found.order],
        "codigo_puesto": offers.occupation[found.order],
        "codigo_actividad": offers.activity[found.order],
        **true_people(who, age),
        "fecha_salida": found.leaves.astype("datetime64[D]"),
        "recontratado": found.rehired,
        "salario": offers.pay(found.order, found.month.year),
        "moneda": currency[found.country],
        "periodo_pago": offers.unit[found.order],
        "horas_semana": offers.hours[found.order],
    }


def true_people(who: People, age: Ints) -> Rows:
    """What the truth files say of the person behind each row."""
    codes = places.codes()[who.place]
    return {
        "sexo": records.codes(who.sex),
        "edad": age,
        "grupo_edad": age_groups(age),
        "pueblo": records.codes(who.people),
        "comunidad_linguistica": records.codes(who.language),
        "nivel_educativo": records.codes(who.education),
        "municipio_origen": codes,
        "departamento_origen": np.array([code[:2] for code in codes], dtype=object),
    }


def age_groups(age: Ints) -> Texts:
    """Codes of the age groups."""
    groups = list_rows("grupos_edad")
    starts = np.array([int(row["desde"]) for row in groups])
    return np.array([row["codigo"] for row in groups], dtype=object)[
        np.searchsorted(starts, age, side="right") - 1
    ]


def _or_unknown(codes: Texts) -> Texts:
    return np.array([code or "ND" for code in codes], dtype=object)


@dataclass
class _Extras:
    """The extra records of one month of departures.

    ``doubled`` are the numbers of applicants who got a second entry; ``remaining`` the months of the extra
    applications that stay, because they are those of a known person.
    """

    seed: int
    place: int
    jobs: Jobs
    until: Month
    log: Log
    doubled: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    remaining: Array = field(default_factory=lambda: np.zeros(0, dtype="datetime64[M]"))
    _people: int = 0
    _applications: int = 0
    _departures: int = 0

    def of_departures(self, found: Departures) -> Iterator[Piece]:
        picks = dirt.chosen(self.seed, f"colocaciones.{self.place}", found.number, _DEPARTURE_EXTRAS)
        for kind, which in picks.items():
            if len(which):
                yield from self._departures_of(kind, found.take(np.sort(which)))

    def _departures_of(self, kind: str, found: Departures) -> Iterator[Piece]:
        rows = records.placements(self.jobs, found, self.until)
        dirt.spoil("colocaciones", rows, self.seed, Log())
        number = dirt.extra_numbers(self.place, self._departures, len(found))
        self._departures += len(found)
        copy = dirt.double_departure(rows, kind, number)
        if kind in ("cui_digito_incorrecto", "sin_persona"):
            people = found.people.take(found.person)
            double = self._double_people(kind, people)
            copy["id_aplicante"] = double["id_aplicante"]
            yield "aplicantes", double
        self.log.add("colocaciones", copy["id_colocacion"], kind)
        yield "colocaciones", copy

    def of_applications(self, found: Applications) -> Iterator[Piece]:
        """Among the unsuccessful first applications of each month of registration."""
        candidates = np.flatnonzero(np.isin(found.person, _first_timers(found)) & ~found.placed)
        month = months_of(found)[candidates]
        picked: dict[str, list[Ints]] = {kind: [] for kind in _APPLICATION_EXTRAS}
        for each in np.unique(month):
            group = candidates[month == each]
            purpose = f"solicitudes.{self.place}.{each}"
            for kind, which in dirt.chosen(self.seed, purpose, found.number[group], _APPLICATION_EXTRAS).items():
                picked[kind].append(group[which])
        for kind, parts in picked.items():
            if sum(len(part) for part in parts):
                yield from self._applications_of(kind, found.take(np.sort(np.concatenate(parts))))

    def _applications_of(self, kind: str, found: Applications) -> Iterator[Piece]:
        self.doubled = np.concatenate([self.doubled, found.person])
        rows = application_rows(self.seed, self.jobs, found, Log())
        if kind == "duplicado_exacto":
            self.log.add("solicitudes", rows["id_solicitud"], kind)
            yield "solicitudes", rows
            return
        people = found.people.take(np.searchsorted(found.people.number, found.person))
        if kind == "persona_duplicada":
            double = applicant_rows(self.seed, people, Log())
            self.log.add("aplicantes", double["id_aplicante"], "duplicado_exacto")
            yield "aplicantes", double
            return
        double = self._double_people(kind, people)
        number = dirt.extra_numbers(self.place, self._applications, len(found))
        self._applications += len(found)
        rows["id_solicitud"], rows["id_aplicante"] = records.key("S", number), double["id_aplicante"]
        self.log.add("solicitudes", rows["id_solicitud"], kind)
        if kind in _KNOWN_DOUBLES:
            self.remaining = np.concatenate([self.remaining, months_of(found)])
        yield "aplicantes", double
        yield "solicitudes", rows
        yield "etapas", records.stages(number, found.reached)

    def _double_people(self, kind: str, people: People) -> Rows:
        rows = applicant_rows(self.seed, people, Log())
        number = dirt.extra_numbers(self.place, self._people, len(people))
        self._people += len(people)
        double = dirt.double_of(rows, kind, people, number)
        self.log.add("aplicantes", double["id_aplicante"], kind)
        return double
