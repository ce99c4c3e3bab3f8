"""The loads of a month judged together, before anything is counted."""

from collections.abc import Iterable

import pandas as pd

from movilidad.model.periods import Month
from movilidad.quality.findings.finding import CORE, Finding
from movilidad.quality.findings.store import keep
from movilidad.quality.joint.core import check_core
from movilidad.statistics.reconciliation import DIFFERENT, reconcile_ending
from movilidad.store.engine import warehouse
from movilidad.store.roles import Role

_RECONCILED = "conciliacion"


def review_month(month: Month, loads: Iterable[str]) -> None:
    """Judge the loads of a month by ``expectations/nucleo.yml``, and set what others published beside them.

    A DataError if a critical rule failed.
    """
    check_core(month, list(loads))
    compare_published(month)


def compare_published(month: Month) -> None:
    """Set what institutions published of a span that ends with this month beside ours; keep what differs."""
    found = reconcile_ending(warehouse(Role.STATISTICS), month)
    own = found[found["veredicto"] == DIFFERENT]
    with warehouse(Role.INGEST).begin() as connection:
        keep(connection, CORE, str(month), [_differs(row) for _, row in own.iterrows()], [_RECONCILED])


def _differs(row: pd.Series) -> Finding:
    return Finding(
        asunto=f"{_RECONCILED}/{row['id']}",
        gravedad="warning",
        que=f"Lo contado no es lo que se publicó de {row['desde']} a {row['hasta']} ({row['pais']}).",
        cuanto=f"publicado {row['publicado']:,}, contado {row['salidas']:,} ({row['diferencia']:+,})",
        que_hacer="Busque la causa con quien publicó la cifra; si la nuestra es la correcta, apruébelo.",
        antes_despues=(("publicado", f"{row['publicado']:,}"), ("contado", f"{row['salidas']:,}")),
    )
