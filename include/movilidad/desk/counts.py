"""Counts of records as a viewer is shown them: who does not act sees no small one."""

from movilidad.desk.viewer import Viewer
from movilidad.model.settings import get_settings
from movilidad.reports.platforms import cells


def count(value: int, viewer: Viewer) -> str:
    """A count, or ``c`` where it is small."""
    return cells.count(None if _is_small(value, viewer) else value).texto


def share(part: int, whole: int, viewer: Viewer) -> str:
    """A share in per cent; hidden where its part, or what is left, is small."""
    hidden = _is_small(part, viewer) or _is_small(whole - part, viewer)
    return cells.share(None if hidden else part, whole).texto


def _is_small(value: int, viewer: Viewer) -> bool:
    return 0 < value < viewer.least(get_settings().frecuencia_minima)
