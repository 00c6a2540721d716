"""A key that is held down repeats typing, but not a command."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QTableView, QWidget

from tests.support import gui, user
from tests.support.gui import cells, click, table, trigger, type_into, wait_until, window
from tests.ui.key_steps import add_key
from zcc_keys_gui import app
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.keys.check_secret_dialog import CheckSecretDialog
from zcc_keys_gui.ui.keys.list.key_model import STATUS_COLUMN
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

NONE, ALT, CONTROL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def unlock_dialog(no_keystore: None, data_folder: Path, qapp: QApplication) -> Iterator[QWidget]:
    """The dialog that asks for the passphrase of a vault."""
    VaultOpener(VaultFolder(data_folder)).create_with_passphrase("correct horse").close()
    app.start(["--data-folder", str(data_folder)])
    yield window("unlockDialog")
    for dialog in gui.windows("unlockDialog"):
        dialog.close()


def hold(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> None:
    """Press a key, and hold it down until the system has repeated it twenty times."""
    for number in range(21):
        QTest.simulateEvent(widget, True, key, modifiers, text, number > 0)


def history_of(main: QWidget) -> list[str]:
    trigger(main, "historyAction")
    shown = window("historyWindow")
    actions = cells(gui.find(shown, "historyTable", QTableView), 2)
    shown.close()
    return actions


def test_actions_of_the_main_window_do_not_repeat(main: QWidget) -> None:
    actions = main.findChildren(QAction)
    assert {"toggleStatusAction", "deleteKeyAction", "regenerateSecretAction", "signInServiceAction"} <= {
        action.objectName() for action in actions
    }
    # The action without a name opens the menu of a toolbar that is too narrow.
    assert [action.text() for action in actions if action.autoRepeat() and action.text()] == []


def test_actions_of_other_windows_do_not_repeat(main: QWidget) -> None:
    for name, beside in (("signInLogAction", "signInLogWindow"), ("historyAction", "historyWindow")):
        trigger(main, name)
        shown = window(beside)
        assert [action.text() for action in shown.findChildren(QAction) if action.autoRepeat()] == []
        shown.close()


def test_holding_ctrl_e_toggles_once(main: QWidget) -> None:
    add_key(main, "ProdSync")
    table(main).selectRow(0)
    hold(table(main), Qt.Key.Key_E, CONTROL)
    assert cells(table(main), STATUS_COLUMN) == ["○ Disabled"]
    assert history_of(main).count("Disabled") == 1


def test_holding_enter_does_not_save_the_form_that_it_opened(main: QWidget) -> None:
    add_key(main, "ProdSync")
    table(main).selectRow(0)
    hold(table(main), Qt.Key.Key_Return, text="\r")
    dialog = window("editKeyDialog")
    hold(gui.line(dialog, "nameField"), Qt.Key.Key_Return, text="\r")  # a new press saves
    wait_until(lambda: not gui.windows("editKeyDialog"))
    for _ in range(5):  # the key is still held, now in the window behind
        QTest.simulateEvent(table(main), True, Qt.Key.Key_Return, NONE, "\r", True)
    assert gui.windows("editKeyDialog") == []


def test_holding_esc_closes_one_window(main: QWidget) -> None:
    secret = user.add(main, "ProdSync")
    click(secret, "connectButton")
    connect = window("connectDialog")
    click(connect, "copySnippetButton")  # after that, the dialog closes without a question
    hold(connect, Qt.Key.Key_Escape)
    assert not connect.isVisible()
    for _ in range(5):  # the key is still held, now in the window behind
        QTest.simulateEvent(secret, True, Qt.Key.Key_Escape, NONE, "", True)
    assert secret.isVisible()
    user.take_secret(main, secret)


def test_holding_enter_tries_a_wrong_passphrase_once(unlock_dialog: QWidget) -> None:
    dialog = unlock_dialog
    type_into(dialog, "passphraseField", "wrong passphrase")
    hold(gui.line(dialog, "passphraseField"), Qt.Key.Key_Return, text="\r")
    wait_until(lambda: bool(gui.text(dialog, "passphraseError")))
    for _ in range(20):
        QTest.simulateEvent(gui.line(dialog, "passphraseField"), True, Qt.Key.Key_Return, NONE, "\r", True)
    assert gui.text(dialog, "attemptsLabel").startswith("A wrong passphrase")


def test_holding_a_mnemonic_switches_its_box_once(main: QWidget, secret_clipboard: SecretClipboard) -> None:
    dialog = CheckSecretDialog(lambda _: None, secret_clipboard, main)
    dialog.open()
    dialog.activateWindow()
    wait_until(dialog.isActiveWindow)
    field, box = gui.line(dialog, "secretField"), gui.find(dialog, "showSecretBox", QCheckBox)
    wait_until(field.hasFocus)
    switched: list[bool] = []
    box.toggled.connect(switched.append)
    for number in range(4):
        QTest.simulateEvent(field, True, Qt.Key.Key_S, ALT, "", number > 0)
        QTest.qWait(150)  # a clicked button ignores other presses for 100 ms
    assert switched == [True]
    dialog.reject()


def test_holding_the_screen_sharing_shortcut_switches_once(main: QWidget, secret_clipboard: SecretClipboard) -> None:
    dialog = CheckSecretDialog(lambda _: None, secret_clipboard, main)
    shortcuts = dialog.findChildren(QShortcut)
    assert shortcuts
    assert not any(shortcut.autoRepeat() for shortcut in shortcuts)
    dialog.reject()
    dialog.deleteLater()


def test_letters_and_deletions_repeat(main: QWidget) -> None:
    field = gui.find(main, "searchField", QLineEdit)
    hold(field, Qt.Key.Key_A, text="a")
    assert field.text() == "a" * 21
    hold(field, Qt.Key.Key_Backspace, text="\b")
    assert field.text() == ""
