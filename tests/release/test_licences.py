"""The licences that go with a build; `tests/project/test_frozen.py` compares them with what is in one."""

import sys
from pathlib import Path

import pytest

from release.licences import write_licences

ALWAYS = {"ZCC Keys", "PyInstaller", "CPython", "zlib", "Parts of Qt", "Parts of cryptography", "OpenSSL", "SQLCipher"}


def names(folder: Path) -> set[str]:
    rows = [line for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row.split(" | ")[0].removeprefix("| ") for row in rows} - {"package"}


def test_only_what_is_in_the_build_is_listed_with_its_text(tmp_path: Path) -> None:
    folder = write_licences(["zxcvbn.matching", "os.path"], ["sqlcipher3/_sqlite3.pyd"], tmp_path / "licences")
    assert names(folder) == ALWAYS | {"zxcvbn", "sqlcipher3"}
    assert {path.name for path in folder.iterdir()} >= {"README.md", "zxcvbn.txt", "sqlcipher3.txt", "cpython.txt"}
    assert not (folder / "jeepney.txt").exists()


def test_libraries_are_known_by_their_names(tmp_path: Path) -> None:
    libraries = ["libffi-8.dll", r"shiboken6\MSVCP140.dll", "VCRUNTIME140.dll", "PySide6/Qt6Core.dll", "python313.dll"]
    folder = write_licences([], libraries, tmp_path / "licences")
    assert names(folder) - ALWAYS == {"libffi", "Visual C++ runtime", "pyside6-essentials", "shiboken6"}


def test_what_the_table_does_not_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"does not list what is shipped: pytest"):
        write_licences(["pytest"], [], tmp_path / "licences")
    assert not (tmp_path / "licences").exists()


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere the system's libraries are many, and not shipped")
def test_a_library_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"licence: stranger\.dll"):
        write_licences([], ["stranger.dll"], tmp_path / "licences")


def test_what_an_earlier_build_had_is_gone(tmp_path: Path) -> None:
    write_licences(["zxcvbn"], [], tmp_path / "licences")
    folder = write_licences([], [], tmp_path / "licences")
    assert not (folder / "zxcvbn.txt").exists()
