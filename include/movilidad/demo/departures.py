"""Who leaves in a month: new people, people hired again, people who return under their four-year contract."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from movilidad.demo import population
from movilidad.demo.jobs import Jobs
from movilidad.demo.plan import COUNTRIES
from movilidad.demo.population import People
from movilidad.demo.randomness import Array, Days, Ints, Mask, stream
from movilidad.model.periods import Month

SPAIN = COUNTRIES.index("ESP")
_CONTRACT_DAYS = 4 * 365 + 1  # a *fijo discontinuo* contract of Spain
# share of departures by people who have left before, where enough of them are at home
_RETURNING = {"USA": 0.22, "CAN": 0.35, "ESP": 0.6, "MEX": 0.3, "ITA": 0.0, "DEU": 0.0}
# before 2024 few came back: the press tells of 124 rehired among the 2,540 of the first half of 2023
_EARLY_YEARS, _EARLY_RETURNING = 2023, 0.3
_SAME_EMPLOYER = 0.8
# share of women among those who leave, before and from 2026
_WOMEN, _WOMEN_2026 = 0.10, 0.51
# whoever returned within so many days does not leave again yet; whoever left longer ago than this has stopped
_REST, _MEMORY = 30, 1_000


@dataclass
class Departures:
    """The departures of one month, one element each.

    ``person`` is a position in ``people``; ``contract`` and ``application`` are running numbers; ``new`` says that
    the application is of this departure (False when a contract of before goes on); ``first_time`` that the person
    had never left before.
    """

    month: Month
    people: People
    person: Ints
    number: Ints
    country: Array
    order: Ints
    contract: Ints
    application: Ints
    new: Mask
    first_time: Mask
    rehired: Mask
    start: Days
    end: Days
    leaves: Days
    returns: Days

    def __len__(self) -> int:
        return len(self.person)

    def take(self, which: Ints) -> Self:
        """Some of the departures, of the same month and people."""
        per_departure = {
            name: column[which] for name, column in vars(self).items() if name not in ("month", "people")
        }
        return replace(self, **per_departure)


@dataclass
class Counters:
    """Next free running numbers."""

    person: int = 1
    application: int = 1
    contract: int = 1
    placement: int = 1

    def take(self, name: str, size: int) -> Ints:
        first: int = getattr(self, name)
        setattr(self, name, first + size)
        return np.arange(first, first + size)


@dataclass
class _Last:
    """The last departure of everybody who has ever left, by position in ``people``."""

    people: People
    country: Array
    employer: Ints
    contract: Ints
    application: Ints
    start: Days
    end: Days
    returns: Days


@dataclass
class History:
    """The programme so far. ``depart`` moves it forward by a month."""

    jobs: Jobs
    seed: int
    counters: Counters = field(default_factory=Counters)
    _last: _Last | None = None

    def depart(self, month: Month, counts: Ints, place: int) -> Departures:
        """Departures of ``month``; ``counts`` by country, ``place`` the month's number in the plan."""
        rng = stream(self.seed, "salidas", place)
        back = [self._returning(rng, month, country, int(count)) for country, count in enumerate(counts)]
        returning = np.concatenate(back)
        news = counts - np.array([len(part) for part in back])
        people = self._new_people(rng, month, returning, int(news.sum()), place)
        known = len(self._last.country) if self._last else 0
        everybody = People.join([self._last.people, people]) if self._last else people
        departures = self._arrange(rng, month, everybody, returning, np.arange(known, known + len(people)), news)
        self._remember(departures, known)
        return departures

    def _returning(self, rng: np.random.Generator, month: Month, country: int, count: int) -> Ints:
        if self._last is None:
            return np.zeros(0, dtype=np.int64)
        first = np.datetime64(month.first_day)
        last = self._last
        ready = (
            (last.country == country)
            & (last.returns + _REST < first)
            & (last.returns + _MEMORY > first)
            & (last.people.birth + 60 * 365 > first)
        )
        if country == SPAIN:
            ready &= last.end > first + 270
        candidates = np.flatnonzero(ready)
        share = _RETURNING[COUNTRIES[country]] * (_EARLY_RETURNING if month.year <= _EARLY_YEARS else 1)
        wanted = rng.binomial(count, share)
        return np.sort(rng.choice(candidates, min(wanted, len(candidates) // 2), replace=False))

    def _new_people(
        self, rng: np.random.Generator, month: Month, returning: Ints, size: int, place: int
    ) -> People:
        share = _WOMEN_2026 if month.year >= 2026 else _WOMEN
        already = int((self._last.people.sex[returning] == population.WOMAN).sum()) if self._last else 0
        wanted = rng.binomial(len(returning) + size, share) - already
        women = rng.permutation(np.arange(size) < np.clip(wanted, 0, size))
        numbers = self.counters.take("person", size)
        first = int(numbers[0]) if size else 0
        people_stream = stream(self.seed, "personas", place)
        return population.make(people_stream, self.seed, first, women, np.datetime64(month.first_day))

    def _arrange(
        self,
        rng: np.random.Generator,
        month: Month,
        everybody: People,
        returning: Ints,
        fresh: Ints,
        news: Ints,
    ) -> Departures:
        person = np.concatenate([returning, fresh])
        fresh_country = np.repeat(np.arange(len(COUNTRIES)), news)
        order = [self.jobs.choose(rng, country, month.month, int(size)) for country, size in enumerate(news)]
        if self._last is None:
            country, chosen, rehired = fresh_country, np.concatenate(order), np.zeros(len(person), dtype=bool)
        else:
            before = self._last.country[returning]
            again, same = self._orders_again(rng, month, self._last, returning)
            country = np.concatenate([before, fresh_country])
            chosen = np.concatenate([again, *order])
            rehired = np.concatenate([same, np.zeros(len(fresh), dtype=bool)])
        start, end, leaves, returns = self._dates(rng, month, chosen)
        contract = self.counters.take("contract", len(person))
        application = self.counters.take("application", len(person))
        spain = country == SPAIN
        end = np.where(spain, start + _CONTRACT_DAYS, end)
        new = np.ones(len(person), dtype=bool)
        if self._last is not None:
            going_on = np.flatnonzero(spain[: len(returning)])
            of = returning[going_on]
            new[going_on] = False
            contract[going_on] = self._last.contract[of]
            application[going_on] = self._last.application[of]
            start[going_on], end[going_on] = self._last.start[of], self._last.end[of]
        number = self.counters.take("placement", len(person))
        return Departures(
            month, everybody, person, number, country.astype(np.int8), chosen, contract, application, new,
            np.arange(len(person)) >= len(returning), rehired,
            start, end, leaves, returns,
        )  # fmt: skip

    def _orders_again(
        self, rng: np.random.Generator, month: Month, last: _Last, returning: Ints
    ) -> tuple[Ints, Mask]:
        """Orders of those who return: mostly of the same employer, always in Spain; and whether it is the same."""
        employer, country = last.employer[returning], last.country[returning]
        same = self.jobs.of_employer(rng, employer)
        other = np.concatenate(
            [same[:0]]
            + [
                self.jobs.choose(rng, position, month.month, int((country == position).sum()))
                for position in range(len(COUNTRIES))
            ]
        )
        # ``other`` is by country; so are those who return
        stays = (rng.random(len(returning)) < _SAME_EMPLOYER) | (country == SPAIN)
        order = np.where(stays, same, other)
        return order, self.jobs.employer[order] == employer

    def _dates(self, rng: np.random.Generator, month: Month, order: Ints) -> tuple[Days, Days, Days, Days]:
        first, last = np.datetime64(month.first_day), np.datetime64(month.last_day)
        start = np.minimum(first + (self.jobs.day[order] - 1).astype("timedelta64[D]"), last)
        leaves = np.maximum(start - rng.integers(0, 7, len(order)).astype("timedelta64[D]"), first)
        # who would leave before the month does so on its first days
        start = np.maximum(start, leaves)
        length = self.jobs.length[order]
        end = start + length.astype("timedelta64[D]")
        early = np.where(rng.random(len(order)) < 0.08, rng.integers(10, 30, len(order)), -1)
        shift = np.where(early > 0, -early, rng.integers(0, 6, len(order)))
        return start, end, leaves, end + shift.astype("timedelta64[D]")

    def _remember(self, now: Departures, known: int) -> None:
        size = len(now.people)
        last = self._last

        def moved(name: str, values: Array) -> Array:
            grown = np.zeros(size, dtype=values.dtype)
            if last is not None:
                grown[:known] = getattr(last, name)
            grown[now.person] = values
            return grown

        self._last = _Last(
            people=now.people,
            country=moved("country", now.country),
            employer=moved("employer", self.jobs.employer[now.order]),
            contract=moved("contract", now.contract),
            application=moved("application", now.application),
            start=moved("start", now.start),
            end=moved("end", now.end),
            returns=moved("returns", now.returns),
        )
