"""Opening the vault: the attempt without a question, and the windows that ask or report something first."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from zcc_keys_gui.domain.damage import Recovered
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultNeedsRepairError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.domain.unlocking import UnlockMethod
from zcc_keys_gui.platform.clock import seconds_including_sleep
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import NewPassphraseRequest, OpenResult, Unlocking, UnlockRequest, open_or_ask
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.log import log_problem
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.main.notices import Notice
from zcc_keys_gui.ui.main.vault_access import VaultAccess
from zcc_keys_gui.ui.main.vault_session import ClosedSession
from zcc_keys_gui.ui.text import opening as texts
from zcc_keys_gui.ui.text.backups.damage import describe_recovery
from zcc_keys_gui.ui.text.unlock.unlocking import SERVICE_STOPPED, describe_wrong_attempts
from zcc_keys_gui.ui.unlock.opening_attempt import OpeningAttempt
from zcc_keys_gui.ui.widgets.messages import show_problem


class OpenedVault(NamedTuple):
    """An open vault that the main window can show."""

    store: Store
    unlock_method: UnlockMethod | None
    """How the vault was unlocked; None if it was recovered."""
    notices: tuple[Notice, ...]


class OpeningFlow(QObject):
    """The steps of opening the vault, with the windows that are needed until it is open."""

    opened = Signal(object)
    """Carries the `OpenedVault`. A slot must show a window, because the program ends after its last one closes."""
    canceled = Signal()
    """Emitted when the user closes the window that asks something."""
    failed = Signal()
    """Emitted when the user closes the message that says why the vault can't be opened."""

    def __init__(
        self, access: VaultAccess, preferences: Preferences, clipboard: SecretClipboard, parent: QObject
    ) -> None:
        """Prepare to open the vault of `access`, which need not exist yet."""
        super().__init__(parent)
        self._folder, self._opener, self._attempts, self._key_store, self._account_name = access
        self._preferences = preferences
        self._clipboard = clipboard
        self._attempt: OpeningAttempt | None = None
        self._dialog: QDialog | None = None
        self._unreported_store: Store | None = None
        self._is_stopped = False

    @property
    def window(self) -> QDialog | None:
        """The window that waits, asks or reports something now."""
        return (self._attempt and self._attempt.dialog) or self._dialog

    def start(self) -> None:
        """Open the vault without a question, or show what has to be asked or reported first."""
        self._attempt = OpeningAttempt(self._open_or_ask, self._key_store, self._alternative_text, self)
        self._attempt.finished.connect(self._show_outcome)
        self._attempt.canceled.connect(self.canceled)
        self._attempt.start()

    def unlock_again(self, closed: ClosedSession) -> None:
        """Ask for what unlocks a vault that was locked.

        No backup can replace the vault then, because someone else may be at the computer.
        """
        ways = closed.ways_to_unlock
        dialog = self._unlock_dialog(
            UnlockRequest(ways.passphrase is not None, ways.recovery_key is not None, account_error=None),
            can_restore=False,
            notice=SERVICE_STOPPED if closed.service_was_on else "",
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not closed.window_was_active)
        if closed.window_was_minimized:
            dialog.setWindowState(Qt.WindowState.WindowMinimized)
        self._show(dialog)

    def show_failure(self, error: Exception, alternative: tuple[str, str, Callable[[], None]] | None = None) -> None:
        """Show why the vault can't be opened; for the alternative, see `messages.show_problem`."""
        self._dialog = show_problem(None, error, alternative)
        self._dialog.rejected.connect(self.failed)

    def stop(self) -> None:
        """Close the window, and the vault if it was opened, without waiting for the key store."""
        self._is_stopped = True
        if self.window is not None:
            self.window.close()
            self.window.hide()  # a dialog that is busy does not close
        if self._attempt is not None:
            opened = self._attempt.abandon()
            if opened is not None and not isinstance(opened, NewPassphraseRequest | UnlockRequest):
                opened.close()
        if self._unreported_store is not None:
            self._unreported_store.close()

    # --- the attempt without a question ---

    def _open_or_ask(self) -> OpenResult:
        return open_or_ask(self._opener, asks_for_passphrase=self._preferences.asks_for_passphrase)

    def _alternative_text(self) -> str:
        """Return the text of the button that unlocks the vault without the key store; empty if nothing else can."""
        if not self._folder.protectors.exists():
            return texts.USE_NEW_PASSPHRASE
        with suppress(ZccKeysError):
            if self._opener.has_passphrase():
                return texts.USE_PASSPHRASE
            if self._opener.has_recovery_key():
                return texts.USE_RECOVERY_KEY
        return ""

    def _show_outcome(self) -> None:
        attempt, self._attempt = self._attempt, None
        assert attempt is not None
        self._show_outcome_of(attempt)
        attempt.close()

    def _show_outcome_of(self, attempt: OpeningAttempt) -> None:
        try:
            opened = attempt.result()
        except VaultNeedsRepairError as error:
            self._show_damage(error)
        except (KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError) as error:
            self.show_failure(error, (texts.RESTORE_FROM_BACKUP, "restoreBackupButton", self._ask_for_backup))
        except Exception as error:  # noqa: BLE001  there is no other window yet that could report it
            self.show_failure(error)
        else:
            if isinstance(opened, NewPassphraseRequest):
                self._ask_for_new_passphrase()
            elif isinstance(opened, UnlockRequest):
                self._show(self._unlock_dialog(opened, can_restore=True))
            elif self._preferences.asks_for_passphrase:
                self._require_passphrase(opened, partial(self._report, opened, UnlockMethod.PASSPHRASE))
            else:
                self._report(opened, UnlockMethod.THIS_ACCOUNT)

    # --- the windows ---

    def _show(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.open()

    def _show_damage(self, error: VaultNeedsRepairError) -> None:
        from zcc_keys_gui.ui.backups.damaged_vault_dialog import DamagedVaultDialog

        log_problem(error)
        dialog = DamagedVaultDialog(
            self._opener.prepare_repair(error, self._account_name),
            self._folder.quarantine,
            self._clipboard,
            asks_for_passphrase=self._preferences.asks_for_passphrase,
        )
        dialog.recovered.connect(self._report_recovered)
        dialog.put_back.connect(self.start)
        dialog.rejected.connect(self.canceled)
        self._show(dialog)

    def _ask_for_new_passphrase(self) -> None:
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import CreateVaultDialog

        dialog = CreateVaultDialog(
            self._opener.create_with_passphrase,
            self._folder.path,
            self._clipboard,
            is_required=self._preferences.asks_for_passphrase,
        )
        dialog.succeeded.connect(lambda store: self._report(store, UnlockMethod.PASSPHRASE))
        dialog.rejected.connect(self.canceled)
        self._show(dialog)

    def _unlock_dialog(self, request: UnlockRequest, *, can_restore: bool, notice: str = "") -> QDialog:
        from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog

        removes_account = self._preferences.asks_for_passphrase
        unlocking = Unlocking(
            self._opener,
            self._attempts,
            seconds=seconds_including_sleep,
            opened_by_passphrase=self._remove_this_account if removes_account else lambda _: None,
        )
        dialog = UnlockDialog(
            unlocking, request, self._folder.path, self._clipboard, can_restore=can_restore, notice=notice
        )
        dialog.succeeded.connect(lambda store: self._finish_unlocking(store, dialog.unlock_method, unlocking))
        dialog.damaged.connect(self._show_damage)
        dialog.restore_requested.connect(self._ask_for_backup)
        dialog.rejected.connect(self.canceled)
        return dialog

    def _require_passphrase(self, store: Store, report: Callable[[], None]) -> None:
        """Let the user choose a passphrase that replaces this account, as the policy wants; then call `report`.

        The user may have forgotten the former passphrase, so this account is removed only afterwards.
        """
        if self._is_stopped:
            store.close()
            return
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import RequirePassphraseDialog

        self._unreported_store = store
        protection = Protection(store, self._account_name)
        replaces = protection.ways_to_unlock().passphrase is not None
        dialog = RequirePassphraseDialog(
            protection.replace_account_with_passphrase, self._clipboard, replaces_current=replaces
        )
        dialog.succeeded.connect(lambda _: report())
        dialog.rejected.connect(self.canceled)
        self._show(dialog)

    def _ask_for_backup(self) -> None:
        """Make a new vault from a backup; it replaces one that can no longer be unlocked."""
        from zcc_keys_gui.ui.backups.new_vault_dialog import ask_for_backup_of_new_vault

        parent = self._dialog
        assert parent is not None

        def finish(store: Store, recovered: Recovered) -> None:
            self._attempts.forget()  # they were made on the former vault
            self._report_recovered(store, recovered)
            parent.accept()  # `reject` would end the program

        ask_for_backup_of_new_vault(
            parent,
            self._opener.from_backup(self._account_name),
            self._clipboard,
            finish,
            asks_for_passphrase=self._preferences.asks_for_passphrase,
        )

    # --- the open vault ---

    def _remove_this_account(self, store: Store) -> None:
        """Stop this account from unlocking a vault whose passphrase the user knows. Runs in the opening thread."""
        protection = Protection(store, self._account_name)
        if protection.ways_to_unlock().this_account is not None:
            try:
                protection.remove_this_account()
            except ZccKeysError as error:
                log_problem(error)  # the next start tries it again

    def _finish_unlocking(self, store: Store, method: UnlockMethod, unlocking: Unlocking) -> None:
        """Report the vault; if the policy wants a passphrase, and the user does not know one, require it first."""
        needs_passphrase = self._preferences.asks_for_passphrase and method is not UnlockMethod.PASSPHRASE
        if needs_passphrase and store.protectors.ways_to_unlock().this_account is not None:
            report = partial(self._report_unlocked, store, UnlockMethod.PASSPHRASE, unlocking)
            self._require_passphrase(store, report)
        else:
            self._report_unlocked(store, method, unlocking)

    def _report_unlocked(self, store: Store, method: UnlockMethod, unlocking: Unlocking) -> None:
        wrong_attempts = unlocking.wrong_attempts()
        notices = []
        if wrong_attempts.number:
            notices.append(Notice("attemptsBar", describe_wrong_attempts(wrong_attempts)))
        if store.protectors.this_account_was_set_up_again:
            notices.append(Notice("accountBar", texts.ACCOUNT_SET_UP_AGAIN))
        self._report(store, method, *notices)
        if wrong_attempts.number and not self._is_stopped:
            unlocking.forget_attempts()

    def _report_recovered(self, store: Store, recovered: Recovered) -> None:
        self._report(store, None, Notice("recoveredBar", describe_recovery(recovered)))

    def _report(self, store: Store, method: UnlockMethod | None, *notices: Notice) -> None:
        self._dialog = self._unreported_store = None
        if self._is_stopped:
            store.close()
        else:
            self.opened.emit(OpenedVault(store, method, notices))
