"""Snapshots: named by content, written at once or not at all, never changed."""

import json
import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from movilidad.model.errors import DataError
from movilidad.model.settings import get_settings
from movilidad.store import engine as engines
from movilidad.store import snapshots

FRAME = pd.DataFrame({"clave": ["b", "a", None], "ñ": ["1", None, ""]}, dtype="str")


def save(frames: dict[str, pd.DataFrame], **changes: Any) -> str:
    return snapshots.save("fuente", frames, **({"contrato_sha256": "c" * 64, "demostracion": True} | changes))


def folder() -> Path:
    return get_settings().instantaneas / "fuente"


def cells(frame: pd.DataFrame) -> list[list[str | None]]:
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def test_what_is_saved_is_loaded_in_canonical_order(warehouse: Engine) -> None:
    snapshot = snapshots.load(save({"filas": FRAME, "vacio": FRAME.iloc[:0]}, notas=["una nota"]))
    assert cells(snapshot.frames["filas"]) == [[None, ""], ["a", None], ["b", "1"]]
    assert snapshot.frames["vacio"].empty
    assert list(snapshot.frames["vacio"].columns) == ["clave", "ñ"]
    assert snapshot.filas == {"filas": 3, "vacio": 0}
    assert (snapshot.fuente, snapshot.demostracion, snapshot.notas) == ("fuente", True, ("una nota",))
    with warehouse.connect() as database:
        row = database.execute(text("SELECT * FROM control.instantaneas")).one()
    assert (row.snapshot_id, row.filas, row.demostracion) == (snapshot.snapshot_id, snapshot.filas, True)


@pytest.mark.usefixtures("warehouse")
def test_the_name_is_fixed_for_all_time() -> None:
    # computed once by hand from the definition in the module's docstring; a change breaks every stored snapshot
    assert save({"filas": FRAME}) == "fuente-f034f1a21b7a012aa763"


@pytest.mark.usefixtures("warehouse")
def test_every_difference_of_content_gives_another_name() -> None:
    variants = [
        FRAME,
        FRAME.rename(columns={"ñ": "n"}),
        FRAME.iloc[:2],
        FRAME.fillna(""),
        pd.DataFrame({"clave": ["b1", "a", None], "ñ": ["", None, ""]}, dtype="str"),
    ]
    names = [save({"filas": frame}) for frame in variants]
    names += [save({"otras": FRAME}), save({"filas": FRAME}, demostracion=False)]
    assert len(set(names)) == len(names)


TABLES = st.lists(st.tuples(*[st.one_of(st.none(), st.text(max_size=4))] * 3), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_the_name(rows: list[tuple[str | None, ...]], random: Any) -> None:
    rows = [tuple(None if cell is None else cell.replace("\0", "") for cell in row) for row in rows]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    digests = {
        snapshots._digest(
            "f", False, {"t": snapshots._canonical(pd.DataFrame(order, columns=list("abc"), dtype="str"))}
        )
        for order in (rows, shuffled)
    }
    assert len(digests) == 1


def test_saving_again_changes_nothing(warehouse: Engine) -> None:
    first = save({"filas": FRAME})
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in (folder() / first).iterdir()}
    assert save({"filas": FRAME.iloc[::-1]}, contrato_sha256="d" * 64) == first
    assert before == {
        file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in (folder() / first).iterdir()
    }
    with warehouse.connect() as database:
        assert database.execute(text("SELECT COUNT(*) FROM control.instantaneas")).scalar() == 1


@pytest.mark.usefixtures("warehouse")
def test_a_damaged_snapshot_is_refused_and_saving_repairs_it() -> None:
    name = save({"filas": FRAME})
    file = folder() / name / "filas.parquet"
    table = pq.read_table(file)
    for damage in (b"", file.read_bytes()[:50]):
        file.write_bytes(damage)
        with pytest.raises(DataError, match="está dañada"):
            snapshots.load(name)
    pq.write_table(table.slice(1), file)
    with pytest.raises(DataError, match="está dañada"):
        snapshots.load(name)
    assert save({"filas": FRAME}) == name
    assert len(snapshots.load(name).frames["filas"]) == 3


@pytest.mark.usefixtures("warehouse")
def test_the_mark_of_demonstration_cannot_be_taken_off() -> None:
    name = save({"filas": FRAME})
    file = folder() / name / "snapshot.json"
    details = json.loads(file.read_text())
    file.write_text(json.dumps(details | {"demostracion": False}))
    with pytest.raises(DataError, match="está dañada"):
        snapshots.load(name)


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("name", ["fuente-00000000000000000000", "../fuente-0", "fuente", "fuente-" + "g" * 20])
def test_a_name_that_is_none_or_unknown_is_told(name: str) -> None:
    with pytest.raises(DataError, match="instantánea"):
        snapshots.load(name)


def _save_elsewhere(barrier: Any, results: Any) -> None:
    engines.engine_for.cache_clear()
    get_settings.cache_clear()
    barrier.wait()
    results.put(save({"filas": FRAME}))


@pytest.mark.usefixtures("warehouse")
def test_two_processes_may_save_the_same_at_once() -> None:
    spawning = multiprocessing.get_context("spawn")
    barrier, results = spawning.Barrier(2), spawning.Queue()
    processes = [spawning.Process(target=_save_elsewhere, args=(barrier, results)) for _ in range(2)]
    for process in processes:
        process.start()
    names = {results.get(timeout=60) for _ in processes}
    for process in processes:
        process.join()
    assert len(names) == 1
    assert [entry.name for entry in folder().iterdir()] == list(names)
    assert snapshots.load(names.pop()).filas == {"filas": 3}


@pytest.mark.usefixtures("warehouse")
def test_a_writer_waits_for_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    flush = snapshots.sync

    def slow(path: Path) -> None:
        sleep(0.2)
        flush(path)

    monkeypatch.setattr(snapshots, "sync", slow)
    other = FRAME.iloc[:1]
    with ThreadPoolExecutor() as pool:
        names = list(pool.map(lambda frame: save({"filas": frame}), [FRAME, FRAME, other]))
    assert len(set(names)) == 2
    assert sorted(entry.name for entry in folder().iterdir()) == sorted(set(names))


def _die_while_writing(at: int) -> None:
    engines.engine_for.cache_clear()
    get_settings.cache_clear()
    count = 0

    def flush(path: Path) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    snapshots.sync = flush  # type: ignore[assignment]
    save({"filas": FRAME, "otras": FRAME})


@pytest.mark.parametrize("at", [1, 3, 4])
def test_a_run_killed_while_it_writes_leaves_nothing_to_mistake(warehouse: Engine, at: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_die_while_writing, args=(at,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    with warehouse.connect() as database:
        assert database.execute(text("SELECT COUNT(*) FROM control.instantaneas")).scalar() == 0
    name = save({"filas": FRAME, "otras": FRAME})
    assert [entry.name for entry in folder().iterdir()] == [name]
    assert snapshots.load(name).filas == {"filas": 3, "otras": 3}
