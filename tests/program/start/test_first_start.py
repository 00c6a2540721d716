"""The first start, with and without a key store."""

import gc
import json
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.program.start.helpers import PASSPHRASE
from tests.support import gui
from tests.support.gui import click, close_main_window, text, type_into, type_new_passphrase, wait_until, window
from tests.support.running_program import running_program
from tests.support.user import add, take_secret
from tests.support.user_process import TIMEOUT_SECONDS, start_user
from zcc_keys_gui import app, command_line
from zcc_keys_gui.platform import process as process_module
from zcc_keys_gui.ui.application.garbage_collector import GarbageCollector


def test_the_first_start_asks_nothing(start: None, data_folder: Path) -> None:
    main = window("mainWindow")
    assert text(main, "unlockedByLabel") == "Unlocked by this account"
    assert {path.name for path in data_folder.iterdir()} >= {"vault.db", "vault.json", "vault.lock"}


def test_a_start_does_not_load_the_sign_in_service(data_folder: Path) -> None:
    loaded = set(json.loads(start_user(data_folder, "start").communicate(timeout=TIMEOUT_SECONDS)[0]))
    assert "zcc_keys_gui.ui.main.window" in loaded
    heavy = {
        "asyncio",
        "jwt",
        "starlette",
        "uvicorn",
    }
    assert not loaded & (heavy | {"zcc_keys_gui.sign_in"})


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_the_user_chooses_a_passphrase(qapp: QApplication, data_folder: Path) -> None:
    arguments = ["--data-folder", str(data_folder)]
    app.start(arguments)
    create = window("createVaultDialog")
    assert not (data_folder / "vault.db").exists()
    type_new_passphrase(create, PASSPHRASE)
    click(create, "createVaultButton")
    main = window("mainWindow")
    assert text(main, "unlockedByLabel") == "Unlocked by passphrase"
    close_main_window(main)

    app.start(arguments)
    unlock = window("unlockDialog")
    type_into(unlock, "passphraseField", PASSPHRASE)
    click(unlock, "unlockButton")
    close_main_window(window("mainWindow"))


def test_the_taskbar_id_is_set_before_the_first_window(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows_by_then: list[int] = []
    monkeypatch.setattr(
        process_module, "set_app_id", lambda: windows_by_then.append(len(QApplication.topLevelWidgets()))
    )
    app.start(["--data-folder", str(data_folder)])
    assert windows_by_then == [0]
    close_main_window(window("mainWindow"))


def test_windows_can_restart_the_program_on_the_same_folder(
    data_folder: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[list[str]] = []
    monkeypatch.setattr(process_module, "register_restart", noted.append)
    monkeypatch.chdir(data_folder.parent)  # Windows starts the program in another folder
    app.start(["--data-folder", data_folder.name])
    wait_until(lambda: ["-m", "zcc_keys_gui", "--data-folder", str(data_folder)] in noted)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    app._let_windows_restart(data_folder)
    assert noted[-1] == ["--data-folder", str(data_folder)]
    close_main_window(window("mainWindow"))


@pytest.mark.usefixtures("no_keystore", "start")
def test_canceling_the_first_question_creates_no_vault(data_folder: Path) -> None:
    create = window("createVaultDialog")
    create.close()
    assert not (data_folder / "vault.db").exists()
    assert not (data_folder / "vault.lock").exists()


@pytest.mark.usefixtures("no_keystore", "start")
def test_ending_waits_for_a_vault_that_is_being_created(data_folder: Path) -> None:
    create = window("createVaultDialog")
    type_new_passphrase(create, PASSPHRASE)
    click(create, "createVaultButton")
    running_program().end()  # as when the session ends
    assert {path.name for path in data_folder.iterdir()} == {"vault.db", "vault.json"}  # the vault was closed, too
    assert not QApplication.topLevelWidgets() or not any(w.isVisible() for w in QApplication.topLevelWidgets())


def test_garbage_is_collected_in_the_gui_thread(start: None, qapp: QApplication) -> None:
    wait_until(lambda: qapp.findChild(GarbageCollector) is not None)
    assert not gc.isenabled()


@pytest.mark.parametrize("name", ["Zoë Ängström", "𝒵oë 你好 🔑", "/".join(["deep" * 25] * 3)])
def test_the_data_folder_can_have_any_name_and_depth(qapp: QApplication, tmp_path: Path, name: str) -> None:
    arguments = ["--data-folder", str(tmp_path / name)]
    app.start(arguments)
    main = window("mainWindow")
    take_secret(main, add(main, "ProdSync"))
    gui.trigger(main, "historyAction")
    assert not app.start(arguments)
    close_main_window(main)
    assert {path.name for path in command_line.data_folder(arguments).glob("vault*")} == {"vault.db", "vault.json"}
    app.start(arguments)
    main = window("mainWindow")
    assert gui.cells(gui.table(main), 0) == ["ProdSync"]
    close_main_window(main)
