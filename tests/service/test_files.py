"""Files that a person chose: whole or not at all, and for whom they are meant."""

import os
import stat
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import FileNotWrittenError
from zcc_keys_gui.service.files import written_beside


def write(path: Path, content: str = "new", mode: int = 0o600) -> None:
    with written_beside(path, encoding="utf-8", mode=mode) as file:
        file.write(content)


def test_the_file_is_there_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "chosen.txt"
    with written_beside(path, encoding="utf-8") as file:
        file.write("half")
        assert not path.exists()
    assert path.read_text() == "half"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no handle of a folder to flush")
def test_its_content_and_its_name_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flushed = tmp_path / "chosen.txt", []

    def flush(descriptor: int) -> None:
        flushed.append((os.fstat(descriptor).st_ino, path.exists()))

    monkeypatch.setattr(os, "fsync", flush)
    write(path)
    assert flushed == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


def test_what_raises_midway_leaves_the_former_file_and_nothing_beside(tmp_path: Path) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("former")
    with pytest.raises(LookupError), written_beside(path, encoding="utf-8") as file:
        file.write("half")
        raise LookupError
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_and_a_folder_in_the_way_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError) as told:
        write(tmp_path / "gone" / "chosen.txt")
    assert told.value.path == tmp_path / "gone" / "chosen.txt"
    (tmp_path / "chosen.txt").mkdir()
    with pytest.raises(FileNotWrittenError):
        write(tmp_path / "chosen.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["chosen.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o600, 0o666])
def test_the_mode_holds_from_the_first_moment_whatever_was_left_behind(tmp_path: Path, mode: int) -> None:
    path, beside = tmp_path / "chosen.txt", tmp_path / "chosen.txt.part"
    beside.write_text("of a program that was killed")
    beside.chmod(0o644)
    umask = os.umask(0o022)
    try:
        with written_beside(path, encoding="utf-8", mode=mode):
            assert stat.S_IMODE(beside.stat().st_mode) == mode & ~0o022
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == mode & ~0o022


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_that_was_laid_in_the_way_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "chosen.txt.part").symlink_to(elsewhere)
    write(tmp_path / "chosen.txt")
    assert (tmp_path / "chosen.txt").read_text() == "new"
    assert not elsewhere.exists()
