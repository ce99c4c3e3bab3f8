"""What the HTTP server serves, kept in a SQLite file: recruiters, reported workers, complaints, exchange rates."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from stdnum.gt import nit

from movilidad.demo import complaints, dirt, plan, population, rates, records
from movilidad.demo.dirt import Log
from movilidad.demo.field_faults import careless
from movilidad.demo.jobs import CURRENCY, Jobs
from movilidad.demo.layout import PREFIX
from movilidad.demo.plan import COUNTRIES
from movilidad.demo.population import CAPACITY, People
from movilidad.demo.randomness import Array, Ints, pick, spread, stream
from movilidad.demo.records import NUMBER, Rows
from movilidad.demo.simulation import true_people
from movilidad.demo.truth import Writer
from movilidad.model.periods import Month

# the register opened on 30 June 2022; 30 recruiters a year later, 44 in 2025
OPENED = date(2022, 7, 1)
_RECRUITERS, _FIRST_YEAR = 44, 30
# workers reported: 165 in 2023 is published, the rest is ours; by month as the season goes
_WORKERS = {2022: 58, 2023: 165, 2024: 214, 2025: 248, 2026: 231}
_SEASON = np.array([3, 6, 13, 15, 14, 12, 10, 9, 6, 5, 4, 3], dtype=float)
_COUNTRIES = np.array([70, 27, 0, 3, 0, 0], dtype=float)
_WORKER_EXTRAS = {"duplicado_exacto": 0.012, "casi_duplicado": 0.012, "cui_digito_incorrecto": 0.01}
# names nobody bears, so that no real firm is meant
_WORDS = (
    "Quetzal",
    "Ceiba",
    "Volcán",
    "Izote",
    "Jade",
    "Laguna",
    "Milpa",
    "Cenzontle",
    "Pinabete",
    "Marimba",
    "Sierra",
)
_TRADES = ("Servicios de Reclutamiento", "Empleos Temporales", "Agencia Laboral", "Contrataciones")
_FORMS = ("S. A.", "Cía. Ltda.")

_SCHEMA = """
CREATE TABLE reclutadores (orden INTEGER PRIMARY KEY, datos TEXT NOT NULL);
CREATE TABLE trabajadores (orden INTEGER PRIMARY KEY, mes TEXT NOT NULL, datos TEXT NOT NULL);
CREATE INDEX trabajadores_mes ON trabajadores (mes, orden);
CREATE TABLE denuncias (orden INTEGER PRIMARY KEY, datos TEXT NOT NULL);
CREATE TABLE tipos_cambio (fecha TEXT PRIMARY KEY, compra REAL NOT NULL, venta REAL NOT NULL);
"""


def write(file: Path, jobs: Jobs, seed: int, scale: int, until: Month, truth: Writer) -> None:
    """Make the file anew; it is complete or not there."""
    unfinished = file.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished)) as registry:
        registry.executescript(_SCHEMA)
        registry.execute("PRAGMA synchronous = OFF")
        recruiters = _recruiters(seed, until)
        registry.executemany(
            "INSERT INTO reclutadores (datos) VALUES (?)", [(_json(each),) for each in recruiters]
        )
        registry.executemany(
            "INSERT INTO tipos_cambio VALUES (?, ?, ?)",
            [(day.isoformat(), buy, sell) for day, buy, sell in rates.daily(seed, until)],
        )
        _write_workers(registry, _Reports(jobs, seed, recruiters), scale, until, truth)
        complaints.write(registry, seed, scale, until, truth)
        registry.commit()
    unfinished.replace(file)


def _json(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


# ---- recruiters -------------------------------------------------------------------------------------------------


def _recruiters(seed: int, until: Month) -> list[dict[str, Any]]:
    """The register as it stands at the end of ``until``: some authorisations have expired, some were renewed."""
    rng = stream(seed, "reclutadores")
    first = rng.integers(0, 340, _FIRST_YEAR)
    later = rng.integers(360, 1_130, _RECRUITERS - _FIRST_YEAR)
    asked = np.sort(np.concatenate([first, later]))
    # mostly within the ten days that the law gives
    took = np.where(
        rng.random(_RECRUITERS) < 0.85, rng.integers(3, 11, _RECRUITERS), rng.integers(11, 32, _RECRUITERS)
    )
    renews = rng.random(_RECRUITERS) < 0.7
    found = []
    for position in range(_RECRUITERS):
        request = OPENED + timedelta(int(asked[position]))
        countries = _countries_of(rng)
        record = _recruiter(position, request, int(took[position]), countries)
        expires = date.fromisoformat(record["vigente_hasta"])
        if renews[position] and expires <= until.last_day:
            # the new authorisation takes the old one's place
            record |= _authorisation(position, expires - timedelta(20), int(took[position]) % 9 + 2, expires, 2)
        if request <= until.last_day:
            found.append(record)
    return found


def _recruiter(position: int, request: date, days: int, countries: str) -> dict[str, Any]:
    name = f"{_TRADES[position % 4]} {_WORDS[position % 11]} {position + 1:02d}, {_FORMS[position % 2]}"
    number = f"{41_000_000 + position * 1_237_619}"
    return {
        "id": f"{PREFIX}R-{position + 1:03d}",
        "nombre": name,
        "nit": f"{number}-{nit.calc_check_digit(number)}",
        **_authorisation(position, request, days, request + timedelta(days), 1),
        "paises": countries,
    }


def _authorisation(position: int, request: date, days: int, valid_from: date, turn: int) -> dict[str, Any]:
    return {
        "numero_autorizacion": f"{PREFIX}AUT-{position + 1:03d}-{turn}",
        "fecha_solicitud": request.isoformat(),
        "fecha_resolucion": (request + timedelta(days)).isoformat(),
        "vigente_desde": valid_from.isoformat(),
        "vigente_hasta": (valid_from + timedelta(3 * 365)).isoformat(),
    }


def _countries_of(rng: np.random.Generator) -> str:
    wanted = rng.random(3) < (0.85, 0.5, 0.2)
    return "|".join(name for name, has in zip(("USA", "CAN", "MEX"), wanted, strict=True) if has) or "USA"


# ---- workers ----------------------------------------------------------------------------------------------------


class _Reports:
    """What recruiters report: new people each month, numbered from the end of the range of people."""

    def __init__(self, jobs: Jobs, seed: int, recruiters: list[dict[str, Any]]) -> None:
        self._jobs, self.seed, self._recruiters = jobs, seed, recruiters
        self._count = 0

    def of(self, month: Month, size: int, place: int) -> tuple[Rows, People, Rows]:
        """Good records of a month with their field faults left out, the people, and the truth."""
        rng = stream(self.seed, "trabajadores", place)
        number = np.arange(self._count, self._count + size) + 1
        self._count += size
        women = rng.random(size) < 0.12
        people = population.make(rng, self.seed, CAPACITY - self._count, women, np.datetime64(month.first_day))
        country = np.sort(pick(rng, _COUNTRIES, size))
        order = np.concatenate(
            [
                self._jobs.choose(rng, position, month.month, int((country == position).sum()))
                for position in range(len(COUNTRIES))
            ]
        )
        leaves = np.datetime64(month.first_day) + rng.integers(0, month.last_day.day, size)
        start = leaves + rng.integers(0, 8, size)
        end = start + self._jobs.length[order]
        recruiter = self._authorised(rng, month, country)
        rows = self._rows(people, number, order, recruiter, (leaves, start, end))
        truth = {
            "clave": rows["id"],
            "mes": np.full(size, str(month), dtype=object),
            "reclutador": recruiter,
            "pais": rows["pais"].copy(),
            "tipo_visa": rows["visa"].copy(),
            "codigo_puesto": rows["ocupacion"].copy(),
            **true_people(people, population.ages(people.birth, leaves.astype("datetime64[D]"))),
            "fecha_salida": leaves.astype("datetime64[D]"),
            "salario": self._jobs.pay(order, month.year),
            "moneda": rows["moneda"].copy(),
            "periodo_pago": rows["periodo"].copy(),
            "horas_semana": self._jobs.hours[order],
        }
        return rows, people, truth

    def _rows(
        self, people: People, number: Ints, order: Ints, recruiter: Array, dates: tuple[Array, Array, Array]
    ) -> Rows:
        person = records.applicants(self.seed, people)
        currency = np.array([CURRENCY[name] for name in COUNTRIES], dtype=object)
        year = int(str(dates[0][0])[:4]) if len(number) else plan.FIRST.year
        return {
            NUMBER: number,
            "id": records.key("T", number),
            "reclutador": recruiter,
            "empleador": records.key("P", self._jobs.employer[order] + 1),
            **{name: person[name] for name in ("cui", "sexo")},
            "fecha_nacimiento": records.day_first(people.birth),
            **{name: person[name] for name in ("pueblo", "comunidad_linguistica", "departamento", "municipio")},
            "pais": np.array(COUNTRIES, dtype=object)[self._jobs.country[order]],
            "visa": self._jobs.visa[order],
            "ocupacion": self._jobs.occupation[order],
            "fecha_salida": records.day_first(dates[0]),
            "fecha_inicio": records.day_first(dates[1]),
            "fecha_fin": records.day_first(dates[2]),
            "salario": records.amounts(self._jobs.pay(order, year)),
            "moneda": currency[self._jobs.country[order]],
            "periodo": self._jobs.unit[order],
            "horas_semana": records.codes(self._jobs.hours[order].astype(np.int64)),
        }

    def _authorised(self, rng: np.random.Generator, month: Month, country: Ints) -> Array:
        """A recruiter for each worker: authorised since before the month, for that country where possible."""
        chosen = np.empty(len(country), dtype=object)
        known = [each for each in self._recruiters if each["fecha_solicitud"] < f"{month}-01"] or self._recruiters
        for position in np.unique(country):
            able = [each["id"] for each in known if COUNTRIES[position] in each["paises"]] or [known[0]["id"]]
            of = country == position
            chosen[of] = np.array(able, dtype=object)[rng.integers(0, len(able), int(of.sum()))]
        return chosen


def _write_workers(
    registry: sqlite3.Connection, reports: _Reports, scale: int, until: Month, truth: Writer
) -> None:
    for place, month in enumerate(plan.months(until)):
        size = _size(month, scale)
        if not size:
            continue
        rows, people, true = reports.of(month, size, place)
        truth.add("trabajadores", true)
        log = Log()
        dirt.spoil("trabajadores", rows, reports.seed, log)
        parts = [rows, *_extras(rows, people, reports.seed, place, log)]
        truth.add("suciedad", log.rows())
        for part in parts:
            columns = {name: column for name, column in part.items() if name != NUMBER}
            registry.executemany(
                "INSERT INTO trabajadores (mes, datos) VALUES (?, ?)",
                (
                    (str(month), _json(dict(zip(columns, values, strict=True))))
                    for values in zip(*columns.values(), strict=True)
                ),
            )


def _size(month: Month, scale: int) -> int:
    if month < Month.of(OPENED) or month.year not in _WORKERS:
        return 0
    first = OPENED.month if month.year == OPENED.year else 1
    last = plan.LAST.month if month.year == plan.LAST.year else 12
    return int(spread(_WORKERS[month.year] * scale, _SEASON[first - 1 : last])[month.month - first])


def _extras(rows: Rows, people: People, seed: int, place: int, log: Log) -> list[Rows]:
    picks = dirt.chosen(seed, f"trabajadores.{place}", rows[NUMBER], _WORKER_EXTRAS)
    parts, first = [], 0
    for kind, which in picks.items():
        copy = records.take(rows, np.sort(which))
        if kind != "duplicado_exacto":
            copy["id"] = records.key("T", dirt.extra_numbers(place, first, len(which)))
            first += len(which)
        if kind == "casi_duplicado":
            careless(copy, "departamento", np.arange(len(which)), np.zeros(len(which)))
        elif kind == "cui_digito_incorrecto":
            doubled = people.take(np.sort(which))
            copy["cui"] = population.cui(doubled.number, doubled.registered, wrong=4)
        log.add("trabajadores", copy["id"], kind)
        parts.append(copy)
    return parts
