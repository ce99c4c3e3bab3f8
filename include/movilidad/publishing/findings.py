"""What a verification found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether the release passed, and a Spanish sentence that says what was seen."""

    nombre: str
    ok: bool
    detalle: str


def listed(problems: list[str], limit: int = 5) -> str:
    """The first problems in one sentence, and how many more there are."""
    more = f" y {len(problems) - limit:,} más" if len(problems) > limit else ""
    return f"{'; '.join(problems[:limit])}{more}"
