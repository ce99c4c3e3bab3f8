"""Populations that are protected one by one must not tell of each other what each of them hides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from movilidad.disclosure.cells import Verdicts
from movilidad.disclosure.decision import decide
from movilidad.disclosure.history import Entry, History, entries_of
from movilidad.disclosure.neighbours import without_contradiction
from movilidad.disclosure.protection import Rules, books_of, context_of, protect_period
from movilidad.model.periods import Period
from movilidad.publishing.attack_neighbours import tell_together
from movilidad.statistics.applicants import interested
from movilidad.statistics.compute import count
from movilidad.statistics.tables import PeriodTables

MARCH = Period.parse("2026-03")
RULES = Rules(frecuencia_minima=3, empleadores_minimos=2, ancho_minimo=3)


@dataclass
class Month:
    """Invented people of a month.

    Attributes:
        stages: how many applied and came how far (``7``: applied and left).
        registered: how many only registered an interest.
        others: how many left without having applied in the month.
        abroad: by country, how many left for it and how many employers took them; instead of ``others``.
    """

    stages: Mapping[str, int]
    registered: int = 0
    others: int = 30
    abroad: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def tables(self) -> PeriodTables:
        applied = [stage for stage, number in self.stages.items() for _ in range(number)]
        asked = pd.DataFrame(
            {
                "persona_id": [f"a{number}" for number in range(len(applied))],
                "etapa": [stage if stage != "7" else "6" for stage in applied],
                "sexo": "1",
                "grupo_edad": "18-24",
                "pueblo": "5",
                "departamento_origen": "05",
                "canal_registro": "web",
            }
        )
        left = [name for name, stage in zip(asked["persona_id"], applied, strict=True) if stage == "7"]
        placed = self._placed(left)
        only = pd.DataFrame({"persona_id": [f"r{number}" for number in range(self.registered)]})
        rows = {
            "colocados": placed,
            "aplicantes": asked,
            "interesados": interested(only, asked, placed),
            "empleadores": placed[~placed["empleador_id"].duplicated()].drop(columns="primera_salida"),
        }
        found = count(rows, "mes")
        return PeriodTables(MARCH, found.cuadros, found.detalle)

    def _placed(self, left: list[str]) -> pd.DataFrame:
        people = [("USA", f"E{number % 5}") for number in range(self.others + len(left))]
        if self.abroad:
            people = [
                (country, f"{country}{number % employers}")
                for country, (persons, employers) in self.abroad.items()
                for number in range(persons)
            ]
        names = [*left, *(f"o{number}" for number in range(len(people) - len(left)))]
        return pd.DataFrame(people, columns=["pais", "empleador_id"]).assign(
            persona_id=names,
            sexo="1",
            grupo_edad="18-24",
            pueblo="5",
            comunidad_linguistica="99",
            departamento_origen="05",
            municipio_origen="0514",
            tipo_visa="ND",
            ocupacion="9211",
            sector="0113",
            banda_salarial="ND",
            primera_salida=True,
        )


def together(month: Month, history: History | None = None) -> list[Entry]:
    """The ledger of a month as the product decides."""
    decided = protect_period(month.tables(), [], RULES, history or History())
    return list(entries_of(decided.decisions, "mensual/2026-03/r1", 1))


def apart(month: Month) -> list[Entry]:
    """The same with every population decided as if there were no other."""
    tables = month.tables()
    entries = together(month)
    verdicts = {
        name: decide(book, context_of(book, RULES, History()))
        for name, book in books_of(MARCH, tables.cuadros, tables.detalle).items()
    }
    hidden = {
        (book.persons, cell)
        for name, book in books_of(MARCH, tables.cuadros, tables.detalle).items()
        for cell in verdicts[name].hidden
    }
    return [_with(entry, shown=(entry.indicador, entry.cell) not in hidden) for entry in entries]


def _with(entry: Entry, *, shown: bool) -> Entry:
    values: dict[str, Any] = {**vars(entry), "state": "publicada" if shown else "primaria"}
    return Entry(**values)


def shown(entries: list[Entry], indicator: str) -> dict[str, float]:
    """What is shown of an indicator: code (or ``Total``) → value."""
    return {
        next(iter(dict(entry.cell).values()), "Total"): entry.value
        for entry in entries
        if entry.indicador == indicator and entry.shown and entry.value
    }


def findings(entries: list[Entry]) -> list[str]:
    return [str(finding) for finding in tell_together(entries, 3)]


def test_two_who_only_registered_are_not_the_difference_of_two_totals() -> None:
    few = Month({"1": 20, "2": 10, "7": 5}, registered=2)
    alone = apart(few)
    assert shown(alone, "interesados")["Total"] - shown(alone, "aplicantes")["Total"] == 2
    assert any("interesados" in finding for finding in findings(alone))
    safe = together(few)
    assert shown(safe, "interesados") == {}
    assert shown(safe, "aplicantes")["Total"] == 35
    assert findings(safe) == []


def test_who_only_registered_hides_no_other_stage() -> None:
    month = Month({"1": 30, "2": 25, "4": 1, "7": 5}, registered=4)
    alone = apart(month)
    assert "0" not in shown(alone, "interesados"), "the next smallest would hide the one of stage 4"
    assert findings(alone) != []
    safe = shown(together(month), "interesados")
    assert safe["0"] == 4
    assert "4" not in safe
    assert findings(together(month)) == []


def test_applicants_too_few_to_be_told_are_not_the_rest_of_the_funnel() -> None:
    month = Month({"1": 2}, registered=40)
    assert shown(together(month), "aplicantes") == {}
    assert shown(together(month), "interesados") == {}
    assert findings(together(month)) == []


def test_two_who_left_without_applying_are_not_the_difference_of_two_tables() -> None:
    month = Month({"1": 20, "2": 20, "7": 30}, registered=10, others=2)
    alone = apart(month)
    assert shown(alone, "colocados")["Total"] - shown(alone, "interesados")["7"] == 2
    assert findings(alone) != []
    safe = together(month)
    assert "7" not in shown(safe, "interesados")
    assert shown(safe, "interesados")["Total"] == 80
    assert findings(safe) == []


def test_employers_do_not_tell_how_many_people_a_hidden_country_has_at_least() -> None:
    abroad = {"USA": (60, 6), "ESP": (4, 3), "MEX": (1, 1), "CAN": (20, 9), "ITA": (1, 1), "DEU": (2, 1)}
    month = Month({"1": 20}, registered=10, abroad=abroad)
    alone = apart(month)
    hidden = {code for code in abroad if code not in shown(alone, "colocados")}
    told = hidden & shown(alone, "empleadores").keys()
    assert told, "the case shows something"
    assert findings(alone) != []
    safe = together(month)
    assert not shown(safe, "empleadores").keys() - shown(safe, "colocados").keys() - {"01"}
    assert shown(safe, "empleadores")["Total"] == 21
    assert findings(safe) == []


def test_a_year_to_date_in_which_one_only_registered_shows_nothing_of_the_funnel() -> None:
    registered, applied = (("etapa_alcanzada", "0"),), (("etapa_alcanzada", "1"),)
    others = {"aplicantes": ({(): 40}, Verdicts())}
    for only, shown_total in ((1, False), (0, True), (3, True)):
        cells = {(): 40 + only, registered: only, applied: 40}
        found = without_contradiction("interesados", cells, Verdicts(), others, RULES)
        assert found.total_hidden is not shown_total
