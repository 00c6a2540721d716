"""Opens each window and dialog of the real program, for tests that apply to all of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from tests.support import gui
from tests.support.gui import click, find, question, table, text, trigger, type_into, wait_until, window
from tests.ui.backups.test_backup_dialog import PASSPHRASE, choose
from tests.vault.conftest import a_key, a_sign_in, insert
from tests.vault.recovery.damage import flip_byte
from zcc_keys_gui import app
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.ui.backups.restore_dialog import RestoreDialog
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.widgets.messages import show_information
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

MARKUP = '<img src="//host/share/x.png"><b>bold</b>'
FOLDER = "<b>folder</b>" if os.name == "posix" else "folder"  # Windows does not allow < in a name

Open = Callable[[QWidget, Path], QWidget]


def _by(action: str, name: str) -> Open:
    def open_it(main: QWidget, folder: Path) -> QWidget:
        table(main).selectRow(0)
        trigger(main, action)
        return window(name)

    return open_it


def _preferences(page: int) -> Open:
    def open_it(main: QWidget, folder: Path) -> QWidget:
        trigger(main, "preferencesAction")
        dialog = window("preferencesDialog")
        find(dialog, "preferencesPages", QTabWidget).setCurrentIndex(page)
        return dialog

    return open_it


def _set_passphrase(main: QWidget, folder: Path) -> QWidget:
    click(_preferences(1)(main, folder), "changePassphraseButton")
    return window("setPassphraseDialog")


def _recovery_key(main: QWidget, folder: Path) -> QWidget:
    click(_preferences(1)(main, folder), "newRecoveryKeyButton")
    return window("recoveryKeyDialog")


def _question(main: QWidget, folder: Path) -> QWidget:
    table(main).selectRow(0)
    trigger(main, "deleteKeyAction")
    return question()


def _information(main: QWidget, folder: Path) -> QWidget:
    return show_information(main, MARKUP, MARKUP)


def _client_secret(main: QWidget, folder: Path) -> QWidget:
    table(main).selectRow(0)
    trigger(main, "regenerateSecretAction")
    click(question(), "confirmButton")
    return window("clientSecretDialog")


def _connect_with_secret(main: QWidget, folder: Path) -> QWidget:
    click(_client_secret(main, folder), "connectButton")
    return window("connectDialog")


def _backup(main: QWidget, folder: Path) -> QWidget:
    trigger(main, "backupAction")
    choose(main, "backupFileDialog", folder / FOLDER / "a.zccbackup")
    return window("backupDialog")


def _open_backup(main: QWidget, folder: Path) -> QWidget:
    trigger(main, "restoreAction")
    choose(main, "restoreFileDialog", folder / FOLDER / "a.zccbackup")
    return window("openBackupDialog")


def _restore(main: QWidget, folder: Path) -> QWidget:
    assert isinstance(main, MainWindow)
    backups, path, other = main._vault.backups(), folder / "restored.zccbackup", VaultFolder(folder / "other")
    other.make()
    store = VaultOpener(other).create_with_passphrase(PASSPHRASE)
    Backups(store.backups, lambda: MARKUP).back_up(path, PASSPHRASE)
    store.close()
    backup = backups.read(path, PASSPHRASE)
    backup.about = backup.about._replace(program=MARKUP, vault_id=MARKUP)
    dialog = RestoreDialog(backups, backup, main)
    dialog.open()
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


FROM_MAIN: dict[str, Open] = {
    "main": lambda main, folder: main,
    "add": _by("addKeyAction", "addKeyDialog"),
    "edit": _by("editKeyAction", "editKeyDialog"),
    "connect": _by("connectAction", "connectDialog"),
    "connect with secret": _connect_with_secret,
    "client secret": _client_secret,
    "check secret": _by("checkSecretAction", "checkSecretDialog"),
    "history": _by("historyAction", "historyWindow"),
    "sign-in log": _by("signInLogAction", "signInLogWindow"),
    "rehearsal": _by("rehearseAction", "rehearsalDialog"),
    "preferences": _preferences(0),
    "protection": _preferences(1),
    "set passphrase": _set_passphrase,
    "recovery key": _recovery_key,
    "about": _by("aboutAction", "aboutDialog"),
    "check vault": _by("checkVaultAction", "checkVaultDialog"),
    "backup": _backup,
    "open backup": _open_backup,
    "restore": _restore,
    "question": _question,
    "information": _information,
}


def _create_vault(folder: VaultFolder, path: Path) -> QWidget:
    _start(folder)
    return window("createVaultDialog")


def _unlock(folder: VaultFolder, path: Path) -> QWidget:
    store = VaultOpener(folder).create_with_passphrase(PASSPHRASE)
    store.protectors.set_recovery_key(new_recovery_key())
    store.close()
    _start(folder)
    return window("unlockDialog")


def _damaged(folder: VaultFolder, path: Path) -> QWidget:
    store = VaultOpener(folder).create_with_passphrase(PASSPHRASE)
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    path.parent.mkdir(exist_ok=True)
    Backups(store.backups, lambda: MARKUP).back_up(path, PASSPHRASE)
    store.close()
    flip_byte(folder.database, 1_000)
    _start(folder)
    dialog = window("unlockDialog")
    type_into(dialog, "passphraseField", PASSPHRASE)
    click(dialog, "unlockButton")
    dialog = window("damagedVaultDialog")
    wait_until(find(dialog, "progressBar", QWidget).isHidden)
    return dialog


def _open_backup_of_new_vault(folder: VaultFolder, path: Path) -> QWidget:
    asking = _damaged(folder, path)
    click(asking, "restoreBackupButton")
    choose(asking, "restoreFileDialog", path)
    return window("openBackupDialog")


def _new_vault(folder: VaultFolder, path: Path) -> QWidget:
    opening = _open_backup_of_new_vault(folder, path)
    type_into(opening, "passphraseField", PASSPHRASE)
    click(opening, "openBackupButton")
    dialog = window("newVaultDialog")
    wait_until(lambda: bool(text(dialog, "planLabel")))
    return dialog


def _unreachable(folder: VaultFolder, path: Path) -> QWidget:
    folder.path.parent.mkdir(parents=True, exist_ok=True)
    folder.path.write_text("a file with the name of the folder")
    _start(folder)
    return question()


AT_START: dict[str, Callable[[VaultFolder, Path], QWidget]] = {
    "create vault": _create_vault,
    "unlock": _unlock,
    "damaged vault": _damaged,
    "open backup of a new vault": _open_backup_of_new_vault,
    "new vault": _new_vault,
    "no folder": _unreachable,
}


def _start(folder: VaultFolder) -> None:
    app.start(["--data-folder", str(folder.path)])


@contextmanager
def opened(name: str, parent: Path) -> Iterator[QWidget]:
    """Open the window of this name with markup in its data, and close all windows afterwards.

    The windows in `AT_START` need an account without a keyring.
    """
    folder = VaultFolder(parent / FOLDER / "data")
    try:
        if name in AT_START:
            yield AT_START[name](folder, parent / FOLDER / "a.zccbackup")
        else:
            store = VaultOpener(folder).create_for_this_account()
            insert(store, replace(a_key(MARKUP), secret_pending=True))
            store.sign_ins.record([a_sign_in(MARKUP, MARKUP, client=MARKUP, reason=MARKUP)])
            store.close()
            _start(folder)
            yield FROM_MAIN[name](window("mainWindow"), parent)
    finally:
        for shown in QApplication.topLevelWidgets():
            if shown.isVisible() and shown.parentWidget() is None:
                shown.close()
        for shown in gui.windows("unlockDialog") + gui.windows("createVaultDialog"):
            shown.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
