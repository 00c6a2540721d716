"""Locking: the vault closed, the windows empty, and all of it back after the passphrase."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QRadioButton, QTableView, QTabWidget, QWidget

from tests import hands
from tests.hands import click, find, line, question, replace_text, text, trigger, type_into, wait_until, window
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui import app
from zcc_keys_gui.program import Program
from zcc_keys_gui.vault.door import VaultDoor
from zcc_keys_gui.vault.folder import VaultFolder
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"


@pytest.fixture
def main(qapp: QApplication, data_folder: Path) -> Iterator[QWidget]:
    """The main window of a program with an empty vault that asks for its passphrase at every start."""
    VaultDoor(VaultFolder(data_folder)).create_with_passphrase(PASSPHRASE).close()
    app.start(["--data-folder", str(data_folder)])
    yield unlock()
    for name in ("mainWindow", "unlockDialog"):
        for each in hands.windows(name):
            each.close()


def unlock(passphrase: str = PASSPHRASE) -> QWidget:
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "unlockButton")
    return window("mainWindow")


def lock(main: QWidget) -> QWidget:
    trigger(main, "lockAction")
    return window("unlockDialog")


def program() -> Program:
    (running,) = [each for each in QApplication.instance().findChildren(Program) if not each._has_ended]  # type: ignore[union-attr]
    return running


def add_key(main: QWidget, name: str) -> QWidget:
    trigger(main, "addKeyAction")
    dialog = window("addKeyDialog")
    type_into(dialog, "nameField", name)
    click(dialog, "saveButton")
    return window("clientSecretDialog")


def test_locked_means_closed_and_empty(main: QWidget) -> None:
    secret = add_key(main, "ProdSync")
    click(secret, "copySecretButton")
    click(secret, "closeButton")
    assert QApplication.clipboard().text()
    store = program()._store
    assert isinstance(store, VaultStore)
    trigger(main, "historyAction")
    window("historyWindow")
    trigger(main, "preferencesAction")
    window("preferencesDialog")
    program().lock()
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


def test_a_secret_that_was_shown_may_not_have_been_taken(main: QWidget) -> None:
    add_key(main, "ProdSync")
    program().lock()
    again = unlock()
    assert find(again, "pendingBar", QWidget).isVisible()
    assert "ProdSync may not have been taken" in text(again, "pendingBarText")


@pytest.mark.parametrize("way", ["add", "edit"])
def test_an_unsaved_form_comes_back(main: QWidget, way: str) -> None:
    secret = add_key(main, "ProdSync")
    click(secret, "copySecretButton")
    click(secret, "closeButton")
    trigger(main, f"{way}KeyAction")
    form = window(f"{way}KeyDialog")
    replace_text(form, "nameField", "not right")
    click(form, "disabledButton")
    click(form, "writeButton")
    replace_text(form, "sessionValidityField", "12x")
    line(form, "sessionValidityField").setFocus()
    program().lock()
    unlock()
    form = window(f"{way}KeyDialog")
    assert text(form, "nameField") == "not right"
    assert text(form, "sessionValidityField") == "12x"
    assert find(form, "disabledButton", QRadioButton).isChecked()
    assert find(form, "writeButton", QRadioButton).isChecked()
    wait_until(lambda: line(form, "sessionValidityField").hasFocus())
    replace_text(form, "nameField", "Right")
    replace_text(form, "sessionValidityField", "60")
    click(form, "saveButton")
    if way == "add":
        click(window("clientSecretDialog"), "copySecretButton")
        click(window("clientSecretDialog"), "closeButton")


def test_search_and_filters_come_back(main: QWidget) -> None:
    line(main, "searchField").setText("Prod")
    find(main, "statusFilter", QComboBox).setCurrentIndex(1)
    lock(main)
    again = unlock()
    assert text(again, "searchField") == "Prod"
    assert find(again, "statusFilter", QComboBox).currentIndex() == 1


def test_a_question_just_closes(main: QWidget) -> None:
    secret = add_key(main, "ProdSync")
    click(secret, "copySecretButton")
    click(secret, "closeButton")
    trigger(main, "deleteKeyAction")
    question()
    program().lock()
    assert find(unlock(), "keyTable", QTableView).model().rowCount() == 1


def test_idle_minutes_lock_and_use_puts_it_off(main: QWidget) -> None:
    watch = program()._watch
    assert watch is not None
    assert watch._idle.interval() == 5 * 60_000
    watch._idle.start(600_000)
    QTest.keyClick(main, Qt.Key.Key_Down)
    assert watch._idle.remainingTime() > 599_000
    program()._preferences.lock_after_minutes = 7
    assert watch._idle.interval() == 7 * 60_000
    watch._idle.start(1)
    window("unlockDialog")
    assert program()._watch is None
    unlock()


def test_a_vault_that_this_account_opens_cannot_be_locked(data_folder: Path) -> None:
    app.start(["--data-folder", str(data_folder)])
    main = window("mainWindow")
    assert not find(main, "lockAction", QAction).isEnabled()
    program().lock()
    assert main.isVisible()
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    click(dialog, "askForPassphraseBox")
    chosen = window("setPassphraseDialog")
    type_into(chosen, "passphraseField", PASSPHRASE)
    type_into(chosen, "repeatPassphraseField", PASSPHRASE)
    click(chosen, "setPassphraseButton")
    wait_until(lambda: find(main, "lockAction", QAction).isEnabled())
    assert find(dialog, "askForPassphraseBox", QCheckBox).isChecked()
    assert program()._watch is not None
    click(dialog, "askForPassphraseBox")
    wait_until(lambda: not find(main, "lockAction", QAction).isEnabled())
    assert program()._watch is None
    dialog.close()
    main.close()


def test_closing_the_unlock_dialog_ends_the_program(main: QWidget) -> None:
    running = program()
    lock(main).close()
    assert running._has_ended


def test_a_second_start_brings_the_unlock_dialog_to_the_front(main: QWidget, data_folder: Path) -> None:
    dialog = lock(main)
    assert not app.start(["--data-folder", str(data_folder)])
    assert window("unlockDialog") is dialog


def test_a_hundred_locks_leave_nothing_behind(main: QWidget, data_folder: Path) -> None:
    def things() -> int:
        gc.collect()
        return sum(isinstance(each, VaultStore | QWidget) for each in gc.get_objects())

    counts = []
    for _ in range(10):
        lock(main)
        main = unlock()
        QApplication.sendPostedEvents(None, 52)  # DeferredDelete
        counts.append(things())
    assert counts[-1] <= counts[1] + 5, counts


# --- the organization's wish ------------------------------------------------------------------------------


def test_a_new_vault_gets_a_passphrase(set_policies: Callable[[str, str | int], None], data_folder: Path) -> None:
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("createVaultDialog")
    assert any("Your organization wants" in label.text() for label in dialog.findChildren(QLabel))
    type_into(dialog, "passphraseField", PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", PASSPHRASE)
    click(dialog, "createVaultButton")
    main = window("mainWindow")
    trigger(main, "preferencesAction")
    assert not find(window("preferencesDialog"), "askForPassphraseBox", QCheckBox).isEnabled()
    main.close()


@pytest.mark.parametrize("answer", ["set", "decline"])
def test_a_vault_of_this_account_is_given_one(
    set_policies: Callable[[str, str | int], None], data_folder: Path, answer: str
) -> None:
    door = VaultDoor(VaultFolder(data_folder))
    door.create_for_this_account().close()
    set_policies("AskForPassphrase", 1)
    app.start(["--data-folder", str(data_folder)])
    dialog = window("setPassphraseDialog")
    if answer == "decline":
        dialog.close()
        assert door.has_this_account()
        return
    type_into(dialog, "passphraseField", PASSPHRASE)
    type_into(dialog, "repeatPassphraseField", PASSPHRASE)
    click(dialog, "setPassphraseButton")
    window("mainWindow").close()
    assert not door.has_this_account()
    door.open_with_passphrase(PASSPHRASE).close()
