"""A user of the program who stops at each step, so that another process can search the memory of this one.

This module must not keep the secrets itself: a text to type is passed masked, and typed one character at a time. It
keeps no reference to a closed dialog.
"""

import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QThreadPool
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget

from tests.support.calls import switch_on
from tests.support.gui import click, find, line, question, text, trigger, wait_until, window
from tests.support.user import add
from zcc_keys_gui import app
from zcc_keys_gui.ui.application.clipboard import SecretClipboard

MASK = 0xAA
"""Each byte of a text to type is XORed with this."""


def client_secret(_: bytes) -> None:
    """Add a key, copy its secret, and close the dialog."""
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    _stop("shown")
    click(dialog, "copySecretButton")
    _stop("copied")
    _clear_clipboard()
    _stop("cleared")
    click(dialog, "closeButton")
    del dialog
    _wait_until_deleted(main, "clientSecretDialog")
    _stop("closed")
    main.close()
    _stop("ended")


def client_secret_left_on_clipboard(_: bytes) -> None:
    """Add a key, copy its secret, close the dialog, and let the program clear the clipboard later."""
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    _stop("shown")
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    del dialog
    _wait_until_deleted(main, "clientSecretDialog")
    _stop("closed")
    _clear_clipboard()
    _stop("cleared")


def connect_card(_: bytes) -> None:
    """Add a key, show each snippet with its secret, copy the last one, and close both dialogs."""
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    click(dialog, "connectButton")
    card = window("connectDialog")
    clients = find(card, "snippetField", QComboBox)
    for client in range(clients.count()):
        clients.setCurrentIndex(client)
        QApplication.processEvents()
    _stop("shown")
    click(card, "copySnippetButton")
    _stop("copied")
    _clear_clipboard()
    click(card, "closeButton")
    click(dialog, "closeButton")
    del dialog, card, clients
    _wait_until_deleted(main, "clientSecretDialog")
    _stop("closed")


def check_secret(_: bytes) -> None:
    """Add a key, paste its secret into the dialog that checks secrets, show it, and close the dialog."""
    main = window("mainWindow")
    dialog = add(main, "ProdSync")
    _stop("shown")
    click(dialog, "copySecretButton")
    click(dialog, "closeButton")
    _wait_until_deleted(main, "clientSecretDialog")
    trigger(main, "checkSecretAction")
    dialog = window("checkSecretDialog")
    line(dialog, "secretField").paste()
    click(dialog, "showSecretBox")
    _clear_clipboard()
    _stop("checked")
    click(dialog, "closeButton")
    del dialog
    _wait_until_deleted(main, "checkSecretDialog")
    _stop("closed")


def passphrase(masked: bytes) -> None:
    """Unlock the vault, and lock it again."""
    type_masked(window("unlockDialog"), "passphraseField", masked)
    _stop("typed")
    click(window("unlockDialog"), "unlockButton")
    _stop_open_and_locked()


def sign_in_service(masked: bytes) -> None:
    """Unlock the vault, switch the sign-in service on, and lock the vault."""
    type_masked(window("unlockDialog"), "passphraseField", masked)
    click(window("unlockDialog"), "unlockButton")
    main = window("mainWindow")
    switch_on(main)
    _stop("on")
    _lock(main)


def new_passphrase(masked: bytes) -> None:
    """Create a vault with a passphrase, and lock it."""
    type_masked(window("createVaultDialog"), "passphraseField", masked)
    type_masked(window("createVaultDialog"), "repeatPassphraseField", masked)
    wait_until(lambda: "Strong" in text(window("createVaultDialog"), "strengthHint"))
    _stop("typed")
    click(window("createVaultDialog"), "createVaultButton")
    _stop_open_and_locked()


def recovery_key(_: bytes) -> None:
    """Create a recovery key, copy it, and close its dialog."""
    main = window("mainWindow")
    click(main, "saveRecoveryKeyButton")
    dialog = window("recoveryKeyDialog")
    _stop("shown")
    click(dialog, "copyButton")
    _stop("copied")
    _clear_clipboard()
    _stop("cleared")
    click(dialog, "closeButton")
    del dialog
    _wait_until_deleted(main, "recoveryKeyDialog")
    _stop("closed")


def reencryption(masked: bytes) -> None:
    """Unlock the vault, re-encrypt it, and lock it."""
    type_masked(window("unlockDialog"), "passphraseField", masked)
    click(window("unlockDialog"), "unlockButton")
    main = window("mainWindow")
    _stop("open")
    trigger(main, "preferencesAction")
    click(window("preferencesDialog"), "reencryptButton")
    click(question(), "confirmButton")
    type_masked(window("confirmPassphraseDialog"), "passphraseField", masked)
    click(window("confirmPassphraseDialog"), "confirmButton")
    click(window("recoveryKeyDialog"), "copyButton")
    click(window("recoveryKeyDialog"), "closeButton")
    _wait_until_deleted(main, "recoveryKeyDialog")
    _clear_clipboard()
    _stop("re-encrypted")
    _lock(main)


def type_masked(place: QWidget, name: str, masked: bytes) -> None:
    """Type a masked text one character at a time."""
    for each in masked:
        QTest.keyClicks(line(place, name), chr(each ^ MASK))


def _clear_clipboard() -> None:
    """Clear the clipboard, as the program does after some seconds."""
    (clipboard,) = _application().findChildren(SecretClipboard)
    clipboard.clear_secret()


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


def _wait_until_deleted(main: QWidget, name: str) -> None:
    wait_until(lambda: main.findChild(QDialog, name) is None)


def _stop_open_and_locked() -> None:
    main = window("mainWindow")
    _stop("open")
    _lock(main)


def _lock(main: QWidget) -> None:
    trigger(main, "lockAction")
    window("unlockDialog")
    _stop("locked")


def _stop(step: str) -> None:
    """Let the program finish its work, print the step, and wait until the other process has searched."""
    for _ in range(3):  # work may start other work
        QThreadPool.globalInstance().waitForDone()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    print(step, flush=True)
    sys.stdin.buffer.readline()


if __name__ == "__main__":
    acts: dict[str, Callable[..., None]] = {
        act.__name__: act
        for act in (
            client_secret,
            client_secret_left_on_clipboard,
            connect_card,
            check_secret,
            passphrase,
            new_passphrase,
            recovery_key,
            reencryption,
            sign_in_service,
        )
    }
    app.start(["--data-folder", sys.argv[1]])
    acts[sys.argv[2]](bytes.fromhex(sys.argv[3]))
