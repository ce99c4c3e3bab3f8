"""How the desk calls releases."""

from movilidad.model.periods import Period
from movilidad.model.series import SERIES


def series_title(series: str, period: str, revision: int = 0) -> str:
    """``Estadística mensual de movilidad laboral, octubre de 2026 (r1)``."""
    name = SERIES[series].titulo if series in SERIES else series
    title = f"{name}, {Period.parse(period).label}"
    return f"{title} (r{revision})" if revision else title
