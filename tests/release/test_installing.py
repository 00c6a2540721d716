"""Installing, upgrading and removing the program; skipped until `dev.py installer` was run on Windows."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring.core
import pytest
from PySide6.QtWidgets import QApplication

from release.installer import SETUP
from release.version_info import COMPANY, PRODUCT, numbers
from tests.support.gui import wait_until
from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

if sys.platform == "win32":
    import ctypes
    import winreg

    from tests.release.installed_program import (
        ALL_USERS,
        DATA,
        FOLDER,
        KEY,
        MENU,
        PROCESS_TIMEOUT_SECONDS,
        THIS_USER,
        can_be_written,
        end_installed_program,
        files,
        registered,
        set_up,
        uninstall,
    )
    from tests.support.processes.frozen_program import ENTER, ESCAPE, FrozenProgram, forget_key_of, press, title_of
    from tests.support.processes.windows_calls import (
        close,
        foreground_window,
        properties,
        run_without_admin_rights,
        texts_in,
    )

    @pytest.fixture
    def account(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """An account without the program, and without it again after the test."""
        if not SETUP.exists():
            pytest.skip("python dev.py installer was not run")
        if registered(THIS_USER) or registered(ALL_USERS) or DATA.exists():
            pytest.skip("ZCC Keys is in use on this computer, and these tests would change it")
        # The tests use the vault folder and the key store of the installed program.
        monkeypatch.delenv("WIN_PD_OVERRIDE_LOCAL_APPDATA")
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        yield
        end_installed_program()
        for hive in (THIS_USER, ALL_USERS):
            if registered(hive):
                assert uninstall(hive).returncode == 0
        if DATA.exists():
            forget_key_of(DATA)
            shutil.rmtree(DATA)

    def assert_registered(folder: Path, exe: Path) -> None:
        """Check the values of the program's uninstall key."""
        values = registered(THIS_USER)
        assert values["DisplayName"] == PRODUCT
        assert values["DisplayVersion"] == __version__
        assert (values["VersionMajor"], values["VersionMinor"]) == numbers(__version__)[:2]
        assert values["Publisher"] == COMPANY
        assert values["InstallLocation"] == str(folder)
        assert values["DisplayIcon"] == str(exe)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and "Uninstall" not in path.name)
        assert values["EstimatedSize"] == size // 1024
        assert (values["NoModify"], values["NoRepair"]) == (1, 1)

    @pytest.mark.usefixtures("account")
    def test_installing_using_and_removing_it_keeps_the_vault() -> None:
        folder, exe = FOLDER[THIS_USER], FOLDER[THIS_USER] / f"{PRODUCT}.exe"
        assert set_up().returncode == 0
        assert MENU[THIS_USER].exists()
        assert_registered(folder, exe)

        with FrozenProgram(exe) as program:
            program.add_key("ProdSync")
            before = files(folder)
            for rejected in (set_up(), uninstall()):
                assert rejected.returncode == 1618
                expected = "ZCC Keys is running. Nothing was changed. Close it, and then try again."
                assert rejected.stderr.strip() == expected
            assert files(folder) == before
            assert program.close() == 0

        (folder / "_internal" / "of an older version.dll").touch()
        with winreg.OpenKey(THIS_USER, KEY, access=winreg.KEY_SET_VALUE) as key:
            winreg.SetValueEx(key, "DisplayVersion", 0, winreg.REG_SZ, "0.0.1")
        assert set_up().returncode == 0
        assert files(folder).keys() == before.keys()
        assert registered(THIS_USER)["DisplayVersion"] == __version__

        removed = uninstall()
        assert removed.returncode == 0
        assert r"%LOCALAPPDATA%\ZCC Keys" in removed.stderr
        assert not exe.exists()
        assert not MENU[THIS_USER].exists()
        assert not registered(THIS_USER)
        wait_until(lambda: not folder.exists())
        assert not (DATA / "Logs").exists()
        store = VaultOpener(VaultFolder(DATA)).open_for_this_account()
        assert store.key_named("ProdSync") is not None
        store.close()

    @pytest.fixture
    def shown(account: None) -> Iterator[FrozenProgram]:
        """The setup, started as with a double-click."""
        setup = FrozenProgram(SETUP)
        yield setup
        setup.process.kill()
        setup.process.wait()

    def wait_for_page(button: str) -> None:
        """Wait until the window with the keyboard focus has this button."""
        wait_until(lambda: button in texts_in(foreground_window()))

    def test_its_pages_install_the_program_and_start_it(shown: FrozenProgram) -> None:
        for button in ("I Agree", "Install", "Finish"):
            wait_for_page(button)
            press(ENTER)
        assert shown.process.wait(PROCESS_TIMEOUT_SECONDS) == 0
        wait_until(lambda: title_of(foreground_window()) == PRODUCT)

        def has_ended() -> bool:  # a window that is still being created ignores the first message
            if title_of(window := foreground_window()) == PRODUCT:
                close(window)
            return can_be_written(FOLDER[THIS_USER] / f"{PRODUCT}.exe")

        wait_until(has_ended)

    def test_canceling_changes_nothing(shown: FrozenProgram) -> None:
        wait_for_page("I Agree")
        press(ESCAPE)
        assert shown.process.wait(PROCESS_TIMEOUT_SECONDS) == 1
        assert not registered(THIS_USER)
        assert not FOLDER[THIS_USER].exists()

    @pytest.mark.usefixtures("account")
    def test_it_moves_to_another_folder(tmp_path: Path) -> None:
        assert set_up().returncode == 0
        with FrozenProgram(FOLDER[THIS_USER] / f"{PRODUCT}.exe") as program:
            program.window(PRODUCT)
            assert set_up(f"/D={tmp_path / 'elsewhere'}").returncode == 1618
            assert not (tmp_path / "elsewhere").exists()
            assert program.close() == 0
        assert set_up(f"/D={tmp_path / 'elsewhere'}").returncode == 0
        assert registered(THIS_USER)["InstallLocation"] == str(tmp_path / "elsewhere")
        assert not FOLDER[THIS_USER].exists()
        assert uninstall().returncode == 0

    @pytest.mark.usefixtures("account")
    def test_an_existing_folder_keeps_its_other_files(tmp_path: Path) -> None:
        folder = tmp_path / "Zoë's tools"
        folder.mkdir()
        own = folder / "own.txt"
        own.touch()
        assert set_up(f"/D={folder}").returncode == 0
        assert registered(THIS_USER)["InstallLocation"] == str(folder)
        before = files(folder)
        assert set_up().returncode == 0  # an upgrade finds the folder
        assert files(folder).keys() == before.keys()
        assert not FOLDER[THIS_USER].exists()
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

    @pytest.mark.skipif(not ctypes.WinDLL("shell32").IsUserAnAdmin(), reason="needs administrator rights")
    @pytest.mark.usefixtures("account")
    def test_only_an_administrator_installs_it_for_all_users(tmp_path: Path) -> None:
        with (tmp_path / "errors").open("w+b") as errors:
            assert run_without_admin_rights(f'"{SETUP}" /S /AllUsers', errors) == 1925
            errors.seek(0)
            assert b"You need administrator rights" in errors.read()
        assert not registered(ALL_USERS)
        assert not FOLDER[ALL_USERS].exists()
        assert set_up("/allusers").returncode == 0
        assert registered(ALL_USERS)["InstallLocation"] == str(FOLDER[ALL_USERS])
        assert not registered(THIS_USER)
        assert MENU[ALL_USERS].exists()
        assert not MENU[THIS_USER].exists()
        with (tmp_path / "errors").open("w+b") as errors:
            assert run_without_admin_rights(str(registered(ALL_USERS)["QuietUninstallString"]), errors) == 1925
            errors.seek(0)
            assert b"You need administrator rights" in errors.read()
        assert registered(ALL_USERS)
        assert uninstall(ALL_USERS).returncode == 0
        assert not registered(ALL_USERS)
        assert not MENU[ALL_USERS].exists()
        wait_until(lambda: not FOLDER[ALL_USERS].exists())

    @pytest.mark.usefixtures("account")
    def test_a_failed_setup_restores_the_former_version() -> None:
        folder = FOLDER[THIS_USER]
        blocked = MENU[THIS_USER] / "in the way"  # a folder with the name of the shortcut, so that setup fails
        blocked.mkdir(parents=True)
        try:
            failed = set_up()
            assert failed.returncode == 2
            assert "could not be installed" in failed.stderr
            assert not registered(THIS_USER)
            assert not files(folder)
        finally:
            shutil.rmtree(MENU[THIS_USER])
        assert set_up().returncode == 0
        (folder / "_internal" / "of an older version.dll").touch()
        before = files(folder)
        MENU[THIS_USER].unlink()
        blocked.mkdir(parents=True)
        try:
            assert set_up().returncode == 2
            assert files(folder) == before
            assert registered(THIS_USER)
        finally:
            shutil.rmtree(MENU[THIS_USER])

    @pytest.mark.usefixtures("account")
    def test_the_next_setup_repairs_an_interrupted_one() -> None:
        folder = FOLDER[THIS_USER]
        assert set_up().returncode == 0
        complete = files(folder).keys()
        former = folder / f"{PRODUCT} former files"
        former.mkdir()
        for name in (f"Uninstall {PRODUCT}.exe", "_internal", f"{PRODUCT}.exe"):
            (folder / name).rename(former / name)
        (folder / "_internal").mkdir()
        (folder / "_internal" / "half").touch()
        assert set_up().returncode == 0
        assert files(folder).keys() == complete

    @pytest.mark.usefixtures("account")
    def test_a_second_setup_in_the_same_folder_is_rejected(tmp_path: Path) -> None:
        first = subprocess.Popen(f'"{SETUP}" /S /D={tmp_path}')
        wait_until((tmp_path / f"{PRODUCT} setup.lock").exists)
        second = set_up(f"/D={tmp_path}")
        assert second.returncode == 1618
        assert "Another ZCC Keys setup is running." in second.stderr
        assert first.wait(PROCESS_TIMEOUT_SECONDS) == 0

    @pytest.mark.usefixtures("account")
    def test_the_folder_of_another_program_is_rejected(tmp_path: Path) -> None:
        other = tmp_path / "other"  # a program that PyInstaller built
        (other / "_internal").mkdir(parents=True)
        (other / "_internal" / "python313.dll").touch()
        before = files(other)
        rejected = set_up(f"/D={other}")
        assert rejected.returncode == 2
        assert "contains another program" in rejected.stderr
        assert files(other) == before
        assert not registered(THIS_USER)

    @pytest.mark.usefixtures("account")
    @pytest.mark.parametrize("folder", [r"{}\file\below", r'"{}\quoted"', "below", r"1:\nowhere"])
    def test_an_invalid_folder_is_rejected_without_a_substitute(tmp_path: Path, folder: str) -> None:
        (tmp_path / "file").touch()
        rejected = set_up(f"/D={folder.format(tmp_path)}")
        assert rejected.returncode == 2
        assert "The folder after /D= can't be used." in rejected.stderr
        assert not registered(THIS_USER)
        assert not FOLDER[THIS_USER].exists()
