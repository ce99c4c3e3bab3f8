"""The portal: static pages in Spanish and English, made of what stands in the publication folder."""

from datetime import datetime
from pathlib import Path

from movilidad.model.periods import TZ
from movilidad.model.series import SERIES
from movilidad.model.settings import get_settings
from movilidad.publishing.calendar import load_calendar
from movilidad.publishing.portal.frame import Site
from movilidad.publishing.portal.site import bring_up_to_date, note_series, series_are_current
from movilidad.publishing.portal.standing import standing
from movilidad.publishing.publisher import publisher
from movilidad.publishing.series import write_series


def write_portal(folder: Path, now: datetime | None = None) -> list[str]:
    """Bring the portal up to what the publication folder holds, the joined series first; give the pages written.

    Pages whose inputs did not change are left alone; each other one appears whole. One writer at a time, which the
    caller sees to.

    Args:
        folder: the publication folder.
        now: from when on the calendar looks ahead; this moment if not said.
    """
    from movilidad.publishing.portal.pages import all_pages

    calendar = load_calendar()  # a mistake in it stops before anything changes
    editor = publisher(get_settings())
    found = standing(folder)
    for series in SERIES:
        shown = [issue.current for issue in found.of(series) if issue.current]
        inputs = [editor.direccion, *(f"{edition.name}:{edition.huella}" for edition in shown)]
        if shown and not series_are_current(folder, series, inputs):
            write_series(folder, series)
            note_series(folder, series, inputs)
    site = Site(found, editor, calendar, now or datetime.now(TZ))
    return bring_up_to_date(folder, all_pages(site))
