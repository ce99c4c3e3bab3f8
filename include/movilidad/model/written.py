"""YAML files that people write, read into a model; what is wrong is told with line or key, reason and remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from movilidad.model import explanations, strict_yaml
from movilidad.model.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)
# the error about a file, from the reason
Wrong = Callable[[Path, str], UsageError]


def wrong_as(what: str, remedy: str) -> Wrong:
    """Makes errors of one kind of file: ``what`` it is that is wrong, and what to do."""

    def wrong(file: Path, reason: str) -> UsageError:
        return UsageError(f"{what}: {reason}", place=file.name, remedy=remedy)

    return wrong


def read(model: type[Model], file: Path, wrong: Wrong, *, may_be_empty: bool = False) -> Model:
    """The content of a file, checked; errors are those of ``wrong``, and hold no more of it than keys.

    Args:
        may_be_empty: a file that says nothing is one in which every key is left out.
    """
    written = text_of(file, wrong)
    content = content_of(written, file, wrong)
    try:
        return model.model_validate(content or {} if may_be_empty else content)
    except ValidationError as error:
        raise wrong(file, explanations.of_content(error, written)) from None


def text_of(file: Path, wrong: Wrong) -> str:
    """What is written in a file."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        raise wrong(file, "no existe o no se puede leer") from None
    except UnicodeDecodeError:
        raise wrong(file, "no está en UTF-8; guárdelo con esa codificación") from None


def content_of(written: str, file: Path, wrong: Wrong) -> Any:
    """What a file says, unchecked but for YAML itself and repeated keys."""
    try:
        return strict_yaml.load(written)
    except yaml.YAMLError as error:
        raise wrong(file, explanations.of_writing(error)) from None
