"""Several months as one period: what adds up, and what on purpose does not."""

from datetime import date

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_support import SPECS, cells_of, departures

from movilidad.model.periods import Month, Period
from movilidad.statistics.applicants import applicants, interested
from movilidad.statistics.compute import count
from movilidad.statistics.populations import Records, populations, stacked
from movilidad.statistics.wages import Rates

THIRD = Period.parse("2026-C3")
STAGES = st.sampled_from(["1", "2", "4", "6", "ND", None])
PERSONS = st.sampled_from([f"p{n}" for n in range(8)])


def applications(month: Month) -> st.SearchStrategy[pd.DataFrame]:
    row = st.fixed_dictionaries(
        {
            "persona_id": PERSONS,
            "momento": st.sampled_from([month.start.timestamp() + day * 86400 for day in range(28)]),
            "etapa": STAGES,
            "canal_registro": st.sampled_from(["web", "ND"]),
            "grupo_edad": st.just("18-24"),
            "sexo": st.sampled_from(["1", "2", "ND"]),
            "pueblo": st.just("5"),
            "departamento_origen": st.just("05"),
        }
    )
    names = ["persona_id", "momento", "etapa", "canal_registro", "grupo_edad", "sexo", "pueblo"]
    return st.lists(row, max_size=10).map(
        lambda rows: pd.DataFrame(
            [{**each, "solicitud_id": f"{month}-{n}"} for n, each in enumerate(rows)],
            columns=[*names, "departamento_origen", "solicitud_id"],
        )
    )


@st.composite
def months(draw: st.DrawFn) -> list[Records]:
    return [
        Records(
            month=month,
            programa=draw(departures(month.first_day, month.last_day, 10)),
            privadas=draw(departures(month.first_day, month.last_day, 5)),
            solicitudes=draw(applications(month)),
            inscritos=pd.DataFrame({"persona_id": draw(st.lists(PERSONS, max_size=3, unique=True))}, dtype="str"),
            reclutadores=pd.DataFrame({"reclutador_id": ["R1", "R1"], "pais": ["USA", "CAN"]}),
            tasas=Rates(month, {}),
        )
        for month in THIRD.months
    ]


@settings(max_examples=12, deadline=None)
@given(months())
def test_departures_of_four_months_are_the_sum_of_the_months_and_persons_are_distinct(
    found: list[Records],
) -> None:
    whole = count(populations(found), "cuatrimestre").cuadros
    parts = [count(populations([month]), "mes").cuadros for month in found]
    for name in whole:
        table = SPECS.cuadros[name]
        for indicator in table.indicadores:
            period, each = cells_of(whole[name], indicator), [cells_of(part[name], indicator) for part in parts]
            total = ("Total",) * len(table.dimensiones)
            if indicator == "salidas":
                assert period == {key: sum(part.get(key, 0) for part in each) for key in period}
                assert set(period) == {key for part in each for key in part}
            elif indicator == "reclutadores":
                assert period == each[-1]
            else:
                months_of_it = [part[total] for part in each]
                assert max(months_of_it) <= period[total] <= sum(months_of_it)
                # nobody counts in a cell of the period without counting there in some month
                if table.poblacion == "colocados":
                    assert all(value <= sum(part.get(key, 0) for part in each) for key, value in period.items())


@settings(max_examples=12, deadline=None)
@given(months())
def test_totals_of_a_population_are_its_distinct_ids(found: list[Records]) -> None:
    tables = count(populations(found), "cuatrimestre").cuadros
    programme = pd.concat([month.programa for month in found])
    private = pd.concat([month.privadas for month in found])
    asked = pd.concat([month.solicitudes for month in found])["persona_id"]
    registered = pd.concat([month.inscritos for month in found])["persona_id"]
    expected = {
        ("colocados_por_sexo", "colocados"): programme["persona_id"].nunique(),
        ("colocados_por_sexo", "salidas"): len(programme),
        ("empleadores_por_pais", "empleadores"): programme["empleador_id"].nunique(),
        ("reportados_por_pais", "trabajadores_reportados"): private["persona_id"].nunique(),
        ("reclutadores_activos_por_sector", "reclutadores_activos"): private["reclutador_id"].nunique(),
        ("aplicantes_por_sexo", "aplicantes"): asked.nunique(),
        ("interesados_por_etapa_alcanzada", "interesados"): len({*asked, *registered}),
    }
    assert {key: cells_of(tables[key[0]], key[1])["Total",] for key in expected} == expected


def test_the_last_application_decides_and_the_furthest_stage_is_the_one_reached() -> None:
    rows = [("p1", 10.0, "S1", "4"), ("p1", 20.0, "S3", "2"), ("p1", 20.0, "S2", "1"), ("p2", 5.0, "S4", "ND")]
    asked = pd.DataFrame(rows, columns=["persona_id", "momento", "solicitud_id", "etapa"])
    assert applicants(asked)[["persona_id", "solicitud_id"]].values.tolist() == [["p1", "S3"], ["p2", "S4"]]

    registered = pd.DataFrame({"persona_id": ["p1", "p3", "p4"]})
    left = pd.DataFrame({"persona_id": ["p2", "p4", "p9"]})
    reached = interested(registered, asked, left).set_index("persona_id")["etapa_alcanzada"]
    # p4 left, but did not apply in the period: all stages but the first are the applicants
    assert reached.to_dict() == {"p1": "4", "p2": "7", "p3": "0", "p4": "0"}


def test_a_month_without_a_row_can_be_put_above_others() -> None:
    nothing = pd.DataFrame({"pais": pd.Series([], dtype=object).astype("category")})
    something = pd.DataFrame({"pais": pd.Series(["USA", "CAN"], dtype="str").astype("category")})
    assert stacked([nothing, something, nothing])["pais"].tolist() == ["USA", "CAN"]


def test_the_same_employer_in_two_months_is_one_where_it_began() -> None:
    columns = ["persona_id", "empleador_id", "reclutador_id", "pais", "sector", "fecha_salida", "colocacion_id"]
    rows = [("p1", "E1", None, "CAN", "01"), ("p1", "E1", None, "USA", "81"), ("p2", None, None, "USA", "81")]
    days = [date(2026, 9, 2), date(2026, 10, 1), date(2026, 10, 2)]
    frame = pd.DataFrame([(*row, day, f"C{n}") for n, (row, day) in enumerate(zip(rows, days, strict=True))])
    frame = frame.set_axis(columns, axis=1).assign(fecha_salida=lambda rows: pd.to_datetime(rows["fecha_salida"]))
    nobody = pd.DataFrame(columns=["persona_id", "momento", "solicitud_id", "etapa"])
    records = [
        Records(
            Month(2026, month),
            *(frame[frame["fecha_salida"].dt.month == month], frame.iloc[:0]),
            *(nobody, nobody, pd.DataFrame(), Rates(Month(2026, month), {})),
        )
        for month in (9, 10)
    ]
    found = populations(records)["empleadores"]
    assert found[["empleador_id", "pais", "sector"]].values.tolist() == [["E1", "CAN", "01"]]
