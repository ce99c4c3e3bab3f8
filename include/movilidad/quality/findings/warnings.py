"""What waits for a sign-off."""

from collections.abc import Collection

from movilidad.model.periods import Month, Period
from movilidad.quality.findings.finding import OpenFinding
from movilidad.quality.findings.store import open_findings
from movilidad.store.engine import warehouse


def open_warnings(period: Month | Period, sources: Collection[str] | None = None) -> list[OpenFinding]:
    """What a release of ``period`` needs a sign-off for: what is odd, by how much, since when, what to do.

    Empty when everything is green or within tolerance. What a recorded exception accepts is not among it.

    Args:
        sources: the sources that the release needs; of all, if None.
    """
    whole = Period.of(period)
    periods = {str(month) for month in whole.months} | {str(whole)}
    with warehouse().connect() as connection:
        return open_findings(connection, periods, ("warning",), sources)
