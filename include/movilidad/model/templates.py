"""The Jinja templates of ``include/templates``: what every folder of them has in common."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movilidad.model import paths


def templates(folder: str, **options: Any) -> Environment:
    """The templates of one folder: texts escaped, an unknown name is an error, tags leave no blank lines.

    Args:
        options: of Jinja's environment, where this folder differs.
    """
    usual: dict[str, Any] = {
        "autoescape": True,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }
    return Environment(loader=FileSystemLoader(paths.TEMPLATES / folder), **(usual | options))  # noqa: S701
