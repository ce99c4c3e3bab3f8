"""``movilidad disclosure audit`` on CSV files: what it says, and how it refuses what it cannot audit."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from movilidad import cli

GEURTS = """fila,columna,valor,estado_conf
1,a,,C
1,b,,C
1,Total,7,F
2,a,,C
2,b,,C
2,Total,3,F
3,a,3,F
3,b,3,F
3,Total,6,F
Total,a,9,F
Total,b,7,F
Total,Total,16,F
"""
EXPLAINED = """fila,columna,valor_real,contribuyentes,estado,regla
1,a,3,3,secundaria,
1,b,4,1,primaria,frecuencia_minima
2,a,3,3,secundaria,
2,b,0,0,secundaria,
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(["disclosure", "audit", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return name


def test_every_hidden_cell_is_printed_with_its_interval(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, write(folder, "t.csv", GEURTS), "--dims", "fila,columna")
    assert (code, err) == (0, "")
    assert "bien  columna a, fila 1: 3 a 6" in out
    assert out.splitlines()[-1] == "Bien: 4 celdas ocultas."


def test_a_narrow_cell_ends_in_1_and_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, write(folder, "t.csv", GEURTS), "--dims", "fila,columna", "--min-width", "4")
    assert code == 1
    assert "MAL   columna a, fila 1: 3 a 6" in out
    assert "lo publicado deja conocer demasiado" in out


def test_json_is_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, write(folder, "t.csv", GEURTS), "--dims", "fila,columna", "--json")
    content = json.loads(out)
    assert (code, content["correcta"], content["hallazgos"]) == (0, True, [])
    first = {"celda": {"columna": "a", "fila": "1"}, "minimo": 3, "maximo": 6, "suficiente": True}
    assert first in content["intervalos"]


def test_a_lone_contributor_is_tried_when_the_private_file_is_given(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [write(folder, "t.csv", GEURTS), "--dims", "columna,fila", "--explain"]
    code, out, _ = run(
        capsys, *arguments, write(folder, "e.csv", EXPLAINED.replace("1,a,3,3,secundaria", "1,a,3,3,primaria"))
    )
    assert code == 1  # a secret of one's own is enough to break «1, a», if that is worth protecting
    assert "quien está solo" in out
    assert run(capsys, *arguments, write(folder, "e.csv", EXPLAINED))[0] == 0


def test_a_contradiction_ends_in_1_without_intervals(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = write(folder, "t.csv", GEURTS.replace("Total,a,9,F", "Total,a,8,F"))
    code, out, _ = run(capsys, wrong, "--dims", "fila,columna")
    assert code == 1
    assert "se contradicen" in out
    assert " a 6" not in out


def ages(codes: Iterable[tuple[str, int]], more: str = "") -> str:
    return "edad,valor,estado_conf\n" + "".join(f"{code},{value},F\n" for code, value in codes) + more


OVERLAPPING = """code,parent
a,<20
a,<25
b,<25
b,20+
c,20+
c,25+
<20,
<25,
20+,Total
25+,Total
"""


def test_bands_that_overlap_are_audited_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hierarchy = ["--hierarchy", "edad=" + write(folder, "h.csv", OVERLAPPING)]
    one_way = write(folder, "u.csv", ages([("<20", 6), ("20+", 26), ("Total", 32)]))
    assert run(capsys, one_way, "--dims", "edad", *hierarchy)[0] == 0
    both = write(folder, "t.csv", ages([("<20", 6), ("20+", 26), ("<25", 7), ("25+", 25), ("Total", 32)]))
    code, out, _ = run(capsys, both, "--dims", "edad", *hierarchy)
    assert code == 1
    assert "un grupo demasiado pequeño" in out


TREE = "code,parent\n0101,01\n0102,01\n0201,02\n0202,02\n01,\n02,\n"
LEVELS = """lugar,valor,estado_conf
01,12,F
0101,,C
0102,,C
02,20,F
0201,9,F
0202,11,F
Total,32,F
"""


def test_levels_of_one_column_add_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = ["--hierarchy", "lugar=" + write(folder, "h.csv", TREE)]
    code, out, _ = run(capsys, write(folder, "t.csv", LEVELS), "--dims", "lugar", *tree)
    assert code == 0
    assert "bien  lugar 0101: 0 a 12" in out
    alone = write(folder, "u.csv", LEVELS.replace("0102,,C", "0102,9,F"))
    code, out, _ = run(capsys, alone, "--dims", "lugar", *tree)
    assert code == 1
    assert "MAL   lugar 0101: 3 a 3" in out


def test_linked_tables_are_audited_as_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = "a,b,c,valor,estado_conf\n"
    first = "x,p,Total,,C\nx,q,Total,,C\ny,p,Total,,C\ny,q,Total,,C\n"
    margins = (
        "x,Total,Total,9,F\ny,Total,Total,9,F\nTotal,p,Total,9,F\nTotal,q,Total,9,F\nTotal,Total,Total,18,F\n"
    )
    second = "Total,p,u,9,F\nTotal,q,v,9,F\nTotal,Total,u,9,F\nTotal,Total,v,9,F\n"
    third = "x,Total,u,4,F\nx,Total,v,5,F\ny,Total,u,5,F\ny,Total,v,4,F\n"
    file = write(folder, "t.csv", header + first + margins + second)
    assert run(capsys, file, "--dims", "a,b", "--dims", "b,c")[0] == 0
    file = write(folder, "t.csv", header + first + margins + second + third)
    code, out, _ = run(capsys, file, "--dims", "a,b", "--dims", "b,c", "--dims", "a,c")
    assert code == 1
    assert "MAL   a x, b p: 4 a 4" in out


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("fila,columna", "fila,col"), 2, "faltan columnas: columna"),
        (("estado_conf", "estado"), 2, "faltan columnas: estado_conf"),
        (("3,a,3,F", "3,a,3,F\n3,a,3,F"), 1, "hay celdas repetidas"),
        (("3,a,3,F", ",a,3,F"), 1, "hay códigos vacíos en «fila»"),
        (("3,a,3,F", "3,a,-3,F"), 1, "no son conteos"),
        (("3,a,3,F", "3,a,2.5,F"), 1, "no son conteos"),
        (("3,a,3,F", "3,a,tres,F"), 1, "no son conteos"),
        (("3,a,3,F", "3,a,inf,F"), 1, "no son conteos"),
        (("3,a,3,F", "3,a,,F"), 1, "las celdas ocultas, y solo ellas, van sin valor"),
        (("1,a,,C", "1,a,5,C"), 1, "las celdas ocultas, y solo ellas, van sin valor"),
        (("3,a,3,F", "3,a,3,X"), 1, "solo puede ser F o C"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str], code: int, said: str
) -> None:
    file = write(folder, "t.csv", GEURTS.replace(*change))
    ended, out, err = run(capsys, file, "--dims", "fila,columna")
    assert (ended, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("hierarchy", "code", "said"),
    [
        ("code,parent\n0101,01\n01,0101\n", 1, "da vueltas"),
        ("code,parent\n0101,01\n0201,02\n0202,02\n", 1, "códigos de «lugar» que su jerarquía no tiene"),
        ("code,parent\n0101,01\n0101,01\n", 1, "repite filas"),
        ("code,parent\n,01\n", 1, "sin código"),
        ("codigo,padre\n0101,01\n", 2, "faltan columnas: code, parent"),
    ],
)
def test_a_wrong_hierarchy_is_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], hierarchy: str, code: int, said: str
) -> None:
    file, tree = write(folder, "t.csv", LEVELS), write(folder, "h.csv", hierarchy)
    ended, out, err = run(capsys, file, "--dims", "lugar", "--hierarchy", f"lugar={tree}")
    assert (ended, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "falta DIMENSIONES"),
        (["--dims", "fila,,columna"], 2, "no es una lista de dimensiones"),
        (["--dims", "fila,fila"], 2, "no es una lista de dimensiones"),
        (["--dims", "fila,columna", "--hierarchy", "fila"], 2, "no es una jerarquía"),
        (["--dims", "fila,columna", "--hierarchy", "edad=h.csv"], 2, "ningún cuadro tiene la dimensión «edad»"),
        (["--dims", "fila", "--dims", "columna"], 1, "hay celdas que no son de ningún cuadro"),
        (["--dims", "fila,columna", "--hierarchy", "fila=no.csv"], 1, "no se pudo leer o escribir no.csv"),
        (["--dims", "fila,columna", "--value", "conteo"], 2, "faltan columnas: conteo"),
        (["--dims", "fila,columna", "--explain", "e.csv"], 1, "faltan celdas ocultas"),
        (["--dims", "fila,columna", "--min-width", "-1"], 2, "min_width"),
    ],
)
def test_wrong_use_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    write(folder, "h.csv", TREE)
    write(folder, "e.csv", EXPLAINED.replace("2,b,0,0,secundaria,\n", ""))
    ended, out, err = run(capsys, write(folder, "t.csv", GEURTS), *arguments)
    assert (ended, out) == (code, "")
    assert said in err
    assert err.count("\n") == 1
