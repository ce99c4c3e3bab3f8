"""The statistical tables as ``include/cuadros.yml`` declares them.

A table is one dimension, or two of which the second breaks down the first (``jerarquia: true``). Free crossings
are refused here: several tables linked by a crossing can only be protected together.
"""

from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from movilidad.model import paths
from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN, CodeList, code_list
from movilidad.model.errors import UsageError
from movilidad.statistics.population import DIMENSION_COLUMNS


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dimension(_Strict):
    """One way of telling people apart.

    Attributes:
        nombre: its name, taken from the key of the file.
        titulo: its title for readers.
        lista: the code list of its labels.
        columna: column of the population; the dimension's own name when empty.
        nivel: number of characters to which a hierarchical code is cut. A code with fewer characters says less
            than the level asks (CIUO ``6`` at level 2) and counts as ``ND``.
        lista_completa: print every code of the list, also those with zero.
        pertenece_a: the dimension to one of whose codes each code of this one belongs by its list's ``superior``
            (a visa to its country), so that a reader can set one table against the other.
    """

    nombre: str
    titulo: str
    lista: str
    columna: str = ""
    nivel: int | None = Field(default=None, ge=1)
    lista_completa: bool = False
    pertenece_a: str | None = None

    @model_validator(mode="after")
    def _known(self) -> "Dimension":
        if self.column not in DIMENSION_COLUMNS:
            raise ValueError(f"la población no tiene la columna «{self.column}»")
        try:
            clash = {UNKNOWN, TOTAL, REMAINDER} & set(self.codes)
        except UsageError as error:
            raise ValueError(error.what) from error
        if clash:
            raise ValueError(f"la lista «{self.lista}» usa un código reservado: {', '.join(sorted(clash))}")
        return self

    @property
    def column(self) -> str:
        return self.columna or self.nombre

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of the dimension in the order of its list; ``ND`` comes after them and is not among them."""
        codes = code_list(self.lista).codes
        return tuple(code for code in codes if self.nivel is None or len(code) == self.nivel)

    @property
    def code_list(self) -> CodeList:
        return code_list(self.lista)

    def label(self, code: str) -> str:
        """The Spanish label of a code, also of ``ND``, ``Total`` and ``Resto``."""
        return self.code_list.label(code)


class Indicator(_Strict):
    """What a table counts: distinct persons, or departures."""

    nombre: str
    titulo: str
    unidad: Literal["personas", "salidas"]


class Table(_Strict):
    """One table: its dimensions (one, or a hierarchy of two) and its indicators."""

    nombre: str
    dimensiones: tuple[str, ...] = Field(min_length=1, max_length=2)
    indicadores: tuple[str, ...] = Field(min_length=1)
    jerarquia: bool = False

    @model_validator(mode="after")
    def _protectable(self) -> "Table":
        if self.jerarquia != (len(self.dimensiones) == 2):
            raise ValueError("un cuadro tiene una dimensión, o dos con «jerarquia: true»")
        if len(set(self.dimensiones)) != len(self.dimensiones):
            raise ValueError("una dimensión está repetida")
        return self


class TableSpecs(_Strict):
    """All of ``cuadros.yml``, each part by name, in the order of the file."""

    dimensiones: dict[str, Dimension] = Field(min_length=1)
    indicadores: dict[str, Indicator] = Field(min_length=1)
    cuadros: dict[str, Table] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        """Give every part the name under which it stands in the file."""
        if not isinstance(data, dict):
            raise ValueError("se esperaban «dimensiones», «indicadores» y «cuadros»")
        named = dict(data)
        for part in ("dimensiones", "indicadores", "cuadros"):
            if isinstance(data.get(part), dict):
                named[part] = {
                    name: {"nombre": name, **body} if isinstance(body, dict) else body
                    for name, body in data[part].items()
                }
        return named

    @model_validator(mode="after")
    def _complete(self) -> "TableSpecs":
        for dimension in self.dimensiones.values():
            outer = dimension.pertenece_a
            if outer and (outer not in self.dimensiones or not dimension.code_list.parents):
                raise ValueError(f"la dimensión «{dimension.nombre}» no puede pertenecer a «{outer}»")
        for table in self.cuadros.values():
            unknown = [name for name in table.dimensiones if name not in self.dimensiones]
            unknown += [name for name in table.indicadores if name not in self.indicadores]
            if unknown:
                raise ValueError(f"el cuadro «{table.nombre}» usa nombres sin declarar: {', '.join(unknown)}")
        return self


@lru_cache
def load_specs(file: Path = paths.TABLES) -> TableSpecs:
    """Read the tables' declaration; a UsageError that names the place of the first mistake."""
    try:
        return TableSpecs.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise UsageError("no existe la declaración de los cuadros", place=file.name) from error
    except yaml.YAMLError as error:
        raise UsageError("la declaración de los cuadros no es YAML válido", place=file.name) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "el archivo"
        raise UsageError(
            f"la declaración de los cuadros no es válida en «{where}»: {first['msg']}", place=file.name
        ) from error
