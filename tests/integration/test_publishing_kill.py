"""A stage killed at any point, then run again, leaves the very bytes of an undisturbed run."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from publishing_support import (
    NOON,
    OCTOBER,
    R1,
    TODAY,
    contents,
    deliver_again,
    deliver_month,
    elsewhere,
    in_child,
    plain_report,
    spread,
)
from sqlalchemy import Engine, text

from movilidad.model.settings import get_settings
from movilidad.publishing import publication, releases
from movilidad.publishing.verification import verify

__all__ = ["plain_report"]

pytestmark = pytest.mark.usefixtures("plain_report")


def state(engine: Engine) -> list[tuple[object, ...]]:
    """Register and ledger, without what is counted by the database itself."""
    query = (
        "SELECT p.publicacion_id, p.estado, p.huella, p.fecha_publicacion, p.publicada, count(c.*),"
        " md5(string_agg(c.cuadro || c.celda || c.indicador || c.valor_real || c.estado, ',' ORDER BY c.cuadro,"
        " c.celda::text, c.indicador)) FROM control.publicaciones p LEFT JOIN control.celdas c"
        " USING (publicacion_id) GROUP BY 1, 2, 3, 4, 5 ORDER BY 1"
    )
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_rendering_killed_anywhere_ends_in_the_same_bytes(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)

    def build() -> str:
        return releases.build("mensual", OCTOBER, TODAY)

    elsewhere(monkeypatch, tmp_path / "tranquila", warehouse)
    acts = in_child(warehouse, build)
    expected, entered = contents(get_settings().trabajo), state(warehouse)
    assert sum("/borrador/" in name for name in expected) > 30
    for point in spread(acts):
        elsewhere(monkeypatch, tmp_path / f"{point}", warehouse)
        assert in_child(warehouse, build, die_at=point) == -9
        assert build() == R1
        assert contents(get_settings().trabajo) == expected, f"killed before act {point} of {acts}"
        assert state(warehouse) == entered
    assert all(found.ok for found in verify(R1))


def test_publishing_killed_anywhere_shows_all_or_nothing_and_is_finished_by_the_next_call(
    warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)

    def publish() -> Path:
        return releases.publish(R1, NOON)

    def again(name: str) -> Path:
        folder = elsewhere(monkeypatch, tmp_path / name, warehouse)
        assert releases.build("mensual", OCTOBER, TODAY) == R1
        return folder

    folder = again("tranquila")
    acts = in_child(warehouse, publish)
    expected, entered = contents(folder), state(warehouse)
    release = {name: body for name, body in expected.items() if name.startswith(R1)}
    for point in spread(acts):
        folder = again(f"{point}")
        assert in_child(warehouse, publish, die_at=point) == -9
        seen = {name: body for name, body in contents(folder).items() if name.startswith(R1)}
        assert seen in ({}, release), f"half a release is visible after act {point} of {acts}"
        publish()
        assert contents(folder) == expected
        assert (folder / "mensual" / "2026-10" / "latest").readlink() == Path("r1")
        assert state(warehouse) == entered


def test_new_records_between_a_killed_publication_and_the_next_make_a_second_revision(
    warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_month(warehouse)
    releases.build("mensual", OCTOBER, TODAY)

    def publish_and_die() -> None:
        # the folder has appeared, neither «latest» nor the register knows it yet
        monkeypatch.setattr(publication, "_finish", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        releases.publish(R1, NOON)

    assert in_child(warehouse, publish_and_die) == -9
    folder = get_settings().publicaciones
    first = contents(folder / R1)
    assert first
    assert [row[1] for row in state(warehouse)] == ["borrador"]
    deliver_again(warehouse, "corregida", 125)
    assert releases.build("mensual", OCTOBER, TODAY) == "mensual/2026-10/r2"
    releases.publish("mensual/2026-10/r2", NOON)
    assert contents(folder / R1) == first
    assert [row[1] for row in state(warehouse)] == ["publicada", "publicada"]


def test_two_builds_at_once_give_one_draft(warehouse: Engine) -> None:
    deliver_month(warehouse)

    def build() -> str:
        return releases.build("mensual", OCTOBER, TODAY)

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: build(), range(3))) == {R1}
    assert len(state(warehouse)) == 1
    assert all(found.ok for found in verify(R1))
