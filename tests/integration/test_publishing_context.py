"""Months published one after the other: what is told of other months is what was public, no more."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from publishing_support import (
    NOON,
    OCTOBER,
    R1,
    RECRUITERS,
    TODAY,
    Original,
    contents,
    deliver,
    deliver_again,
    deliver_month,
    fill_recruiters,
    insert,
    no_portal,
    only,
    original,
    plain_report,
    rows,
)
from sqlalchemy import Engine, text

from movilidad.model.periods import Month
from movilidad.publishing import releases
from movilidad.publishing.verification import verify
from movilidad.statistics.mirror import VISAS

__all__ = ["no_portal", "plain_report"]

pytestmark = pytest.mark.usefixtures("no_portal")

AUGUST, SEPTEMBER, LAST_YEAR = OCTOBER.plus(-2), OCTOBER.plus(-1), OCTOBER.plus(-12)
YEAR_BEFORE = "mismo_mes_anio_anterior"


def publish(month: Month, *, days: int = 0) -> Path:
    """Build and publish a month, ten days after the next began; give the public folder."""
    after = month.plus(1)
    today = date(after.year, after.month, 10) + timedelta(days)
    name = releases.build("mensual", month, today)
    return releases.publish(name, datetime.combine(today, NOON.timetz()))


def publish_a_year(warehouse: Engine) -> None:
    for month, departures in ((LAST_YEAR, 60), (AUGUST, 45), (SEPTEMBER, 100), (OCTOBER, 120)):
        deliver_month(warehouse, departures=departures, month=month)
    for month in (LAST_YEAR, AUGUST, SEPTEMBER):
        publish(month)
    deliver_again(warehouse, "corregida", 110, SEPTEMBER)
    publish(SEPTEMBER, days=20)


@pytest.fixture(scope="module")
def made(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    with original(postgres_folder, tmp_path_factory.mktemp("anio"), publish_a_year) as made:
        yield made


@pytest.fixture
def year(made: Original, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """October of last year, August, and September with a revision are public; October 2026 is delivered."""
    with made.copied(tmp_path, monkeypatch) as warehouse:
        yield warehouse


@pytest.mark.usefixtures("plain_report")
def test_months_in_order_are_compared_as_their_newest_releases_show_them(year: Engine) -> None:
    folder = publish(OCTOBER)
    series = rows(folder, "series", indicador="colocados", desglose="Total")
    assert [row["periodo_cifra"] for row in series] == [str(m) for m in OCTOBER.plus(-24).through(OCTOBER)]
    shown = {row["periodo_cifra"]: row["valor"] for row in series if row["valor"]}
    assert shown == {"2025-10": "60", "2026-08": "45", "2026-09": "110", "2026-10": "120"}
    gaps = {(row["estado_obs"], row["estado_conf"]) for row in series if not row["valor"]}
    assert gaps == {("O", "F")}

    total = {"indicador": "colocados", "desglose": "Total"}
    before = only(folder, "comparaciones", **total, comparacion="mes_anterior")
    assert [before[name] for name in ("base", "diferencia", "porcentaje")] == ["110", "10", "9"]
    year_before = only(folder, "comparaciones", **total, comparacion=YEAR_BEFORE)
    assert [year_before[name] for name in ("base", "diferencia", "porcentaje")] == ["60", "60", "100"]
    to_date = only(folder, "comparaciones", indicador="salidas", desglose="Total", comparacion="acumulado_anio")
    assert (to_date["periodo_cifra"], to_date["valor"], to_date["estado_obs"]) == ("2026-01/2026-10", "", "O")

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["comparables"] == ["mensual/2025-10/r1", "mensual/2026-08/r1", "mensual/2026-09/r2"]
    assert [found for found in verify(R1) if not found.ok] == []


@pytest.mark.usefixtures("plain_report")
def test_a_hidden_figure_is_a_gap_that_says_so_and_its_value_is_nowhere(year: Engine) -> None:
    folder = publish(OCTOBER)
    with year.connect() as connection:
        hidden = set(
            connection.execute(
                text(
                    "SELECT periodo, indicador, celda::text FROM control.celdas c WHERE con_fila"
                    " AND estado <> 'publicada' AND publicacion_id = ANY(:releases)"
                    " AND (cuadro = 'resumen' OR cuadro LIKE 'colocados_por_%' AND cardinality(dimensiones) = 1)"
                    " AND periodo ~ '^.{7}$'"
                ),
                {"releases": ["mensual/2025-10/r1", "mensual/2026-08/r1", "mensual/2026-09/r2", R1]},
            ).all()
        )
    assert any(cell == '{"pais": "DEU"}' for _, _, cell in hidden)
    series = {
        (row["periodo_cifra"], row["indicador"], row["desglose"], row["categoria"]): row
        for row in rows(folder, "series")
    }
    for period, indicator, cell in hidden:
        ((dimension, code),) = json.loads(cell).items() or [("Total", "Total")]
        row = series[period, indicator, dimension, code]
        assert (row["valor"], row["estado_obs"], row["estado_conf"]) == ("", "Q", "C")
    # nobody went to Germany in August, and that can be worked out: the shown countries are all
    germany = series["2026-08", "colocados", "pais", "DEU"]
    assert (germany["valor"], germany["estado_obs"]) == ("0", "A")
    for row in rows(folder, "comparaciones"):
        for value, conf in (("valor", "estado_conf"), ("base", "estado_conf_base")):
            assert row[conf] == "F" or (row[value] == row["diferencia"] == row["porcentaje"] == "")


@pytest.mark.usefixtures("plain_report")
def test_the_totals_of_every_release_are_told_and_how_much_they_change(year: Engine) -> None:
    folder = publish(OCTOBER)
    told = [
        (row["publicacion"], row["valor"], row["demora"], row["revision"], row["porcentaje"])
        for row in rows(folder, "revisiones", indicador="colocados")
    ]
    assert told == [
        ("mensual/2025-10/r1", "60", "1", "", ""),
        ("mensual/2026-08/r1", "45", "1", "", ""),
        ("mensual/2026-09/r1", "100", "1", "", ""),
        ("mensual/2026-09/r2", "110", "1", "10", "10"),
        (R1, "120", "1", "", ""),
    ]
    measures = only(folder, "revisiones_medidas", indicador="colocados")
    assert [measures[name] for name in ("meses", "revision_media", "revision_media_absoluta")] == [
        "4",
        "2.5",
        "2.5",
    ]
    assert {row["indicador"] for row in rows(folder, "revisiones")} == {"colocados", "salidas"}


@pytest.mark.usefixtures("plain_report")
def test_a_release_of_another_month_alone_makes_no_revision_and_changes_no_byte(year: Engine) -> None:
    before = contents(publish(OCTOBER))
    # a revision of last year's October: only comparisons know of it
    deliver_again(year, "corregida", 66, LAST_YEAR)
    publish(LAST_YEAR, days=400)
    assert releases.build("mensual", OCTOBER, TODAY + timedelta(30)) == R1
    assert contents(publish(OCTOBER, days=30)) == before
    assert [found for found in verify(R1) if not found.ok] == []

    # but when October itself changes, its revision sees what is public by then
    fill_recruiters(year, deliver(year, RECRUITERS, "2"), ["Nueva, S. A."])
    second = publish(OCTOBER, days=31)
    assert second.name == "r2"
    total = {"indicador": "colocados", "desglose": "Total", "comparacion": YEAR_BEFORE}
    assert only(second, "comparaciones", **total)["base"] == "66"
    assert {row["cuadro"] for row in rows(second, "cambios")} == {
        *("resumen", "reclutadores_autorizados", "reclutadores_por_pais"),
    }
    assert [found for found in verify("mensual/2026-10/r2") if not found.ok] == []


@pytest.mark.usefixtures("plain_report")
def test_a_later_load_that_no_release_shows_does_not_enter_the_revisions(year: Engine) -> None:
    deliver_again(year, "tardia", 117, SEPTEMBER)
    folder = publish(OCTOBER)
    assert "117" not in {row["valor"] for row in rows(folder, "revisiones")}


@pytest.mark.usefixtures("plain_report")
def test_a_total_that_protects_somebody_is_not_told_by_the_revisions(warehouse: Engine) -> None:
    deliver_month(warehouse, departures=2, month=SEPTEMBER)
    deliver_month(warehouse)
    publish(SEPTEMBER)
    deliver_again(warehouse, "corregida", 40, SEPTEMBER)
    publish(SEPTEMBER, days=9)
    folder = publish(OCTOBER)
    first = only(folder, "revisiones", indicador="colocados", publicacion="mensual/2026-09/r1")
    assert (first["valor"], first["estado_obs"], first["estado_conf"]) == ("", "Q", "C")
    assert {row["revision"] for row in rows(folder, "revisiones", periodo_cifra="2026-09")} == {""}
    assert only(folder, "revisiones_medidas", indicador="colocados")["meses"] == "1"


@pytest.mark.usefixtures("plain_report")
def test_simulated_months_are_never_compared_with_real_ones(warehouse: Engine) -> None:
    deliver_month(warehouse, month=SEPTEMBER, departures=100)
    publish(SEPTEMBER)
    deliver_month(warehouse, demo=False)
    folder = publish(OCTOBER)
    assert {row["base"] for row in rows(folder, "comparaciones")} == {""}
    assert {row["periodo_cifra"] for row in rows(folder, "revisiones")} == {"2026-10"}


@pytest.mark.usefixtures("plain_report")
def test_comparisons_of_a_release_that_the_ledger_lost_are_not_made_up(year: Engine) -> None:
    publish(OCTOBER)
    with year.begin() as connection:
        connection.execute(text("DELETE FROM control.celdas WHERE publicacion_id = 'mensual/2025-10/r1'"))
    found = verify(R1)[-1]
    assert not found.ok
    assert "mensual/2025-10/r1" in found.detalle


@pytest.mark.usefixtures("plain_report")
def test_a_forged_comparison_under_matching_figures_is_found(year: Engine) -> None:
    file = publish(OCTOBER) / "datos" / "comparaciones.csv"
    intact = file.read_text(encoding="utf-8")
    assert ",110,A,F,10,9," in intact
    file.write_text(intact.replace(",110,A,F,10,9,", ",110,A,F,10,19,", 1), encoding="utf-8")
    failed = {found.nombre for found in verify(R1) if not found.ok}
    assert failed == {"sumas", "comparaciones", "recomputo"}


def test_the_report_prints_the_sections_with_the_figures_of_the_files(year: Engine) -> None:
    visas = deliver(year, "visas_eeuu", "2")
    insert(
        year,
        "nucleo.cifras_espejo",
        [
            {**visas, "pais": "USA", "medida": VISAS, "categoria": "H2A", "periodo": period, "valor": value}
            | {"unidad": "visas"}
            for period, value in (("2026-07", 500), ("2026-08", 400))
        ],
    )
    folder = publish(OCTOBER)
    compared = {row["periodo_cifra"]: row for row in rows(folder, "espejo_comparado", pais="USA")}
    assert (compared["2026-07"]["salidas"], compared["2026-07"]["estado_obs"]) == ("", "O")
    ours = only(folder, "series", indicador="salidas", categoria="H-2A", periodo_cifra="2026-08")["valor"]
    assert compared["2026-08"]["salidas"] == ours != ""
    assert float(compared["2026-08"]["razon"]) == round(100 * int(ours) / 400, 1)

    page = (folder / "informe.html").read_text(encoding="utf-8")
    for name in ("comparaciones", "espejo", "revisiones"):
        assert f'<section id="{name}"' in page
    assert "Salieron 60 personas colocadas más que en octubre de 2025" in page
    assert "1 de 4 totales mensuales cambió después de publicarse" in page
    assert f">{compared['2026-08']['razon']}<" in page
    assert [found for found in verify(R1) if not found.ok] == []
