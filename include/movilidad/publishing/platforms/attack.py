"""The gate of an evaluation: what a reader can work out of its hidden counts, from its files alone.

One puzzle per platform in whole numbers, solved exactly. It shares no code with the protection: what is shown is
read back from the draft, and how counts hang together is written down here once more.

The reader has earlier revisions of the month too, and guesses that a count that is hidden now is what it was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from sqlalchemy import Connection

from movilidad.disclosure.history import read_history
from movilidad.model import office, strict_yaml
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.publishing.audit_record import Audit
from movilidad.publishing.candidate import DRAFT_FOLDER, Candidate, folder_of
from movilidad.publishing.tables_read import PublishedTable, read_tables
from movilidad.sources.contracts import load_contract

#: table, data set, field, reason, indicator
Key = tuple[str, str, str, str, str]
Known = Mapping[Key, int | None]

_RECORDS, _CELLS, _CAUSES, _TERM = (
    "registros_por_conjunto",
    "celdas_por_campo",
    "apartados_por_causa",
    "plazo_por_conjunto",
)
_RECEIVED, _APART = "registros_recibidos", "registros_apartados"
_ALL, _EMPTY, _BAD, _GOOD = "celdas", "celdas_vacias", "celdas_inservibles", "celdas_utiles"
_OLD, _WAITING = "solicitudes_de_mas_de_10_dias", "solicitudes_sin_decision"
_NAMED = 3
_SOLVED = 0


@dataclass(frozen=True)
class Limits:
    """What the office asks for: the smallest count, and the least width of a hidden one's interval."""

    frecuencia: int
    ancho: int


@dataclass
class Puzzle:
    """What is known of the counts of a platform.

    Attributes:
        known: every printed count; None if it is hidden. No hidden one is zero: zeros are shown.
        rules: linear forms over counts with their least and largest value (None: no bound).
    """

    known: Known
    rules: list[tuple[dict[Key, int], float, float]] = field(default_factory=list)

    @property
    def hidden(self) -> list[Key]:
        return [key for key, value in self.known.items() if value is None]

    def equal(self, one: Mapping[Key, int]) -> None:
        """Let this form be zero, if all of its counts are printed."""
        self._add(one, 0, 0)

    def at_least(self, one: Mapping[Key, int]) -> None:
        """Let this form be zero or more, if all of its counts are printed."""
        self._add(one, 0, np.inf)

    def _add(self, one: Mapping[Key, int], low: float, high: float) -> None:
        if one and all(key in self.known for key in one):
            self.rules.append((dict(one), low, high))


def require_safe(connection: Connection, candidate: Candidate, draft: str) -> Audit:
    """What was attacked; a DataError if a hidden count can be located too closely, or files are not as decided.

    Args:
        draft: the id of the draft, whose cells are in the ledger.
    """
    limits = Limits(candidate.configuracion["frecuencia_minima"], candidate.configuracion["ancho_minimo"])
    tables = read_tables(folder_of(candidate.candidate_id) / DRAFT_FOLDER)
    printed = printed_counts(tables)
    true, before = _ledger(connection, candidate, draft)
    _require_as_decided(candidate, printed, true)
    found = []
    for fuente, known in printed.items():
        own = {key: value for key, (value, _) in true.get(fuente, {}).items()}
        earlier = before.get(fuente, Before())
        guessed = {key: own[key] for key in known if key in earlier.shown and own.get(key) == earlier.shown[key]}
        found += [f"{fuente}, {told(key)}" for key in narrow(puzzle(fuente, {**known, **guessed}, own), limits)]
        found += [
            f"{fuente}, {told(key)} (se ocultó antes)"
            for key in sorted(earlier.hidden)
            if known.get(key)  # zero tells of nobody
        ]
        found += [
            f"{fuente}, {told(key)} (la resta de dos meses lo dice)"
            for key in differing(fuente, known)
            if key not in guessed
        ]
    if found:
        more = f"; y {len(found) - _NAMED} más" if len(found) > _NAMED else ""
        raise DataError(
            f"la auditoría del atacante no aprueba la evaluación: {'; '.join(found[:_NAMED])}{more}",
            place=draft,
            remedy="no se publica nada; avise al equipo técnico, que ajusta la protección y repite «Proteger»",
        )
    counts = [value for own in printed.values() for value in own.values()]
    return Audit(len(counts), counts.count(None), len(candidate.historia))


def printed_counts(tables: Iterable[PublishedTable]) -> dict[str, dict[Key, int | None]]:
    """By platform, every count that the files of a release print."""
    found: dict[str, dict[Key, int | None]] = {}
    for table in tables:
        if table.nombre not in (_RECORDS, _CELLS, _CAUSES, _TERM):
            continue
        for row in table.records():
            parts = (row["conjunto"], row.get("campo", ""), row.get("causa", ""))
            key = (table.nombre, *parts, row["indicador"])
            found.setdefault(row["plataforma"], {})[key] = int(row["valor"]) if row["valor"] else None
    return found


def puzzle(fuente: str, known: Known, true: Mapping[Key, int]) -> Puzzle:
    """All that a reader can reckon with.

    Args:
        true: the true counts: what holds of rules about deliveries, but not where an exception was made.
    """
    made = Puzzle(known)
    datasets = [key[1] for key in known if key[0] == _RECORDS and key[1] != TOTAL and key[4] == _RECEIVED]
    for indicator in (_RECEIVED, _APART):
        made.equal(_sum(_RECORDS, ((name, "", "") for name in datasets), indicator, (TOTAL, "", "")))
    for name in datasets:
        received, apart = ((_RECORDS, name, "", "", indicator) for indicator in (_RECEIVED, _APART))
        causes = [key for key in known if key[0] == _CAUSES and key[1] == name]
        made.at_least({received: 1, apart: -1})
        for cause in causes:
            made.at_least({apart: 1, cause: -1})
        if causes:
            made.at_least({**dict.fromkeys(causes, 1), apart: -1})
    _add_cells(made)
    for key in known:
        if key[0] == _TERM and key[4] == _OLD:
            waiting = (*key[:4], _WAITING)
            made.at_least({key: 1, waiting: -1})
            kept = {(_RECORDS, key[1], "", "", _RECEIVED): 1, (_RECORDS, key[1], "", "", _APART): -1, key: -1}
            if all(part in true for part in kept) and _value(kept, true) >= 0:
                made.at_least(kept)
    _add_rules(made, fuente, true)
    return made


def narrow(made: Puzzle, limits: Limits) -> list[Key]:
    """Hidden counts that a reader can locate too closely, and those that follow from others and are small.

    A DataError if the printed counts contradict each other.
    """
    solver = _Solver(made)
    found = [key for key in made.hidden if not solver.is_wide({key: 1}, limits.ancho)]
    for whole, part in _differences(made.known):
        if solver.is_small({whole: 1, part: -1}, limits.frecuencia):
            found.append(part)
    return list(dict.fromkeys(found))


def differing(fuente: str, known: Known) -> list[Key]:
    """The counts shown of a source that gives everything anew: from one month to the next they tell what came."""
    contract = load_contract(fuente)
    if contract.alcance == "mes" or contract.licencia:
        return []
    return [key for key, value in known.items() if value]


def intervals(made: Puzzle) -> dict[Key, tuple[float, float]]:
    """Of every hidden count, the least and the largest value that fits all that is printed."""
    solver = _Solver(made)
    return {key: (solver.least({key: 1}), -solver.least({key: -1})) for key in made.hidden}


def told(key: Key) -> str:
    """A count's place, for people."""
    return ", ".join(part for part in (*key[:4], key[4]) if part)


def _add_cells(made: Puzzle) -> None:
    fields = [key[1:3] for key in made.known if key[0] == _CELLS and key[2] != TOTAL and key[4] == _ALL]
    names = list(dict.fromkeys(name for name, _ in fields))
    for name, about in [*fields, *((name, TOTAL) for name in names), (TOTAL, TOTAL)]:
        parts = {(_CELLS, name, about, "", each): 1 for each in (_EMPTY, _BAD, _GOOD)}
        made.equal({**parts, (_CELLS, name, about, "", _ALL): -1})
    for name, about in fields:
        made.equal({(_CELLS, name, about, "", _ALL): 1, (_RECORDS, name, "", "", _RECEIVED): -1})
    for indicator in (_ALL, _EMPTY, _BAD, _GOOD):
        for name in names:
            own = ((name, about, "") for dataset, about in fields if dataset == name)
            made.equal(_sum(_CELLS, own, indicator, (name, TOTAL, "")))
        made.equal(_sum(_CELLS, ((name, TOTAL, "") for name in names), indicator, (TOTAL, TOTAL, "")))


@lru_cache
def counted_twice(fuente: str) -> tuple[dict[Key, int], ...]:
    """Forms that are zero: a reason that sets apart what its field's cells count as unusable, or empty too."""
    return tuple(
        {**dict.fromkeys(cells, 1), cause: -1} for cause, cells, doubtful in _reasons(fuente) if not doubtful
    )


@lru_cache
def counted_in_part(fuente: str) -> tuple[dict[Key, int], ...]:
    """Forms that are zero or more: a reason that lets some unusable cells of its field pass, the doubtful ones."""
    found: list[dict[Key, int]] = []
    for cause, cells, doubtful in _reasons(fuente):
        if doubtful:
            found.append({**dict.fromkeys(cells, 1), cause: -1})
            found += [{cause: 1, cell: -1} for cell in cells if cell[4] == _EMPTY]
    return tuple(found)


def _reasons(fuente: str) -> Iterator[tuple[Key, list[Key], bool]]:
    """Reasons about how a field was read: place, cells of the field that it may concern, whether not all."""
    file = office.suite_file(load_contract(fuente).suite)
    for name, rules in strict_yaml.load(file.read_text(encoding="utf-8"))["conjuntos"].items():
        for rule in rules:
            column, allowed = rule["kwargs"].get("column", ""), rule["kwargs"].get("value_set", ())
            if rule["meta"]["accion"] != "cuarentena" or not column.endswith("_estado") or "ok" not in allowed:
                continue
            about, kinds = column.removesuffix("_estado"), [_BAD] if "vacio" in allowed else [_EMPTY, _BAD]
            cause = (_CAUSES, name, about, rule["meta"]["explicacion"], _APART)
            doubtful = bool(set(allowed) - {"ok", "vacio", "lugar_desconocido"})
            yield cause, [(_CELLS, name, about, "", each) for each in kinds], doubtful


def _add_rules(made: Puzzle, fuente: str, true: Mapping[Key, int]) -> None:
    for form in counted_twice(fuente):
        if all(part in true for part in form) and not _value(form, true):
            made.equal(form)
    for form in counted_in_part(fuente):
        if all(part in true for part in form) and _value(form, true) >= 0:
            made.at_least(form)


def _differences(known: Known) -> Iterator[tuple[Key, Key]]:
    """What follows by one subtraction: records that were kept, applications that were decided in time."""
    for whole, part in ((_RECEIVED, _APART), (_OLD, _WAITING)):
        yield from ((key, (*key[:4], part)) for key in known if key[4] == whole and (*key[:4], part) in known)


def _sum(
    table: str, parts: Iterable[tuple[str, str, str]], indicator: str, whole: tuple[str, str, str]
) -> dict[Key, int]:
    listed = {(table, *part, indicator): 1 for part in parts}
    return {**listed, (table, *whole, indicator): -1} if listed else {}


def _value(form: Mapping[Key, int], values: Mapping[Key, int]) -> int:
    return sum(factor * values[key] for key, factor in form.items())


class _Solver:
    """Least values of linear forms over the hidden counts, in whole numbers.

    A DataError if what is printed contradicts itself.
    """

    def __init__(self, made: Puzzle) -> None:
        self._known = made.known
        self._places = {key: place for place, key in enumerate(made.hidden)}
        rows = [(*self._row(form), low, high) for form, low, high in made.rules]
        open_ = [each for each in rows if each[0].any()]
        self._rules = self._between(open_)
        at_odds = any(not low <= base <= high for row, base, low, high in rows if not row.any())
        if at_odds or (open_ and not self._fits(self._rules)):
            raise DataError(
                "las cifras a la vista se contradicen", remedy="avise al equipo técnico; no publique por otra vía"
            )

    def least(self, form: Mapping[Key, int]) -> float:
        """The least value; minus infinity if there is none."""
        row, base = self._row(form)
        if not row.any():
            return base
        answer = self._answer(row, self._rules)
        return base + (float(round(answer.fun)) if answer.status == _SOLVED else -np.inf)

    def is_wide(self, form: Mapping[Key, int], width: float) -> bool:
        """Whether the form can take values that lie so far apart."""
        row, base = self._row(form)
        beyond = self._between([(row, base, self.least(form) + width, np.inf)])
        return self._fits([*self._rules, *beyond])

    def is_small(self, form: Mapping[Key, int], minimum: int) -> bool:
        """Whether it is certain that the form is more than nothing and less than ``minimum``."""
        least = self.least(form)
        return least >= 1 and -self.least({key: -factor for key, factor in form.items()}) < minimum

    def _row(self, form: Mapping[Key, int]) -> tuple[np.ndarray, float]:
        row, base = np.zeros(len(self._places)), 0.0
        for key, factor in form.items():
            value = self._known[key]
            if value is None:
                row[self._places[key]] += factor
            else:
                base += factor * value
        return row, base

    @staticmethod
    def _between(rows: Sequence[tuple[np.ndarray, float, float, float]]) -> list[LinearConstraint]:
        """Forms (factors of hidden counts, what the shown ones give) with their bounds, as one constraint."""
        if not rows:
            return []
        matrix, base, low, high = (np.array(each) for each in zip(*rows, strict=True))
        return [LinearConstraint(matrix, low - base, high - base)]

    def _fits(self, rules: Sequence[LinearConstraint]) -> bool:
        return bool(self._answer(np.zeros(len(self._places)), rules).status == _SOLVED)

    def _answer(self, cost: np.ndarray, rules: Sequence[LinearConstraint]) -> Any:
        whole = np.ones(len(self._places))
        return milp(cost, constraints=rules, integrality=whole, bounds=Bounds(1, np.inf))


@dataclass(frozen=True)
class Before:
    """What the last revision of the month that has a count showed of it, and what any of them hid."""

    shown: dict[Key, int] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)


def _ledger(
    connection: Connection, candidate: Candidate, draft: str
) -> tuple[dict[str, dict[Key, tuple[int, bool]]], dict[str, Before]]:
    """By platform: the draft's true counts and whether they are shown; what earlier revisions tell."""
    true: dict[str, dict[Key, tuple[int, bool]]] = {}
    before: dict[str, Before] = {}
    for entry in read_history(connection, [*candidate.historia, draft]).entries:
        if entry.periodo != str(candidate.periodo):
            continue
        codes = dict(entry.cell)
        parts = tuple(
            codes.get(name, TOTAL) if name in entry.dimensiones else "" for name in ("conjunto", "campo", "causa")
        )
        key: Key = (entry.cuadro, parts[0], parts[1], parts[2], entry.indicador)
        if entry.publicacion_id == draft:
            true.setdefault(codes["plataforma"], {})[key] = int(entry.value), entry.shown
            continue
        earlier = before.setdefault(codes["plataforma"], Before())
        if entry.shown:
            earlier.shown[key] = int(entry.value)
        else:
            earlier.hidden.add(key)
            earlier.shown.pop(key, None)
    return true, before


def _require_as_decided(
    candidate: Candidate,
    printed: Mapping[str, Known],
    true: Mapping[str, Mapping[Key, tuple[int, bool]]],
) -> None:
    """A DataError if the files show anything else than what the ledger says they show."""
    decided = {
        (fuente, key): value if shown else None
        for fuente, own in true.items()
        for key, (value, shown) in own.items()
    }
    shown = {(fuente, key): value for fuente, own in printed.items() for key, value in own.items()}
    if shown != decided:
        wrong = sum(shown.get(place, -1) != decided.get(place, -1) for place in {*shown, *decided})
        raise DataError(
            "los archivos del borrador no muestran lo que se decidió mostrar",
            place=candidate.publicacion_id,
            rows=wrong,
            remedy="borre la carpeta de trabajo de la candidata y repita el informe",
        )
