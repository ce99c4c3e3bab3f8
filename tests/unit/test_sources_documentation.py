"""The page on contracts tells the truth: its examples are valid and it explains every key."""

import re
from pathlib import Path

import pytest

from movilidad.model import paths
from movilidad.model.errors import UsageError
from movilidad.quality.suites import load_suite
from movilidad.sources import contracts
from movilidad.sources.contracts import Column, Contract, Dataset, read_contract

PAGE = (paths.PROJECT / "docs" / "contratos.md").read_text(encoding="utf-8")
WRITTEN = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [text for text in WRITTEN if text.startswith("fuente:")]
SUITES = [text for text in WRITTEN if text.startswith("suite:")]
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The page's contracts as files of an office, each with its queries."""
    files = {}
    for example in EXAMPLES:
        name = example.split()[1]
        queries = tmp_path / "extraccion" / name
        queries.mkdir(parents=True)
        for query, text in zip(["solicitudes", "ultimo_mes"], QUERIES, strict=True):
            (queries / f"{query}.sql").write_text(text)
        files[name] = tmp_path / f"{name}.yml"
        files[name].write_text(example, encoding="utf-8")
    monkeypatch.setattr(paths, "SQL", tmp_path)
    return files


def test_the_examples_are_contracts(examples: dict[str, Path]) -> None:
    try:
        assert {name: read_contract(file).fuente for name, file in examples.items()} == {n: n for n in examples}
    except UsageError as error:
        pytest.fail(str(error))


def test_the_example_of_a_suite_judges_the_example_of_a_contract(
    examples: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite,) = SUITES
    name = suite.split()[1]
    folder = tmp_path / "expectations"
    folder.mkdir()
    (folder / f"{name}.yml").write_text(suite, encoding="utf-8")
    monkeypatch.setattr(paths, "EXPECTATIONS", folder)
    assert load_suite(read_contract(examples[name])).suite == name


def test_there_is_an_example_of_a_database_and_of_a_service() -> None:
    assert [re.search(r"conector: (\w+)", example)[1] for example in EXAMPLES] == ["sql", "rest"]  # type: ignore[index]


@pytest.mark.parametrize("model", [Contract, Dataset, Column])
def test_every_key_is_explained(model: type) -> None:
    assert [key for key in model.model_fields if f"`{key}`" not in PAGE] == []


def test_every_reading_key_and_kind_is_explained() -> None:
    keys = {key for needed, further in contracts._READING.values() for key in needed | further}
    kinds = set(contracts.Kind.__args__) | set(contracts.PrivacyClass.__args__)
    assert {word for word in keys | kinds if f"`{word}`" not in PAGE} == set()
