"""How the desk calls releases."""

from movilidad.model.periods import Period
from movilidad.publishing.metadata import SERIES_TITLES


def series_title(series: str, period: str, revision: int = 0) -> str:
    """``Estadística mensual de movilidad laboral, octubre de 2026 (r1)``."""
    title = f"{SERIES_TITLES.get(series, series)}, {Period.parse(period).label}"
    return f"{title} (r{revision})" if revision else title
