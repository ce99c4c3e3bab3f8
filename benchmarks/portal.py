"""Time of the portal of 94 monthly and 23 four-month releases: from nothing, and after one new month.

    .venv/bin/python benchmarks/portal.py [publicaciones/mensual/2026-10/r1]

The releases are copies of a real one with other periods and dates; what they say is not checked.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from movilidad.model.periods import TZ, Month
from movilidad.publishing.portal import write_portal

MONTHS, FOUR_MONTHS = 94, 23
LIMITS = {"from nothing": 60, "one new month": 5}
NOW = datetime(2026, 11, 24, 12, tzinfo=TZ)
_TEXTS = {".csv", ".json", ".jsonld", ".html", ".md", ".cff", ".txt", ".xml", ""}


def copy(source: Path, target: Path, period: str, day: str) -> None:
    """The release ``source`` as if it were another period's."""
    manifest = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    old, old_day = manifest["periodo"], manifest["fecha_publicacion"]
    swap = [(f"mensual/{old}/", f"{target.parent.parent.name}/{period}/"), (old_day, day), (old, period)]
    for file in source.rglob("*"):
        place = target / file.relative_to(source)
        if file.is_dir():
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix in _TEXTS:
            content = file.read_text(encoding="utf-8")
            for before, after in swap:
                content = content.replace(before, after)
            place.write_text(content, encoding="utf-8")
        else:
            shutil.copyfile(file, place)


def timed(what: str, folder: Path) -> float:
    """Bring the portal up to date and say how long it took."""
    start, cpu = time.perf_counter(), time.process_time()
    written = write_portal(folder, NOW)
    taken = time.perf_counter() - start
    print(f"{what}: {taken:.1f} s ({time.process_time() - cpu:.1f} s of CPU), {len(written)} files written")
    return taken


def main() -> int:
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "publicaciones/mensual/2026-10/latest").resolve()
    with tempfile.TemporaryDirectory(prefix="movilidad-portal-") as name:
        folder = Path(name)
        os.environ["MOVILIDAD_PUBLICACIONES"] = name
        last = Month(2026, 10)
        for month in last.plus(1 - MONTHS).through(last.plus(-1)):
            copy(source, folder / "mensual" / str(month) / "r1", str(month), f"{month.plus(1)}-14")
        for number in range(FOUR_MONTHS):
            year, part = 2019 + number // 3, number % 3 + 1
            period, day = f"{year}-C{part}", f"{Month(year, part * 4).plus(1)}-20"
            copy(source, folder / "cuatrimestral" / period / "r1", period, day)
        taken = {"from nothing": timed("from nothing", folder)}
        copy(source, folder / "mensual" / str(last) / "r1", str(last), "2026-11-13")
        taken["one new month"] = timed("one new month", folder)
        timed("nothing new", folder)
    return int(any(taken[what] > limit for what, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
