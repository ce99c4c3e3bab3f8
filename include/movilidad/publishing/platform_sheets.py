"""The CSV files of the evaluation of a platform; counts below the minimum are empty and marked ``C``."""

from collections.abc import Iterable

from movilidad.model.periods import TZ
from movilidad.monitoring.incidents import Incident
from movilidad.monitoring.opportunities import Opportunity
from movilidad.publishing.csv_text import number_cell, text_cell
from movilidad.publishing.sheets import Column, Sheet
from movilidad.reports.platforms import cells
from movilidad.reports.platforms.model import Told

_SHOWN, _HIDDEN = "F", "C"
_SOURCE = Column("fuente", "string", "Plataforma, como la nombra su contrato", clave=True)
_PERIOD = Column("periodo", "yearmonth", "Mes evaluado (AAAA-MM)", clave=True)
_STATE = Column("estado_conf", "string", "F: se muestra; C: oculta por ser menor que el mínimo")

Row = tuple[str, ...]


def platform_sheets(told: Told, minimum: int) -> list[Sheet]:
    """All files of one platform."""
    found = told.evaluacion
    key = (found.contrato.fuente, str(found.mes))
    return [
        _sheet("resumen", "Cifras principales", _SUMMARY, _summary(told, key, minimum)),
        _sheet("completitud", "Celdas por campo", _FIELDS, _fields(told, key, minimum)),
        _sheet("cuarentena", "Registros apartados por causa", _CAUSES, _causes(told, key, minimum)),
        _sheet("incidentes", "Incidentes", _INCIDENTS, (_incident(each, key) for each in found.incidentes)),
        _sheet("oportunidades", "Oportunidades de mejora", _CHANCES, _chances(told, key, minimum)),
        _sheet(
            "seguimiento", "Qué pasó con las oportunidades anteriores", _FOLLOWED, _followed(told, key, minimum)
        ),
    ]


_SUMMARY = (
    Column("indicador", "string", "Qué se mide", clave=True),
    Column("valor", "number", "Valor", unidad="unidad", opcional=True),
    Column("unidad", "string", "Unidad del valor"),
    _STATE,
)
_FIELDS = (
    Column("conjunto", "string", "Conjunto de datos del contrato", clave=True),
    Column("campo", "string", "Campo del contrato", clave=True),
    Column("medida", "string", "filas, vacias o inservibles", clave=True),
    Column("valor", "integer", "Número de celdas", "celdas", opcional=True),
    _STATE,
)
_CAUSES = (
    Column("conjunto", "string", "Conjunto de datos del contrato", clave=True),
    Column("campo", "string", "Campo del contrato", clave=True),
    Column("causa", "string", "Regla que no se cumple", clave=True),
    Column("valor", "integer", "Registros apartados", "registros", opcional=True),
    _STATE,
)
_INCIDENTS = (
    Column("desde", "string", "Comienzo, ISO 8601 en hora de Guatemala", clave=True),
    Column("hasta", "string", "Fin; vacío si seguía al terminar el mes", opcional=True),
    Column("clase", "string", "caida, forma o lenta"),
    Column("chequeos", "integer", "Mediciones malas", "chequeos"),
    Column("motivo", "string", "Qué se vio"),
)
_CHANCES = (
    Column("lugar", "integer", "Lugar por su costo", clave=True),
    Column("clave", "string", "La misma cada mes"),
    Column("que", "string", "Qué pasa"),
    Column("hacer", "string", "Qué hacer"),
    Column("unidad", "string", "Unidad de valor y total"),
    Column("valor", "integer", "Cuántas unidades afecta", "unidad", opcional=True),
    Column("total", "integer", "De cuántas", "unidad", opcional=True),
    _STATE,
)
_FOLLOWED = (
    Column("clave", "string", "La misma cada mes", clave=True),
    Column("que", "string", "Qué pasaba"),
    Column("unidad", "string", "Unidad de los valores"),
    Column("antes", "integer", "Cuántas unidades afectaba", "unidad", opcional=True),
    Column("ahora", "integer", "Cuántas afecta", "unidad", opcional=True),
    Column("resultado", "string", "resuelta, mejor, igual, peor o sin dato"),
    _STATE,
)


def _sheet(name: str, title: str, columns: tuple[Column, ...], rows: Iterable[Row]) -> Sheet:
    return Sheet(name, title, (_SOURCE, _PERIOD, *columns), tuple(rows))


def _summary(told: Told, key: Row, minimum: int) -> Iterable[Row]:
    found = told.evaluacion
    service, late = found.servicio, found.entrega.days_late
    figures: list[tuple[str, float | None, str]] = [
        ("mediciones_previstas", service.previstos, "mediciones"),
        ("mediciones_hechas", service.hechos, "mediciones"),
        ("mediciones_con_respuesta", service.responden, "mediciones"),
        ("mediciones_correctas", service.correctos, "mediciones"),
        ("disponibilidad", _percent(service.responden, service.hechos), "por ciento"),
        ("respuesta_mediana", service.mediana, "milisegundos"),
        ("respuesta_percentil_95", service.p95, "milisegundos"),
        ("dias_de_atraso", None if found.entrega.is_filling_in else late, "días"),
        ("incidentes", len(found.incidentes), "incidentes"),
        ("cambios_de_forma", len(found.deriva), "cambios"),
    ]
    for name, value, unit in figures:
        yield (*key, name, number_cell(None if value is None else round(value, 1)), unit, _SHOWN)
    counts = [
        ("registros_recibidos", sum(found.filas.values())),
        ("registros_apartados", sum(found.apartadas.values())),
    ]
    if found.plazo:
        counts += [
            ("solicitudes_de_mas_de_10_dias", found.plazo.total),
            ("solicitudes_sin_decision", found.plazo.parte),
        ]
    for name, count in counts:
        shown, state = _count(count, minimum)
        yield (*key, name, shown, "registros", state)


def _fields(told: Told, key: Row, minimum: int) -> Iterable[Row]:
    for (name, about), field in sorted(told.evaluacion.campos.items()):
        for measure in ("filas", "vacias", "inservibles"):
            yield (*key, name, about, measure, *_count(getattr(field, measure), minimum))


def _causes(told: Told, key: Row, minimum: int) -> Iterable[Row]:
    for each in sorted(told.evaluacion.causas, key=lambda each: (each.conjunto, each.campo, each.motivo)):
        yield (*key, each.conjunto, each.campo, text_cell(each.motivo), *_count(each.registros, minimum))


def _incident(each: Incident, key: Row) -> Row:
    begin, end = (
        moment.astimezone(TZ).isoformat(timespec="seconds") if moment else ""
        for moment in (each.desde, each.hasta)
    )
    return (*key, begin, end, each.clase, str(each.chequeos), text_cell(each.motivo))


def _chances(told: Told, key: Row, minimum: int) -> Iterable[Row]:
    for place, each in enumerate(told.oportunidades, start=1):
        shown, state = _amount(each, minimum)
        total = str(each.total) if each.total and state == _SHOWN else ""
        what = (text_cell(each.clave), text_cell(each.que), text_cell(each.hacer))
        yield (*key, str(place), *what, each.unidad, shown, total, state)


def _followed(told: Told, key: Row, minimum: int) -> Iterable[Row]:
    for each in told.seguimiento:
        before, before_state = _amount(each.antes, minimum)
        now, now_state = _amount(each.ahora, minimum) if each.ahora else ("", _SHOWN)
        state = _HIDDEN if _HIDDEN in (before_state, now_state) else _SHOWN
        what = (text_cell(each.antes.clave), text_cell(each.antes.que), each.antes.unidad)
        yield (*key, *what, before, now, each.resultado, state)


def _amount(each: Opportunity, minimum: int) -> tuple[str, str]:
    return _count(each.parte, minimum if each.unidad == "registros" else 0)


def _count(value: int, minimum: int) -> tuple[str, str]:
    return ("", _HIDDEN) if cells.is_hidden(value, minimum) else (str(value), _SHOWN)


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None
