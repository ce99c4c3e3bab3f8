"""Simulated register of complaints: none of them was ever made, and nobody in them exists.

Offers that are a swindle are denounced before the season, wages and housing during it. Most complaints are closed
within two months; how they stand is told as of the last month of the simulation.
"""

import json
import sqlite3

import numpy as np

from movilidad.demo import dirt, names, records
from movilidad.demo.dirt import Log
from movilidad.demo.randomness import Floats, Ints, chance, pick, spread, stream
from movilidad.demo.records import NUMBER, Rows
from movilidad.demo.truth import Writer
from movilidad.model.periods import Month

FIRST = Month(2021, 1)
_OF_YEAR = {2021: 42, 2022: 78, 2023: 104, 2024: 126, 2025: 148, 2026: 156}
_SEASON = np.array([14, 13, 10, 8, 7, 7, 6, 6, 6, 7, 8, 8], dtype=float)
_KINDS = ("estafa", "cobro", "salario", "condiciones", "documentos", "trato", "otra")
_BEFORE, _DURING = np.array([46, 28, 8, 6, 3, 4, 5.0]), np.array([22, 18, 26, 20, 4, 5, 5.0])
_CHANNELS, _CHANNEL_WEIGHTS = (
    ("presencial", "telefono", "web", "correo", "consulado"),
    np.array([22, 34, 26, 12, 6.0]),
)
_COUNTRIES, _COUNTRY_WEIGHTS = ("USA", "CAN", "ESP", "MEX"), np.array([66, 24, 7, 3.0])
_ENDS, _END_WEIGHTS = ("resuelta", "trasladada", "desestimada"), np.array([60, 22, 18.0])
_PENDING, _USUAL_DAYS, _NEVER = "en_tramite", 38.0, 4_000
_EXTRAS = {"duplicado_exacto": 0.012, "fecha_imposible": 0.012}


def write(registry: sqlite3.Connection, seed: int, scale: int, until: Month, truth: Writer) -> None:
    """Fill the table ``denuncias`` of the services' file, faults included."""
    rows, log = register(seed, scale, until), Log()
    if not records.size(rows):
        return
    dirt.spoil("denuncias", rows, seed, log)
    for part in (rows, *_extras(rows, seed, log)):
        columns = {name: column for name, column in part.items() if name != NUMBER}
        registry.executemany(
            "INSERT INTO denuncias (datos) VALUES (?)",
            (
                (json.dumps(dict(zip(columns, values, strict=True)), ensure_ascii=False),)
                for values in zip(*columns.values(), strict=True)
            ),
        )
    truth.add("suciedad", log.rows())


def register(seed: int, scale: int, until: Month) -> Rows:
    """The good records, as the register stands at the end of ``until``."""
    parts, count = [_of_month(seed, FIRST, 0, 0, until)], 0
    for month in FIRST.through(until):
        size = int(spread(_OF_YEAR[month.year] * scale, _SEASON)[month.month - 1])
        parts.append(_of_month(seed, month, size, count, until))
        count += size
    return records.join(parts)


def _of_month(seed: int, month: Month, size: int, count: int, until: Month) -> Rows:
    rng = stream(seed, "denuncias", month.year * 12 + month.month)
    number = np.arange(size) + count + 1
    received = np.datetime64(month.first_day) + rng.integers(0, month.last_day.day, size)
    early = month.month >= 10 or month.month <= 2
    kind = pick(rng, _BEFORE if early else _DURING, size)
    took = np.ceil(rng.gamma(2.0, _USUAL_DAYS / 2, size)).astype(np.int64)
    took = np.where(rng.random(size) < 0.06, _NEVER, took)
    closed = received + took
    known = closed <= np.datetime64(until.last_day)
    end = records.named(_ENDS, pick(rng, _END_WEIGHTS, size))
    return {
        NUMBER: number,
        "id": records.key("D", number),
        "recibida": records.days(received),
        "canal": records.named(_CHANNELS, pick(rng, _CHANNEL_WEIGHTS, size)),
        "clase": records.named(_KINDS, kind),
        "pais": records.named(_COUNTRIES, pick(rng, _COUNTRY_WEIGHTS, size)),
        "estado": np.where(known, end, _PENDING).astype(object),
        "fecha_estado": records.days(np.where(known, closed, received)),
        **_complainants(seed, number),
    }


def _complainants(seed: int, number: Ints) -> Rows:
    """What the register has and nobody reads: who complains, and of what."""

    def draw(purpose: str) -> Floats:
        return chance(seed, f"denunciante.{purpose}", number)

    women = draw("sexo") < 0.3
    return {
        "denunciante": names.join(names.given_names(draw, women), names.surnames(draw, draw("pueblo") < 0.4)),
        "telefono": names.telephones(draw),
        "relato": np.full(len(number), "Relato inventado para la demostración.", dtype=object),
    }


def _extras(rows: Rows, seed: int, log: Log) -> list[Rows]:
    """Records entered twice, and such whose state is older than they are."""
    found = dirt.copies("denuncias", "D", rows, seed, _EXTRAS, log)
    older = found["fecha_imposible"]
    older["fecha_estado"] = records.days(older["recibida"].astype("datetime64[D]") - 9)
    return list(found.values())
