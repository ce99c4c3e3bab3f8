"""Actions, training, complaints and goals, from the simulated institutions through the gate into figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from accountability_support import SOURCES, value
from sqlalchemy import Engine, text

from movilidad.demo import actions, budget, complaints, layout, registry, training, truth
from movilidad.demo.jobs import load
from movilidad.demo.plan import departures
from movilidad.demo.seeding import SEED
from movilidad.demo.server import Service, serve
from movilidad.model.codelists import UNKNOWN
from movilidad.model.errors import DataError
from movilidad.model.periods import Month, Period
from movilidad.model.settings import get_settings
from movilidad.quality.ingestion import ingest
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import load_contract
from movilidad.statistics.accountability import compute_accountability
from movilidad.statistics.inputs import Load

FIRST = Period.parse("2026-C1")
MONTHS = FIRST.months
LAST = FIRST.last


@dataclass(frozen=True)
class Institutions:
    """What the institutions of the report serve, and how they are reached."""

    folder: Path
    service: Service
    core: Engine

    def connection(self, source: str) -> Connection:
        if source == "denuncias":
            extra = {"url": self.service.url}
            return Connection.model_validate({"conn_type": "http", "password": self.service.token, "extra": extra})
        name = "presupuesto" if source == "ejecucion_presupuestaria" else source
        return Connection.model_validate({"conn_type": "file", "extra": {"url": (self.folder / name).as_uri()}})

    def ingest(self, source: str, month: Month) -> str:
        return ingest(source, month, self.connection(source))

    def read(self, query: str, carga_id: str = "") -> pd.DataFrame:
        with self.core.connect() as connection:
            return pd.read_sql(text(query), connection, params={"carga_id": carga_id})

    def faults(self, table: str) -> pd.DataFrame:
        faults = truth.read(self.folder, "suciedad")
        return faults[faults["tabla"] == table]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("instituciones")
    for place in (layout.truth(folder), layout.training(folder), layout.actions(folder)):
        place.mkdir()
    with truth.writing(layout.truth(folder)) as true:
        registry.write(layout.registry(folder), load(SEED, 1), SEED, 1, LAST, true)
        training.write(layout.training(folder), [Month(2020, 1), *MONTHS], SEED, 1, true)
        actions.write(layout.actions(folder), LAST, SEED, true)
    budget.write(layout.budget(folder), [Month(2023, 12), *MONTHS], SEED)
    layout.token(folder).write_text("ficha-de-prueba", encoding="utf-8")
    return folder


@pytest.fixture
def institutions(folder: Path, warehouse: Engine) -> Iterator[Institutions]:
    with serve(folder) as service:
        yield Institutions(folder, service, warehouse)


def test_complaints_reach_the_core_as_they_are_and_nobody_who_complains_does(institutions: Institutions) -> None:
    carga = institutions.ingest("denuncias", LAST)
    core = institutions.read(
        "SELECT * FROM nucleo.denuncias WHERE carga_id = :carga_id ORDER BY denuncia_id", carga
    )
    true = complaints.register(SEED, 1, LAST)
    assert len(core) > 350
    assert core["denuncia_id"].tolist() == true["id"].tolist()
    faults = institutions.faults("denuncias")
    for field in ("canal", "clase", "pais", "estado"):
        lost = faults[(faults["campo"] == field) & faults["perdido"]]["clave"]
        expected = pd.Series(true[field]).mask(pd.Series(true["id"]).isin(lost), UNKNOWN)
        assert core[field].tolist() == expected.tolist(), field
    for field, column in (("fecha_recepcion", "recibida"), ("fecha_estado", "fecha_estado")):
        assert [day.isoformat() for day in core[field]] == true[column].tolist()
    left = institutions.read("SELECT clave, motivo FROM control.cuarentena WHERE conjunto = 'denuncias'")
    extra = faults[faults["tipo"].isin(["duplicado_exacto", "fecha_imposible"])]
    assert set(left["clave"]) == set(extra["clave"])
    assert set(left["motivo"]) == {
        "El número de la denuncia aparece en otra fila.",
        "El estado es de un día anterior a la denuncia.",
    }
    stored = [pd.read_parquet(file) for file in get_settings().carpeta.rglob("*.parquet")]
    assert stored
    for frame in (core, *stored):
        written = frame.to_csv()
        assert "Relato inventado" not in written
        assert not [name for name in true["denunciante"][:50] if name in written]


def test_courses_reach_the_core_with_their_numbers_and_impossible_ones_do_not(institutions: Institutions) -> None:
    seen = 0
    for month in MONTHS:
        carga = institutions.ingest("capacitaciones", month)
        core = institutions.read(
            "SELECT * FROM nucleo.capacitaciones WHERE carga_id = :carga_id ORDER BY capacitacion_id", carga
        )
        true = training.courses(month, SEED, 1)
        assert core["capacitacion_id"].tolist() == true["id"].tolist()
        assert core["curso"].tolist() == true["curso"].tolist()
        for field, column in (("inscritas_mujeres", "inscritos_m"), ("certificados_hombres", "certificados_h")):
            assert core[field].astype(str).tolist() == true[column].tolist()
        seen += len(core)
    assert seen > 30
    faults = institutions.faults("capacitaciones")
    left = institutions.read("SELECT clave, motivo FROM control.cuarentena WHERE conjunto = 'cursos'")
    extra = faults[faults["tipo"].isin(["duplicado_exacto", "numero_imposible"])]
    assert set(left["clave"]) == set(extra["clave"])
    assert "Se certificaron más hombres que los inscritos." in set(left["motivo"])
    lost = faults[(faults["campo"] == "municipio_curso") & faults["perdido"]]["clave"]
    places = institutions.read("SELECT capacitacion_id, municipio_curso FROM nucleo.capacitaciones")
    assert set(places[places["municipio_curso"] == UNKNOWN]["capacitacion_id"]) == set(lost)


def test_before_the_first_course_a_month_is_empty_and_later_it_may_not_be(
    institutions: Institutions, tmp_path: Path
) -> None:
    carga = institutions.ingest("capacitaciones", Month(2020, 1))
    assert institutions.read("SELECT * FROM nucleo.capacitaciones WHERE carga_id = :carga_id", carga).empty
    header = (layout.training(institutions.folder) / "capacitaciones_2020-01.csv").read_bytes()
    (tmp_path / "capacitaciones_2026-01.csv").write_bytes(header)
    connection = Connection.model_validate({"conn_type": "file", "extra": {"url": tmp_path.as_uri()}})
    with pytest.raises(DataError, match="no dio ninguna fila en enero de 2026"):
        ingest("capacitaciones", MONTHS[0], connection)


def test_actions_reach_the_core_and_one_that_counts_persons_does_not(institutions: Institutions) -> None:
    carga = institutions.ingest("acciones", LAST)
    core = institutions.read("SELECT * FROM nucleo.acciones WHERE carga_id = :carga_id ORDER BY accion_id", carga)
    true = actions.lines(LAST)
    assert core["accion_id"].tolist() == [line.key for line in true]
    assert core["hito"].tolist() == [line.milestone for line in true]
    assert core["estado"].tolist() == [line.state for line in true]
    assert core["fecha_fin"].tolist() == [line.ends for line in true]
    assert set(core["hito"]) == {"1", "2", "3", "4", "5"}
    left = institutions.read("SELECT clave, motivo FROM control.cuarentena WHERE conjunto = 'acciones'")
    told = " ".join(left["motivo"])
    assert "Las personas no se cuentan en este libro." in told
    assert "aparece en otra fila" in told
    assert not (set(left["clave"]) & set(core["accion_id"])) - set(
        left[left["motivo"].str.contains("otra")]["clave"]
    )


def test_goals_come_with_the_budget_since_2024_and_an_older_workbook_is_still_read(
    institutions: Institutions,
) -> None:
    old = institutions.ingest("ejecucion_presupuestaria", Month(2023, 12))
    query = "SELECT * FROM nucleo.{} WHERE carga_id = :carga_id"
    assert len(institutions.read(query.format("ejecucion_presupuestaria"), old)) == 10
    assert institutions.read(query.format("metas_fisicas"), old).empty
    new = institutions.ingest("ejecucion_presupuestaria", MONTHS[0])
    goals = institutions.read(query.format("metas_fisicas"), new)
    assert goals["unidad"].tolist() == ["salidas", "personas", "documentos", "eventos"]
    trips = int(departures(1)[MONTHS[0]].sum())
    assert goals.set_index("unidad")["ejecutado"]["salidas"] == trips
    assert not institutions.read("SELECT * FROM control.cuarentena").shape[0]


def test_a_workbook_without_its_sheet_of_goals_stops_and_says_so(
    institutions: Institutions, tmp_path: Path
) -> None:
    name = f"ejecucion_presupuestaria_{MONTHS[0]}.xlsx"
    book = openpyxl.load_workbook(layout.budget(institutions.folder) / name)
    del book["Metas físicas"]
    book.save(tmp_path / name)
    connection = Connection.model_validate({"conn_type": "file", "extra": {"url": tmp_path.as_uri()}})
    with pytest.raises(DataError, match="falta la hoja «Metas físicas»") as error:
        ingest("ejecucion_presupuestaria", MONTHS[0], connection)
    assert "presupuesto@mintrab.example" in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda content: content.replace(b"EVENTO;", b"NUMERO;"), "falta la columna «EVENTO»"),
        (lambda content: content.replace(b";", b","), "separador"),
        (lambda content: content.decode("cp1252").encode("utf-16"), "UTF-16"),
        (lambda content: content[:-40], "el archivo está cortado"),
    ],
)
def test_a_file_of_courses_of_another_shape_stops_with_the_reason(
    institutions: Institutions, tmp_path: Path, change: object, told: str
) -> None:
    name = f"capacitaciones_{MONTHS[0]}.csv"
    content = (layout.training(institutions.folder) / name).read_bytes()
    (tmp_path / name).write_bytes(change(content))  # type: ignore[operator]
    connection = Connection.model_validate({"conn_type": "file", "extra": {"url": tmp_path.as_uri()}})
    with pytest.raises(DataError, match=told) as error:
        ingest("capacitaciones", MONTHS[0], connection)
    assert "sinafol@intecap.example" in str(error.value)


def test_too_many_bad_rows_stop_the_source(institutions: Institutions, tmp_path: Path) -> None:
    name = f"capacitaciones_{MONTHS[0]}.csv"
    lines = (layout.training(institutions.folder) / name).read_text("cp1252").split("\r\n")
    # INTECAP swapped the columns of enrolled and certified men
    swapped = [
        lines[0]
        .replace("INSCRITOS_H", "X")
        .replace("CERTIFICADOS_H", "INSCRITOS_H")
        .replace("X", "CERTIFICADOS_H")
    ]
    (tmp_path / name).write_text("\r\n".join([*swapped, *lines[1:]]), encoding="cp1252")
    connection = Connection.model_validate({"conn_type": "file", "extra": {"url": tmp_path.as_uri()}})
    with pytest.raises(DataError, match=r"en cuarentena .* más del máximo"):
        ingest("capacitaciones", MONTHS[0], connection)


def test_four_months_become_figures_that_equal_the_truth(institutions: Institutions) -> None:
    loads = {
        month: [Load(source, institutions.ingest(source, month), "", True) for source in SOURCES]
        for month in MONTHS
    }
    found = compute_accountability(institutions.core, FIRST, loads)
    courses = [training.courses(month, SEED, 1) for month in MONTHS]
    women = sum(int(number) for rows in courses for number in rows["inscritos_m"])
    passed = sum(int(number) for rows in courses for number in rows["certificados_m"])
    by_sex = found.cuadros.cuadros["capacitaciones_por_sexo_resultado"]
    assert value(by_sex, sexo="2", resultado="Total") == women
    assert value(by_sex, sexo="2", resultado="certificada") == passed
    register = pd.DataFrame(complaints.register(SEED, 1, LAST))
    inside = register[register["recibida"].between("2026-01-01", "2026-04-30")]
    by_state = found.cuadros.cuadros["denuncias_por_estado_denuncia"]
    assert value(by_state, estado_denuncia="Total") == len(inside) > 30
    assert value(by_state, estado_denuncia="en_tramite") == (inside["estado"] == "en_tramite").sum()
    closed = register[register["fecha_estado"].between("2026-01-01", "2026-04-30")]
    closed = closed[closed["estado"].isin(["resuelta", "desestimada"])]
    took = (pd.to_datetime(closed["fecha_estado"]) - pd.to_datetime(closed["recibida"])).dt.days
    assert value(found.plazos, clase_denuncia="Total") == took.median()
    assert value(found.metas, meta_id="DEMO-001-001", indicador="ejecutado") == sum(
        int(departures(1)[month].sum()) for month in MONTHS
    )
    assert value(found.acciones, hito="2", estado_accion="completada") == 4
    assert value(found.presupuesto, renglon="Total", indicador="devengado_acumulado") == value(
        found.presupuesto, renglon="Total", indicador="devengado"
    )
    assert 0 < value(found.presupuesto, renglon="Total", indicador="ejecucion_periodo") < 40
    assert load_contract("acciones").alcance == load_contract("denuncias").alcance == "historia"
