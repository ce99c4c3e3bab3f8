"""Tu Empleo and the programme's platform, from the simulated platforms through the gate into the core."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from personal_values import Wanted
from sqlalchemy import Engine, create_engine, inspect, text

from movilidad.demo import seeding, truth
from movilidad.demo.people import people
from movilidad.demo.server import serve
from movilidad.model.periods import Month
from movilidad.model.settings import get_settings
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.pseudonyms import pseudonym

MONTH = Month(2021, 6)
PLATFORM = "plataforma_de_prueba"
CODES = (
    *("carrera", "ocupacion", "experiencia", "idiomas"),
    *("sexo", "pueblo", "comunidad_linguistica", "municipio_origen", "departamento_origen"),
)


@dataclass(frozen=True)
class Ingested:
    """Both sources, in the core: the job bank's months and the programme's last one."""

    core: Engine
    folder: Path
    platform_url: str
    loads: dict[Month, str]
    programme: str

    def read(self, query: str, **parameters: object) -> pd.DataFrame:
        with self.core.connect() as connection:
            return pd.read_sql(text(query), connection, params=parameters)


@pytest.fixture
def ingested(warehouse: Engine, tmp_path: Path) -> Iterator[Ingested]:
    admin = create_engine(warehouse.url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {PLATFORM}"))
    url = warehouse.url.set(database=PLATFORM).render_as_string(hide_password=False)
    folder = tmp_path / "demo"
    try:
        seeding.seed(url, folder, until=MONTH)
        with serve(folder) as service:
            bank = Connection.model_validate(
                {"conn_type": "http", "password": service.token, "extra": {"url": service.url}}
            )
            loads = {month: ingest("tu_empleo", month, bank) for month in (MONTH.plus(-1), MONTH)}
        programme = Connection.model_validate(
            {
                "conn_type": "postgres",
                "host": warehouse.url.query["host"],
                "login": warehouse.url.username,
                "schema": PLATFORM,
            }
        )
        load = ingest("programa_trabajo_temporal", MONTH, programme)
        yield Ingested(warehouse, folder, url, loads, load)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {PLATFORM} WITH (FORCE)"))
        admin.dispose()


def test_registrations_and_their_figures_equal_the_truth(ingested: Ingested) -> None:
    for month, load in ingested.loads.items():
        core = ingested.read(
            "SELECT * FROM nucleo.inscripciones JOIN nucleo.personas USING (carga_id, persona_id)"
            " WHERE carga_id = :load ORDER BY inscripcion_id",
            load=load,
        )
        expected = truth.registrations(ingested.folder, month, after_cleaning=True).sort_values("clave")
        assert len(expected) > 500
        assert core["inscripcion_id"].tolist() == expected["clave"].tolist()
        assert core["persona_id"].nunique() == expected["aplicante"].nunique() == len(expected)
        assert core["interes"].tolist() == expected["interes"].tolist()
        for column in CODES:
            assert core[column].tolist() == expected[column].tolist(), column
            assert core[column].value_counts().to_dict() == expected[column].value_counts().to_dict()
        local = core["fecha"].dt.tz_convert("America/Guatemala").dt.tz_localize(None)
        assert local.tolist() == expected["momento"].tolist()


def test_extra_entries_and_only_they_are_in_quarantine(ingested: Ingested) -> None:
    found = ingested.read("SELECT clave, regla, motivo FROM control.cuarentena WHERE conjunto = 'inscripciones'")
    core = ingested.read("SELECT inscripcion_id FROM nucleo.inscripciones")
    reasons = " ".join(found["motivo"])
    for told in ("CUI falta", "clave de la inscripción aparece", "inscrita otra vez", "todavía no ha llegado"):
        assert told in reasons
    left = found[~found["motivo"].str.contains("clave de la inscripción aparece")]
    assert not set(left["clave"]) & set(core["inscripcion_id"])


def test_the_same_person_on_two_platforms_is_one_person(ingested: Ingested) -> None:
    registered = pd.concat([truth.registrations(ingested.folder, month) for month in ingested.loads])
    engine = create_engine(ingested.platform_url)
    with engine.connect() as connection:
        applied = pd.read_sql(
            text(
                "SELECT DISTINCT id_aplicante FROM solicitudes"
                " WHERE to_char(fecha_registro AT TIME ZONE 'America/Guatemala', 'YYYY-MM') = :month"
            ),
            connection,
            params={"month": str(MONTH)},
        )
    engine.dispose()
    both = registered[registered["aplicante"].isin(applied["id_aplicante"])]
    key = get_settings().pseudonym_key().root
    expected = {pseudonym(cui, key) for cui in both["cui"]}
    joined = ingested.read(
        "SELECT i.persona_id, i.fecha <= s.fecha AS antes, p.sexo AS sexo, q.sexo AS otro"
        " FROM nucleo.inscripciones i JOIN nucleo.solicitudes s USING (persona_id)"
        " JOIN nucleo.personas p ON p.carga_id = i.carga_id AND p.persona_id = i.persona_id"
        " JOIN nucleo.personas q ON q.carga_id = s.carga_id AND q.persona_id = i.persona_id"
        " WHERE s.carga_id = :load",
        load=ingested.programme,
    )
    assert len(expected) > 100
    assert set(joined["persona_id"]) == expected
    assert joined["antes"].mean() > 0.95
    stated = joined[(joined["sexo"] != "ND") & (joined["otro"] != "ND")]
    assert (stated["sexo"] == stated["otro"]).all()
    assert len(stated) > 0.9 * len(joined)


def test_no_cui_name_telephone_or_address_of_anybody_is_stored(ingested: Ingested) -> None:
    wanted = Wanted.of(people(ingested.platform_url, ingested.folder))
    stored = [
        ingested.read(f'SELECT * FROM {schema}."{table}"').to_csv()
        for schema in ("control", "nucleo")
        for table in inspect(ingested.core).get_table_names(schema=schema)
    ]
    snapshots = [path for path in get_settings().carpeta.rglob("*") if path.is_file()]
    stored += [_text(path) for path in snapshots]
    assert len(snapshots) >= 3
    assert [wanted.kinds_in(content) for content in stored] == [[] for _ in stored]
    # the search finds what is there: an entry of the bank as its service gives it
    someone = next(person for person in people(ingested.platform_url, ingested.folder) if person.nombre)
    assert wanted.kinds_in(f"{someone.nombre} {someone.cui}") == ["CUI", "nombre"]


def _text(path: Path) -> str:
    if path.suffix == ".parquet":
        return str(pd.read_parquet(path).to_csv())
    return path.read_text(encoding="utf-8", errors="replace")
