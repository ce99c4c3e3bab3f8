"""What was public before a release: protection and audit take all of it into account, comparisons some of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, text

from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.model.series import PEOPLE, SERIES
from movilidad.publishing.candidate import Candidate, release_id
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.register import Release, newest_public, parse_id, releases
from movilidad.statistics.comparisons import MONTHS
from movilidad.statistics.context import RELEASED, REVISABLE, Context, Identity, in_context
from movilidad.statistics.inputs import Load
from movilidad.statistics.published import COLUMNS, SUMMARY, as_figures, breakdowns
from movilidad.statistics.tables import MonthTables
from movilidad.statistics.to_date import tables_to_date

# true values of hidden cells stay in the database, and so does what has no row in the files
_SHOWN = """
SELECT c.periodo, c.cuadro, c.indicador, c.celda::text AS celda, p.publicacion_id, p.revision,
       p.fecha_publicacion AS fecha, p.demostracion,
       CASE WHEN c.estado = 'publicada' THEN c.valor_real::float8 END AS valor
FROM control.celdas c JOIN control.publicaciones p USING (publicacion_id)
WHERE c.publicacion_id = ANY(:releases)
  AND c.cuadro = ANY(:cuadros) AND (c.periodo = p.periodo) = :propias AND c.con_fila
ORDER BY c.periodo, p.revision, c.cuadro COLLATE "C", c.indicador COLLATE "C", c.celda::text COLLATE "C"
"""
_TO_DATE = """
SELECT indicador, CASE WHEN estado = 'publicada' THEN valor_real::float8 END
FROM control.celdas
WHERE publicacion_id = ANY(:releases) AND cuadro = ANY(:cuadros) AND periodo = :periodo AND celda = '{}'
"""


@dataclass(frozen=True)
class Past:
    """The public releases of a family of series and a year.

    Attributes:
        public: all revisions of these series that readers have seen, withdrawn ones too, ordered by name.
    """

    public: tuple[Release, ...]

    @property
    def releases(self) -> tuple[str, ...]:
        return tuple(release.publicacion_id for release in self.public)

    def loads_before(self, month: Month) -> tuple[tuple[Month, tuple[Load, ...]], ...]:
        """The loads of the newest release of each earlier month of the year; none of one whose folder is gone."""
        return tuple(
            (earlier, loads)
            for earlier, release in sorted(self.newest("mensual").items())
            if earlier < month and (loads := _loads(release))
        )

    def newest(self, series: str) -> dict[Month, Release]:
        """The newest release of each period of a series that was not withdrawn, by its last month."""
        found = [release for release in self.public if release.serie == series and not release.is_withdrawn]
        found.sort(key=lambda release: release.revision)
        return {Period.parse(release.periodo).last: release for release in found}

    @staticmethod
    def loads_of(release: Release) -> tuple[Load, ...]:
        """The loads that a public month was made of; a DataError if its folder is gone or damaged."""
        candidate = Candidate.from_dict(read_manifest(release.public_folder))
        return tuple(candidate.loads[candidate.mes])


def history_of(connection: Connection, year: int, family: str = PEOPLE) -> Past:
    """All that a family of series ever published of a year.

    Families and years share no equation: no figure is a sum over two of them.
    """
    found: Iterable[Release] = (
        release
        for release in releases(connection)
        if SERIES[release.serie].familia == family
        and release.periodo.startswith(f"{year:04d}")
        and release.was_seen
    )
    return Past(tuple(sorted(found, key=lambda release: release.publicacion_id)))


def comparables_of(connection: Connection, series: str, month: Month, *, demo: bool) -> tuple[str, ...]:
    """The newest public release of each of the 24 months before, oldest first.

    Args:
        demo: simulated records are compared with simulated ones, real with real.
    """
    before = month.plus(1 - MONTHS).through(month.plus(-1))
    found = [newest_public(connection, series, each) for each in before]
    return tuple(each.publicacion_id for each in found if each and each.demostracion == demo)


def context_of(connection: Connection, candidate: Candidate, tables: MonthTables) -> Context:
    """The month among what earlier releases showed; a DataError if one of them is not in the ledger.

    Reads the figures of 24 releases at most, and of their earlier revisions the totals.
    """
    earlier = released_figures(connection, candidate.comparables, [SUMMARY, *breakdowns()])
    newest = [*candidate.comparables, *([candidate.anterior] if candidate.anterior else [])]
    every = [each for name in newest for each in revisions_until(name) if each not in candidate.retiradas]
    totals = released_figures(connection, every, [SUMMARY])
    totals = totals[totals["demostracion"].astype(bool) == candidate.demostracion]
    return in_context(
        tables,
        Identity(candidate.publicacion_id, candidate.revision, candidate.fecha_publicacion),
        as_figures(list(earlier[COLUMNS].itertuples(index=False, name=None))),
        totals.loc[totals["indicador"].isin(REVISABLE), RELEASED],
        _year_to_date(connection, candidate),
    )


def _year_to_date(connection: Connection, candidate: Candidate) -> dict[str, float | None]:
    """What the newest release of the same month a year before showed of its year to date; None where it hid it."""
    before = candidate.mes.plus(-12)
    names = [name for name in candidate.comparables if parse_id(name)[1].last == before]
    parameters = {
        "releases": names,
        "cuadros": sorted(set(tables_to_date().values())),
        "periodo": str(Period.to_date(before)),
    }
    rows = connection.execute(text(_TO_DATE), parameters)
    return {indicator: value for indicator, value in rows if indicator in tables_to_date()}


def released_figures(
    connection: Connection, wanted: Iterable[str], tables: Iterable[str], *, to_date: bool = False
) -> pd.DataFrame:
    """Rows of the ledger as readers know them; ``valor`` is missing where a release hid it.

    Args:
        to_date: of the year to date instead of the releases' own periods; then a release may have none.
    """
    names = list(wanted)
    given = {"releases": names, "cuadros": list(tables), "propias": not to_date}
    found = connection.execute(text(_SHOWN), given)
    frame = pd.DataFrame(found.all(), columns=list(found.keys()), dtype=object)
    if missing := sorted(set(names) - set(frame["publicacion_id"])) if not to_date else []:
        raise DataError(
            f"falta en el libro de celdas lo que mostraba {missing[0]}, con la que se compara esta",
            place="comparaciones",
            remedy="use la bodega con que se publicó, o restitúyala desde una copia",
        )
    return frame.astype({"valor": "Float64"})


def revisions_until(publicacion_id: str) -> list[str]:
    """A release and the earlier ones of its period, oldest first."""
    series, period, newest = parse_id(publicacion_id)
    return [release_id(series, period, number) for number in range(1, newest + 1)]


def _loads(release: Release) -> tuple[Load, ...]:
    """The loads that a public release names; none if its folder is gone."""
    try:
        return Past.loads_of(release)
    except DataError:
        return ()
