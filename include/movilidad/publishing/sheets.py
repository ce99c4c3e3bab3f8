"""The CSV files of a month's release: columns with their meaning, rows of finished cells."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from movilidad.model.codelists import code_list
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.vocabulary import dimension
from movilidad.statistics.agreed_wages import NAME as AGREED
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables

Type = Literal["string", "integer", "number", "date", "yearmonth"]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        tipo: type of the Data Package's table schema.
        significado: what it says, in Spanish.
        unidad: unit of a number, or in which column it stands.
        lista: name of the code list in ``codigos.csv``.
        opcional: an empty cell is right.
        clave: with the other key columns it identifies the row.
        varios: a cell may hold several codes, with ``|`` between them.
    """

    nombre: str
    tipo: Type
    significado: str
    unidad: str = ""
    lista: str = ""
    opcional: bool = False
    clave: bool = False
    varios: bool = False


@dataclass(frozen=True)
class Sheet:
    """One CSV file: ``nombre`` without extension, its columns, its rows as texts."""

    nombre: str
    titulo: str
    columnas: tuple[Column, ...]
    filas: tuple[tuple[str, ...], ...]

    @property
    def header(self) -> list[str]:
        return [column.nombre for column in self.columnas]

    @property
    def key(self) -> list[str]:
        """Names of the key columns; empty when a whole row is its own key."""
        return [column.nombre for column in self.columnas if column.clave]


PERIOD = Column("periodo", "yearmonth", "Mes al que se refiere la cifra (AAAA-MM)", clave=True)
_FOUR_MONTHS = "Cuatrimestre al que se refiere la cifra (AAAA-C1: enero a abril; C2: mayo a agosto; C3: los demás)"
_PERIODS = {"mes": PERIOD, "cuatrimestre": Column("periodo", "string", _FOUR_MONTHS, clave=True)}
INDICATOR = Column("indicador", "string", "Qué se cuenta o se mide", lista="indicadores", clave=True)
UNIT = Column("unidad", "string", "Unidad de la cifra")
OBS = Column("estado_obs", "string", "Estado de la observación (SDMX CL_OBS_STATUS)", lista="estado_obs")
CONF = Column("estado_conf", "string", "Estado de confidencialidad (SDMX CL_CONF_STATUS)", lista="estado_conf")
VERSION = Column("version", "string", "Revisión de la publicación")
DATE = Column("fecha_publicacion", "date", "Fecha de publicación de esta revisión")

STATES = {"estado_obs": "A", "estado_conf": "F"}
HIDDEN = {"estado_obs": "Q", "estado_conf": "C"}


def data_sheets(tables: MonthTables, candidate: Candidate) -> list[Sheet]:
    """All files of figures: the summary, one per table, wages, recruiters."""
    sheets = [summary_sheet(tables.resumen, "Cifras principales del mes")]
    sheets += [table_sheet(name, frame) for name, frame in tables.cuadros.items()]
    sheets += [_wages(name, frame) for name, frame in tables.salarios.items()]
    sheets += [_mirror(tables.espejo), recruiters_sheet(tables.reclutadores, "del mes")]
    return [stamped(sheet, candidate) for sheet in sheets]


def summary_sheet(frame: pd.DataFrame, name: str) -> Sheet:
    """The headline figures under the name given."""
    title = Column("indicador_nombre", "string", "Nombre del indicador")
    rows = [(text_cell(row["indicador"]), text_cell(row["titulo"]), *figure_cells(row)) for row in records(frame)]
    return Sheet("resumen", name, (INDICATOR, title, *measure_columns("number")), tuple(rows))


def table_sheet(name: str, frame: pd.DataFrame) -> Sheet:
    """A table of ``cuadros.yml``."""
    # only dimensions that the project knows: a column nobody declared never reaches the public
    names = [column for column in frame.columns if dimension(column)]
    specs = load_specs()
    table = specs.find(name)
    return Sheet(
        name,
        specs.title(name),
        (*dimension_columns(names, table.poblacion if table else ""), INDICATOR, *measure_columns("integer")),
        tuple(coded_rows(frame, names)),
    )


def _wages(name: str, frame: pd.DataFrame) -> Sheet:
    names = [column for column in frame.columns if dimension(column)]
    comparable = "Salario comparable (mensual en quetzales, por hora en dólares)"
    kind = "Salario pactado" if name == AGREED else comparable
    return Sheet(
        name,
        f"{kind} por " + ", ".join(_lower(_title(each, "")) for each in names),
        (*dimension_columns(names), INDICATOR, *measure_columns("number")),
        tuple(coded_rows(frame, names)),
    )


def _mirror(frame: pd.DataFrame) -> Sheet:
    columns = (
        *dimension_columns(["pais"]),
        Column("categoria", "string", "Tipo de visa, o Total", clave=True),
        Column(
            "periodo_cifra",
            "string",
            "Mes o meses que cuenta la otra fuente (AAAA-MM o AAAA-MM/AAAA-MM)",
            clave=True,
        ),
        INDICATOR,
        *measure_columns("integer"),
        Column("fuente", "string", "Quién publicó la cifra", clave=True),
    )
    labels = code_list("paises")
    names = ("pais", "nombre", "categoria", "periodo", "medida")
    rows = [
        (*(text_cell(row[name]) for name in names), *figure_cells(row), text_cell(row["fuente"]))
        for row in records(frame.assign(nombre=[labels.label(code) for code in frame["pais"]]))
    ]
    return Sheet("espejo", "Lo que otros cuentan del mismo movimiento (estadística espejo)", columns, tuple(rows))


def recruiters_sheet(frame: pd.DataFrame, of: str) -> Sheet:
    """The authorised recruiters; ``of`` says of what the last day is meant."""
    columns = (
        Column("nombre", "string", "Nombre o razón social del reclutador autorizado"),
        Column("nit", "string", "Número de Identificación Tributaria", opcional=True),
        Column("autorizacion", "string", "Número de la autorización", opcional=True),
        Column("vigente_desde", "date", "Primer día de vigencia", opcional=True),
        Column("vigente_hasta", "date", "Último día de vigencia", opcional=True),
        Column(
            "paises",
            "string",
            "Países en que recluta, separados por |",
            lista="paises",
            opcional=True,
            varios=True,
        ),
    )
    names = [column.nombre for column in columns]
    rows = [tuple(text_cell(row[name]) for name in names) for row in records(frame)]
    title = f"Reclutadores con autorización vigente al último día {of}"
    return Sheet("reclutadores_autorizados", title, columns, tuple(rows))


def stamped(sheet: Sheet, candidate: Candidate) -> Sheet:
    """The sheet with the period before and the revision and date after every row."""
    after = (f"r{candidate.revision}", candidate.fecha_publicacion.isoformat())
    period = _PERIODS[candidate.periodo.kind]
    return replace(
        sheet,
        columnas=(period if sheet.key else replace(period, clave=False), *sheet.columnas, VERSION, DATE),
        filas=tuple((str(candidate.periodo), *row, *after) for row in sheet.filas),
    )


def dimension_columns(names: list[str], population: str = "") -> list[Column]:
    """Code and name of each dimension."""
    columns = []
    for name in names:
        title = _title(name, population)
        columns += [
            Column(name, "string", f"{title}: código", lista=_list(name), clave=True),
            Column(f"{name}_nombre", "string", f"{title}: nombre"),
        ]
    return columns


def measure_columns(kind: Type) -> list[Column]:
    """Unit, value and states."""
    meaning = "La cifra; vacía si está protegida o no existe (véanse los estados)"
    return [UNIT, Column("valor", kind, meaning, unidad="véase la columna unidad", opcional=True), OBS, CONF]


def coded_rows(frame: pd.DataFrame, names: list[str]) -> Iterable[tuple[str, ...]]:
    """Rows of cells: codes with their names, indicator, figure."""
    labels = {name: code_list(_list(name)) for name in names}
    for row in records(frame):
        coded = [
            cell for name in names for cell in (text_cell(row[name]), text_cell(labels[name].label(row[name])))
        ]
        yield (*coded, text_cell(row["indicador"]), *figure_cells(row))


def figure_cells(row: dict[str, Any]) -> tuple[str, str, str, str]:
    """Unit, value and the two states of a row; tables that were not protected hold free figures."""
    states = HIDDEN if pd.isna(row["valor"]) else STATES
    obs, conf = (row.get(name) or states[name] for name in ("estado_obs", "estado_conf"))
    return text_cell(row["unidad"]), number_cell(row["valor"]), obs, conf


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, by column name."""
    return [dict(record) for record in frame.to_dict("records")]


def _title(name: str, population: str) -> str:
    found = dimension(name, population)
    return found[0] if found else name


def _list(name: str) -> str:
    found = dimension(name)
    return found[1] if found else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
