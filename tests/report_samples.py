"""Protected tables of invented months for the tests of reports, made by the real cube and the real protection."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from movilidad.disclosure.protection import Rules, protect
from movilidad.model.codelists import TOTAL, UNKNOWN
from movilidad.model.periods import Month
from movilidad.reports.elements import Report
from movilidad.reports.facts import Change, Input, ReleaseFacts
from movilidad.reports.model import build
from movilidad.statistics.bands import banded
from movilidad.statistics.compute import Counted, count
from movilidad.statistics.context import RELEASED, REVISABLE, Context, Identity, in_context
from movilidad.statistics.cube import count_table, detail, encode
from movilidad.statistics.mirror import ALL_CHANNELS, VISAS, as_mirror
from movilidad.statistics.published import own_figures
from movilidad.statistics.specs import load_specs
from movilidad.statistics.summary import HEADLINES
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.wage_tables import wage_tables
from movilidad.statistics.wages import MEDIAN

OCTOBER = Month(2026, 10)
RULES = Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=3, dominancia_p=12.5)

HOSTILE_NAMES = (
    "<script>alert('reclutador')</script>",
    '"><img src=x onerror=alert(1)>',
    "Reclutadora \u202egnirts\u202c del Sur",
    "{{ 7 * 7 }} {% raw %}",
    "=1+1 $\\frac{1}{2}$ 雇用 🙂",
    "Línea uno\nlínea dos\u2028línea tres\x00",
    "Consultores Internacionales en Reclutamiento y Contratación de Personal Agrícola Temporal para Norteamérica "
    "y Europa, Sociedad de Responsabilidad Limitada",
    "Supercalifragilisticoespialidosocontratacionesinternacionalesdeguatemalasociedadanonima",
)

_ABROAD = {  # country: weight, visa, sector, monthly wage in quetzales
    "USA": (0.86, "H-2A", 23000),
    "CAN": (0.07, "PTET-A", 19000),
    "ESP": (0.05, "GECCO", 11500),
    "MEX": (0.012, "TVTF", 5200),
    "ITA": (0.005, "FLUSSI", 12500),
    "DEU": (0.003, "FACHKRAFT", 24000),
}
_PLACES = ("1601", "1327", "0901", "0920", "0301", "0401", "0501", "1407", "1413", "0701", "2201", "1801", "0101")


def population(persons: int, seed: int = 7) -> pd.DataFrame:
    """Departures of ``persons`` invented persons, a few of whom leave twice."""
    draw = np.random.default_rng(seed)
    countries = draw.choice(list(_ABROAD), persons, p=[weight for weight, _, _ in _ABROAD.values()])
    abroad = countries == "USA"
    h2b = abroad & (draw.random(persons) < 0.22)
    places = draw.choice([*_PLACES, UNKNOWN], persons, p=[*(0.98 * _falling(len(_PLACES))), 0.02])
    pueblos = draw.choice(["1", "2", "3", "5", UNKNOWN], persons, p=[0.44, 0.006, 0.008, 0.5, 0.046])
    maya = pueblos == "1"
    wages = np.array([_ABROAD[country][2] for country in countries]) * draw.normal(1, 0.09, persons)
    wages[draw.random(persons) < 0.06] = np.nan
    frame = pd.DataFrame(
        {
            "persona_id": [f"p{n}" for n in range(persons)],
            "primera_salida": True,
            "pais": countries,
            "sexo": draw.choice(["1", "2"], persons, p=[0.88, 0.12]),
            "tipo_visa": np.where(h2b, "H-2B", [_ABROAD[country][1] for country in countries]),
            "edad": draw.integers(18, 58, persons),
            "sector": np.where(h2b, draw.choice(["81", "55", "10"], persons, p=[0.6, 0.3, 0.1]), "01"),
            "ocupacion": np.where(
                h2b,
                draw.choice(["91", "94", "51"], persons),
                draw.choice(["92", "61", "83"], persons, p=[0.9, 0.09, 0.01]),
            ),
            "pueblo": pueblos,
            "comunidad_linguistica": np.where(
                maya, draw.choice(["10", "11", "12", "17", "21"], persons, p=[0.3, 0.35, 0.2, 0.13, 0.02]), "99"
            ),
            "municipio_origen": places,
            "departamento_origen": [place if place == UNKNOWN else place[:2] for place in places],
            "empleador_id": [
                f"{country}{n}" for country, n in zip(countries, draw.integers(0, 9, persons), strict=True)
            ],
            "salario_mensual_gtq": wages.round(2),
            "salario_hora_usd": (wages / 7.6712 / (45 * 52 / 12)).round(2),
        }
    )
    again = frame[frame["pais"] == "MEX"].head(3).assign(primera_salida=False)
    frame = pd.concat([frame, again], ignore_index=True)
    return frame.assign(
        grupo_edad=banded(frame["edad"].to_numpy(dtype="float64"), "grupos_edad"),
        banda_salarial=banded(frame["salario_mensual_gtq"].to_numpy(), "bandas_salariales"),
    )


def _falling(size: int) -> np.ndarray:
    weights = np.linspace(3, 0.15, size) ** 2
    return weights / weights.sum()


def other_populations(people: pd.DataFrame, recruiters: tuple[str, ...], seed: int = 7) -> dict[str, pd.DataFrame]:
    """Everybody else whom a month counts, invented: applicants and interested people, employers, recruiters."""
    draw = np.random.default_rng(seed)
    persons = int(people["primera_salida"].sum())
    applications, only_interested, reported = 10 * persons + 7, 3 * persons, 19
    places = draw.choice(_PLACES, applications, p=_falling(len(_PLACES)))
    applied = pd.DataFrame(
        {
            "persona_id": [f"a{n}" for n in range(applications)],
            "sexo": draw.choice(["1", "2"], applications, p=[0.8, 0.2]),
            "grupo_edad": banded(draw.integers(18, 60, applications).astype("float64"), "grupos_edad"),
            "pueblo": draw.choice(["1", "5", UNKNOWN], applications, p=[0.5, 0.46, 0.04]),
            "departamento_origen": [place[:2] for place in places],
            "canal_registro": draw.choice(["web", "feria", "ventanilla", "oficina"], applications),
            "etapa": draw.choice([*"12345", UNKNOWN], applications, p=[0.4, 0.25, 0.15, 0.12, 0.07, 0.01]),
        }
    )
    reached = ["0"] * only_interested + ["7"] * (persons // 9) + applied["etapa"].tolist()[persons // 9 :]
    private = pd.DataFrame(
        {
            "persona_id": [f"r{n}" for n in range(reported)],
            "reclutador_id": [f"agencia{n % 4}" for n in range(reported)],
            "pais": ["USA"] * (reported - 6) + ["CAN"] * 6,
            "sector": "01",
            "primera_salida": True,
        }
    )
    return {
        "aplicantes": applied,
        "interesados": pd.DataFrame(
            {"persona_id": [f"i{n}" for n in range(len(reached))], "etapa_alcanzada": reached}
        ),
        "empleadores": people.drop_duplicates("empleador_id").drop(columns="primera_salida"),
        "reclutadores": pd.DataFrame(
            [(f"r{n}", country) for n in range(len(recruiters)) for country in ("USA", "CAN")],
            columns=["reclutador_id", "pais"],
        ),
        "reportados": private,
        "reclutadores_activos": private.drop_duplicates("reclutador_id").drop(columns="primera_salida"),
    }


def raw_tables(
    people: pd.DataFrame, recruiters: tuple[str, ...] = ("Agencia Ceiba, S. A.",), *, everybody: bool = False
) -> MonthTables:
    """The month's figures before protection: of the placed, or of every population."""
    specs = load_specs()
    others = count(other_populations(people, recruiters), "mes") if everybody else Counted({}, {})
    encoded = encode(people, specs, "colocados")
    wages = wage_tables(people, encoded)
    return MonthTables(
        month=OCTOBER,
        cuadros={
            name: count_table(encoded, specs, table)
            for name, table in specs.of_kind("mes").items()
            if table.poblacion == "colocados"
        }
        | others.cuadros,
        resumen=_headlines(people, wages, len(recruiters)),
        salarios=wages,
        reclutadores=_recruiters(recruiters),
        notas={
            "cobertura": "Se cuentan las personas que el Programa de Trabajo Temporal colocó.",
            "tipos_de_cambio": (
                "Tipos de cambio usados: 1 USD = 7.6712 GTQ (promedio de octubre de 2026, Banco de Guatemala)."
            ),
        },
        conteos={"salidas_sin_salario_comparable": int(people["salario_mensual_gtq"].isna().sum())},
        detalle={"colocados": detail(encoded, specs)} | others.detalle,
    )


def protected_tables(
    persons: int = 500, recruiters: tuple[str, ...] = HOSTILE_NAMES, seed: int = 7, *, everybody: bool = False
) -> MonthTables:
    """The month as it may be shown."""
    return protect(raw_tables(population(persons, seed), recruiters, everybody=everybody), RULES).tables


def _headlines(people: pd.DataFrame, wages: dict[str, pd.DataFrame], recruiters: int) -> pd.DataFrame:
    persons = people[people["primera_salida"]]
    table = wages["salarios_por_pais"]
    median = table.loc[(table["pais"] == TOTAL) & (table["indicador"] == MEDIAN), "valor"].iloc[0]
    values = {
        "colocados": len(persons),
        "salidas": len(people),
        "mujeres": int((persons["sexo"] == "2").sum()),
        "edad_mediana": float(persons["edad"].median()) if len(persons) else None,
        MEDIAN: None if pd.isna(median) else float(median),
        "paises_destino": people["pais"].nunique(),
        "departamentos_origen": persons["departamento_origen"].nunique(),
        "empleadores": people["empleador_id"].nunique(),
        "aplicantes": 10 * len(persons) + 7,
        "reclutadores": recruiters,
        "trabajadores_reportados": 19,
    }
    rows = [(name, title, unit, values[name]) for name, (title, unit) in HEADLINES.items()]
    return pd.DataFrame(rows, columns=["indicador", "titulo", "unidad", "valor"]).astype({"valor": "Float64"})


def _recruiters(names: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        (name, "576937-K", f"DGE-{number:03d}-2026", "2026-01-01", "2028-12-31", "USA|CAN")
        for number, name in enumerate(names, start=1)
    ]
    columns = ["nombre", "nit", "autorizacion", "vigente_desde", "vigente_hasta", "paises"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def facts(*, revision: int = 1, demo: bool = True, changes: tuple[Change, ...] = ()) -> ReleaseFacts:
    """What the release of the sample says of itself."""
    return ReleaseFacts(
        publicacion_id=f"mensual/2026-10/r{revision}",
        revision=revision,
        fecha_publicacion=date(2026, 11, 10),
        demostracion=demo,
        version="0.1.0",
        codigo="0123456789abcdef" * 4,
        frecuencia_minima=RULES.frecuencia_minima,
        entradas=(
            Input(
                fuente="programa_trabajo_temporal",
                titulo="Programa de Trabajo Temporal",
                snapshot_id="programa_trabajo_temporal-0123456789abcdef0123",
                carga_id="carga-1",
                demostracion=demo,
                filas=12_345,
                en_cuarentena=41,
                completitud=0.974,
                dias_tarde=0,
                excepciones=1,
            ),
            Input(
                fuente="visas_eeuu",
                titulo="Visas de no inmigrante de Estados Unidos",
                snapshot_id="visas_eeuu-89abcdef0123456789ab",
                carga_id="carga-2",
                demostracion=False,
                licencia="Dominio público (obra del gobierno de los Estados Unidos)",
            ),
        ),
        cambios=changes,
    )


def earlier_figures(tables: MonthTables, months: int = 24, absent: tuple[Month, ...] = ()) -> pd.DataFrame:
    """What releases of the months before showed: the month's figures grown or shrunk, few people hidden.

    Args:
        absent: months that were never published.
    """
    own = own_figures(tables)
    frames = []
    for back in range(1, months + 1):
        month = tables.month.plus(-back)
        if month in absent:
            continue
        factor = 0.7 + 0.25 * np.sin(month.month) + 0.01 * (months - back)
        values = (own["valor"].astype("float64") * factor).round()
        counted = ~own["indicador"].isin(["edad_mediana", MEDIAN])
        small = counted & (values > 0) & (values < RULES.frecuencia_minima)
        frames.append(own.assign(periodo=str(month), valor=values.astype("Float64").mask(small)))
    return pd.concat(frames, ignore_index=True) if frames else own.head(0)


def released_totals(earlier: pd.DataFrame, grown: int = 7) -> pd.DataFrame:
    """Two releases of every earlier month: the first lacked ``grown`` persons and departures."""
    totals = earlier[(earlier["cuadro"] == "resumen") & earlier["indicador"].isin(REVISABLE)]
    rows = []
    for revision, delay, less in ((1, 1, grown), (2, 3, 0)):
        for period, indicator, value in zip(totals["periodo"], totals["indicador"], totals["valor"], strict=True):
            when = Month.parse(period).plus(delay)
            day = date(when.year, when.month, 10)
            if day < date(2026, 11, 10):
                rows.append((period, f"mensual/{period}/r{revision}", revision, day, indicator, value - less))
    return pd.DataFrame(rows, columns=RELEASED, dtype=object).astype({"valor": "Float64"})


def sample_context(tables: MonthTables, absent: tuple[Month, ...] = ()) -> Context:
    """The month in the context of the two years before, with a mirror of visas."""
    earlier = earlier_figures(tables, absent=absent)
    own = Identity("mensual/2026-10/r1", 1, date(2026, 11, 10))
    return in_context(tables, own, earlier, released_totals(earlier))


def mirrored(tables: MonthTables) -> MonthTables:
    """The month with visas of two classes for 25 months until August, and a period of MINEX."""
    august = Month(2026, 8)
    visas = [
        ("USA", VISAS, visa, str(month), base + 10 * month.month, "visas", "US Department of State")
        for visa, base in (("H-2A", 900), ("H-2B", 20))
        for month in august.plus(1 - 25).through(august)
    ]
    minex = ("CAN", ALL_CHANNELS, "Total", "2025-01/2025-06", 9_000, "personas", "MINEX")
    return replace(tables, espejo=as_mirror([*visas, minex]))


@cache
def whole_month() -> tuple[MonthTables, Context]:
    """A month of which there is something to say in every section."""
    tables = mirrored(protected_tables(everybody=True))
    return tables, sample_context(tables, absent=(Month(2025, 3),))


def whole_report(idioma: str = "es") -> Report:
    """Every section: the month, those before departure, other months, mirrors, revisions."""
    tables, context = whole_month()
    return build(tables, facts(), context, idioma)
