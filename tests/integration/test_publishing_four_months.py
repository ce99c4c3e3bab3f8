"""The four-month release beside its months: made of the same records, and it says where figures differ."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from four_month_support import (
    C2,
    DEPARTURES,
    PUBLISHED,
    SECOND,
    Office,
    office,
    publish_four_months,
    publish_month,
    travel,
)
from publishing_support import NOON, PROGRAMME, contents, deliver, only, rows
from pypdf import PdfReader
from sqlalchemy import Engine, text
from test_publishing_open_data import (
    test_every_csv_is_what_its_csvw_description_says,
    test_every_json_stat_dataset_is_valid,
    test_the_catalogue_entry_conforms_to_the_shapes_of_dcat_ap,
    test_the_citation_file_is_valid,
    test_the_data_package_and_every_row_are_valid_for_frictionless,
    test_the_data_package_has_the_form_of_its_official_profile,
    test_the_read_me_names_every_kind_of_file,
    test_the_sdmx_data_are_of_their_structure,
    test_the_sdmx_structure_is_valid_for_the_official_schema,
)

from movilidad.model.errors import DataError, NotYetError, UsageError
from movilidad.model.periods import Month, Period
from movilidad.publishing import releases
from movilidad.publishing.candidate import Candidate
from movilidad.publishing.editions import edition_of
from movilidad.publishing.figures import published_figures
from movilidad.publishing.four_month_check import months_agree
from movilidad.publishing.manifest import read_manifest
from movilidad.publishing.tables_read import read_tables
from movilidad.publishing.verification import verify
from movilidad.publishing.year_before import beside_year_before
from movilidad.statistics.four_months import FourMonths

# the judges of the monthly open data judge these too
__all__ = [
    "test_every_csv_is_what_its_csvw_description_says",
    "test_every_json_stat_dataset_is_valid",
    "test_the_catalogue_entry_conforms_to_the_shapes_of_dcat_ap",
    "test_the_citation_file_is_valid",
    "test_the_data_package_and_every_row_are_valid_for_frictionless",
    "test_the_data_package_has_the_form_of_its_official_profile",
    "test_the_read_me_names_every_kind_of_file",
    "test_the_sdmx_data_are_of_their_structure",
    "test_the_sdmx_structure_is_valid_for_the_official_schema",
]


@pytest.fixture(scope="module")
def second(postgres_folder: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(postgres_folder, tmp_path_factory.mktemp("cuatrimestre")) as made:
        yield made


@pytest.fixture
def release(second: Office) -> Path:
    """For the validators, which judge a release of any series."""
    return second.release


def protected(office: Office) -> tuple[Candidate, FourMonths]:
    """What the release was made of and shows, as its stages left it."""
    candidate = Candidate.from_dict(read_manifest(office.release))
    (folder,) = office.publications.parent.glob(f"**/{candidate.candidate_id}/protegidos/cuadros")
    return candidate, FourMonths.load(folder)


def test_it_goes_the_way_of_every_release_and_every_check_passes(second: Office) -> None:
    assert (second.release.parent / "latest").resolve() == second.release.resolve()
    found = verify(C2)
    assert [each for each in found if not each.ok] == []
    assert len(found) == 8
    before = contents(second.release)
    assert releases.build("cuatrimestral", SECOND, PUBLISHED + timedelta(1)) == C2
    assert contents(publish_four_months(PUBLISHED + timedelta(2))) == before


def test_it_is_made_of_the_loads_of_its_monthly_releases(second: Office) -> None:
    manifest = read_manifest(second.release)
    assert manifest["partes"] == [f"mensual/{month}/r1" for month in SECOND.months]
    loads = {entry["carga_id"] for entry in manifest["entradas"]}
    for month in SECOND.months:
        monthly = read_manifest(second.publications / "mensual" / str(month) / "r1")
        assert {entry["carga_id"] for entry in monthly["entradas"]} < loads


def test_departures_add_up_over_the_months_and_persons_need_not(second: Office) -> None:
    folder, persons = second.release, DEPARTURES.values()
    trips = sum(departures + len(range(0, departures, 10)) for departures in persons)
    assert only(folder, "resumen", indicador="salidas")["valor"] == str(trips)
    assert only(folder, "resumen", indicador="colocados")["valor"] == str(max(persons))
    told = {
        (row["indicador"], row["concepto"]): row["valor"]
        for row in rows(folder, "conciliacion")
        if row["concepto"] != "mes"
    }
    assert told["salidas", "diferencia"] == "0"
    assert told["colocados", "suma_de_los_meses"] == str(sum(persons))
    assert told["colocados", "diferencia"] == str(max(persons) - sum(persons))
    months = rows(folder, "conciliacion", indicador="colocados", concepto="mes")
    assert [(row["periodo_cifra"], row["publicacion"], row["valor"]) for row in months] == [
        (str(month), f"mensual/{month}/r1", str(departures)) for month, departures in DEPARTURES.items()
    ]


def test_a_month_that_does_not_add_up_is_found(second: Office, tmp_path: Path) -> None:
    tables = read_tables(second.release)
    assert months_agree(tables).ok
    package = (second.release / "datapackage.json").read_bytes()
    (tmp_path / "datapackage.json").write_bytes(package)
    (tmp_path / "datos").mkdir()
    for file in second.release.glob("datos/*.csv"):
        (tmp_path / "datos" / file.name).write_bytes(file.read_bytes())
    file = tmp_path / "datos" / "conciliacion.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(salidas,mes,2026-05,[^,]*,salidas,)\d+", r"\g<1>65", text), encoding="utf-8")
    assert not months_agree(read_tables(tmp_path)).ok


def test_what_would_give_somebody_away_is_hidden_and_every_count_is_in_the_ledger(second: Office) -> None:
    with second.warehouse.connect() as connection:
        query = text("SELECT cuadro, celda::text, estado FROM control.celdas WHERE publicacion_id = :id")
        known = {(row.cuadro, row.celda): row.estado for row in connection.execute(query, {"id": C2})}
    assert known["denuncias_por_pais", '{"pais": "ESP"}'] == "primaria"
    spain = only(second.release, "denuncias_por_pais", pais="ESP")
    assert (spain["valor"], spain["estado_conf"]) == ("", "C")
    # of a goal of few persons only the aim is told
    few = {row["indicador"]: row["estado_conf"] for row in rows(second.release, "metas_fisicas", meta_fisica="M1")}
    assert few == {"meta": "F", "ejecutado": "C", "ejecutado_acumulado": "C", "avance": "C"}
    # from January on nothing is known here: that is missing, not confidential
    to_date = only(second.release, "presupuesto", renglon="Total", indicador="ejecucion_acumulada")
    assert (to_date["valor"], to_date["estado_obs"], to_date["estado_conf"]) == ("", "O", "F")


def test_figures_stand_beside_those_of_a_year_before_where_both_tell_them(second: Office) -> None:
    candidate, found = protected(second)
    sheets = edition_of("cuatrimestral").sheets(found, candidate)
    assert beside_year_before(sheets, "").empty
    # the release itself as its own base: every figure is there, and none has changed
    beside = beside_year_before(sheets, C2).set_index(["cuadro", "celda", "indicador"])
    shown = beside[~beside["oculta"] & beside["valor"].notna()]
    assert (shown["diferencia"] == 0).all()
    assert shown.loc["colocados_por_sexo", '{"sexo": "Total"}', "colocados"]["porcentaje"] == 0
    assert shown.loc["presupuesto", '{"renglon": "Total"}', "devengado"]["base"] == 800
    assert beside[beside["oculta"]]["diferencia"].isna().all()
    assert beside["oculta"].any()
    assert not any("Resto" in cell for _, cell, _ in beside.index)
    places = {tuple(place) for place in published_figures(second.release)}
    assert set(beside.index) < places
    with pytest.raises(DataError, match="faltan los archivos de cuatrimestral/2025-C2/r1"):
        beside_year_before(sheets, "cuatrimestral/2025-C2/r1")


def test_every_figure_of_the_report_is_in_the_csv_that_it_names(second: Office) -> None:
    candidate, found = protected(second)
    edition = edition_of("cuatrimestral")
    with second.warehouse.connect() as connection:
        context = edition.context(connection, candidate, found)
    (report,) = edition.reports(found, candidate.facts(()), context)
    printed = 0
    for table in (table for section in report.secciones for table in section.cuadros):
        file = second.release / table.datos
        cells = {cell for row in csv.reader(file.open(encoding="utf-8", newline="")) for cell in row}
        known = {float(cell) for cell in cells if re.fullmatch(r"-?\d+(\.\d+)?", cell)}
        for row in table.filas:
            for column, cell in zip(table.columnas, row.celdas, strict=True):
                derived = column.titulo in {"Revisiones", "Cambio"}  # counted or subtracted on the page
                if cell.valor is not None and not derived:
                    assert cell.valor in known, (table.titulo, row.titulo, column.titulo, cell)
                    printed += 1
    assert printed > 300
    headlines = {row["valor"] for row in rows(second.release, "resumen")}
    assert {float(cell) for cell in headlines if cell} >= {
        figure.cifra.valor for figure in report.cifras if figure.cifra.valor is not None
    }


def test_the_pdf_is_tagged_and_says_what_the_page_says(second: Office) -> None:
    pdf = second.release / "informe.pdf"
    with pikepdf.open(pdf) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("es")
    printed = " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    page = (second.release / "informe.html").read_text(encoding="utf-8")
    for words in (
        "Rendición de cuentas cuatrimestral",
        "mayo a agosto de 2026",
        "Cuatrimestre menos suma",
        "Hito 5: denuncias",
        "no se publicó una rendición de cuentas",
        "DATOS DE DEMOSTRACIÓN",
    ):
        assert words in printed, words
        assert words in page, words
    # a source's text is text
    assert "Curso &lt;b&gt;nuevo&lt;/b&gt;" in page
    assert "'=Revisión" in (second.release / "datos" / "acciones_lista.csv").read_text(encoding="utf-8")


def test_the_main_points_are_at_most_six_and_hold_figures(second: Office) -> None:
    page = (second.release / "informe.html").read_text(encoding="utf-8")
    points = re.findall(r"<li>(.*?)</li>", page[page.index('id="puntos"') : page.index('id="cifras"')], re.DOTALL)
    assert 3 <= len(points) <= 6
    assert all(re.search(r"\d", point) for point in points)
    assert "120 personas colocadas" in points[0]


def test_machines_read_the_frequency_and_the_four_months(second: Office) -> None:
    with (second.release / "sdmx" / "datos.csv").open(encoding="utf-8", newline="") as handle:
        keys = {(row["FREQ"], row["TIME_PERIOD"]) for row in csv.DictReader(handle)}
    assert keys == {("A_3", "2026-T2")}
    catalogue = (second.release / "metadatos" / "dcat.jsonld").read_text(encoding="utf-8")
    assert "frequency/ANNUAL_3" in catalogue
    assert "frequency/MONTHLY" not in catalogue
    found = json.loads((second.release / "metadatos" / "schema_org.jsonld").read_text(encoding="utf-8"))
    assert found["temporalCoverage"] == "2026-05-01/2026-08-31"
    assert {row["periodo"] for row in rows(second.release, "colocados_por_pais")} == {"2026-C2"}


@pytest.mark.parametrize(
    ("series", "period"),
    [("mensual", SECOND), ("cuatrimestral", Month(2026, 8)), ("cuatrimestral", Period.parse("2026"))],
)
def test_a_series_has_periods_of_its_own_kind(warehouse: Engine, series: str, period: Period) -> None:
    with pytest.raises(UsageError, match="no es un periodo de la serie"):
        releases.build(series, period, PUBLISHED)


def test_months_without_a_public_release_are_named_and_nothing_is_made(warehouse: Engine) -> None:
    with pytest.raises(NotYetError, match=r"mayo de 2026, junio de 2026, julio de 2026, agosto de 2026"):
        releases.build("cuatrimestral", SECOND, PUBLISHED)


def test_when_a_month_is_revised_the_four_months_are_revised_with_it(postgres_folder: str, tmp_path: Path) -> None:
    with office(postgres_folder, tmp_path, printed=False) as made:
        before = contents(made.release)
        # what arrives is of no four-month release before the month itself shows it
        july = Month(2026, 7)
        travel(made.warehouse, deliver(made.warehouse, PROGRAMME, "corregida", month=july), july, 90)
        assert releases.build("cuatrimestral", SECOND, PUBLISHED + timedelta(9)) == C2
        publish_month(july, days=50)
        reason = "Julio llevaba salidas de agosto"
        releases.explain("cuatrimestral/2026-C2", "correccion", reason, "Dirección de Estadística", NOON)
        folder = publish_four_months(PUBLISHED + timedelta(20))
        assert folder.name == "r2"
        assert contents(folder.parent / "r1") == before
        changed = only(folder, "cambios", cuadro="resumen", indicador="salidas")
        assert int(changed["antes"]) - int(changed["ahora"]) == 11
        revisions = rows(folder, "revisiones", indicador="salidas", periodo_cifra="2026-07")
        assert [(row["publicacion"], row["revision"]) for row in revisions] == [
            ("mensual/2026-07/r1", ""),
            ("mensual/2026-07/r2", "-11"),
        ]
        assert "nueva carga: " in (folder / "CAMBIOS.md").read_text(encoding="utf-8")
        assert [each for each in verify("cuatrimestral/2026-C2/r2") if not each.ok] == []
        page = (folder / "informe.html").read_text(encoding="utf-8")
        assert "Cifras que cambian en la revisión 2" in page
        assert f"Motivo: {reason}" in page
        assert "Aprobó: Dirección de Estadística" in page
        assert json.loads((folder / "manifest.json").read_text())["partes"][2] == "mensual/2026-07/r2"
