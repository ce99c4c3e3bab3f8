"""The words of the open data: dimensions with their code lists, indicators, states."""

from movilidad.statistics.specs import load_specs

# SDMX CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2, those that the project uses
OBS_STATES = {
    "A": "Valor normal, también cero",
    "B": "Ruptura de la serie",
    "E": "Estimado",
    "L": "Existe, no se recoge",
    "M": "No puede existir",
    "P": "Provisional",
    "Q": "Oculto",
}
CONF_STATES = {"C": "Confidencial: celda protegida", "F": "Libre"}

WAGES = {
    "salario_mensual_gtq_p25": "Salario mensual comparable, primer cuartil",
    "salario_mensual_gtq_mediana": "Salario mensual comparable, mediana",
    "salario_mensual_gtq_p75": "Salario mensual comparable, tercer cuartil",
}


def dimension(name: str, population: str = "") -> tuple[str, str] | None:
    """Title (as it reads in a population) and code list of a dimension; None if ``name`` is none."""
    found = load_specs().dimensiones.get(name)
    return (found.title(population), found.lista) if found else None


def indicator_titles() -> dict[str, str]:
    """Titles of the indicators of tables and wages by code."""
    return {**{code: indicator.titulo for code, indicator in load_specs().indicadores.items()}, **WAGES}
