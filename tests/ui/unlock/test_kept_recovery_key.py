"""Copying and saving the recovery key that the dialog shows."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QWidget

from tests.support.gui import click, find, line, question, text, wait_until, windows
from tests.ui.conftest import HeldClipboard
from tests.ui.unlock.recovery_key import discard, parsed, shown_key
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.text.unlock import recovery_key as texts
from zcc_keys_gui.ui.unlock import recovery_key_dialog
from zcc_keys_gui.ui.unlock.recovery_key_dialog import RecoveryKeyDialog


@pytest.mark.parametrize("way", ["button", "field"])
def test_a_copied_key_is_removed_from_the_clipboard(
    dialog: RecoveryKeyDialog, clipboard: SecretClipboard, vault: OpenVault, used: list[bool], way: str
) -> None:
    shown = shown_key(dialog)
    if way == "button":
        click(dialog, "copyButton")
    else:
        field = line(dialog, "recoveryKeyGroup3")
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == shown.replace(" ", "-")
    wait_until(lambda: bool(used))
    assert "clears in 30 seconds" in text(dialog, "keptLabel")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert vault.protection.ways_to_unlock().recovery_key
    clipboard.clear_secret()
    assert QApplication.clipboard().text() == ""


def test_a_key_that_was_not_copied_is_not_used(
    dialog: RecoveryKeyDialog, clipboard: SecretClipboard, used: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as held:
        held.setattr(clipboard, "_clipboard", HeldClipboard(QApplication.clipboard()))
        click(dialog, "copyButton")
    assert text(dialog, "keptLabel").startswith("Not copied")
    discard(dialog, used)


def choose_file(dialog: QWidget, path: Path) -> None:
    click(dialog, "saveButton")
    files = find(dialog, "saveRecoveryKeyDialog", QFileDialog)
    assert files.selectedFiles()[0].endswith("ZCC Keys recovery key.txt")
    line(files, "fileNameEdit").setText(str(path))
    save = find(files, "buttonBox", QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)


def test_saves_the_key_to_a_file_only_its_owner_can_read(
    dialog: RecoveryKeyDialog, vault: OpenVault, data_folder: Path, tmp_path: Path, used: list[bool]
) -> None:
    key = parsed(shown_key(dialog))
    path = tmp_path / "kept" / "key.txt"
    path.parent.mkdir()
    choose_file(dialog, path.with_suffix(""))  # The dialog adds the suffix.
    wait_until(lambda: bool(used))
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
def test_does_not_save_the_key_to_the_vault_folder(
    dialog: RecoveryKeyDialog, data_folder: Path, used: list[bool], below: str
) -> None:
    (data_folder / below).mkdir(exist_ok=True)
    dialog.save_to(data_folder / below / "key.txt")
    wait_until(lambda: text(dialog, "keptLabel") == texts.IN_VAULT_FOLDER)
    assert not list(data_folder.rglob("*.txt*"))
    discard(dialog, used)


def test_closes_after_the_key_is_saved(
    dialog: RecoveryKeyDialog, tmp_path: Path, used: list[bool], monkeypatch: pytest.MonkeyPatch
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
    assert used
    assert (tmp_path / "key.txt").exists()


def test_a_key_that_was_not_saved_is_not_used(dialog: RecoveryKeyDialog, tmp_path: Path, used: list[bool]) -> None:
    dialog.save_to(tmp_path / "missing" / "key.txt")
    assert "could not be written" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    discard(dialog, used)
