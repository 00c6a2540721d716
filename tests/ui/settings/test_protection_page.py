"""The page of the preferences with the protectors, over a real vault."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QSpinBox, QTabWidget, QWidget

from tests.conftest import use_keyring
from tests.support import gui
from tests.support.gui import click, find, question, text, trigger, type_into, wait_until, window, windows
from tests.support.recovery_keys import add_recovery_key
from tests.ui.conftest import preferences_in
from tests.vault.conftest import a_key, insert, read_by_another_program
from zcc_keys_gui.domain.errors import WrongRecoveryKeyError
from zcc_keys_gui.domain.policies import Policies, validated_policies
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service.open_vault import use_cases
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog
from zcc_keys_gui.ui.settings.protection_page import ProtectionPage
from zcc_keys_gui.ui.text.settings import protection as texts
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"
OTHER_PASSPHRASE = "another four random words"


class Owner(QWidget):
    """Shows the page, in the dialog that it is a page of."""

    def __init__(self, store: VaultStore, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.vault = use_cases(folder, store, lambda: "zoe")
        self.protection = self.vault.protection

    def open(self, policies: Policies | None = None) -> ProtectionPage:
        preferences = preferences_in(self._folder, self, policies)
        self.preferences = preferences
        page = ProtectionPage(self.vault, SecretClipboard(preferences, self), preferences)
        dialog = PreferencesDialog(preferences, page, self)
        find(dialog, "preferencesPages", QTabWidget).setCurrentWidget(page)
        dialog.open()
        wait_until(dialog.isActiveWindow)
        return page

    def who(self) -> WaysToUnlock:
        return self.protection.ways_to_unlock()


@pytest.fixture
def owner(nothing_left_behind: None, store: VaultStore, data_folder: Path, qapp: QApplication) -> Iterator[Owner]:
    owner = Owner(store, data_folder)
    owner.show()
    yield owner
    for dialog in owner.findChildren(PreferencesDialog):
        dialog.close()
    owner.close()
    owner.deleteLater()


def can(page: QWidget, name: str) -> bool:
    button = find(page, name, QWidget)
    return button.isVisible() and button.isEnabled()


def wait_for(page: QWidget) -> None:
    wait_until(page.isEnabled)


def choose_passphrase(passphrase: str) -> None:
    dialog = window("setPassphraseDialog")
    type_into(dialog, "passphraseField", passphrase)
    type_into(dialog, "repeatPassphraseField", passphrase)
    click(dialog, "setPassphraseButton")
    wait_until(lambda: not windows("setPassphraseDialog"))


def confirm_passphrase(passphrase: str) -> None:
    dialog = window("confirmPassphraseDialog")
    type_into(dialog, "passphraseField", passphrase)
    click(dialog, "confirmButton")


def keep_recovery_key() -> RecoveryKey:
    """Keep the recovery key that is shown, and return it."""
    dialog = window("recoveryKeyDialog")
    key = parse_recovery_key(" ".join(text(dialog, f"recoveryKeyGroup{number}") for number in range(1, 9)))
    assert isinstance(key, RecoveryKey)
    click(dialog, "writtenDownBox")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    return key


# --- what it shows ---


def test_a_new_vault_is_this_accounts_alone(owner: Owner) -> None:
    page = owner.open()
    assert text(page, "accountStatus").startswith("Yes, since today ")
    assert text(page, "passphraseStatus") == text(page, "recoveryKeyStatus") == "No"
    assert not can(page, "removeAccountButton")  # the last one
    for name in ("setUpAccountButton", "removePassphraseButton", "removeRecoveryKeyButton"):
        assert not can(page, name)
    assert text(page, "changePassphraseButton") == texts.SET_PASSPHRASE_BUTTON
    assert text(page, "newRecoveryKeyButton") == texts.CREATE_RECOVERY_KEY_BUTTON
    assert not find(page, "lockAfterMinutesField", QSpinBox).isEnabled()


# --- the passphrase ---


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
    QTest.keyClick(question(), Qt.Key.Key_Return)  # Cancel is the default
    assert owner.who().passphrase
    click(page, "removePassphraseButton")
    click(question(), "confirmButton")
    wait_for(page)
    assert owner.who().passphrase is None
    assert text(page, "passphraseStatus") == "No"
    assert changed.count() == 3


def test_cancelling_a_new_passphrase_changes_nothing(owner: Owner) -> None:
    page = owner.open()
    for name in ("changePassphraseButton", "askForPassphraseBox"):
        click(page, name)
        click(window("setPassphraseDialog"), "cancelButton")
        assert owner.who().passphrase is None
        assert not find(page, "askForPassphraseBox", QAbstractButton).isChecked()


# --- the recovery key ---


def test_a_recovery_key_is_made_replaced_and_removed(owner: Owner, opener: VaultOpener) -> None:
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
    wait_for(page)
    assert owner.who().recovery_key is None


def test_a_recovery_key_that_is_not_kept_is_none(owner: Owner) -> None:
    page = owner.open()
    click(page, "newRecoveryKeyButton")
    click(window("recoveryKeyDialog"), "closeButton")
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert text(page, "recoveryKeyStatus") == "No"


# --- this account, and the passphrase at every start ---


@pytest.mark.parametrize("name", ["removeAccountButton", "askForPassphraseBox"])
def test_this_account_is_removed_by_who_knows_the_passphrase(owner: Owner, name: str) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    box = find(page, "askForPassphraseBox", QAbstractButton)
    click(page, name)
    confirm_passphrase("a wrong one")
    dialog = window("confirmPassphraseDialog")
    wait_until(lambda: "does not open the vault" in text(dialog, "passphraseError"))
    click(dialog, "cancelButton")
    assert owner.who().this_account
    assert not box.isChecked()
    click(page, name)
    confirm_passphrase(PASSPHRASE)
    wait_until(lambda: not windows("confirmPassphraseDialog"))
    assert owner.who().asks_for_passphrase
    assert box.isChecked()
    assert text(page, "accountStatus") == "No"
    assert text(page, "protectionNote") == texts.ACCOUNT_REMOVED
    assert find(page, "lockAfterMinutesField", QSpinBox).isEnabled()
    assert not can(page, "removePassphraseButton")  # the last one now
    if name == "removeAccountButton":
        click(page, "setUpAccountButton")
    else:
        click(page, "askForPassphraseBox")
    wait_for(page)
    assert owner.who().this_account
    assert not box.isChecked()


def test_ticked_without_a_passphrase_one_is_chosen_first(owner: Owner, opener: VaultOpener) -> None:
    page = owner.open()
    click(page, "askForPassphraseBox")
    choose_passphrase(PASSPHRASE)
    wait_for(page)
    assert owner.who().asks_for_passphrase
    opener.open_with_passphrase(PASSPHRASE).close()


def test_this_account_is_removed_where_a_recovery_key_is_kept(owner: Owner) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    click(page, "removeAccountButton")
    assert "need the recovery key" in text(question(), "qt_msgbox_informativelabel")
    click(question(), "confirmButton")
    wait_for(page)
    assert owner.who().this_account is None
    assert not can(page, "removeRecoveryKeyButton")  # the last one now


def test_without_a_key_store_the_box_stays_ticked(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    page = owner.open()
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    click(page, "askForPassphraseBox")
    assert "can't reach" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    assert find(page, "askForPassphraseBox", QAbstractButton).isChecked()
    assert page.isEnabled()


def test_what_cannot_be_written_is_told_and_shown_as_it_is(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    before = owner.who()

    def no_room(*_: object) -> None:
        raise OSError(28, "no room")

    with monkeypatch.context() as full:
        full.setattr(protector_file, "write_durably", no_room)
        for name in ("removeAccountButton", "removeRecoveryKeyButton"):
            click(page, name)
            click(question(), "confirmButton")
            wait_until(lambda: text(question(), "qt_msgbox_label") == "The disk is full.")
            click(question(), "closeButton")
    assert owner.who() == before
    assert can(page, "removeAccountButton")
    assert text(page, "recoveryKeyStatus").startswith("Yes")


def test_the_minutes_are_chosen(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    page = owner.open()
    field = find(page, "lockAfterMinutesField", QSpinBox)
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert owner.preferences.lock_after_minutes == 12


def test_what_the_organization_decides_cannot_be_chosen(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    add_recovery_key(owner.protection)
    page = owner.open(validated_policies({"AskForPassphrase": 1, "LockAfterMinutes": 9}))
    for name in ("askForPassphraseBox", "setUpAccountButton", "removePassphraseButton", "lockAfterMinutesField"):
        assert not find(page, name, QWidget).isEnabled(), name
    assert find(page, "lockAfterMinutesField", QSpinBox).value() == 9
    for policy in ("AskForPassphrase", "LockAfterMinutes"):
        assert "anaged" in text(page, f"managed{policy}Label")


# --- a new database key ---


def test_reencrypting_without_a_passphrase_asks_once_and_issues_a_recovery_key(
    owner: Owner, opener: VaultOpener, folder: VaultFolder
) -> None:
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
    assert owner.who().recovery_key is not None


def test_reencrypting_asks_for_the_passphrase_where_there_is_one(owner: Owner, opener: VaultOpener) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    confirm_passphrase("a wrong one")
    dialog = window("confirmPassphraseDialog")
    wait_until(lambda: "does not open the vault" in text(dialog, "passphraseError"))
    assert owner.who().recovery_key is None
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "confirmButton")
    key = keep_recovery_key()
    assert not windows("confirmPassphraseDialog")
    opener.open_with_recovery_key(key).close()
    opener.open_with_passphrase(PASSPHRASE).close()
    assert page.isEnabled()


def test_what_re_encrypting_has_left_to_do_is_told_and_done_at_the_next_start(
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


def test_where_no_fresh_copy_can_be_made_both_are_told(owner: Owner, folder: VaultFolder) -> None:
    folder.automatic_backups.write_text("in the way")
    page = owner.open()
    click(page, "reencryptButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    assert text(page, "protectionNote") == texts.REENCRYPTED_WITHOUT_BACKUP
    assert text(question(), "qt_msgbox_label") == "The automatic backup could not be made."
    click(question(), "closeButton")


def test_a_vault_whose_new_recovery_key_is_not_kept_is_not_reencrypted(
    owner: Owner, opener: VaultOpener, folder: VaultFolder
) -> None:
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


def test_replacing_the_recovery_key_says_when_to_reencrypt(owner: Owner) -> None:
    add_recovery_key(owner.protection)
    page = owner.open()
    click(page, "newRecoveryKeyButton")
    click(question(), "confirmButton")
    keep_recovery_key()
    assert text(page, "protectionNote") == texts.OLD_RECOVERY_KEY_INVALID


# --- for everybody ---


@pytest.mark.parametrize("all_of_them", [False, True])
def test_every_control_has_a_name_and_is_reached_with_tab(owner: Owner, all_of_them: bool) -> None:
    if all_of_them:
        owner.protection.set_passphrase(PASSPHRASE)
        add_recovery_key(owner.protection)
    page = owner.open()
    stops = gui.tab_stops(page.window())
    names = [
        control.accessibleName() for control in gui.controls(page) if control.objectName() != "qt_spinbox_lineedit"
    ]
    for control in gui.controls(page):
        if control.objectName() != "qt_spinbox_lineedit":
            assert control.accessibleName(), control.objectName()
            assert control in stops, control.objectName()
    assert len(set(names)) == len(names)


def test_the_focus_is_where_it_was_or_where_it_can_be_after_a_change(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    add_recovery_key(owner.protection)
    page = owner.open()
    button = find(page, "removePassphraseButton", QAbstractButton)
    button.setFocus()
    click(page, "removePassphraseButton")
    click(question(), "confirmButton")
    wait_for(page)
    assert not button.isVisible()  # of what is gone
    other = find(page, "changePassphraseButton", QAbstractButton)
    assert page.window().focusWidget() is other
    box = find(page, "askForPassphraseBox", QAbstractButton)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    choose_passphrase(PASSPHRASE)
    wait_for(page)
    assert page.window().focusWidget() is box


def test_the_dialog_grows_with_what_the_page_says(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    click(page, "changePassphraseButton")
    choose_passphrase(OTHER_PASSPHRASE)
    note = find(page, "protectionNote", QWidget)
    wait_until(lambda: note.height() >= note.heightForWidth(note.width()))


def test_the_line_of_the_idle_minutes_is_whole_however_long_it_is(
    main: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "IDLE_MINUTES", "idle minutes" + ", and when Windows is locked" * 3)
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    said = next(label for label in dialog.findChildren(QLabel) if label.text().startswith("idle minutes"))
    wait_until(lambda: said.height() >= said.heightForWidth(said.width()) and said.width() >= least_width(said))
    dialog.close()


def least_width(label: QLabel) -> int:
    """Return the width that a label needs for its longest line: a word, or all where it breaks none."""
    words = label.text().split() if label.wordWrap() else [label.text()]
    return max(label.fontMetrics().horizontalAdvance(word) for word in words)
