"""Small pages of the publication from ``include/templates/publicacion``; every text in them is escaped."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from movilidad.model import paths


def page(template: str, **values: Any) -> bytes:
    """A filled template, in UTF-8."""
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES / "publicacion"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(**values).encode("utf-8")
