"""The versions that ``requirements.lock`` fixes."""

import re
from pathlib import Path

from movilidad.model import paths

LOCK = paths.PROJECT / "requirements.lock"
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)

Pin = tuple[str, str]  # package and version


def pins(lock: Path = LOCK) -> list[Pin]:
    """Each package with its version, also those of other systems; twice where Pythons differ."""
    return _PIN.findall(lock.read_text(encoding="utf-8"))
