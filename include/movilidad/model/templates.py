"""The Jinja templates of ``include/templates``: what every folder of them has in common."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from movilidad.model import paths

# plain text and Markdown: there an escape would be seen
_PLAIN = ("txt.j2", "md.j2")


def templates(folder: str, **options: Any) -> Environment:
    """The templates of one folder: texts escaped, an unknown name is an error, tags leave no blank lines.

    What is a page or a drawing escapes by its name; no caller can switch that off.

    Args:
        options: of Jinja's environment, where this folder differs.
    """
    usual: dict[str, Any] = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }
    return Environment(
        loader=FileSystemLoader(paths.TEMPLATES / folder),
        autoescape=select_autoescape(disabled_extensions=_PLAIN, default=True, default_for_string=True),
        **(usual | options),
    )
