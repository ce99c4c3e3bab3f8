"""Seven simulated years through extraction, gate and core, against what was published."""

from multiprocessing import get_context

import pandas as pd
import pytest
from acceptance_support import Reported

from movilidad.model.periods import Month
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.statistics.reconciliation import reconcile
from movilidad.store.engine import warehouse

pytestmark = pytest.mark.airflow

FIRST, LAST = Month(2019, 1), Month(2025, 12)
SOURCE = "programa_trabajo_temporal"
BY_COUNTRY = {"USA": 14_147, "CAN": 1_373, "ESP": 363, "MEX": 76, "ITA": 29, "DEU": 7}


def ingest_month(month: Month) -> None:
    """One month of the programme; a function of the module, so that another process can call it."""
    ingest(SOURCE, month, Connection.from_environment(load_contract(SOURCE).conexion))


@pytest.fixture(scope="module")
def reconciled(reported: Reported) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Published against counted, and departures by country until July 2025, after all dirt has been dealt with."""
    with pytest.MonkeyPatch.context() as monkeypatch, reported.place.opened(monkeypatch):
        with get_context("spawn").Pool(2) as pool:
            pool.map(ingest_month, FIRST.through(LAST), chunksize=1)
        departures = pd.read_sql_query(
            "SELECT pais, count(*) AS salidas FROM nucleo.colocaciones JOIN control.vigencias v USING (carga_id)"
            " WHERE canal = 'programa' AND v.periodo BETWEEN '2019-01' AND '2025-07' GROUP BY pais",
            warehouse(),
        )
        return reconcile(warehouse(), FIRST, LAST), departures


def test_2019_to_july_2025_by_country_is_the_published_15_995(
    reconciled: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    _, departures = reconciled
    assert dict(zip(departures["pais"], departures["salidas"], strict=True)) == BY_COUNTRY
    assert departures["salidas"].sum() == 15_995


def test_every_exact_published_figure_is_met_and_the_contradiction_of_2022_is_shown(
    reconciled: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    compared, _ = reconciled
    assert len(compared) == 23
    verdicts = dict(zip(compared["id"], compared["veredicto"], strict=True))
    others = {name: verdict for name, verdict in verdicts.items() if verdict != "igual"}
    assert others == {
        "MINTRAB-2022-ALL": "fuentes en conflicto",
        "MINTRAB-2022-US": "fuentes en conflicto",
        "MINTRAB-2022-CA": "fuentes en conflicto",
        "MINTRAB-2023-ALL": "redondeada",
    }
    difference = dict(zip(compared["id"], compared["diferencia"], strict=True))
    assert difference["MINTRAB-2022-US"] == difference["MINTRAB-2022-CA"] == 0
    assert difference["MINTRAB-2022-ALL"] == 10
