"""A month of any size from the platform to the portal, by stage, with a plain pandas script beside.

    .venv/bin/python benchmarks/month_to_portal.py [APPLICATIONS DEPARTURES]

Without numbers: a month of national size (6,000 and 600; under 60 s), then one of the size of the largest peer,
the Philippines (1,000,000 and 300,000; under 6 minutes and 4 GB). The platform is a PostgreSQL database of its
own; the other sources have delivered. The product's own stages follow each other in one process, in which
everything is imported before, as in Airflow. The memory of a stage is the peak while it runs, without the database
server's. The ratio is that of everything up to the counted tables to ``plain_pandas``, which does no more than
that. Ends with an error beyond the limits.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path

from invented_platform import MONTH, fill_platform, platform_connection, platform_engine
from invented_warehouse import PROGRAMME, SERIES, deliver_others, invented_warehouse
from plain_pandas import make_tables

from movilidad.model import paths
from movilidad.model.periods import TZ
from movilidad.model.settings import get_settings
from movilidad.publishing import releases
from movilidad.quality.admission import admit
from movilidad.quality.gate import check
from movilidad.sources.contracts import load_contract
from movilidad.sources.extraction import extract

# applications, departures, most seconds, most megabytes
_SIZES = [(6_000, 600, 60.0, 4096.0), (1_000_000, 300_000, 360.0, 4096.0)]
_NOON = datetime(2026, 12, 31, 12, tzinfo=TZ)
_COUNTED = ("extraer", "revisar", "cargar", "reunir", "contar")


def main() -> None:
    """Measure each size and compare with its limits."""
    if sys.argv[1:2] == ["--child"]:
        {"product": product, "pandas": plain}[sys.argv[2]]()
        return
    asked = [int(argument) for argument in sys.argv[1:]]
    beyond = [size for size in ([(*asked, float("inf"), float("inf"))] if asked else _SIZES) if not _within(*size)]
    if beyond:
        sys.exit(f"beyond the limits: {beyond}")


def _within(applications: int, departures: int, most_seconds: float, most_megabytes: float) -> bool:
    with invented_warehouse() as engine:
        fill_platform(engine, applications, departures)
        deliver_others(engine, MONTH, applications)
        stages, other = _run("product"), _run("pandas")
    print(f"{applications:,} applications, {departures:,} departures\n{'stage':14}{'seconds':>9}{'peak MB':>9}")
    for name, seconds, megabytes in stages:
        print(f"{name:14}{seconds:9.1f}{megabytes:9.0f}")
    seconds, megabytes = sum(each[1] for each in stages), max(each[2] for each in stages)
    print(f"{'all':14}{seconds:9.1f}{megabytes:9.0f}")
    counted = [each for each in stages if each[0] in _COUNTED]
    ((_, plain_seconds, plain_megabytes),) = other
    print(f"{'plain pandas':14}{plain_seconds:9.1f}{plain_megabytes:9.0f}")
    print(
        f"{'ratio, counted':14}{sum(each[1] for each in counted) / plain_seconds:9.2f}"
        f"{max(each[2] for each in counted) / plain_megabytes:9.2f}\n"
    )
    return seconds <= most_seconds and megabytes <= most_megabytes


def _run(kind: str) -> list[tuple[str, float, float]]:
    """The stages of one of the two, in a process of its own: name, seconds, peak megabytes."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", kind], stdout=subprocess.PIPE, text=True, check=True
    )
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    return [(name, float(seconds), float(megabytes)) for name, seconds, megabytes in lines]


def product() -> None:
    """Bring the month in and publish it by the product's own stages."""
    sys.path.insert(0, str(paths.PROJECT / "plugins"))
    import_module("airflow_local_settings").preload()
    contract = load_contract(PROGRAMME)
    platform = platform_connection(get_settings().warehouse_url())
    stages: dict[str, Callable[[str], object]] = {
        "extraer": lambda _: extract(contract, MONTH, platform),
        "revisar": lambda snapshot: check(snapshot, MONTH).require_approved(),
        "cargar": lambda snapshot: admit(snapshot, MONTH),
        "reunir": lambda _: releases.review_core(releases.prepare(SERIES, MONTH, _NOON.date())),
        "contar": lambda candidate: releases.review_tables(releases.compute_tables(candidate)),
        "proteger": releases.protect_tables,
        "redactar": releases.render,
        "auditar": releases.audit_draft,
        "publicar": lambda release: releases.publish(release, _NOON),
    }
    value = ""
    for name, stage in stages.items():
        value = _told(name, partial(stage, value))


def plain() -> None:
    """Make the same tables with pandas alone."""
    with tempfile.TemporaryDirectory() as folder:
        engine = platform_engine(get_settings().warehouse_url())
        _told("pandas", lambda: str(make_tables(engine, Path(folder))))


def _told(name: str, stage: Callable[[], object]) -> str:
    """Run a stage and print what it took; gives what it gives, as text."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    begin = time.perf_counter()
    value = str(stage())
    seconds = time.perf_counter() - begin
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(f"{name}\t{seconds}\t{int(status.partition('VmHWM:')[2].split()[0]) / 1024}", flush=True)
    return value


if __name__ == "__main__":
    main()
