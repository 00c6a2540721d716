"""The dialog that shows a client secret once."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, question, text
from tests.ui.conftest import HeldClipboard, close_by, preferences_in
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret
from zcc_keys_gui.platform import session
from zcc_keys_gui.service.keys import NewSecret
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog
from zcc_keys_gui.ui.text.keys.client_secret import SECRET_NOT_COPIED
from zcc_keys_gui.ui.widgets import sharing_switch

KEY = ApiKey(
    "5f0c1d9e-83b1-4f0e-9d57-a41b77c90e12",
    KeyFields("ProdSync", Status.ENABLED, Role.READ, 60),
    datetime.now(UTC),
    True,
)


@pytest.fixture
def dialog(nothing_left_behind: None, tmp_path: Path, qapp: QApplication) -> Iterator[ClientSecretDialog]:
    owner = QWidget()
    owner.show()
    clipboard = SecretClipboard(preferences_in(tmp_path, owner), owner)
    dialog = ClientSecretDialog(NewSecret(KEY, new_client_secret()), clipboard, owner)
    dialog.open()
    gui.wait_until(dialog.isActiveWindow)
    yield dialog
    owner.close()
    owner.deleteLater()


class ScreenSharing:
    """A Windows that hides windows from screen sharing, and records each request; `fails` makes it fail."""

    def __init__(self) -> None:
        """Succeed until `fails` is set."""
        self.fails = False
        self.requests: list[tuple[int, bool]] = []

    def __call__(self, window_id: int, *, hidden: bool) -> bool:
        """Replace `hide_from_capture`."""
        self.requests.append((window_id, hidden))
        return hidden and not self.fails


@pytest.fixture
def sharing(monkeypatch: pytest.MonkeyPatch) -> ScreenSharing:
    """A Windows that can hide windows, which Wine can't. Request it before `dialog`."""
    sharing = ScreenSharing()
    monkeypatch.setattr(sharing_switch, "hide_from_capture", sharing)
    return sharing


def is_open() -> bool:
    return bool(gui.windows("clientSecretDialog"))


def test_the_id_and_the_secret_are_shown_with_focus_on_copy(dialog: ClientSecretDialog) -> None:
    assert text(dialog, "clientIdField") == KEY.client_id
    assert len(text(dialog, "clientSecretField")) == 58
    assert gui.line(dialog, "clientSecretField").isReadOnly()
    assert dialog.windowTitle() == "Client secret for ProdSync"
    assert QApplication.focusWidget() is gui.find(dialog, "copySecretButton", QWidget)


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_closing_without_copying_asks_first(dialog: ClientSecretDialog, way: str) -> None:
    close_by(dialog, way)
    assert "without copying" in text(question(), "qt_msgbox_label")
    QTest.keyClick(question(), Qt.Key.Key_Return)  # Go back is the default
    assert is_open()
    close_by(dialog, way)
    click(question(), "cancelButton")
    assert is_open()
    close_by(dialog, way)
    click(question(), "confirmButton")
    assert not is_open()
    assert dialog.copied is False


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_closing_after_copying_asks_nothing(dialog: ClientSecretDialog, way: str) -> None:
    secret = text(dialog, "clientSecretField")
    QTest.keyClick(gui.find(dialog, "copySecretButton", QWidget), Qt.Key.Key_Return)
    assert QApplication.clipboard().text() == secret
    assert text(dialog, "copiedLabel").startswith("Copied. The clipboard clears in 30 seconds.")
    close_by(dialog, way)
    assert not is_open()
    assert dialog.copied is True


def test_copying_the_client_id_is_not_copying_the_secret(dialog: ClientSecretDialog) -> None:
    click(dialog, "copyClientIdButton")
    assert QApplication.clipboard().text() == KEY.client_id
    assert text(dialog, "copiedLabel") == "Client ID copied."
    close_by(dialog, "done")
    click(question(), "confirmButton")


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_Insert])
def test_the_copy_keys_copy_the_complete_secret(dialog: ClientSecretDialog, key: Qt.Key) -> None:
    field = gui.line(dialog, "clientSecretField")
    field.setFocus()
    field.setSelection(3, 4)
    QTest.keyClick(field, key, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == field.text()
    assert dialog.copied
    close_by(dialog, "done")


def test_after_closing_no_field_and_no_undo_has_the_secret(dialog: ClientSecretDialog) -> None:
    field = gui.find(dialog, "clientSecretField", QLineEdit)
    secret = field.text()
    click(dialog, "copySecretButton")
    close_by(dialog, "done")
    assert field.text() == ""
    field.setReadOnly(False)
    field.undo()
    assert field.text() == ""
    assert not [value for value in vars(dialog).values() if isinstance(value, ClientSecret) or value == secret]


def test_no_title_description_or_menu_has_the_secret(dialog: ClientSecretDialog) -> None:
    secret = text(dialog, "clientSecretField")
    for widget in dialog.findChildren(QWidget):
        for shown in (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()):
            assert secret not in shown
    assert gui.line(dialog, "clientSecretField").contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


def test_the_dialog_shows_that_the_secret_left_the_clipboard(dialog: ClientSecretDialog) -> None:
    click(dialog, "copySecretButton")
    QApplication.clipboard().setText("other")
    gui.wait_until(lambda: "no longer on the clipboard" in text(dialog, "copiedLabel"))
    close_by(dialog, "done")


def test_the_countdown_of_another_secret_is_not_shown(dialog: ClientSecretDialog) -> None:
    other = new_client_secret()
    assert dialog._clipboard.copy_secret(other)
    dialog._clipboard.seconds_left.emit(29)
    assert text(dialog, "copiedLabel") == ""
    close_by(dialog, "done")
    click(question(), "cancelButton")
    click(dialog, "copySecretButton")
    assert text(dialog, "copiedLabel").startswith("Copied.")
    close_by(dialog, "done")


def test_a_secret_that_the_clipboard_rejects_is_not_copied(
    dialog: ClientSecretDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:  # as if another program kept Windows' clipboard open
        patch.setattr(dialog._clipboard, "_clipboard", HeldClipboard(QApplication.clipboard()))
        click(dialog, "copySecretButton")
    assert text(dialog, "copiedLabel") == SECRET_NOT_COPIED
    close_by(dialog, "done")
    click(question(), "cancelButton")
    click(dialog, "copySecretButton")
    assert QApplication.clipboard().text() == text(dialog, "clientSecretField")
    close_by(dialog, "done")


def test_a_long_result_of_copying_squeezes_no_button(
    dialog: ClientSecretDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecretClipboard, "with_other_copies", lambda _, sentence: f"{sentence} " * 4)
    height = gui.find(dialog, "copySecretButton", QWidget).height()
    click(dialog, "copySecretButton")
    QApplication.processEvents()
    assert gui.find(dialog, "copySecretButton", QWidget).height() == height
    label = gui.find(dialog, "copiedLabel", QLabel)
    assert label.height() >= label.heightForWidth(label.width())
    close_by(dialog, "done")


# --- screen sharing ---


def sharing_texts(dialog: ClientSecretDialog) -> tuple[str, str]:
    """Return the label about screen sharing, and the text of its button, or an empty text if the button is hidden."""
    button = gui.find(dialog, "showInScreenSharingButton", QWidget)
    return text(dialog, "screenSharingLabel"), text(dialog, button.objectName()) if button.isVisible() else ""


HIDDEN = ("Hidden from screen sharing.", "S&how in screen sharing")
SHOWN = ("Visible in screen sharing.", "&Hide from screen sharing")


def test_it_is_hidden_from_sharing_until_the_button_is_clicked(
    sharing: ScreenSharing, dialog: ClientSecretDialog
) -> None:
    assert sharing.requests == [(dialog.winId(), True)]
    assert sharing_texts(dialog) == HIDDEN
    emitted: list[bool] = []
    dialog.hidden_from_sharing.connect(emitted.append)
    click(dialog, "showInScreenSharingButton")
    assert sharing_texts(dialog) == SHOWN
    click(dialog, "showInScreenSharingButton")
    assert sharing_texts(dialog) == HIDDEN
    assert [hidden for _, hidden in sharing.requests] == [True, False, True]
    assert emitted == [False, True]
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


def test_a_shortcut_shows_it_in_screen_sharing(sharing: ScreenSharing, dialog: ClientSecretDialog) -> None:
    for _ in range(2):  # pressed again, it changes nothing
        QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert sharing_texts(dialog) == SHOWN
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


@pytest.mark.parametrize("hides", [True, False])
def test_a_new_native_window_is_hidden_like_the_one_before(
    sharing: ScreenSharing, dialog: ClientSecretDialog, hides: bool
) -> None:
    if not hides:
        click(dialog, "showInScreenSharingButton")
    sharing.requests.clear()
    dialog.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)  # Qt creates a new native window for this
    dialog.show()
    assert sharing.requests == [(dialog.winId(), hides)]
    assert sharing_texts(dialog) == (HIDDEN if hides else SHOWN)
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


def test_a_failure_to_hide_it_is_shown_without_a_button(sharing: ScreenSharing, dialog: ClientSecretDialog) -> None:
    sharing.fails = True
    dialog.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
    dialog.show()
    assert sharing_texts(dialog) == ("Windows can't hide this window from screen sharing.", "")
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can hide windows")
def test_other_systems_do_not_mention_screen_sharing(dialog: ClientSecretDialog) -> None:
    for name in ("screenSharingLabel", "showInScreenSharingButton"):
        assert not gui.find(dialog, name, QWidget).isVisible()
    click(dialog, "copySecretButton")
    close_by(dialog, "done")


@pytest.mark.skipif(sys.platform != "win32", reason="Windows has a clipboard history")
def test_it_says_whether_windows_keeps_the_secret(dialog: ClientSecretDialog, monkeypatch: pytest.MonkeyPatch) -> None:
    click(dialog, "copySecretButton")
    assert text(dialog, "copiedLabel").endswith("seconds. Windows does not keep the secret in its clipboard history.")
    dialog._clipboard.is_marked = False
    dialog._clipboard.seconds_left.emit(9)
    assert text(dialog, "copiedLabel").endswith("9 seconds. Windows may keep the secret in its clipboard history.")
    monkeypatch.setattr(session, "is_remote_desktop", lambda: True)
    dialog._clipboard.seconds_left.emit(8)
    assert text(dialog, "copiedLabel").endswith(
        "history. In this remote desktop session, the other computer may keep it too."
    )
    close_by(dialog, "done")


def test_every_control_has_a_name_and_is_reached_with_tab(dialog: ClientSecretDialog) -> None:
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    click(dialog, "copySecretButton")
    close_by(dialog, "done")
