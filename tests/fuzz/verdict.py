"""What may come of an input: a message for a person, or exactly what is in it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd
from sources_support import MARK

from movilidad.model.errors import MovilidadError

READ, REFUSED = "leídas", "rechazadas"

Found = TypeVar("Found")
#: records as text, each by column
Records = list[dict[str, str | None]]


class Anything:
    """Of this input nothing is known but that no other error may come of it."""


def read_or_refused(call: Callable[[], Found]) -> Found | None:
    """What a reading gave, or None where it was refused in words for a person that hold no value of a record."""
    try:
        return call()
    except MovilidadError as error:
        message = str(error)
    assert "Qué hacer:" in message, message
    assert MARK not in message, "el mensaje repite un valor"
    return None


def same(frame: pd.DataFrame | None, expected: Records | Anything | None) -> str:
    """Refused, or the very records; an AssertionError for a silent misread.

    Args:
        expected: what is in the input as an independent reading has it; None if it has no single meaning.
    """
    if frame is None:
        return REFUSED
    if isinstance(expected, Anything):
        return READ
    assert expected is not None, "se leyó lo que no se puede leer de una sola manera"
    found = records_of(frame)
    wanted = [{name: record.get(name) for name in frame.columns} for record in expected]
    assert found == wanted
    lost = {name for record in expected for name, value in record.items() if value} - set(frame.columns)
    assert not lost, f"columnas perdidas: {lost}"
    return READ


def records_of(frame: pd.DataFrame) -> Records:
    """The records of a frame of texts."""
    rows: Sequence[Any] = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return [dict(zip(frame.columns, row, strict=True)) for row in rows]
