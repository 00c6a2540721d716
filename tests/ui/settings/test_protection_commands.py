"""Commands that change the ways to unlock the vault, with a real vault."""

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QSpinBox

from tests.conftest import use_keyring
from tests.support.gui import click, find, question, text, type_into, wait_until, window, windows
from tests.support.recovery_keys import add_recovery_key
from tests.ui.settings.protection import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    Owner,
    choose_passphrase,
    confirm_passphrase,
    is_usable,
    keep_recovery_key,
    wait_until_enabled,
)
from tests.vault.conftest import a_key, insert, read_by_another_program
from zcc_keys_gui.domain.errors import WrongRecoveryKeyError
from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog
from zcc_keys_gui.ui.text.settings import protection as texts
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_a_passphrase_is_set_changed_and_removed(owner: Owner, opener: VaultOpener) -> None:
    page = owner.open()
    changed = QSignalSpy(page.changed)
    click(page, "changePassphraseButton")
    choose_passphrase(PASSPHRASE)
    assert text(page, "passphraseStatus").startswith("Yes, since today ")
    assert text(page, "protectionNote") == ""
    assert changed.count() == 1
    click(page, "changePassphraseButton")
    choose_passphrase(OTHER_PASSPHRASE)
    assert text(page, "protectionNote") == texts.OLD_PASSPHRASE_INVALID
    opener.open_with_passphrase(OTHER_PASSPHRASE).close()
    click(page, "removePassphraseButton")
    QTest.keyClick(question(), Qt.Key.Key_Return)  # The default button is Cancel.
    assert owner.ways().passphrase
    click(page, "removePassphraseButton")
    click(question(), "confirmButton")
    wait_until_enabled(page)
    assert owner.ways().passphrase is None
    assert text(page, "passphraseStatus") == "No"
    assert changed.count() == 3


def test_canceling_a_new_passphrase_changes_nothing(owner: Owner) -> None:
    page = owner.open()
    for name in ("changePassphraseButton", "askForPassphraseBox"):
        click(page, name)
        click(window("setPassphraseDialog"), "cancelButton")
        assert owner.ways().passphrase is None
        assert not find(page, "askForPassphraseBox", QAbstractButton).isChecked()


def test_a_recovery_key_is_created_replaced_and_removed(owner: Owner, opener: VaultOpener) -> None:
    page = owner.open()
    click(page, "newRecoveryKeyButton")
    first = keep_recovery_key()
    assert text(page, "recoveryKeyStatus").startswith("Yes, since today ")
    assert "not kept" not in text(page, "recoveryKeyStatus")
    click(page, "newRecoveryKeyButton")
    assert "no longer unlocks the vault" in text(question(), "qt_msgbox_informativelabel")
    QTest.keyClick(question(), Qt.Key.Key_Return)
    opener.open_with_recovery_key(first).close()
    click(page, "newRecoveryKeyButton")
    click(question(), "confirmButton")
    second = keep_recovery_key()
    opener.open_with_recovery_key(second).close()
    with pytest.raises(WrongRecoveryKeyError):
        opener.open_with_recovery_key(first)
    click(page, "removeRecoveryKeyButton")
    click(question(), "confirmButton")
    wait_until_enabled(page)
    assert owner.ways().recovery_key is None


def test_a_discarded_recovery_key_is_not_set(owner: Owner) -> None:
    page = owner.open()
    click(page, "newRecoveryKeyButton")
    click(window("recoveryKeyDialog"), "closeButton")
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert text(page, "recoveryKeyStatus") == "No"


@pytest.mark.parametrize("name", ["removeAccountButton", "askForPassphraseBox"])
def test_removing_this_account_needs_the_passphrase(owner: Owner, name: str) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    box = find(page, "askForPassphraseBox", QAbstractButton)
    click(page, name)
    confirm_passphrase("a wrong one")
    dialog = window("confirmPassphraseDialog")
    wait_until(lambda: "does not open the vault" in text(dialog, "passphraseError"))
    click(dialog, "cancelButton")
    assert owner.ways().this_account
    assert not box.isChecked()
    click(page, name)
    confirm_passphrase(PASSPHRASE)
    wait_until(lambda: not windows("confirmPassphraseDialog"))
    assert owner.ways().asks_for_passphrase
    assert box.isChecked()
    assert text(page, "accountStatus") == "No"
    assert text(page, "protectionNote") == texts.ACCOUNT_REMOVED
    assert find(page, "lockAfterMinutesField", QSpinBox).isEnabled()
    assert not is_usable(page, "removePassphraseButton")  # It is the last way to unlock.
    if name == "removeAccountButton":
        click(page, "setUpAccountButton")
    else:
        click(page, "askForPassphraseBox")
    wait_until_enabled(page)
    assert owner.ways().this_account
    assert not box.isChecked()


def test_checking_the_box_asks_for_a_new_passphrase(owner: Owner, opener: VaultOpener) -> None:
    page = owner.open()
    click(page, "askForPassphraseBox")
    choose_passphrase(PASSPHRASE)
    wait_until_enabled(page)
    assert owner.ways().asks_for_passphrase
    opener.open_with_passphrase(PASSPHRASE).close()


def test_a_recovery_key_lets_this_account_be_removed(owner: Owner) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    click(page, "removeAccountButton")
    assert "need the recovery key" in text(question(), "qt_msgbox_informativelabel")
    click(question(), "confirmButton")
    wait_until_enabled(page)
    assert owner.ways().this_account is None
    assert not is_usable(page, "removeRecoveryKeyButton")  # It is the last way to unlock.


def test_the_box_stays_checked_without_a_key_store(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    page = owner.open()
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    click(page, "askForPassphraseBox")
    assert "can't reach" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    assert find(page, "askForPassphraseBox", QAbstractButton).isChecked()
    assert page.isEnabled()


def test_a_failed_change_is_explained_and_not_shown(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    before = owner.ways()

    def no_room(*_: object) -> None:
        raise OSError(28, "no room")

    with monkeypatch.context() as full:
        full.setattr(protector_file, "write_durably", no_room)
        for name in ("removeAccountButton", "removeRecoveryKeyButton"):
            click(page, name)
            click(question(), "confirmButton")
            wait_until(lambda: text(question(), "qt_msgbox_label") == "The disk is full.")
            click(question(), "closeButton")
    assert owner.ways() == before
    assert is_usable(page, "removeAccountButton")
    assert text(page, "recoveryKeyStatus").startswith("Yes")


def test_re_encrypting_creates_a_recovery_key(owner: Owner, opener: VaultOpener, folder: VaultFolder) -> None:
    old = add_recovery_key(owner.protection)
    page = owner.open()
    click(page, "reencryptButton")
    assert texts.REENCRYPT_CONSEQUENCE in text(question(), "qt_msgbox_informativelabel")
    QTest.keyClick(question(), Qt.Key.Key_Return)
    opener.open_with_recovery_key(old).close()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    new = keep_recovery_key()
    assert text(page, "protectionNote") == texts.REENCRYPTED
    assert len(list(folder.automatic_backups.iterdir())) == 1
    opener.open_with_recovery_key(new).close()
    with pytest.raises(WrongRecoveryKeyError):
        opener.open_with_recovery_key(old)
    assert owner.ways().recovery_key is not None


def test_re_encrypting_asks_for_the_passphrase(owner: Owner, opener: VaultOpener) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    confirm_passphrase("a wrong one")
    dialog = window("confirmPassphraseDialog")
    wait_until(lambda: "does not open the vault" in text(dialog, "passphraseError"))
    assert owner.ways().recovery_key is None
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "confirmButton")
    key = keep_recovery_key()
    assert not windows("confirmPassphraseDialog")
    opener.open_with_recovery_key(key).close()
    opener.open_with_passphrase(PASSPHRASE).close()
    assert page.isEnabled()


def test_the_next_start_finishes_re_encrypting(
    owner: Owner, store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    with read_by_another_program(store, folder):
        wait_until(lambda: bool(windows("recoveryKeyDialog")))
        new = keep_recovery_key()
        wait_until(lambda: "one step is left" in text(page, "protectionNote"))
        assert "removes it the next time it starts." in text(page, "protectionNote")
        assert not windows("qt_msgbox")
    for dialog in owner.findChildren(PreferencesDialog):
        dialog.close()
    assert "one step is left" in text(owner.open(), "protectionNote")
    store.close()
    with closing(opener.open_with_recovery_key(new)) as again:
        assert again.protectors.unfinished_reencryption is None


def test_re_encrypting_reports_a_failed_automatic_backup(owner: Owner, folder: VaultFolder) -> None:
    folder.automatic_backups.write_text("in the way")
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    assert text(page, "protectionNote") == texts.REENCRYPTED_WITHOUT_BACKUP
    assert text(question(), "qt_msgbox_label") == "The automatic backup could not be made."
    click(question(), "closeButton")


def test_discarding_the_key_cancels_re_encrypting(owner: Owner, opener: VaultOpener, folder: VaultFolder) -> None:
    old = add_recovery_key(owner.protection)
    before = folder.protectors.read_bytes()
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    dialog = window("recoveryKeyDialog")
    assert "Save the new recovery key first" in text(dialog, "beforeLabel")
    click(dialog, "closeButton")
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert folder.protectors.read_bytes() == before
    opener.open_with_recovery_key(old).close()


def test_says_that_the_old_recovery_key_is_invalid(owner: Owner) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    click(page, "newRecoveryKeyButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    assert text(page, "protectionNote") == texts.OLD_RECOVERY_KEY_INVALID
