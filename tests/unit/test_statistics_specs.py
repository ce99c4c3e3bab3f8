from pathlib import Path
from typing import Any

import pytest
import yaml

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.statistics.specs import load_specs


def test_the_commitment_s_breakdowns_are_all_declared() -> None:
    specs = load_specs()
    one_way = {table.dimensiones[0] for table in specs.cuadros.values() if not table.jerarquia}
    assert one_way >= {
        *("pais", "sexo", "tipo_visa", "grupo_edad", "sector", "ocupacion", "pueblo", "banda_salarial"),
        "departamento_origen",
    }
    assert {table.dimensiones for table in specs.cuadros.values() if table.jerarquia} == {
        ("pueblo", "comunidad_linguistica"),
        ("departamento_origen", "municipio_origen"),
    }


def test_a_dimension_knows_its_codes_in_order_and_their_labels() -> None:
    specs = load_specs()
    sector = specs.dimensiones["sector"]
    assert len(sector.codes) == 88
    assert sector.codes[:3] == ("01", "02", "03")
    assert sector.label("ND") == "No declarado o desconocido"
    assert specs.dimensiones["municipio_origen"].label("1333") == "Petatán"


def _change(tree: dict[str, Any], place: list[str], value: object) -> None:
    for name in place[:-1]:
        tree = tree[name]
    tree[place[-1]] = value


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (["dimensiones", "sexo", "lista"], "sexoss", "no existe la lista de códigos «sexoss»"),
        (["dimensiones", "estatura"], {"titulo": "Estatura", "lista": "sexos"}, "no tiene la columna «estatura»"),
        (["dimensiones", "sexo", "nivle"], 2, "dimensiones.sexo.nivle"),
        (["indicadores", "salidas", "unidad"], "viajes", "indicadores.salidas.unidad"),
        (["cuadros", "colocados_por_sexo", "dimensiones"], ["sexos"], "nombres sin declarar: sexos"),
        (["cuadros", "colocados_por_sexo", "dimensiones"], ["sexo", "pais"], "jerarquia: true"),
        (["cuadros", "colocados_por_sexo", "jerarquia"], True, "jerarquia: true"),
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
