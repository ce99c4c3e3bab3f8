"""The CSV files of an evaluation release: figures by platform, and lists of what happened and what to improve."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from movilidad.model.codelists import TOTAL
from movilidad.model.periods import TZ
from movilidad.monitoring.counts import APART, OLD, RECEIVED, WAITING, Place, Table
from movilidad.monitoring.evaluation import Evaluation
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.platforms.earlier import PlatformContext
from movilidad.publishing.platforms.tables import FILES, Evaluations, cell_of, percent
from movilidad.publishing.sheets import (
    HIDDEN,
    INDICATOR,
    STATES,
    Column,
    Sheet,
    dimension_columns,
    measure_columns,
    stamped,
    summary_sheet,
)

FOLLOWED = "seguimiento"
OPPORTUNITIES = "oportunidades"
SERVICE = "servicio_por_plataforma"

_Row = tuple[str, ...]
_TITLES: dict[Table, str] = {
    "registros": "Registros recibidos y apartados, por conjunto de datos",
    "celdas": "Celdas llenas, vacías e inservibles, por campo",
    "causas": "Registros apartados, por causa",
    "plazo": "Solicitudes de más de diez días",
}
_UNITS = {
    RECEIVED: "registros",
    APART: "registros",
    OLD: "solicitudes",
    WAITING: "solicitudes",
}
_CAUSE = Column("causa", "string", "Regla que no se cumple", clave=True)
_NOT_TAKEN = ("", "L", "F")  # exists, is not collected here

_PLATFORM = (
    Column("plataforma", "string", "Plataforma, como la nombra su contrato"),
    Column("plataforma_nombre", "string", "Plataforma: nombre"),
)
_INCIDENTS = (
    *_PLATFORM,
    Column("desde", "string", "Comienzo, ISO 8601 en hora de Guatemala"),
    Column("hasta", "string", "Fin; vacío si seguía al reunir la evidencia", opcional=True),
    Column("clase", "string", "caida, forma o lenta"),
    Column("mediciones", "integer", "Mediciones malas", "mediciones"),
    Column("motivo", "string", "Qué se vio"),
)
_DRIFT = (
    *_PLATFORM,
    Column("visto", "string", "Cuándo se vio, ISO 8601 en hora de Guatemala"),
    Column("que", "string", "Qué cambió"),
    Column("detalle", "string", "Columnas que aparecieron o faltan", opcional=True),
)
_KEY = (
    Column("clave", "string", "La misma cada mes"),
    Column("clase", "string", "captura, codificacion, revision, plazo_legal, disponibilidad u oportunidad"),
    Column("que", "string", "Qué pasa"),
)
_CHANCES = (
    *_PLATFORM,
    Column("lugar", "integer", "Lugar en su plataforma, por lo que cuesta"),
    *_KEY,
    Column("hacer", "string", "Qué hacer"),
    Column("unidad", "string", "Unidad de las dos cifras"),
    Column("cuantos", "integer", "Cuántas unidades afecta", "unidad"),
    Column(
        "de_cuantos", "integer", "De cuántas; vacío si no hay un total que se muestre", "unidad", opcional=True
    ),
)
_FOLLOWED = (
    *_PLATFORM,
    *_KEY,
    Column("hacer", "string", "Qué se propuso hacer"),
    Column("desde", "yearmonth", "Mes de la evaluación que la propuso por primera vez sin interrupción"),
    Column("unidad", "string", "Unidad de las cifras"),
    Column("antes", "integer", "Cuántas unidades afectaba cuando se propuso por última vez", "unidad"),
    Column("de_antes", "integer", "De cuántas entonces", "unidad", opcional=True),
    Column("ahora", "integer", "Cuántas afecta; vacío si no se sabe o no se muestra", "unidad", opcional=True),
    Column("de_ahora", "integer", "De cuántas ahora", "unidad", opcional=True),
    Column("resultado", "string", "resuelta, mejor, igual, peor, sin dato o protegida"),
)


def platform_sheets(tables: Evaluations, candidate: Candidate) -> list[Sheet]:
    """All files of figures and lists."""
    sheets = [
        summary_sheet(tables.resumen, "Cifras principales de la evaluación"),
        _service(tables),
        *(_counts(tables, table) for table in FILES),
        _list("incidentes", "Incidentes que tocan el mes", _INCIDENTS, _incidents(tables)),
        _list("cambios_de_forma", "Cambios de forma en los registros", _DRIFT, _drift(tables)),
        _list(OPPORTUNITIES, "Oportunidades de mejora", _CHANCES, _chances(tables)),
    ]
    return [stamped(sheet, candidate) for sheet in sheets]


def followed_sheet(context: PlatformContext, names: dict[str, str], candidate: Candidate) -> Sheet:
    """What became of the opportunities of earlier evaluations; ``names``: of each platform."""
    rows = [
        (
            fuente,
            text_cell(names[fuente]),
            text_cell(each.antes.clave),
            each.antes.clase,
            text_cell(each.antes.que),
            text_cell(each.antes.hacer),
            str(each.desde),
            each.antes.unidad,
            str(each.antes.parte),
            _whole(each.antes.total),
            _whole(each.ahora.parte if each.ahora else None),
            _whole(each.ahora.total if each.ahora else None),
            each.resultado,
        )
        for fuente, followed in context.seguimiento.items()
        for each in followed
    ]
    return stamped(_list(FOLLOWED, "Qué pasó con las oportunidades anteriores", _FOLLOWED, rows), candidate)


def _list(name: str, title: str, columns: tuple[Column, ...], rows: Iterable[_Row]) -> Sheet:
    return Sheet(name, title, columns, tuple(rows))


def _service(tables: Evaluations) -> Sheet:
    columns = (*dimension_columns(["plataforma"]), INDICATOR, *measure_columns("number"))
    rows = []
    for found in tables.plataformas:
        for indicator, value, unit in _measures(found):
            cells = _NOT_TAKEN if value is None else (number_cell(value), *STATES.values())
            rows.append((found.fuente, text_cell(found.contrato.titulo), indicator, unit, *cells))
    return Sheet(SERVICE, "Servicio y entrega de cada plataforma", columns, tuple(rows))


def _measures(found: Evaluation) -> Iterator[tuple[str, float | None, str]]:
    service = found.servicio  # what readers ask first comes first: pages draw it
    yield "disponibilidad", percent(service.responden, service.hechos), "por ciento"
    yield "mediciones_previstas", service.previstos, "mediciones"
    yield "mediciones_hechas", service.hechos, "mediciones"
    yield "mediciones_con_respuesta", service.responden, "mediciones"
    yield "mediciones_correctas", service.correctos, "mediciones"
    for name, value in (("respuesta_mediana", service.mediana), ("respuesta_percentil_95", service.p95)):
        yield name, None if value is None else round(value, 1), "milisegundos"
    yield "incidentes", len(found.incidentes), "incidentes"
    yield "cambios_de_forma", len(found.deriva), "cambios"
    yield "dias_de_atraso", found.dias_de_atraso, "días"


def _counts(tables: Evaluations, table: Table) -> Sheet:
    name, dimensions = FILES[table]
    columns = [
        column for each in dimensions for column in ([_CAUSE] if each == "causa" else dimension_columns([each]))
    ]
    rows = tuple(
        (*_codes(found, place), place.indicador, _UNITS.get(place.indicador, "celdas"), *_figure(count))
        for found in tables.plataformas
        for place, count in found.conteos.items()
        if place.tabla == table
    )
    return Sheet(name, _TITLES[table], (*columns, INDICATOR, *measure_columns("integer")), rows)


def _codes(found: Evaluation, place: Place) -> Iterator[str]:
    """The codes of a cell, each but the reason's with its name."""
    names = {
        "plataforma": found.contrato.titulo,
        "conjunto": _dataset_name(found, place.conjunto),
        "campo": _field_name(found, place),
    }
    for dimension, code in cell_of(found.fuente, place).items():
        yield text_cell(code)
        if dimension in names:
            yield text_cell(names[dimension])


def _dataset_name(found: Evaluation, name: str) -> str:
    dataset = found.contrato.conjuntos.get(name)
    return dataset.descripcion if dataset else name


def _field_name(found: Evaluation, place: Place) -> str:
    return place.campo if place.campo == TOTAL else found.contrato.field_title(place.conjunto, place.campo)


def _figure(count: int | None) -> _Row:
    return ("", *HIDDEN.values()) if count is None else (str(count), *STATES.values())


def _incidents(tables: Evaluations) -> Iterator[_Row]:
    for found in tables.plataformas:
        for each in found.incidentes:
            moments = _moment(each.desde), _moment(each.hasta)
            yield (*_names(found), *moments, each.clase, str(each.chequeos), text_cell(each.motivo))


def _drift(tables: Evaluations) -> Iterator[_Row]:
    for found in tables.plataformas:
        for each in found.deriva:
            yield (*_names(found), _moment(each.encontrado), text_cell(each.que), text_cell(each.detalle))


def _chances(tables: Evaluations) -> Iterator[_Row]:
    for found in tables.plataformas:
        for place, each in enumerate(tables.proposed(found), start=1):
            what = (text_cell(each.clave), each.clase, text_cell(each.que), text_cell(each.hacer))
            yield (*_names(found), str(place), *what, each.unidad, str(each.parte), _whole(each.total))


def _names(found: Evaluation) -> tuple[str, str]:
    return found.fuente, text_cell(found.contrato.titulo)


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(TZ).isoformat(timespec="seconds") if moment else ""


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)
