"""The gate before publication: the attacker's audit over a draft and everything that is public of its year.

What readers will have is read back from the draft's files; what is hidden there, and all that was published
before, from the ledger.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from movilidad.disclosure.audit import Finding, Layer, Limits, Seen, Structure, audit
from movilidad.disclosure.history import PRIMARY, Entry, read_history
from movilidad.model.codelists import REMAINDER, TOTAL
from movilidad.model.errors import DataError
from movilidad.model.periods import Kind, Period
from movilidad.publishing.attack_neighbours import tell_together
from movilidad.publishing.audit_record import Audit
from movilidad.publishing.candidate import DRAFT_FOLDER, Candidate, folder_of
from movilidad.publishing.register import releases
from movilidad.publishing.tables_read import read_tables
from movilidad.statistics.specs import Table, agreeing, load_specs

_NAMED = 3


def require_safe(connection: Connection, candidate: Candidate, draft: str) -> Audit:
    """What was attacked; a DataError if somebody could work out what the draft or an earlier release hides.

    Args:
        draft: the id of the draft, whose cells are in the ledger.
    """
    entries = read_history(connection, [*candidate.historia, draft]).entries
    own = [entry for entry in entries if entry.publicacion_id == draft]
    _require_as_decided(candidate, own)
    order = _publication_order(connection, [*candidate.historia, draft])
    findings = attack(entries, order, candidate.configuracion)
    if findings:
        named = "; ".join(str(finding).rstrip(".") for finding in findings[:_NAMED])
        more = f"; y {len(findings) - _NAMED} hallazgos más" if len(findings) > _NAMED else ""
        raise DataError(
            f"la auditoría del atacante no aprueba la publicación: {named}{more}",
            place=draft,
            remedy="no se publica nada; avise al equipo técnico, que ajusta la protección y repite «Proteger»",
        )
    return Audit(len(own), sum(not entry.shown for entry in own), len(candidate.historia))


def attack(entries: Iterable[Entry], order: dict[str, int], configuration: dict[str, int]) -> list[Finding]:
    """What an attacker finds in cells of the ledger.

    Args:
        order: the releases in the order of their publication.
        configuration: ``frecuencia_minima``, ``ancho_minimo``.
    """
    known = list(entries)
    counted = [entry for entry in known if _table(entry) is not None and not _is_rest(entry)]
    limits = Limits(
        minimum=configuration["ancho_minimo"],
        frequency=configuration["frecuencia_minima"],
        hidden_at_least=1,
    )
    found = audit(_seen(counted, limits.frequency), _structure(counted, order), limits)
    return [*found, *tell_together(known, limits.frequency)]


def _seen(entries: Iterable[Entry], frequency: int) -> Iterator[Seen]:
    for entry in entries:
        is_to_date = Period.parse(entry.periodo).kind == "acumulado"
        yield Seen(
            measure=entry.indicador,
            period=entry.periodo,
            version=entry.revision,
            cell=entry.cell,
            value=entry.value if entry.shown else None,
            true_value=entry.value,
            lone=entry.contributors == 1,
            sensitive=entry.state == PRIMARY,
            withheld=not entry.has_row,
            harmless=is_to_date and not entry.shown and entry.value >= frequency,
        )


def _structure(entries: list[Entry], order: dict[str, int]) -> Structure:
    specs = load_specs()
    layers: dict[Layer, int] = {}
    printed: dict[Layer, set[tuple[str, ...]]] = {}
    for entry in entries:
        layer = Layer(entry.indicador, entry.periodo, entry.revision)
        layers[layer] = order[entry.publicacion_id]
        table = _table(entry)
        if table is not None:
            printed.setdefault(layer, set()).update(_margins(table))
    distinct = {
        name: specs.poblaciones[each.poblacion].segun
        for name, each in specs.indicadores.items()
        if each.cuenta == "distintos"
    }
    by = {how: frozenset(name for name, each in distinct.items() if each == how) for how in ("primera", "ultima")}
    together = _together(entries, specs.containments)
    trips = {each.poblacion: name for name, each in specs.indicadores.items() if each.cuenta == "registros"}
    return Structure(
        printed={layer: frozenset(sets) for layer, sets in printed.items()},
        belongs={
            pair: {code: frozenset({parent}) for code, parent in agreeing(parents, iter(together[pair])).items()}
            for pair, parents in specs.containments.items()
        },
        additive=frozenset(trips.values()),
        distinct=by["primera"] | by["ultima"],
        by_first=by["primera"],
        by_last=by["ultima"],
        at_most={
            name: trips[each.poblacion]
            for name, each in specs.indicadores.items()
            if name in distinct and each.poblacion in trips
        },
        parts=dict(_made_of(layers, "mes")),
        covers=_four_month_covers(layers),
    )


def _together(
    entries: list[Entry], pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Of each pair of dimensions, the codes that somebody has together."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {pair: set() for pair in pairs}
    for entry in entries:
        if entry.value and len(entry.cell) > 1:
            codes = dict(entry.cell)
            for (inner, outer), together in found.items():
                if inner in codes and outer in codes:
                    together.add((codes[inner], codes[outer]))
    return found


def _made_of(layers: dict[Layer, int], kind: Kind) -> Iterator[tuple[Layer, tuple[Layer, ...]]]:
    """Of each longer period, the periods of a kind that make it up, as they stood when it was published."""
    for layer, when in layers.items():
        known = [
            max(
                (other for other, then in layers.items() if _is(other, layer, part) and then <= when),
                default=None,
            )
            for part in _pieces(Period.parse(layer.period), kind)
        ]
        if known and all(known):
            yield layer, tuple(found for found in known if found)


def _four_month_covers(layers: dict[Layer, int]) -> dict[Layer, tuple[tuple[Layer, ...], ...]]:
    """A year of its four-month periods, where both were made of the same months."""
    months = dict(_made_of(layers, "mes"))
    return {
        year: (periods,)
        for year, periods in _made_of(layers, "cuatrimestre")
        if months.get(year) == tuple(month for period in periods for month in months.get(period, ()))
    }


def _pieces(period: Period, kind: Kind) -> list[str]:
    if kind == "mes" and len(period.months) > 1:
        return [str(month) for month in period.months]
    if kind == "cuatrimestre" and period.kind == "anio":
        return [str(Period.four_months(period.last.year, number)) for number in (1, 2, 3)]
    return []


def _is(other: Layer, layer: Layer, period: str) -> bool:
    return other.measure == layer.measure and other.period == period


def _margins(table: Table) -> Iterator[tuple[str, ...]]:
    names = table.dimensiones
    if table.jerarquia:
        yield from (tuple(sorted(names[:size])) for size in range(len(names) + 1))
        return
    for mask in range(2 ** len(names)):
        yield tuple(sorted(name for place, name in enumerate(names) if mask >> place & 1))


def _table(entry: Entry) -> Table | None:
    """The declared table of an entry that protects somebody; None for headlines, wages and what is public."""
    specs = load_specs()
    table = specs.find(entry.cuadro)
    return table if table and not specs.poblaciones[table.poblacion].publica else None


def _is_rest(entry: Entry) -> bool:
    return any(code == REMAINDER for _, code in entry.cell)


def _publication_order(connection: Connection, wanted: list[str]) -> dict[str, int]:
    found = [release for release in releases(connection) if release.publicacion_id in wanted]
    found.sort(key=lambda each: (each.publicada is None, each.publicada, each.publicacion_id))
    return {release.publicacion_id: place for place, release in enumerate(found)}


def _require_as_decided(candidate: Candidate, entries: list[Entry]) -> None:
    """A DataError if the files show anything else than what the ledger says they show."""
    decided = {(entry.cuadro, entry.indicador, entry.cell): entry for entry in entries}
    wrong = 0
    for table in read_tables(folder_of(candidate.candidate_id) / DRAFT_FOLDER):
        if load_specs().find(table.nombre) is None:
            continue
        for row in table.records():
            cell = tuple(sorted((name, row[name]) for name in table.dimensions if row[name] != TOTAL))
            entry = decided.get((table.nombre, row["indicador"], cell))
            shown = float(row["valor"]) if row["valor"] else None
            wrong += entry is None or shown != (entry.value if entry.shown else None)
    if wrong:
        raise DataError(
            "los archivos del borrador no muestran lo que se decidió mostrar",
            place=candidate.publicacion_id,
            rows=wrong,
            remedy="borre la carpeta de trabajo de la candidata y repita el informe",
        )
