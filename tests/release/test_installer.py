"""Packing the installer; `test_installing.py` installs the program with it."""

import re
from pathlib import Path

import pytest

from release import installer
from release.errors import ReleaseError


def test_packing_needs_a_built_program(tmp_path: Path) -> None:
    with pytest.raises(
        ReleaseError, match=r"^.*ZCC Keys\.exe is missing\. Run `python dev\.py build` on Windows first\.$"
    ):
        installer.pack(tmp_path, tmp_path / "test-setup.exe")


def test_files_that_the_uninstaller_would_keep_are_not_packed(tmp_path: Path) -> None:
    (tmp_path / "ZCC Keys.exe").touch()
    (tmp_path / "_internal").mkdir()
    (tmp_path / "readme.txt").touch()
    with pytest.raises(ReleaseError, match=r"readme\.txt\.$"):
        installer.pack(tmp_path, tmp_path / "test-setup.exe")


def test_a_setup_that_is_too_big_is_rejected(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "MAX_BYTES", 1_000)
    with pytest.raises(ReleaseError, match=r"is 0\.\d MB, and the limit is 0 MB\.$"):
        installer.pack(built, tmp_path / "test-setup.exe")


def test_a_missing_nsis_is_an_error_with_instructions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    with pytest.raises(ReleaseError, match="NSIS"):
        installer.find_makensis()


def test_nsis_is_found_in_its_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    usual = tmp_path / "NSIS" / "makensis.exe"
    usual.parent.mkdir()
    usual.touch()
    assert installer.find_makensis() == str(usual)


def test_the_exit_codes_are_documented() -> None:
    codes = re.findall(r"!define ERROR_INSTALL_\w+ (\d+)", installer.SCRIPT.read_text(encoding="utf-8"))
    assert len(codes) == 3
    documented = (installer.HERE / "docs" / "deploying.md").read_text(encoding="utf-8")
    for code in ("0", "1", "2", *codes):
        assert f"\n| {code} | " in documented, code
