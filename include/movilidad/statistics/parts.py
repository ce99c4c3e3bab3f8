"""The parts of a table's declaration: population, dimension, indicator, table."""

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from movilidad.model.codelists import REMAINDER, TOTAL, UNKNOWN, CodeList, code_list
from movilidad.model.errors import UsageError
from movilidad.model.periods import Kind
from movilidad.statistics.contents import CONTENTS

Decides = Literal["primera", "ultima", "avance"]


class Strict(BaseModel):
    """Declared once, never changed; a word that nobody knows is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Population(Strict):
    """Who is counted.

    Attributes:
        publica: public by law, so that nothing of it needs protection.
        segun: which record of a person in the period decides in which cell she counts.
    """

    nombre: str
    titulo: str
    publica: bool = False
    segun: Decides = "primera"

    @model_validator(mode="after")
    def _known(self) -> "Population":
        if self.nombre not in CONTENTS:
            raise ValueError(f"el programa no lee la población «{self.nombre}», sino: {', '.join(CONTENTS)}")
        return self


class Dimension(Strict):
    """One way of telling those counted apart.

    Attributes:
        nombre: its name, taken from the key of the file.
        titulo: its title for readers.
        titulos: its title in a population in which it reads otherwise.
        lista: the code list of its labels.
        columna: column of the population; the dimension's own name when empty.
        nivel: length of the codes of the hierarchy's level at which is counted. A longer code belongs to its
            ancestor of that length. A shorter one says less than the level asks (CIUO ``6`` at level 2) and
            counts as ``ND``.
        lista_completa: print every code of the list, also those with zero.
        pertenece_a: the dimension to one of whose codes each code of this one belongs by its list's ``superior``
            (a visa to its country), so that a reader can set one table against the other.
    """

    nombre: str
    titulo: str
    titulos: dict[str, str] = {}
    lista: str
    columna: str = ""
    nivel: int | None = Field(default=None, ge=1)
    lista_completa: bool = False
    pertenece_a: str | None = None

    @model_validator(mode="after")
    def _known(self) -> "Dimension":
        if not any(self.column in contents.columns for contents in CONTENTS.values()):
            raise ValueError(f"ninguna población tiene la columna «{self.column}»")
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

    def title(self, population: str) -> str:
        """Its title in the tables of a population."""
        return self.titulos.get(population, self.titulo)

    def counted_as(self, code: str) -> str | None:
        """The code of the dimension as which a column's ``code`` counts; None if no list knows it.

        A code deeper than its list goes counts by its longest known beginning.
        """
        if self.nivel is None or code == UNKNOWN:
            return code if code == UNKNOWN or code in self.code_list.labels else None
        if len(code) < self.nivel:
            return UNKNOWN
        labels, parents = self.code_list.labels, self.code_list.parents
        known = next((code[:size] for size in range(len(code), 0, -1) if code[:size] in labels), "")
        while len(known) > self.nivel:
            known = parents.get(known, "")
        return known if len(known) == self.nivel else None


class Indicator(Strict):
    """What a table counts: each contributor once (``distintos``), or every record."""

    nombre: str
    titulo: str
    poblacion: str
    unidad: Literal["personas", "salidas", "empleadores", "reclutadores", "inscripciones", "denuncias"]
    cuenta: Literal["distintos", "registros"]


class Table(Strict):
    """One table: a population, one to three dimensions, indicators, kinds of period.

    Attributes:
        jerarquia: the second dimension breaks down the first.
        aditiva: every margin is the sum of its cells. If not, a contributor counts in each cell where she has a
            record, and once in every margin.
    """

    nombre: str
    poblacion: str
    dimensiones: tuple[str, ...] = Field(min_length=1, max_length=3)
    indicadores: tuple[str, ...] = Field(min_length=1)
    periodos: tuple[Kind, ...] = Field(min_length=1)
    jerarquia: bool = False
    aditiva: bool = True

    @property
    def cruce(self) -> bool:
        """Whether some two dimensions cross freely."""
        return len(self.dimensiones) > 1 + self.jerarquia

    @model_validator(mode="after")
    def _sound(self) -> "Table":
        if self.jerarquia and len(self.dimensiones) < 2:
            raise ValueError("una jerarquía necesita dos dimensiones: la segunda desglosa la primera")
        for name in ("dimensiones", "indicadores", "periodos"):
            if len(set(getattr(self, name))) != len(getattr(self, name)):
                raise ValueError(f"hay una repetición en «{name}»")
        return self
