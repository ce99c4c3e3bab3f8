"""The seeded platforms as a stranger finds them: published figures, seasons, contracts, faults; twice the same."""

import csv
import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, create_engine, text

from movilidad.demo import job_bank, layout, registrations, truth
from movilidad.demo.dirt import EXTRA_KINDS, KINDS
from movilidad.demo.people import people
from movilidad.demo.seeding import SEED, seed
from movilidad.demo.simulation import Simulation
from movilidad.model import paths
from movilidad.model.codelists import code_list
from movilidad.model.errors import UsageError
from movilidad.model.identifiers import CuiStatus, cui_status, normalise_cui
from movilidad.model.periods import Month
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection

# the one published figure that contradicts its own parts
CONTRADICTED = "MINTRAB-2022-ALL"
ALFA3 = {"US": "USA", "CA": "CAN", "ES": "ESP", "MX": "MEX", "IT": "ITA", "DE": "DEU"}
SHORT = Month(2020, 5)
TABLES = ("aplicantes", "solicitudes", "etapas", "empleadores", "colocaciones")


@dataclass(frozen=True)
class Platforms:
    url: str
    folder: Path
    engine: Engine

    def query(self, query: str) -> pd.DataFrame:
        with self.engine.connect() as connection:
            return pd.read_sql(text(query), connection)


@pytest.fixture(scope="module")
def databases(postgres_folder: str) -> Iterator[list[str]]:
    """URLs of empty databases; ask for one by ``pop``."""
    server = f"postgresql+psycopg2://postgres@/{{}}?host={postgres_folder}"
    admin = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    names = [f"demo_{uuid4().hex[:12]}" for _ in range(3)]
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    yield [server.format(name) for name in names]
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="module")
def platforms(databases: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platforms]:
    """All months at the default scale."""
    url, folder = databases.pop(), tmp_path_factory.mktemp("demo")
    seed(url, folder)
    engine = create_engine(url)
    yield Platforms(url, folder, engine)
    engine.dispose()


@pytest.fixture(scope="module")
def written(platforms: Platforms) -> pd.DataFrame:
    """All departures as the platform has them, with the person's CUI."""
    frame = platforms.query("SELECT c.*, a.cui FROM colocaciones c JOIN aplicantes a USING (id_aplicante)")
    frame["cui"] = frame["cui"].fillna("").map(normalise_cui)
    frame["estado_cui"] = frame["cui"].map(cui_status)
    frame["fecha_salida"] = pd.to_datetime(frame["fecha_salida"])
    frame["pais"] = frame["pais"].map(code_list("paises").resolve)
    return frame


@pytest.fixture(scope="module")
def kept(written: pd.DataFrame) -> pd.DataFrame:
    """What a plain cleaning keeps, made here without the truth: valid CUI, possible dates, each departure once."""
    dates = {name: pd.to_datetime(written[name]) for name in ("fecha_inicio", "fecha_fin", "fecha_retorno")}
    possible = dates["fecha_fin"] >= dates["fecha_inicio"]
    possible &= ~(dates["fecha_retorno"] < written["fecha_salida"])
    good = written[possible & (written["estado_cui"] == CuiStatus.OK)]
    return good.sort_values("id_colocacion").drop_duplicates(["cui", "id_empleador", "fecha_salida"])


def published() -> list[dict[str, str]]:
    with (paths.DATA / "cifras_publicadas.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["series"] == "MINTRAB programme"]
    return [row for row in rows if row["precision"] == "exact"]


def departures(kept: pd.DataFrame, first: str, last: str, country: str) -> int:
    inside = kept["fecha_salida"].between(first, last)
    return int((inside & ((country == "ALL") | (kept["pais"] == ALFA3.get(country)))).sum())


@pytest.mark.parametrize("row", published(), ids=lambda row: row["id"])
def test_departures_equal_every_published_figure(kept: pd.DataFrame, row: dict[str, str]) -> None:
    found = departures(kept, row["period_start"], row["period_end"], row["country_of_work"])
    # 2022: the published countries sum to 2,535, the published total says 2,525
    assert found == (2_535 if row["id"] == CONTRADICTED else int(row["value"]))


def test_departures_equal_the_other_figures_that_the_press_gives(kept: pd.DataFrame) -> None:
    assert departures(kept, "2019-01-01", "2025-06-30", "ALL") == 15_597
    assert departures(kept, "2025-07-01", "2025-07-31", "ALL") == 398
    assert departures(kept, "2025-01-01", "2025-07-31", "ALL") == 3_972
    assert departures(kept, "2025-01-01", "2025-07-31", "CA") == 337
    assert departures(kept, "2023-01-01", "2023-12-31", "ALL") == 4_493
    # the action plan says «more than 2,600» for the first half of 2023, the press 2,540 up to 20 June
    assert departures(kept, "2023-01-01", "2023-06-30", "ALL") == 2_640
    assert 2_450 < departures(kept, "2023-01-01", "2023-06-20", "ALL") < 2_640
    assert departures(kept, "2023-01-01", "2023-06-20", "IT") >= 3
    assert departures(kept, "2023-01-01", "2023-06-20", "DE") >= 1


def test_what_a_plain_cleaning_keeps_is_the_truth(kept: pd.DataFrame, platforms: Platforms) -> None:
    true = truth.departures(platforms.folder)
    assert sorted(kept["id_colocacion"]) == sorted(true["clave"])
    both = kept.merge(true, left_on="id_colocacion", right_on="clave", suffixes=("", "_verdad"))
    assert (both["pais"] == both["pais_verdad"]).all()
    assert (both["fecha_salida"].dt.date == pd.to_datetime(both["fecha_salida_verdad"]).dt.date).all()


def test_most_people_leave_from_march_to_august(kept: pd.DataFrame) -> None:
    of_2024 = kept[kept["fecha_salida"].dt.year == 2024]["fecha_salida"].dt.month
    assert 0.6 < of_2024.between(3, 8).mean() < 0.85


def test_nobody_departs_twice_in_a_month(platforms: Platforms) -> None:
    true = truth.departures(platforms.folder)
    assert not true.duplicated(["aplicante", "mes"]).any()
    assert true["aplicante"].nunique() < len(true) * 0.95


def test_about_half_are_women_in_2026_and_a_tenth_before(platforms: Platforms) -> None:
    true = truth.departures(platforms.folder)
    recent = true["mes"] >= "2026"
    women = true["sexo"] == "2"
    assert 0.45 < women[recent].mean() < 0.56
    assert 0.08 < women[~recent].mean() < 0.13
    assert true["edad"].between(18, 60).all()


def test_in_spain_one_contract_of_four_years_has_several_departures(kept: pd.DataFrame) -> None:
    spain = kept[kept["pais"] == "ESP"]
    contracts = spain.groupby("id_contrato")
    assert (contracts["cui"].nunique() == 1).all()
    assert (contracts.size() > 1).sum() > 50
    days = pd.to_datetime(spain["fecha_fin"]) - pd.to_datetime(spain["fecha_inicio"])
    assert (days.dt.days == 1461).all()
    inside = pd.to_datetime(spain["fecha_fin"]) >= spain["fecha_salida"]
    assert inside.all()
    gaps = spain.sort_values("fecha_salida").groupby("id_contrato")["fecha_salida"].diff().dropna()
    assert gaps.dt.days.min() > 200
    others = kept[kept["pais"] != "ESP"]
    assert not others["id_contrato"].duplicated().any()


def test_the_rehired_have_left_before_with_the_same_employer(kept: pd.DataFrame) -> None:
    in_order = kept.sort_values("fecha_salida")
    before = in_order.duplicated(["cui", "id_empleador"])
    again = in_order["recontratado"].astype(bool)
    assert again.sum() > 1_000
    assert before[again].all()
    assert not again[~before].any()


def test_wages_have_the_unit_and_currency_of_their_country(platforms: Platforms) -> None:
    true = truth.departures(platforms.folder)
    found = set(zip(true["pais"], true["moneda"], true["periodo_pago"], strict=True))
    assert found == {
        *(("USA", "USD", unit) for unit in ("hora", "mes", "quincena")),
        ("CAN", "CAD", "hora"), ("ESP", "EUR", "dia"), ("MEX", "MXN", "dia"), ("ITA", "EUR", "mes"),
        ("DEU", "EUR", "mes"),
    }  # fmt: skip
    hourly = true[(true["pais"] == "USA") & (true["periodo_pago"] == "hora")].groupby(true["mes"].str[:4])[
        "salario"
    ]
    assert hourly.median()["2026"] > hourly.median()["2021"] > 10


def test_every_departure_has_an_application_one_to_eight_months_before(platforms: Platforms) -> None:
    found = platforms.query(
        "SELECT c.fecha_inicio, s.fecha_registro, s.id_aplicante = c.id_aplicante AS propia FROM colocaciones c "
        "LEFT JOIN (SELECT DISTINCT ON (id_solicitud) * FROM solicitudes) s USING (id_solicitud) "
        "WHERE c.id_colocacion < 'DEMO-C-5'"
    )
    assert found["fecha_registro"].notna().all()
    applied = pd.to_datetime(found["fecha_registro"], utc=True).dt.tz_convert("America/Guatemala")
    start = pd.to_datetime(found["fecha_inicio"])
    months = (start.dt.year - applied.dt.year) * 12 + start.dt.month - applied.dt.month
    assert months.between(1, 8).all()
    assert found["propia"].all()


def test_there_are_about_ten_applications_per_place_in_six_stages(
    platforms: Platforms, kept: pd.DataFrame
) -> None:
    stages = platforms.query("SELECT etapa, count(*) AS n FROM etapas GROUP BY 1 ORDER BY 1").set_index("etapa")[
        "n"
    ]
    assert list(stages.index) == ["1", "2", "3", "4", "5", "6"]
    assert stages.is_monotonic_decreasing
    assert 9 < stages["1"] / len(kept) < 12.5
    late = platforms.query("SELECT count(*) AS n FROM etapas WHERE fecha_etapa >= '2026-11-01 00:00-06'")["n"][0]
    assert late == 0


def test_stages_come_one_after_the_other(platforms: Platforms) -> None:
    wrong = platforms.query(
        "SELECT count(*) AS n FROM etapas a JOIN etapas b USING (id_solicitud) "
        "WHERE a.etapa < b.etapa AND a.fecha_etapa > b.fecha_etapa AND id_solicitud < 'DEMO-S-00002'"
    )
    assert wrong["n"][0] == 0


def test_all_record_keys_say_that_they_are_a_demonstration(platforms: Platforms) -> None:
    for table in TABLES:
        keys = [name for name in platforms.query(f"SELECT * FROM {table} LIMIT 1") if name.startswith("id_")]
        for name in keys:
            real = platforms.query(
                f"SELECT count(*) AS n FROM {table} WHERE {name} IS NULL OR {name} NOT LIKE 'DEMO-%'"
            )
            assert real["n"][0] == 0


def test_every_kind_of_fault_is_there(platforms: Platforms, written: pd.DataFrame) -> None:
    faults = truth.read(platforms.folder, "suciedad")
    found = faults["tipo"].value_counts()
    assert set(found.index) == set(KINDS)
    # there are few courses
    assert found.pop("numero_imposible") >= 3
    assert found.min() >= 20
    told = faults[(faults["tabla"] == "colocaciones") & faults["tipo"].isin(EXTRA_KINDS)]["tipo"].value_counts()
    assert (written["estado_cui"] == CuiStatus.WRONG_CHECK_DIGIT).sum() == told["cui_digito_incorrecto"]
    assert (written["estado_cui"] == CuiStatus.EMPTY).sum() == told["sin_persona"]
    assert written["id_colocacion"].duplicated().sum() == told["duplicado_exacto"]
    once = written.drop_duplicates("id_colocacion")
    valid = once[once["estado_cui"] == CuiStatus.OK]
    assert valid.duplicated(["cui", "id_empleador", "fecha_salida"]).sum() == told["casi_duplicado"]


def test_faults_that_end_in_quarantine_are_under_five_percent_of_every_month(platforms: Platforms) -> None:
    bad = truth.read(platforms.folder, "suciedad")
    bad = bad[bad["tipo"].isin(EXTRA_KINDS)]
    months = "to_char(fecha_registro AT TIME ZONE 'America/Guatemala', 'YYYY-MM')"
    data = {
        "colocaciones": platforms.query(
            "SELECT id_colocacion AS k, to_char(fecha_salida, 'YYYY-MM') AS mes FROM colocaciones"
        ),
        "solicitudes": platforms.query(f"SELECT id_solicitud AS k, {months} AS mes FROM solicitudes"),
    }
    for table, frame in data.items():
        rows = frame.groupby("mes").size()
        wrong = frame.drop_duplicates("k")["k"].isin(bad[bad["tabla"] == table]["clave"])
        share = wrong.groupby(frame["mes"]).sum().reindex(rows.index, fill_value=0) / rows
        assert (share < 0.05).all()
        assert share.max() > 0.01
        assert (share[rows <= 20] == 0).all()


def test_the_truth_knows_what_no_cleaning_can_recover(platforms: Platforms) -> None:
    month = Month(2024, 4)
    true, expected = truth.departures(platforms.folder, month), truth.expected(platforms.folder, month)
    assert len(true) == len(expected) > 500
    assert 0 < (expected["pueblo"] == "ND").sum() < 40
    assert (true["pueblo"] != "ND").all()
    assert 0 < expected["salario"].isna().sum() < 60
    same = expected["pueblo"] != "ND"
    assert (expected["pueblo"][same] == true["pueblo"][same]).all()


def test_every_entry_of_a_person_is_listed_for_those_who_look_for_leaks(platforms: Platforms) -> None:
    listed = list(people(platforms.url, platforms.folder))
    counts = platforms.query(
        "SELECT count(*) AS n, count(correo) AS m FROM aplicantes WHERE correo IS NULL OR trim(correo) <> ''"
    )
    workers = truth.read(platforms.folder, "trabajadores")
    bank = layout.job_bank(platforms.folder)
    registered = sum(job_bank.count(bank, month) for month in registrations.months(bank))
    applicants = platforms.query("SELECT count(*) AS n FROM aplicantes")["n"][0]
    assert sum(person.nombre is not None for person in listed) == applicants + registered
    of_bank = listed[-registered:]
    assert 0.66 < sum(person.correo is not None for person in of_bank) / registered < 0.74
    assert sum(person.correo is not None for person in listed[:-registered]) == counts["m"][0]
    assert len({person.cui for person in listed if person.nombre is None}) >= len(workers)


def test_a_month_that_the_simulation_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="la simulación no llega a ese mes"):
        seed("postgresql+psycopg2://nadie@/nada", tmp_path, until=Month(2031, 1))
    with pytest.raises(UsageError, match="escala"):
        seed("postgresql+psycopg2://nadie@/nada", tmp_path, scale=0)


def test_a_database_with_tables_that_no_seeding_made_is_left_alone(database: Engine, tmp_path: Path) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE aplicantes AS SELECT 'A-1' AS id_aplicante"))
    url = database.url.render_as_string(hide_password=False)
    with pytest.raises(UsageError, match="no son de una plataforma simulada"):
        seed(url, tmp_path, until=SHORT)
    with database.connect() as connection:
        assert connection.scalar(text("SELECT id_aplicante FROM aplicantes")) == "A-1"


def test_the_project_s_own_ingestion_ends_in_the_truth(platforms: Platforms, warehouse: Engine) -> None:
    month = Month(2025, 7)
    connection = Connection.model_validate(
        {
            "conn_type": "postgres",
            "host": platforms.engine.url.query["host"],
            "login": platforms.engine.url.username,
            "schema": platforms.engine.url.database,
            "extra": {"demostracion": True},
        }
    )
    load = ingest("programa_trabajo_temporal", month, connection)
    with warehouse.connect() as core:
        departed = pd.read_sql(
            text(
                "SELECT * FROM nucleo.colocaciones JOIN nucleo.personas USING (carga_id, persona_id) "
                "WHERE carga_id = :c"
            ),
            core,
            params={"c": load},
        ).sort_values("colocacion_id")
        applied = core.execute(
            text("SELECT count(DISTINCT persona_id), count(*) FROM nucleo.solicitudes WHERE carga_id = :c"),
            {"c": load},
        ).one()
    expected = truth.expected(platforms.folder, month).sort_values("clave")
    assert departed["colocacion_id"].tolist() == expected["clave"].tolist()
    for column in (
        "pais",
        "tipo_visa",
        "subdivision",
        "sexo",
        "pueblo",
        "comunidad_linguistica",
        "municipio_origen",
    ):
        assert departed[column].tolist() == expected[column].tolist()
    of_applications = truth.read(platforms.folder, "solicitudes", month)
    assert tuple(applied) == (of_applications["aplicantes"][0], of_applications["solicitudes"][0])


# ---- determinism ------------------------------------------------------------------------------------------------


def content(url: str, folder: Path) -> dict[str, str]:
    """A hash of everything that a seeding gives out, by part."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table: str(
                connection.scalar(text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"))
            )
            for table in TABLES
        }
    engine.dispose()
    for file in truth.FILES[:1] + truth.FILES[2:]:
        found[file] = digest(truth.read(folder, file).to_csv())
    found["inscritos"] = digest(pd.read_parquet(layout.job_bank(folder)).to_csv())
    registry = sqlite3.connect(layout.registry(folder))
    found["registro"] = digest("\n".join(registry.iterdump()))
    registry.close()
    for book in sorted(layout.budget(folder).iterdir()):
        rows = openpyxl.load_workbook(book).active.iter_rows(values_only=True)
        found[book.name] = digest(str(list(rows)))
    return found


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


KILLED_SEEDING = """
import os, signal, sys
from pathlib import Path
from movilidad.demo.seeding import SEED, seed
from movilidad.demo.simulation import Simulation
from movilidad.model.periods import Month
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection

def report(sentence):
    if sentence.startswith(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

seed(sys.argv[1], Path(sys.argv[2]), until=Month.parse(sys.argv[3]), report=report)
"""


def test_two_seedings_are_equal_also_after_a_kill_and_a_third_does_nothing(
    databases: list[str], tmp_path: Path
) -> None:
    first, second = databases.pop(), databases.pop()
    here, there = tmp_path / "a", tmp_path / "b"
    seed(first, here, until=SHORT)
    for last_words in ("Plataforma simulada del programa: 2020", "Registro de reclutadores"):
        arguments = [sys.executable, "-c", KILLED_SEEDING, second, str(there), str(SHORT), last_words]
        assert subprocess.run(arguments, check=False, env=dict(os.environ)).returncode == -signal.SIGKILL
        assert not layout.marker(there).exists()
    seed(second, there, until=SHORT)
    assert content(first, here) == content(second, there)

    told: list[str] = []
    seed(second, there, until=SHORT, report=told.append)
    assert told == []
    seed(second, there, until=SHORT, seed=5, report=told.append)
    assert told
    assert content(first, here)["colocaciones"] != content(second, there)["colocaciones"]


def test_a_shorter_seeding_has_the_same_departures_in_its_months(platforms: Platforms) -> None:
    columns = ["clave", "aplicante", "pais", "municipio_origen", "salario", "fecha_salida"]
    whole = truth.departures(platforms.folder)
    parts = [
        pd.DataFrame(rows)
        for _, pieces in Simulation(SEED, 1, SHORT).pieces()
        for name, rows in pieces
        if name == "verdad.salidas"
    ]
    short = pd.concat(parts, ignore_index=True)
    same = whole[whole["mes"] <= str(SHORT)].reset_index(drop=True)
    assert len(short) == len(same) > 70
    for column in columns:
        assert short[column].astype(str).tolist() == same[column].astype(str).tolist()
