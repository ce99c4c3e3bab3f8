"""Truth as the platform writes it down: rows of text for each table, still without any fault."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from movilidad.demo import names, places, population
from movilidad.demo.applications import Applications
from movilidad.demo.departures import Departures
from movilidad.demo.jobs import CURRENCY, Jobs
from movilidad.demo.layout import PREFIX
from movilidad.demo.plan import COUNTRIES
from movilidad.demo.population import People
from movilidad.demo.randomness import Array, Floats, Ints, Texts, chance
from movilidad.model.periods import Month

#: columns by name; ``_numero`` is the record's running number and is not written to the platform
Rows = dict[str, Array]

NUMBER = "_numero"
CHANNELS = ("web", "feria", "quiosco", "ventanilla", "oficina")


def key(kind: str, number: Ints) -> Texts:
    """Record keys, such as ``DEMO-A-000000123``; all as long, so that they sort in order of entry."""
    return names.join(np.full(len(number), PREFIX + kind, dtype=object), names.digits(number, 9), sep="-")


def days(dates: Array) -> Texts:
    """``2026-10-31``; None for not-a-time."""
    return names.texts(pa.array(dates.astype("datetime64[D]")).cast(pa.string()))


def day_first(dates: Array) -> Texts:
    """``31-10-2026``, as the ministry writes dates."""
    return np.array([f"{day[8:]}-{day[5:7]}-{day[:4]}" for day in days(dates)], dtype=object)


def instants(local: Array) -> Texts:
    """``2026-10-31 23:59:59-06`` of local times: Guatemala is always six hours behind UTC."""
    text = pa.array(local.astype("datetime64[s]")).cast(pa.string())
    return names.texts(pc.binary_join_element_wise(text, "-06", ""))


def amounts(numbers: Array) -> Texts:
    """``12.50``."""
    cents = np.round(numbers * 100).astype(np.int64)
    return names.join(names.digits(cents // 100, 1), names.digits(cents % 100, 2), sep=".")


def codes(numbers: Array) -> Texts:
    """Whole numbers as texts."""
    return names.digits(numbers, 1)


def applicants(seed: int, people: People) -> Rows:
    """``aplicantes``; a person's entry is always the same."""
    town, _, department = places.names()

    def draw(purpose: str) -> Floats:
        return chance(seed, purpose, people.number)

    given = names.given_names(draw, people.sex == population.WOMAN)
    family = names.surnames(draw, people.people == places.MAYA)
    return {
        NUMBER: people.number,
        "id_aplicante": key("A", people.number),
        "cui": population.cui(people.number, people.registered),
        "nombres": given,
        "apellidos": family,
        "telefono": names.telephones(draw),
        "correo": names.emails(given, family, people.number),
        "direccion": names.addresses(draw),
        "sexo": codes(people.sex),
        "fecha_nacimiento": days(people.birth),
        "pueblo": codes(people.people),
        "comunidad_linguistica": codes(people.language),
        "nivel_educativo": codes(people.education),
        "departamento": department[people.place],
        "municipio": town[people.place],
    }


def applications(jobs: Jobs, found: Applications) -> Rows:
    """``solicitudes``."""
    return {
        NUMBER: found.number,
        "id_solicitud": key("S", found.number),
        "id_aplicante": key("A", found.person),
        "fecha_registro": instants(found.registered),
        "canal": np.array(CHANNELS, dtype=object)[found.channel],
        "pais_interes": np.array(COUNTRIES, dtype=object)[found.country],
        "codigo_puesto": jobs.occupation[found.order],
    }


def stages(number: Ints, reached: Array) -> Rows:
    """``etapas`` of the applications ``number``."""
    which, stage = np.nonzero(~np.isnat(reached))
    return {
        "id_solicitud": key("S", number[which]),
        "etapa": codes(stage + 1),
        "fecha_etapa": instants(reached[which, stage]),
    }


def employers(jobs: Jobs) -> Rows:
    """``empleadores``; their names are invented."""
    table = jobs.employers
    number = np.arange(len(table)) + 1
    country = table["country"].to_numpy(np.int64)
    trade = np.array(["Finca", "Cultivos", "Viveros", "Servicios", "Granja", "Empacadora"], dtype=object)
    return {
        NUMBER: number,
        "id_empleador": key("E", number),
        "nombre": names.join(trade[number % len(trade)], "de demostración", names.digits(number, 4)),
        "pais": np.array(COUNTRIES, dtype=object)[country],
        "subdivision": np.array(
            [text if isinstance(text, str) else None for text in table["place"]], dtype=object
        ),
        "codigo_actividad": table["activity"].to_numpy(dtype=object),
    }


def placements(jobs: Jobs, found: Departures, until: Month) -> Rows:
    """``colocaciones``; the return is known once it has happened."""
    order = found.order
    currency = np.array([CURRENCY[name] for name in COUNTRIES], dtype=object)
    returned = np.where(found.returns <= np.datetime64(until.last_day), found.returns, np.datetime64("NaT"))
    return {
        NUMBER: found.number,
        "id_colocacion": key("C", found.number),
        "id_contrato": key("K", found.contract),
        "id_solicitud": key("S", found.application),
        "id_aplicante": key("A", found.people.number[found.person]),
        "id_empleador": key("E", jobs.employer[order] + 1),
        "pais": np.array(COUNTRIES, dtype=object)[found.country],
        "subdivision": jobs.place[order],
        "tipo_visa": jobs.visa[order],
        "codigo_puesto": jobs.occupation[order],
        "codigo_actividad": jobs.activity[order],
        "fecha_inicio": days(found.start),
        "fecha_fin": days(found.end),
        "fecha_salida": days(found.leaves),
        "fecha_retorno": days(returned),
        "recontratado": np.where(found.rehired, "true", "false").astype(object),
        "salario": amounts(jobs.pay(order, found.month.year)),
        "moneda": currency[found.country],
        "periodo_pago": jobs.unit[order],
        "horas_semana": codes(jobs.hours[order].astype(np.int64)),
    }


def named(values: Sequence[str], positions: Ints) -> Array:
    """The text at each position."""
    return np.array(values, dtype=object)[positions]


def take(rows: Rows, which: Array) -> Rows:
    """Some of the rows, as copies."""
    return {name: column[which] for name, column in rows.items()}


def join(parts: list[Rows]) -> Rows:
    """Rows of several tables of the same columns, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def size(rows: Rows) -> int:
    """How many rows."""
    return len(next(iter(rows.values())))
