"""Passphrases and recovery keys that are pasted into the windows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, line, text, trigger, type_into, wait_until, window
from tests.ui.backups.test_backup_dialog import PASSPHRASE, choose
from tests.ui.pasting import WAYS, drop, paste_with_keys
from zcc_keys_gui import app
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.service.text import recovery_sheet
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.text.unlock.passphrase import passphrase_hint
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.mark.parametrize("way", WAYS)
def test_a_pasted_line_break_is_removed_from_a_passphrase(
    no_keystore: None, folder: VaultFolder, qapp: QApplication, way: Callable[[QLineEdit, str], None]
) -> None:
    app.start(["--data-folder", str(folder.path)])
    dialog = window("createVaultDialog")
    way(line(dialog, "passphraseField"), "abcdefgh\n")
    assert text(dialog, "passphraseField") == "abcdefgh"
    assert text(dialog, "passphraseHint") == "Line breaks were removed from the pasted passphrase."
    type_into(dialog, "repeatPassphraseField", "abcdefgh")
    click(dialog, "createVaultButton")
    window("mainWindow").close()
    VaultOpener(folder).open_with_passphrase("abcdefgh").close()


@pytest.mark.parametrize(
    ("passphrase", "uncleaned_text", "hint"),
    [
        ("four random words", "", ""),
        ("four random words ", "", "The passphrase begins or ends with a space. The space is part of it."),
        ("four", "four\r\n", "Line breaks were removed from the pasted passphrase."),
        ("fo\tur", "", "The passphrase contains tabs. They are part of it."),
        ("\tfour", "", "The passphrase contains tabs. They are part of it."),
        (
            "fo\u00a0ur",
            "",
            "The passphrase contains non-breaking or other special spaces. They are part of it.",
        ),
        ("four", "fo\0ur\x07", "Control characters were removed from the pasted passphrase."),
        ("four", "fourfour", "The passphrase was cut after its first 4 characters."),
        ("fo\u200bur", "", "The passphrase contains invisible characters. They are part of it."),
    ],
)
def test_invisible_parts_of_a_passphrase_have_a_hint(passphrase: str, uncleaned_text: str, hint: str) -> None:
    assert passphrase_hint(passphrase, uncleaned_text) == hint


def test_the_hint_covers_everything_that_was_pasted(no_keystore: None, folder: VaultFolder, qapp: QApplication) -> None:
    app.start(["--data-folder", str(folder.path)])
    dialog = window("createVaultDialog")
    field = line(dialog, "passphraseField")
    paste_with_keys(field, "abcd\tefgh\u00a0ijkl\0")
    assert field.text() == "abcd\tefgh\u00a0ijkl"
    assert text(dialog, "passphraseHint") == (
        "Control characters were removed from the pasted passphrase. "
        "The passphrase contains tabs. They are part of it. "
        "The passphrase contains non-breaking or other special spaces. They are part of it."
    )
    field.selectAll()
    paste_with_keys(field, "x" * 1_001)
    assert field.text() == "x" * 1_000
    assert text(dialog, "passphraseHint") == "The passphrase was cut after its first 1,000 characters."
    dialog.close()


@pytest.fixture
def unlock(no_keystore: None, folder: VaultFolder, qapp: QApplication) -> Iterator[Callable[[], QWidget]]:
    """Start the program with the vault in `folder`."""

    def start() -> QWidget:
        app.start(["--data-folder", str(folder.path)])
        return window("unlockDialog")

    yield start
    for shown in gui.windows("unlockDialog") + gui.windows("mainWindow"):
        shown.close()


@pytest.mark.parametrize("former", ["abcdefgh\n", "abcd\r\nefgh", "abcdefgh"])
def test_a_pasted_passphrase_with_a_line_break_opens_the_vault(
    unlock: Callable[[], QWidget], folder: VaultFolder, former: str
) -> None:
    VaultOpener(folder).create_with_passphrase(former).close()
    dialog = unlock()
    paste_with_keys(line(dialog, "passphraseField"), former if "\n" in former else f"{former}\n")
    click(dialog, "unlockButton")
    main = window("mainWindow")
    assert gui.visible(main, "attemptsBar") == []  # it did not count as a wrong attempt


def test_a_pasted_wrong_passphrase_counts_as_one_attempt(unlock: Callable[[], QWidget], folder: VaultFolder) -> None:
    VaultOpener(folder).create_with_passphrase("another one").close()
    dialog = unlock()
    paste_with_keys(line(dialog, "passphraseField"), "abcdefgh\n")
    click(dialog, "unlockButton")
    wait_until(lambda: bool(text(dialog, "passphraseError")))
    assert text(dialog, "attemptsLabel").startswith("A wrong passphrase")


def test_a_pasted_passphrase_with_a_line_break_opens_a_backup(main: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "a.zccbackup"
    assert isinstance(main, MainWindow)
    main._vault.backups().back_up(path, f"{PASSPHRASE}\n")
    trigger(main, "restoreAction")
    choose(main, "restoreFileDialog", path)
    dialog = window("openBackupDialog")
    paste_with_keys(line(dialog, "passphraseField"), f"{PASSPHRASE}\n")
    click(dialog, "openBackupButton")
    click(window("restoreDialog"), "cancelButton")


def numbered(key: RecoveryKey) -> str:
    """Return the groups of a key with their numbers."""
    return "\n".join(f"    {number}   {group}" for number, group in enumerate(key.groups(), start=1))


def sheet(key: RecoveryKey) -> str:
    """Return a saved recovery sheet with a long path."""
    return recovery_sheet(key, Path("/home/zoe" + "/folder" * 100), "PC-17", datetime.now(UTC))


SHAPES: list[Callable[[RecoveryKey], str]] = [
    numbered,
    sheet,
    lambda key: f'"{key.reveal()}"\n',
    lambda key: key.reveal() + "\u200b",
    lambda key: " " * 5_000 + key.reveal(),
    lambda key: key.reveal().translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)}),
    lambda key: key.reveal().replace("-", "\u2212"),
]


@pytest.mark.parametrize("way", [paste_with_keys, drop])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_recovery_key_is_accepted_in_every_saved_form(
    unlock: Callable[[], QWidget],
    folder: VaultFolder,
    shape: Callable[[RecoveryKey], str],
    way: Callable[[QLineEdit, str], None],
) -> None:
    store, key = VaultOpener(folder).create_with_passphrase(PASSPHRASE), new_recovery_key()
    store.protectors.set_recovery_key(key)
    store.close()
    dialog = unlock()
    click(dialog, "otherWayButton")
    way(line(dialog, "recoveryKeyField"), shape(key))
    assert text(dialog, "recoveryKeyField") == key.reveal()
    assert text(dialog, "recoveryKeyError") == ""
    click(dialog, "unlockButton")
    assert text(window("mainWindow"), "unlockedByLabel") == "Unlocked by recovery key"
