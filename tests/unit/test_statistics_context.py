"""What is said of other months follows from published figures, and hidden ones stay hidden in all of it."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_samples import OCTOBER, earlier_figures, mirrored, protected_tables, released_totals, sample_context

from movilidad.model.periods import Month
from movilidad.statistics.context import RELEASED, Context, Identity, in_context
from movilidad.statistics.published import as_figures, category_of, comparable, own_figures
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.to_date import compare_to_date, own_to_date
from movilidad.statistics.wages import MEDIAN

TABLE, USA, CAN, ITA = "colocados_por_pais", '{"pais": "USA"}', '{"pais": "CAN"}', '{"pais": "ITA"}'
OWN = Identity("mensual/2026-10/r1", 1, date(2026, 11, 10))
COUNT = st.one_of(st.none(), st.integers(0, 60))


@pytest.fixture(scope="module")
def tables() -> MonthTables:
    return mirrored(protected_tables(500))


@pytest.fixture(scope="module")
def context(tables: MonthTables) -> Context:
    return sample_context(tables, absent=(Month(2025, 3),))


def one_country_table(period: str, total: int | None, usa: int | None, can: int | None) -> pd.DataFrame:
    """A month's table with Italy unnamed."""
    cells = {"{}": total, USA: usa, CAN: can}
    return as_figures([(period, TABLE, "colocados", cell, value) for cell, value in cells.items()])


@settings(max_examples=80, deadline=None)
@given(total=COUNT, usa=COUNT, can=COUNT)
def test_a_category_without_a_row_is_zero_only_if_the_shown_ones_are_the_whole(
    total: int | None, usa: int | None, can: int | None
) -> None:
    other = as_figures([("2026-09", TABLE, "colocados", ITA, 4.0)])
    found = comparable(pd.concat([one_country_table("2026-10", total, usa, can), other], ignore_index=True))
    italy = found[(found["celda"] == ITA) & (found["periodo"] == "2026-10")]
    whole = total is not None and (usa or 0) + (can or 0) == total
    assert italy["valor"].tolist() == ([0] if whole else [])
    assert not found.duplicated(["indicador", "celda", "periodo"]).any()
    assert set(found.loc[found["valor"].isna(), "estado"]) <= {"Q"}


def test_what_is_protected_together_is_not_compared(tables: MonthTables, context: Context) -> None:
    assert "Resto" in tables.cuadros[TABLE]["pais"].tolist()
    assert all(category_of(cell)[1] != "Resto" for cell in context.serie["celda"])


def test_every_figure_has_its_25_months_with_a_state(context: Context) -> None:
    sizes = context.serie.groupby(["indicador", "celda"]).size()
    assert set(sizes) == {25}
    missing = context.serie["valor"].isna()
    assert set(context.serie.loc[~missing, "estado"]) == {"A"}
    assert set(context.serie.loc[missing, "estado"]) == {"Q", "O"}
    assert set(context.serie.loc[context.serie["periodo"] == "2025-03", "estado"]) == {"O"}


def test_the_month_itself_stands_in_the_series_as_protected(tables: MonthTables, context: Context) -> None:
    own = context.serie[context.serie["periodo"] == str(OCTOBER)].set_index(["indicador", "celda"])["valor"]
    for row in own_figures(tables).to_dict("records"):
        if row["celda"] != "{}" and "Resto" not in row["celda"]:
            value = own[row["indicador"], row["celda"]]
            assert pd.isna(value) if pd.isna(row["valor"]) else value == row["valor"]


def test_no_change_and_no_share_follow_from_a_figure_that_is_not_shown(context: Context) -> None:
    found = context.comparaciones
    unknown = (found["estado"] != "A") | (found["estado_base"] != "A")
    assert unknown.any()
    assert found.loc[unknown, ["diferencia", "porcentaje"]].isna().all(axis=None)
    assert found.loc[found["estado"] != "A", ["valor", "participacion"]].isna().all(axis=None)
    assert found.loc[found["estado_base"] != "A", ["base", "participacion_base"]].isna().all(axis=None)
    known = found[~unknown]
    assert (known["diferencia"] - (known["valor"] - known["base"])).abs().max() < 0.01


def test_percentages_need_a_base_and_something_counted(context: Context) -> None:
    found = context.comparaciones
    given_percent = found[found["porcentaje"].notna()]
    assert len(given_percent)
    assert given_percent["base"].min() >= 30
    assert not set(given_percent["indicador"]) & {"edad_mediana", MEDIAN}
    assert found.loc[found["participacion"].notna(), "total"].min() >= 30
    assert found.loc[found["participacion_base"].notna(), "total_base"].min() >= 30


def test_only_departures_are_added_up_to_date(context: Context) -> None:
    to_date = context.comparaciones[context.comparaciones["comparacion"] == "acumulado_anio"]
    assert set(to_date["indicador"]) == {"salidas"}, "these tables have no year to date of persons"
    total = to_date[to_date["celda"] == "{}"].iloc[0]
    months = [str(month) for month in Month(2026, 1).through(OCTOBER)]
    series = context.serie
    own = series[(series["indicador"] == "salidas") & (series["celda"] == "{}") & series["periodo"].isin(months)]
    assert total["valor"] == own["valor"].sum()
    assert (total["estado_base"], pd.isna(total["base"])) == ("O", True), "March of last year was not published"


def test_persons_to_date_are_those_of_their_own_table_and_not_a_sum() -> None:
    def table(dimension: str, indicator: str, value: int | None) -> pd.DataFrame:
        number = pd.array([value], dtype="Int64")
        return pd.DataFrame({dimension: ["Total"], "indicador": [indicator], "unidad": ["u"], "valor": number})

    files = {
        "colocados_por_pais_acumulado": table("pais", "colocados", 700),
        "aplicantes_por_grupo_edad_acumulado": table("grupo_edad", "aplicantes", 9000),
        "empleadores_por_pais_acumulado": table("pais", "empleadores", None),
    }
    before = {"colocados": 560.0, "aplicantes": None}
    found = compare_to_date(own_to_date(files), before, OCTOBER).set_index("indicador")
    placed = found.loc["colocados"]
    assert placed[["periodo", "periodo_base"]].tolist() == ["2026-01/2026-10", "2025-01/2025-10"]
    assert placed[["valor", "base", "diferencia", "porcentaje"]].tolist() == [700, 560, 140, 25]
    assert found.loc["aplicantes", ["valor", "estado", "estado_base"]].tolist() == [9000, "A", "Q"]
    assert found.loc["empleadores", ["estado", "estado_base"]].tolist() == ["Q", "O"]
    assert found.loc[["aplicantes", "empleadores"], ["base", "diferencia", "porcentaje"]].isna().all(axis=None)


def test_a_month_with_a_hidden_total_has_no_part_in_the_revisions(tables: MonthTables) -> None:
    earlier = earlier_figures(tables, 3)
    totals = released_totals(earlier)
    hidden = totals["publicacion_id"] == "mensual/2026-07/r1"
    found = in_context(tables, OWN, earlier, totals.assign(valor=totals["valor"].mask(hidden)))
    july = found.revisiones[found.revisiones["periodo"] == "2026-07"]
    assert set(july["estado"]) == {"Q", "A"}
    assert july["revision"].isna().all()
    assert "2026-07" not in found.triangulos["colocados"].index
    assert set(found.medidas["meses"]) == {3}


def test_revisions_of_one_day_keep_their_order_and_no_later_one_enters(tables: MonthTables) -> None:
    day = date(2026, 10, 10)
    rows = [("2026-09", f"mensual/2026-09/r{n}", n, day, "colocados", 100.0 + n) for n in (1, 2, 3)]
    released = pd.DataFrame(rows, columns=RELEASED, dtype=object).astype({"valor": "Float64"})
    found = in_context(tables, OWN, earlier_figures(tables, 1), released)
    september = found.revisiones[found.revisiones["periodo"] == "2026-09"]
    assert september["valor"].tolist() == [101, 102, 103]
    assert september["revision"].tolist() == [pd.NA, 1, 1]
    assert found.triangulos["colocados"].loc["2026-09"].tolist() == [pd.NA, 103, 103]


def test_a_mirror_shows_no_ratio_where_ours_is_hidden_or_was_never_published(
    tables: MonthTables, context: Context
) -> None:
    found = context.espejo
    assert len(found) == len(tables.espejo)
    assert found.loc[found["estado"] != "A", ["salidas", "razon"]].isna().all(axis=None)
    assert set(found.loc[found["pais"] == "CAN", "estado"]) <= {"O", "L"}
    shown = found[found["razon"].notna()]
    assert len(shown)
    assert shown["valor"].min() >= 30
    usa = found[(found["categoria"] == "H-2A") & (found["periodo"] == "2024-09")]
    assert usa["estado"].tolist() == ["L"], "before the 25 months that are read"


def test_the_first_release_of_all_has_nothing_to_be_compared_with(tables: MonthTables) -> None:
    nothing = pd.DataFrame(columns=RELEASED, dtype=object).astype({"valor": "Float64"})
    found = in_context(tables, OWN, as_figures([]), nothing)
    assert set(found.comparaciones["estado_base"]) == {"O"}
    assert found.comparaciones["diferencia"].isna().all()
    assert found.revisiones["publicacion_id"].unique().tolist() == [OWN.publicacion_id]
    assert found.medidas["revision_media_absoluta"].tolist() == [0, 0]
