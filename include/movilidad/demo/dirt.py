"""The faults of real registrations, at realistic rates.

Two sorts. A *fault in a field* stays in an otherwise good record: the record counts, the field may become unknown.
An *extra record* (a double, a mistyped double, a record nobody can be found for) is added to good ones and has to
end in quarantine; without the extra records the figures equal the truth. ``field_faults`` has the former.

Which records are faulty depends on the seed and on the record's number only. In a group of 20 records or fewer
there are no extra records, and nowhere are they more than 4 %.
"""

from dataclasses import dataclass, field

import numpy as np

from movilidad.demo import places, population
from movilidad.demo.field_faults import FAULTS, careless, other_spelling
from movilidad.demo.plan import COUNTRIES
from movilidad.demo.population import People
from movilidad.demo.randomness import Array, Floats, Ints, Mask, Texts, chance
from movilidad.demo.records import NUMBER, Rows, key, size, take
from movilidad.model.codelists import code_list, fold

#: every kind of fault and what it is, in Spanish
KINDS = {
    "duplicado_exacto": "El mismo registro dos veces",
    "casi_duplicado": "La misma persona o salida con otra clave y escrita de otro modo",
    "cui_digito_incorrecto": "Registro repetido con un CUI mal digitado",
    "sin_persona": "Registro repetido sin CUI",
    "fecha_imposible": "Registro repetido con fechas que no pueden ser",
    "valor_faltante": "Campo sin valor",
    "codigo_fuera_de_lista": "Código que no está en la lista",
    "etiqueta_por_codigo": "El nombre o un sinónimo en lugar del código",
    "mayusculas_y_acentos": "En mayúsculas o minúsculas, sin acentos",
    "otra_grafia": "Municipio con la otra forma de su nombre",
    "homonimo": "Municipio cuyo nombre existe en dos departamentos",
    "municipio_mal_escrito": "Municipio con una letra de menos",
    "cui_con_espacios": "CUI en su forma impresa, 4-5-4",
    "telefono_sin_prefijo": "Teléfono sin el prefijo del país",
    "salario_en_otra_unidad": "Salario con la unidad de pago equivocada",
    "numero_imposible": "Curso repetido con más personas certificadas que inscritas",
}
#: kinds whose records are extra and have to end in quarantine
EXTRA_KINDS = (
    *("duplicado_exacto", "casi_duplicado", "cui_digito_incorrecto", "sin_persona", "fecha_imposible"),
    "numero_imposible",
)

_SMALL_GROUP, _MOST = 20, 0.04
_EXTRA_BASE, _EXTRA_STEP = 500, 1_000_000  # extra records of month n are numbered from (500 + n) million

_COPIED = 500_000_000  # copies of an institution's records are numbered from here


@dataclass
class Log:
    """What was done to which record: parallel lists of arrays."""

    table: list[Texts] = field(default_factory=list)
    record: list[Texts] = field(default_factory=list)
    kind: list[Texts] = field(default_factory=list)
    column: list[Texts] = field(default_factory=list)
    lost: list[Mask] = field(default_factory=list)

    def add(self, table: str, record: Texts, kind: str, column: str = "", lost: bool = False) -> None:
        self.table.append(_same(table, len(record)))
        self.record.append(record)
        self.kind.append(_same(kind, len(record)))
        self.column.append(_same(column, len(record)))
        self.lost.append(np.full(len(record), lost))

    def rows(self) -> Rows:
        """Columns ``tabla``, ``clave``, ``tipo``, ``campo`` (the core's name), ``perdido``."""
        if not self.table:
            self.add("aplicantes", np.zeros(0, dtype=object), "")
        return {
            "tabla": np.concatenate(self.table),
            "clave": np.concatenate(self.record),
            "tipo": np.concatenate(self.kind),
            "campo": np.concatenate(self.column),
            "perdido": np.concatenate(self.lost),
        }


def _same(text: str, count: int) -> Texts:
    return np.full(count, text, dtype=object)


def spoil(table: str, rows: Rows, seed: int, log: Log) -> None:
    """Write faults into fields of the good records of ``table``, in place; at most one per field."""
    record = rows[_KEYS[table]]
    taken: dict[str, Mask] = {}
    if "municipio" in rows:
        taken["municipio"] = _spellings_of_towns(table, rows, seed, log)
    for fault in FAULTS[table]:
        hit = chance(seed, f"{table}.{fault.column}.{fault.kind}", rows[NUMBER]) < fault.rate
        hit &= ~taken.setdefault(fault.column, np.zeros(len(record), dtype=bool))
        hit &= rows[fault.column] != None  # noqa: E711 - element by element
        taken[fault.column] |= hit
        which = np.flatnonzero(hit)
        luck = chance(seed, f"{table}.{fault.column}.{fault.kind}.modo", rows[NUMBER][which])
        fault.write(rows, fault.column, which, luck)
        log.add(table, record[which], fault.kind, fault.field, fault.lost)


_KEYS = {
    "aplicantes": "id_aplicante",
    "solicitudes": "id_solicitud",
    "empleadores": "id_empleador",
    "colocaciones": "id_colocacion",
    "trabajadores": "id",
    "inscripciones": "id",
    "denuncias": "id",
    "capacitaciones": "id",
}


def _spellings_of_towns(table: str, rows: Rows, seed: int, log: Log) -> Mask:
    """Half of the people of a municipality with two names use the second; homonyms are noted."""
    town, alias, department = places.names()
    double = {(t, d) for t, a, d in zip(town, alias, department, strict=True) if a}
    shared = {(town[position], department[position]) for position in places.homonyms()}
    pairs = list(zip(rows["municipio"], rows["departamento"], strict=True))
    record = rows[_KEYS[table]]
    log.add(
        table, record[np.array([pair in shared for pair in pairs], dtype=bool)], "homonimo", "municipio_origen"
    )
    hit = np.array([pair in double for pair in pairs], dtype=bool)
    hit &= chance(seed, f"{table}.otra_grafia", rows[NUMBER]) < 0.45
    other_spelling(rows, "municipio", np.flatnonzero(hit), np.zeros(0))
    log.add(table, record[hit], "otra_grafia", "municipio_origen")
    return hit


# ---- extra records ----------------------------------------------------------------------------------------------


def quotas(total: int, rates: Floats, luck: Floats) -> Ints:
    """How many extra records of each kind a group of ``total`` records gets: none in a small one, 4 % at most."""
    if total <= _SMALL_GROUP:
        return np.zeros(len(rates), dtype=np.int64)
    wanted = np.floor(total * rates + luck).astype(np.int64)
    room = np.floor(total * _MOST) - np.concatenate([[0], np.cumsum(wanted)[:-1]])
    result: Ints = np.minimum(wanted, np.maximum(room, 0)).astype(np.int64)
    return result


def chosen(seed: int, purpose: str, number: Ints, rates: dict[str, float]) -> dict[str, Ints]:
    """For each kind, positions in ``number`` of the records that get an extra; no record gets two."""
    luck = chance(seed, f"{purpose}.cuantos", np.arange(len(rates)))
    counts = quotas(len(number), np.array(list(rates.values())), luck)
    order = np.argsort(chance(seed, f"{purpose}.orden", number), kind="stable")
    bounds = np.concatenate([[0], np.cumsum(counts)])
    return {kind: order[bounds[at] : bounds[at + 1]] for at, kind in enumerate(rates)}


def extra_numbers(place: int, first: int, count: int) -> Ints:
    """Numbers of extra records of the month ``place``: later than those of all good ones."""
    return (_EXTRA_BASE + place) * _EXTRA_STEP + first + np.arange(count)


def copies(table: str, letter: str, rows: Rows, seed: int, rates: dict[str, float], log: Log) -> dict[str, Rows]:
    """Of each kind in ``rates``, some records again; all but exact doubles under a key of their own."""
    found, taken = {}, np.zeros(size(rows), dtype=bool)
    for place, (kind, rate) in enumerate(rates.items(), start=1):
        hit = (chance(seed, f"{table}.{kind}", rows[NUMBER]) < rate) & ~taken
        taken |= hit
        copy = found[kind] = take(rows, np.flatnonzero(hit))
        if kind != "duplicado_exacto":
            copy["id"] = key(letter, copy[NUMBER] + place * _COPIED)
        log.add(table, copy["id"], kind)
    return found


def double_of(rows: Rows, kind: str, people: People, number: Ints) -> Rows:
    """A second entry of applicants (``people``, in the same order) under new numbers, with what makes it wrong."""
    copy = take(rows, np.arange(size(rows)))
    copy[NUMBER] = number
    copy["id_aplicante"] = key("A", number)
    everything = np.arange(len(number))
    if kind == "casi_duplicado":
        for column in ("nombres", "apellidos"):
            careless(copy, column, everything, np.zeros(len(number)))
    elif kind == "cui_digito_incorrecto":
        copy["cui"] = population.cui(people.number, people.registered, wrong=4)
    elif kind == "sin_persona":
        copy["cui"] = np.full(len(number), None, dtype=object)
    elif kind == "fecha_imposible":
        born = people.birth.astype("datetime64[M]") + 1_320  # a hundred and ten years later
        copy["fecha_nacimiento"] = np.array([f"{month}-01" for month in born], dtype=object)
    return copy


def double_departure(rows: Rows, kind: str, number: Ints) -> Rows:
    """A second entry of departures under new numbers (exact doubles keep theirs)."""
    copy = take(rows, np.arange(size(rows)))
    if kind == "duplicado_exacto":
        return copy
    copy[NUMBER] = number
    copy["id_colocacion"] = key("C", number)
    if kind == "casi_duplicado":
        copy["pais"] = np.array([_other_case(text) for text in copy["pais"]], dtype=object)
    elif kind == "fecha_imposible":
        _impossible_dates(copy)
    return copy


def _other_case(text: str) -> str:
    label = code_list("paises").label(text) if text in COUNTRIES else text
    return fold(label).upper()


def _impossible_dates(rows: Rows) -> None:
    """Another day of departure in the month, and a contract that ends before it begins or a return before it."""
    leaves = rows["fecha_salida"].astype("datetime64[D]")
    day = (leaves - leaves.astype("datetime64[M]")).astype(np.int64)
    moved = leaves.astype("datetime64[M]").astype("datetime64[D]") + (day + 11) % 28
    even = rows[NUMBER] % 2 == 0
    rows["fecha_salida"] = _day_texts(moved)
    start = rows["fecha_inicio"].astype("datetime64[D]")
    rows["fecha_fin"] = np.where(even, _day_texts(start - 365), rows["fecha_fin"])
    rows["fecha_retorno"] = np.where(even, rows["fecha_retorno"], _day_texts(moved - 45))


def _day_texts(dates: Array) -> Texts:
    return np.datetime_as_string(dates, unit="D").astype(object)
