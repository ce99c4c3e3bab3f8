"""The words of the open data: dimensions with their code lists, indicators, states."""

from movilidad.model.codelists import code_list
from movilidad.monitoring.counts import APART, CELLS, EMPTY, OLD, RECEIVED, UNUSABLE, USABLE, WAITING
from movilidad.statistics import actions, agreed_wages, budget, complaints
from movilidad.statistics.comparisons import MONTH_BEFORE, YEAR_BEFORE, YEAR_TO_DATE
from movilidad.statistics.mirror import TITLES as MIRROR
from movilidad.statistics.specs import load_specs
from movilidad.statistics.wage_tables import HOURLY, MEAN, MONTHLY

# SDMX CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2, those that the project uses
OBS_STATES = {
    "A": "Valor normal, también cero",
    "B": "Ruptura de la serie",
    "E": "Estimado",
    "L": "Existe, no se toma aquí",
    "M": "No puede existir",
    "O": "Sin dato: no se publicó",
    "P": "Provisional",
    "Q": "Oculto",
}
COMPARISONS = {
    MONTH_BEFORE: "Con el mes anterior",
    YEAR_BEFORE: "Con el mismo mes del año anterior",
    YEAR_TO_DATE: "De enero al mes, con los mismos meses del año anterior",
}
CONF_STATES = {"C": "Confidencial: celda protegida", "F": "Libre"}

_MEASURES = {MONTHLY: "Salario mensual comparable", HOURLY: "Salario por hora comparable"}
_STATISTICS = {
    "p10": "primer decil",
    "p25": "primer cuartil",
    "mediana": "mediana",
    "p75": "tercer cuartil",
    "p90": "noveno decil",
    MEAN: "media",
}
WAGES = {
    **{
        measure.indicator(name): f"{title}, {text}"
        for measure, title in _MEASURES.items()
        for name, text in _STATISTICS.items()
    },
    agreed_wages.PERSONS: "Personas por moneda y periodo del salario pactado",
    agreed_wages.MEDIAN: "Salario pactado, mediana",
}
# indicators of the four-month report that no table of cuadros.yml counts
ACCOUNTABILITY = {
    "acciones": "Acciones del compromiso",
    **{
        f"{actions.AMOUNT}_{unit}": f"Cantidad alcanzada por las acciones completadas: {label.lower()}"
        for unit, label in code_list("unidades_accion").labels.items()
    },
    "cursos_terminados": "Cursos terminados",
    complaints.MEDIAN: "Días de la recepción al cierre de una denuncia, mediana",
    complaints.BASE: "Denuncias cerradas en que se basa la mediana",
    "asignado": "Presupuesto asignado para el año",
    budget.IN_FORCE: "Presupuesto vigente para el año",
    budget.ACCRUED: "Devengado en el periodo",
    "pagado": "Pagado en el periodo",
    "devengado_acumulado": "Devengado de enero al cierre del periodo",
    "pagado_acumulado": "Pagado de enero al cierre del periodo",
    "ejecucion_periodo": "Devengado en el periodo, en por ciento de lo vigente",
    budget.PERCENT_TO_DATE: "Devengado de enero al cierre del periodo, en por ciento de lo vigente",
    budget.COST: "Devengado por persona colocada en el periodo",
    "meta": "Meta física del año",
    "ejecutado": "Ejecutado en el periodo",
    "ejecutado_acumulado": "Ejecutado de enero al cierre del periodo",
    "avance": "Ejecutado de enero al cierre del periodo, en por ciento de la meta",
}
# dimensions of tables that are not declared in cuadros.yml
_OTHERS = {"moneda": ("Moneda", "monedas"), "periodo_pago": ("Periodo de pago", "periodos_pago")}
# those of the four-month report alone; a line of the budget and a goal are in no code list
_FOUR_MONTHS = {
    "hito": ("Hito del compromiso", "hitos_compromiso"),
    "estado_accion": ("Estado de la acción", "estados_accion"),
    "renglon": ("Renglón del presupuesto", ""),
    "meta_fisica": ("Meta física", ""),
}
# those of the evaluations; platforms, data sets and fields are as the contracts name them
_PLATFORMS = {
    "plataforma": ("Plataforma", ""),
    "conjunto": ("Conjunto de datos", ""),
    "campo": ("Campo", ""),
}
_EVALUATION = {
    "plataformas": "Plataformas evaluadas",
    "mediciones_previstas": "Mediciones previstas",
    "mediciones_hechas": "Mediciones hechas",
    "mediciones_con_respuesta": "Mediciones con respuesta",
    "mediciones_correctas": "Mediciones con la respuesta prometida",
    "disponibilidad": "Mediciones con respuesta, en por ciento de las hechas",
    "respuesta_mediana": "Tiempo de respuesta, mediana",
    "respuesta_percentil_95": "Tiempo de respuesta, percentil 95",
    "incidentes": "Incidentes",
    "cambios_de_forma": "Cambios de forma",
    "dias_de_atraso": "Días de atraso de la entrega",
    "oportunidades": "Oportunidades de mejora",
    RECEIVED: "Registros recibidos",
    APART: "Registros apartados",
    CELLS: "Celdas",
    EMPTY: "Celdas vacías",
    UNUSABLE: "Celdas inservibles",
    USABLE: "Celdas que se pueden usar",
    OLD: "Solicitudes de más de diez días",
    WAITING: "Solicitudes de más de diez días sin decisión",
}


def dimension(name: str, population: str = "") -> tuple[str, str] | None:
    """Title (as it reads in a population) and code list of a dimension; None if ``name`` is none."""
    found = load_specs().dimensiones.get(name)
    return (found.title(population), found.lista) if found else (_OTHERS | _FOUR_MONTHS | _PLATFORMS).get(name)


def dimension_names() -> list[str]:
    """All dimensions that a month's table may have, in one order."""
    return [*load_specs().dimensiones, *_OTHERS]


def platform_dimensions() -> list[str]:
    """All dimensions of the tables of evaluations, in one order."""
    return [*_PLATFORMS, "causa"]


def indicator_titles() -> dict[str, str]:
    """Titles of the indicators of tables and wages by code."""
    return {
        **{code: indicator.titulo for code, indicator in load_specs().indicadores.items()},
        **WAGES,
        **MIRROR,
        **ACCOUNTABILITY,
        **_EVALUATION,
    }
