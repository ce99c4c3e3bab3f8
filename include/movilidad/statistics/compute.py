"""All figures of a month, from the loads that count for it."""

import pandas as pd
from sqlalchemy import Engine

from movilidad.model.codelists import UNKNOWN
from movilidad.model.periods import Month
from movilidad.statistics import population as people
from movilidad.statistics.agreed_wages import NAME as AGREED
from movilidad.statistics.agreed_wages import agreed_wages
from movilidad.statistics.cube import count_table, encode
from movilidad.statistics.inputs import Load
from movilidad.statistics.mirror import mirror_figures
from movilidad.statistics.specs import load_specs
from movilidad.statistics.summary import authorised_recruiters, headline_figures
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.wage_outliers import outside_fences
from movilidad.statistics.wage_tables import wage_tables
from movilidad.statistics.wages import Rates, read_rates, with_wages

_COVERAGE = (
    "Se cuentan las personas que el Programa de Trabajo Temporal colocó. Quienes viajan por reclutadores privados "
    "registrados se cuentan aparte y no se suman. Estas cifras no son el total nacional."
)
_PERSONS = (
    "Personas y salidas son medidas distintas: quien sale dos veces en el mes es una persona y dos salidas, "
    "y como persona cuenta con los datos de su primera salida."
)
_WAGES = (
    "El salario mensual comparable se deriva del salario pactado: por hora, horas por semana × 52 / 12; "
    "por jornada, 26 al mes; por semana, 52 / 12; por dos semanas, 26 / 12; por año, 1 / 12; en quetzales al "
    "tipo de cambio del mes de la salida. No se deriva del pago a destajo, de un salario dudoso o faltante, de "
    "un pago por hora sin horas por semana ni de una moneda sin tipo de cambio. El salario por hora en dólares es "
    "el mensual entre horas por semana × 52 / 12, solo donde se conocen las horas. Mediana, cuartiles y deciles "
    "son de personas, en quetzales enteros o centavos de dólar; la media se redondea a Q100 o USD 0.10. Los "
    "salarios que el control de calidad pone en duda no entran; los atípicos, muy lejos de la mediana de su país, "
    "se señalan y sí entran."
)
_MISSING = "«No declarado o desconocido» es una categoría: por ella todo desglose suma el mismo total."


def compute(engine: Engine, month: Month, loads: list[Load]) -> MonthTables:
    """Count the month. Reads the core rows of ``loads`` only, so the same loads always give the same tables."""
    with engine.connect() as connection:
        rates = read_rates(connection, month, loads)
        departures = people.read_departures(connection, month, loads, people.PROGRAMME)
        population = with_wages(people.with_dimensions(departures), rates)
        specs = load_specs()
        encoded = encode(population, specs)
        wages = {**wage_tables(population, encoded), AGREED: agreed_wages(population)}
        return MonthTables(
            month=month,
            cuadros={name: count_table(encoded, specs, name) for name in specs.cuadros},
            resumen=headline_figures(connection, month, loads, population, wages),
            salarios=wages,
            reclutadores=authorised_recruiters(connection, month, loads),
            espejo=mirror_figures(connection, month, loads),
            notas=_notes(rates),
            conteos={
                **_counts(population),
                "codigos_fuera_de_lista": sum(encoded.outside.values()),
                "salidas_fuera_del_mes": people.departures_outside(connection, month, loads, people.PROGRAMME),
            },
        )


def _notes(rates: Rates) -> dict[str, str]:
    return {
        "cobertura": _COVERAGE,
        "personas_y_salidas": _PERSONS,
        "no_declarado": _MISSING,
        "salario_comparable": _WAGES,
        "tipos_de_cambio": rates.sentence(),
    }


def _counts(population: pd.DataFrame) -> dict[str, int]:
    """Rows of which a reader must know; they become notes once protected."""
    return {
        "salidas_sin_salario_comparable": int((population["banda_salarial"] == UNKNOWN).sum()),
        "salarios_dudosos": int((population["salario_estado"] == "dudoso").sum()),
        "salarios_atipicos": int(outside_fences(population).sum()),
        "salidas_sin_empleador": int(population["empleador_id"].isna().sum()),
        "salidas_sin_registro_de_persona": int(population["sin_registro"].sum()),
    }
