"""Helpers for tests of the dialog that shows a recovery key."""

from PySide6.QtWidgets import QWidget

from tests.support.gui import click, question, text, wait_until, windows
from zcc_keys_gui.domain.errors import WrongRecoveryKeyError
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key
from zcc_keys_gui.vault.opening import VaultOpener


def offer(owner: QWidget, vault: OpenVault, clipboard: SecretClipboard, used: list[bool]) -> None:
    """Open the dialog; add an item to `used` after the key unlocks the vault."""
    use_key = vault.protection.set_recovery_key
    offer_recovery_key(owner, clipboard, vault.folder, use_key, lambda _: used.append(True))


def shown_key(dialog: QWidget) -> str:
    """Return the recovery key that the dialog shows."""
    return " ".join(text(dialog, f"recoveryKeyGroup{number}") for number in range(1, 9))


def parsed(shown: str) -> RecoveryKey:
    """Return the recovery key with the digits that the dialog shows."""
    key = parse_recovery_key(shown)
    assert isinstance(key, RecoveryKey)
    return key


def unlocks(opener: VaultOpener, key: RecoveryKey) -> bool:
    """Return whether the key unlocks the vault."""
    try:
        opener.open_with_recovery_key(key).close()
    except WrongRecoveryKeyError:
        return False
    return True


def discard(dialog: QWidget, used: list[bool]) -> None:
    """Close the dialog without keeping the key."""
    click(dialog, "closeButton")
    click(question(), "confirmButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert not used


def confirm_written_down(dialog: QWidget, used: list[bool]) -> None:
    """Check the box that says that the key is written down, and close the dialog."""
    click(dialog, "writtenDownBox")
    click(dialog, "closeButton")
    wait_until(lambda: not windows("recoveryKeyDialog"))
    assert used == [True]
