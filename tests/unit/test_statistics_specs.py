from pathlib import Path
from typing import Any

import pytest
import yaml

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.statistics.specs import load_specs

NINE = (
    *("pais", "sexo", "tipo_visa", "grupo_edad", "sector", "ocupacion", "pueblo", "banda_salarial"),
    "departamento_origen",
)


def test_the_commitment_s_nine_variables_are_told_for_every_period_in_persons_and_departures() -> None:
    specs = load_specs()
    for name in NINE:
        table = specs.cuadros[f"colocados_por_{name}"]
        assert (table.poblacion, table.dimensiones) == ("colocados", (name,))
        assert table.indicadores == ("colocados", "salidas")
        assert set(table.periodos) == {"mes", "acumulado", "cuatrimestre", "anio"}


def test_crossings_and_hierarchies_are_those_that_the_ministry_asks_for() -> None:
    specs = load_specs()
    accountability = {"capacitaciones", "denuncias", "denuncias_cerradas"}
    tables = [table for table in specs.cuadros.values() if table.poblacion not in accountability]
    crossings = {table.dimensiones for table in tables if table.cruce}
    assert crossings == {("pais", name) for name in NINE if name != "pais"} | {
        ("sexo", name) for name in ("grupo_edad", "pueblo", "sector", "departamento_origen")
    }
    assert {table.indicadores for table in tables if table.cruce} == {("colocados",)}
    assert {table.dimensiones for table in tables if table.jerarquia} == {
        *(("pueblo", "comunidad_linguistica"), ("departamento_origen", "municipio_origen")),
        *(("gran_grupo", "ocupacion"), ("seccion", "sector")),
    }


def test_training_and_complaints_are_counted_for_the_four_month_report_only() -> None:
    specs = load_specs()
    tables = [
        *specs.tables_of("capacitaciones"),
        *specs.tables_of("denuncias"),
        *specs.tables_of("denuncias_cerradas"),
    ]
    assert {table.periodos for table in tables} == {("cuatrimestre", "anio")}
    assert not {table.nombre for table in tables} & set(specs.of_kind("mes"))
    # certified and not certified are one table, so that their difference is protected with them
    assert {table.dimensiones[-1] for table in specs.tables_of("capacitaciones") if table.cruce} == {"resultado"}


def test_programme_and_private_recruiters_share_no_indicator() -> None:
    specs = load_specs()
    of = {name: set(specs.indicators_of(name)) for name in specs.poblaciones}
    assert of["colocados"] == {"colocados", "salidas"}
    assert of["reportados"] == {"trabajadores_reportados"}
    assert sum(len(found) for found in of.values()) == len(specs.indicadores)
    assert [name for name, found in specs.poblaciones.items() if found.publica] == ["reclutadores"]


def test_the_year_to_date_lies_beside_the_month() -> None:
    specs = load_specs()
    assert "colocados_por_pais_acumulado" in specs.of_kind("acumulado")
    assert "colocados_por_pais_sexo" in specs.of_kind("mes")
    assert "colocados_por_pais_sexo_acumulado" not in specs.of_kind("acumulado")
    assert specs.find("colocados_por_pais_acumulado") is specs.cuadros["colocados_por_pais"]
    assert specs.find("salarios_por_pais") is None
    assert specs.title("colocados_por_sexo_acumulado") == "Personas colocadas y salidas por sexo, de enero al mes"
    assert specs.title("aplicantes_por_grupo_edad") == "Personas aplicantes por grupo de edad a la solicitud"


def test_every_file_has_a_title_of_its_own() -> None:
    specs = load_specs()
    files = [*specs.of_kind("mes"), *specs.of_kind("acumulado")]
    assert len({specs.title(file) for file in files}) == len(files)


@pytest.mark.parametrize(
    ("dimension", "code", "counted"),
    [
        ("sector", "0113", "01"),
        ("sector", "A", "ND"),
        ("sector", "??", None),
        ("seccion", "0113", "A"),
        ("seccion", "5610", "I"),
        ("seccion", "56", "I"),
        ("gran_grupo", "9211", "9"),
        ("ocupacion", "9299", "92"),
        ("ocupacion", "99999", None),
        ("ocupacion", "ND", "ND"),
        ("sexo", "3", None),
    ],
)
def test_a_code_counts_at_the_level_of_its_dimension(dimension: str, code: str, counted: str | None) -> None:
    assert load_specs().dimensiones[dimension].counted_as(code) == counted


def test_a_dimension_knows_its_codes_in_order_and_their_labels() -> None:
    specs = load_specs()
    sector = specs.dimensiones["sector"]
    assert len(sector.codes) == 88
    assert sector.codes[:3] == ("01", "02", "03")
    assert sector.label("ND") == "No declarado o desconocido"
    assert specs.dimensiones["municipio_origen"].label("1333") == "Petatán"


SOME_TABLE = {
    "poblacion": "colocados",
    "dimensiones": ["sexo", "pueblo", "grupo_edad"],
    "indicadores": ["colocados"],
    "periodos": ["mes"],
}


def test_a_table_is_added_by_its_lines(tmp_path: Path) -> None:
    tree = yaml.safe_load(paths.TABLES.read_text(encoding="utf-8"))
    tree["cuadros"]["colocados_por_sexo_pueblo_grupo_edad"] = SOME_TABLE
    file = tmp_path / "cuadros.yml"
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    assert "colocados_por_sexo_pueblo_grupo_edad" in load_specs(file).of_kind("mes")


def _change(tree: dict[str, Any], place: list[str], value: object) -> None:
    for name in place[:-1]:
        tree = tree[name]
    tree[place[-1]] = value


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (["dimensiones", "sexo", "lista"], "sexoss", "no existe la lista de códigos «sexoss»"),
        (["dimensiones", "estatura"], {"titulo": "Estatura", "lista": "sexos"}, "tiene la columna «estatura»"),
        (["dimensiones", "sexo", "nivle"], 2, "dimensiones.sexo.nivle"),
        (["indicadores", "salidas", "unidad"], "viajes", "indicadores.salidas.unidad"),
        (["indicadores", "salidas", "poblacion"], "viajeros", "una población sin declarar"),
        (
            ["poblaciones", "retornados"],
            {"titulo": "Personas"},
            "no lee la población «retornados», sino: colocados",
        ),
        (["cuadros", "colocados_por_sexo", "dimensiones"], ["sexos"], "nombres sin declarar: sexos"),
        (["cuadros", "colocados_por_sexo", "poblacion"], "colocadas", "nombres sin declarar: colocadas"),
        (["cuadros", "colocados_por_sexo", "dimensiones"], ["sexo", "sexo"], "una repetición en «dimensiones»"),
        (["cuadros", "colocados_por_sexo", "dimensiones"], [*"abcd"], "colocados_por_sexo.dimensiones"),
        (["cuadros", "colocados_por_sexo", "jerarquia"], True, "una jerarquía necesita dos dimensiones"),
        (["cuadros", "colocados_por_sexo", "periodos"], ["semana"], "colocados_por_sexo.periodos"),
        (["cuadros", "colocados_por_sexo", "indicadores"], ["aplicantes"], "no tiene: aplicantes"),
        (["cuadros", "empleadores_por_pais", "dimensiones"], ["sexo"], "«empleadores_por_pais» no tiene: sexo"),
        (["cuadros", "por_sexo_acumulado"], SOME_TABLE, "no puede terminar en «_acumulado»"),
        (["dimensiones", "tipo_visa", "pertenece_a"], "continente", "no puede pertenecer a «continente»"),
        (["dimensiones", "sexo", "pertenece_a"], "pais", "no puede pertenecer a «pais»"),
        (["cuadros"], None, "cuadros"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(
    tmp_path: Path, place: list[str], value: object, said: str
) -> None:
    tree = yaml.safe_load(paths.TABLES.read_text(encoding="utf-8"))
    _change(tree, place, value)
    file = tmp_path / "cuadros.yml"
    file.write_text(yaml.safe_dump(tree), encoding="utf-8")
    with pytest.raises(UsageError) as error:
        load_specs(file)
    assert said in str(error.value)
    assert "cuadros.yml" in str(error.value).lower()


def test_a_file_that_is_not_yaml_or_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "roto.yml").write_text("dimensiones: [", encoding="utf-8")
    with pytest.raises(UsageError, match="no es YAML válido"):
        load_specs(tmp_path / "roto.yml")
    with pytest.raises(UsageError, match="no existe"):
        load_specs(tmp_path / "falta.yml")
