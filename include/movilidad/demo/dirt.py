"""The faults of real registrations, each kind a small function, at realistic rates.

Two sorts. A *fault in a field* stays in an otherwise good record: the record counts, the field may become unknown.
An *extra record* (a double, a mistyped double, a record nobody can be found for) is added to good ones and has to
end in quarantine; without the extra records the figures equal the truth.

Which records are faulty depends on the seed and on the record's number only. In a group of 20 records or fewer
there are no extra records, and nowhere are they more than 4 %.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from movilidad.demo import places, population
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
}
#: kinds whose records are extra and have to end in quarantine
EXTRA_KINDS = ("duplicado_exacto", "casi_duplicado", "cui_digito_incorrecto", "sin_persona", "fecha_imposible")

_SMALL_GROUP, _MOST = 20, 0.04
_EXTRA_BASE, _EXTRA_STEP = 500, 1_000_000  # extra records of month n are numbered from (500 + n) million

# writes the fault into some rows of a column, ``luck`` being a number from 0 to 1 per row
Writer = Callable[[Rows, str, Ints, Floats], None]


@dataclass(frozen=True)
class FieldFault:
    """A kind of fault of one column; ``lost`` when no cleaning can recover what was meant."""

    kind: str
    column: str
    field: str
    rate: float
    lost: bool
    write: Writer


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


# ---- faults in a field ------------------------------------------------------------------------------------------


def blank(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """Nothing, or nothing but a blank."""
    rows[column][which] = np.array([None, "", " "], dtype=object)[np.searchsorted([0.7, 0.9], luck)]


def off_list(*values: str) -> Writer:
    """A code that the list does not have."""

    def write(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
        rows[column][which] = _choose(values, luck)

    return write


def label_of(list_name: str) -> Writer:
    """The label or an alias of the code, in any case."""

    def write(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
        known = code_list(list_name)
        for row, number in zip(which, luck, strict=True):
            code = rows[column][row]
            spellings = _spellings(list_name, known.label(code), known.aliases.get(code, ()))
            rows[column][row] = _choose(spellings, np.array([number]))[0]

    return write


def _spellings(list_name: str, label: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    base = (label, *aliases)
    spellings = (*base, label.upper(), fold(label).upper())
    return tuple(text.replace("'", "\u2019") for text in spellings) + base if "'" in label else spellings


def careless(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """Capitals without accents, all small, or with blanks around."""
    for row, number in zip(which, luck, strict=True):
        text = rows[column][row]
        if text is not None:
            rows[column][row] = (fold(text).upper(), text.lower(), f" {text.upper()} ")[int(number * 3)]


def misspelt(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """One letter missing, so that no municipality has that name."""
    for row, number in zip(which, luck, strict=True):
        text = rows[column][row]
        cut = 1 + int(number * (len(text) - 2))
        shorter = text[:cut] + text[cut + 1 :]
        rows[column][row] = shorter if fold(shorter) not in _town_names() else f"{text[:cut]}#{text[cut:]}"


def other_spelling(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """The second form of the municipality's name."""
    town, alias, department = places.names()
    second = {(t, d): a for t, a, d in zip(town, alias, department, strict=True) if a}
    for row in which:
        pair = (rows[column][row], rows["departamento"][row])
        rows[column][row] = second[pair]


def printed(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """The CUI as the identity document prints it."""
    rows[column][which] = population.printed_cui(rows[column][which])


def without_prefix(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """A telephone number without +502."""
    rows[column][which] = [text.removeprefix("+502 ") for text in rows[column][which]]


def wrong_unit(rows: Rows, column: str, which: Ints, luck: Floats) -> None:
    """The amount of one pay unit under the name of another."""
    swapped = {"hora": "mes", "mes": "hora", "quincena": "hora", "dia": "mes", "semana": "hora"}
    rows["periodo_pago"][which] = [swapped[unit] for unit in rows["periodo_pago"][which]]


def _choose(values: tuple[str, ...], luck: Floats) -> Texts:
    return np.array(values, dtype=object)[(luck * len(values)).astype(np.int64)]


@lru_cache
def _town_names() -> frozenset[str]:
    town, alias, _ = places.names()
    return frozenset({fold(text) for text in (*town, *alias) if text})


_MISSING, _OUT, _LABEL, _CASE = (
    "valor_faltante", "codigo_fuera_de_lista", "etiqueta_por_codigo", "mayusculas_y_acentos",
)  # fmt: skip

# people's own fields, as the programme's platform and the recruiters report them
_PERSON_FAULTS = (
    FieldFault(_MISSING, "sexo", "sexo", 0.003, True, blank),
    FieldFault(_OUT, "sexo", "sexo", 0.002, True, off_list("3", "X")),
    FieldFault(_LABEL, "sexo", "sexo", 0.05, False, label_of("sexos")),
    FieldFault(_MISSING, "fecha_nacimiento", "fecha_nacimiento", 0.003, True, blank),
    FieldFault(_MISSING, "pueblo", "pueblo", 0.014, True, blank),
    FieldFault(_OUT, "pueblo", "pueblo", 0.004, True, off_list("7", "0", "Otro")),
    FieldFault(_LABEL, "pueblo", "pueblo", 0.03, False, label_of("pueblos")),
    FieldFault(_MISSING, "comunidad_linguistica", "comunidad_linguistica", 0.012, True, blank),
    FieldFault(_OUT, "comunidad_linguistica", "comunidad_linguistica", 0.003, True, off_list("23", "77")),
    FieldFault(
        _LABEL, "comunidad_linguistica", "comunidad_linguistica", 0.03, False, label_of("comunidades_linguisticas")
    ),
    FieldFault(_MISSING, "municipio", "municipio_origen", 0.005, True, blank),
    FieldFault("municipio_mal_escrito", "municipio", "municipio_origen", 0.006, True, misspelt),
    FieldFault(_CASE, "municipio", "municipio_origen", 0.07, False, careless),
    FieldFault(_CASE, "departamento", "departamento_texto", 0.05, False, careless),
    FieldFault("cui_con_espacios", "cui", "persona_id", 0.05, False, printed),
)
# what only platforms have on which people enter themselves
_CONTACT_FAULTS = (
    FieldFault(_CASE, "nombres", "nombres", 0.06, False, careless),
    FieldFault(_CASE, "apellidos", "apellidos", 0.06, False, careless),
    FieldFault(_MISSING, "correo", "correo", 0.3, True, blank),
    FieldFault("telefono_sin_prefijo", "telefono", "telefono", 0.1, False, without_prefix),
)
_FAULTS: dict[str, tuple[FieldFault, ...]] = {
    "aplicantes": (
        *_PERSON_FAULTS,
        FieldFault(_MISSING, "nivel_educativo", "nivel_educativo", 0.02, True, blank),
        FieldFault(_OUT, "nivel_educativo", "nivel_educativo", 0.003, True, off_list("14", "Otro")),
        FieldFault(_LABEL, "nivel_educativo", "nivel_educativo", 0.03, False, label_of("niveles_educativos")),
        *_CONTACT_FAULTS,
    ),
    "solicitudes": (
        FieldFault(_MISSING, "canal", "canal_registro", 0.01, True, blank),
        FieldFault(_OUT, "canal", "canal_registro", 0.005, True, off_list("whatsapp", "9")),
        FieldFault(_LABEL, "canal", "canal_registro", 0.1, False, label_of("canales_registro")),
        FieldFault(_MISSING, "pais_interes", "pais_interes", 0.01, True, blank),
        FieldFault(_LABEL, "pais_interes", "pais_interes", 0.12, False, label_of("paises")),
        FieldFault(_MISSING, "codigo_puesto", "ocupacion", 0.02, True, blank),
        FieldFault(_OUT, "codigo_puesto", "ocupacion", 0.004, True, off_list("99-9999", "0000")),
    ),
    "empleadores": (
        FieldFault(_MISSING, "codigo_actividad", "sector", 0.02, True, blank),
        FieldFault(_LABEL, "pais", "pais", 0.06, False, label_of("paises")),
    ),
    "colocaciones": (
        FieldFault(_LABEL, "pais", "pais", 0.08, False, label_of("paises")),
        FieldFault(_MISSING, "subdivision", "subdivision", 0.01, True, blank),
        FieldFault(_OUT, "tipo_visa", "tipo_visa", 0.003, True, off_list("B-2", "H-9Z")),
        FieldFault(_LABEL, "tipo_visa", "tipo_visa", 0.06, False, label_of("tipos_visa")),
        FieldFault(_MISSING, "codigo_puesto", "ocupacion", 0.006, True, blank),
        FieldFault(_OUT, "codigo_puesto", "ocupacion", 0.003, True, off_list("99-9999", "0000")),
        FieldFault(_MISSING, "codigo_actividad", "sector", 0.006, True, blank),
        FieldFault(_OUT, "codigo_actividad", "sector", 0.003, True, off_list("999999", "ZZ")),
        FieldFault("salario_en_otra_unidad", "periodo_pago", "salario", 0.012, True, wrong_unit),
        FieldFault(_OUT, "periodo_pago", "salario", 0.004, True, off_list("Select Pay Range")),
        FieldFault(_LABEL, "periodo_pago", "periodo_pago", 0.06, False, label_of("periodos_pago")),
        FieldFault(_MISSING, "salario", "salario", 0.01, True, blank),
        FieldFault(_MISSING, "moneda", "salario", 0.003, True, blank),
    ),
    "trabajadores": (
        *_PERSON_FAULTS,
        FieldFault(_LABEL, "pais", "pais", 0.08, False, label_of("paises")),
        FieldFault(_LABEL, "visa", "tipo_visa", 0.06, False, label_of("tipos_visa")),
        FieldFault(_MISSING, "ocupacion", "ocupacion", 0.02, True, blank),
        FieldFault(_MISSING, "salario", "salario", 0.02, True, blank),
    ),
    "inscripciones": (
        *_PERSON_FAULTS,
        *_CONTACT_FAULTS,
        FieldFault(_CASE, "interes_ptt", "interes", 0.2, False, careless),
        FieldFault(_MISSING, "id_carrera", "carrera", 0.04, True, blank),
        FieldFault(_OUT, "id_carrera", "carrera", 0.006, True, off_list("0", "99")),
        FieldFault(_LABEL, "id_carrera", "carrera", 0.04, False, label_of("carreras")),
        FieldFault(_MISSING, "id_ocupacion", "ocupacion", 0.03, True, blank),
        FieldFault(_OUT, "id_ocupacion", "ocupacion", 0.006, True, off_list("0000", "9999")),
        FieldFault(_LABEL, "id_ocupacion", "ocupacion", 0.03, False, label_of("ciuo08")),
        FieldFault(_MISSING, "id_experiencia", "experiencia", 0.03, True, blank),
        FieldFault(_OUT, "id_experiencia", "experiencia", 0.004, True, off_list("0", "7")),
        FieldFault(_LABEL, "id_experiencia", "experiencia", 0.04, False, label_of("experiencias")),
        FieldFault(_MISSING, "id_idiomas", "idiomas", 0.05, True, blank),
        FieldFault(_OUT, "id_idiomas", "idiomas", 0.004, True, off_list("0", "9", "Otro")),
        FieldFault(_LABEL, "id_idiomas", "idiomas", 0.04, False, label_of("idiomas")),
    ),
}


def spoil(table: str, rows: Rows, seed: int, log: Log) -> None:
    """Write faults into fields of the good records of ``table``, in place; at most one per field."""
    record = rows[_KEYS[table]]
    taken: dict[str, Mask] = {}
    if "municipio" in rows:
        taken["municipio"] = _spellings_of_towns(table, rows, seed, log)
    for fault in _FAULTS[table]:
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
