"""What the attacker reads from two populations side by side. Plain arithmetic on what is shown, and nothing else.

- Interested less applicants: who registered and did not apply.
- Placed less those of the funnel who left: who left without applying in the period.
- Employers of a country, or recruiters: so many have left at least.
- Persons of a country less those of its listed groups of agreed wages.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from movilidad.disclosure.audit import Cell, Finding, Layer
from movilidad.disclosure.audit.findings import Kind, grouped
from movilidad.disclosure.history import Entry

_Fault = tuple[Kind, Layer, Cell]
_Release = Mapping[str, Mapping[Cell, Entry]]  # indicator → cell → entry
_REGISTERED: Cell = (("etapa_alcanzada", "0"),)
_LEFT: Cell = (("etapa_alcanzada", "7"),)
_PEOPLE_OF = {"empleadores": ("colocados", "salidas"), "reclutadores_activos": ("trabajadores_reportados",)}
_AGREED = "personas_con_salario_pactado"


def tell_together(entries: Iterable[Entry], frequency: int) -> list[Finding]:
    """What cells of the ledger that are no part of one system tell of each other.

    Args:
        frequency: the least count that may be known, besides zero.
    """
    releases: dict[tuple[str, int], dict[str, dict[Cell, Entry]]] = defaultdict(lambda: defaultdict(dict))
    for entry in entries:
        releases[entry.periodo, entry.revision][entry.indicador][entry.cell] = entry
    faults: list[_Fault] = []
    for (period, version), found in releases.items():
        for indicator, kind, cell in (*_funnel(found, frequency), *_actors(found), *_agreed(found, frequency)):
            faults.append((kind, Layer(indicator, period, version), cell))
    return grouped(faults)


def _funnel(found: _Release, frequency: int) -> Iterator[tuple[str, Kind, Cell]]:
    interested, applicants, placed = (found.get(name, {}) for name in ("interesados", "aplicantes", "colocados"))
    everybody = _shown(interested, ())
    if everybody is None:
        return
    applied, left, gone = _shown(applicants, ()), _shown(interested, _LEFT), _shown(placed, ())
    if () in applicants:
        if applied is None:
            yield "aplicantes", "estrecha", ()
        elif 0 < everybody - applied < frequency:
            yield "interesados", "derivada", _REGISTERED
        elif _shown(interested, _REGISTERED) is None:
            yield "interesados", "estrecha", _REGISTERED
    if () in placed and left:
        if gone is None:
            yield "colocados", "estrecha", ()
        elif 0 < gone - left < frequency:
            yield "interesados", "derivada", _LEFT


def _actors(found: _Release) -> Iterator[tuple[str, Kind, Cell]]:
    for actors, people in _PEOPLE_OF.items():
        known = {cell for cell, entry in found.get(actors, {}).items() if cell and entry.shown and entry.value}
        for indicator in people:
            for cell in known & found.get(indicator, {}).keys():
                if not found[indicator][cell].shown:
                    yield indicator, "estrecha", cell


def _agreed(found: _Release, frequency: int) -> Iterator[tuple[str, Kind, Cell]]:
    listed: dict[Cell, float] = defaultdict(float)
    for cell, entry in found.get(_AGREED, {}).items():
        if entry.shown:
            listed[tuple(part for part in cell if part[0] == "pais")] += entry.value
    for country, persons in listed.items():
        everybody = _shown(found.get("colocados", {}), country)
        if everybody is None or 0 < everybody - persons < frequency:
            yield _AGREED, "derivada", country


def _shown(cells: Mapping[Cell, Entry], cell: Cell) -> float | None:
    entry = cells.get(cell)
    return entry.value if entry is not None and entry.shown else None
