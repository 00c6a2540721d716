"""The connect card, opened from the real main window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPlainTextEdit, QWidget

from tests.sign_in.helpers.service_process import Credentials
from tests.support import gui
from tests.support.calls import port, sign_in, switch_on
from tests.support.gui import cells, click, find, select, table, text, trigger, visible, wait_until, window
from tests.support.user import add, take_secret
from tests.ui.conftest import HeldClipboard
from zcc_keys_gui.domain.client_secret import new_client_secret
from zcc_keys_gui.domain.policies import validate_policies
from zcc_keys_gui.service.snippets import PLACEHOLDER, SNIPPETS
from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog
from zcc_keys_gui.ui.keys.connect_dialog import ConnectDialog
from zcc_keys_gui.ui.text.keys.connect import SERVICE_FORBIDDEN, SNIPPET_NOT_COPIED


def card_of(main: QWidget, name: str = "ProdSync") -> ConnectDialog:
    """Open the connect card of a key from the menu."""
    select(table(main), name)
    trigger(main, "connectAction")
    card = window("connectDialog")
    assert isinstance(card, ConnectDialog)
    return card


def card_with_secret(main: QWidget) -> tuple[ClientSecretDialog, ConnectDialog, str]:
    """Add a key and open its card. Return the dialog that shows the secret, the card, and the secret."""
    reveal = add(main, "ProdSync")
    assert isinstance(reveal, ClientSecretDialog)
    click(reveal, "connectButton")
    card = window("connectDialog")
    assert isinstance(card, ConnectDialog)
    return reveal, card, text(reveal, "clientSecretField")


def shown(card: QWidget) -> str:
    """Return the snippet that the card shows."""
    return find(card, "snippetText", QPlainTextEdit).toPlainText()


def choose(card: QWidget, client: str) -> None:
    """Choose a client in the card."""
    find(card, "snippetField", QComboBox).setCurrentText(client)


def close_all(*dialogs: QWidget) -> None:
    """Close dialogs whose secret was copied, because others ask before they close."""
    for dialog in dialogs:
        click(dialog, "closeButton")


def test_without_a_secret_snippets_have_a_placeholder(main: QWidget) -> None:
    secret = take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    assert card.windowTitle() == "Connect with ProdSync"
    (client_id,) = cells(table(main), 1)
    for each in SNIPPETS:
        choose(card, each.client)
        assert shown(card) == each.write("http://127.0.0.1:8765", client_id, PLACEHOLDER)
        assert text(card, "snippetHint") == each.hint
        assert secret not in shown(card)
    assert PLACEHOLDER in text(card, "placeholderHint")
    close_all(card)


def test_a_snippet_without_a_secret_stays_on_the_clipboard(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    for each in SNIPPETS:
        choose(card, each.client)
        assert text(card, "copiedLabel") == ""
        click(card, "copySnippetButton")
        assert QApplication.clipboard().text() == shown(card)
        assert text(card, "copiedLabel") == f"Copied with {PLACEHOLDER} instead of the client secret."
    wait_until(lambda: not find(main, "clipboardLabel", QLabel).isVisible())  # the countdown of the secret has ended
    close_all(card)


def test_the_card_switches_on_a_service_that_is_off(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    assert text(card, "serviceStateLabel") == (
        "The sign-in service is off. If you switch it on, it listens on http://127.0.0.1:8765."
    )
    click(card, "switchOnButton")
    assert not find(card, "switchOnButton", QAbstractButton).isVisible()
    base_url = f"http://127.0.0.1:{port(main)}"
    assert text(card, "serviceStateLabel") == f"The sign-in service listens on {base_url}."
    assert base_url in shown(card)
    trigger(main, "signInServiceAction")
    assert text(card, "serviceStateLabel").startswith("The sign-in service is off.")
    assert find(card, "switchOnButton", QAbstractButton).isVisible()
    close_all(card)


def test_the_card_says_that_the_service_is_not_allowed(
    qapp: QApplication, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "zcc_keys_gui.program.validate_policies", lambda *_: validate_policies({"ForbidSignInService": 1})
    )
    main = request.getfixturevalue("main")
    take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    assert text(card, "serviceStateLabel") == SERVICE_FORBIDDEN
    assert not find(card, "switchOnButton", QAbstractButton).isVisible()
    close_all(card)


def test_a_snippet_with_the_secret_signs_in(main: QWidget) -> None:
    listening = switch_on(main)
    reveal, card, secret = card_with_secret(main)
    choose(card, ".env")
    click(card, "copySnippetButton")
    settings = dict(line.split("=", 1) for line in QApplication.clipboard().text().splitlines())
    assert settings["ZCC_CLIENT_SECRET"] == secret
    key = Credentials(settings["ZCC_CLIENT_ID"], settings["ZCC_CLIENT_SECRET"])
    assert settings["ZCC_OVERRIDE_URL"] == f"http://127.0.0.1:{listening}/papi"
    assert sign_in(listening, key).status == 200
    close_all(card, reveal)


def test_copying_a_snippet_with_the_secret_copies_the_secret(main: QWidget) -> None:
    reveal, card, secret = card_with_secret(main)
    assert secret in shown(card)
    click(card, "copySnippetButton")
    assert QApplication.clipboard().text() == shown(card)
    assert text(card, "copiedLabel").startswith("Copied with the client secret. The clipboard clears in 30 seconds.")
    card._clipboard.clear_secret()  # as at the end of the countdown
    assert QApplication.clipboard().text() == ""
    assert text(card, "copiedLabel") == "The snippet is no longer on the clipboard."
    close_all(card)
    assert reveal.copied
    close_all(reveal)  # this asks no question, because the secret was copied
    wait_until(lambda: not gui.windows("clientSecretDialog"))


def test_closing_the_card_forgets_the_secret(main: QWidget) -> None:
    reveal, card, secret = card_with_secret(main)
    click(card, "copySnippetButton")
    close_all(card)
    assert secret not in shown(card)
    assert PLACEHOLDER in shown(card)
    assert card._secret is None
    close_all(reveal)


def test_closing_the_secret_dialog_clears_the_card(main: QWidget) -> None:
    reveal, card, secret = card_with_secret(main)
    reveal.accept()
    assert secret not in shown(card)
    assert card._secret is None


def test_closing_the_main_window_clears_the_card(main: QWidget) -> None:
    _, card, secret = card_with_secret(main)
    main.close()
    assert secret not in shown(card)
    assert card._secret is None


def test_undo_does_not_bring_the_secret_back(main: QWidget) -> None:
    reveal, card, secret = card_with_secret(main)
    field = find(card, "snippetText", QPlainTextEdit)
    card.forget_secret()
    field.setReadOnly(False)
    field.undo()
    assert secret not in shown(card)
    click(reveal, "copySecretButton")
    close_all(card, reveal)


def test_no_title_description_or_menu_has_the_secret(main: QWidget) -> None:
    reveal, card, secret = card_with_secret(main)
    for widget in [card, *card.findChildren(QWidget)]:
        for shown_text in (
            widget.accessibleName(),
            widget.accessibleDescription(),
            widget.toolTip(),
            widget.windowTitle(),
        ):
            assert secret not in shown_text
    field = find(card, "snippetText", QPlainTextEdit)
    assert field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu
    assert not field.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    card.forget_secret()
    assert field.contextMenuPolicy() is Qt.ContextMenuPolicy.DefaultContextMenu
    click(reveal, "copySecretButton")
    close_all(card, reveal)


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Insert])
def test_the_copy_keys_copy_the_complete_secret_snippet(main: QWidget, key: Qt.Key) -> None:
    reveal, card, _ = card_with_secret(main)
    field = find(card, "snippetText", QPlainTextEdit)
    field.setFocus()
    field.moveCursor(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor)
    QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == shown(card)
    assert card._clipboard._is_secret_on_clipboard()
    close_all(card, reveal)


def test_part_of_a_snippet_without_a_secret_can_be_copied(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    field = find(card, "snippetText", QPlainTextEdit)
    field.setFocus()
    field.moveCursor(QTextCursor.MoveOperation.EndOfLine, QTextCursor.MoveMode.KeepAnchor)
    selected = field.textCursor().selectedText()
    assert selected
    QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == selected
    close_all(card)


def test_a_snippet_that_the_clipboard_rejects_is_not_copied(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    reveal, card, _ = card_with_secret(main)
    with monkeypatch.context() as patch:  # as if another program kept Windows' clipboard open
        patch.setattr(card._clipboard, "_clipboard", HeldClipboard(QApplication.clipboard()))
        click(card, "copySnippetButton")
    assert text(card, "copiedLabel") == SNIPPET_NOT_COPIED
    assert not reveal.copied
    click(card, "copySnippetButton")
    assert reveal.copied
    close_all(card, reveal)


def test_the_countdown_of_another_secret_is_not_shown(main: QWidget) -> None:
    reveal, card, _ = card_with_secret(main)
    assert card._clipboard.copy_secret(new_client_secret())
    card._clipboard.seconds_left.emit(29)
    assert text(card, "copiedLabel") == ""
    click(card, "copySnippetButton")
    close_all(card, reveal)


def test_every_control_has_a_name_and_is_reached_with_tab(main: QWidget) -> None:
    reveal, card, _ = card_with_secret(main)
    stops = gui.tab_stops(card)
    for control in [*gui.controls(card), find(card, "snippetText", QPlainTextEdit)]:
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    click(card, "copySnippetButton")
    close_all(card, reveal)


def test_the_snippet_is_read_only_in_a_fixed_width_font(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    card = card_of(main)
    field = find(card, "snippetText", QPlainTextEdit)
    assert field.isReadOnly()
    assert field.font().family() == QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    before = shown(card)
    QTest.keyClicks(field, "typed")
    assert shown(card) == before
    close_all(card)


def test_simulating_failures_keeps_the_result_of_copying(main: QWidget) -> None:
    take_secret(main, add(main, "ProdSync"))
    switch_on(main)
    trigger(main, "rehearseAction")
    simulated_failures = window("rehearsalDialog")
    card = card_of(main)
    click(card, "copySnippetButton")
    result = text(card, "copiedLabel")
    assert result
    click(simulated_failures, "rehearseButton")
    wait_until(lambda: bool(visible(main, "rehearsalBar")))
    assert text(card, "copiedLabel") == result
    close_all(card, simulated_failures)
