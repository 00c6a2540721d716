"""Locking the vault closes it and hides what it contains."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QTableView, QTabWidget, QWidget

from tests.program.locking.helpers import PASSPHRASE, assert_only_unlock_dialog_is_open, end_idle_time, lock, unlock
from tests.reliability.rounds import rounds
from tests.support import gui
from tests.support.gui import (
    click,
    find,
    line,
    question,
    table,
    text,
    trigger,
    type_into,
    type_new_passphrase,
    wait_until,
    window,
)
from tests.support.running_program import has_open_vault, open_store, running_program, session
from tests.support.user import add, take_secret
from zcc_keys_gui import app
from zcc_keys_gui.domain.errors import VaultUnreachableError

LOCKS = rounds(20, 400)


def test_locking_closes_the_vault_and_all_windows(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    assert QApplication.clipboard().text()
    store = open_store()
    trigger(main, "historyAction")
    window("historyWindow")
    trigger(main, "preferencesAction")
    window("preferencesDialog")
    running_program().lock()
    dialog = window("unlockDialog")
    assert [each.objectName() for each in QApplication.topLevelWidgets() if each.isVisible()] == ["unlockDialog"]
    assert QApplication.clipboard().text() == ""
    with pytest.raises(Exception, match="closed"):
        store.keys._total()
    with pytest.raises(Exception, match="closed"):
        store._key.material()
    assert "ProdSync" not in dialog.windowTitle()
    again = unlock()
    assert find(again, "keyTable", QTableView).model().rowCount() == 1
    assert text(again, "unlockedByLabel") == "Unlocked by passphrase"


def test_a_secret_shown_while_locking_counts_as_not_copied(main: QWidget) -> None:
    add(main, "ProdSync")
    running_program().lock()
    again = unlock()
    assert find(again, "pendingBar", QWidget).isVisible()
    assert "ProdSync may not have been copied" in text(again, "pendingBarText")


def test_locking_clears_a_copied_snippet(main: QWidget) -> None:
    click(add(main, "ProdSync"), "connectButton")
    click(window("connectDialog"), "copySnippetButton")
    trigger(main, "lockAction")
    assert_only_unlock_dialog_is_open()
    wait_until(lambda: QApplication.clipboard().text() == "")


def test_locking_answers_an_open_question_with_cancel(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    trigger(main, "deleteKeyAction")
    question()
    running_program().lock()
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1


def test_locking_closes_the_files_of_the_vault(main: QWidget, data_folder: Path) -> None:
    take_secret(main, add(main, "ProdSync"))
    line(main, "searchField").setText("Pro")  # the search uses another connection
    trigger(main, "historyAction")
    lock(main)
    for path in data_folder.glob("vault.db*"):  # Windows can't rename an open file
        path.rename(path.with_name(f"{path.name}.away"))
        path.with_name(f"{path.name}.away").rename(path)
    if sys.platform == "linux":
        places = [place.resolve() for place in Path("/proc/self/fd").iterdir()]
        opened = [place.name for place in places if place.parent == data_folder]
        assert opened == ["vault.lock"]
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1


def test_the_vault_is_locked_even_if_closing_it_fails(
    main: QWidget, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()

    def fail() -> None:
        raise VaultUnreachableError(data_folder)

    with monkeypatch.context() as patched:
        patched.setattr(store._reader, "close", fail)
        lock(main)
    with pytest.raises(Exception, match="closed"):
        store._key.material()
    unlock()


def test_locking_keeps_a_text_of_another_program(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    QApplication.clipboard().setText("theirs")
    lock(main)
    assert QApplication.clipboard().text() == "theirs"
    unlock()


def test_a_wrong_passphrase_does_not_unlock_the_vault(main: QWidget) -> None:
    dialog = lock(main)
    type_into(dialog, "passphraseField", "a wrong one")
    click(dialog, "unlockButton")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert not gui.windows("mainWindow")
    assert not has_open_vault()
    line(dialog, "passphraseField").clear()
    unlock()


def test_the_unlock_dialog_of_a_minimized_window_is_minimized(main: QWidget) -> None:
    main.setWindowState(Qt.WindowState.WindowMinimized)
    running_program().lock()
    dialog = window("unlockDialog")
    assert dialog.isMinimized()
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    running_program().come_to_front()
    assert not dialog.isMinimized()
    unlock()


def test_the_vault_is_locked_after_the_idle_time(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    end_idle_time(monkeypatch)
    window("unlockDialog")
    unlock()
    assert session()._lock_watch is not None


if sys.platform == "win32":
    from tests.support.processes.windows_calls import post_session_change

    def test_locking_the_session_of_windows_locks_the_vault(main: QWidget) -> None:
        post_session_change(int(main.winId()), 0x7)
        window("unlockDialog")
        unlock()


def test_ctrl_l_locks_the_vault_from_the_list_and_from_a_dialog(main: QWidget) -> None:
    QTest.keyClick(table(main), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window("unlockDialog")
    main = unlock()
    QTest.keyClick(line(add(main, "ProdSync"), "clientIdField"), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    window("unlockDialog")
    assert find(unlock(), "pendingBar", QWidget).isVisible()


def test_closing_the_window_after_unlocking_ends_the_program(main: QWidget) -> None:
    running = running_program()
    lock(main)
    unlock().close()
    assert running._has_ended


def test_only_a_vault_that_needs_a_passphrase_can_be_locked(data_folder: Path) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert not find(main, "lockAction", QAction).isEnabled()
    running_program().lock()
    assert main.isVisible()
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "askForPassphraseBox")
    chosen = window("setPassphraseDialog")
    type_new_passphrase(chosen, PASSPHRASE)
    click(chosen, "setPassphraseButton")
    wait_until(lambda: find(main, "lockAction", QAction).isEnabled())
    assert find(dialog, "askForPassphraseBox", QCheckBox).isChecked()
    assert session()._lock_watch is not None
    click(dialog, "askForPassphraseBox")
    wait_until(lambda: not find(main, "lockAction", QAction).isEnabled())
    assert session()._lock_watch is None
    dialog.close()
    main.close()


def test_closing_the_unlock_dialog_ends_the_program(main: QWidget) -> None:
    running = running_program()
    lock(main).close()
    assert running._has_ended


def test_a_second_start_shows_the_unlock_dialog(main: QWidget, data_folder: Path) -> None:
    dialog = lock(main)
    assert not app.start(["--data-folder", str(data_folder)])
    assert window("unlockDialog") is dialog


def test_locking_many_times_leaks_nothing(data_folder: Path) -> None:
    command = [sys.executable, "-m", "tests.support.user", str(data_folder), "lock_often", str(LOCKS)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    *unlocked, locked = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(unlocked) == LOCKS + 1
    first, last = unlocked[2], unlocked[-1]
    assert [last[what] for what in ("main windows", "vaults", "watches")] == [1, 1, 1]
    assert [locked[what] for what in ("main windows", "vaults", "watches")] == [0, 0, 0]
    assert last["widgets"] <= first["widgets"]
    assert last["threads"] <= first["threads"] + 2  # a thread pool starts and ends some
    assert last["handles"] <= first["handles"] + 20
