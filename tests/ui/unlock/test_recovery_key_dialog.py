"""The dialog that shows a recovery key once, with a real vault."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.support import gui
from tests.support.gui import click, find, line, question, text, wait_until, windows
from tests.support.recovery_keys import add_recovery_key
from tests.ui.conftest import close_by
from tests.ui.unlock.recovery_key import confirm_written_down, discard, offer, parsed, shown_key, unlocks
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.unlock import recovery_key as texts
from zcc_keys_gui.ui.unlock.recovery_key_dialog import RecoveryKeyDialog
from zcc_keys_gui.ui.widgets import sharing_switch
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_the_key_unlocks_the_vault_after_it_is_kept(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, used: list[bool]
) -> None:
    key = parsed(shown_key(dialog))
    assert not unlocks(opener, key)
    assert vault.protection.ways_to_unlock().recovery_key is None
    assert "only this one time" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    confirm_written_down(dialog, used)
    assert unlocks(opener, key)


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_asks_before_it_discards_the_key(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, used: list[bool], way: str
) -> None:
    key = parsed(shown_key(dialog))
    close_by(dialog, way)
    assert "without saving" in text(question(), "qt_msgbox_label")
    assert "will not unlock the vault" in text(question(), "qt_msgbox_informativelabel")
    QTest.keyClick(question(), Qt.Key.Key_Return)  # The default button is Go back.
    assert dialog.isVisible()
    close_by(dialog, way)
    click(question(), "cancelButton")
    assert dialog.isVisible()
    close_by(dialog, way)
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key is None
    assert not unlocks(opener, key)
    assert not used


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_checking_the_box_counts_as_keeping_the_key(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, used: list[bool], way: str
) -> None:
    key = parsed(shown_key(dialog))
    for _ in range(2):
        click(dialog, "writtenDownBox")
    close_by(dialog, way)
    click(question(), "cancelButton")
    click(dialog, "writtenDownBox")
    close_by(dialog, way)
    wait_until(lambda: bool(used))
    assert vault.protection.ways_to_unlock().recovery_key
    assert unlocks(opener, key)
    assert used == [True]


def test_the_old_key_works_until_the_new_one_is_kept(
    owner: QWidget,
    vault: OpenVault,
    store: VaultStore,
    clipboard: SecretClipboard,
    opener: VaultOpener,
    used: list[bool],
) -> None:
    former = add_recovery_key(store.protectors)
    store.protectors.remove_this_account()  # Then only the recovery key unlocks the vault.
    offer(owner, vault, clipboard, used)
    discard(gui.window("recoveryKeyDialog"), used)
    assert unlocks(opener, former)
    offer(owner, vault, clipboard, used)
    dialog = gui.window("recoveryKeyDialog")
    new = parsed(shown_key(dialog))
    confirm_written_down(dialog, used)
    assert unlocks(opener, new)
    assert not unlocks(opener, former)


def test_offering_a_key_twice_shows_one_dialog(
    owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, used: list[bool]
) -> None:
    for _ in range(2):
        offer(owner, vault, clipboard, used)
    confirm_written_down(gui.window("recoveryKeyDialog"), used)
    assert not windows("recoveryKeyDialog")


def test_storing_the_key_can_be_tried_again(
    dialog: RecoveryKeyDialog, opener: VaultOpener, used: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = parsed(shown_key(dialog))
    with monkeypatch.context() as full:
        full.setattr(protector_file, "write_durably", no_room)
        click(dialog, "writtenDownBox")
        click(dialog, "closeButton")
        assert text(question(), "qt_msgbox_label") == "The disk is full."
        click(question(), "closeButton")
    assert text(dialog, "keptLabel") == texts.NOT_IN_USE
    assert not unlocks(opener, key)
    click(dialog, "closeButton")
    wait_until(lambda: bool(used))
    assert unlocks(opener, key)


def no_room(*_: object) -> None:
    raise OSError(28, "no room")


def test_closing_clears_the_fields_and_their_undo_history(dialog: RecoveryKeyDialog, used: list[bool]) -> None:
    found: list[str] = []

    def look() -> None:
        for number in range(1, 9):
            field = line(dialog, f"recoveryKeyGroup{number}")
            found.append(field.text())
            field.setReadOnly(False)
            field.undo()
            found.append(field.text())

    dialog.finished.connect(look)
    confirm_written_down(dialog, used)
    wait_until(lambda: bool(found))
    assert found == [""] * 16
    assert not [value for value in vars(dialog).values() if isinstance(value, RecoveryKey)]


def test_only_the_fields_show_the_key(dialog: RecoveryKeyDialog, used: list[bool]) -> None:
    groups = shown_key(dialog).split()
    for widget in dialog.findChildren(QWidget):
        for shown in (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()):
            assert not [group for group in groups if group in shown]
    for number in range(1, 9):
        field = line(dialog, f"recoveryKeyGroup{number}")
        assert field.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
        assert field.isReadOnly()
    confirm_written_down(dialog, used)


def test_is_hidden_from_screen_sharing_at_first(
    owner: QWidget,
    vault: OpenVault,
    clipboard: SecretClipboard,
    used: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def hide(_: int, *, hidden: bool) -> bool:
        asked.append(hidden)
        return hidden

    monkeypatch.setattr(sharing_switch, "hide_from_capture", hide)
    offer(owner, vault, clipboard, used)
    dialog = gui.window("recoveryKeyDialog")
    assert asked == [True]
    assert text(dialog, "screenSharingLabel") == "Hidden from screen sharing."
    confirm_written_down(dialog, used)


def test_no_file_of_the_vault_contains_the_key(
    dialog: RecoveryKeyDialog, folder: VaultFolder, used: list[bool]
) -> None:
    groups = shown_key(dialog).split()
    confirm_written_down(dialog, used)
    for path in folder.path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [group for group in groups if b"-%s-" % group.encode() in content], path


def test_enter_saves_the_key_as_a_file(dialog: RecoveryKeyDialog, used: list[bool]) -> None:
    save = find(dialog, "saveButton", QPushButton)
    assert save.isDefault()
    assert save.hasFocus()
    discard(dialog, used)


def test_tab_reaches_every_control_and_each_has_a_name(dialog: RecoveryKeyDialog, used: list[bool]) -> None:
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    confirm_written_down(dialog, used)


def test_the_keyboard_can_check_the_box_and_close(dialog: RecoveryKeyDialog, used: list[bool]) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(dialog, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: bool(used))


def test_shows_a_long_path_completely(dialog: RecoveryKeyDialog, tmp_path: Path, used: list[bool]) -> None:
    deep = tmp_path.joinpath(*["a folder with a rather long name"] * 4)
    deep.mkdir(parents=True)
    width = dialog.width()
    dialog.save_to(deep / "key.txt")
    wait_until(lambda: bool(used))
    label = find(dialog, "keptLabel", QLabel)
    assert label.height() >= label.heightForWidth(label.width())
    assert dialog.width() == width
    click(dialog, "closeButton")
    wait_until(lambda: bool(used))
