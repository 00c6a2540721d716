"""Commands on the whole vault: back up, restore, check, its protection, and its folder."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMainWindow

from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.log import log_folder
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.text.main import BACKED_UP, BACKED_UP_TO, LOG_FOLDER, VAULT_FOLDER
from zcc_keys_gui.ui.widgets.messages import show_information


class VaultCommands(QObject):
    """The commands that open the dialogs about the vault.

    `keys_changed` is emitted after a backup or a restore, and `protection_changed` after the ways to unlock the vault
    have changed. `repair_requested` asks to close the vault and repair it.
    """

    keys_changed = Signal()
    protection_changed = Signal()
    repair_requested = Signal()

    def __init__(
        self,
        vault: OpenVault,
        clipboard: SecretClipboard,
        preferences: Preferences,
        service: SignInService,
        window: QMainWindow,
    ) -> None:
        """Work on `vault`; open the dialogs over `window`."""
        super().__init__(window)
        self._vault = vault
        self._clipboard = clipboard
        self._preferences = preferences
        self._service = service
        self._window = window

    def show_preferences(self) -> None:
        """Show the preferences, with the ways to unlock the vault on one of their pages."""
        from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog
        from zcc_keys_gui.ui.settings.protection_page import ProtectionPage

        page = ProtectionPage(self._vault, self._clipboard, self._preferences)
        page.changed.connect(self.protection_changed)
        page.reencrypted.connect(self._service.restart)
        PreferencesDialog(self._preferences, page, self._window).open()

    def save_recovery_key(self) -> None:
        """Make a recovery key, and show it so that the user can save it."""
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        set_recovery_key = self._vault.protection.set_recovery_key
        offer_recovery_key(
            self._window, self._clipboard, self._vault.folder, set_recovery_key, self._report_protection_changed
        )

    def back_up(self) -> None:
        """Ask for a file and a passphrase, and back up the vault."""
        from zcc_keys_gui.ui.backups.backup_dialog import ask_for_backup_file

        ask_for_backup_file(self._window, self._back_up_to)

    def restore(self) -> None:
        """Ask for a backup and its passphrase, show what is in it, and restore it."""
        from zcc_keys_gui.ui.backups.restore_dialog import ask_for_backup

        ask_for_backup(self._window, self._vault.backups(), self._clipboard, self._show_restored)

    def check(self) -> None:
        """Check the whole vault and its automatic backups, and show the result."""
        from zcc_keys_gui.ui.backups.check_dialog import CheckDialog

        dialog = CheckDialog(self._vault.checks(), self._window)
        dialog.repair_requested.connect(self.repair_requested)
        dialog.open()

    def show_vault_folder(self) -> None:
        """Open the folder of the vault in the system's file manager."""
        self._show_folder(VAULT_FOLDER, self._vault.folder)

    def show_log_folder(self) -> None:
        """Open the folder of the log in the system's file manager."""
        self._show_folder(LOG_FOLDER, log_folder())

    def _back_up_to(self, path: Path) -> None:
        from zcc_keys_gui.ui.backups.backup_dialog import BackupDialog

        dialog = BackupDialog(self._vault.backups(), path, self._clipboard, self._window)
        dialog.succeeded.connect(partial(self._show_backed_up, path))
        dialog.open()

    def _show_backed_up(self, path: Path, keys: int) -> None:
        self.keys_changed.emit()  # the history has a new row
        show_information(self._window, BACKED_UP.of(keys), BACKED_UP_TO.format(path=path))

    def _show_restored(self, title: str, details: str) -> None:
        self.keys_changed.emit()
        show_information(self._window, title, details)

    def _report_protection_changed(self, _: object) -> None:
        self.protection_changed.emit()

    def _show_folder(self, title: str, folder: Path) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            show_information(self._window, title, str(folder))
