"""Which counts of an evaluation are hidden: small ones, and those with which they could be worked out.

All that readers can reckon with is one system per platform, decided by the suppression that all series use:

- data sets make up the platform; fields make up the data set, empty and unusable and usable cells the records;
- each reason for quarantine is a part of what was set apart, and all of them together are at least that;
- a rule about a field that must be filled in counts the very cells that are empty or cannot be used;
- what was kept, and what was decided in time, is printed nowhere but follows from what is.

Zeros are shown. What an earlier revision of the month hid stays hidden; what it showed, and what is the same now,
hides nothing any more. Of a source that gives all that it has every time nothing else is shown: the difference of
two months would be what came in between, and that may be a single complaint.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import log2

import numpy as np
import pandas as pd
from scipy import sparse

from movilidad.disclosure.cells import Cell
from movilidad.disclosure.decisions import COLUMNS, cell_json
from movilidad.disclosure.history import History
from movilidad.disclosure.patterns import SMALL, Rules
from movilidad.disclosure.suppression import Infeasible, suppress
from movilidad.disclosure.system import State, System
from movilidad.model.codelists import TOTAL
from movilidad.model.errors import DataError
from movilidad.monitoring.counts import APART, CELLS, EMPTY, OLD, RECEIVED, UNUSABLE, USABLE, WAITING, Place
from movilidad.monitoring.evaluation import Evaluation
from movilidad.publishing.platforms.rules import counted_cells
from movilidad.publishing.platforms.tables import FILES, Evaluations, cell_of
from movilidad.sources.contracts import Contract

_COMPLEMENT, _HELD, _WHOLE = "complemento", "oculta_antes", "registro_completo"
_PRIMARY, _SECONDARY, _SHOWN = "primaria", "secundaria", "publicada"

# what it costs to hide a count, by how much it gathers: fields and causes, data sets, the platform
_COSTS = (1.0, 5.0, 25.0)

_KINDS = (EMPTY, UNUSABLE, USABLE)
# printed nowhere, and must not be known to be small
_MATTERS = ("conservados", "resueltas")

_Name = Place | tuple[str, ...]  # a printed count, or what is printed nowhere
_Equation = dict[_Name, int]


@dataclass(frozen=True)
class Earlier:
    """What the last revision of the month that has a count showed of it, and what any of them hid."""

    shown: dict[Place, int] = field(default_factory=dict)
    hidden: set[Place] = field(default_factory=set)


@dataclass(frozen=True)
class Verdict:
    """A count with the rule that hid it; none if it is shown."""

    lugar: Place
    valor: int
    regla: str | None


def protect(counted: Evaluations, rules: Rules, history: History) -> tuple[Evaluations, pd.DataFrame]:
    """The evaluations without what is hidden, and the rows of the ledger.

    Args:
        counted: true counts.
        history: the cells of earlier releases.

    A DataError if the counts contradict each other.
    """
    earlier = _earlier(history, str(counted.mes))
    protected, rows = [], []
    for found in counted.plataformas:
        verdicts = decide(found, rules, earlier.get(found.fuente, Earlier()))
        shown = {each.lugar: each.valor if each.regla is None else None for each in verdicts}
        protected.append(replace(found, conteos=shown))
        rows += [_ledger_row(found, each) for each in verdicts]
    decisions = pd.DataFrame(rows, columns=COLUMNS).astype({"contribuyentes": "Int64"})
    return replace(counted, plataformas=tuple(protected), protegidas=True), decisions


def decide(found: Evaluation, rules: Rules, earlier: Earlier | None = None) -> list[Verdict]:
    """What becomes of every count of a platform, in their order; a DataError if a small one cannot be hidden.

    Args:
        earlier: what earlier revisions of the month tell.
    """
    before = earlier or Earlier()
    true = {place: int(count) for place, count in found.conteos.items() if count is not None}
    known = {place for place, count in true.items() if before.shown.get(place) == count}
    primary = {place: SMALL for place, count in true.items() if 0 < count < rules.frecuencia_minima}
    forced = {place: _HELD for place in before.hidden if true.get(place)} | primary
    if _gives_all_it_has(found.contrato):
        forced = {place: _WHOLE for place, count in true.items() if count and place not in known} | forced
    seen = known - set(forced)
    told = _told_elsewhere(true, rules) - set(forced)
    hidden = _first_feasible(found, true, forced, (told | seen, seen), rules)
    return [Verdict(place, count, hidden.get(place)) for place, count in true.items()]


def _told_elsewhere(true: Mapping[Place, int], rules: Rules) -> set[Place]:
    """The totals that other releases tell too if they are shown here: readers look for them first."""
    received, apart = (Place("registros", indicator, TOTAL) for indicator in (RECEIVED, APART))
    few_left = 0 < true.get(received, 0) - true.get(apart, 0) < rules.frecuencia_minima
    return {place for place in (received, apart) if place in true} - ({apart} if few_left else set())


def _gives_all_it_has(contract: Contract) -> bool:
    """Whether two months tell by their difference what came in between; a licence says that it is public."""
    return contract.alcance == "historia" and contract.licencia is None


def _first_feasible(
    found: Evaluation,
    true: Mapping[Place, int],
    forced: Mapping[Place, str],
    shown: Iterable[Collection[Place]],
    rules: Rules,
) -> dict[Place, str]:
    """Hidden counts with their rules, for the first of these sets of counts beside which the others can hide."""
    for told in shown:
        with contextlib.suppress(Infeasible):
            return _suppressed(found, true, forced, told, rules)
    raise DataError(
        "un número pequeño de registros se podría calcular, se oculte lo que se oculte",
        source=found.fuente,
        period=found.mes,
        remedy="no se publica nada; avise al equipo técnico",
    )


def _suppressed(
    found: Evaluation,
    true: Mapping[Place, int],
    forced: Mapping[Place, str],
    told: Collection[Place],
    rules: Rules,
) -> dict[Place, str]:
    """Hidden counts with their rules; ``told`` are shown in any case. Infeasible if that cannot be."""
    values: dict[_Name, int] = dict(true.items())
    equations = list(_equations(found, true, values))
    places = {name: number for number, name in enumerate(values)}
    states, needs = [], []
    for name, value in values.items():
        if not isinstance(name, Place):
            states.append(State.LATENT)
            needs.append(rules.frecuencia_minima if name[0] in _MATTERS else 0)
            continue
        needs.append(rules.ancho)
        if name in forced:
            states.append(State.PRIMARY if forced[name] == SMALL else State.HELD)
        else:
            states.append(State.FIXED if not value or name in told else State.FREE)
    own = np.array([isinstance(name, Place) for name in values])
    system = System(
        values=np.array(list(values.values()), dtype=float),
        equations=_matrix(equations, places),
        state=np.array(states, dtype=np.int8),
        lower=np.where(own, 1.0, 0.0),  # zeros are shown
        upper=np.full(len(values), np.inf),
        weight=np.array([_cost(name, value) for name, value in values.items()]),
        need=np.array(needs, dtype=float),
        lone=np.zeros(len(values), dtype=bool),
        sensitive=np.zeros(len(values), dtype=bool),
    )
    hidden = suppress(system, exact_up_to=0).hidden
    return {place: forced.get(place, _COMPLEMENT) for place in true if hidden[places[place]]}


def _equations(found: Evaluation, true: Mapping[Place, int], values: dict[_Name, int]) -> Iterator[_Equation]:
    """Every equation between counts; what they need besides the printed ones is added to ``values``."""

    def latent(name: tuple[str, ...], value: int) -> tuple[str, ...]:
        values[name] = value
        return name

    for indicator in (RECEIVED, APART):
        parts = [Place("registros", indicator, name) for name in found.conjuntos]
        if parts:
            yield {Place("registros", indicator, TOTAL): -1, **dict.fromkeys(parts, 1)}
    for name in found.conjuntos:
        received, apart = (Place("registros", indicator, name) for indicator in (RECEIVED, APART))
        kept = latent(("conservados", name), true[received] - true[apart])
        yield {received: 1, apart: -1, kept: -1}
        causes = [place for place in found.causas if place.conjunto == name]
        for cause in causes:
            other = latent(("por_otras", *cause), true[apart] - true[cause])
            yield {cause: 1, other: 1, apart: -1}
        if causes:
            twice = latent(("de_mas", name), sum(true[cause] for cause in causes) - true[apart])
            yield {**dict.fromkeys(causes, 1), apart: -1, twice: -1}
    yield from _equations_of_cells(found)
    yield from _equations_of_rules(found, true, values)
    if found.solicitudes:
        old, waits = (Place("plazo", indicator, found.solicitudes) for indicator in (OLD, WAITING))
        done = latent(("resueltas",), true[old] - true[waits])
        yield {old: 1, waits: -1, done: -1}
        kept = ("conservados", found.solicitudes)
        if values.get(kept, -1) >= true[old]:  # they are kept records, if both are of the same delivery
            yield {kept: 1, old: -1, latent(("recientes",), values[kept] - true[old]): -1}


def _equations_of_rules(
    found: Evaluation, true: Mapping[Place, int], values: dict[_Name, int]
) -> Iterator[_Equation]:
    """What a reason sets apart is what its field's cells count, or some of it; adds latent ``values``."""
    for cause, (cells, whole) in counted_cells(found.fuente).items():
        if cause not in true or any(cell not in true for cell in cells):
            continue
        passed = sum(true[cell] for cell in cells) - true[cause]
        if whole and not passed:
            yield {**dict.fromkeys(cells, 1), cause: -1}
        if whole or passed < 0:
            continue  # a recorded exception let some of them pass
        values["dudosas", *cause] = passed
        yield {**dict.fromkeys(cells, 1), cause: -1, ("dudosas", *cause): -1}
        if (empty := cells[0]).indicador == EMPTY and true[cause] >= true[empty]:
            values["no_vacias", *cause] = true[cause] - true[empty]
            yield {cause: 1, empty: -1, ("no_vacias", *cause): -1}


def _equations_of_cells(found: Evaluation) -> Iterator[_Equation]:
    names = sorted({name for name, _ in found.campos})
    for name, about in found.campos:
        yield {Place("celdas", CELLS, name, about): 1, Place("registros", RECEIVED, name): -1}
    for name, about in [*found.campos, *((name, TOTAL) for name in names), *([(TOTAL, TOTAL)] if names else [])]:
        kinds = [Place("celdas", indicator, name, about) for indicator in _KINDS]
        yield {**dict.fromkeys(kinds, 1), Place("celdas", CELLS, name, about): -1}
    for indicator in (CELLS, *_KINDS):
        if names:
            wholes = [Place("celdas", indicator, name, TOTAL) for name in names]
            yield {Place("celdas", indicator, TOTAL, TOTAL): -1, **dict.fromkeys(wholes, 1)}
        for name in names:
            parts = [Place("celdas", indicator, name, about) for own, about in found.campos if own == name]
            yield {Place("celdas", indicator, name, TOTAL): -1, **dict.fromkeys(parts, 1)}


def _matrix(equations: Iterable[_Equation], places: Mapping[_Name, int]) -> sparse.csr_array:
    listed = list(equations)
    rows = [row for row, equation in enumerate(listed) for _ in equation]
    columns = [places[name] for equation in listed for name in equation]
    factors = [factor for equation in listed for factor in equation.values()]
    return sparse.csr_array((factors, (rows, columns)), shape=(len(listed), len(places)), dtype=float)


def _cost(name: _Name, value: int) -> float:
    if not isinstance(name, Place):
        return 0.0
    gathered = (name.conjunto == TOTAL) + (name.campo in ("", TOTAL))
    return _COSTS[gathered] * (1 + log2(1 + value) / 20)


def _earlier(history: History, period: str) -> dict[str, Earlier]:
    """By platform, what earlier revisions of the month tell."""
    tables = {file: table for table, (file, _) in FILES.items()}
    found: dict[str, Earlier] = {}
    for entry in history.entries:  # older revisions first
        if entry.periodo != period or entry.cuadro not in tables:
            continue
        table, codes = tables[entry.cuadro], dict(entry.cell)
        parts = [codes.get(name, TOTAL) for name in FILES[table][1][1:]]
        place, own = Place(table, entry.indicador, *parts), found.setdefault(codes["plataforma"], Earlier())
        if entry.shown:
            own.shown[place] = int(entry.value)
        else:
            own.hidden.add(place)
            own.shown.pop(place, None)
    return found


def _ledger_row(found: Evaluation, verdict: Verdict) -> tuple[object, ...]:
    file, dimensions = FILES[verdict.lugar.tabla]
    codes = cell_of(found.fuente, verdict.lugar)
    cell: Cell = tuple((name, code) for name, code in codes.items() if code != TOTAL)
    state = {None: _SHOWN, SMALL: _PRIMARY}.get(verdict.regla, _SECONDARY)
    return (
        *(str(found.mes), file, list(dimensions), verdict.lugar.indicador, cell_json(cell), float(verdict.valor)),
        None,
        *(True, state, verdict.regla),
    )
