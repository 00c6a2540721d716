"""The installer: how it is packed, and on Windows what it does. Skipped there where `dev.py installer` was not run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from platformdirs import user_data_path
from PySide6.QtWidgets import QApplication

from release import installer
from release.errors import ReleaseError
from release.installer import SETUP
from release.version_info import COMPANY, PRODUCT, numbers
from tests.support.hands import wait_until
from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

# --- packing ----------------------------------------------------------------------------------------------


def test_without_a_built_program_there_is_nothing_to_pack(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"^.*ZCC Keys\.exe is not there: `python dev\.py build` makes it"):
        installer.pack(tmp_path, tmp_path / "test-setup.exe")


def test_what_the_uninstaller_would_leave_behind_is_not_packed(tmp_path: Path) -> None:
    (tmp_path / "ZCC Keys.exe").touch()
    (tmp_path / "_internal").mkdir()
    (tmp_path / "readme.txt").touch()
    with pytest.raises(ReleaseError, match=r"readme\.txt$"):
        installer.pack(tmp_path, tmp_path / "test-setup.exe")


def test_a_setup_that_is_too_big_is_refused(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "MAX_BYTES", 1_000)
    with pytest.raises(ReleaseError, match=r"has 0\.\d MB, and may have 0 MB\.$"):
        installer.pack(built, tmp_path / "test-setup.exe")


def test_where_nsis_is_missing_it_says_where_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    with pytest.raises(ReleaseError, match="NSIS"):
        installer.find_makensis()


def test_nsis_is_found_where_its_own_setup_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    usual = tmp_path / "NSIS" / "makensis.exe"
    usual.parent.mkdir()
    usual.touch()
    assert installer.find_makensis() == str(usual)


def test_the_exit_codes_that_it_has_are_documented() -> None:
    codes = re.findall(r"!define ERROR_INSTALL_\w+ (\d+)", installer.SCRIPT.read_text(encoding="utf-8"))
    assert len(codes) == 3
    documented = (installer.HERE / "docs" / "deploying.md").read_text(encoding="utf-8")
    for code in ("0", "1", "2", *codes):
        assert f"\n| {code} | " in documented, code


# --- installing -------------------------------------------------------------------------------------------

if sys.platform == "win32":
    import ctypes
    import winreg

    from tests.support.frozen_program import ENTER, ESCAPE, FrozenProgram, forget_key_of, press, title_of
    from tests.support.windows_calls import close, foreground_window, properties, run_without_admin_rights, texts_in

    ALIVE = 120  # seconds in which any process of these tests has ended
    KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\ZCC Keys"
    DATA = user_data_path(PRODUCT, appauthor=False)
    PERSON, EVERYBODY = winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE
    MENU = {
        PERSON: Path(os.environ["APPDATA"], r"Microsoft\Windows\Start Menu\Programs", f"{PRODUCT}.lnk"),
        EVERYBODY: Path(os.environ["PROGRAMDATA"], r"Microsoft\Windows\Start Menu\Programs", f"{PRODUCT}.lnk"),
    }
    FOLDER = {
        PERSON: Path(os.environ["LOCALAPPDATA"], "Programs", PRODUCT),
        EVERYBODY: Path(os.environ["PROGRAMFILES"], PRODUCT),
    }

    def registered(whom: int) -> dict[str, str | int]:
        """Return what Apps & features knows of the program; nothing where it is not installed."""
        try:
            with winreg.OpenKey(whom, KEY) as key:
                count = winreg.QueryInfoKey(key)[1]
                return {name: value for name, value, _ in (winreg.EnumValue(key, index) for index in range(count))}
        except FileNotFoundError:
            return {}

    def run(command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line as it is: NSIS wants the folder behind /D= and _?= without quotes."""
        return subprocess.run(command, capture_output=True, text=True, timeout=ALIVE, check=False)

    def set_up(arguments: str = "") -> subprocess.CompletedProcess[str]:
        return run(f'"{SETUP}" /S {arguments}')

    def uninstall(whom: int = PERSON) -> subprocess.CompletedProcess[str]:
        return run(str(registered(whom)["QuietUninstallString"]))

    def files(folder: Path) -> dict[str, int]:
        """Return the files in a folder, and when each was written, in nanoseconds."""
        return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}

    def can_be_written(exe: Path) -> bool:
        """Say whether nobody runs this exe."""
        try:
            exe.open("r+b").close()
        except PermissionError:
            return False
        return True

    @pytest.fixture
    def account(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """An account that never had the program; it is left like that."""
        if not SETUP.exists():
            pytest.skip("python dev.py installer was not run here")
        if registered(PERSON) or registered(EVERYBODY) or DATA.exists():
            pytest.skip("ZCC Keys is in use here, and these tests would change it")
        # The vault is where the installed program puts it, and opened as it does that.
        monkeypatch.delenv("WIN_PD_OVERRIDE_LOCAL_APPDATA")
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        yield
        for whom in (PERSON, EVERYBODY):
            if registered(whom):
                assert uninstall(whom).returncode == 0
        if DATA.exists():
            forget_key_of(DATA)
            shutil.rmtree(DATA)

    @pytest.mark.usefixtures("account")
    def test_a_person_installs_it_uses_it_and_removes_it_and_keeps_the_vault() -> None:
        folder, exe = FOLDER[PERSON], FOLDER[PERSON] / f"{PRODUCT}.exe"
        assert set_up().returncode == 0
        assert MENU[PERSON].exists()
        said = registered(PERSON)
        assert said["DisplayName"] == PRODUCT
        assert said["DisplayVersion"] == __version__
        assert (said["VersionMajor"], said["VersionMinor"]) == numbers(__version__)[:2]
        assert said["Publisher"] == COMPANY
        assert said["InstallLocation"] == str(folder)
        assert said["DisplayIcon"] == str(exe)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and "Uninstall" not in path.name)
        assert said["EstimatedSize"] == size // 1024
        assert (said["NoModify"], said["NoRepair"]) == (1, 1)

        with FrozenProgram(exe) as program:
            program.add_key("ProdSync")
            before = files(folder)
            for refused in (set_up(), uninstall()):
                assert refused.returncode == 1618
                assert refused.stderr.strip() == "ZCC Keys is running. Close it, and try again. Nothing was changed."
            assert files(folder) == before
            assert program.close() == 0

        (folder / "_internal" / "of an older version.dll").touch()
        with winreg.OpenKey(PERSON, KEY, access=winreg.KEY_SET_VALUE) as key:
            winreg.SetValueEx(key, "DisplayVersion", 0, winreg.REG_SZ, "0.0.1")
        assert set_up().returncode == 0
        assert files(folder).keys() == before.keys()
        assert registered(PERSON)["DisplayVersion"] == __version__

        removed = uninstall()
        assert removed.returncode == 0
        assert r"%LOCALAPPDATA%\ZCC Keys" in removed.stderr
        assert not exe.exists()
        assert not MENU[PERSON].exists()
        assert not registered(PERSON)
        wait_until(lambda: not folder.exists())
        assert not (DATA / "Logs").exists()
        store = VaultOpener(VaultFolder(DATA)).open_for_this_account()
        assert store.key_named("ProdSync") is not None
        store.close()

    @pytest.fixture
    def shown(account: None) -> Iterator[FrozenProgram]:
        """The setup as it starts with a double-click."""
        setup = FrozenProgram(SETUP)
        yield setup
        setup.process.kill()
        setup.process.wait()

    def wait_for_page(button: str) -> None:
        """Wait until the window that gets what is typed has this button."""
        wait_until(lambda: button in texts_in(foreground_window()))

    def test_a_person_installs_it_by_its_windows_and_starts_it_from_the_last(shown: FrozenProgram) -> None:
        for button in ("I Agree", "Install", "Finish"):
            wait_for_page(button)
            press(ENTER)
        assert shown.process.wait(ALIVE) == 0
        wait_until(lambda: title_of(foreground_window()) == PRODUCT)
        close(foreground_window())
        wait_until(lambda: can_be_written(FOLDER[PERSON] / f"{PRODUCT}.exe"))

    def test_a_person_who_cancels_has_changed_nothing(shown: FrozenProgram) -> None:
        wait_for_page("I Agree")
        press(ESCAPE)
        assert shown.process.wait(ALIVE) == 1
        assert not registered(PERSON)
        assert not FOLDER[PERSON].exists()

    @pytest.mark.usefixtures("account")
    def test_it_moves_to_a_folder_that_is_named_later(tmp_path: Path) -> None:
        assert set_up().returncode == 0
        with FrozenProgram(FOLDER[PERSON] / f"{PRODUCT}.exe") as program:
            program.window(PRODUCT)
            assert set_up(f"/D={tmp_path / 'elsewhere'}").returncode == 1618
            assert not (tmp_path / "elsewhere").exists()
            assert program.close() == 0
        assert set_up(f"/D={tmp_path / 'elsewhere'}").returncode == 0
        assert registered(PERSON)["InstallLocation"] == str(tmp_path / "elsewhere")
        assert not FOLDER[PERSON].exists()
        assert uninstall().returncode == 0

    @pytest.mark.usefixtures("account")
    def test_a_folder_of_ones_own_is_kept_with_what_else_is_in_it(tmp_path: Path) -> None:
        folder = tmp_path / "Zoë's tools"
        folder.mkdir()
        own = folder / "own.txt"
        own.touch()
        assert set_up(f"/D={folder}").returncode == 0
        assert registered(PERSON)["InstallLocation"] == str(folder)
        before = files(folder)
        assert set_up().returncode == 0  # an upgrade finds it
        assert files(folder).keys() == before.keys()
        assert not FOLDER[PERSON].exists()
        assert properties(folder / f"Uninstall {PRODUCT}.exe") == properties(SETUP)
        assert properties(SETUP) == {
            "CompanyName": COMPANY,
            "FileDescription": f"{PRODUCT} Setup",
            "FileVersion": __version__,
            "LegalCopyright": __copyright__,
            "ProductName": PRODUCT,
            "ProductVersion": __version__,
        }
        assert uninstall().returncode == 0
        wait_until(lambda: files(folder).keys() == {own.name})

    @pytest.mark.skipif(not ctypes.WinDLL("shell32").IsUserAnAdmin(), reason="needs the rights of an administrator")
    @pytest.mark.usefixtures("account")
    def test_an_administrator_installs_it_for_all_users_and_nobody_else_can(tmp_path: Path) -> None:
        with (tmp_path / "errors").open("w+b") as errors:
            assert run_without_admin_rights(f'"{SETUP}" /S /AllUsers', errors) == 1925
            errors.seek(0)
            assert b"needs the rights of an administrator" in errors.read()
        assert not registered(EVERYBODY)
        assert not FOLDER[EVERYBODY].exists()
        assert set_up("/allusers").returncode == 0
        assert registered(EVERYBODY)["InstallLocation"] == str(FOLDER[EVERYBODY])
        assert not registered(PERSON)
        assert MENU[EVERYBODY].exists()
        assert not MENU[PERSON].exists()
        with (tmp_path / "errors").open("w+b") as errors:
            assert run_without_admin_rights(str(registered(EVERYBODY)["QuietUninstallString"]), errors) == 1925
            errors.seek(0)
            assert b"needs the rights of an administrator" in errors.read()
        assert registered(EVERYBODY)
        assert uninstall(EVERYBODY).returncode == 0
        assert not registered(EVERYBODY)
        assert not MENU[EVERYBODY].exists()
        wait_until(lambda: not FOLDER[EVERYBODY].exists())

    @pytest.mark.usefixtures("account")
    def test_where_it_fails_the_former_version_is_there_again() -> None:
        folder = FOLDER[PERSON]
        blocked = MENU[PERSON] / "in the way"  # a folder where the shortcut is to be, so that it cannot be written
        blocked.mkdir(parents=True)
        try:
            failed = set_up()
            assert failed.returncode == 2
            assert "could not be installed" in failed.stderr
            assert not registered(PERSON)
            assert not files(folder)
        finally:
            shutil.rmtree(MENU[PERSON])
        assert set_up().returncode == 0
        (folder / "_internal" / "of an older version.dll").touch()
        before = files(folder)
        MENU[PERSON].unlink()
        blocked.mkdir(parents=True)
        try:
            assert set_up().returncode == 2
            assert files(folder) == before
            assert registered(PERSON)
        finally:
            shutil.rmtree(MENU[PERSON])

    @pytest.mark.usefixtures("account")
    def test_a_setup_that_was_interrupted_is_made_good_by_the_next() -> None:
        folder = FOLDER[PERSON]
        assert set_up().returncode == 0
        whole = files(folder).keys()
        aside = folder / f"{PRODUCT} former files"
        aside.mkdir()
        for name in (f"Uninstall {PRODUCT}.exe", "_internal", f"{PRODUCT}.exe"):
            (folder / name).rename(aside / name)
        (folder / "_internal").mkdir()
        (folder / "_internal" / "half").touch()
        assert set_up().returncode == 0
        assert files(folder).keys() == whole

    @pytest.mark.usefixtures("account")
    def test_two_setups_do_not_meet_in_a_folder(tmp_path: Path) -> None:
        first = subprocess.Popen(f'"{SETUP}" /S /D={tmp_path}')
        wait_until((tmp_path / f"{PRODUCT} setup.lock").exists)
        second = set_up(f"/D={tmp_path}")
        assert second.returncode == 1618
        assert "Another setup of ZCC Keys is running" in second.stderr
        assert first.wait(ALIVE) == 0

    @pytest.mark.usefixtures("account")
    def test_the_folder_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
        other = tmp_path / "other"  # another program that PyInstaller made
        (other / "_internal").mkdir(parents=True)
        (other / "_internal" / "python313.dll").touch()
        before = files(other)
        refused = set_up(f"/D={other}")
        assert refused.returncode == 2
        assert "There is another program in" in refused.stderr
        assert files(other) == before
        assert not registered(PERSON)

    @pytest.mark.usefixtures("account")
    @pytest.mark.parametrize("folder", [r"{}\file\below", r'"{}\quoted"', "below", r"1:\nowhere"])
    def test_a_folder_that_cannot_be_is_refused_and_no_other_is_taken(tmp_path: Path, folder: str) -> None:
        (tmp_path / "file").touch()
        refused = set_up(f"/D={folder.format(tmp_path)}")
        assert refused.returncode == 2
        assert "The folder behind /D= cannot be used." in refused.stderr
        assert not registered(PERSON)
        assert not FOLDER[PERSON].exists()
