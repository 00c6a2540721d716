"""How a secret is copied out of its field: only marked as a secret, in every window."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QClipboard, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QMenu

from tests.support.gui import click, line, wait_until
from tests.ui.every_window import opened
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.widgets.fields import secret_field
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
SECRET = "four random words"
HINT = "x-kde-passwordManagerHint" if sys.platform != "win32" else "ExcludeClipboardContentFromMonitorProcessing"

FROM_MAIN = {
    "client secret": ["clientSecretField"],
    "check secret": ["secretField"],
    "set passphrase": ["passphraseField", "repeatPassphraseField"],
    "recovery key": [f"recoveryKeyGroup{number}" for number in range(1, 9)],
    "backup": ["passphraseField", "repeatPassphraseField"],
    "open backup": ["passphraseField"],
}
AT_START = {
    "create vault": ["passphraseField", "repeatPassphraseField"],
    "unlock": ["passphraseField", "recoveryKeyField"],
    "open backup of a new vault": ["passphraseField"],
}
PLACES = [(window, name) for window, names in (FROM_MAIN | AT_START).items() for name in names]


def is_marked() -> bool:
    return any(HINT in form for form in QApplication.clipboard().mimeData().formats())


@pytest.fixture
def shown(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path: Path, place: tuple[str, str]
) -> Iterator[SecretField]:
    """Open a window, and return its field with a visible secret."""
    if place[0] in AT_START:
        request.getfixturevalue("no_keystore")
    with opened(place[0], tmp_path) as dialog:
        field = line(dialog, place[1])
        assert isinstance(field, SecretField)
        if place[1] == "recoveryKeyField":
            click(dialog, "otherWayButton")
        for box in dialog.findChildren(QCheckBox):
            if box.objectName().startswith("show"):
                box.setChecked(True)
        assert field.echoMode() is QLineEdit.EchoMode.Normal
        if not field.isReadOnly():
            field.setText(SECRET)
        QApplication.clipboard().clear()
        yield field


def choose_in_menu(name: str) -> Callable[[SecretField], None]:
    def choose(field: SecretField) -> None:
        before = set(field.findChildren(QMenu))
        reason = QContextMenuEvent.Reason.Mouse
        if field.contextMenuPolicy() is Qt.ContextMenuPolicy.NoContextMenu:
            return
        QApplication.sendEvent(field, QContextMenuEvent(reason, QPoint(1, 1), field.mapToGlobal(QPoint(1, 1))))
        (menu,) = set(field.findChildren(QMenu)) - before
        for action in menu.actions():
            if action.objectName() == name:
                action.trigger()
        menu.close()

    return choose


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = CONTROL) -> Callable[[SecretField], None]:
    return lambda field: QTest.keyClick(field, key, modifier)


DELETE_TO_END = press(Qt.Key.Key_K)
WAYS: list[Callable[[SecretField], None]] = [
    press(Qt.Key.Key_C),
    press(Qt.Key.Key_Insert),
    press(Qt.Key.Key_X),
    press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier),
    DELETE_TO_END,
    press(Qt.Key.Key_U),
    choose_in_menu("edit-copy"),
    choose_in_menu("edit-cut"),
    lambda field: field.copy(),
    lambda field: field.cut(),
]


@pytest.mark.parametrize("place", PLACES, ids="-".join)
def test_every_copy_is_marked_as_a_secret(shown: SecretField) -> None:
    secret, writes = shown.text(), not shown.isReadOnly()
    for way in WAYS:
        if writes:
            shown.setText(secret)
        QApplication.clipboard().clear()
        shown.setFocus()
        if way is DELETE_TO_END:
            shown.home(False)
        else:
            shown.selectAll()
        way(shown)
        found = QApplication.clipboard().text()
        assert found == "" or is_marked()
    shown.setText(secret)
    QApplication.clipboard().clear()
    shown.selectAll()
    shown.copy()
    assert QApplication.clipboard().text()
    assert is_marked()
    assert not shown.dragEnabled()


@pytest.mark.parametrize("place", [("check secret", "secretField")], ids="-".join)
def test_a_copied_part_leaves_the_clipboard_in_time(shown: SecretField) -> None:
    window = shown.window().parentWidget()
    clipboard = window._clipboard  # type: ignore[union-attr]
    assert isinstance(clipboard, SecretClipboard)
    shown.setSelection(5, 6)
    QTest.keyClick(shown, Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == "random"
    shown.setSelection(5, 7)
    QTest.keyClick(shown, Qt.Key.Key_X, CONTROL)
    assert (QApplication.clipboard().text(), shown.text()) == ("random ", "four words")
    clipboard._copied_at -= 600
    wait_until(lambda: QApplication.clipboard().text() == "")


@pytest.mark.parametrize("place", [("unlock", "passphraseField")], ids="-".join)
def test_closing_the_program_clears_the_clipboard(shown: SecretField) -> None:
    shown.selectAll()
    shown.copy()
    assert QApplication.clipboard().text() == SECRET
    shown.window().close()
    assert QApplication.clipboard().text() == ""


@pytest.fixture
def field(qapp: QApplication) -> Iterator[SecretField]:
    field = SecretField("field", "Secret", lambda _: False, is_hidden=True)
    field.setText(SECRET)
    yield field
    field.deleteLater()


def test_a_hidden_secret_is_not_copied(field: SecretField) -> None:
    copied: list[str] = []
    field._copy = lambda text: bool(copied.append(text))  # type: ignore[func-returns-value]
    field.selectAll()
    for way in WAYS[:4]:
        way(field)
    assert (copied, field.text()) == ([], SECRET)
    assert QApplication.clipboard().text() == ""


def test_a_secret_that_the_clipboard_rejects_is_not_cut(field: SecretField) -> None:
    field.show_text(True)
    field.selectAll()
    field.cut()
    assert field.text() == SECRET


def test_the_keys_that_delete_a_line_copy_nothing(field: SecretField) -> None:
    field.show_text(True)
    field.setCursorPosition(4)
    QTest.keyClick(field, Qt.Key.Key_K, CONTROL)
    assert QApplication.clipboard().text() == ""


def test_input_methods_do_not_learn_the_secret(field: SecretField) -> None:
    for shown in (True, False):
        field.show_text(shown)
        assert field.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
        assert field.inputMethodHints() & Qt.InputMethodHint.ImhNoPredictiveText


class PrimarySelection:
    """The clipboard on X11 with its primary selection, to which Qt copies each selected text."""

    def __init__(self) -> None:
        self.primary = ""

    def ownsSelection(self) -> bool:  # noqa: N802
        return bool(self.primary)

    def text(self, _: QClipboard.Mode) -> str:
        return self.primary

    def clear(self, _: QClipboard.Mode) -> None:
        self.primary = ""


@pytest.fixture
def primary(monkeypatch: pytest.MonkeyPatch) -> PrimarySelection:
    """Let Qt's own field copy each selection, as it does on X11."""
    primary = PrimarySelection()

    def copying(handle: Callable[..., None]) -> Callable[..., None]:
        def handle_and_copy(field: QLineEdit, event: QEvent) -> None:
            handle(field, event)
            primary.primary = field.selectedText() or primary.primary

        return handle_and_copy

    monkeypatch.setattr(QLineEdit, "keyPressEvent", copying(QLineEdit.keyPressEvent))
    monkeypatch.setattr(QLineEdit, "mouseReleaseEvent", copying(QLineEdit.mouseReleaseEvent))
    monkeypatch.setattr(secret_field, "QGuiApplication", SimpleNamespace(clipboard=lambda: primary))
    return primary


@pytest.mark.parametrize(
    ("key", "modifiers", "selected"),
    [
        (Qt.Key.Key_A, CONTROL, SECRET),
        (Qt.Key.Key_End, SHIFT, " random words"),
        (Qt.Key.Key_Home, SHIFT, "four"),
        (Qt.Key.Key_Right, SHIFT, " "),
        (Qt.Key.Key_Left, SHIFT, "r"),
    ],
)
def test_selecting_with_keys_fills_no_primary_selection(
    field: SecretField, primary: PrimarySelection, key: Qt.Key, modifiers: Qt.KeyboardModifier, selected: str
) -> None:
    field.show_text(True)
    field.setCursorPosition(4)
    QTest.keyClick(field, key, modifiers)
    assert field.selectedText() == selected
    assert primary.primary == ""


def test_selecting_by_undo_fills_no_primary_selection(field: SecretField, primary: PrimarySelection) -> None:
    field.show_text(True)
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Z, CONTROL)
    assert field.selectedText() == SECRET
    assert primary.primary == ""


def test_selecting_with_the_mouse_fills_no_primary_selection(field: SecretField, primary: PrimarySelection) -> None:
    field.show_text(True)
    field.selectAll()
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton)
    assert field.selectedText() == SECRET
    assert primary.primary == ""


def test_a_primary_selection_of_another_field_stays(field: SecretField, primary: PrimarySelection) -> None:
    field.show_text(True)
    primary.primary = "of another field"
    QTest.keyClick(field, Qt.Key.Key_B)
    assert primary.primary == "of another field"
