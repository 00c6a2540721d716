"""The dialog that shows a recovery key once, over a real vault."""

import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QFileDialog, QLabel, QWidget

from tests.support import gui
from tests.support.gui import click, find, line, question, text, wait_until, windows
from tests.support.recovery_keys import add_recovery_key
from tests.ui.conftest import HeldClipboard, close_by, preferences_in
from zcc_keys_gui.domain.errors import WrongRecoveryKeyError
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.service.open_vault import OpenVault, use_cases
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.text.unlock import recovery_key as texts
from zcc_keys_gui.ui.unlock import recovery_key_dialog
from zcc_keys_gui.ui.unlock.recovery_key_dialog import RecoveryKeyDialog, offer_recovery_key
from zcc_keys_gui.ui.widgets import sharing_switch
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def vault(store: VaultStore, data_folder: Path) -> OpenVault:
    return use_cases(data_folder, store, lambda: "zoe")


@pytest.fixture
def kept() -> list[bool]:
    """How often the dialog told that the key is kept, and opens the vault."""
    return []


def offer(owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, kept: list[bool]) -> None:
    keep = vault.protection.set_recovery_key
    offer_recovery_key(owner, clipboard, vault.folder, keep, lambda _: kept.append(True))


@pytest.fixture
def owner(nothing_left_behind: None, tmp_path: Path, qapp: QApplication) -> Iterator[QWidget]:
    owner = QWidget()
    owner.show()
    yield owner
    owner.close()
    owner.deleteLater()


@pytest.fixture
def clipboard(owner: QWidget, tmp_path: Path) -> SecretClipboard:
    return SecretClipboard(preferences_in(tmp_path, owner), owner)


@pytest.fixture
def dialog(owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, kept: list[bool]) -> RecoveryKeyDialog:
    offer(owner, vault, clipboard, kept)
    dialog = gui.window("recoveryKeyDialog")
    assert isinstance(dialog, RecoveryKeyDialog)
    wait_until(dialog.isActiveWindow)
    return dialog


def shown_in(dialog: QWidget) -> str:
    """Return the recovery key as it is read from the screen."""
    return " ".join(text(dialog, f"recoveryKeyGroup{number}") for number in range(1, 9))


def parsed(shown: str) -> RecoveryKey:
    key = parse_recovery_key(shown)
    assert isinstance(key, RecoveryKey)
    return key


def opens(opener: VaultOpener, key: RecoveryKey) -> bool:
    try:
        opener.open_with_recovery_key(key).close()
    except WrongRecoveryKeyError:
        return False
    return True


def throw_away(dialog: QWidget, kept: list[bool]) -> None:
    click(dialog, "closeButton")
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert not kept


def written_down(dialog: QWidget, kept: list[bool]) -> None:
    click(dialog, "writtenDownBox")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert kept == [True]


# --- shown once, kept or void ---


def test_it_shows_a_key_that_opens_the_vault_once_it_is_kept(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, kept: list[bool]
) -> None:
    key = parsed(shown_in(dialog))
    assert not opens(opener, key)
    assert vault.protection.ways_to_unlock().recovery_key is None
    assert "only this one time" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    written_down(dialog, kept)
    assert opens(opener, key)


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_closing_without_having_kept_it_asks_first_and_changes_nothing(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, kept: list[bool], way: str
) -> None:
    key = parsed(shown_in(dialog))
    close_by(dialog, way)
    assert "without saving" in text(question(), "qt_msgbox_label")
    assert "will not unlock the vault" in text(question(), "qt_msgbox_informativelabel")
    QTest.keyClick(question(), Qt.Key.Key_Return)  # Go back is the default
    assert dialog.isVisible()
    close_by(dialog, way)
    click(question(), "cancelButton")
    assert dialog.isVisible()
    close_by(dialog, way)
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key is None
    assert not opens(opener, key)
    assert not kept


@pytest.mark.parametrize("way", ["done", "esc", "x"])
def test_the_box_counts_as_keeping_it_and_can_be_taken_back(
    dialog: RecoveryKeyDialog, opener: VaultOpener, vault: OpenVault, kept: list[bool], way: str
) -> None:
    key = parsed(shown_in(dialog))
    for _ in range(2):
        click(dialog, "writtenDownBox")
    close_by(dialog, way)
    click(question(), "cancelButton")
    click(dialog, "writtenDownBox")
    close_by(dialog, way)
    wait_until(lambda: bool(kept))
    assert vault.protection.ways_to_unlock().recovery_key
    assert opens(opener, key)
    assert kept == [True]


def test_the_former_key_opens_the_vault_until_the_new_one_is_kept(
    owner: QWidget,
    vault: OpenVault,
    store: VaultStore,
    clipboard: SecretClipboard,
    opener: VaultOpener,
    kept: list[bool],
) -> None:
    former = add_recovery_key(store.protectors)
    store.protectors.remove_this_account()  # so that nothing else does
    offer(owner, vault, clipboard, kept)
    throw_away(gui.window("recoveryKeyDialog"), kept)
    assert opens(opener, former)
    offer(owner, vault, clipboard, kept)
    dialog = gui.window("recoveryKeyDialog")
    new = parsed(shown_in(dialog))
    written_down(dialog, kept)
    assert opens(opener, new)
    assert not opens(opener, former)


def test_wanting_one_twice_in_a_moment_shows_one(
    owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, kept: list[bool]
) -> None:
    for _ in range(2):
        offer(owner, vault, clipboard, kept)
    written_down(gui.window("recoveryKeyDialog"), kept)
    assert not windows("recoveryKeyDialog")


def test_a_key_that_cannot_be_kept_is_told_and_can_be_tried_again(
    dialog: RecoveryKeyDialog, opener: VaultOpener, kept: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = parsed(shown_in(dialog))
    with monkeypatch.context() as full:
        full.setattr(protector_file, "write_durably", no_room)
        click(dialog, "writtenDownBox")
        click(dialog, "closeButton")
        assert text(question(), "qt_msgbox_label") == "The disk is full."
        click(question(), "closeButton")
    assert text(dialog, "keptLabel") == texts.NOT_IN_USE
    assert not opens(opener, key)
    click(dialog, "closeButton")
    wait_until(lambda: bool(kept))
    assert opens(opener, key)


def no_room(*_: object) -> None:
    raise OSError(28, "no room")


# --- the ways to keep it ---


@pytest.mark.parametrize("way", ["button", "field"])
def test_copied_it_leaves_the_clipboard_by_itself(
    dialog: RecoveryKeyDialog, clipboard: SecretClipboard, vault: OpenVault, kept: list[bool], way: str
) -> None:
    shown = shown_in(dialog)
    if way == "button":
        click(dialog, "copyButton")
    else:
        field = line(dialog, "recoveryKeyGroup3")
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == shown.replace(" ", "-")
    wait_until(lambda: bool(kept))
    assert "clears in 30 seconds" in text(dialog, "keptLabel")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key
    clipboard.clear_secret()
    assert QApplication.clipboard().text() == ""


def test_what_the_clipboard_did_not_take_is_not_kept(
    dialog: RecoveryKeyDialog, clipboard: SecretClipboard, kept: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as held:
        held.setattr(clipboard, "_clipboard", HeldClipboard(QApplication.clipboard()))
        click(dialog, "copyButton")
    assert text(dialog, "keptLabel").startswith("Not copied")
    throw_away(dialog, kept)


def choose_file(dialog: QWidget, path: Path) -> None:
    click(dialog, "saveButton")
    files = find(dialog, "saveRecoveryKeyDialog", QFileDialog)
    assert files.selectedFiles()[0].endswith("ZCC Keys recovery key.txt")
    line(files, "fileNameEdit").setText(str(path))
    save = find(files, "buttonBox", QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)


def test_it_is_saved_where_the_person_says_for_its_owner_alone(
    dialog: RecoveryKeyDialog, vault: OpenVault, data_folder: Path, tmp_path: Path, kept: list[bool]
) -> None:
    key = parsed(shown_in(dialog))
    path = tmp_path / "kept" / "key.txt"
    path.parent.mkdir()
    choose_file(dialog, path.with_suffix(""))  # the ending is added
    wait_until(lambda: bool(kept))
    content = path.read_text(encoding="utf-8-sig")
    assert key.reveal() in content
    assert str(data_folder) in content
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert text(dialog, "keptLabel").replace("\u200b", "").replace("\u2060", "") == f"Saved to {path}"
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key


@pytest.mark.parametrize("below", [".", "copies", "../data"])
def test_it_is_not_saved_where_a_thief_of_the_vault_would_find_it(
    dialog: RecoveryKeyDialog, data_folder: Path, kept: list[bool], below: str
) -> None:
    (data_folder / below).mkdir(exist_ok=True)
    dialog.save_to(data_folder / below / "key.txt")
    wait_until(lambda: text(dialog, "keptLabel") == texts.IN_VAULT_FOLDER)
    assert not list(data_folder.rglob("*.txt*"))
    throw_away(dialog, kept)


def test_while_it_is_saved_the_window_goes_on_and_closes_once_that_is_done(
    dialog: RecoveryKeyDialog, tmp_path: Path, kept: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    @contextmanager
    def save_late(path: Path, *, is_secret: bool) -> Iterator[TextIO]:
        assert go_on.wait(30)
        with saved_text_file(path, is_secret=is_secret) as file:
            yield file

    monkeypatch.setattr(recovery_key_dialog, "saved_text_file", save_late)
    dialog.save_to(tmp_path / "key.txt")
    assert text(dialog, "keptLabel") == "Saving…"
    click(dialog, "closeButton")
    assert windows("recoveryKeyDialog")
    go_on.set()
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert kept
    assert (tmp_path / "key.txt").exists()


def test_a_file_that_cannot_be_written_is_told_and_nothing_is_kept(
    dialog: RecoveryKeyDialog, tmp_path: Path, kept: list[bool]
) -> None:
    dialog.save_to(tmp_path / "gone" / "key.txt")
    assert "could not be written" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    throw_away(dialog, kept)


def to_pdf(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_it_is_printed(dialog: RecoveryKeyDialog, vault: OpenVault, tmp_path: Path, kept: list[bool]) -> None:
    dialog.print_on(to_pdf(tmp_path / "printed.pdf"))
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF")
    wait_until(lambda: bool(kept))
    assert text(dialog, "keptLabel") == "Sent to the printer."
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key


@pytest.mark.qt_log_ignore(r"^QPainter::begin\(\): Returned false$")  # is what the test makes happen
def test_a_printer_that_took_nothing_keeps_nothing(dialog: RecoveryKeyDialog, tmp_path: Path, kept: list[bool]) -> None:
    dialog.print_on(to_pdf(tmp_path / "gone" / "printed.pdf"))
    assert text(dialog, "keptLabel").startswith("Not printed")
    throw_away(dialog, kept)


@pytest.mark.skipif(sys.platform == "win32", reason="there, the system's own dialog asks")
def test_the_person_chooses_the_printer(dialog: RecoveryKeyDialog, tmp_path: Path, kept: list[bool]) -> None:
    click(dialog, "printButton")
    asks = find(dialog, "printRecoveryKeyDialog", QPrintDialog)
    wait_until(asks.isVisible)
    assert asks.printer().docName() == "Recovery key"
    asks.reject()
    assert text(dialog, "keptLabel") == ""
    click(dialog, "printButton")
    (asks,) = [each for each in dialog.findChildren(QPrintDialog) if each.isVisible()]
    printers = find(asks, "printers", QComboBox)
    printers.setCurrentIndex(printers.count() - 1)  # not this computer's own printer
    assert "PDF" in printers.currentText()
    line(asks, "filename").setText(str(tmp_path / "printed.pdf"))
    asks.accept()
    wait_until(lambda: bool(kept))
    assert text(dialog, "keptLabel") == "Sent to the printer."
    click(dialog, "closeButton")
    wait_until(lambda: bool(kept))


def test_a_windows_without_a_printer_is_told(
    dialog: RecoveryKeyDialog, kept: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as windows_alone:
        windows_alone.setattr(sys, "platform", "win32")
        windows_alone.setattr(QPrinterInfo, "availablePrinterNames", list)
        click(dialog, "printButton")
    assert text(dialog, "keptLabel") == texts.NO_PRINTER
    throw_away(dialog, kept)


# --- a secret ---


def test_once_closed_the_key_is_in_no_field_and_no_undo(dialog: RecoveryKeyDialog, kept: list[bool]) -> None:
    found: list[str] = []

    def look() -> None:
        for number in range(1, 9):
            field = line(dialog, f"recoveryKeyGroup{number}")
            found.append(field.text())
            field.setReadOnly(False)
            field.undo()
            found.append(field.text())

    dialog.finished.connect(look)
    written_down(dialog, kept)
    wait_until(lambda: bool(found))
    assert found == [""] * 16
    assert not [value for value in vars(dialog).values() if isinstance(value, RecoveryKey)]


def test_the_key_is_in_no_title_no_description_and_no_menu(dialog: RecoveryKeyDialog, kept: list[bool]) -> None:
    groups = shown_in(dialog).split()
    for widget in dialog.findChildren(QWidget):
        for shown in (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip(), widget.windowTitle()):
            assert not [group for group in groups if group in shown]
    for number in range(1, 9):
        field = line(dialog, f"recoveryKeyGroup{number}")
        assert field.contextMenuPolicy() == Qt.ContextMenuPolicy.NoContextMenu
        assert field.isReadOnly()
    written_down(dialog, kept)


def test_it_is_hidden_from_screen_sharing_before_it_is_shown(
    owner: QWidget,
    vault: OpenVault,
    clipboard: SecretClipboard,
    kept: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def hide(_: int, *, hidden: bool) -> bool:
        asked.append(hidden)
        return hidden

    monkeypatch.setattr(sharing_switch, "hide_from_capture", hide)
    offer(owner, vault, clipboard, kept)
    dialog = gui.window("recoveryKeyDialog")
    assert asked == [True]
    assert text(dialog, "screenSharingLabel") == "Hidden from screen sharing."
    written_down(dialog, kept)


def test_no_file_of_the_vault_has_the_key(dialog: RecoveryKeyDialog, folder: VaultFolder, kept: list[bool]) -> None:
    groups = shown_in(dialog).split()
    written_down(dialog, kept)
    for path in folder.path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [group for group in groups if b"-%s-" % group.encode() in content], path


# --- for everybody ---


def test_every_control_has_a_name_and_is_reached_with_tab(dialog: RecoveryKeyDialog, kept: list[bool]) -> None:
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
    written_down(dialog, kept)


def test_by_keyboard_alone_it_is_noted_as_written_down(dialog: RecoveryKeyDialog, kept: list[bool]) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(dialog, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: bool(kept))


def test_a_long_path_is_shown_whole(dialog: RecoveryKeyDialog, tmp_path: Path, kept: list[bool]) -> None:
    deep = tmp_path.joinpath(*["a folder with a rather long name"] * 4)
    deep.mkdir(parents=True)
    width = dialog.width()
    dialog.save_to(deep / "key.txt")
    wait_until(lambda: bool(kept))
    said = find(dialog, "keptLabel", QLabel)
    assert said.height() >= said.heightForWidth(said.width())
    assert dialog.width() == width
    click(dialog, "closeButton")
    wait_until(lambda: bool(kept))
