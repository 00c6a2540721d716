"""Folders deeper than 260 characters."""

import sys
from pathlib import Path

import pytest

from zcc_keys_gui.platform.files import to_long_path

DEEP = "/".join(["d" * 100] * 3)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has two forms of a path")
def test_other_systems_have_one_form_of_a_path(tmp_path: Path) -> None:
    assert to_long_path(tmp_path / DEEP) == tmp_path / DEEP


if sys.platform == "win32":

    def test_a_deep_folder_can_be_made(tmp_path: Path) -> None:
        folder = to_long_path(tmp_path / "a" / ".." / DEEP)
        assert str(folder) == "\\\\?\\" + str(tmp_path / DEEP)
        folder.mkdir(parents=True)
        assert to_long_path(folder) == folder

    def test_a_deep_folder_on_a_server_has_its_own_form() -> None:
        assert str(to_long_path(Path("//server/share") / DEEP)).startswith("\\\\?\\UNC\\server\\share\\d")

    def test_a_short_folder_stays_the_same(tmp_path: Path) -> None:
        assert to_long_path(tmp_path / "vault") == tmp_path / "vault"
