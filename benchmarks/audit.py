"""How long the attacker's audit of one month takes, by the number of people.

    .venv/bin/python benchmarks/audit.py [PEOPLE ...]

Random sparse records with skewed categories: all tables of one month, for persons and departures. Small cells are
hidden, with companions along every line: nearly a protected month. Prints a row per size: printed cells, hidden
ones, unknowns, those left after reduction, lone contributors, seconds of one core, cells found too narrow.
"""

import sys
import time
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np

from movilidad.disclosure.audit import Cell, Limits, Seen, Structure, audit
from movilidad.disclosure.audit.gate import systems
from movilidad.disclosure.audit.reading import Reading

CODES = {
    "pais": 7,
    "sexo": 3,
    "edad": 9,
    "visa": 20,
    "sector": 80,
    "ocupacion": 40,
    "pueblo": 5,
    "departamento": 23,
    "banda": 8,
    "municipio": 340,
}
TABLES = [
    *(
        ("pais", name)
        for name in ("sexo", "edad", "visa", "sector", "ocupacion", "pueblo", "departamento", "banda")
    ),
    *(("sexo", name) for name in ("edad", "pueblo", "sector", "departamento")),
    ("departamento", "municipio"),
]
LIMITS = Limits(minimum=3, frequency=3, hidden_at_least=1)
STRUCTURE = Structure(at_most={"colocados": "salidas"})
ENOUGH = 40  # people that the hidden cells of a line hold together, for each to hide among


def main() -> None:
    """Measure and print."""
    print(
        f"{'people':>8}{'printed':>9}{'hidden':>8}{'unknowns':>10}{'left':>8}{'lone':>6}{'seconds':>9}{'findings':>10}"
    )
    for people in [int(text) for text in sys.argv[1:]] or [1500, 3000, 6000]:
        printed = month(people, np.random.default_rng(7))
        begin = time.process_time()
        found = audit(printed, STRUCTURE, LIMITS)
        seconds = time.process_time() - begin
        unknowns, left = 0, 0
        for system in systems(Reading(printed, STRUCTURE), STRUCTURE, LIMITS):
            unknowns += system.equations.matrix.shape[1]
            left += sum(len(part.columns) for part in system.reduced.parts)
        hidden = sum(one.value is None for one in printed)
        lone = sum(one.lone for one in printed)
        cells = sum(len(one.cells) for one in found)
        print(f"{people:8}{len(printed):9}{hidden:8}{unknowns:10}{left:8}{lone:6}{seconds:9.1f}{cells:10}")


def month(people: int, random: np.random.Generator) -> list[Seen]:
    """All cells of a month: persons, and departures (some leave twice)."""
    records = {name: _skewed(count, people, random) for name, count in CODES.items()}
    records["departamento"] = records["municipio"] % CODES["departamento"]
    times = 1 + (random.random(people) < 0.03)
    tables = {tuple(sorted(part)) for table in TABLES for size in range(3) for part in combinations(table, size)}
    persons, departures = Counter[Cell](), Counter[Cell]()
    for table in sorted(tables):
        for row, repeated in zip(
            zip(*(records[name] for name in table), strict=True) if table else [()] * people, times, strict=True
        ):
            cell = tuple((name, f"{code:03}") for name, code in zip(table, row, strict=True))
            persons[cell] += 1
            departures[cell] += int(repeated)
    return _printed(persons, departures, _hidden(persons))


def _printed(persons: Counter[Cell], departures: Counter[Cell], hidden: set[Cell]) -> list[Seen]:
    return [
        Seen(
            measure,
            "2026-10",
            1,
            cell,
            None if cell in hidden else value,
            value,
            persons[cell] == 1,
            persons[cell] < 3,
        )
        for measure, counts in (("colocados", persons), ("salidas", departures))
        for cell, value in counts.items()
    ]


def _skewed(count: int, people: int, random: np.random.Generator) -> np.ndarray:
    weights = 1 / np.arange(1, count + 1) ** 1.2
    return random.choice(count, people, p=weights / weights.sum())


def _hidden(counts: Counter[Cell]) -> set[Cell]:
    """Small cells, and in each line the smallest others until those hidden hold enough people, else the whole."""
    lines: dict[tuple[Cell, tuple[str, ...]], list[Cell]] = defaultdict(list)
    for cell in counts:
        names = tuple(name for name, _ in cell)
        for place in range(len(cell)):
            lines[cell[:place] + cell[place + 1 :], names].append(cell)
    hidden, before = {cell for cell, value in counts.items() if value < 3}, 0
    while len(hidden) > before:
        before = len(hidden)
        for (whole, _), cells in lines.items():
            _hide_in_line(whole, cells, counts, hidden)
    return hidden


def _hide_in_line(whole: Cell, cells: list[Cell], counts: Counter[Cell], hidden: set[Cell]) -> None:
    inside = [cell for cell in cells if cell in hidden]
    shown = sorted((cell for cell in cells if cell not in hidden), key=lambda cell: (-counts[cell], cell))
    while inside and shown and (sum(counts[cell] for cell in inside) < ENOUGH or len(inside) < 3):
        inside.append(shown.pop())
    hidden |= set(inside)
    if inside and whole and sum(counts[cell] for cell in inside) < ENOUGH:
        hidden.add(whole)


if __name__ == "__main__":
    main()
