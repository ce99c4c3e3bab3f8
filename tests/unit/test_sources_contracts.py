"""Contracts: every key is checked, and what is wrong is told to a person."""

from pathlib import Path

import pytest
from sources_support import contract

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.model.periods import Month
from movilidad.sources.contracts import contract_names, load_contract, read_contract, sources_of

GOOD = (paths.CONTRACTS / "ejecucion_presupuestaria.yml").read_text(encoding="utf-8")


def changed(folder: Path, old: str, new: str) -> str:
    """The message for the budget contract with one change."""
    assert old in GOOD
    file = folder / "ejecucion_presupuestaria.yml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_contract(file)
    return str(caught.value)


@pytest.mark.parametrize("name", contract_names())
def test_every_contract_of_the_product_is_valid(name: str) -> None:
    assert load_contract(name).fuente == name


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("conector: archivo", "conector: correo", "en «conector», se espera 'sql', 'rest', 'archivo' o 'soap'"),
        (
            "conexion: ejecucion",
            "conexon: ejecucion",
            "en «conexion», falta esta clave; en «conexon», no existe esta clave (línea 8)",
        ),
        ("maximo_cuarentena: 0", "maximo_cuarentena: 7", "en «maximo_cuarentena», se espera 1"),
        ("maximo_cuarentena: 0", "maximo_cuarentena: mucha", "en «maximo_cuarentena», se espera un número"),
        ('"45 6 5 * *"', '"45 6"', "«calendario» lleva cinco partes"),
        ("archivo: ", "fichero: ", "a la lectura de «renglones» le falta: archivo"),
        ("encabezado: 4", "cabecera: 4", "la lectura de «renglones» no conoce: cabecera"),
        ("clave: [documento", "clave: [documneto", "campos sin columna: documneto"),
        (
            "tipo: mes",
            "tipo: codigo",
            "conjuntos.renglones.columnas.periodo», una columna de tipo «codigo» necesita",
        ),
        ("tipo: mes", "tipo: codigo, lista: meses", "no existe la lista de códigos «meses»"),
        ("tipo: mes", "tipo: texto, clase: identificador", "solo ellas, son de clase «identificador»"),
        ("origen: Pagado", "origen: Devengado", "dos columnas con el mismo origen: Devengado"),
        ("      pagado:", "      Pagado Neto:", "use minúsculas sin tildes"),
        ("suite: ejec", "suite: otra\nsuite: ejec", "no es YAML válido en la línea 10: clave repetida: suite"),
        ("[documento, renglon]", "[documento, renglon", "no es YAML válido en la línea"),
        ("alcance: mes", "alcance: mes\ninformes: [semanal]", "se espera 'mensual' o 'cuatrimestral'"),
        ("alcance: mes", "alcance: mes\ninformes: []", "en «informes», no puede estar vacío"),
        ("desde: 2024-01", "desde: enero", "«enero» no es un mes"),
        ("fuente: ejec", "fuente: sejec", "el contrato dice fuente «sejecucion_presupuestaria»"),
        ("suite: ejec", "? [suite]\n: ejec", "en la línea 9: una clave es una sola palabra o un texto"),
        ("desde: 2024-01", "desde: 2024-13-01", "no es un valor que se pueda leer"),
        ("alcance: mes", "alcance: !!bool mes", "en la línea 10: no es un valor que se pueda leer"),
        ("alcance: mes", "alcance: " + "[" * 5000, "demasiados niveles, uno dentro de otro"),
        ("encabezado: 4", "encabezado: 0", "en la lectura de «renglones», «encabezado» lleva un número, desde 1"),
        ("encabezado: 4", "encabezado: cuatro", "«encabezado» lleva un número, desde 1"),
        ("hoja: Ejecución", "hoja: 2026", "«hoja» lleva un texto (¿faltan comillas?)"),
        ("hoja: Ejecución", 'separador: ";;"', "«separador» lleva un solo signo"),
    ],
)
def test_a_wrong_contract_says_where_and_what(tmp_path: Path, old: str, new: str, told: str) -> None:
    message = changed(tmp_path, old, new)
    assert told in message
    assert "Fuente ejecucion_presupuestaria, ejecucion_presupuestaria.yml" in message
    assert "docs/contratos.md" in message


def test_a_reference_to_a_field_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match=r"se refiere a campos que no existen: otros\.nada"):
        contract("archivo", {"archivo": "a.csv"}, referencias={"clave": "otros.nada"})


@pytest.mark.parametrize("value", [None, [], {"a": []}, {"a": None}])
def test_the_parameters_of_a_service_are_names_with_values(value: object) -> None:
    with pytest.raises(ValueError, match="«parametros» lleva un grupo de claves, cada una con un valor"):
        contract("rest", {"recurso": "/filas", "parametros": value})


def test_a_missing_query_file_is_told(tmp_path: Path) -> None:
    text = (paths.CONTRACTS / "programa_trabajo_temporal.yml").read_text(encoding="utf-8")
    file = tmp_path / "programa_trabajo_temporal.yml"
    file.write_text(text.replace("consulta: personas", "consulta: gente"), encoding="utf-8")
    with pytest.raises(UsageError, match="falta el archivo de la consulta «gente»"):
        read_contract(file)


def test_an_unknown_source_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="tipo_cambio_banguat"):
        load_contract("nada")


def test_the_hash_follows_contract_and_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = tmp_path / "extraccion" / "fuente_prueba"
    queries.mkdir(parents=True)
    (queries / "filas.sql").write_text("SELECT 1")
    monkeypatch.setattr(paths, "SQL", tmp_path)
    first = contract("sql", {"consulta": "filas"})
    assert first.sha256() == contract("sql", {"consulta": "filas"}).sha256()
    assert first.sha256() != contract("sql", {"consulta": "filas"}, minimo_filas=2).sha256()
    before = first.sha256()
    (queries / "filas.sql").write_text("SELECT 2")
    assert first.sha256() != before


def test_a_source_is_needed_by_all_reports_unless_its_contract_names_some() -> None:
    assert load_contract("tu_empleo").informes == ("mensual", "cuatrimestral")
    assert set(contract_names()) == set(sources_of("cuatrimestral"))
    assert set(contract_names()) - set(sources_of("mensual")) == {"acciones", "capacitaciones", "denuncias"}


def test_what_a_contract_does_not_say_leaves_its_hash_as_it_was() -> None:
    plain = contract("archivo", {"archivo": "a.csv"})
    assert plain.sha256() == contract("archivo", {"archivo": "a.csv"}, desde=None).sha256()
    assert plain.sha256() != contract("archivo", {"archivo": "a.csv"}, desde="2024-01").sha256()


def test_a_data_set_that_began_later_is_not_expected_before() -> None:
    dataset = load_contract("ejecucion_presupuestaria").conjuntos["metas"]
    assert not dataset.is_given(Month(2023, 12))
    assert dataset.least_rows(Month(2023, 12)) == 0
    assert dataset.is_given(Month(2024, 1))
    assert dataset.least_rows(Month(2024, 1)) == 1
