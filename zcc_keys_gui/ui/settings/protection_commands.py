"""The commands of the protection page, which change the ways to unlock the vault after asking."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.errors import ReencryptionUnfinishedError, VaultError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.settings import protection as texts
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.messages import ask, show_problem

_ResultT = TypeVar("_ResultT")


class ProtectionCommands(QObject):
    """The commands that change the ways to unlock an open vault.

    `busy_changed` says whether a change is being made. `ended` is emitted after each command, also if the user canceled
    it or it failed, and `changed` if it changed something. `noted` carries a text for the user. `reencrypted` is
    emitted after the database got another key.
    """

    busy_changed = Signal(bool)
    ended = Signal()
    changed = Signal()
    reencrypted = Signal()
    noted = Signal(str)

    def __init__(self, vault: OpenVault, clipboard: SecretClipboard, window: QWidget) -> None:
        """Change the ways to unlock `vault`; open the dialogs over `window`."""
        super().__init__(window)
        self._vault = vault
        self._protection = vault.protection
        self._clipboard = clipboard
        self._window = window
        self._background = BackgroundWork(window)
        self._background.busy_changed.connect(self.busy_changed)

    @property
    def is_busy(self) -> bool:
        """Whether a change is being made."""
        return self._background.is_busy

    # --- this account ---

    def set_up_account(self) -> None:
        """Let this account unlock the vault."""
        self._start(self._protection.set_up_this_account)

    def remove_account(self) -> None:
        """Stop this account from unlocking the vault, after the user has shown that something else still does."""
        if self._protection.ways_to_unlock().passphrase is not None:
            self._remove_account_with_passphrase()
            return
        self._ask_to_remove(
            texts.REMOVE_ACCOUNT_QUESTION,
            texts.REMOVE_ACCOUNT_CONSEQUENCE,
            texts.REMOVE_ACCOUNT,
            self._protection.remove_this_account,
            texts.ACCOUNT_REMOVED,
        )

    def require_passphrase(self, required: bool) -> None:
        """Ask for the passphrase at every start, or let this account unlock the vault again."""
        if not required:
            self.set_up_account()
        elif self._protection.ways_to_unlock().passphrase is None:
            self._ask_for_new_passphrase(lambda: self._start(self._protection.remove_this_account))
        else:
            self._remove_account_with_passphrase()

    def _remove_account_with_passphrase(self) -> None:
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import ConfirmPassphraseDialog

        protection = self._protection

        def remove_account(passphrase: str) -> None:
            protection.check_passphrase(passphrase)
            protection.remove_this_account()

        dialog = ConfirmPassphraseDialog(
            texts.REQUIRE_PASSPHRASE_TITLE,
            texts.REQUIRE_PASSPHRASE,
            texts.CONFIRM_REMOVE_ACCOUNT,
            remove_account,
            self._clipboard,
            self._window,
        )
        dialog.succeeded.connect(lambda _: self._report_change(texts.ACCOUNT_REMOVED))
        dialog.finished.connect(self.ended)
        dialog.open()

    # --- the passphrase ---

    def set_passphrase(self) -> None:
        """Ask for a new passphrase, which replaces the current one if there is one."""
        is_new = self._protection.ways_to_unlock().passphrase is None
        self._ask_for_new_passphrase(lambda: None if is_new else self.noted.emit(texts.OLD_PASSPHRASE_INVALID))

    def remove_passphrase(self) -> None:
        """Remove the passphrase after asking."""
        self._ask_to_remove(
            texts.REMOVE_PASSPHRASE_QUESTION,
            texts.REMOVE_PASSPHRASE_CONSEQUENCE,
            texts.REMOVE_PASSPHRASE,
            self._protection.remove_passphrase,
            texts.OLD_PASSPHRASE_INVALID,
        )

    def _ask_for_new_passphrase(self, on_set: Callable[[], None]) -> None:
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import SetPassphraseDialog

        is_new = self._protection.ways_to_unlock().passphrase is None
        text = texts.NEW_PASSPHRASE if is_new else texts.REPLACEMENT_PASSPHRASE
        dialog = SetPassphraseDialog(self._protection.set_passphrase, text, self._clipboard, self._window)
        dialog.succeeded.connect(lambda _: self._report_change(""))
        dialog.succeeded.connect(lambda _: on_set())
        dialog.finished.connect(self.ended)
        dialog.open()

    # --- the recovery key ---

    def create_recovery_key(self) -> None:
        """Show a new recovery key; if there is one already, ask before it is replaced."""
        if self._protection.ways_to_unlock().recovery_key is None:
            self._show_new_recovery_key("")
            return
        ask(
            self._window,
            texts.REPLACE_RECOVERY_KEY_QUESTION,
            consequence=texts.REPLACE_RECOVERY_KEY_CONSEQUENCE,
            confirm=texts.REPLACE_RECOVERY_KEY,
            on_confirm=lambda: self._show_new_recovery_key(texts.OLD_RECOVERY_KEY_INVALID),
        )

    def remove_recovery_key(self) -> None:
        """Remove the recovery key after asking."""
        self._ask_to_remove(
            texts.REMOVE_RECOVERY_KEY_QUESTION,
            texts.REMOVE_RECOVERY_KEY_CONSEQUENCE,
            texts.REMOVE_RECOVERY_KEY,
            self._protection.remove_recovery_key,
            texts.OLD_RECOVERY_KEY_INVALID,
        )

    def _show_new_recovery_key(self, note: str) -> None:
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        offer_recovery_key(
            self._window,
            self._clipboard,
            self._vault.folder,
            self._protection.set_recovery_key,
            lambda _: self._report_change(note),
        )

    # --- a new database key ---

    def reencrypt(self) -> None:
        """Re-encrypt the vault after asking, with a new recovery key."""
        ask(
            self._window,
            texts.REENCRYPT_QUESTION,
            consequence=f"{texts.REENCRYPT_HINT}\n\n{texts.REENCRYPT_CONSEQUENCE}",
            confirm=texts.REENCRYPT,
            on_confirm=self._prepare_reencryption,
        )

    def note_unfinished_reencryption(self) -> None:
        """Say which step of re-encrypting is left, if any; the next start of the program does it."""
        problem = self._protection.unfinished_reencryption
        if problem is not None:
            self.noted.emit(explain(problem).without_path)

    def _prepare_reencryption(self) -> None:
        if self._protection.ways_to_unlock().passphrase is None:
            self._start(lambda: self._protection.prepare_reencryption(None), self._reencrypt_with_new_recovery_key)
            return
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import ConfirmPassphraseDialog

        dialog = ConfirmPassphraseDialog(
            texts.REENCRYPT_TITLE,
            texts.PASSPHRASE_FOR_REENCRYPTION,
            texts.CONFIRM_REENCRYPTION,
            self._protection.prepare_reencryption,
            self._clipboard,
            self._window,
        )
        dialog.succeeded.connect(self._reencrypt_with_new_recovery_key)
        dialog.open()

    def _reencrypt_with_new_recovery_key(self, reencrypt: Callable[[RecoveryKey], object]) -> None:
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        offer_recovery_key(
            self._window,
            self._clipboard,
            self._vault.folder,
            reencrypt,
            self._report_reencrypted,
            reencrypts=True,
        )

    def _report_reencrypted(self, problem: object) -> None:
        self.reencrypted.emit()
        self._report_change("")
        if isinstance(problem, ReencryptionUnfinishedError):
            self.note_unfinished_reencryption()
        elif isinstance(problem, VaultError):
            self.noted.emit(texts.REENCRYPTED_WITHOUT_BACKUP)
            show_problem(self._window, problem)
        else:
            self.noted.emit(texts.REENCRYPTED)

    # --- making a change ---

    def _ask_to_remove(
        self, question: str, consequence: str, button: str, remove: Callable[[], object], note: str
    ) -> None:
        """Ask whether a way to unlock the vault is to be removed; if so, remove it, and show `note`."""
        ask(
            self._window,
            question,
            consequence=consequence,
            confirm=button,
            on_confirm=lambda: self._start(remove, lambda _: self.noted.emit(note)),
        )

    def _start(self, work: Callable[[], _ResultT], on_result: Callable[[_ResultT], None] = lambda _: None) -> None:
        """Do `work` in the background, report the change, and call `on_result`."""

        def report(result: _ResultT) -> None:
            self._report_change("")
            on_result(result)

        self._background.start(work, report, self._report_failure)

    def _report_change(self, note: str) -> None:
        self.ended.emit()
        self.changed.emit()
        if note:
            self.noted.emit(note)

    def _report_failure(self, error: Exception) -> None:
        self.ended.emit()
        show_problem(self._window, error)
