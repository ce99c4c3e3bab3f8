"""Texts that people wrote, inside Markdown."""

import re

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#+\-.!|&~=@:]")  # what Markdown and HTML take for more than text


def unmarked(text: str) -> str:
    """A text in which no sign marks anything up."""
    return _MARKUP.sub(r"\\\g<0>", text)
