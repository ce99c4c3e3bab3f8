"""One month counted from core rows that the test writes itself."""

from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine
from warehouse_support import (
    OCTOBER,
    PROGRAMME,
    RECRUITERS,
    add_departures,
    add_rates,
    cells,
    deliver,
    deliver_all,
    headline,
    insert,
)

from movilidad.disclosure.protection import Rules, protect
from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.sources.contracts import sources_of
from movilidad.statistics.compute import compute
from movilidad.statistics.inputs import current_loads
from movilidad.statistics.reconciliation import reconcile
from movilidad.statistics.tables import MonthTables


def test_a_source_that_has_not_delivered_is_named_with_its_steward(warehouse: Engine) -> None:
    for source in sources_of("mensual"):
        if source not in (RECRUITERS, "visas_eeuu"):
            deliver(warehouse, source, OCTOBER)
    with pytest.raises(DataError, match="visas_eeuu") as error:
        current_loads(warehouse, OCTOBER)
    assert "registro_reclutadores (responde Registro de Reclutadores" in str(error.value)
    assert PROGRAMME not in str(error.value)
    deliver(warehouse, RECRUITERS, OCTOBER)
    deliver(warehouse, "visas_eeuu", OCTOBER)
    assert [load.fuente for load in current_loads(warehouse, OCTOBER)] == sources_of("mensual")
    with pytest.raises(DataError, match=f"faltan {len(sources_of('mensual'))} fuentes"):
        current_loads(warehouse, OCTOBER.plus(-1))


def test_only_the_newest_load_of_a_source_counts(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_departures(warehouse, origins[PROGRAMME], [{"persona_id": "p1"}, {"persona_id": "p2"}])
    corrected = deliver(warehouse, PROGRAMME, OCTOBER, "carga-corregida")
    add_departures(warehouse, corrected, [{"persona_id": "p1"}])
    loads = current_loads(warehouse, OCTOBER)
    assert {load.fuente: load.carga_id for load in loads}[PROGRAMME] == "carga-corregida"
    assert headline(compute(warehouse, OCTOBER, loads), "colocados") == 1


def test_one_person_with_two_departures_is_one_person_where_she_left_first(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    spanish = {"pais": "ESP", "tipo_visa": "GECCO", "contrato_id": "cuatro-años"}
    add_departures(
        warehouse,
        origins[PROGRAMME],
        [
            {"persona_id": "p1", "fecha_salida": date(2026, 10, 20)},
            {"persona_id": "p1", "fecha_salida": date(2026, 10, 3), **spanish},
            {"persona_id": "p2", "fecha_salida": date(2026, 10, 3), **spanish},
            {"persona_id": "p2", "fecha_salida": date(2026, 10, 28), **spanish},
        ],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    persons = {"Total": 2, "USA": 0, "ESP": 2, "ND": 0}
    assert cells(tables, "colocados_por_pais", "colocados") == persons
    assert cells(tables, "colocados_por_pais", "salidas") == {"Total": 4, "USA": 1, "ESP": 3, "ND": 0}
    assert (headline(tables, "colocados"), headline(tables, "salidas")) == (2, 4)


def test_what_is_not_stated_is_a_category_and_hierarchies_hold(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    maya = {"pueblo": "1"}
    add_departures(
        warehouse,
        origins[PROGRAMME],
        [
            *({"persona_id": f"p{n}"} for n in range(6)),
            {"persona_id": "p6", "pais": "ND", "ocupacion": "6", "sector": "A", "tipo_visa": "ND"},
        ],
        {
            "p0": {**maya, "comunidad_linguistica": "10", "municipio_origen": "1333", "sexo": "2"},
            "p1": {**maya, "comunidad_linguistica": "ND", "municipio_origen": "ND", "departamento_origen": "13"},
            "p2": {**maya, "comunidad_linguistica": "99"},
            "p3": {"pueblo": "ND", "comunidad_linguistica": "ND", "fecha_nacimiento": None},
            "p4": {"municipio_origen": "ND", "departamento_origen": "ND", "fecha_nacimiento": date(2008, 10, 11)},
            "p5": {"comunidad_linguistica": "12", "fecha_nacimiento": date(2008, 10, 10)},
        },
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    assert cells(tables, "colocados_por_pueblo_comunidad_linguistica", "colocados") == {
        ("Total", "Total"): 7,
        ("1", "Total"): 3,
        ("1", "10"): 1,
        ("1", "ND"): 2,
        **dict.fromkeys([(code, "Total") for code in "2346"], 0),
        ("5", "Total"): 3,
        ("5", "99"): 3,
        ("ND", "Total"): 1,
        ("ND", "ND"): 1,
    }
    origin = cells(tables, "colocados_por_departamento_origen_municipio_origen", "colocados")
    assert {key: value for key, value in origin.items() if value} == {
        ("Total", "Total"): 7,
        ("13", "Total"): 6,
        ("13", "1301"): 4,
        ("13", "1333"): 1,
        ("13", "ND"): 1,
        ("ND", "Total"): 1,
        ("ND", "ND"): 1,
    }
    assert len([key for key in origin if key[1] == "Total"]) == 24
    ages = cells(tables, "colocados_por_grupo_edad", "colocados")
    assert {key: value for key, value in ages.items() if value} == {
        "Total": 7,
        "0-17": 1,
        "18-24": 1,
        "30-34": 4,
        "ND": 1,
    }
    assert cells(tables, "colocados_por_ocupacion", "salidas") == {"Total": 7, "92": 6, "ND": 1}
    assert cells(tables, "colocados_por_sector", "salidas") == {"Total": 7, "01": 6, "ND": 1}
    assert cells(tables, "colocados_por_sexo", "colocados") == {"Total": 7, "1": 6, "2": 1, "ND": 0}
    assert headline(tables, "departamentos_origen") == 1
    assert headline(tables, "paises_destino") == 1


def test_wages_use_the_rate_of_the_month_or_the_last_known_of_a_year(warehouse: Engine) -> None:
    """Quetzales per dollar: mean of (7.5 + 7.7) / 2 and (7.5 + 7.9) / 2 = 7.65. CAD of June; MXN too old."""
    origins = deliver_all(warehouse, OCTOBER)
    add_rates(warehouse, origins)
    monthly = {"periodo_pago": "mes", "horas_semana": None}
    pay = [
        *[{**monthly, "pais": "USA", "moneda": "USD", "salario": wage} for wage in (1000, 2000, 3000, 4000)],
        {**monthly, "pais": "CAN", "moneda": "CAD", "salario": 2800, "empleador_id": "E2"},
        {**monthly, "pais": "MEX", "moneda": "MXN", "salario": 9000},
        {"pais": "USA", "salario_estado": "dudoso"},
    ]
    departures = [{"persona_id": f"p{n}", **row} for n, row in enumerate(pay)]
    # a second departure does not make its person count twice
    departures.append({**departures[3], "fecha_salida": date(2026, 10, 30), "empleador_id": "E3"})
    add_departures(warehouse, origins[PROGRAMME], departures)
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))

    wages = tables.salarios["salarios_por_pais"].set_index(["pais", "indicador"])
    assert wages.loc[("USA", "salario_mensual_gtq_mediana"), "valor"] == round(2500 * 7.65)
    assert wages.loc[("USA", "salario_mensual_gtq_p25"), "valor"] == round(1750 * 7.65)
    assert wages.loc[("USA", "salario_mensual_gtq_p75"), "valor"] == round(3250 * 7.65)
    assert wages.loc[("CAN", "salario_mensual_gtq_mediana"), "valor"] == 2000 * 7.65
    assert pd.isna(wages.loc[("MEX", "salario_mensual_gtq_mediana"), "valor"])
    total = wages.loc[("Total", "salario_mensual_gtq_mediana")]
    assert (total["valor"], total["personas"], total["empleadores"]) == (2000 * 7.65, 5, 2)
    assert list(wages.index.get_level_values(0).unique()) == ["Total", "CAN", "MEX", "USA"]
    assert headline(tables, "salario_mensual_gtq_mediana") == 2000 * 7.65
    assert tables.conteos["salidas_sin_salario_comparable"] == 2
    note = tables.notas["tipos_de_cambio"]
    assert "1 USD = 7.6500 GTQ (promedio de octubre de 2026, Banco de Guatemala)" in note
    assert (
        "1 USD = 1.4000 CAD (promedio de junio de 2026, el último conocido, Reserva Federal de los Estados Unidos)"
        in note
    )
    assert "MXN" not in note


def test_without_a_rate_of_the_quetzal_only_quetzales_are_comparable(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    pay = {"periodo_pago": "mes", "salario": 6000.0}
    add_departures(
        warehouse,
        origins[PROGRAMME],
        [{"persona_id": "p1", **pay}, {"persona_id": "p2", "moneda": "GTQ", **pay}],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    bands = cells(tables, "colocados_por_banda_salarial", "salidas")
    assert (bands["Q5000-9999"], bands["ND"]) == (1, 1)
    assert "No hay tipo de cambio del quetzal" in tables.notas["tipos_de_cambio"]


def test_headlines_keep_channels_people_and_months_apart(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_departures(
        warehouse,
        origins[PROGRAMME],
        [
            {"persona_id": "p1"},
            {"persona_id": "p2", "empleador_id": None},
            {"persona_id": "p3", "pais": "CAN", "empleador_id": "E2"},
            {"persona_id": "p3", "fecha_salida": date(2026, 9, 30)},
        ],
        {"p1": {"sexo": "2"}, "p3": {"fecha_nacimiento": date(2000, 10, 11)}},
    )
    private = {"canal": "reclutador_privado", "reclutador_id": "R1"}
    add_departures(
        warehouse,
        origins[RECRUITERS],
        [{"persona_id": name, **private} for name in ("p1", "q1", "q1")],
    )
    asked = {"canal_registro": "web", "pais_interes": "USA", "ocupacion": "9211", "etapa": "1"}
    moments = [
        ("p1", datetime(2026, 10, 1, 6, tzinfo=UTC)),  # the first instant of October in Guatemala
        ("p1", datetime(2026, 10, 20, tzinfo=UTC)),
        ("a1", datetime(2026, 11, 1, 5, 59, tzinfo=UTC)),
        ("a2", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ]
    insert(
        warehouse,
        "nucleo.solicitudes",
        [
            {"solicitud_id": f"S{n}", "persona_id": person, "fecha": moment, **asked, **origins[PROGRAMME]}
            for n, (person, moment) in enumerate(moments)
        ],
    )
    terms = [
        ("Zeta", date(2023, 11, 1), date(2026, 10, 31)),
        ("Alfa", date(2026, 10, 31), date(2029, 10, 30)),
        ("Vencida", date(2023, 10, 31), date(2026, 10, 30)),
        ("Futura", date(2026, 11, 1), date(2029, 10, 31)),
        ("En trámite", None, None),
    ]
    insert(
        warehouse,
        "nucleo.reclutadores",
        [
            {"reclutador_id": name, "nombre": name, "vigente_desde": since, "vigente_hasta": until, "nit": "71080"}
            | origins[RECRUITERS]
            for name, since, until in terms
        ],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    figures = tables.resumen.set_index("indicador")["valor"].to_dict()
    assert pd.isna(figures.pop("salario_mensual_gtq_mediana"))
    assert figures == {
        "colocados": 3,
        "salidas": 3,
        "mujeres": 1,
        "edad_mediana": 30,
        "paises_destino": 2,
        "departamentos_origen": 1,
        "empleadores": 2,
        "aplicantes": 2,
        "reclutadores": 2,
        "trabajadores_reportados": 2,
    }
    assert tables.reclutadores["nombre"].tolist() == ["Alfa", "Zeta"]
    assert tables.reclutadores["vigente_desde"].tolist() == ["2026-10-31", "2023-11-01"]
    assert tables.conteos["salidas_fuera_del_mes"] == 1
    assert tables.conteos["salidas_sin_empleador"] == 1


def test_a_month_without_departures_is_zeros_and_survives_storage(warehouse: Engine, tmp_path: Path) -> None:
    deliver_all(warehouse, OCTOBER)
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    assert headline(tables, "colocados") == 0
    assert cells(tables, "colocados_por_pais", "colocados") == {"Total": 0, "ND": 0}
    tables.save(tmp_path / "a")
    MonthTables.load(tmp_path / "a").save(tmp_path / "b")
    assert {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()} == {
        file.name: file.read_bytes() for file in (tmp_path / "b").iterdir()
    }
    loaded = MonthTables.load(tmp_path / "a")
    assert list(loaded.reclutadores.columns) == list(tables.reclutadores.columns)
    shown = protect(loaded, Rules(3, 2, 3)).tables
    assert cells(shown, "colocados_por_sexo", "colocados") == {"Total": 0, "1": 0, "2": 0, "ND": 0}


def test_stored_tables_are_protected_like_fresh_ones(warehouse: Engine, tmp_path: Path) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_rates(warehouse, origins)
    canada = {"pais": "CAN", "tipo_visa": "PTET-A"}
    departures = [
        {"persona_id": f"p{n}", "empleador_id": f"E{n % 3}", **(canada if n < 2 else {})} for n in range(30)
    ]
    add_departures(warehouse, origins[PROGRAMME], departures)
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    tables.save(tmp_path / "a")
    fresh, stored = protect(tables, Rules(3, 2, 3)), protect(MonthTables.load(tmp_path / "a"), Rules(3, 2, 3))
    fresh.tables.save(tmp_path / "fresh")
    stored.tables.save(tmp_path / "stored")
    for file in (tmp_path / "fresh").iterdir():
        assert file.read_bytes() == (tmp_path / "stored" / file.name).read_bytes()
    pd.testing.assert_frame_equal(fresh.decisions, stored.decisions)
    # two in Canada: hidden, so the United States too, and with them their wages; all together stay
    country = fresh.tables.cuadros["colocados_por_pais"]
    assert country.loc[country["indicador"] == "colocados", ["pais", "valor"]].values.tolist() == [
        *(["Total", 30], ["CAN", pd.NA], ["USA", pd.NA], ["ND", 0], ["Resto", 30]),
    ]
    wages = fresh.tables.salarios["salarios_por_pais"].set_index(["pais", "indicador"])["valor"]
    assert wages.loc["CAN"].isna().all()
    assert wages.loc["USA"].isna().all()
    assert wages.loc[("Total", "salario_mensual_gtq_mediana")] == round(15 * 40 * 52 / 12 * 7.65)


def test_published_figures_are_compared_and_the_conflict_of_2022_is_told(warehouse: Engine) -> None:
    insert_year = {2022: (2396, 139), 2020: (39, 79)}
    for year, (states, canada) in insert_year.items():
        for month in Month(year, 1).through(Month(year, 12)):
            origin = deliver(warehouse, PROGRAMME, month)
            if month.month == 6:
                day = {"fecha_salida": date(year, 6, 15)}
                rows = [{"persona_id": f"p{n}", "pais": "USA", **day} for n in range(states)]
                rows += [{"persona_id": f"c{n}", "pais": "CAN", **day} for n in range(canada)]
                add_departures(warehouse, origin, rows)
    for month in Month(2023, 1).through(Month(2023, 11)):
        deliver(warehouse, PROGRAMME, month)
    result = reconcile(warehouse, Month(2020, 1), Month(2023, 12)).set_index("id")

    assert len(result) == 10  # 2020: three, 2021: three, 2022: three, 2023: one; longer periods are not inside
    verdicts = result["veredicto"].to_dict()
    assert {verdicts[f"MINTRAB-2022-{place}"] for place in ("ALL", "US", "CA")} == {"fuentes en conflicto"}
    whole = result.loc["MINTRAB-2022-ALL"]
    assert (whole["pais"], whole["publicado"], whole["salidas"], whole["diferencia"]) == ("Total", 2525, 2535, 10)
    assert result.loc["MINTRAB-2022-US", "diferencia"] == 0
    assert verdicts["MINTRAB-2020-US"] == "igual"
    assert verdicts["MINTRAB-2020-CA"] == verdicts["MINTRAB-2020-ALL"] == "difiere"
    assert result.loc["MINTRAB-2020-CA", "pais"] == "CAN"
    assert result.loc["MINTRAB-2020-CA", "diferencia"] == -1
    assert verdicts["MINTRAB-2021-ALL"] == verdicts["MINTRAB-2023-ALL"] == "meses sin cargar"
    assert result.loc["MINTRAB-2021-ALL", "meses_sin_cargar"] == "2021-01 a 2021-12"
    assert result.loc["MINTRAB-2023-ALL", "meses_sin_cargar"] == "2023-12"
    assert pd.isna(result.loc["MINTRAB-2021-ALL", "salidas"])


@pytest.mark.parametrize(("departures", "verdict"), [(4503, "redondeada"), (4500, "igual"), (4551, "difiere")])
def test_a_round_published_figure_is_judged_by_its_rounding(
    warehouse: Engine, departures: int, verdict: str
) -> None:
    for month in Month(2023, 1).through(Month(2023, 12)):
        origin = deliver(warehouse, PROGRAMME, month)
    day = {"fecha_salida": date(2023, 12, 31)}
    add_departures(warehouse, origin, [{"persona_id": f"p{n}", **day} for n in range(departures)])
    result = reconcile(warehouse, Month(2023, 1), Month(2023, 12))
    assert result[["publicado", "salidas", "veredicto"]].values.tolist() == [[4500, departures, verdict]]


def test_visas_and_published_totals_stand_beside_ours_as_far_as_they_are_known(
    warehouse: Engine, tmp_path: Path
) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    figures = [
        *[("H2A", str(Month(2022, 1).plus(n)), 100 + n) for n in range(36)],
        *(("H2B", "2024-12", 700), ("H2B", "2024-11", None), ("B1/B2", "2024-12", 9_000), ("H2A", "2026-11", 1)),
    ]
    insert(
        warehouse,
        "nucleo.cifras_espejo",
        [
            {"pais": "USA", "medida": "visas_emitidas", "categoria": visa, "periodo": period, "valor": value}
            | {"unidad": "visas", **origins["visas_eeuu"]}
            for visa, period, value in figures
        ],
    )
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    visas = tables.espejo[tables.espejo["medida"] == "visas_emitidas"]
    assert set(visas["categoria"]) == {"H-2A", "H-2B"}
    assert visas.loc[visas["categoria"] == "H-2B", ["periodo", "valor"]].values.tolist() == [["2024-12", 700]]
    # the last 25 months that are known: December 2022 to December 2024
    h2a = visas.loc[visas["categoria"] == "H-2A"]
    assert (len(h2a), h2a["periodo"].iloc[0], h2a["valor"].iloc[-1]) == (25, "2022-12", 135)
    canada = tables.espejo[tables.espejo["pais"] == "CAN"].set_index("periodo")["valor"]
    assert canada.to_dict() == {"2018-01/2023-07": 64_201, "2024-01/2024-06": 9_954}
    tables.save(tmp_path)
    pd.testing.assert_frame_equal(MonthTables.load(tmp_path).espejo, tables.espejo)
    assert protect(tables, Rules(3, 2, 3)).tables.espejo.equals(tables.espejo)


def test_doubtful_and_unusual_wages_are_counted_and_only_the_first_left_out(warehouse: Engine) -> None:
    origins = deliver_all(warehouse, OCTOBER)
    add_rates(warehouse, origins)
    departures = [{"persona_id": f"p{n}", "salario": 15.0 + n % 3} for n in range(40)]
    departures += [{"persona_id": f"q{n}", "salario": 58.0} for n in range(4)]
    departures += [{"persona_id": f"r{n}", "salario": 1700.0, "salario_estado": "dudoso"} for n in range(5)]
    add_departures(warehouse, origins[PROGRAMME], departures)
    tables = compute(warehouse, OCTOBER, current_loads(warehouse, OCTOBER))
    assert (tables.conteos["salarios_dudosos"], tables.conteos["salarios_atipicos"]) == (5, 4)
    by_country = tables.salarios["salarios_por_pais"].set_index(["pais", "indicador"])
    assert by_country.loc[("USA", "salario_hora_usd_mediana"), "personas"] == 44
    assert by_country.loc[("USA", "salario_hora_usd_mediana"), "valor"] == 16.0
    notes = protect(tables, Rules(3, 2, 3)).tables.notas
    assert notes["salarios_atipicos"].endswith("sí entra en los cuadros de salarios: 4.")
    assert notes["salarios_dudosos"].endswith("no se usa: 5.")
