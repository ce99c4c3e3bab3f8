"""The work on offer: employers, and what each of their job orders pays, demands and lasts.

H-2A orders are the real ones of ``include/datos/salarios_h2a.csv`` (states, SOC, NAICS, wages, pay units, hours,
dates; fiscal year 2017), with the wages moved to the year of departure. The employers are invented: a simulated
placement says nothing about a real firm. H-2B orders and those of the other countries are invented too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from movilidad.demo.plan import COUNTRIES
from movilidad.demo.randomness import Array, Floats, Ints, Mask, Texts, pick, spread, stream
from movilidad.model import paths

# share of H-2B among departures to the United States, and yearly growth of wages
H2B_SHARE = 0.22
_GROWTH = {"USA": 1.055, "CAN": 1.045, "ESP": 1.05, "MEX": 1.09, "ITA": 1.02, "DEU": 1.03}
_BASE_YEAR = {"USA": 2017, "CAN": 2023, "ESP": 2020, "MEX": 2023, "ITA": 2023, "DEU": 2023}
CURRENCY = {"USA": "USD", "CAN": "CAD", "ESP": "EUR", "MEX": "MXN", "ITA": "EUR", "DEU": "EUR"}

# employers per country: about 250 in all, 45 of those of the United States hire with H-2B
_EMPLOYERS = {"H-2A": 140, "H-2B": 45, "CAN": 36, "ESP": 8, "MEX": 11, "ITA": 5, "DEU": 4}

# H-2B: SOC, NAICS, hour wages of 2017 from and to, hours, months of start; elsewhere codes are CIUO-08 and CIIU
_H2B_WORK = (
    ("37-3011", "561730", 11.5, 15.5, 40, (3, 4)), ("37-2012", "721110", 9.5, 12.5, 38, (4, 5)),
    ("39-3091", "713990", 9.5, 12.0, 40, (3, 4)), ("51-3022", "311710", 9.5, 12.0, 42, (4, 10)),
    ("47-2061", "236118", 14.0, 19.0, 40, (3, 4)), ("35-2021", "722511", 9.0, 12.0, 36, (5, 10)),
    ("45-4011", "115310", 11.5, 15.0, 40, (1, 10)), ("53-7051", "493120", 13.0, 16.5, 40, (4, 10)),
)  # fmt: skip
_H2B_STATES = ("US-TX", "US-FL", "US-CO", "US-MD", "US-LA", "US-VA", "US-MA", "US-MI", "US-NC", "US-PA", "US-SC")


@dataclass(frozen=True)
class Offer:
    """Invented orders of one country: ranges from which they are drawn."""

    visa: str
    work: tuple[tuple[str, str], ...]
    places: tuple[str | None, ...]
    unit: str
    wage: tuple[float, float]
    hours: tuple[int, ...]
    days: tuple[int, int]


_OFFERS = {
    "CAN": Offer(
        "PTET-A", (("9211", "0113"), ("9214", "0130"), ("9211", "0119"), ("9212", "0146"), ("6113", "0113")),
        ("CA-QC", "CA-QC", "CA-QC", "CA-ON", "CA-ON", "CA-BC", "CA-AB", "CA-NS"),
        "hora", (15.2, 17.6), (45, 48, 50, 55, 60), (120, 330),
    ),
    "ESP": Offer("GECCO", (("9211", "0125"),), ("ES-H",), "dia", (42.02, 48.0), (39, 40), (220, 275)),
    "MEX": Offer(
        "TVTF", (("9211", "0127"), ("9211", "0122"), ("9313", "4100"), ("5131", "5610")),
        ("MX-CHP", "MX-CHP", "MX-CHP", "MX-TAB", "MX-CAM", "MX-ROO"),
        "dia", (210.0, 340.0), (48,), (120, 330),
    ),
    "ITA": Offer(
        "FLUSSI", (("9211", "0121"), ("9211", "0113"), ("5131", "5510")), (None,), "mes", (1150.0, 1520.0),
        (39, 40), (150, 270),
    ),
    "DEU": Offer(
        "FACHKRAFT", (("2221", "8610"), ("2221", "8710")), (None,), "mes", (2700.0, 3350.0), (38, 39), (690, 730)
    ),
}  # fmt: skip

# units of the real orders → the platform's own codes; orders with another unit are not used
_UNITS = {"Hour": "hora", "Month": "mes", "Bi-Weekly": "quincena"}
_PLAUSIBLE = {"hora": (7.25, 25.0), "mes": (900.0, 3500.0), "quincena": (500.0, 3000.0)}


@dataclass(frozen=True)
class Jobs:
    """Job orders as arrays, and the employers that ``employer`` points to (positions from 0)."""

    country: Array
    employer: Ints
    visa: Texts
    occupation: Texts
    activity: Texts
    place: Texts
    unit: Texts
    wage: Floats
    hours: Floats
    month: Ints
    day: Ints
    length: Ints
    workers: Floats
    employers: pd.DataFrame
    first_of_employer: Ints
    orders_of_employer: Ints

    def choose(self, rng: np.random.Generator, country: int, month: int, size: int) -> Ints:
        """Orders for ``size`` new departures: few orders, several people each."""
        if COUNTRIES[country] != "USA":
            return self._crews(rng, (self.country == country) & np.isin(self.month, (0, month)), size)
        seasonal = rng.binomial(size, H2B_SHARE)
        h2b = self.visa == "H-2B"
        groups = (
            self._crews(rng, ~h2b & (self.country == country) & (self.month == month), size - seasonal),
            self._crews(rng, h2b, seasonal),
        )
        return np.concatenate(groups)

    def _crews(self, rng: np.random.Generator, possible: Mask, size: int) -> Ints:
        orders = np.flatnonzero(possible)
        if not size:
            return orders[:0]
        active = orders[pick(rng, self.workers[orders], max(1, size // 6))]
        return rng.permutation(active[rng.integers(0, len(active), size)])

    def of_employer(self, rng: np.random.Generator, employer: Ints) -> Ints:
        """One order of each of the employers given."""
        step = np.floor(rng.random(len(employer)) * self.orders_of_employer[employer]).astype(np.int64)
        return self.first_of_employer[employer] + step

    def pay(self, order: Ints, year: int) -> Floats:
        """Agreed wages in the year of departure, in the order's currency and unit."""
        growth = np.array([_GROWTH[name] ** (year - _BASE_YEAR[name]) for name in COUNTRIES])
        wages: Floats = np.round(self.wage[order] * growth[self.country[order]], 2)
        return wages


def load(seed: int, scale: int) -> Jobs:
    """All orders and employers; more employers, but not proportionally more, at a larger scale."""
    rng = stream(seed, "ofertas")
    factor = float(np.sqrt(scale))
    parts = [_h2a(rng, round(_EMPLOYERS["H-2A"] * factor)), _h2b(rng, round(_EMPLOYERS["H-2B"] * factor))]
    parts += [_abroad(rng, name, round(_EMPLOYERS[name] * factor)) for name in _OFFERS]
    orders, offset = [], 0
    for part in parts:
        orders.append(part.assign(employer=part["employer"] + offset))
        offset += int(part["employer"].max()) + 1
    table = pd.concat(orders, ignore_index=True).sort_values("employer", kind="stable", ignore_index=True)
    return _as_arrays(table)


def _as_arrays(table: pd.DataFrame) -> Jobs:
    groups = table.groupby("employer", sort=True)
    employers = groups.first()[["country", "place", "activity"]]
    texts = {
        name: np.array([None if pd.isna(text) else text for text in table[name]], dtype=object)
        for name in ("visa", "occupation", "activity", "place", "unit")
    }
    return Jobs(
        country=table["country"].to_numpy(np.int8),
        employer=table["employer"].to_numpy(np.int64),
        wage=table["wage"].to_numpy(float),
        hours=table["hours"].to_numpy(float),
        month=table["month"].to_numpy(np.int64),
        day=table["day"].to_numpy(np.int64),
        length=table["length"].to_numpy(np.int64),
        workers=table["workers"].to_numpy(float),
        employers=employers,
        first_of_employer=np.flatnonzero(~table["employer"].duplicated().to_numpy()),
        orders_of_employer=groups.size().to_numpy(np.int64),
        **texts,
    )


def _h2a(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """The real orders of states that get an employer, each given to an employer of its state."""
    orders = _real_orders()
    workers = orders.groupby("place")["workers"].sum().sort_index()
    employers = pd.Series(spread(count, workers.to_numpy(float)), index=workers.index)
    employers = employers[employers > 0]
    orders = orders[orders["place"].isin(employers.index)].reset_index(drop=True)
    first = employers.cumsum() - employers
    drawn = np.floor(rng.random(len(orders)) * orders["place"].map(employers).to_numpy())
    employer = orders["place"].map(first).to_numpy() + drawn.astype(np.int64)
    # numbers without gaps: an employer may have drawn no order
    return orders.assign(country=0, visa="H-2A", employer=np.unique(employer, return_inverse=True)[1])


def _real_orders() -> pd.DataFrame:
    """Certified orders with a known unit, a plausible wage and proper dates."""
    raw = pd.read_csv(paths.DATA / "salarios_h2a.csv", dtype=str, keep_default_na=False)
    raw = raw[(raw["PRIMARY/SUB"] == "PRI") & raw["CASE_STATUS"].str.contains("CERTIFICATION")]
    start, end = (pd.to_datetime(raw[f"JOB_{name}_DATE"], errors="coerce") for name in ("START", "END"))
    orders = pd.DataFrame(
        {
            "occupation": raw["SOC_CODE"],
            "activity": raw["NAICS_CODE"],
            "place": "US-" + raw["WORKSITE_STATE"],
            "unit": raw["BASIC_UNIT_OF_PAY"].map(_UNITS),
            "wage": pd.to_numeric(raw["BASIC_RATE_OF_PAY"], errors="coerce"),
            "hours": pd.to_numeric(raw["BASIC_NUMBER_OF_HOURS"], errors="coerce"),
            "workers": pd.to_numeric(raw["NBR_WORKERS_CERTIFIED"], errors="coerce").clip(upper=120),
            "month": start.dt.month,
            "day": start.dt.day,
            "length": (end - start).dt.days,
        }
    )
    bounds = orders["unit"].map(_PLAUSIBLE)
    sound = (
        orders["length"].between(45, 330)
        & orders["hours"].between(30, 70)
        & orders["activity"].str.fullmatch("[0-9]{4,6}")
        & orders["occupation"].ne("")
        & orders["place"].ne("US-")
        & bounds.notna()
    )
    orders, bounds = orders[sound], bounds[sound]
    return orders[orders["wage"].between(bounds.str[0].astype(float), bounds.str[1].astype(float))]


def _h2b(rng: np.random.Generator, count: int) -> pd.DataFrame:
    rows = []
    for employer in range(count):
        occupation, activity, low, high, hours, months = _H2B_WORK[employer % len(_H2B_WORK)]
        place = _H2B_STATES[int(rng.integers(0, len(_H2B_STATES)))]
        for month in months:
            pay = (round(float(rng.uniform(low, high)), 2), float(hours))
            rows.append(("H-2B", occupation, activity, place, "hora", *pay, month, employer))
    return _invented(rng, rows, 0, (150, 270))


def _abroad(rng: np.random.Generator, country: str, count: int) -> pd.DataFrame:
    offer = _OFFERS[country]
    rows = []
    for employer in range(count):
        occupation, activity = offer.work[employer % len(offer.work)]
        place = offer.places[int(rng.integers(0, len(offer.places)))]
        for _ in range(3):
            pay = (round(float(rng.uniform(*offer.wage)), 2), float(rng.choice(offer.hours)))
            rows.append((offer.visa, occupation, activity, place, offer.unit, *pay, 0, employer))
    return _invented(rng, rows, COUNTRIES.index(country), offer.days)


def _invented(
    rng: np.random.Generator, rows: Sequence[tuple[object, ...]], country: int, days: tuple[int, int]
) -> pd.DataFrame:
    names = ["visa", "occupation", "activity", "place", "unit", "wage", "hours", "month", "employer"]
    size = len(rows)
    return pd.DataFrame(rows, columns=names).assign(
        country=country,
        day=rng.choice((1, 5, 10, 15, 20), size),
        length=rng.integers(*days, size),
        workers=rng.uniform(1, 10, size),
    )
