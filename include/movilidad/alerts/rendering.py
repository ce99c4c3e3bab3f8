"""Messages as text and as the page that mail programs show."""

from functools import lru_cache

from jinja2 import Environment

from movilidad.alerts.message import Message
from movilidad.model.templates import templates


def as_text(message: Message) -> str:
    """All of it as plain text."""
    return _plain().get_template("aviso.txt.j2").render(aviso=message).strip() + "\n"


def as_html(message: Message) -> str:
    """All of it as a page; whatever a text holds stays text."""
    return _page().get_template("aviso.html.j2").render(aviso=message)


@lru_cache
def _page() -> Environment:
    return templates("avisos")


@lru_cache
def _plain() -> Environment:
    return templates("avisos", autoescape=False)
