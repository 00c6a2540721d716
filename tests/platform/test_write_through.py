"""Renaming that is on the disk when it is done; a power cut cannot be had in a test, the call's effect can."""

from pathlib import Path

import pytest

from zcc_keys_gui.platform.write_through import rename_through


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "ölt").write_text("old")
    rename_through(tmp_path / "new", tmp_path / "ölt")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("ölt", "new")]


def test_a_folder_gets_another_name(tmp_path: Path) -> None:
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished" / "file").touch()
    rename_through(tmp_path / "unfinished", tmp_path / "finished")
    assert (tmp_path / "finished" / "file").exists()


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rename_through(tmp_path / "missing", tmp_path / "other")
