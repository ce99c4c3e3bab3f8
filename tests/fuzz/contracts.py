"""Contracts of the product, spoilt: each is refused in words, or says what its file says and can be used."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from fuzz.target import Target
from fuzz.verdict import READ, REFUSED, read_or_refused
from movilidad.model import paths
from movilidad.model.periods import Month
from movilidad.sources.connection import Connection
from movilidad.sources.contracts import Contract, contract_names, read_contract
from movilidad.sources.csv_table import read_csv
from movilidad.sources.reader import Place

_MONTH = Month(2026, 10)
_SCALARS = (
    *("", "~", "null", "true", "1", "-1", "0", "0x_", "1e999", ".nan", "2026-13-45", "2026-10-05", "12:30"),
    *("[]", "[a, b]", "{}", "{a: b}", "[[[[", "? [a]", "*x", "&x", "&x [*x]", "!!int a", "!!bool x", "!!binary x"),
    *('"', "'", "|", ">", "%", "@", "a: b: c", "<<: *x", "=", ";;", "undefined", "idna", "utf-16", "\u2028"),
    "[" * 5000,
)


@st.composite
def contracts(draw: st.DrawFn) -> tuple[str, str]:
    """The name of a contract, and its text with some lines changed."""
    name = draw(st.sampled_from(contract_names()))
    lines = (paths.CONTRACTS / f"{name}.yml").read_text(encoding="utf-8").splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(("value", "value", "value", "drop", "double", "indent", "put", "cut")))
        if what == "value":
            lines[at] = lines[at].partition(":")[0] + ": " + draw(_scalars)
        elif what == "drop":
            del lines[at]
        elif what == "double":
            lines.insert(at, lines[at])
        elif what == "indent":
            lines[at] = draw(st.sampled_from((" ", "  ", "\t", "- "))) + lines[at]
        elif what == "put":
            lines.insert(at, draw(_scalars))
        else:
            lines = lines[: at + 1]
        lines = lines or [""]
    return name, "\n".join(lines) + "\n"


@st.composite
def readings(draw: st.DrawFn) -> tuple[str, str]:
    """A good contract of which what the connector is told was changed."""
    name = draw(st.sampled_from(contract_names()))
    content = yaml.safe_load((paths.CONTRACTS / f"{name}.yml").read_text(encoding="utf-8"))
    reading = draw(st.sampled_from(list(content["conjuntos"].values())))["lectura"]
    further = ("encabezado", "separador", "codificacion", "hoja", "lista", "parametros", "tamano_pagina", "zona")
    for _ in range(draw(st.integers(1, 2))):
        key = draw(st.sampled_from((*reading, *further)))
        reading[key] = draw(_values)
    return name, yaml.safe_dump(content, allow_unicode=True)


_scalars = st.sampled_from(_SCALARS) | st.text(max_size=12)
_patterns = st.text("{}:mesinicio%", max_size=8)
_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**6),
    st.floats(allow_nan=False),
    st.sampled_from(_SCALARS),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8),
    st.lists(st.text("ab", max_size=2), max_size=2),
    st.dictionaries(st.text("ab", max_size=2), st.none() | st.integers() | _patterns, max_size=2),
)


def checker(folder: Path) -> Any:
    """A check of contracts that are written to a folder."""

    def check(given: tuple[str, str]) -> str:
        name, text = given
        file = folder / f"{name}.yml"
        file.write_text(text, encoding="utf-8", newline="\n", errors="surrogatepass")
        contract = read_or_refused(lambda: read_contract(file))
        if contract is None:
            return REFUSED
        _says_the_same(contract, yaml.safe_load(text))
        for each in contract.conjuntos:
            _can_be_used(contract, each)
        return READ

    return check


def _says_the_same(contract: Contract, written: dict[str, Any]) -> None:
    """Every key of the file is in the contract with its value, read by YAML alone."""
    said = contract.model_dump(mode="json")
    assert all(said[key] == written[key] for key in ("fuente", "conector", "conexion", "alcance", "calendario"))
    for name, data in written["conjuntos"].items():
        kept = said["conjuntos"][name]
        assert kept["lectura"] == (data.get("lectura") or {})
        assert list(kept["columnas"]) == list(data["columnas"])
        for field, column in data["columnas"].items():
            assert all(kept["columnas"][field][key] == column[key] for key in ("origen", "tipo"))


def _can_be_used(contract: Contract, name: str) -> None:
    """What a connector takes from it does not make it stumble."""
    place = Place(contract, Connection(extra={"url": "file:///nada"}), _MONTH)
    dataset = contract.conjuntos[name]
    read_or_refused(lambda: dataset.least_rows(_MONTH))
    for value in (dataset.lectura.get("archivo"), *(dataset.lectura.get("parametros") or {}).values()):
        read_or_refused(lambda value=value: place.fill(str(value)))  # type: ignore[misc]
    names = [f'"{column.origen}"' for column in dataset.columnas.values()]
    header = str(dataset.lectura.get("separador", ",")).join(names)
    for content in (f"{header}\n".encode(), f"x\n\n{header}\n1\n".encode()):
        read_or_refused(lambda content=content: read_csv(place, name, "prueba.csv", content))  # type: ignore[misc]


@contextmanager
def targets() -> Iterator[list[Target]]:
    """Contracts by their lines, and by what they tell a connector."""
    with tempfile.TemporaryDirectory() as folder:
        check = checker(Path(folder))
        yield [
            Target("contratos", contracts(), check),
            Target("contratos: lectura", readings(), check),
            Target(
                "contratos, textos cualesquiera",
                st.tuples(st.just("tu_empleo"), st.text(max_size=60)),
                check,
                True,
            ),
        ]
