"""Every personal value of the simulated platforms: for the test that looks for them where they must not be."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, text

from movilidad.demo import job_bank, layout, registrations


class Person(NamedTuple):
    """One entry of a person, as written on a platform; what a platform does not have is None."""

    cui: str | None
    nombre: str | None
    telefono: str | None
    correo: str | None


def people(platform_url: str, folder: Path) -> Iterator[Person]:
    """All entries: programme, workers that recruiters report (of these the CUI only), job bank."""
    engine = create_engine(platform_url)
    with engine.connect().execution_options(yield_per=10_000) as connection:
        found = connection.execute(
            text("SELECT cui, nombres || ' ' || apellidos, telefono, correo FROM aplicantes ORDER BY id_aplicante")
        )
        for row in found:
            yield Person(*(value.strip() or None if value else None for value in row))
    engine.dispose()
    with closing(sqlite3.connect(f"file:{layout.registry(folder)}?mode=ro", uri=True)) as registry:
        for (content,) in registry.execute("SELECT datos FROM trabajadores ORDER BY orden"):
            yield Person(json.loads(content)["cui"], None, None, None)
    yield from _registered(layout.job_bank(folder))


def _registered(file: Path) -> Iterator[Person]:
    for month in registrations.months(file):
        rows = job_bank.columns_of(file, month, slice(None))
        names = rows["nombres"] + " " + rows["apellidos"]
        for written in zip(rows["cui"], names, rows["telefono"], rows["correo"], strict=True):
            yield Person(*((value.strip() or None) if value else None for value in written))
