import numpy as np
import pytest

from movilidad.demo import places, population, records
from movilidad.demo.randomness import chance, stream
from movilidad.model.identifiers import CuiStatus, cui_status

DAY = np.datetime64("2026-10-01")


@pytest.fixture(scope="module")
def people() -> population.People:
    women = np.arange(4_000) % 2 == 0
    return population.make(stream(1, "prueba"), 1, 1, women, DAY)


def test_no_two_people_have_the_same_cui_and_all_are_valid(people: population.People) -> None:
    cuis = population.cui(people.number, people.registered)
    assert len(set(cuis)) == len(people)
    assert {cui_status(cui) for cui in cuis} == {CuiStatus.OK}


def test_the_numbers_of_cuis_do_not_repeat_over_the_whole_capacity() -> None:
    number = np.concatenate([np.arange(1, 300_000), np.arange(population.CAPACITY - 300_000, population.CAPACITY)])
    whole = population.cui(number, np.zeros(len(number), dtype=np.int64))
    assert len(set(whole)) == len(number)


@pytest.mark.parametrize("wrong", range(1, 10))
def test_a_mistyped_check_digit_is_always_wrong(people: population.People, wrong: int) -> None:
    cuis = population.cui(people.number[:300], people.registered[:300], wrong=wrong)
    assert {cui_status(cui) for cui in cuis} == {CuiStatus.WRONG_CHECK_DIGIT}


def test_the_printed_form_of_a_cui_is_the_same_cui(people: population.People) -> None:
    plain = population.cui(people.number[:5], people.registered[:5])
    printed = population.printed_cui(plain)
    assert [len(text) for text in printed] == [15] * 5
    assert {cui_status(text) for text in printed} == {CuiStatus.OK}


def test_everybody_is_between_eighteen_and_sixty(people: population.People) -> None:
    age = population.ages(people.birth, np.full(len(people), DAY))
    assert age.min() >= 18
    assert age.max() < 60


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [("2000-02-29", "2018-02-28", 17), ("2000-02-29", "2018-03-01", 18), ("1980-10-02", "2026-10-01", 45)],
)
def test_ages_are_completed_years(born: str, day: str, age: int) -> None:
    found = population.ages(np.array([born], dtype="datetime64[D]"), np.array([day], dtype="datetime64[D]"))
    assert found.tolist() == [age]


def test_only_maya_people_have_a_maya_language_and_it_is_one_of_their_department(
    people: population.People,
) -> None:
    maya = people.people == places.MAYA
    assert 0.2 < maya.mean() < 0.8
    assert (people.language[~maya] == places.NOT_APPLICABLE).all()
    alta_verapaz = np.array([code.startswith("16") for code in places.codes()[people.place]]) & maya
    assert set(people.language[alta_verapaz].tolist()) <= {15, 17}


def test_contact_data_can_reach_nobody(people: population.People) -> None:
    rows = records.applicants(1, people)
    assert all(mail.endswith("@correo.example") for mail in rows["correo"])
    assert all(number.startswith("+502 0") and len(number) == len("+502 0123-4567") for number in rows["telefono"])
    assert len(set(rows["correo"])) == len(people)


def test_the_entry_of_a_person_does_not_depend_on_who_else_is_entered(people: population.People) -> None:
    alone = records.applicants(1, people.take(np.array([7])))
    among = records.applicants(1, people)
    assert {name: column[0] for name, column in alone.items()} == {name: col[7] for name, col in among.items()}


def test_chance_is_even_and_depends_on_seed_purpose_and_number() -> None:
    number = np.arange(50_000)
    luck = chance(1, "a", number)
    assert luck.min() >= 0
    assert luck.max() < 1
    assert np.abs(np.histogram(luck, 10, (0, 1))[0] / 5_000 - 1).max() < 0.06
    assert (chance(1, "a", number[::-1]) == luck[::-1]).all()
    assert (chance(1, "b", number) != luck).any()
    assert (chance(2, "a", number) != luck).any()
