"""The dialog that finds out which key a client secret belongs to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, line, question, table, text, trigger, window
from tests.ui.key_steps import add_key, regenerate
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.ui.application.log import log_folder
from zcc_keys_gui.ui.widgets import sharing_switch


@pytest.fixture
def dialog(main: QWidget) -> Iterator[QWidget]:
    """Open the dialog in a vault with one key."""
    add_key(main, "ProdSync")
    trigger(main, "checkSecretAction")
    yield window("checkSecretDialog")
    for remaining in gui.windows("checkSecretDialog"):
        remaining.close()


def paste(dialog: QWidget, pasted: str) -> str:
    """Replace the field's text by pasting with the keyboard; return the result."""
    field = line(dialog, "secretField")
    QApplication.clipboard().setText(pasted, QClipboard.Mode.Clipboard)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    return result(dialog)


def result(dialog: QWidget) -> str:
    """Return the result, which the field also has as its description."""
    assert line(dialog, "secretField").accessibleDescription() == text(dialog, "resultLabel")
    return text(dialog, "resultLabel")


def test_the_result_names_the_key_of_a_secret(main: QWidget) -> None:
    old = add_key(main, "ProdSync")
    new = regenerate(main, "ProdSync", "24 hours")
    disabled = add_key(main, "Nightly", disabled=True)
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    assert result(dialog) == ""
    assert paste(dialog, new) == "This is the client secret of ProdSync, which is enabled."
    assert paste(dialog, disabled).startswith("This is the client secret of Nightly, which is disabled. ")
    assert paste(dialog, old).startswith("This is the old client secret of ProdSync, which is enabled. ")
    line(dialog, "secretField").clear()
    assert result(dialog) == ""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not gui.windows("checkSecretDialog")


def test_the_result_says_why_a_secret_belongs_to_no_key(main: QWidget) -> None:
    replaced = add_key(main, "ProdSync")
    present = regenerate(main, "ProdSync", "None")
    client_id = gui.cells(table(main), 1)[0]
    deleted = add_key(main, "OldSync")
    trigger(main, "deleteKeyAction")
    click(question(), "confirmButton")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    assert "a former client secret of ProdSync. It was replaced on " in paste(dialog, replaced)
    assert "a client secret of OldSync, which was deleted on " in paste(dialog, deleted)
    assert paste(dialog, present[:-9]).endswith("The text has 49 characters, but a complete client secret has 58.")
    assert paste(dialog, present[:-2] + "!!").endswith("changed. Copy the client secret again.")
    assert paste(dialog, f"{present}\n").startswith("There are spaces, line breaks, or quotes around the secret.")
    assert result(dialog).endswith("\nThis is the client secret of ProdSync, which is enabled.")
    assert paste(dialog, f"{present}\u200b").startswith("There are invisible characters around the secret.")
    with_word_joiner, with_line_break = f"{present[:30]}\u2060{present[30:]}", f"{present[:30]}\r\n{present[30:]}"
    assert paste(dialog, with_word_joiner).startswith("There are invisible characters inside the secret.")
    assert paste(dialog, with_line_break).startswith("There are spaces, line breaks, or quotes inside the secret.")
    assert paste(dialog, f"ZCC_SECRET={present}").startswith("There is other text around the secret.")
    assert paste(dialog, client_id).startswith("This is the client ID of ProdSync, not a client secret.")
    assert paste(dialog, client_id[:-3] + "000").startswith("This is a client ID that no key in this vault has.")
    assert paste(dialog, "tenants-own").startswith("This is not a client secret of this program.")
    assert "no key in this vault has it" in paste(dialog, new_client_secret().reveal())
    click(dialog, "closeButton")


def test_a_secret_is_hidden_until_the_user_shows_it(dialog: QWidget) -> None:
    field = line(dialog, "secretField")
    gui.wait_until(field.hasFocus)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    click(dialog, "showSecretBox")
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    click(dialog, "showSecretBox")
    assert field.echoMode() is QLineEdit.EchoMode.Password


def test_enter_keeps_the_dialog_open(dialog: QWidget) -> None:
    paste(dialog, "x")
    QTest.keyClick(line(dialog, "secretField"), Qt.Key.Key_Return)
    assert gui.windows("checkSecretDialog")


def test_tab_reaches_every_control(dialog: QWidget) -> None:
    names = {stop.objectName() for stop in gui.tab_stops(dialog)}
    assert names == {"secretField", "showSecretBox", "closeButton"}


def test_ten_megabytes_can_be_pasted(dialog: QWidget) -> None:
    assert paste(dialog, "x\n" * 5_000_000).endswith("Only the first 200 characters were checked.")


@pytest.mark.parametrize("way", ["button", "esc", "x", "lock"])
def test_the_secret_is_forgotten_when_the_dialog_closes(main: QWidget, way: str) -> None:
    secret = add_key(main, "ProdSync")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    paste(dialog, secret)
    field = line(dialog, "secretField")
    destroyed: list[bool] = []
    dialog.destroyed.connect(lambda: destroyed.append(True))
    if way == "button":
        click(dialog, "closeButton")
    elif way == "esc":
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    elif way == "x":
        dialog.close()
    else:
        main.close()
    assert field.text() == ""
    assert not field.isUndoAvailable()
    gui.wait_until(lambda: bool(destroyed))


def test_history_log_and_screen_reader_do_not_get_the_secret(main: QWidget, data_folder: Path) -> None:
    add_key(main, "ProdSync")
    trigger(main, "historyAction")
    before = gui.cells(table(window("historyWindow"), "historyTable"), 2)
    window("historyWindow").close()
    unknown = new_client_secret().reveal()
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    paste(dialog, unknown)
    spoken = [widget.accessibleDescription() + widget.accessibleName() for widget in dialog.findChildren(QWidget)]
    assert not any(unknown[9:20] in words for words in spoken)
    click(dialog, "closeButton")
    trigger(main, "historyAction")
    assert gui.cells(table(window("historyWindow"), "historyTable"), 2) == before
    # While an automatic backup is being made, files appear and disappear.
    gui.wait_until(lambda: any((data_folder / "copies").glob("*Z")))
    written = [path for place in (log_folder(), data_folder) for path in place.rglob("*") if path.is_file()]
    assert written
    assert not any(unknown[9:20].encode() in path.read_bytes() for path in written)


def test_checking_needs_no_service_and_no_selected_key(main: QWidget) -> None:
    table(main).clearSelection()
    action = gui.find(main, "checkSecretAction", QAction)
    assert action.isEnabled()


def test_a_vault_that_cannot_be_read_is_reported(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = add_key(main, "ProdSync")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")

    def fail(*_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    monkeypatch.setattr(main._vault.keys._store, "key_with_secret", fail)  # type: ignore[attr-defined]
    assert paste(dialog, secret) == ""
    assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")
    click(dialog, "closeButton")


def test_every_mnemonic_is_unique(dialog: QWidget) -> None:
    texts = [str(each.property("text")) for each in dialog.findChildren(QWidget)]
    letters = [text.partition("&")[2][:1].lower() for text in texts if "&" in text]
    assert sorted(letters) == sorted(set(letters))


def test_the_main_window_says_that_the_dialog_is_hidden(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing_switch, "hide_from_capture", lambda _, hidden: hidden)
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    bar = gui.find(main, "hiddenSecretBar", QWidget)
    assert bar.isVisible()
    click(dialog, "showInScreenSharingButton")
    assert not bar.isVisible()
    click(dialog, "showInScreenSharingButton")
    assert bar.isVisible()
    click(dialog, "closeButton")
    assert not bar.isVisible()
