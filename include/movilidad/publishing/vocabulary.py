"""The words of the open data: dimensions with their code lists, indicators, states."""

from movilidad.statistics import agreed_wages
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
# dimensions of tables that are not declared in cuadros.yml
_OTHERS = {"moneda": ("Moneda", "monedas"), "periodo_pago": ("Periodo de pago", "periodos_pago")}


def dimension(name: str, population: str = "") -> tuple[str, str] | None:
    """Title (as it reads in a population) and code list of a dimension; None if ``name`` is none."""
    found = load_specs().dimensiones.get(name)
    return (found.title(population), found.lista) if found else _OTHERS.get(name)


def dimension_names() -> list[str]:
    """All dimensions that a table may have, in one order."""
    return [*load_specs().dimensiones, *_OTHERS]


def indicator_titles() -> dict[str, str]:
    """Titles of the indicators of tables and wages by code."""
    return {**{code: indicator.titulo for code, indicator in load_specs().indicadores.items()}, **WAGES, **MIRROR}
