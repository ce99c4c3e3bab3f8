"""Two sources that deliver a month in the same moment: one pending run of the report, or it never starts."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

FindOrMake = Callable[..., Any]


@pytest.fixture
def airflows_own(airflow_home: Path, database: Engine) -> FindOrMake:
    """Airflow's function as it comes, in a database with two assets."""
    from airflow.assets.manager import AssetManager
    from airflow.models import import_all_models
    from airflow.models.asset import AssetModel
    from airflow.models.base import Base

    import_all_models()
    Base.metadata.create_all(database)
    with Session(database) as session:
        session.add_all([AssetModel(name=name, uri=name, group="asset") for name in ("programa", "tu_empleo")])
        session.commit()
    present: FindOrMake = AssetManager._get_or_create_apdr
    return getattr(present, "__wrapped__", present)


def pending_runs(database: Engine, find_or_make: FindOrMake) -> int:
    """How many there are after two deliveries, of which the second comes before the first is stored."""
    found: set[int] = set()

    def deliver(session: Session, asset: int) -> None:
        run = find_or_make(
            target_key="2026-10",
            target_partition_date=None,
            target_dag=SimpleNamespace(dag_id="informe_mensual"),
            rollup_fingerprint={},
            asset_id=asset,
            session=session,
        )
        found.add(run.id)

    def second() -> None:
        with Session(database) as session, session.begin():
            deliver(session, 2)

    with Session(database) as session, session.begin():
        deliver(session, 1)
        other = threading.Thread(target=second)
        other.start()
        time.sleep(1)  # were it not to wait, it would have found none by now
    other.join()
    return len(found)


def test_two_deliveries_at_once_wait_for_each_other(database: Engine, airflows_own: FindOrMake) -> None:
    from movilidad_particiones import one_after_another

    assert pending_runs(database, one_after_another(airflows_own)) == 1


def test_airflow_alone_would_make_two(database: Engine, airflows_own: FindOrMake) -> None:
    """As soon as this fails, Airflow is mended and ``plugins/movilidad_particiones.py`` can go."""
    assert pending_runs(database, airflows_own) == 2


def test_the_server_loads_it(airflow_home: Path) -> None:
    from airflow import plugins_manager
    from airflow.assets.manager import AssetManager

    plugins_manager.ensure_plugins_loaded()
    assert hasattr(AssetManager._get_or_create_apdr, "__wrapped__")
