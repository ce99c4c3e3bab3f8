"""How long work tells a person what it is doing."""

from collections.abc import Callable

#: told, in Spanish, what begins
Say = Callable[[str], None]
