"""Data contracts: one YAML file per source in ``include/sources`` (or in the office's folder).

A contract says how to reach a source, which data sets and columns it gives, what each column means, who is
responsible and which expectation suite judges it. Connecting another platform means writing a contract.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from movilidad.model import office
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.model.strict import Strict
from movilidad.model.written import read

Kind = Literal[
    "texto", "entero", "decimal", "fecha", "momento", "mes", "codigo", "logico",
    "cui", "nit", "municipio", "salario",
]  # fmt: skip
PrivacyClass = Literal["ninguna", "registro", "identificador", "cuasi", "sensible"]
Connector = Literal["sql", "rest", "archivo", "soap"]
#: the reports of the product, as contracts name them
Report = Literal["mensual", "cuatrimestral"]
REPORTS: tuple[Report, ...] = get_args(Report)
# names become folders, files, tables, columns and DAG ids
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

# below the address of the connection, and nowhere else
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?")
_PATHS = ("recurso", "servicio")

# what ``lectura`` says to each connector: needed keys, further keys
_READING: dict[str, tuple[set[str], set[str]]] = {
    "sql": ({"consulta"}, {"zona"}),
    "rest": (
        {"recurso"},
        {"parametros", "lista", "siguiente", "total", "tamano_pagina", "parametro_tamano", "parametro_pagina"},
    ),
    "archivo": ({"archivo"}, {"hoja", "encabezado", "separador", "codificacion", "lista"}),
    "soap": (
        {"servicio", "espacio", "operacion", "registros"},
        {"parametros", "total", "respaldo", "separador", "codificacion"},
    ),
}


# what they hold is no text
_NUMBERS, _TABLE = {"encabezado", "tamano_pagina"}, "parametros"


class Steward(Strict):
    """Who answers for a source and gets its alerts."""

    nombre: str
    correo: str


class Column(Strict):
    """One field, named as the core names it.

    Attributes:
        origen: its name at the source.
        tipo: how its text is read; ``cui`` becomes a pseudonym, ``municipio`` needs ``departamento``,
            ``salario`` needs ``moneda`` and ``periodo``, each naming another field or constant of the data set.
        lista: closed code list of a ``codigo``; ``conversiones`` are crosswalks tried when the code is not in it.
        formatos: ``strptime`` formats of a ``fecha`` or ``momento``, in order; ISO 8601 when empty.
        equivalencias: what the source writes → what is meant.
        clase: personal-data class; ``identificador`` never leaves the extraction, ``registro`` is a record key.
        obligatoria: the column must be there; an optional one may be missing from the source.
        unidad: unit of a number.
        madura: filled in or changed as time goes by (a stage, a return), so that a new month cannot be compared
            with old ones.
    """

    origen: str
    tipo: Kind
    descripcion: str
    clase: PrivacyClass = "ninguna"
    obligatoria: bool = True
    lista: Name | None = None
    conversiones: tuple[Name, ...] = ()
    formatos: tuple[str, ...] = ()
    equivalencias: dict[str, str] = Field(default_factory=dict)
    departamento: str | None = None
    moneda: str | None = None
    periodo: str | None = None
    unidad: str | None = None
    madura: bool = False

    @model_validator(mode="after")
    def _complete(self) -> "Column":
        needs = {"codigo": ("lista",), "municipio": ("departamento",), "salario": ("moneda", "periodo")}
        for name in needs.get(self.tipo, ()):
            if getattr(self, name) is None:
                raise ValueError(f"una columna de tipo «{self.tipo}» necesita «{name}»")
        # only what becomes a pseudonym may be read: names, telephones and the like have no column
        if (self.tipo == "cui") != (self.clase == "identificador"):
            raise ValueError("las columnas de tipo «cui», y solo ellas, son de clase «identificador»")
        return self


class Dataset(Strict):
    """One table, resource, sheet or operation of a source.

    Attributes:
        nucleo: core tables that it fills; a core column takes the field of the same name.
        lectura: what the connector needs to read it (query file, resource, file pattern, operation).
        clave: fields that identify a record at the source; empty means its ordinal.
        minimo_filas: fewer rows stop the source.
        minimo_desde: month from which that holds; before it a month may be empty.
        desde: first month of which the source gives this data set; of earlier ones it is not read and is empty.
        constantes: core columns with one value for all rows.
        referencias: field → ``dataset.field`` of the same source in which its value must occur.
        unica: fields of which two records with the same values are the same event (near duplicates).
        sin_usar: columns that the source is known to have and that are not read; others are told as new.
    """

    descripcion: str
    nucleo: tuple[Name, ...] = ()
    lectura: dict[str, Any] = Field(default_factory=dict)
    clave: tuple[str, ...] = ()
    minimo_filas: int = 1
    minimo_desde: str | None = None
    desde: str | None = None
    constantes: dict[str, str] = Field(default_factory=dict)
    referencias: dict[str, str] = Field(default_factory=dict)
    unica: tuple[str, ...] = ()
    sin_usar: tuple[str, ...] = ()
    columnas: dict[Name, Column] = Field(min_length=1)

    def least_rows(self, month: Month) -> int:
        """The number of rows below which a month stops the source."""
        begun = self.minimo_desde is None or month >= Month.parse(self.minimo_desde)
        return self.minimo_filas if begun and self.is_given(month) else 0

    def is_given(self, month: Month) -> bool:
        """Whether the source gives this data set for ``month``."""
        return self.desde is None or month >= Month.parse(self.desde)

    @field_validator("minimo_desde", "desde")
    @classmethod
    def _is_month(cls, value: str | None) -> str | None:
        try:
            return value and str(Month.parse(value))
        except UsageError as error:
            raise ValueError(error.what) from None

    @model_validator(mode="after")
    def _known_fields(self) -> "Dataset":
        named = {*self.clave, *self.referencias, *self.unica}
        for column in self.columnas.values():
            named |= {name for name in (column.departamento, column.moneda, column.periodo) if name}
        if unknown := sorted(named - set(self.columnas) - set(self.constantes)):
            raise ValueError(f"campos sin columna: {', '.join(unknown)}")
        origins = [column.origen for column in self.columnas.values()]
        if repeated := sorted({name for name in origins if origins.count(name) > 1}):
            raise ValueError(f"dos columnas con el mismo origen: {', '.join(repeated)}")
        return self


class Contract(Strict):
    """One source.

    Attributes:
        alcance: ``mes`` gives the records of one month; ``historia`` gives all it has, as it stands.
        conexion: id of the Airflow connection that holds its address and secret.
        calendario: cron, in the time of Guatemala, of the monthly ingestion.
        informes: reports that need the source and wait for it; its ingestion runs in any case.
        maximo_cuarentena: share of rows in quarantine above which the source stops.
        ultimo_mes: name of a query file that gives the last month with records (SQL sources).
    """

    fuente: Name
    titulo: str
    descripcion: str
    institucion: str
    licencia: str | None = None
    responsable: Steward
    calendario: str
    conector: Connector
    conexion: Name
    suite: Name
    alcance: Literal["mes", "historia"]
    informes: tuple[Report, ...] = Field(default=REPORTS, min_length=1)
    maximo_cuarentena: float = Field(default=0.05, ge=0, le=1)
    ultimo_mes: str | None = None
    conjuntos: dict[Name, Dataset] = Field(min_length=1)

    @model_validator(mode="after")
    def _readable(self) -> "Contract":
        if len(self.calendario.split()) != 5:
            raise ValueError("«calendario» lleva cinco partes: minuto hora día mes día_de_la_semana")
        needed, further = _READING[self.conector]
        for name, dataset in self.conjuntos.items():
            keys = set(dataset.lectura)
            if missing := sorted(needed - keys):
                raise ValueError(f"a la lectura de «{name}» le falta: {', '.join(missing)}")
            if unknown := sorted(keys - needed - further):
                raise ValueError(f"la lectura de «{name}» no conoce: {', '.join(unknown)}")
            for key, value in dataset.lectura.items():
                _require_reading(name, key, value)
            for key in keys.intersection(_PATHS):
                if not _PATH.fullmatch(str(dataset.lectura[key])):
                    raise ValueError(
                        f"«{key}» lleva solo la ruta, como /api/v1/registros; la dirección, la conexión"
                    )
        return self

    @model_validator(mode="after")
    def _known_references(self) -> "Contract":
        known = {f"{name}.{field}" for name, data in self.conjuntos.items() for field in data.columnas}
        for name, dataset in self.conjuntos.items():
            if unknown := sorted(set(dataset.referencias.values()) - known):
                raise ValueError(f"«{name}» se refiere a campos que no existen: {', '.join(unknown)}")
        return self

    def called(self, dataset: str, field: str) -> str:
        """How people call a field: ``«Visa o permiso» (colocaciones)``; an unknown one keeps its name."""
        return f"«{self.field_title(dataset, field)}» ({dataset})"

    def field_title(self, dataset: str, field: str) -> str:
        """How people call a field where its data set is plain; an unknown one keeps its name."""
        own = self.conjuntos.get(dataset)
        column = own.columnas.get(field) if own else None
        return column.descripcion.partition(";")[0] if column else field

    def query_names(self) -> list[str]:
        """Names of the query files of a SQL source, sorted."""
        if self.conector != "sql":
            return []
        named = [str(dataset.lectura["consulta"]) for dataset in self.conjuntos.values()]
        return sorted({*named, *([self.ultimo_mes] if self.ultimo_mes else [])})

    def query_file(self, query: str) -> Path:
        """Where a query of a SQL source is kept."""
        return office.query_file(self.fuente, query)

    def sha256(self) -> str:
        """Hash of what the contract says and of its queries; comments and layout of the YAML do not count."""
        content: list[Any] = [self.model_dump(mode="json", exclude_defaults=True)]
        content += [[name, self.query_file(name).read_text(encoding="utf-8")] for name in self.query_names()]
        text = json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _require_reading(name: str, key: str, value: Any) -> None:
    """A ValueError if a connector could not use what ``lectura`` says under this key."""
    if key in _NUMBERS:
        wrong = "lleva un número, desde 1" if type(value) is not int or value < 1 else ""
    elif key == _TABLE:
        plain = isinstance(value, dict) and all(isinstance(each, str | int | float) for each in value.values())
        wrong = "" if plain else "lleva un grupo de claves, cada una con un valor"
    elif key == "separador":
        wrong = "lleva un solo signo" if not isinstance(value, str) or len(value) != 1 or value in '"\r\n' else ""
    else:
        wrong = "" if isinstance(value, str) else "lleva un texto (¿faltan comillas?)"
    if wrong:
        raise ValueError(f"en la lectura de «{name}», «{key}» {wrong}")


def contract_names() -> list[str]:
    """Names of all sources, sorted; reads file names only."""
    return sorted(file.stem for file in office.contracts_folder().glob("*.yml"))


def sources_of(report: Report) -> list[str]:
    """Names of the sources that a report needs, sorted."""
    return [name for name in contract_names() if report in load_contract(name).informes]


def sources_only_of_four_months() -> list[str]:
    """Names of the sources that the four-month report needs and the monthly one does not, sorted."""
    monthly = sources_of("mensual")
    return [name for name in sources_of("cuatrimestral") if name not in monthly]


def awaited_by(series: str) -> list[str]:
    """The sources without which there is no release of a series; of four months those that only they need.

    Of evaluations none: that a platform did not deliver is what they say.
    """
    if series == "plataformas":
        return []
    return sources_of("mensual") if series == "mensual" else sources_only_of_four_months()


@lru_cache
def load_contract(name: str) -> Contract:
    """The contract of the source ``name``; a UsageError with the place of what is wrong in the file."""
    if name not in contract_names():
        raise UsageError(
            f"no hay contrato para la fuente «{name}»",
            remedy=f"elija una de: {', '.join(contract_names())}",
        )
    return read_contract(office.contracts_folder() / f"{name}.yml")


def read_contract(file: Path) -> Contract:
    """Read and check one contract file; a UsageError that names every fault and its place in the file."""
    name = file.stem
    contract = read(Contract, file, _unreadable)
    if contract.fuente != name:
        raise _wrong(name, file, f"el contrato dice fuente «{contract.fuente}»")
    _require_files(contract, file)
    return contract


def _require_files(contract: Contract, file: Path) -> None:
    for query in contract.query_names():
        if not re.fullmatch(r"[a-z0-9_]+", query) or not contract.query_file(query).is_file():
            raise _wrong(contract.fuente, file, f"falta el archivo de la consulta «{query}»")
    lists = {
        name
        for dataset in contract.conjuntos.values()
        for column in dataset.columnas.values()
        for name in (column.lista, *column.conversiones)
        if name
    }
    for name in sorted(lists):
        if not office.code_list_file(name).is_file():
            raise _wrong(contract.fuente, file, f"no existe la lista de códigos «{name}»")


def _unreadable(file: Path, reason: str) -> UsageError:
    return _wrong(file.stem, file, f"el contrato no es válido: {reason}")


def _wrong(name: str, file: Path, what: str) -> UsageError:
    return UsageError(
        what, source=name, place=file.name, remedy="corrija el contrato; docs/contratos.md explica cada clave"
    )
