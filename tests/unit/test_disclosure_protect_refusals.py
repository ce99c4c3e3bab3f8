"""What ``disclosure protect`` refuses: each time one line that says what is wrong."""

from pathlib import Path

import pytest
from protect_support import protect, write

from movilidad import cli
from movilidad.disclosure import file_protection
from movilidad.disclosure.suppression import Infeasible

GOOD = [("x", "y", "5"), ("x", "z", "7")]
TREE = [("y", "p"), ("z", "p")]


@pytest.mark.parametrize(
    ("rows", "tree", "options", "code", "said"),
    [
        (GOOD, TREE, "--dims a,c --value v", 2, "no tiene la columna «c»"),
        (GOOD, TREE, "--dims a,b --value n", 2, "no tiene la columna «n»"),
        (GOOD, TREE, "--dims a,a --value v", 2, "vacía o repetida"),
        (GOOD, TREE, "--dims a, --value v", 2, "vacía o repetida"),
        (GOOD, TREE, "--dims a,v --value v", 2, "«v» no puede ser una dimensión"),
        (GOOD, TREE, "--dims a,b --value v --min-frequency 0", 2, "no vale"),
        (GOOD, TREE, "--dims a --value v --hierarchy b={tree}", 2, "no está en --dims"),
        (GOOD, TREE, "--dims a,b --value v --hierarchy {tree}", 2, "una jerarquía no se entiende"),
        (GOOD, TREE, "--dims a,b --value v --hierarchy b={tree} --hierarchy b={tree}", 2, "dos jerarquías"),
        ([*GOOD, ("", "y", "1")], TREE, "--dims a,b --value v", 1, "«a» tiene códigos vacíos (1 fila)"),
        ([*GOOD, ("u",)], TREE, "--dims a,b --value v", 1, "«b» tiene códigos vacíos (1 fila)"),
        ([*GOOD, ("u", "y", "-1")], TREE, "--dims a,b --value v", 1, "cuentas negativas (1 fila)"),
        ([*GOOD, ("u", "y", "1.5")], TREE, "--dims a,b --value v", 1, "cuentas con fracciones (1 fila)"),
        ([*GOOD, ("u", "y", "1,012")], TREE, "--dims a,b --value v", 1, "celdas sin número (1 fila)"),
        ([*GOOD, ("u", "y", "")], TREE, "--dims a,b --value v", 1, "celdas sin número (1 fila)"),
        ([*GOOD, ("u", "y", "inf")], TREE, "--dims a,b --value v", 1, "celdas sin número (1 fila)"),
        ([*GOOD, ("u", "y", "1e17")], TREE, "--dims a,b --value v", 1, "demasiado grandes (1 fila)"),
        ([*GOOD, ("x", "y", "5")], TREE, "--dims a,b --value v", 1, "celdas repetidas (1 fila)"),
        (GOOD, TREE, "--dims a --value v", 1, "celdas repetidas (1 fila)"),
        (
            [*GOOD, ("x", "Total", "13")],
            TREE,
            "--dims a,b --value v",
            1,
            "no son la suma de sus celdas: a=x",
        ),
        ([*GOOD, ("u", "Total", "1")], TREE, "--dims a,b --value v", 1, "a=u, b=Total (1 fila)"),
        ([*GOOD, ("Total", "Total", "11")], TREE, "--dims a,b --value v", 1, "a=Total, b=Total (1 fila)"),
        ([*GOOD, ("x", "p", "13")], TREE, "--dims a,b --value v --hierarchy b={tree}", 1, "a=x, b=p (1 fila)"),
        ([("x", "Total", "13")], TREE, "--dims a,b --value v", 1, "solo tiene márgenes"),
        ([*GOOD, ("x", "Total", "")], TREE, "--dims a,b", 1, "suma de otros (1 fila)"),
        ([("x", "p", "")], TREE, "--dims a,b --hierarchy b={tree}", 1, "suma de otros (1 fila)"),
        (GOOD, [("y", "p")], "--dims a,b --value v --hierarchy b={tree}", 1, "no tiene el código «z»"),
        (GOOD, [*TREE, ("p", "q"), ("q", "p")], "--dims a,b --value v --hierarchy b={tree}", 1, "da vueltas"),
        (GOOD, [*TREE, ("p", "p")], "--dims a,b --value v --hierarchy b={tree}", 1, "da vueltas"),
        (GOOD, [("", "p")], "--dims a,b --value v --hierarchy b={tree}", 1, "líneas sin código"),
        ([], TREE, "--dims a,b --value v", 1, "no tiene filas"),
        ([("x", "y", "5", "9")], TREE, "--dims a,b --value v", 1, "más columnas que otras"),
    ],
)
def test_wrong_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list, tree: list, options: str, code: int, said: str
) -> None:
    write(tmp_path / "datos.csv", "a,b,v", rows)
    write(tmp_path / "tree.csv", "code,parent", tree)
    assert protect(tmp_path, *options.format(tree=tmp_path / "tree.csv").split()) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1
    assert said in told.err
    assert not (tmp_path / "salida.csv").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "el archivo está vacío"),
        ("a,v\nEspaña,5\n".encode("latin-1"), "no está en UTF-8"),
        (b"a,a,v\nx,y,5\n", "«a» está dos veces"),
        (b"a,v,contribuyentes\nx,5,0\n", "con valor y sin contribuyentes"),
        (b"a,v,contribuyentes\nx,5,2\nTotal,5,3\n", "no son la suma de sus celdas: a=Total"),
    ],
)
def test_a_file_that_is_no_table_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    (tmp_path / "datos.csv").write_bytes(content)
    assert protect(tmp_path, "--dims", "a", "--value", "v") == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert said in told


def test_a_hierarchy_needs_its_header(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "datos.csv", "a,v", [("x", 5)])
    write(tmp_path / "tree.csv", "x,y", [("x", "y")])
    assert protect(tmp_path, "--dims", "a", "--value", "v", "--hierarchy", f"a={tmp_path / 'tree.csv'}") == 1
    assert "columnas code,parent" in capsys.readouterr().err


def test_the_data_are_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = str(write(tmp_path / "datos.csv", "a,v", [("x", 5)]))
    assert cli.run(["disclosure", "protect", data, "--dims", "a", "--value", "v", "-o", data]) == 2
    assert "archivos distintos" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert protect(tmp_path, "--dims", "a") == 1
    assert "no se pudo leer" in capsys.readouterr().err


def test_what_cannot_be_protected_says_which_rule_and_what_to_widen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise Infeasible([1, 2])

    monkeypatch.setattr(file_protection, "suppress", fail)
    write(tmp_path / "datos.csv", "a,v", [("x", 1), ("y", 2)])
    assert protect(tmp_path, "--dims", "a", "--value", "v", "--min-width", 7) == 1
    told = capsys.readouterr().err
    assert "el ancho mínimo 7 (--min-width) no se alcanza en 2 celdas de a" in told
    assert "use categorías más amplias en esas dimensiones" in told
