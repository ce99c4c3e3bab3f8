"""The four-month release beside its months: made of the same records, and it says where figures differ."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from four_month_support import (
    C2,
    DEPARTURES,
    PUBLISHED,
    SECOND,
    deliver_accounts,
    publish_four_months,
    publish_month,
    publish_months,
    second,
)
from publishing_support import contents, deliver_again, plain_report
from sqlalchemy import Engine, text

from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import Month, Period
from movilidad.publishing import releases
from movilidad.publishing.verification import verify

__all__ = ["plain_report", "second"]

pytestmark = pytest.mark.usefixtures("plain_report")


def rows(folder: Path, name: str, **wanted: str) -> list[dict[str, str]]:
    with (folder / "datos" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if all(row[key] == value for key, value in wanted.items())]


def only(folder: Path, name: str, **wanted: str) -> dict[str, str]:
    (row,) = rows(folder, name, **wanted)
    return row


def test_it_goes_the_way_of_every_release_and_every_check_passes(second: Engine) -> None:
    folder = publish_four_months()
    assert folder.parts[-3:] == ("cuatrimestral", "2026-C2", "r1")
    assert (folder.parent / "latest").resolve() == folder.resolve()
    found = verify(C2)
    assert [each for each in found if not each.ok] == []
    assert len(found) == 8
    before = contents(folder)
    assert releases.build("cuatrimestral", SECOND, PUBLISHED + timedelta(1)) == C2
    assert contents(publish_four_months(PUBLISHED + timedelta(2))) == before


def test_it_is_made_of_the_loads_of_its_monthly_releases(second: Engine) -> None:
    # what arrives after the month was published is of no release yet
    deliver_again(second, "tardia", 90, SECOND.first)
    folder = publish_four_months()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["partes"] == [f"mensual/{month}/r1" for month in SECOND.months]
    loads = {entry["carga_id"] for entry in manifest["entradas"]}
    for month in SECOND.months:
        monthly = folder.parents[2] / "mensual" / str(month) / "r1" / "manifest.json"
        assert {entry["carga_id"] for entry in json.loads(monthly.read_text())["entradas"]} < loads
    assert not [load for load in loads if "tardia" in load]


def test_departures_add_up_over_the_months_and_persons_need_not(second: Engine) -> None:
    folder = publish_four_months()
    trips = sum(departures + len(range(0, departures, 10)) for departures in DEPARTURES)
    assert only(folder, "resumen", indicador="salidas")["valor"] == str(trips)
    assert only(folder, "resumen", indicador="colocados")["valor"] == str(max(DEPARTURES))
    told = {
        (row["indicador"], row["concepto"]): row["valor"]
        for row in rows(folder, "conciliacion")
        if row["concepto"] != "mes"
    }
    assert told["salidas", "diferencia"] == "0"
    assert told["colocados", "suma_de_los_meses"] == str(sum(DEPARTURES))
    assert told["colocados", "diferencia"] == str(max(DEPARTURES) - sum(DEPARTURES))
    months = rows(folder, "conciliacion", indicador="colocados", concepto="mes")
    assert [(row["periodo_cifra"], row["publicacion"], row["valor"]) for row in months] == [
        (str(month), f"mensual/{month}/r1", str(departures))
        for month, departures in zip(SECOND.months, DEPARTURES, strict=True)
    ]


def test_months_without_a_public_release_are_named_and_nothing_is_made(warehouse: Engine) -> None:
    publish_months(warehouse, Period.parse("2026-C1"))
    with pytest.raises(DataError, match=r"mayo de 2026, junio de 2026, julio de 2026, agosto de 2026"):
        releases.build("cuatrimestral", SECOND, PUBLISHED)


def test_a_source_of_accountability_that_has_not_delivered_is_named(warehouse: Engine) -> None:
    publish_months(warehouse)
    with pytest.raises(DataError, match="faltan 3 fuentes por entregar mayo de 2026: acciones"):
        releases.build("cuatrimestral", SECOND, PUBLISHED)


@pytest.mark.parametrize(
    ("series", "period"),
    [("mensual", SECOND), ("cuatrimestral", Month(2026, 8)), ("cuatrimestral", Period.parse("2026"))],
)
def test_a_series_has_periods_of_its_own_kind(warehouse: Engine, series: str, period: Period) -> None:
    with pytest.raises(UsageError, match="no es un periodo de la serie"):
        releases.build(series, period, PUBLISHED)


def test_when_a_month_is_revised_the_four_months_are_revised_with_it(second: Engine) -> None:
    before = contents(publish_four_months())
    deliver_again(second, "corregida", 90, Month(2026, 7))
    publish_month(Month(2026, 7), days=50)
    folder = publish_four_months(PUBLISHED + timedelta(20))
    assert folder.name == "r2"
    assert contents(folder.parent / "r1") == before
    changed = only(folder, "cambios", cuadro="resumen", indicador="salidas")
    assert int(changed["antes"]) - int(changed["ahora"]) == 11
    revisions = rows(folder, "revisiones", indicador="salidas", periodo_cifra="2026-07")
    assert [(row["publicacion"], row["revision"]) for row in revisions] == [
        ("mensual/2026-07/r1", ""),
        ("mensual/2026-07/r2", "-11"),
    ]
    assert "nueva carga: " in (folder / "CAMBIOS.md").read_text(encoding="utf-8")
    assert [each for each in verify("cuatrimestral/2026-C2/r2") if not each.ok] == []
    assert [each for each in verify(C2) if not each.ok] == []


def test_the_same_months_of_the_year_before_stand_beside_where_they_were_published(warehouse: Engine) -> None:
    for period, day in ((Period.parse("2025-C2"), PUBLISHED.replace(year=2025)), (SECOND, PUBLISHED)):
        publish_months(warehouse, period)
        for month in period.months:
            deliver_accounts(warehouse, month)
        folder = publish_four_months(day, period)
    total = {"cuadro": "colocados_por_sexo", "indicador": "colocados"}
    row = next(
        row for row in rows(folder, "anio_anterior", **total) if json.loads(row["celda"]) == {"sexo": "Total"}
    )
    assert [row[name] for name in ("valor", "base", "diferencia", "porcentaje")] == ["120", "120", "0", "0"]
    assert rows(folder, "anio_anterior", cuadro="presupuesto", indicador="devengado")[0]["base"] == "800"
    assert not [row for row in rows(folder, "anio_anterior") if "Resto" in row["celda"]]
    hidden = [row for row in rows(folder, "anio_anterior") if row["estado_conf"] == "C"]
    assert hidden
    assert {row["diferencia"] for row in hidden} == {""}
    assert [each for each in verify(C2) if not each.ok] == []


def test_every_shown_count_is_in_the_ledger_and_small_ones_are_hidden(second: Engine) -> None:
    folder = publish_four_months()
    with second.connect() as connection:
        known = dict(
            connection.execute(
                text("SELECT cuadro, count(*) FROM control.celdas WHERE publicacion_id = :id GROUP BY 1"),
                {"id": C2},
            ).all()
        )
    assert {"colocados_por_pais", "denuncias_por_pais", "capacitaciones_por_sexo_resultado"} <= set(known)
    spain = only(folder, "denuncias_por_pais", pais="ESP")
    assert (spain["valor"], spain["estado_conf"]) == ("", "C")
    # of a goal of few persons only the aim is told
    few = rows(folder, "metas_fisicas", meta_fisica="M1")
    assert [(row["indicador"], row["estado_conf"]) for row in few] == [
        ("meta", "F"),
        *((name, "F") for name in ("ejecutado", "ejecutado_acumulado", "avance")),
    ]
