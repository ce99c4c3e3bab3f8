"""``disclosure protect`` on anyone's CSV: what it hides and what it writes."""

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
from disclosure_attack import Attacker
from protect_support import protect, read, write

CASE_2 = {
    "w": [30, 47, 64, 89],
    "x": [90, 124, 5, 31],
    "y": [92, 100, 59, 85],
    "z": [800, 991, 651, 685],
}
RISKY = {(line[0], line[1]) for line in ["wa", "wb", "wc", "xa", "xc", "yb", "yd", "zb", "zd"]}


def case_2(margin_a: int, margin_c: int) -> list[tuple[str, str, int, int]]:
    """The cells and margins with few contributors in the risky cells."""
    inner = [
        (row, column, value, 2 if (row, column) in RISKY else value)
        for row, values in CASE_2.items()
        for column, value in zip("abcd", values, strict=True)
    ]
    rows = [(row, "Total", sum(values)) for row, values in CASE_2.items()]
    columns = [("Total", "a", margin_a), ("Total", "b", 1262), ("Total", "c", margin_c), ("Total", "d", 890)]
    margins = [(*codes, value, 2) for *codes, value in [*rows, *columns, ("Total", "Total", 3943)]]
    return [*inner, *((*codes, value, 9) for *codes, value, _ in margins)]


def test_two_hidden_cells_per_line_are_not_enough(tmp_path: Path) -> None:
    write(tmp_path / "datos.csv", "fila,columna,v,contribuyentes", case_2(1012, 779))
    assert protect(tmp_path, "--dims", "fila,columna", "--value", "v") == 0
    reasons = read(tmp_path / "razones.csv")
    primary = reasons[reasons["estado"] == "primaria"]
    assert set(zip(primary["fila"], primary["columna"], strict=True)) == RISKY
    extra = reasons[reasons["estado"] == "secundaria"]
    assert len(extra) == 1
    assert extra["valor_real"].astype(int).sum() <= 124
    assert Attacker(read(tmp_path / "salida.csv")).narrow(3) == []


def test_printed_margins_that_do_not_add_up_are_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "datos.csv", "fila,columna,v,contribuyentes", case_2(1021, 770))
    assert protect(tmp_path, "--dims", "fila,columna", "--value", "v") == 1
    said = capsys.readouterr().err
    assert "fila=Total, columna=a; fila=Total, columna=c (2 filas)" in said
    assert not (tmp_path / "salida.csv").exists()


def test_two_groupings_of_the_same_letters_are_protected_together(tmp_path: Path) -> None:
    counts = dict(zip("ABIJKLMN", [2, 2, 8, 8, 3, 3, 3, 7], strict=True))
    first = {"p": set("ABIJ"), "q": set("KLMN")}
    second = {"r": set("LM"), "s": set("ABIJKN")}
    write(tmp_path / "datos.csv", "letra,v", [*counts.items()])
    groups = first | second
    pairs = [(letter, group) for group, letters in groups.items() for letter in letters]
    write(tmp_path / "grupos.csv", "code,parent", sorted(pairs))
    options = ["--dims", "letra", "--value", "v", "--hierarchy", f"letra={tmp_path / 'grupos.csv'}"]
    assert protect(tmp_path, *options, "--min-frequency", 4, "--min-width", 4) == 0
    reasons = read(tmp_path / "razones.csv")
    assert set(reasons[reasons["estado"] == "primaria"]["letra"]) == set("ABKLM")
    assert reasons[reasons["estado"] == "secundaria"][["letra", "valor_real"]].values.tolist() == [["N", "7"]]
    assert Attacker(read(tmp_path / "salida.csv"), {"letra": groups}).narrow(4) == []


PEOPLE = [("USA", "H")] * 40 + [("USA", "M")] * 2 + [("CAN", "H")] * 8 + [("CAN", "M")] * 9 + [("ESP", "M")] * 5


def test_microdata_become_every_cell_of_every_margin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "datos.csv", "pais,sexo", PEOPLE)
    assert protect(tmp_path, "--dims", "pais,sexo", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    published, reasons = read(tmp_path / "salida.csv"), read(tmp_path / "razones.csv")
    assert published.columns.tolist() == ["pais", "sexo", "valor", "estado_conf"]
    assert [*zip(published["pais"], published["sexo"], strict=True)] == [
        *product(["Total", "CAN", "ESP", "USA"], ["Total", "H", "M"])
    ]
    assert reasons.columns.tolist() == ["pais", "sexo", "valor_real", "contribuyentes", "estado", "regla"]
    by_cell = published.set_index(["pais", "sexo"])
    assert by_cell.loc[("ESP", "H")].tolist() == ["0", "F"]
    assert by_cell.loc[("USA", "M")].tolist() == ["", "C"]
    hidden = int((published["estado_conf"] == "C").sum())
    assert told["celdas"] == 12 == told["publicadas"] + hidden
    assert (told["primarias"], told["secundarias"]) == (1, hidden - 1)
    primary = reasons[reasons["estado"] == "primaria"]
    assert primary.values.tolist() == [["USA", "M", "2", "2", "primaria", "frecuencia_minima"]]


def test_linked_tables_are_one_file_with_each_cell_once(tmp_path: Path) -> None:
    write(tmp_path / "datos.csv", "a,b,c,v", [("x", "y", "z", 5), ("x", "w", "z", 7), ("u", "w", "t", 9)])
    assert protect(tmp_path, "--dims", "a,b", "--dims", "a,c", "--value", "v") == 0
    published = read(tmp_path / "salida.csv")
    assert not published.duplicated(["a", "b", "c"]).any()
    assert ((published["b"] == "Total") | (published["c"] == "Total")).all()
    assert len(published) == 1 + 2 + 2 + 2 + 4 + 4


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    rows = case_2(1012, 779)
    contents = []
    for number, some in enumerate((rows, rows[::-1])):
        write(tmp_path / f"{number}.csv", "fila,columna,v,contribuyentes", some)
        assert protect(tmp_path, "--dims", "fila,columna", "--value", "v", data=f"{number}.csv") == 0
        contents.append((tmp_path / "salida.csv").read_bytes())
    assert contents[0] == contents[1]


def test_the_reasons_are_for_their_owner_alone(tmp_path: Path) -> None:
    write(tmp_path / "datos.csv", "pais,sexo", PEOPLE)
    assert protect(tmp_path, "--dims", "pais") == 0
    assert (tmp_path / "razones.csv").stat().st_mode & 0o077 == 0


def test_a_contributor_counts_once_where_the_file_says_so(tmp_path: Path) -> None:
    """Two employers of both rows: each row is risky alone, and so is their sum."""
    rows = [("p", "x", 40, 2), ("q", "x", 60, 2), ("p", "y", 50, 9), ("q", "y", 70, 9)]
    write(tmp_path / "datos.csv", "a,b,v,contribuyentes", [*rows, ("Total", "x", 100, 2)])
    assert protect(tmp_path, "--dims", "a,b", "--value", "v") == 0
    reasons = read(tmp_path / "razones.csv").set_index(["a", "b"])["estado"]
    assert reasons[("Total", "x")] == "primaria"


def test_standard_output_holds_nothing_but_the_answer(tmp_path: Path) -> None:
    data = str(write(tmp_path / "datos.csv", "pais,sexo", PEOPLE))
    command = ["disclosure", "protect", data, "--dims", "pais,sexo", "-o", str(tmp_path / "salida.csv"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "movilidad.cli", *command], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["celdas"] == 12
    assert done.stderr == ""
