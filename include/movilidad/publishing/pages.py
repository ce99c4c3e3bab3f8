"""Small pages of the publication from ``include/templates/publicacion``; every text in them is escaped."""

from typing import Any

from movilidad.model.templates import templates


def page(template: str, **values: Any) -> bytes:
    """A filled template, in UTF-8."""
    return templates("publicacion").get_template(template).render(**values).encode("utf-8")
