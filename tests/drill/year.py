"""Month after month through one Airflow, and the table of what came of it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table

from drill.comparison import differences
from drill.plays import Fault, quiet
from drill.scene import Scene
from movilidad.model.periods import TZ, Month

_MINUTE = timedelta(minutes=1)
_TOLERATED = timedelta(minutes=15)  # after it a publication is late, and that is told


@dataclass(frozen=True)
class Row:
    """What came of a month."""

    month: Month
    fault: str
    told: tuple[tuple[str, str], ...]
    published: str
    different: tuple[str, ...]
    minutes: float


def with_faults(scene: Scene, year: Mapping[Month, Fault | None]) -> list[Row]:
    """Each month with its fault, put right in the end."""
    return [_month(scene, month, fault) for month, fault in year.items()]


def without_faults(scene: Scene, months: list[Month]) -> list[Row]:
    """Each month announced for a minute somewhat later than the earlier ones needed, and nobody does anything."""
    rows: list[Row] = []
    longest = timedelta(minutes=4)
    for month in months:
        begun = datetime.now(TZ)
        minute = scene.announced(month, begun + _MINUTE + longest)
        rows.append(_month(scene, month, None))
        needed = 1.5 * (scene.draft_ready(month) - begun)
        longest = max(longest, needed) if rows[1:] else needed
        release = scene.newest(month)
        assert release
        assert release.publicada
        assert timedelta(0) <= release.publicada - minute < _TOLERATED, month
    return rows


def _month(scene: Scene, month: Month, fault: Fault | None) -> Row:
    begun = time.monotonic()
    scene.turn_the_page()
    title = fault.title if fault else "ninguna"
    print(f"{month}: {title}", flush=True)  # noqa: T201 - a drill takes long and says how far it is
    published = fault.play(scene, month, fault) if fault else quiet(scene, month)
    if fault and fault.to and not fault.calm:
        scene.called_off(fault)
    minutes = (time.monotonic() - begun) / 60
    opened = [told for told in scene.told() if not told.is_over]
    assert sorted(told.to for told in opened) == sorted(fault.to if fault else ()), opened
    different = tuple(differences(scene, month))
    print(f"    {published} ({minutes:.1f} min) {', '.join(different)}", flush=True)  # noqa: T201
    told = tuple((each.to, each.subject) for each in opened)
    return Row(month, title, told, published, different, minutes)


def table_of(title: str, rows: list[Row]) -> Table:
    """What came of every month, for people."""
    table = Table(title=title, show_lines=True)
    for column in (
        "Mes",
        "Avería",
        "Aviso a",
        "Asunto",
        "Qué se publicó",
        "Al final, igual a la verdad",
        "Minutos",
    ):
        table.add_column(column)
    for row in rows:
        table.add_row(
            str(row.month),
            row.fault,
            "\n".join(to for to, _ in row.told) or "nadie",
            "\n".join(dict.fromkeys(subject for _, subject in row.told)) or "ninguno",
            row.published,
            f"no: {', '.join(row.different)}" if row.different else "sí",
            f"{row.minutes:.1f}",
        )
    return table


def show(title: str, rows: list[Row]) -> None:
    """Print the table, wide enough for a file."""
    Console(width=200, highlight=False).print(table_of(title, rows))
