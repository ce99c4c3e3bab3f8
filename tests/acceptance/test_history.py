"""Ninety-four months of simulated records against what was published."""

import pandas as pd
import pytest
from acceptance_support import Place, Reported

from movilidad.demo import layout
from movilidad.demo.server import serve
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.statistics.reconciliation import reconcile
from movilidad.store.engine import warehouse

pytestmark = pytest.mark.airflow

FIRST, LAST = Month(2019, 1), Month(2025, 12)
SOURCE = "programa_trabajo_temporal"
BY_COUNTRY = {"USA": 14_147, "CAN": 1_373, "ESP": 363, "MEX": 76, "ITA": 29, "DEU": 7}


@pytest.fixture(scope="module")
def history(reported: Reported) -> Place:
    return reported.place


def test_the_departures_of_2019_to_july_2025_are_the_published_15_995(
    history: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with history.opened(monkeypatch):
        connection = Connection.from_environment(load_contract(SOURCE).conexion)
        for month in FIRST.through(LAST):
            ingest(SOURCE, month, connection)
        compared = reconcile(warehouse(), FIRST, LAST)
        departures = pd.read_sql_query(
            "SELECT pais, count(*) AS salidas FROM nucleo.colocaciones"
            " WHERE canal = 'programa' AND fecha_salida < '2025-08-01' GROUP BY pais",
            warehouse(),
        )
    assert dict(zip(departures["pais"], departures["salidas"], strict=True)) == BY_COUNTRY
    assert sum(BY_COUNTRY.values()) == 15_995
    assert len(compared) > 15
