"""What waits for a sign-off."""

from collections.abc import Collection

from sqlalchemy import Connection

from movilidad.model.periods import Month, Period
from movilidad.quality.findings.finding import OpenFinding
from movilidad.quality.findings.store import open_findings
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role


def open_warnings(period: Month | Period, sources: Collection[str] | None = None) -> list[OpenFinding]:
    """What a release of ``period`` needs a sign-off for: what is odd, by how much, since when, what to do.

    Empty when everything is green or within tolerance. What a recorded exception accepts is not among it.

    Args:
        sources: what is examined for the release, by name; everything, if None.
    """
    with warehouse(Role.INGEST).connect() as connection:
        return findings_about(connection, Period.of(period), ("warning",), sources)


def findings_about(
    connection: Connection, period: Period, severities: Collection[str], sources: Collection[str] | None
) -> list[OpenFinding]:
    """What is open of the months of a period, and of the period itself, the gravest first."""
    periods = {str(month) for month in period.months} | {str(period)}
    return open_findings(connection, periods, severities, sources)
