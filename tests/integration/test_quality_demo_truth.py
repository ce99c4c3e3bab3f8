"""The simulated programme through the gate, against the truth that the simulation keeps aside."""

from pathlib import Path

import pandas as pd
from sqlalchemy import Engine, create_engine, text

from movilidad.demo import layout, seeding
from movilidad.demo.dirt import EXTRA_KINDS
from movilidad.model.periods import Month
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection

MONTH = Month(2021, 6)


def test_good_records_stay_doubles_leave_and_only_what_was_lost_is_not_stated(
    warehouse: Engine, tmp_path: Path
) -> None:
    with create_engine(warehouse.url, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CREATE DATABASE plataforma_de_prueba"))
    try:
        seeding.seed(
            warehouse.url.set(database="plataforma_de_prueba").render_as_string(hide_password=False),
            tmp_path / "demo",
            until=MONTH,
        )
        carga_id = ingest("programa_trabajo_temporal", MONTH, platform(warehouse))
    finally:
        with create_engine(warehouse.url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("DROP DATABASE plataforma_de_prueba WITH (FORCE)"))
    truth = {
        name: pd.read_parquet(layout.truth(tmp_path / "demo") / f"{name}.parquet")
        for name in ("salidas", "solicitudes", "suciedad")
    }
    core = read(
        warehouse,
        "SELECT c.*, p.sexo, p.pueblo, p.comunidad_linguistica, p.nivel_educativo, p.municipio_origen,"
        " p.departamento_origen FROM nucleo.colocaciones c JOIN nucleo.personas p USING (carga_id, persona_id)"
        " WHERE carga_id = :carga_id",
        carga_id,
    )
    departures = truth["salidas"].query(f"mes == '{MONTH}'")
    assert len(departures) > 50
    assert sorted(core["colocacion_id"]) == sorted(departures["clave"])
    both = departures.merge(core, left_on="clave", right_on="colocacion_id", suffixes=("", "_nucleo"))
    for field in ("pais", "tipo_visa", "sexo", "pueblo", "comunidad_linguistica", "nivel_educativo"):
        agrees_but_for_the_lost(both, field, truth["suciedad"])
    agrees_but_for_the_lost(both, "municipio_origen", truth["suciedad"])
    assert (both["departamento_origen"] == both["departamento_origen_nucleo"]).all()

    applications = read(
        warehouse, "SELECT solicitud_id, persona_id FROM nucleo.solicitudes WHERE carga_id = :carga_id", carga_id
    )
    expected = truth["solicitudes"].query(f"mes == '{MONTH}'").iloc[0]
    assert (len(applications), applications["persona_id"].nunique()) == (
        expected["solicitudes"],
        expected["aplicantes"],
    )
    extra = truth["suciedad"].query("tipo in @kinds", local_dict={"kinds": EXTRA_KINDS})
    left = read(warehouse, "SELECT DISTINCT clave FROM control.cuarentena WHERE conjunto = 'colocaciones'")
    assert set(left["clave"]) <= set(extra["clave"]) | {""}


def agrees_but_for_the_lost(both: pd.DataFrame, field: str, dirt: pd.DataFrame) -> None:
    lost = dirt.query("perdido and campo == @field", local_dict={"field": field})["clave"]
    unknown = both["clave"].isin(lost) | both["aplicante"].isin(lost)
    found = both[f"{field}_nucleo"]
    assert (found[unknown] == "ND").all()
    assert (found[~unknown] == both.loc[~unknown, field]).all()


def platform(warehouse: Engine) -> Connection:
    return Connection.model_validate(
        {
            "conn_type": "postgres",
            "host": warehouse.url.query["host"],
            "login": warehouse.url.username,
            "schema": "plataforma_de_prueba",
        }
    )


def read(engine: Engine, query: str, carga_id: str | None = None) -> pd.DataFrame:
    with engine.connect() as connection:
        return pd.read_sql(text(query), connection, params={"carga_id": carga_id} if carga_id else None)
