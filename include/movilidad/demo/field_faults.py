"""The faults of a field, each kind a small function, and how often each platform's fields have them.

Such a fault stays in an otherwise good record: the record counts, the field may become unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from movilidad.demo import places, population
from movilidad.demo.randomness import Floats, Ints, Texts
from movilidad.demo.records import Rows
from movilidad.model.codelists import code_list, fold

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
#: faults of each table's fields, in the order in which they are written
FAULTS: dict[str, tuple[FieldFault, ...]] = {
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
    "denuncias": (
        FieldFault(_MISSING, "canal", "canal", 0.02, True, blank),
        FieldFault(_LABEL, "canal", "canal", 0.1, False, label_of("canales_denuncia")),
        FieldFault(_OUT, "clase", "clase", 0.01, True, off_list("varias", "99")),
        FieldFault(_LABEL, "clase", "clase", 0.08, False, label_of("clases_denuncia")),
        FieldFault(_MISSING, "pais", "pais", 0.03, True, blank),
        FieldFault(_LABEL, "pais", "pais", 0.1, False, label_of("paises")),
        FieldFault(_LABEL, "estado", "estado", 0.08, False, label_of("estados_denuncia")),
    ),
    "capacitaciones": (
        FieldFault(_LABEL, "curso", "curso", 0.15, False, label_of("cursos_capacitacion")),
        FieldFault(_MISSING, "modalidad", "modalidad", 0.03, True, blank),
        FieldFault(_LABEL, "modalidad", "modalidad", 0.15, False, label_of("modalidades_curso")),
        FieldFault("municipio_mal_escrito", "municipio", "municipio_curso", 0.03, True, misspelt),
        FieldFault(_CASE, "municipio", "municipio_curso", 0.1, False, careless),
        FieldFault(_CASE, "departamento", "departamento_texto", 0.08, False, careless),
    ),
}
