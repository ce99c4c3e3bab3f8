"""The statistical tables as ``include/cuadros.yml`` declares them, read and checked."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from movilidad.model import paths
from movilidad.model.periods import Kind
from movilidad.model.written import read, wrong_as
from movilidad.statistics.contents import CONTENTS
from movilidad.statistics.parts import Dimension, Indicator, Population, Strict, Table

__all__ = ["Dimension", "Indicator", "Population", "Table", "TableSpecs", "agreeing", "load_specs"]

_PARTS = ("poblaciones", "dimensiones", "indicadores", "cuadros")
# what the year to date adds to a table's name, so that it can lie beside the month's
TO_DATE = "_acumulado"
_wrong = wrong_as(
    "la declaración de los cuadros no vale", "corríjala; los comentarios de include/cuadros.yml dicen qué lleva"
)


class TableSpecs(Strict):
    """All of ``cuadros.yml``, each part by name, in the order of the file."""

    poblaciones: dict[str, Population] = Field(min_length=1)
    dimensiones: dict[str, Dimension] = Field(min_length=1)
    indicadores: dict[str, Indicator] = Field(min_length=1)
    cuadros: dict[str, Table] = Field(min_length=1)

    def of_kind(self, kind: Kind) -> dict[str, Table]:
        """The tables of a kind of period, by the name of their file."""
        suffix = TO_DATE if kind == "acumulado" else ""
        return {name + suffix: table for name, table in self.cuadros.items() if kind in table.periodos}

    def find(self, file: str) -> Table | None:
        """The table behind the name of a file; None if the file is of no table."""
        return self.cuadros.get(file.removesuffix(TO_DATE))

    def title(self, file: str) -> str:
        """What a file counts and by what: «Personas colocadas y salidas por sexo, de enero al mes»."""
        table = self.cuadros[file.removesuffix(TO_DATE)]
        first, *others = (self.indicadores[name].titulo for name in table.indicadores)
        counted = " y ".join([first, *map(_lower, others)])
        by = ", ".join(_lower(self.dimensiones[name].title(table.poblacion)) for name in table.dimensiones)
        return f"{counted} por {by}{', de enero al mes' if file.endswith(TO_DATE) else ''}"

    def tables_of(self, population: str) -> list[Table]:
        return [table for table in self.cuadros.values() if table.poblacion == population]

    def dimensions_of(self, population: str) -> tuple[str, ...]:
        """Every dimension by which some table breaks the population down, in the order of the file."""
        used = {name for table in self.tables_of(population) for name in table.dimensiones}
        return tuple(name for name in self.dimensiones if name in used)

    def indicators_of(self, population: str) -> dict[str, Indicator]:
        return {name: found for name, found in self.indicadores.items() if found.poblacion == population}

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        """Give every part the name under which it stands in the file."""
        if not isinstance(data, dict):
            raise ValueError("se esperaban «poblaciones», «dimensiones», «indicadores» y «cuadros»")
        named = dict(data)
        for part in _PARTS:
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
        for indicator in self.indicadores.values():
            if indicator.poblacion not in self.poblaciones:
                raise ValueError(f"el indicador «{indicator.nombre}» usa una población sin declarar")
        for table in self.cuadros.values():
            self._check(table)
        return self

    def _check(self, table: Table) -> None:
        """That a table uses what is declared, and of its own population only."""
        unknown = [name for name in table.dimensiones if name not in self.dimensiones]
        unknown += [name for name in table.indicadores if name not in self.indicadores]
        unknown += [name for name in [table.poblacion] if name not in self.poblaciones]
        if unknown:
            raise ValueError(f"el cuadro «{table.nombre}» usa nombres sin declarar: {', '.join(unknown)}")
        if table.nombre.endswith(TO_DATE):
            raise ValueError(f"el nombre «{table.nombre}» no puede terminar en «{TO_DATE}»: lo pone el programa")
        columns = CONTENTS[table.poblacion].columns
        strange = [name for name in table.dimensiones if self.dimensiones[name].column not in columns]
        strange += [name for name in table.indicadores if name not in self.indicators_of(table.poblacion)]
        if strange:
            raise ValueError(
                f"la población «{table.poblacion}» del cuadro «{table.nombre}» no tiene: {', '.join(strange)}"
            )

    @cached_property
    def containments(self) -> dict[tuple[str, str], dict[str, str]]:
        """(inner, outer) dimension → code → the outer code to which everybody knows that it belongs.

        Those of ``pertenece_a``, and the hierarchies of tables as far as a code list says them.
        """
        pairs = {(each.nombre, each.pertenece_a) for each in self.dimensiones.values() if each.pertenece_a}
        pairs |= {(t.dimensiones[-1], t.dimensiones[-2]) for t in self.cuadros.values() if t.jerarquia}
        found = {}
        for inner, outer in sorted(pairs):
            known = self._contained(self.dimensiones[inner], self.dimensiones[outer])
            if known:
                found[inner, outer] = known
        return found

    def _contained(self, inner: Dimension, outer: Dimension) -> dict[str, str]:
        if inner.lista == outer.lista:
            parents = {code: outer.counted_as(code) for code in inner.codes}
        else:
            parents = {code: inner.code_list.parents.get(code) for code in inner.codes}
        return {code: parent for code, parent in parents.items() if parent in outer.code_list.labels}


def agreeing(parents: Mapping[str, str], pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """The known parents without those of codes that are seen together with another."""
    wrong = {inner for inner, outer in pairs if parents.get(inner, outer) != outer}
    return {code: parent for code, parent in parents.items() if code not in wrong}


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


@lru_cache
def load_specs(file: Path = paths.TABLES) -> TableSpecs:
    """Read the tables' declaration; a UsageError that says where it is wrong."""
    return read(TableSpecs, file, _wrong)
