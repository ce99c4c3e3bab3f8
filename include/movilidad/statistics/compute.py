"""All figures of a month or of a longer period, from the loads that count for it."""

from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
from sqlalchemy import Connection, Engine

from movilidad.model.codelists import UNKNOWN
from movilidad.model.periods import Kind, Month, Period
from movilidad.statistics import population as people
from movilidad.statistics.agreed_wages import NAME as AGREED
from movilidad.statistics.agreed_wages import agreed_wages
from movilidad.statistics.cube import count_table, detail, encode
from movilidad.statistics.inputs import Load, LoadsByMonth
from movilidad.statistics.mirror import mirror_figures
from movilidad.statistics.populations import Records, populations, read_records
from movilidad.statistics.specs import TO_DATE, load_specs
from movilidad.statistics.summary import authorised_recruiters, headline_figures
from movilidad.statistics.tables import MonthTables, PeriodTables
from movilidad.statistics.wage_outliers import outside_fences
from movilidad.statistics.wage_tables import wage_tables
from movilidad.statistics.wages import Rates

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


_NO_HISTORY: LoadsByMonth = MappingProxyType({})


def compute(engine: Engine, month: Month, loads: list[Load], history: LoadsByMonth = _NO_HISTORY) -> MonthTables:
    """Count the month and the year to date.

    Reads the core rows of the given loads only, so the same loads always give the same tables.

    Args:
        history: the loads of the year's earlier months (``inputs.earlier_loads``). If one of them is not there,
            there are no tables of the year to date.
    """
    with engine.connect() as connection:
        own = read_records(connection, month, loads)
        tables = count(populations([own]), "mes")
        to_date = _year_to_date(connection, own, history)
        encoded = encode(own.programa, load_specs(), "colocados")
        wages = {**wage_tables(own.programa, encoded), AGREED: agreed_wages(own.programa)}
        return MonthTables(
            month=month,
            cuadros=tables.cuadros | to_date.cuadros,
            resumen=headline_figures(connection, month, loads, own.programa, wages),
            salarios=wages,
            reclutadores=authorised_recruiters(connection, month, loads),
            espejo=mirror_figures(connection, month, loads),
            notas=_notes(own.tasas),
            conteos={
                **_counts(own.programa),
                "codigos_fuera_de_lista": tables.fuera_de_lista,
                "salidas_fuera_del_mes": people.departures_outside(connection, month, loads, people.PROGRAMME),
            },
            detalle=tables.detalle | {name + TO_DATE: frame for name, frame in to_date.detalle.items()},
        )


def compute_period(engine: Engine, period: Period, loads: LoadsByMonth) -> PeriodTables:
    """Count a period of any kind: departures add up over its months; persons are distinct within it.

    Args:
        loads: the loads of each of its months (``inputs.period_loads``).
    """
    with engine.connect() as connection:
        months = [read_records(connection, month, loads[month]) for month in period.months]
    counted = count(populations(months), period.kind)
    return PeriodTables(period, counted.cuadros, counted.detalle)


@dataclass(frozen=True)
class Counted:
    """Tables by the name of their file, details by population, and departures with a code that no list knows."""

    cuadros: dict[str, pd.DataFrame]
    detalle: dict[str, pd.DataFrame]
    fuera_de_lista: int = 0


def count(rows: dict[str, pd.DataFrame], kind: Kind) -> Counted:
    """All tables of a kind of period whose population is given.

    Args:
        rows: populations with their rows, as ``populations.populations`` gives them.
    """
    specs = load_specs()
    tables = {file: table for file, table in specs.of_kind(kind).items() if table.poblacion in rows}
    used = {table.poblacion for table in tables.values()}
    encoded = {name: encode(rows[name], specs, name) for name in specs.poblaciones if name in used}
    return Counted(
        cuadros={file: count_table(encoded[table.poblacion], specs, table) for file, table in tables.items()},
        detalle={name: detail(each, specs) for name, each in encoded.items()},
        fuera_de_lista=sum(encoded["colocados"].outside.values()) if "colocados" in encoded else 0,
    )


def _year_to_date(connection: Connection, own: Records, history: LoadsByMonth) -> Counted:
    earlier = Period.to_date(own.month).months[:-1]
    if not set(earlier) <= set(history):
        return Counted({}, {})
    months = [read_records(connection, month, history[month]) for month in earlier]
    return count(populations([*months, own]), "acumulado")


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
