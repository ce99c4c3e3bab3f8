"""Messages as text and as the page that mail programs show."""

from functools import lru_cache

from jinja2 import Environment

from movilidad.alerts.message import Message
from movilidad.model.templates import templates


def as_text(message: Message) -> str:
    """All of it as plain text."""
    return _environment().get_template("aviso.txt.j2").render(aviso=message).strip() + "\n"


def as_html(message: Message) -> str:
    """All of it as a page; whatever a text holds stays text."""
    return _environment().get_template("aviso.html.j2").render(aviso=message)


@lru_cache
def _environment() -> Environment:
    return templates("avisos")
