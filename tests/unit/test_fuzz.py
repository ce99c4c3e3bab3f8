"""A few inputs at random for every reader, of those that ``make fuzz`` gives for minutes."""

from collections.abc import Iterator

import pytest
from fuzz import contracts, documents, tables, texts
from fuzz.rounds import Tally
from fuzz.target import Target
from fuzz.verdict import READ

_EXAMPLES = 25


@pytest.fixture(scope="module")
def targets() -> Iterator[list[Target]]:
    with documents.targets() as services, contracts.targets() as written:
        yield [*texts.targets(), *tables.targets(), *services, *written]


def test_whatever_comes_is_read_as_it_stands_or_refused_in_words(targets: list[Target]) -> None:
    tallies = [Tally(target, examples=_EXAMPLES) for target in targets]
    for tally in tallies:
        tally.play(1)
    assert {tally.target.name: tally.failures for tally in tallies if tally.failures} == {}
    spoilt_ones = ("dañado", "cualesquiera", "contratos")
    unread = [tally.target.name for tally in tallies if not tally.outcomes[READ]]
    assert [name for name in unread if not any(word in name for word in spoilt_ones)] == []
