"""Folders and files that appear whole: also when a writer is taken for dead and a second one does its work."""

import os
from pathlib import Path

import pytest

from movilidad.model.atomic import PUBLIC, new_folder, remove_unfinished, replaced_folder, write_file


def test_a_writer_taken_for_dead_lets_no_part_of_the_second_one_s_work_be_seen(tmp_path: Path) -> None:
    target = tmp_path / "cuadros"
    first = new_folder(target)
    (first.__enter__() / "a.csv").write_text("1")
    with new_folder(target) as second:
        (second / "a.csv").write_text("1")
        with pytest.raises(FileNotFoundError):
            first.__exit__(None, None, None)
        assert not target.exists()
        (second / "b.csv").write_text("2")
    assert sorted(path.name for path in target.iterdir()) == ["a.csv", "b.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["cuadros"]


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (".r1.en_curso", ".r1.0a1b2c3d.en_curso", ".r1.zip.0a1b2c3d.en_curso", ".r10.en_curso"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("1")
    (tmp_path / ".r1.ffffffff.en_curso").write_text("1")
    remove_unfinished(tmp_path / "r1")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".r1.zip.0a1b2c3d.en_curso", ".r10.en_curso"]


def test_of_a_file_there_is_the_old_or_the_new_one_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "indice.json"
    write_file(target, b"uno")
    (tmp_path / ".indice.json.0a1b2c3d.en_curso").write_bytes(b"d")
    write_file(target, b"dos")
    assert target.read_bytes() == b"dos"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_takes_the_place_of_another_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "r1"
    with new_folder(target) as folder:
        (folder / "informe").write_text("1")
    with replaced_folder(target) as folder:
        (folder / "retirado").write_text("2")
        assert (target / "informe").exists()
    assert [path.name for path in target.iterdir()] == ["retirado"]
    assert list(tmp_path.iterdir()) == [target]


def test_what_is_public_is_so_whatever_the_process_hides_from_others(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_file(tmp_path / "serie" / "periodo" / "archivo", b"", PUBLIC)
        write_file(tmp_path / "propia" / "clave", b"")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"serie": 0o755, "periodo": 0o755, "archivo": 0o644, "propia": 0o700, "clave": 0o600}
