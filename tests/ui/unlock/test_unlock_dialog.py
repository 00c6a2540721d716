"""The dialog that asks for what opens the vault, over a real vault."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from tests.support import gui
from tests.support.gui import click, find, line, question, replace_text, spoken, text, type_into, wait_until, window
from tests.support.recovery_keys import add_recovery_key
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import Unlocking, UnlockRequest
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.values import KEY_STORE
from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener

PASSPHRASE = "four random words fit"

Asking = Callable[..., UnlockDialog]


class Seconds:
    """Seconds that pass as told."""

    now = 1_000.0

    def __call__(self) -> float:
        """Return them, as `time.monotonic` does."""
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def key(opener: VaultOpener) -> RecoveryKey:
    """The recovery key of a vault that a passphrase opens as well."""
    store = opener.create_with_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    return key


@pytest.fixture
def ask(
    nothing_left_behind: None,
    key: RecoveryKey,
    opener: VaultOpener,
    folder: VaultFolder,
    stores: list[Store],
    seconds: Seconds,
    secret_clipboard: SecretClipboard,
) -> Iterator[Asking]:
    """Ask for one of the two, or both."""
    opened: list[UnlockDialog] = []

    def ask(passphrase: bool = True, recovery_key: bool = True, why: ZccKeysError | None = None) -> UnlockDialog:
        unlocking = Unlocking(opener, WrongAttemptsFile(folder.attempts), seconds=seconds)
        need = UnlockRequest(passphrase, recovery_key, why)
        dialog = UnlockDialog(unlocking, need, folder.path, secret_clipboard, can_restore=False)
        dialog.succeeded.connect(stores.append)
        opened.append(dialog)
        dialog.open()
        wait_until(dialog.isActiveWindow)
        return dialog

    yield ask
    for dialog in QApplication.topLevelWidgets():
        if dialog in opened:
            dialog.close()


def is_seen(dialog: QWidget, name: str) -> bool:
    return find(dialog, name, QWidget).isVisible()


# --- what is asked for, and why ---


def test_a_passphrase_alone(ask: Asking, stores: list[Store]) -> None:
    dialog = ask(recovery_key=False)
    assert is_seen(dialog, "passphraseField")
    assert not is_seen(dialog, "recoveryKeyField")
    assert not is_seen(dialog, "otherWayButton")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))
    assert dialog.unlocked_by == "Unlocked by passphrase"


def test_a_recovery_key_alone(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask(passphrase=False)
    assert not is_seen(dialog, "passphraseField")
    assert not is_seen(dialog, "showPassphraseBox")
    assert not is_seen(dialog, "otherWayButton")
    assert dialog.focusWidget() is line(dialog, "recoveryKeyField")
    type_into(dialog, "recoveryKeyField", key.reveal())
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))
    assert dialog.unlocked_by == "Unlocked by recovery key"


def test_of_both_either_opens_and_the_person_chooses(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask()
    for other in ("recovery key", "passphrase", "recovery key"):
        assert text(dialog, "otherWayButton").replace("&", "") == f"Use the {other} instead"
        click(dialog, "otherWayButton")
    assert not is_seen(dialog, "passphraseField")
    assert dialog.focusWidget() is line(dialog, "recoveryKeyField")
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (KeystoreEntryMissingError(), f"is missing from {KEY_STORE}"),
        (KeystoreUnavailableError(), "which the program can't reach"),
        (WrongKeystoreEntryError(), "does not open this vault"),
    ],
)
def test_it_says_why_it_asks(ask: Asking, why: ZccKeysError, said: str) -> None:
    assert said in all_said(ask(why=why))


def test_where_it_asks_by_choice_no_key_store_is_spoken_of(ask: Asking, data_folder: Path) -> None:
    said = all_said(ask())
    assert KEY_STORE not in said
    assert str(data_folder) in said.replace("\u200b", "").replace("\u2060", "")


def all_said(dialog: QWidget) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


# --- typing errors, and keys that do not fit ---


def test_a_typing_error_is_told_by_its_group_while_typing(ask: Asking, key: RecoveryKey, stores: list[Store]) -> None:
    dialog = ask(passphrase=False)
    groups = list(key.groups())
    wrong = groups[2][:5] + str((int(groups[2][5]) + 1) % 10)
    type_into(dialog, "recoveryKeyField", f"{groups[0]} {groups[1]}-{wrong[:5]}")
    assert text(dialog, "recoveryKeyError") == ""
    type_into(dialog, "recoveryKeyField", wrong[5])
    assert text(dialog, "recoveryKeyError") == "Group 3 has a typing error. Check its six digits."
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Backspace)
    assert text(dialog, "recoveryKeyError") == ""
    type_into(dialog, "recoveryKeyField", groups[2][5] + "x")
    assert "Group 4 contains characters that aren't digits" in text(dialog, "recoveryKeyError")
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Backspace)
    type_into(dialog, "recoveryKeyField", "".join(groups[3:]))
    assert text(dialog, "recoveryKeyError") == ""
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the recovery key."),
        ("123", "Some digits are missing"),
        ("１２", "Some digits are missing"),
        ("1x", "Group 1 contains characters"),
    ],
)
def test_what_is_no_recovery_key_is_told_and_does_not_count(
    ask: Asking, folder: VaultFolder, typed: str, said: str
) -> None:
    dialog = ask(passphrase=False)
    line(dialog, "recoveryKeyField").setText(typed)
    click(dialog, "unlockButton")
    assert said in text(dialog, "recoveryKeyError")
    assert not folder.attempts.exists()


def test_ten_megabytes_pasted_as_recovery_key_do_no_harm(ask: Asking, qapp: QApplication) -> None:
    dialog = ask(passphrase=False)
    qapp.clipboard().setText("1" * 10_000_000)
    line(dialog, "recoveryKeyField").paste()
    assert "too many digits" in text(dialog, "recoveryKeyError")


def test_a_key_is_pasted_as_it_was_printed_or_saved(
    ask: Asking, key: RecoveryKey, stores: list[Store], qapp: QApplication
) -> None:
    dialog = ask(passphrase=False)
    qapp.clipboard().setText("\n".join(key.groups()))
    line(dialog, "recoveryKeyField").paste()
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


def test_a_well_formed_key_of_another_vault_has_words_of_its_own(
    ask: Asking, key: RecoveryKey, stores: list[Store]
) -> None:
    dialog = ask(passphrase=False)
    type_into(dialog, "recoveryKeyField", new_recovery_key().reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: "This recovery key does not open the vault." in text(dialog, "recoveryKeyError"))
    assert line(dialog, "recoveryKeyField").selectedText()
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


def test_while_it_works_nothing_else_can_be_chosen(ask: Asking, stores: list[Store]) -> None:
    dialog = ask()
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    assert not find(dialog, "otherWayButton", QWidget).isEnabled()
    assert not find(dialog, "unlockButton", QWidget).isEnabled()
    wait_until(lambda: bool(stores))
    assert dialog.unlocked_by == "Unlocked by passphrase"


def test_another_problem_is_explained_and_does_not_count(ask: Asking, folder: VaultFolder, key: RecoveryKey) -> None:
    dialog = ask(passphrase=False)
    folder.protectors.unlink()
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    assert text(question(), "qt_msgbox_label") == "The vault's files can't be read or written."
    click(question(), "closeButton")
    assert not folder.attempts.exists()


# --- wrong ones get slower ---


def be_wrong(dialog: UnlockDialog, folder: VaultFolder) -> None:
    before = WrongAttemptsFile(folder.attempts).read().number
    replace_text(dialog, "recoveryKeyField", new_recovery_key().reveal())
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    wait_until(lambda: WrongAttemptsFile(folder.attempts).read().number > before)
    wait_until(lambda: line(dialog, "recoveryKeyField").isEnabled())


def test_the_third_wrong_one_makes_the_next_wait(
    ask: Asking, folder: VaultFolder, seconds: Seconds, key: RecoveryKey, stores: list[Store]
) -> None:
    dialog = ask(passphrase=False)
    button = find(dialog, "unlockButton", QAbstractButton)
    assert not is_seen(dialog, "attemptsLabel")
    be_wrong(dialog, folder)
    assert "A wrong passphrase or recovery key was entered" in text(dialog, "attemptsLabel")
    be_wrong(dialog, folder)
    assert button.isEnabled()
    be_wrong(dialog, folder)
    assert not button.isEnabled()
    assert text(dialog, "attemptsLabel").startswith("Wrong passphrases or recovery keys were entered 3 times")
    assert text(dialog, "attemptsLabel").endswith("Try again in 1 second.")
    assert spoken(dialog, "attemptsLabel") == text(dialog, "attemptsLabel")
    assert spoken(dialog, "recoveryKeyError") == text(dialog, "recoveryKeyError") != ""
    replace_text(dialog, "recoveryKeyField", key.reveal())
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    assert not stores
    seconds.now += 1
    wait_until(button.isEnabled)
    assert "Try again" not in text(dialog, "attemptsLabel")
    QTest.keyClick(line(dialog, "recoveryKeyField"), Qt.Key.Key_Return)
    wait_until(lambda: bool(stores))


def test_another_start_goes_on_waiting_and_counts_down(ask: Asking, folder: VaultFolder, seconds: Seconds) -> None:
    WrongAttemptsFile(folder.attempts).write(WrongAttempts(7, datetime.now(UTC)))
    dialog = ask()
    button = find(dialog, "unlockButton", QAbstractButton)
    assert not button.isEnabled()
    assert text(dialog, "attemptsLabel").startswith("Wrong passphrases or recovery keys were entered 7 times")
    assert "Try again in 1" in text(dialog, "attemptsLabel")  # 16 seconds, less what has passed
    seconds.now += 8
    wait_until(lambda: "Try again in 8 seconds." in text(dialog, "attemptsLabel") or "7 sec" in all_said(dialog))
    assert not button.isEnabled()
    seconds.now += 8
    wait_until(button.isEnabled)


def test_a_clock_that_was_set_back_by_years_waits_for_seconds(
    ask: Asking, folder: VaultFolder, seconds: Seconds
) -> None:
    folder.attempts.write_text(json.dumps({"wrong": 40, "last": int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())}))
    dialog = ask()
    assert "Try again in 30 seconds." in text(dialog, "attemptsLabel")
    seconds.now += 30
    wait_until(find(dialog, "unlockButton", QAbstractButton).isEnabled)


def test_a_folder_that_cannot_take_the_count_keeps_nobody_out(
    ask: Asking, folder: VaultFolder, key: RecoveryKey, stores: list[Store]
) -> None:
    folder.attempts.mkdir()
    dialog = ask(passphrase=False)
    type_into(dialog, "recoveryKeyField", new_recovery_key().reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: "does not open the vault" in text(dialog, "recoveryKeyError"))
    type_into(dialog, "recoveryKeyField", key.reveal())
    click(dialog, "unlockButton")
    wait_until(lambda: bool(stores))


# --- a secret, and for everybody ---


def test_closing_forgets_what_was_typed(ask: Asking, key: RecoveryKey) -> None:
    dialog = ask()
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "otherWayButton")
    type_into(dialog, "recoveryKeyField", key.reveal())
    dialog.close()
    for name in ("passphraseField", "recoveryKeyField"):
        field = line(dialog, name)
        assert field.text() == ""
        field.undo()
        assert field.text() == ""


def test_showing_the_passphrase_leaves_the_recovery_key_as_it_is(ask: Asking) -> None:
    dialog = ask()
    click(dialog, "showPassphraseBox")
    assert line(dialog, "passphraseField").echoMode() == QLineEdit.EchoMode.Normal
    click(dialog, "showPassphraseBox")
    assert line(dialog, "passphraseField").echoMode() == QLineEdit.EchoMode.Password
    assert line(dialog, "recoveryKeyField").echoMode() == QLineEdit.EchoMode.Normal


@pytest.mark.parametrize("passphrase", [True, False])
def test_every_control_has_a_name_and_is_reached_with_tab(ask: Asking, passphrase: bool) -> None:
    dialog = ask(passphrase=passphrase, why=KeystoreEntryMissingError())
    assert dialog is window("unlockDialog")
    stops = gui.tab_stops(dialog)
    for control in gui.controls(dialog):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()


def test_it_is_as_big_as_what_it_says(ask: Asking) -> None:
    dialog = ask(why=KeystoreEntryMissingError())
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() == layout.totalHeightForWidth(dialog.width())
