"""A second start on the same folder."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support import gui
from tests.support.gui import close_main_window, wait_until, window, windows
from tests.support.running_program import running_program
from tests.support.user_process import TIMEOUT_SECONDS, start_user
from zcc_keys_gui import app
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

FOLDERS = 1 if os.name == "nt" else rounds(2, 25)  # two races in each; a process takes seconds to start under Wine


def test_a_second_start_in_one_process_shows_the_window(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    for way in (data_folder, data_folder / ".." / data_folder.name):
        main.showMinimized()
        assert not app.start(["--data-folder", str(way)])
        assert not main.isMinimized()
        assert len(windows("mainWindow")) == 1


def test_a_second_start_shows_the_open_dialog_on_top(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    gui.trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    main.showMinimized()
    app.start(["--data-folder", str(data_folder)])
    assert not main.isMinimized()
    wait_until(dialog.isActiveWindow)
    dialog.close()


def test_a_start_works_after_the_other_process_has_ended(data_folder: Path, qapp: QApplication) -> None:
    first = start_user(data_folder, "race", "First")
    assert first.stdout is not None
    assert first.stdout.readline() == "first\n"
    assert not app.start(["--data-folder", str(data_folder)])
    first.communicate()
    assert app.start(["--data-folder", str(data_folder)])
    close_main_window(window("mainWindow"))


def test_ending_twice_closes_everything_once(start: None, data_folder: Path, qapp: QApplication) -> None:
    main = window("mainWindow")
    gui.trigger(main, "addKeyAction")
    running = running_program()
    running.end()
    running.end()
    wait_until(lambda: not QApplication.topLevelWidgets())
    assert not (data_folder / "vault.lock").exists()
    assert not list(data_folder.glob("vault.db-*"))  # the vault was closed


def test_a_second_process_shows_the_first_window(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    main.showMinimized()
    second = start_user(data_folder, "race", "Second")
    wait_until(lambda: second.poll() is not None)
    assert second.communicate()[0] == "second\n"
    wait_until(lambda: not main.isMinimized())
    assert len(windows("mainWindow")) == 1


@pytest.mark.reliability
def test_three_concurrent_starts_open_one_window(tmp_path: Path) -> None:
    for folder in (tmp_path / f"race{number}" for number in range(FOLDERS)):
        for race in (1, 2):
            started = [start_user(folder, "race", f"Race{race}Start{number}") for number in range(3)]
            roles = [process.stdout.readline().strip() if process.stdout else "" for process in started]
            assert sorted(roles) == ["first", "second", "second"]
            for process in started:
                process.communicate(timeout=TIMEOUT_SECONDS)
                assert process.returncode == 0
        store = VaultOpener(VaultFolder(folder)).open_for_this_account()
        assert store.keys.count(KeyQuery()) == 2
        store.close()
        assert {path.name for path in folder.glob("vault*")} == {"vault.db", "vault.json"}
    figures.count("double starts", "three concurrent starts", 2 * FOLDERS)
