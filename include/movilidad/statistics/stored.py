"""Frames as files, as one stage of a release hands them to the next: JSON lines and an index of their columns."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

_INDEX = "columnas.json"
_OBJECT = "object"


def write_lines(frame: pd.DataFrame, file: Path) -> None:
    """One JSON object per row; equal frames give equal bytes."""
    frame.to_json(file, orient="records", lines=True, force_ascii=False, date_format="iso")


def read_lines(file: Path, columns: list[str]) -> pd.DataFrame:
    """What ``write_lines`` wrote, all columns as objects; the lines alone would lose those of an empty frame."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]
    return pd.DataFrame(lines, columns=columns, dtype=_OBJECT)


def save_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write frames by name into ``folder`` (made if missing)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        write_lines(frame, folder / f"{name}.jsonl")
    types = {name: {str(column): _type(frame[column]) for column in frame} for name, frame in frames.items()}
    (folder / _INDEX).write_text(json.dumps(types, ensure_ascii=False, indent=1), encoding="utf-8")


def load_frames(folder: Path) -> dict[str, pd.DataFrame]:
    """Read what ``save_frames`` wrote, in the same order: texts and codes as objects, numbers with their type."""
    index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return {name: read_lines(folder / f"{name}.jsonl", list(types)).astype(types) for name, types in index.items()}


def _type(column: pd.Series) -> str:
    return str(column.dtype) if pd.api.types.is_numeric_dtype(column.dtype) else _OBJECT
