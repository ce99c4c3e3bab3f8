"""What an evaluation hides: small counts of records, and those with which a reader could work them out.

The attack shares no code with the protection, and finds what is hidden badly.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitoring_support import OCTOBER, PROGRAMME, a_month, cause

from movilidad.disclosure.history import History, entries_of
from movilidad.disclosure.patterns import Rules
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.monitoring import evidence
from movilidad.monitoring.counts import APART, EMPTY, RECEIVED, UNUSABLE, USABLE, Cause, Place
from movilidad.monitoring.deadline import Waiting
from movilidad.monitoring.evaluation import Evaluation
from movilidad.publishing.platforms import attack
from movilidad.publishing.platforms.protection import Earlier, Verdict, decide, protect
from movilidad.publishing.platforms.rules import counted_cells
from movilidad.publishing.platforms.tables import FILES, Evaluations
from movilidad.sources.contracts import load_contract

RULES = Rules(frecuencia_minima=3, empleadores_minimos=3, ancho_minimo=3)
LIMITS = attack.Limits(frecuencia=3, ancho=3)
CUI = "El CUI falta, está mal escrito o su dígito verificador no corresponde."


def small_month(**more: Any) -> Evaluation:
    """Two data sets; two records of one of them were set apart, for a CUI that nobody can read."""
    given: dict[str, Any] = {
        "filas": {"personas": 80, "colocaciones": 60, "solicitudes": 90},
        "apartadas": {"personas": 6, "colocaciones": 2, "solicitudes": 9},
        "campos": {
            ("personas", "sexo"): (4, 7),
            ("colocaciones", "persona_id"): (1, 1),
            ("colocaciones", "tipo_visa"): (12, 5),
            ("solicitudes", "etapa"): (0, 0),
        },
        "causas": (Cause("colocaciones", "persona_id", CUI, 2), Cause("personas", "duplicada", "Otra fila.", 6)),
        "plazo": Waiting("solicitudes", "2026-10", 4, 30),
    }
    return a_month(**{**given, **more})


def shown(verdicts: Iterable[Verdict]) -> dict[Place, int | None]:
    return {each.lugar: each.valor if each.regla is None else None for each in verdicts}


def keys(counts: dict[Place, int | None]) -> dict[attack.Key, int | None]:
    """Counts as the attack finds them in the files."""
    return {
        (FILES[place.tabla][0], place.conjunto, place.campo, place.causa, place.indicador): count
        for place, count in counts.items()
    }


def found_out(found: Evaluation, counts: dict[Place, int | None]) -> list[attack.Key]:
    """What the attack locates too closely when these counts are printed."""
    true = {key: int(count) for key, count in keys(dict(found.conteos)).items() if count is not None}
    return attack.narrow(attack.puzzle(found.fuente, keys(counts), true), LIMITS)


def primary_only(found: Evaluation) -> dict[Place, int | None]:
    """The protection switched off but for its first rule."""
    return {
        place: None if count is not None and 0 < count < RULES.frecuencia_minima else count
        for place, count in found.conteos.items()
    }


def test_small_counts_are_hidden_and_zeros_are_shown() -> None:
    told = shown(decide(small_month(), RULES))
    assert told[Place("registros", APART, "colocaciones")] is None
    assert told[Place("celdas", EMPTY, "colocaciones", "persona_id")] is None
    assert told[Place("causas", APART, "colocaciones", "persona_id", CUI)] is None
    assert told[Place("celdas", EMPTY, "solicitudes", "etapa")] == 0


def test_what_is_shown_is_true_and_most_of_it_is_shown() -> None:
    found = small_month()
    told = shown(decide(found, RULES))
    assert all(count in (None, found.conteos[place]) for place, count in told.items())
    assert sum(count is None for count in told.values()) < len(told) / 2


def test_the_total_that_monthly_releases_tell_is_shown_and_parts_give_way() -> None:
    told = shown(decide(small_month(), RULES))
    assert told[Place("registros", APART, TOTAL)] == 17
    assert told[Place("registros", RECEIVED, TOTAL)] == 230
    assert sum(told[Place("registros", APART, name)] is None for name in ("personas", "solicitudes")) == 1


def test_the_attack_works_out_what_is_hidden_alone_and_not_what_is_protected() -> None:
    found = small_month()
    alone = found_out(found, primary_only(found))
    assert ("registros_por_conjunto", "colocaciones", "", "", APART) in alone
    assert ("celdas_por_campo", "colocaciones", "persona_id", "", EMPTY) in alone
    assert found_out(found, shown(decide(found, RULES))) == []


def test_who_knows_the_rules_cannot_take_a_reason_for_the_cells_that_it_counts() -> None:
    """A reason about the CUI counts the very cells without a CUI that can be used: hiding one is not enough."""
    found = small_month(
        campos={("colocaciones", "persona_id"): (2, 5)},
        causas=(Cause("colocaciones", "persona_id", CUI, 7),),
        apartadas={"personas": 0, "colocaciones": 7, "solicitudes": 0},
    )
    told = {**dict(found.conteos)}
    for about in ("persona_id", TOTAL):
        for kind in (EMPTY, UNUSABLE):
            told[Place("celdas", kind, "colocaciones", about)] = None
            told[Place("celdas", kind, TOTAL, TOTAL)] = None
    told[Place("celdas", USABLE, "colocaciones", "persona_id")] = None
    assert ("celdas_por_campo", "colocaciones", "persona_id", "", USABLE) in found_out(found, told)
    assert found_out(found, shown(decide(found, RULES))) == []


def test_attack_and_protection_know_the_same_rules_without_each_other() -> None:
    known = {place for place in counted_cells(PROGRAMME) if place.conjunto == "colocaciones"}
    forms = list(attack.counted_twice(PROGRAMME))
    causes = {key for form in forms for key, factor in form.items() if factor < 0 and key[1] == "colocaciones"}
    assert causes == set(keys(dict.fromkeys(known)))
    assert len(causes) >= 3


def test_a_reason_that_lets_doubtful_cells_pass_bounds_what_they_are() -> None:
    """Wages that are doubtful stay, so the reason counts the empty and some of the unusable ones."""
    reason = next(place for place in counted_cells("salarios_h2a") if place.campo == "salario")
    found = a_month(
        contrato=load_contract("salarios_h2a"),
        filas={"ofertas": 300},
        apartadas={"ofertas": 3},
        campos={("ofertas", "salario"): (2, 1), ("ofertas", "caso"): (20, 0)},
        causas=(Cause("ofertas", "salario", reason.causa, 3),),
    )
    told = dict(found.conteos)
    for kind in (EMPTY, UNUSABLE, USABLE):
        for place in (("ofertas", "salario"), ("ofertas", TOTAL), (TOTAL, TOTAL)):
            told[Place("celdas", kind, *place)] = None
    hidden = ("celdas_por_campo", "ofertas", "salario", "", EMPTY)
    assert hidden in found_out(found, told), "at most three, as the reason says"
    assert found_out(found, shown(decide(found, RULES))) == []


def test_how_many_were_kept_or_decided_in_time_is_not_told_where_they_are_few() -> None:
    found = small_month(plazo=Waiting("solicitudes", "2026-10", 29, 30))
    whole, part = (
        Place("plazo", name, "solicitudes")
        for name in ("solicitudes_de_mas_de_10_dias", "solicitudes_sin_decision")
    )
    assert found_out(found, primary_only(found)), "29 of 30: one was decided in time"
    told = shown(decide(found, RULES))
    assert None in (told[whole], told[part])
    assert found_out(found, told) == []


def test_where_one_record_is_left_the_total_does_not_tell_it() -> None:
    """Three of four records may be set apart, and the source still delivers (decision 9)."""
    found = a_month(filas={"colocaciones": 4}, apartadas={"colocaciones": 3}, campos={})
    assert found_out(found, primary_only(found))
    assert found_out(found, shown(decide(found, RULES))) == []


def complaints(rows: int, bad: int, empty: int) -> Evaluation:
    """The whole register of complaints, as it stands when it is read."""
    return a_month(
        contrato=load_contract("denuncias"),
        filas={"denuncias": rows},
        apartadas={"denuncias": bad},
        campos={("denuncias", "canal"): (empty, 0), ("denuncias", "clase"): (0, 0)},
    )


def test_two_months_of_a_register_that_is_read_whole_tell_by_no_difference_what_came_between() -> None:
    found = complaints(60, 5, 9)
    told = shown(decide(found, RULES))
    assert not any(told.values())
    assert None in told.values()
    assert told == shown(decide(complaints(61, 6, 9), RULES))
    assert told[Place("celdas", EMPTY, "denuncias", "clase")] == 0
    assert found_out(found, told) == []
    assert attack.differing("denuncias", keys(told)) == []


def test_the_attack_finds_a_register_whose_counts_are_shown() -> None:
    found = complaints(60, 5, 9)
    hidden_alone = primary_only(found)
    assert set(attack.differing("denuncias", keys(hidden_alone))) == {
        key for key, count in keys(hidden_alone).items() if count
    }
    assert attack.differing(PROGRAMME, keys(primary_only(small_month()))) == []


def test_a_count_of_a_register_that_readers_have_is_not_hidden_in_vain() -> None:
    found = complaints(60, 5, 9)
    known = Earlier({place: count for place, count in found.conteos.items() if count is not None})
    assert shown(decide(found, RULES, known)) == dict(found.conteos)


def test_what_a_revision_hid_stays_hidden_and_what_it_showed_is_not_hidden_in_vain() -> None:
    first = small_month(causas=(), apartadas={"personas": 6, "colocaciones": 5, "solicitudes": 9})
    before = shown(decide(first, RULES))
    earlier = Earlier(
        {place: count for place, count in before.items() if count is not None},
        {place for place, count in before.items() if count is None},
    )
    now = small_month(causas=())
    told = shown(decide(now, RULES, earlier))
    assert all(not told.get(place) for place in earlier.hidden)
    assert told[Place("registros", APART, "personas")] == 6, "everybody has it from the first revision"
    assert told[Place("registros", APART, TOTAL)] is None, "it changed, so it can hide what became small"
    guessed = {
        place: now.conteos[place] for place, count in earlier.shown.items() if count == now.conteos.get(place)
    }
    assert found_out(now, {**told, **guessed}) == []


def test_protected_tables_hold_no_hidden_count_and_the_ledger_every_one() -> None:
    counted = Evaluations(OCTOBER, (small_month(),), 3)
    tables, decisions = protect(counted, RULES, History())
    (only,) = tables.plataformas
    assert tables.protegidas
    assert set(only.conteos) == set(counted.plataformas[0].conteos)
    assert len(decisions) == len(only.conteos)
    assert "null" in json.dumps(evidence.as_dict(only))
    hidden = decisions[decisions["estado"] != "publicada"]
    assert len(hidden) == sum(count is None for count in only.conteos.values())
    again, _ = protect(counted, RULES, History(tuple(entries_of(decisions, "plataformas/2026-10/r1", 1))))
    assert again == tables


def test_contradicting_figures_are_told() -> None:
    told = dict(small_month().conteos)
    told[Place("registros", APART, TOTAL)] = 90
    with pytest.raises(DataError, match="se contradicen"):
        attack.narrow(attack.puzzle(PROGRAMME, keys(told), {}), LIMITS)


def test_the_attack_finds_the_bounds_of_a_small_puzzle() -> None:
    table = "registros_por_conjunto"
    known: dict[attack.Key, int | None] = {
        (table, name, "", "", indicator): count
        for name, received, apart in (("a", 50, None), ("b", 50, None), ("c", 50, 4), (TOTAL, 150, 10))
        for indicator, count in ((RECEIVED, received), (APART, apart))
    }
    found = attack.intervals(attack.puzzle("tu_empleo", known, {}))
    assert set(found.values()) == {(1, 5)}


a_part = st.integers(0, 6)


@st.composite
def months(draw: st.DrawFn) -> Evaluation:
    """Months full of small counts."""
    filas = {name: draw(st.integers(8, 40)) for name in ("personas", "colocaciones")}
    campos = {
        (name, about): (draw(a_part), draw(st.integers(0, 2)))
        for name, about in (("personas", "sexo"), ("colocaciones", "tipo_visa"), ("colocaciones", "persona_id"))
    }
    reasons = draw(st.lists(st.integers(1, 6), max_size=3))
    cui = sum(campos["colocaciones", "persona_id"])
    causas = [cause(count, f"campo_{place}") for place, count in enumerate(reasons)]
    causas += [Cause("colocaciones", "persona_id", CUI, cui)] if cui else []
    counts = [each.registros for each in causas]
    apart = (
        draw(st.integers(max(counts), min(sum(counts), filas["colocaciones"])))
        if max(counts, default=0) <= filas["colocaciones"] and counts
        else 0
    )
    waits = draw(a_part)
    plazo = Waiting("colocaciones", "2026-10", waits, waits + draw(a_part)) if draw(st.booleans()) else None
    return a_month(
        filas=filas,
        apartadas={"personas": 0, "colocaciones": apart},
        campos=campos,
        causas=tuple(causas),
        plazo=plazo,
    )


@given(months())
@settings(max_examples=40, deadline=None)
def test_no_protected_month_is_found_out(found: Evaluation) -> None:
    assert found_out(found, shown(decide(found, RULES))) == []


def test_the_same_month_is_protected_in_the_same_way() -> None:
    assert decide(small_month(), RULES) == decide(replace(small_month()), RULES)
