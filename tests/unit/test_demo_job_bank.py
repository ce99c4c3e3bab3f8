"""The simulated job bank: who registers and when, what the service gives, the same at every asking."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from movilidad.demo import dirt, job_bank, layout, places, plan, registrations, truth
from movilidad.demo.applications import Applications
from movilidad.demo.dirt import EXTRA_KINDS, KINDS
from movilidad.demo.population import CAPACITY
from movilidad.demo.randomness import Array
from movilidad.demo.seeding import MAX_SCALE, SEED
from movilidad.demo.simulation import Simulation
from movilidad.model.codelists import code_list
from movilidad.model.identifiers import CuiStatus, cui_status, normalise_cui
from movilidad.model.periods import Month
from movilidad.sources.contracts import load_contract

UNTIL = Month(2022, 6)
MONTH = Month(2022, 2)
CODED = {"id_carrera": "carreras", "id_experiencia": "experiencias", "id_idiomas": "idiomas"}


def seeded(folder: Path, seed: int = SEED, scale: int = 1, until: Month = UNTIL) -> Path:
    """The folder, with the job bank of a seeding."""
    folder.mkdir(exist_ok=True)
    store = registrations.Store(layout.job_bank(folder), seed)
    for _, pieces in Simulation(seed, scale, until).pieces():
        for name, rows in pieces:
            if name == "inscritos":
                store.add(rows)
    store.finish()
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return seeded(tmp_path_factory.mktemp("bolsa"))


def entries(folder: Path, month: Month = MONTH, size: int = 400) -> list[dict[str, Any]]:
    total, _ = job_bank.page(layout.job_bank(folder), month, 0, 1)
    parts = [job_bank.page(layout.job_bank(folder), month, first, size)[1] for first in range(0, total, size)]
    return [entry for part in parts for entry in part]


def first_applications(until: Month = UNTIL) -> dict[int, Array]:
    """Month of the first application of every applicant of the programme, by the person's number."""
    found: dict[int, Array] = {}
    original = Applications.known_by

    def listening(applications: Applications, end: Month) -> Applications:
        known = original(applications, end)
        for person, moment in zip(known.person.tolist(), known.registered, strict=True):
            month = moment.astype("datetime64[M]")
            found[person] = min(month, found.get(person, month))
        return known

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Applications, "known_by", listening)
        for _, pieces in Simulation(SEED, 1, until).pieces():
            for _ in pieces:
                pass
    return found


def test_about_85_of_100_applicants_have_registered_before_they_apply_or_in_the_same_month(folder: Path) -> None:
    applied = first_applications()
    registered: dict[int, Array] = {}
    for month in registrations.months(layout.job_bank(folder)):
        found = registrations.of_month(layout.job_bank(folder), month)
        assert (found.moment.astype("datetime64[M]") == np.datetime64(str(month), "M")).all()
        for person, moment in zip(found.people.number.tolist(), found.moment, strict=True):
            registered.setdefault(person, moment.astype("datetime64[M]"))
    in_time = [person in registered and registered[person] <= month for person, month in applied.items()]
    assert 0.82 < np.mean(in_time) < 0.88


def test_two_of_three_registrations_are_those_of_people_who_never_apply(folder: Path) -> None:
    applied = first_applications(UNTIL)
    found = registrations.of_month(layout.job_bank(folder), MONTH)
    share = np.isin(found.people.number, list(applied)).mean()
    assert 0.28 < share < 0.36


def test_nobody_has_two_good_registrations_in_a_month_but_some_come_again_in_the_next(folder: Path) -> None:
    now = registrations.of_month(layout.job_bank(folder), MONTH)
    then = registrations.of_month(layout.job_bank(folder), MONTH.plus(1))
    assert len(set(now.people.number.tolist())) == len(now) > 1_000
    assert len(set(now.number.tolist()) | set(then.number.tolist())) == len(now) + len(then)
    again = np.isin(then.people.number, now.people.number)
    assert 10 < again.sum() < 0.05 * len(then)


def test_who_comes_again_is_the_same_person(folder: Path) -> None:
    now, then = (truth.registrations(folder, month) for month in (MONTH, MONTH.plus(1)))
    both = now.merge(then, on="aplicante", suffixes=("", "_despues"))
    assert len(both) > 10
    for column in ("cui", "sexo", "pueblo", "comunidad_linguistica", "municipio_origen"):
        assert (both[column] == both[f"{column}_despues"]).all()


def test_whoever_applies_has_said_yes(folder: Path) -> None:
    true = truth.registrations(folder, MONTH)
    applies = true["aplicante"] < f"{layout.PREFIX}A-{registrations.STRANGERS:09d}"
    assert true["interes"][applies].all()
    assert 0.4 < true["interes"][~applies].mean() < 0.5


def test_the_pages_of_a_month_are_the_same_whatever_their_size(folder: Path) -> None:
    assert entries(folder, size=97) == entries(folder, size=1_000)


def test_equal_seedings_give_equal_entries_another_seed_others(folder: Path, tmp_path: Path) -> None:
    assert entries(seeded(tmp_path / "igual")) == entries(folder)
    assert entries(seeded(tmp_path / "otra", seed=7)) != entries(folder)


def test_the_scale_multiplies_the_registrations(folder: Path, tmp_path: Path) -> None:
    short = Month(2020, 6)
    few = entries(seeded(tmp_path / "uno", until=short), Month(2020, 3))
    many = entries(seeded(tmp_path / "diez", until=short, scale=10), Month(2020, 3))
    assert 8 < len(many) / len(few) < 12


@pytest.mark.parametrize("month", [UNTIL.plus(1), plan.FIRST.plus(-1), Month(1, 1), Month(9999, 12)])
def test_months_without_registrations_are_empty(folder: Path, month: Month) -> None:
    assert job_bank.page(layout.job_bank(folder), month, 0, 10) == (0, [])


def test_at_the_largest_scale_every_person_still_has_a_number_of_her_own() -> None:
    all_places = sum(int(counts.sum()) for counts in plan.departures(MAX_SCALE).values())
    # ten applications per place, of which about one in nine is by somebody who has applied before
    assert 10 * all_places < registrations.STRANGERS
    strangers = 9.1 * all_places * registrations._REGISTER * registrations._STRANGERS_EACH
    workers_reported = 1_000 * MAX_SCALE
    assert registrations.STRANGERS + strangers < CAPACITY - workers_reported
    assert dirt.extra_numbers(0, 0, 1)[0] > registrations.AGAIN + CAPACITY


def test_extra_entries_are_of_every_kind_few_and_can_be_told(folder: Path) -> None:
    found = entries(folder)
    true = truth.registrations(folder, MONTH)
    assert len(true) < len(found) < len(true) * 1.04
    assert set(job_bank._EXTRAS) == set(EXTRA_KINDS) - {"numero_imposible"} <= set(KINDS)  # that is a course's
    keys = [entry["id"] for entry in found]
    assert len(keys) > len(set(keys)) > len(true)
    assert set(true["clave"]) <= set(keys)
    states = [cui_status(entry["cui"] or "") for entry in found]
    assert states.count(CuiStatus.WRONG_CHECK_DIGIT) > 3
    assert states.count(CuiStatus.EMPTY) > 1
    assert (
        sum(entry["fecha_nacimiento"] is not None and entry["fecha_nacimiento"][6:] > "2050" for entry in found)
        > 1
    )
    assert all(key.startswith("DEMO-I-") for key in keys)


@pytest.mark.parametrize("column", CODED)
def test_a_code_is_that_of_the_truth_unless_a_fault_left_nothing(folder: Path, column: str) -> None:
    codes = code_list(CODED[column])
    field = column.removeprefix("id_")
    true = truth.registrations(folder, MONTH, after_cleaning=True).set_index("clave")[field]
    written = {entry["id"]: entry[column] for entry in entries(folder)}
    assert (true == "ND").any()
    for key, code in true.items():
        assert (codes.resolve((written[str(key)] or "").strip()) or "ND") == code
    assert set(codes.codes) >= set(true) - {"ND"}
    assert len(set(true)) > len(codes.codes) / 2


def test_every_occupation_named_is_a_unit_group_of_ciuo_that_its_title_tells() -> None:
    groups = code_list("ciuo08")
    for code in job_bank._OCCUPATIONS:
        assert len(code) == 4
        assert groups.resolve(groups.label(code)) == code


def test_languages_and_careers_fit_the_person(folder: Path) -> None:
    true = truth.registrations(folder, MONTH)
    national = true["idiomas"].isin(["2", "4"])
    assert (true["comunidad_linguistica"][national] != str(places.NOT_APPLICABLE)).all()
    university = true["carrera"].astype(int).between(13, 16)
    assert (true["nivel_educativo"][university].astype(int) >= 8).all()
    assert university.any()
    young = true["edad"] == 18
    assert (true["experiencia"][young].astype(int) <= 3).all()


def test_the_contract_names_every_column_of_the_service(folder: Path) -> None:
    dataset = load_contract("tu_empleo").conjuntos["inscripciones"]
    read = {column.origen for column in dataset.columnas.values()}
    assert set(entries(folder)[0]) == read | set(dataset.sin_usar)
    assert not read & {"nombres", "apellidos", "telefono", "correo", "direccion"}


def test_a_person_is_written_with_the_cui_that_her_number_gives(folder: Path) -> None:
    true = truth.registrations(folder, MONTH).set_index("clave")["cui"]
    first = {entry["id"]: entry["cui"] for entry in reversed(entries(folder))}
    assert all(normalise_cui(first[str(key)]) == cui for key, cui in true.items())
