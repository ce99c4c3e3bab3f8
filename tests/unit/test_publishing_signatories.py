"""Who may decide, what their answers amount to, and what a summary shows of numbers."""

from datetime import datetime
from pathlib import Path

import pytest

from movilidad.model import paths
from movilidad.model.errors import DataError, UsageError
from movilidad.model.periods import TZ
from movilidad.publishing.answers import Answer, answer_of, first_said, given_by, outcome
from movilidad.publishing.signatories import Signatories, signatories
from movilidad.publishing.signoff_summary import rounded

NOON = datetime(2026, 11, 10, 12, tzinfo=TZ)
NAMED = Signatories.model_validate(
    {"firmantes": [{"usuario": "ana", "cargo": "Jefatura"}, {"usuario": "eva", "cargo": "Dirección"}]}
)
TWO = NAMED.model_copy(update={"dos_personas": True})
ANYBODY = Signatories()


def answered(option: str, user: str | None = "ana", note: str = "", rules: Signatories = NAMED) -> Answer:
    return answer_of(
        {
            "chosen_options": [option],
            "params_input": {"nota": note} if note else {},
            "responded_at": NOON.isoformat(),
            "responded_by_user": {"id": user, "name": "María Pérez"} if user else None,
        },
        rules,
    )


def test_the_project_comes_with_a_sound_file_that_names_nobody() -> None:
    found = signatories(paths.SIGNATORIES)
    assert (found.firmantes, found.acceso_previo, found.dos_personas) == ((), (), False)
    assert (found.default, found.term.days) == ("Retener", 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("firmantes: [{usuario: ana}]", "falta esta clave"),
        ("firmantes: [{usuario: a, cargo: b}, {usuario: a, cargo: c}]", "dos veces"),
        ("{dos_personas: true, firmantes: [{usuario: a, cargo: b}]}", "al menos dos"),
        ("al_vencer: publicar", "se espera"),
        ("acceso_previo: ['  ']", "vacío"),
        ("otra: 1", "no existe esta clave"),
        ("{", "YAML"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "visto_bueno.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        signatories(file)


def test_readers_are_told_an_office_and_never_a_user_or_a_name() -> None:
    assert answered("Publicar").quien == "Jefatura"
    assert answered("Publicar", "otro", rules=ANYBODY).quien == "Persona autorizada"
    assert answered("Retener", None).quien == "Nadie: venció el plazo"
    with pytest.raises(DataError, match="no está entre los firmantes"):
        answered("Publicar", "otro")
    assert given_by("Jefatura", "publicar", "", ANYBODY, NOON).quien == "Jefatura"
    with pytest.raises(DataError, match="no está entre los firmantes"):
        given_by("Jefatura", "publicar", "", NAMED, NOON)
    with pytest.raises(UsageError, match="elija una de: publicar, publicar_con_nota, retener, rechazar"):
        given_by("Jefatura", "aprobar", "", ANYBODY, NOON)


def test_one_person_is_enough_unless_two_must_sign() -> None:
    assert outcome([answered("Publicar")], NAMED)[0] == "publicar"
    with pytest.raises(DataError, match="firmó una"):
        outcome([answered("Publicar")], TWO)
    with pytest.raises(DataError, match="dos personas distintas"):
        outcome([answered("Publicar"), answered("Publicar")], TWO)
    decision, note, signed = outcome([answered("Publicar con nota", note="Ojo"), answered("Publicar", "eva")], TWO)
    assert (decision, note, [each.quien for each in signed]) == (
        "publicar_con_nota",
        "Ojo",
        ["Jefatura", "Dirección"],
    )
    assert outcome([answered("Publicar"), answered("Retener", "eva")], TWO)[0] == "retener"
    assert outcome([answered("Rechazar")], TWO)[0] == "rechazar"
    with pytest.raises(UsageError, match="falta la nota"):
        outcome([answered("Publicar con nota", note=" \u202e ")], NAMED)


def test_the_second_person_reads_what_the_first_said() -> None:
    chosen = {"chosen_options": ["Publicar con nota"], "params_input": {"nota": "<b>Ojo</b>"}}
    assert first_said(chosen) == r"**Primera firma: Publicar con nota.** Nota: \<b\>Ojo\</b\>"
    assert first_said({"chosen_options": ["Retener"], "params_input": {}}) == ""


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("132 filas de 1,234 (10.7 %)", "130 filas de 1,200 (11 %)"),
        ("publicado 22,648, contado 22,641 (-7)", "publicado 23,000, contado 23,000 (menos de 10)"),
        ("0 filas; se esperaban unas 48 (-100 %)", "0 filas; se esperaban unas 48 (-100 %)"),
        ("previsto 2026-11-05 06:00", "previsto 2026-11-05 06:00"),
    ],
)
def test_nobody_can_subtract_with_the_numbers_of_a_summary(exact: str, shown: str) -> None:
    assert rounded(exact) == shown
