"""Who applies, when, and how far each application gets: about ten applications per place, in six stages."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from movilidad.demo import population
from movilidad.demo.departures import Counters, Departures
from movilidad.demo.jobs import Jobs
from movilidad.demo.plan import COUNTRIES, LEAD
from movilidad.demo.population import People
from movilidad.demo.randomness import Array, Ints, Mask, pick, stream
from movilidad.model.periods import Month

# places taken one to eight months after the application
_MONTHS_AHEAD = np.array([10, 20, 22, 18, 12, 8, 6, 4], dtype=float)
_PER_PLACE = 10
_AGAIN = 0.12  # share of unsuccessful applications by people who have applied before
# furthest stage of those who are not placed
_FURTHEST = np.array([34, 27, 19, 13, 7], dtype=float)
_WOMEN, _WOMEN_2026 = 0.22, 0.45
_CHANNELS = np.array([44, 20, 6, 20, 10], dtype=float)
# when each stage of a successful application is reached, between registration and departure
_PROGRESS = np.array([0.0, 0.12, 0.3, 0.55, 0.8, 1.0])


@dataclass
class Applications:
    """Applications for the places of one month.

    ``person`` is the person's number; ``registered`` and ``reached`` (one column per stage) are instants in local
    time, not-a-time for a stage not reached; ``people`` are the people who appear here for the first time.
    """

    number: Ints
    person: Ints
    registered: Array
    reached: Array
    channel: Ints
    country: Array
    order: Ints
    placed: Mask
    people: People

    def __len__(self) -> int:
        return len(self.number)

    def take(self, which: Ints | Mask) -> Self:
        """Some of the applications, with the same people."""
        return replace(self, **{name: column[which] for name, column in vars(self).items() if name != "people"})

    def known_by(self, until: Month) -> Self:
        """As the platform knows them at the end of ``until``: without applications and stages to come."""
        end = np.datetime64(until.plus(1).first_day).astype("datetime64[s]")
        reached = np.where(self.reached < end, self.reached, np.datetime64("NaT"))
        known = self.registered < end
        applied = np.isin(self.people.number, self.person[known])
        return replace(replace(self, reached=reached).take(known), people=self.people.take(applied))


@dataclass
class Applicants:
    """The queue. ``apply`` gives the applications behind the departures of a month."""

    jobs: Jobs
    seed: int
    counters: Counters
    _before: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def apply(self, departures: Departures, place: int) -> Applications:
        """Applications for the places of the month, all of them, whenever they come."""
        rng = stream(self.seed, "solicitudes", place)
        people, again = self._unsuccessful_people(rng, departures, place)
        own = departures.new
        number = np.concatenate(
            [departures.application[own], self.counters.take("application", len(people) + len(again))]
        )
        placed = np.arange(len(number)) < own.sum()
        country = np.concatenate(
            [departures.country[own], self._wishes(rng, departures, len(people) + len(again))]
        )
        order = np.concatenate([departures.order[own], self._jobs_wished(rng, country[~placed])])
        person = np.concatenate([departures.people.number[departures.person[own]], people.number, again])
        registered = self._registered(rng, departures.month, len(number))
        reached = self._stages(rng, registered, departures.leaves[own], placed)
        newcomers = departures.people.take(departures.person[own & departures.first_time])
        return Applications(
            number, person, registered, reached, pick(rng, _CHANNELS, len(number)), country, order, placed,
            People.join([newcomers, people]),
        )  # fmt: skip

    def _unsuccessful_people(
        self, rng: np.random.Generator, departures: Departures, place: int
    ) -> tuple[People, Ints]:
        """People without success: those who apply for the first time, and numbers of those who apply again."""
        size = (_PER_PLACE - 1) * len(departures)
        repeats = min(rng.binomial(size, _AGAIN), len(self._before) // 2)
        again = np.sort(rng.choice(self._before, repeats, replace=False))
        women = rng.random(size - repeats) < (_WOMEN_2026 if departures.month.year >= 2026 else _WOMEN)
        numbers = self.counters.take("person", size - repeats)
        day = np.datetime64(departures.month.plus(-LEAD).first_day)
        people = population.make(
            stream(self.seed, "aplicantes", place), self.seed, int(numbers[0]) if len(numbers) else 0, women, day
        )
        return people, again

    def remember(self, numbers: Ints) -> None:
        """Who may apply again for the places of the next month."""
        self._before = numbers

    def _wishes(self, rng: np.random.Generator, departures: Departures, size: int) -> Array:
        weights = np.bincount(departures.country, minlength=len(COUNTRIES)) + 0.05 * max(1, len(departures))
        return pick(rng, weights, size).astype(np.int8)

    def _jobs_wished(self, rng: np.random.Generator, country: Array) -> Ints:
        order = np.zeros(len(country), dtype=np.int64)
        for position in range(len(COUNTRIES)):
            of = country == position
            possible = np.flatnonzero(self.jobs.country == position)
            order[of] = possible[rng.integers(0, len(possible), int(of.sum()))]
        return order

    def _registered(self, rng: np.random.Generator, month: Month, size: int) -> Array:
        """Local times, from six in the morning to midnight, one to eight months before ``month``."""
        ahead = pick(rng, _MONTHS_AHEAD, size) + 1
        firsts = np.array([np.datetime64(month.plus(-k).first_day) for k in range(LEAD + 1)])
        lengths = np.array([month.plus(-k).last_day.day for k in range(LEAD + 1)])
        days = firsts[ahead] + np.floor(rng.random(size) * lengths[ahead]).astype("timedelta64[D]")
        times = rng.integers(6 * 3600, 24 * 3600, size).astype("timedelta64[s]")
        registered: Array = days.astype("datetime64[s]") + times
        return registered

    def _stages(self, rng: np.random.Generator, registered: Array, leaves: Array, placed: Mask) -> Array:
        size = len(registered)
        reached = np.full((size, 6), np.datetime64("NaT"), dtype="datetime64[s]")
        span = (leaves.astype("datetime64[s]") + np.timedelta64(5, "h")) - registered[placed]
        seconds = (span.astype(np.int64)[:, None] * _PROGRESS).astype("timedelta64[s]")
        reached[placed] = registered[placed][:, None] + seconds
        waits = rng.integers(86_400, 35 * 86_400, (int((~placed).sum()), 6))
        waits[:, 0] = 0
        open_ = registered[~placed][:, None] + np.cumsum(waits, axis=1).astype("timedelta64[s]")
        furthest = pick(rng, _FURTHEST, len(open_))
        open_[np.arange(6) > furthest[:, None]] = np.datetime64("NaT")
        reached[~placed] = open_
        return reached
