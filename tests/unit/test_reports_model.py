"""Every figure of the report is a figure of the protected tables, and no hidden one can be found in it."""

import dataclasses
import re
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import HOSTILE_NAMES, RULES, facts, population, protected_tables, raw_tables

from movilidad.disclosure.protection import protect
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.reports.elements import Report, Table
from movilidad.reports.facts import Change
from movilidad.reports.model import build
from movilidad.statistics.specs import load_specs
from movilidad.statistics.tables import MonthTables


def tables_of(report: Report) -> dict[str, Table]:
    return {table.nombre: table for section in report.secciones for table in section.cuadros}


def one_way(tables: MonthTables) -> Iterator[tuple[str, str, pd.DataFrame]]:
    specs = load_specs()
    for name, frame in tables.cuadros.items():
        if len(specs.cuadros[name].dimensiones) == 1:
            yield name, specs.cuadros[name].dimensiones[0], frame


@settings(max_examples=8, deadline=None)
@given(persons=st.integers(0, 160), seed=st.integers(0, 10_000))
def test_every_table_prints_exactly_the_protected_figures(persons: int, seed: int) -> None:
    tables = protected_tables(persons, seed=seed)
    found = tables_of(build(tables, facts()))
    for name, dimension, frame in one_way(tables):
        label = load_specs().dimensiones[dimension].label
        expected = {
            (label(code).replace("'", "’"), indicator): "c" if pd.isna(value) else f"{value:,}"
            for code, indicator, value in zip(frame[dimension], frame["indicador"], frame["valor"], strict=True)
        }
        shown = {}
        for row in found[name].filas:
            counts = [cell for cell in row.celdas if cell.oculta or cell.valor is not None]
            if len(row.celdas) == 3 and row.celdas[1].oculta:
                counts = [row.celdas[0], row.celdas[2]]
            shown[row.titulo, "colocados"], shown[row.titulo, "salidas"] = (cell.texto for cell in counts)
        assert shown == expected


@settings(max_examples=8, deadline=None)
@given(persons=st.integers(0, 160), seed=st.integers(0, 10_000))
def test_the_rows_of_every_table_sum_to_its_total(persons: int, seed: int) -> None:
    for name, table in tables_of(build(protected_tables(persons, seed=seed), facts())).items():
        if not name.startswith("colocados_por") or "municipio" in name or "comunidad" in name:
            continue
        *parts, total = table.filas
        if not total.celdas[0].oculta:
            assert sum(row.celdas[0].valor or 0 for row in parts) == total.celdas[0].valor


@settings(max_examples=8, deadline=None)
@given(persons=st.integers(0, 160), seed=st.integers(0, 10_000))
def test_every_number_in_headings_sentences_and_main_points_is_a_published_figure(persons: int, seed: int) -> None:
    tables = protected_tables(persons, seed=seed)
    report = build(tables, facts())
    frames = (*tables.cuadros.values(), *tables.salarios.values(), tables.resumen)
    published = {f"{value:,.0f}" for frame in frames for value in frame["valor"].dropna()}
    printed_shares = {
        cell.texto for table in tables_of(report).values() for row in table.filas for cell in row.celdas
    }
    labels = sorted({row.titulo for table in tables_of(report).values() for row in table.filas}, key=len)[::-1]
    for section in report.secciones:
        if not section.nombre.startswith("colocados_por"):
            continue
        for text in (*report.puntos, section.titulo, *section.frases):
            plain = text.replace("octubre de 2026", "")
            for label in (*labels, "H-2A", "H-2B"):
                plain = plain.replace(label, "")
            for share in re.findall(r"\(([<>]?[\d.]+%)\)", plain):
                assert share in printed_shares
            assert set(re.findall(r"\d[\d,]*(?![\d,.]*%)", plain)) <= published


def test_the_parts_of_hierarchies_print_exactly_the_protected_figures() -> None:
    tables = protected_tables()
    specs, found = load_specs(), tables_of(build(tables, facts()))
    for name in (
        "colocados_por_pueblo_comunidad_linguistica",
        "colocados_por_departamento_origen_municipio_origen",
    ):
        frame = tables.cuadros[name]
        outer, inner = (specs.dimensiones[dimension] for dimension in specs.cuadros[name].dimensiones)
        values = {
            (outer.label(first), inner.label(second).replace("'", "’")): "c" if pd.isna(value) else f"{value:,}"
            for first, second, indicator, value in zip(
                frame[outer.nombre], frame[inner.nombre], frame["indicador"], frame["valor"], strict=True
            )
            if indicator == "colocados"
        }
        category, parts = "", 0
        for row in found[name].filas:
            if row.tipo in ("categoria", "nd"):
                category = row.titulo
            elif row.tipo == "parte":
                parts += 1
                assert row.celdas[0].texto == values[category, row.titulo]
        assert parts > 3


def test_a_hidden_cell_prints_c_and_holds_no_number_and_zero_prints_zero() -> None:
    rows = {row.titulo: row for row in tables_of(build(protected_tables(), facts()))["colocados_por_pais"].filas}
    assert [cell.texto for cell in rows["Italia"].celdas] == ["c", "c", "c"]
    assert all(cell.valor is None and cell.oculta for cell in rows["Italia"].celdas)
    assert rows["No declarado o desconocido"].celdas[0].texto == "0"


def test_percentages_need_a_base_of_thirty_persons() -> None:
    few, enough = (tables_of(build(protected_tables(n), facts()))["colocados_por_sexo"] for n in (29, 30))
    assert "% de personas" not in [column.titulo for column in few.columnas]
    assert any("base" in note for note in few.notas)
    assert "% de personas" in [column.titulo for column in enough.columnas]


def test_key_figures_are_those_of_the_summary() -> None:
    tables = protected_tables()
    figures = {figure.titulo: figure.cifra for figure in build(tables, facts()).cifras}
    for title, value in zip(tables.resumen["titulo"], tables.resumen["valor"], strict=True):
        assert figures[title].valor == (None if pd.isna(value) else value)
    assert figures["Personas colocadas por el programa"].texto == "500"
    assert re.fullmatch(r"Q\d\d,\d{3}", figures["Salario mensual comparable, mediana"].texto)


def test_wages_print_medians_and_quartiles_in_quetzales_and_hidden_ones_as_c() -> None:
    tables = protected_tables()
    rows = {row.titulo: row for row in tables_of(build(tables, facts()))["salarios_por_pais"].filas}
    by_country = tables.salarios["salarios_por_pais"]
    wages = by_country[by_country["pais"] == TOTAL].set_index("indicador")["valor"]
    monthly = [f"salario_mensual_gtq_{name}" for name in ("mediana", "p25", "p75", "media")]
    assert [cell.valor for cell in rows["Todos los países"].celdas] == [
        float(wages[name]) for name in (*monthly, "salario_hora_usd_mediana")
    ]
    assert [cell.texto for cell in rows["Alemania"].celdas] == ["c"] * 5


def test_wages_are_printed_by_every_dimension_and_no_column_is_empty() -> None:
    found = tables_of(build(protected_tables(), facts()))
    by = [name for name in found if name.startswith("salarios_por_")]
    assert by == [f"salarios_por_{name}" for name in ("pais", "tipo_visa", "sector", "ocupacion", "sexo")]
    shown = found["salarios_por_sexo"].filas[-1]
    assert (shown.titulo, all(cell.valor for cell in shown.celdas)) == ("Total", True)
    without_mean = protect(raw_tables(population(500)), dataclasses.replace(RULES, dominancia_p=None)).tables
    columns = tables_of(build(without_mean, facts()))["salarios_por_pais"].columnas
    assert "Media" not in [column.titulo for column in columns]


def test_every_authorised_recruiter_is_listed_as_visible_text() -> None:
    rows = tables_of(build(protected_tables(), facts()))["reclutadores_autorizados"].filas
    assert len(rows) == len(HOSTILE_NAMES)
    assert rows[0].titulo == "<script>alert('reclutador')</script>"
    assert rows[2].titulo == "Reclutadora gnirts del Sur"
    assert [cell.texto for cell in rows[0].celdas] == [
        "576937-K",
        "DGE-001-2026",
        "31 dic 2028",
        "Estados Unidos y Canadá",
    ]


def test_sections_charts_and_tables_are_numbered_in_the_order_of_reading() -> None:
    report = build(protected_tables(), facts())
    assert [section.numero for section in report.secciones] == list(range(1, len(report.secciones) + 1))
    for parts in ("cuadros", "graficos"):
        found = [part.numero for section in report.secciones for part in getattr(section, parts)]
        assert found == list(range(1, len(found) + 1))
        assert found


def test_all_nine_variables_of_the_commitment_have_their_section_even_when_all_is_hidden() -> None:
    for persons in (2, 500):
        names = [section.nombre for section in build(protected_tables(persons), facts()).secciones]
        for variable in (
            *("pais", "sexo", "tipo_visa", "grupo_edad", "sector"),
            *("ocupacion", "pueblo", "banda_salarial", "departamento_origen"),
        ):
            assert f"colocados_por_{variable}" in names


def test_a_first_revision_is_preliminary_and_a_later_one_lists_what_it_changes() -> None:
    changes = (
        Change("colocados_por_pais", '{"pais": "USA"}', "colocados", 428.0, 431.0),
        Change("colocados_por_pais", '{"pais": "ITA"}', "colocados", None, 4.0),
        Change("salarios_por_pais", '{"pais": "Total"}', "salario_mensual_gtq_mediana", 22000.0, 22433.0),
    )
    first, second = (
        build(protected_tables(), facts()),
        build(protected_tables(), facts(revision=2, changes=changes)),
    )
    assert first.estado == "Cifras preliminares"
    assert (first.revisada, first.revisiones) == (False, ())
    assert second.estado == ""
    assert [(change.celda, change.antes, change.ahora) for change in second.revisiones] == [
        ("Estados Unidos", "428", "431"),
        ("Italia", "c", "4"),
        ("Total", "Q22,000", "Q22,433"),
    ]


def test_only_simulated_records_are_called_so() -> None:
    assert build(protected_tables(), facts()).aviso == "DATOS DE DEMOSTRACIÓN"
    assert build(protected_tables(), facts(demo=False)).aviso == ""


def test_unprotected_tables_are_refused() -> None:
    with pytest.raises(DataError, match="no ha pasado por la protección"):
        build(raw_tables(population(40)), facts())


def test_a_hidden_figure_that_still_has_its_value_is_refused() -> None:
    tables = protected_tables()
    frame = tables.cuadros["colocados_por_pais"].copy()
    frame.loc[frame["pais"] == "ITA", "valor"] = 2
    broken = dataclasses.replace(tables, cuadros={**tables.cuadros, "colocados_por_pais": frame})
    with pytest.raises(DataError, match="trae su valor"):
        build(broken, facts())


def test_a_code_of_no_list_and_a_table_without_total_are_refused() -> None:
    tables = protected_tables()
    frame = tables.cuadros["colocados_por_sexo"]
    for broken, message in (
        (frame.assign(sexo=frame["sexo"].replace("2", "7")), "no está en su lista"),
        (frame[frame["sexo"] != TOTAL], "no tiene la fila «Total»"),
    ):
        with pytest.raises(DataError, match=message):
            build(dataclasses.replace(tables, cuadros={**tables.cuadros, "colocados_por_sexo": broken}), facts())


def test_tables_read_back_from_their_files_give_the_same_report(tmp_path_factory: pytest.TempPathFactory) -> None:
    tables = protect(raw_tables(population(120)), RULES).tables
    folder = tmp_path_factory.mktemp("cuadros")
    tables.save(folder)
    assert build(MonthTables.load(folder), facts()) == build(tables, facts())
