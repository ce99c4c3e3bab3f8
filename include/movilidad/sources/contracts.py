"""Data contracts: one YAML file per source in ``include/sources``.

A contract says how to reach a source, which data sets and columns it gives, what each column means, who is
responsible and which expectation suite judges it. Connecting another platform means writing a contract.
"""

from functools import lru_cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from movilidad.model import paths
from movilidad.model.errors import UsageError

Kind = Literal[
    "texto", "entero", "decimal", "fecha", "momento", "mes", "codigo", "logico",
    "cui", "nit", "municipio", "salario",
]  # fmt: skip
PrivacyClass = Literal["ninguna", "registro", "identificador", "cuasi", "sensible"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Steward(_Strict):
    """Who answers for a source and gets its alerts."""

    nombre: str
    correo: str


class Column(_Strict):
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
    """

    origen: str
    tipo: Kind
    descripcion: str
    clase: PrivacyClass = "ninguna"
    obligatoria: bool = True
    lista: str | None = None
    conversiones: tuple[str, ...] = ()
    formatos: tuple[str, ...] = ()
    equivalencias: dict[str, str] = Field(default_factory=dict)
    departamento: str | None = None
    moneda: str | None = None
    periodo: str | None = None
    unidad: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Column":
        needs = {"codigo": ("lista",), "municipio": ("departamento",), "salario": ("moneda", "periodo")}
        for name in needs.get(self.tipo, ()):
            if getattr(self, name) is None:
                raise ValueError(f"una columna de tipo «{self.tipo}» necesita «{name}»")
        if self.tipo == "cui" and self.clase != "identificador":
            raise ValueError("una columna de tipo «cui» es de clase «identificador»")
        return self


class Dataset(_Strict):
    """One table, resource, sheet or operation of a source.

    Attributes:
        nucleo: core tables that it fills; a core column takes the field of the same name.
        lectura: what the connector needs to read it (query file, resource, file pattern, operation).
        clave: fields that identify a record at the source; empty means its ordinal.
        minimo_filas: fewer rows stop the source.
        constantes: core columns with one value for all rows.
        referencias: field → ``dataset.field`` of the same source in which its value must occur.
        unica: fields of which two records with the same values are the same event (near duplicates).
    """

    descripcion: str
    nucleo: tuple[str, ...] = ()
    lectura: dict[str, Any] = Field(default_factory=dict)
    clave: tuple[str, ...] = ()
    minimo_filas: int = 1
    constantes: dict[str, str] = Field(default_factory=dict)
    referencias: dict[str, str] = Field(default_factory=dict)
    unica: tuple[str, ...] = ()
    columnas: dict[str, Column]

    @model_validator(mode="after")
    def _known_fields(self) -> "Dataset":
        named = {*self.clave, *self.referencias, *self.unica}
        for column in self.columnas.values():
            named |= {name for name in (column.departamento, column.moneda, column.periodo) if name}
        if unknown := sorted(named - set(self.columnas) - set(self.constantes)):
            raise ValueError(f"campos sin columna: {', '.join(unknown)}")
        return self


class Contract(_Strict):
    """One source.

    Attributes:
        alcance: ``mes`` gives the records of one month; ``historia`` gives all it has, as it stands.
        conexion: id of the Airflow connection that holds its address and secret.
        calendario: cron, in the time of Guatemala, of the monthly ingestion.
        maximo_cuarentena: share of rows in quarantine above which the source stops.
        ultimo_mes: name of a query file that gives the last month with records (SQL sources).
    """

    fuente: str
    titulo: str
    descripcion: str
    institucion: str
    licencia: str | None = None
    responsable: Steward
    calendario: str
    conector: Literal["sql", "rest", "archivo", "soap"]
    conexion: str
    suite: str
    alcance: Literal["mes", "historia"]
    maximo_cuarentena: float = Field(default=0.05, ge=0, le=1)
    ultimo_mes: str | None = None
    conjuntos: dict[str, Dataset] = Field(min_length=1)


def contract_names() -> list[str]:
    """Names of all sources, sorted; reads file names only."""
    return sorted(file.stem for file in paths.CONTRACTS.glob("*.yml"))


@lru_cache
def load_contract(name: str) -> Contract:
    """The contract of the source ``name``; a UsageError with the place of what is wrong in the file."""
    file = paths.CONTRACTS / f"{name}.yml"
    if name not in contract_names():
        raise UsageError(
            f"no hay contrato para la fuente «{name}»",
            remedy=f"elija una de: {', '.join(contract_names())}",
        )
    try:
        contract = Contract.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise UsageError("el contrato no es YAML válido", source=name, place=file.name) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            f"el contrato no es válido en «{'.'.join(str(part) for part in first['loc'])}»: {first['msg']}",
            source=name,
            place=file.name,
        ) from error
    if contract.fuente != name:
        raise UsageError(f"el contrato dice fuente «{contract.fuente}»", source=name, place=file.name)
    return contract
