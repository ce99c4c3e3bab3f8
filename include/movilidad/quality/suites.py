"""Expectation suites: one YAML file per source in ``expectations``, written in Great Expectations' own words.

A suite lists, per dataset, expectations on the cleaned frame. ``severity`` is GX's; ``meta.accion`` says what
follows when one fails: ``detener`` (the source stops), ``cuarentena`` (the row leaves and the steward sees it) or
``anotar`` (it is counted and stays). Where GX allows a suite parameter, ``{$PARAMETER: inicio_mes}`` stands for
something of the month: ``mes``, ``inicio_mes``, ``fin_mes``, ``inicio_mes_utc``, ``fin_mes_utc`` (exclusive).

The severity says who is asked: ``critical`` stops the source, ``warning`` asks for a sign-off when more than
``meta.tolerancia`` of the rows fail, ``info`` is kept in the history. Two suites belong to no source: ``nucleo``
judges the records of all sources together, ``cuadros`` the finished tables; there nothing is set apart.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from movilidad.model import office
from movilidad.model.errors import UsageError
from movilidad.model.explanations import expected, in_line
from movilidad.model.strict import Strict
from movilidad.model.written import content_of, text_of
from movilidad.quality.ages import AGE, has_age
from movilidad.quality.cleaning import STATE, department_field
from movilidad.quality.marks import DUPLICATE, KNOWN, REPEATED
from movilidad.sources.contracts import Contract, Dataset

PARAMETERS = ("mes", "inicio_mes", "fin_mes", "inicio_mes_utc", "fin_mes_utc")
_OF_ROWS = ("expect_column_values_", "expect_column_pair_values_", "expect_multicolumn_", "expect_select_column_")


class Meta(Strict):
    """What follows from a failure: what is done, what the reader is told, what the steward should do."""

    accion: Literal["cuarentena", "detener", "anotar"]
    explicacion: str = Field(min_length=10)
    que_hacer: str = Field(min_length=10)
    #: share of the rows that may fail before anybody is asked
    tolerancia: float = Field(default=0.05, ge=0, le=1)


class Rule(Strict):
    """One expectation: ``type`` and ``kwargs`` as GX defines them."""

    type: str = Field(pattern=r"^expect_[a-z_]+$")
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Literal["critical", "warning", "info"]
    meta: Meta

    @model_validator(mode="after")
    def _consistent(self) -> "Rule":
        if (self.meta.accion == "detener") != (self.severity == "critical"):
            raise ValueError("la acción «detener» y la gravedad «critical» van juntas")
        if self.meta.accion == "cuarentena" and not self.type.startswith(_OF_ROWS):
            raise ValueError("la acción «cuarentena» necesita una expectativa que juzgue fila por fila")
        if unknown := sorted({name for name in self._parameters() if name not in PARAMETERS}):
            raise ValueError(f"no hay parámetro «{unknown[0]}»; hay: {', '.join(PARAMETERS)}")
        return self

    @property
    def columns(self) -> list[str]:
        """The columns that the expectation looks at."""
        named = [self.kwargs.get(key) for key in ("column", "column_A", "column_B")]
        several = self.kwargs.get("column_list") or []
        return [str(name) for name in (*named, *several) if name is not None]

    @property
    def about_duplicates(self) -> bool:
        """Judged last, among the rows that all other rules let through."""
        return bool({DUPLICATE, REPEATED} & set(self.columns))

    def _parameters(self) -> list[str]:
        values = [value for value in self.kwargs.values() if isinstance(value, dict)]
        return [str(value["$PARAMETER"]) for value in values if "$PARAMETER" in value]


class Suite(Strict):
    """The rules of one source: ``conjuntos`` gives them by dataset."""

    suite: str
    conjuntos: dict[str, tuple[Rule, ...]]


def suite_file(contract: Contract) -> Path:
    """The file of a contract's suite."""
    return office.suite_file(contract.suite)


def load_suite(contract: Contract) -> Suite:
    """Read and check the suite of ``contract``; a UsageError names file, line, dataset and position of a fault."""
    columns = {name: known_columns(contract, name) for name in contract.conjuntos}
    return read_suite(suite_file(contract), columns, contract.fuente)


def read_suite(file: Path, columns: dict[str, set[str]], source: str | None = None) -> Suite:
    """Read and check a suite for datasets with these columns; a UsageError names the place of what is wrong."""
    if not file.is_file():
        raise _wrong(source, file, "no existe el archivo de expectativas")
    unreadable = partial(_wrong, source)
    written = text_of(file, unreadable)
    content = content_of(written, file, unreadable)
    try:
        suite = Suite.model_validate(content)
    except ValidationError as error:
        line = in_line(written, error.errors()[0]["loc"])
        raise _wrong(source, file, f"{_explain(error)}{line}") from None
    if suite.suite != file.stem:
        raise _wrong(source, file, f"dice suite «{suite.suite}»")
    for what, place in _faults(suite, columns):
        raise _wrong(source, file, f"{what}{in_line(written, place)}")
    return suite


def known_columns(contract: Contract, name: str) -> set[str]:
    """All columns that cleaning gives a dataset."""
    dataset: Dataset = contract.conjuntos[name]
    columns = {DUPLICATE, REPEATED, *(field + KNOWN for field in dataset.referencias)}
    if has_age(dataset, contract.conjuntos):
        columns.add(AGE)
    for field, column in dataset.columnas.items():
        columns |= {field, field + STATE}
        if column.tipo == "municipio":
            columns |= {department_field(field), department_field(field) + STATE}
    return columns


def position(name: str, number: int) -> str:
    """How messages name a rule: ``conjunto colocaciones, regla 3``."""
    return f"conjunto «{name}», regla {number}"


def _faults(suite: Suite, columns: dict[str, set[str]]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """What does not fit the datasets, and where in the file."""
    if missing := sorted(set(columns) ^ set(suite.conjuntos)):
        yield f"los conjuntos no son los del contrato: {', '.join(missing)}", ("conjuntos",)
    for name, rules in suite.conjuntos.items():
        for number, rule in enumerate(rules, start=1):
            place = ("conjuntos", name, number - 1)
            if unknown := [column for column in rule.columns if column not in columns[name]]:
                yield f"{position(name, number)}: no hay columna «{unknown[0]}»", place
            if any(rule.type == other.type and rule.kwargs == other.kwargs for other in rules[: number - 1]):
                yield f"{position(name, number)}: repite una regla anterior", place


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    where = [part + 1 if isinstance(part, int) else part for part in first["loc"]]
    if len(where) > 2 and where[0] == "conjuntos" and isinstance(where[2], int):
        field = ".".join(str(part) for part in where[3:])
        return f"{position(str(where[1]), where[2])}{f', «{field}»' if field else ''}: {_reason(first)}"
    place = ".".join(str(part) for part in where)
    return f"«{place}»: {_reason(first)}" if place else _reason(first)


def _reason(fault: ErrorDetails) -> str:
    return "no tiene la forma expect_…" if fault["type"] == "string_pattern_mismatch" else expected(fault)


def _wrong(source: str | None, file: Path, what: str) -> UsageError:
    return UsageError(
        what,
        source=source,
        place=f"expectations/{file.name}",
        remedy="corrija el archivo de expectativas",
    )
