"""Tests of the files in the program's folder."""

import sys
from pathlib import Path

import pytest

from release import contents

PLUGINS = "PySide6/plugins" if sys.platform == "win32" else "PySide6/Qt/plugins"
PLATFORM = "platforms/qwindows.dll" if sys.platform == "win32" else "platforms/libqxcb.so"


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/Qt6Core.dll",
        "PySide6/Qt/lib/libQt6XcbQpa.so.6",
        "libQt6DBus.so.6",
        "PySide6/QtWidgets.pyd",
        "PySide6/Qt6PrintSupport.dll",  # prints a recovery key
        "python313.dll",
        "keyring-25.7.0.dist-info/entry_points.txt",
        f"{PLUGINS}/{PLATFORM}",
        f"{PLUGINS}/{PLATFORM}".replace("/", "\\"),
    ],
)
def test_needed_files_are_shipped(path: str) -> None:
    assert contents.is_wanted(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/opengl32sw.dll",
        r"PySide6\Qt6OpenGL.dll",
        "PySide6/Qt6Qml.dll",
        "libQt6Quick.so.6",
        "PySide6/translations/qtbase_de.qm",
        "PySide6/Qt/translations/qtbase_de.qm",
        f"{PLUGINS}/imageformats/qjpeg.dll",
        r"PySide6\plugins\tls\qopensslbackend.dll",
        f"{PLUGINS}/generic/qtuiotouchplugin.dll",
        f"{PLUGINS}/platforms/qminimal.dll",
        "cryptography-50.0.2.dist-info/sboms/cryptography-rust.cyclonedx.json",
    ],
)
def test_other_files_are_excluded(path: str) -> None:
    assert not contents.is_wanted(path)


def test_a_correct_folder_has_no_faults(tmp_path: Path) -> None:
    (tmp_path / "ZCC Keys.exe").write_bytes(b"MZ")
    assert contents.faults(tmp_path) == []


def test_an_excluded_file_is_a_fault(tmp_path: Path) -> None:
    unwanted = tmp_path / "_internal" / "PySide6" / "opengl32sw.dll"
    unwanted.parent.mkdir(parents=True)
    unwanted.touch()
    (fault,) = contents.faults(tmp_path)
    assert fault == "This file must not be shipped: _internal/PySide6/opengl32sw.dll"


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows builds are shipped")
def test_a_folder_that_is_too_big_is_a_fault(tmp_path: Path) -> None:
    with (tmp_path / "big").open("wb") as file:
        file.truncate(contents.MAX_BYTES + 1)
    (fault,) = contents.faults(tmp_path)
    assert fault.startswith("The folder is 80.0 MB, and the limit is 80 MB")


def test_the_size_includes_all_files(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "one").write_bytes(bytes(1_000_000))
    (tmp_path / "below" / "two").write_bytes(bytes(500_000))
    assert contents.size(tmp_path) == 1_500_000
    assert contents.megabytes(contents.size(tmp_path)) == "1.5 MB"
