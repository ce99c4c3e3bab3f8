"""One pending run per month, also when two sources deliver in the same moment.

Airflow keeps what has arrived of a partition in one pending run, which it finds or makes under a lock of the asset
that arrived. Two different assets have no lock in common: both may find none, each makes one, neither is ever
complete, and the report does not start (https://github.com/apache/airflow/issues/71070, Airflow 3.3.0). Here
whoever finds or makes one takes a lock that is common to all, until its transaction ends.

To be removed with the first Airflow that locks the DAG which waits: ``test_pending_runs.py`` says when.
"""

import functools
from collections.abc import Callable
from typing import Any

from airflow.plugins_manager import AirflowPlugin

_LOCK = 7_206_104  # any number of its own


def one_after_another(find_or_make: Callable[..., Any]) -> Callable[..., Any]:
    """The same for one transaction at a time."""

    @functools.wraps(find_or_make)
    def locked(*, session: Any, **arguments: Any) -> Any:
        from sqlalchemy import text

        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        return find_or_make(session=session, **arguments)

    return locked


class MovilidadParticiones(AirflowPlugin):
    """Applied wherever Airflow loads its plugins, so also in its server, which is told of deliveries."""

    name = "movilidad_particiones"

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:
        """Put it in the place of Airflow's own, once per process."""
        from airflow.assets.manager import AssetManager

        if not hasattr(AssetManager._get_or_create_apdr, "__wrapped__"):
            own = AssetManager._get_or_create_apdr
            AssetManager._get_or_create_apdr = staticmethod(one_after_another(own))
