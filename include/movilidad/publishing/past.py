"""What was public before a release: the protection and the audit take all of it into account."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from movilidad.model.errors import DataError
from movilidad.model.periods import Month
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.register import Release, releases
from movilidad.statistics.inputs import Load


@dataclass(frozen=True)
class Past:
    """The public releases of a year.

    Attributes:
        public: all revisions of all series, ordered by name.
    """

    public: tuple[Release, ...]

    @property
    def releases(self) -> tuple[str, ...]:
        return tuple(release.publicacion_id for release in self.public)

    def loads_before(self, month: Month) -> tuple[tuple[Month, tuple[Load, ...]], ...]:
        """The loads of the newest release of each earlier month of the year."""
        monthly = [release for release in self.public if release.serie == "mensual"]
        newest = {release.periodo: release for release in sorted(monthly, key=lambda each: each.revision)}
        return tuple(
            (Month.parse(period), loads)
            for period, release in sorted(newest.items())
            if Month.parse(period) < month and (loads := _loads(release))
        )


def history_of(connection: Connection, month: Month) -> Past:
    """All that is public of the month's year. Years share no equation: no figure is a sum over two of them."""
    year = f"{month.year:04d}"
    found: Iterable[Release] = (
        release for release in releases(connection) if release.periodo.startswith(year) and release.is_public
    )
    return Past(tuple(sorted(found, key=lambda release: release.publicacion_id)))


def _loads(release: Release) -> tuple[Load, ...]:
    """The loads that a public release names; none if its folder is gone."""
    try:
        return tuple(Candidate.from_dict(read_manifest(release.public_folder)).loads)
    except DataError:
        return ()
