"""Checking a client secret, as a person would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QClipboard
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, line, question, table, text, trigger, window
from tests.ui.main.test_window import add, regenerate
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.ui.application.log import log_folder
from zcc_keys_gui.ui.widgets import sharing_switch


@pytest.fixture
def dialog(main: QWidget) -> Iterator[QWidget]:
    """The dialog, over a list with one key."""
    add(main, "ProdSync")
    trigger(main, "checkSecretAction")
    yield window("checkSecretDialog")
    for left in gui.windows("checkSecretDialog"):
        left.close()


def paste(dialog: QWidget, pasted: str) -> str:
    """Paste by the keyboard, over what is there; return what is said."""
    field = line(dialog, "secretField")
    QApplication.clipboard().setText(pasted, QClipboard.Mode.Clipboard)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    return said(dialog)


def said(dialog: QWidget) -> str:
    assert line(dialog, "secretField").accessibleDescription() == text(dialog, "resultLabel")
    return text(dialog, "resultLabel")


def test_it_says_at_once_which_key_a_secret_belongs_to(main: QWidget) -> None:
    old = add(main, "ProdSync")
    new = regenerate(main, "ProdSync", "in 24 hours")
    disabled = add(main, "Nightly", disabled=True)
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    assert said(dialog) == ""
    assert paste(dialog, new) == "It is the client secret of ProdSync, which is enabled."
    assert paste(dialog, disabled).startswith("It is the client secret of Nightly, which is disabled: ")
    assert paste(dialog, old).startswith(
        "It is the old client secret of ProdSync, which works beside the new one until "
    )
    line(dialog, "secretField").clear()
    assert said(dialog) == ""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not gui.windows("checkSecretDialog")


def test_it_says_why_a_secret_belongs_to_no_key(main: QWidget) -> None:
    replaced = add(main, "ProdSync")
    present = regenerate(main, "ProdSync", "now")
    client_id = gui.cells(table(main), 1)[0]
    deleted = add(main, "Gone")
    trigger(main, "deleteKeyAction")
    click(question(), "confirmButton")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    assert "a former client secret of ProdSync, replaced on " in paste(dialog, replaced)
    assert "of a deleted key: Gone was deleted on " in paste(dialog, deleted)
    assert paste(dialog, present[:-9]) == (
        "Checksum wrong: characters are missing, added or changed. It has 49 characters, a whole one has 58."
    )
    assert paste(dialog, present[:-2] + "!!").endswith("changed. Copy it again.")
    assert paste(dialog, f"{present}\n").startswith("Spaces, line breaks or quotes around the secret: ")
    assert said(dialog).endswith("\nIt is the client secret of ProdSync, which is enabled.")
    assert paste(dialog, f"{present}\u200b").startswith("Invisible characters around the secret: ")
    assert paste(dialog, f"{present[:30]}\u2060{present[30:]}").startswith("Invisible characters within the secret: ")
    assert paste(dialog, f"{present[:30]}\r\n{present[30:]}").startswith("Spaces, line breaks or quotes within")
    assert paste(dialog, f"ZCC_SECRET={present}").startswith("There is other text around the secret.")
    assert paste(dialog, client_id).startswith("It is a client ID, that of ProdSync, and no client secret")
    assert paste(dialog, client_id[:-3] + "000").startswith("It is a client ID, which no key of this vault has")
    assert paste(dialog, "tenants-own") == "Not a client secret of this program: those begin with zcclocal_."
    assert "no key of this vault has it" in paste(dialog, new_client_secret().reveal())
    click(dialog, "closeButton")


def test_a_secret_is_hidden_until_the_person_wants_it_shown(dialog: QWidget) -> None:
    field = line(dialog, "secretField")
    gui.wait_until(field.hasFocus)
    assert field.echoMode() is QLineEdit.EchoMode.Password
    click(dialog, "showSecretBox")
    assert field.echoMode() is QLineEdit.EchoMode.Normal
    click(dialog, "showSecretBox")
    assert field.echoMode() is QLineEdit.EchoMode.Password


def test_enter_does_not_close_before_the_answer_was_read(dialog: QWidget) -> None:
    paste(dialog, "x")
    QTest.keyClick(line(dialog, "secretField"), Qt.Key.Key_Return)
    assert gui.windows("checkSecretDialog")


def test_everything_is_reached_by_keyboard(dialog: QWidget) -> None:
    names = {stop.objectName() for stop in gui.tab_stops(dialog)}
    assert names == {"secretField", "showSecretBox", "closeButton"}


def test_ten_megabytes_can_be_pasted(dialog: QWidget) -> None:
    assert paste(dialog, "x\n" * 5_000_000).endswith("Only the first 200 characters were looked at.")


@pytest.mark.parametrize("way", ["button", "esc", "x", "lock"])
def test_the_secret_is_forgotten_however_the_dialog_closes(main: QWidget, way: str) -> None:
    secret = add(main, "ProdSync")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    paste(dialog, secret)
    field = line(dialog, "secretField")
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
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
    gui.wait_until(lambda: bool(gone))


def test_nothing_of_it_is_in_the_history_the_log_or_what_is_spoken(main: QWidget, data_folder: Path) -> None:
    add(main, "ProdSync")
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
    gui.wait_until(lambda: any((data_folder / "copies").glob("*Z")))  # the files of a copy being made come and go
    written = [path for place in (log_folder(), data_folder) for path in place.rglob("*") if path.is_file()]
    assert written
    assert not any(unknown[9:20].encode() in path.read_bytes() for path in written)


def test_it_is_offered_while_the_service_is_off_and_no_key_is_selected(main: QWidget) -> None:
    table(main).clearSelection()
    action = gui.find(main, "checkSecretAction", QAction)
    assert action.isEnabled()


def test_a_vault_that_cannot_be_read_is_told(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = add(main, "ProdSync")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")

    def fail(*_: object) -> None:
        raise VaultDamagedError(Path("vault.db"))

    monkeypatch.setattr(main._vault.keys._store, "key_with_secret", fail)  # type: ignore[attr-defined]
    assert paste(dialog, secret) == ""
    assert text(question(), "qt_msgbox_label") == "The file vault.db is damaged."
    click(question(), "closeButton")
    click(dialog, "closeButton")


def test_no_accelerator_is_there_twice(dialog: QWidget) -> None:
    texts = [str(each.property("text")) for each in dialog.findChildren(QWidget)]
    letters = [text.partition("&")[2][:1].lower() for text in texts if "&" in text]
    assert sorted(letters) == sorted(set(letters))


def test_where_it_is_hidden_from_screen_sharing_the_main_window_says_so(
    main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
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
