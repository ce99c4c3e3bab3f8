"""What the simulated institutions of the four-month report give: plausible, seasonal, the same each time."""

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from movilidad.demo import actions, budget, complaints, training, truth
from movilidad.demo.layout import PREFIX
from movilidad.demo.plan import departures
from movilidad.demo.seeding import SEED
from movilidad.model.codelists import code_list
from movilidad.model.periods import Month

LAST = Month(2026, 10)


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return pd.DataFrame(complaints.register(SEED, 1, LAST))


def test_complaints_use_the_codes_of_the_lists_and_no_state_is_older_than_its_complaint(
    register: pd.DataFrame,
) -> None:
    for column, name in (("canal", "canales"), ("clase", "clases"), ("estado", "estados")):
        assert set(register[column]) == set(code_list(f"{name}_denuncia").codes)
    assert (register["fecha_estado"] >= register["recibida"]).all()
    assert register["fecha_estado"].max() <= str(LAST.last_day)
    assert register["id"].is_unique
    assert register["id"].str.startswith(PREFIX).all()


def test_swindles_are_denounced_before_the_season_and_wages_during_it(register: pd.DataFrame) -> None:
    month = register["recibida"].str[5:7].astype(int)
    early = (month >= 10) | (month <= 2)
    for kind, before in (("estafa", True), ("salario", False), ("condiciones", False)):
        share = [(register.loc[part, "clase"] == kind).mean() for part in (early, ~early)]
        assert (share[0] > share[1]) == before


def test_a_complaint_is_the_same_whatever_the_last_month_but_for_a_state_that_came_later(
    register: pd.DataFrame,
) -> None:
    earlier = pd.DataFrame(complaints.register(SEED, 1, Month(2025, 6)))
    same = register.head(len(earlier))
    kept = ["id", "recibida", "canal", "clase", "pais"]
    assert earlier[kept].equals(same[kept])
    changed = earlier["estado"] != same["estado"]
    assert 5 < changed.sum() < 40
    assert set(earlier.loc[changed, "estado"]) == {"en_tramite"}
    assert (same.loc[changed, "fecha_estado"] > "2025-06-30").all()


def test_before_the_register_nobody_complains() -> None:
    assert len(complaints.register(SEED, 1, Month(2020, 12))["id"]) == 0


def test_a_scale_multiplies_complaints_and_courses() -> None:
    month = Month(2023, 12)
    once, thrice = (pd.DataFrame(complaints.register(SEED, scale, month)) for scale in (1, 3))
    of_2023 = [frame["recibida"].str.startswith("2023").sum() for frame in (once, thrice)]
    assert of_2023 == [104, 312]
    sizes = [len(training.courses(month, SEED, scale)["id"]) for scale in (1, 3)]
    assert sizes[1] == 3 * sizes[0] > 0


def test_courses_gather_before_the_season_and_nobody_is_certified_without_being_enrolled() -> None:
    by_month = {}
    for month in Month(2025, 1).through(Month(2025, 12)):
        rows = training.courses(month, SEED, 1)
        by_month[month.month] = len(rows["id"])
        for sex in "hm":
            enrolled, certified = (
                rows[f"{name}_{sex}"].astype(np.int64) for name in ("inscritos", "certificados")
            )
            assert (certified <= enrolled).all()
        assert {text[3:] for text in rows["fin"]} == {f"{month.month:02d}/2025"}
    assert by_month[1] > 1.5 * by_month[6]
    assert len(training.courses(Month(2023, 9), SEED, 1)["id"]) == 0


def test_the_book_of_actions_tells_each_month_s_report_and_some_of_every_milestone() -> None:
    lines = actions.lines(LAST)
    assert {line.milestone for line in lines} == set(code_list("hitos_compromiso").codes)
    told = [line.what for line in lines if line.milestone == "2"]
    assert "Informe estadístico mensual de septiembre de 2026" in told
    assert len(told) == len(set(told))
    for line in lines:
        assert (line.ends is None) == (line.state != "completada")
        assert line.ends is None or line.begins <= line.ends <= LAST.last_day
        assert line.measure is None or line.measure in code_list("unidades_accion").codes
    assert {line.state for line in lines} == {"completada", "en_curso", "planificada"}
    assert actions.lines(Month(2023, 8)) == []


def test_files_of_a_month_without_courses_and_a_book_without_actions_have_their_header(tmp_path: Path) -> None:
    with truth.writing(tmp_path) as true:
        training.write(tmp_path, [Month(2019, 1)], SEED, 1, true)
        actions.write(tmp_path, Month(2019, 1), SEED, true)
    assert (tmp_path / "capacitaciones_2019-01.csv").read_text("cp1252").count("\n") == 1
    sheet = openpyxl.load_workbook(tmp_path / "acciones.xlsx")["Acciones"]
    assert sheet["A3"].value == "No."
    assert sheet.max_row == 3


def test_goals_follow_the_departures_of_the_year(tmp_path: Path) -> None:
    budget.write(tmp_path, [Month(2023, 12), LAST], SEED, 2)
    old, new = (
        openpyxl.load_workbook(tmp_path / f"ejecucion_presupuestaria_{month}.xlsx")
        for month in (Month(2023, 12), LAST)
    )
    assert old.sheetnames == ["Ejecución"]
    rows = [row for row in new["Metas físicas"].iter_rows(min_row=5, values_only=True) if row[0]]
    trips = rows[0]
    of_year = sum(int(counts.sum()) for month, counts in departures(2).items() if month.year == 2026)
    assert trips[3:] == ("salidas", trips[4], int(departures(2)[LAST].sum()))
    assert of_year < trips[4] < 1.2 * of_year
