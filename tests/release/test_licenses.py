"""The licenses of a build; `tests/project/test_frozen.py` compares them with a real build."""

import sys
from pathlib import Path

import pytest

from release.licenses import write_licenses

ALWAYS = {"ZCC Keys", "PyInstaller", "CPython", "zlib", "Parts of Qt", "Parts of cryptography", "OpenSSL", "SQLCipher"}


def names(folder: Path) -> set[str]:
    rows = [line for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return {row.split(" | ")[0].removeprefix("| ") for row in rows} - {"Component"}


def test_only_parts_of_the_build_are_listed(tmp_path: Path) -> None:
    folder = write_licenses(["zxcvbn.matching", "os.path"], ["sqlcipher3/_sqlite3.pyd"], tmp_path / "licences")
    assert names(folder) == ALWAYS | {"zxcvbn", "sqlcipher3"}
    assert {path.name for path in folder.iterdir()} >= {"README.md", "zxcvbn.txt", "sqlcipher3.txt", "cpython.txt"}
    assert not (folder / "jeepney.txt").exists()


def test_libraries_are_known_by_their_names(tmp_path: Path) -> None:
    libraries = ["libffi-8.dll", r"shiboken6\MSVCP140.dll", "VCRUNTIME140.dll", "PySide6/Qt6Core.dll", "python313.dll"]
    folder = write_licenses([], libraries, tmp_path / "licences")
    assert names(folder) - ALWAYS == {"libffi", "Visual C++ runtime", "pyside6-essentials", "shiboken6"}


def test_a_package_missing_from_the_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"does not list these parts: pytest"):
        write_licenses(["pytest"], [], tmp_path / "licences")
    assert not (tmp_path / "licences").exists()


@pytest.mark.skipif(sys.platform != "win32", reason="Linux builds contain many system libraries and are not shipped")
def test_an_unknown_library_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"unknown: stranger\.dll"):
        write_licenses([], ["stranger.dll"], tmp_path / "licences")


def test_files_of_an_earlier_build_are_removed(tmp_path: Path) -> None:
    write_licenses(["zxcvbn"], [], tmp_path / "licences")
    folder = write_licenses([], [], tmp_path / "licences")
    assert not (folder / "zxcvbn.txt").exists()
