"""The page of the preferences with the ways to unlock the vault, with a real vault."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QSpinBox, QTabWidget, QWidget

from tests.support import gui
from tests.support.gui import click, find, question, text, trigger, wait_until, window
from tests.support.recovery_keys import add_recovery_key
from tests.ui.settings.protection import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    Owner,
    choose_passphrase,
    is_usable,
    wait_until_enabled,
)
from zcc_keys_gui.domain.policies import validate_policies
from zcc_keys_gui.ui.text.settings import protection as texts


def test_only_this_account_unlocks_a_new_vault(owner: Owner) -> None:
    page = owner.open()
    assert text(page, "accountStatus").startswith("Yes, since today ")
    assert text(page, "passphraseStatus") == text(page, "recoveryKeyStatus") == "No"
    assert not is_usable(page, "removeAccountButton")  # It is the only way to unlock.
    for name in ("setUpAccountButton", "removePassphraseButton", "removeRecoveryKeyButton"):
        assert not is_usable(page, name)
    assert text(page, "changePassphraseButton") == texts.SET_PASSPHRASE_BUTTON
    assert text(page, "newRecoveryKeyButton") == texts.CREATE_RECOVERY_KEY_BUTTON
    assert not find(page, "lockAfterMinutesField", QSpinBox).isEnabled()


@pytest.mark.parametrize("all_of_them", [False, True])
def test_tab_reaches_every_control_and_each_has_a_name(owner: Owner, all_of_them: bool) -> None:
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


def test_restores_the_focus_after_a_change(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    add_recovery_key(owner.protection)
    page = owner.open()
    button = find(page, "removePassphraseButton", QAbstractButton)
    button.setFocus()
    click(page, "removePassphraseButton")
    click(question(), "confirmButton")
    wait_until_enabled(page)
    assert not button.isVisible()  # There is no passphrase to remove.
    other = find(page, "changePassphraseButton", QAbstractButton)
    assert page.window().focusWidget() is other
    box = find(page, "askForPassphraseBox", QAbstractButton)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    choose_passphrase(PASSPHRASE)
    wait_until_enabled(page)
    assert page.window().focusWidget() is box


def test_the_dialog_grows_with_the_note(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    page = owner.open()
    click(page, "changePassphraseButton")
    choose_passphrase(OTHER_PASSPHRASE)
    note = find(page, "protectionNote", QWidget)
    wait_until(lambda: note.height() >= note.heightForWidth(note.width()))


def test_a_long_text_about_idle_minutes_is_not_cut(main: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "IDLE_MINUTES", "idle minutes" + ", and when Windows is locked" * 3)
    trigger(main, "preferencesAction")
    dialog = window("preferencesDialog")
    find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(1)
    label = next(label for label in dialog.findChildren(QLabel) if label.text().startswith("idle minutes"))
    wait_until(lambda: label.height() >= label.heightForWidth(label.width()) and label.width() >= min_width(label))
    dialog.close()


def min_width(label: QLabel) -> int:
    """Return the width that a label needs for its longest word, or for its complete text if it does not wrap."""
    words = label.text().split() if label.wordWrap() else [label.text()]
    return max(label.fontMetrics().horizontalAdvance(word) for word in words)


def test_saves_the_idle_minutes(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    page = owner.open()
    field = find(page, "lockAfterMinutesField", QSpinBox)
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert owner.preferences.lock_after_minutes == 12


def test_managed_preferences_are_disabled(owner: Owner) -> None:
    owner.protection.set_passphrase(PASSPHRASE)
    owner.protection.remove_this_account()
    add_recovery_key(owner.protection)
    page = owner.open(validate_policies({"AskForPassphrase": 1, "LockAfterMinutes": 9}))
    for name in ("askForPassphraseBox", "setUpAccountButton", "removePassphraseButton", "lockAfterMinutesField"):
        assert not find(page, name, QWidget).isEnabled(), name
    assert find(page, "lockAfterMinutesField", QSpinBox).value() == 9
    for policy in ("AskForPassphrase", "LockAfterMinutes"):
        assert "anaged" in text(page, f"managed{policy}Label")
