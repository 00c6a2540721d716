"""The one place that builds objects and wires them: folder, lock, vault, clipboard, windows."""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakSet

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, QThreadPool, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from zcc_keys_gui import __version__
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultClosedError,
    VaultNeedsRepairError,
    WrongKeystoreEntryError,
    ZccKeysError,
)
from zcc_keys_gui.domain.policies import validated_policies
from zcc_keys_gui.platform.clock import seconds_since_start
from zcc_keys_gui.platform.policy_source import read_policies
from zcc_keys_gui.service.open_vault import use_cases
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.service.unlocking import NewPassphraseRequest, Unlocking, UnlockRequest, open_or_ask
from zcc_keys_gui.ui.application.background import BackgroundTask, export_pool
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.close_reason import CloseReason
from zcc_keys_gui.ui.application.log import Log, log, log_problem
from zcc_keys_gui.ui.application.preferences import Preferences, Theme
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.application.single_instance import SingleInstance, place_of
from zcc_keys_gui.ui.main.window import MainWindow, WindowState
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.settings.policies import policy_fault_words
from zcc_keys_gui.ui.text.unlock.unlocking import (
    SERVICE_STOPPED,
    UNLOCKED_BY_PASSPHRASE,
    interrupted_reencryption_words,
    wrong_attempts_words,
)
from zcc_keys_gui.ui.theme.appearance import Appearance
from zcc_keys_gui.ui.unlock.opening import Opening
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store
from zcc_keys_gui.vault.opening import VaultOpener

if TYPE_CHECKING:
    from zcc_keys_gui.domain.damage import Findings, Recovered
    from zcc_keys_gui.ui.application.idle_lock import LockWatch

_COLORS = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}
_CHECK_AFTER = 1_500  # milliseconds, likewise: it reads the whole vault, in a thread of its own
_SERVICE_AFTER = 300  # milliseconds, likewise
_RENEW_COPIES_AFTER = 2_000  # milliseconds, likewise
_COPY_AGAIN = 3_600_000  # milliseconds
_LOOK_EVERY = 0.02  # seconds
_SHOW_WAITING_AFTER = 0.3  # seconds in which a key store answers that asks the user nothing
_LONGEST_EXPORT = 30_000  # milliseconds that the end of the program waits for exports
_LONGEST_END = 5_000  # milliseconds that what cannot be interrupted has to end, once the windows are gone
_LOG_AFTER = 1_000  # milliseconds: opening the log is no part of the start


class Program(QObject):
    """What runs from the first window to the last; it lives as long as the QApplication, or until its window closes."""

    _all: ClassVar["WeakSet[Program]"] = WeakSet()
    _copy_failed = Signal(object)

    def __init__(self, folder: VaultFolder, application: QApplication) -> None:
        """Stand ready for the vault in `folder`, which need not exist yet."""
        super().__init__(application)
        self._all.add(self)
        self._log = Log()
        self._log.begin()
        if sys.stderr is None:
            self._log.stand_in_for_stderr()
        self._folder = folder
        self._instance = SingleInstance(folder.path, self)
        self._settings = SettingsFile(folder.path / "settings.ini")
        self._preferences = Preferences(self._settings, validated_policies(*read_policies()), self)
        self._opener = VaultOpener(folder, sets_account_up_again=not self._preferences.asks_for_passphrase)
        self._clipboard = SecretClipboard(self._preferences, self)
        self._appearance = Appearance(self)
        self._store: Store | None = None
        self._opening: Opening | None = None
        self._waiting: QDialog | None = None
        self._window: QWidget | None = None
        self.exit_code = 0
        self._has_ended = False
        self._copied_on: date | None = None
        self._failed_copy_is_told = False
        self._copy_failed.connect(self._tell_failed_copy)
        self._watch: LockWatch | None = None
        self._state: WindowState | None = None
        self._service: SignInService | None = None
        self._former_service: SignInService | None = None
        """That of the vault before it was locked; its process may still be ending."""
        self._is_locking = False
        self._service_was_on = False
        self._instance.front_wanted.connect(self.come_to_front)
        application.aboutToQuit.connect(self._end_session)
        self._preferences.changed.connect(self._show_theme)
        if self._preferences.theme is not Theme.SYSTEM:
            self._show_theme()

    @classmethod
    def running_on(cls, folder: VaultFolder) -> "Program | None":
        """Return the program of this process that has the vault in `folder`, unless its window was closed."""
        place = place_of(folder.path)
        return next((each for each in cls._all if not each._has_ended and place_of(each._folder.path) == place), None)

    def begin(self) -> bool:
        """Show the first window, or bring that of another start to the front and return False."""
        try:
            self._folder.make()
            if not self._instance.acquire():
                self._has_ended = True
                self._log.end()
                self.deleteLater()
                return False
        except ZccKeysError as error:
            self._tell_and_end(error)
        else:
            QTimer.singleShot(_LOG_AFTER, self, self._log_start)
            self._open()
        return True

    def end(self, reason: CloseReason = CloseReason.EXIT) -> None:
        """Close the window, take a secret off the clipboard, close the vault, and let another start have it."""
        if self._has_ended:  # the window that is closed here says so too
            return
        self._has_ended = True
        self._give_up_opening()
        key_store.stop_waiting()  # in other threads, which the end waits for
        self._stop_watching()
        if self._window is not None:
            self._close_window(reason)
            self._window.hide()  # which Qt does only after the window has told that it closes
        export_pool().waitForDone(_LONGEST_EXPORT)
        for service in (self._service, self._former_service):
            if service is not None:  # it has the time to tell all of its rows
                service.close()
        self._service = self._former_service = None
        self._close_vault()
        self._store = None
        for pool in (export_pool(), QThreadPool.globalInstance()):
            pool.waitForDone(_LONGEST_END)  # a vault may be in the making,
        QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)  # of which the window is told only now
        self._instance.release()
        log("Ended.")
        self._log.end()
        self.deleteLater()

    def lock(self) -> None:
        """Close the vault, empty the windows, and ask for the passphrase; only where it is asked for at every start."""
        if self._is_locking or not isinstance(self._window, MainWindow) or not self._is_lockable():
            return
        self._is_locking = True
        self._close_vault()
        question = _question_of_qt()
        if question is None:
            self._ask_to_unlock_again()
        else:
            question.finished.connect(self._ask_to_unlock_again, Qt.ConnectionType.QueuedConnection)
            question.close()

    def _ask_to_unlock_again(self) -> None:
        """Replace the window of the vault, which is closed already, by the dialog that unlocks it."""
        window, store = self._window, self._store
        if self._has_ended or not isinstance(window, MainWindow) or store is None:
            return
        self._is_locking = False
        is_minimized = window.isMinimized()
        is_used = QApplication.activeWindow() is not None and not is_minimized
        self._state = window.state()
        self._leave(CloseReason.LOCK)
        before = SERVICE_STOPPED if self._service_was_on else ""
        ways = store.protectors.ways_to_unlock()  # what was under way may have changed it
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the window, with all that it shows
        self._window = window = store = None
        gc.collect()  # what the windows held of the vault
        log("Locked.")
        need = UnlockRequest(ways.passphrase is not None, ways.recovery_key is not None, account_error=None)
        self._ask_to_unlock(need, is_locked=True, is_used=is_used, is_minimized=is_minimized, before=before)

    def repair(self) -> None:
        """Close a vault that a check found damaged, and offer what can be done about it."""
        self._leave(CloseReason.REPAIR)
        self._opener.distrust()
        self._open()

    def _open(self) -> None:
        """Open the vault, and show it, or what has to be asked or told first.

        If the key store doesn't answer soon, show that it is being waited for.
        """
        asks_for_passphrase = self._preferences.asks_for_passphrase
        opening = self._opening = Opening(
            lambda: open_or_ask(self._opener, asks_for_passphrase=asks_for_passphrase), self
        )
        opening.start()
        while not opening.is_over_within(_LOOK_EVERY):
            if key_store.waiting_seconds() > _SHOW_WAITING_AFTER:
                self._show_waiting(opening)
                return
        self._show_opened()

    def _show_waiting(self, opening: Opening) -> None:
        """Show that the key store is being waited for; Cancel ends the program."""
        from zcc_keys_gui.ui.unlock.waiting_dialog import WaitingDialog

        dialog = WaitingDialog(self._other_way())
        dialog.other_way_wanted.connect(key_store.stop_waiting)
        dialog.rejected.connect(self.end)
        self._window = self._waiting = dialog
        dialog.open()
        opening.over.connect(self._show_opened)
        self._show_opened()  # it may have been over before that was connected

    def _other_way(self) -> str:
        """Return what a button says that opens the vault without the key store; empty if nothing else can."""
        if not self._folder.protectors.exists():
            return "Use a &passphrase instead…"
        with suppress(ZccKeysError):
            if self._opener.has_passphrase():
                return "Use the &passphrase instead…"
            if self._opener.has_recovery_key():
                return "Use the &recovery key instead…"
        return ""

    def _show_opened(self) -> None:
        """Show what came of opening the vault, in place of the window that waited for it."""
        opening = self._opening
        if opening is None or not opening.is_over:  # shown already, and perhaps begun again
            return
        self._opening = None
        waiting, self._waiting = self._waiting, None
        self._show_outcome(opening)
        opening.deleteLater()
        if waiting is not None:
            waiting.accept()  # only now: without any window, the program would end

    def _give_up_opening(self) -> None:
        """End opening without waiting for the key store, and close the vault if it was opened after all."""
        opening, self._opening = self._opening, None
        if opening is None:
            return
        while not opening.is_over_within(_LOOK_EVERY):
            key_store.stop_waiting()
        with suppress(Exception):
            opened = opening.result()
            if not isinstance(opened, NewPassphraseRequest | UnlockRequest):
                opened.close()

    def _show_outcome(self, opening: Opening) -> None:
        try:
            opened = opening.result()
        except VaultNeedsRepairError as error:
            self._show_damage(error)
        except (KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError) as error:
            self._tell_and_end(error, ("Restore from a backup…", "restoreBackupButton", self._ask_for_backup))
        except Exception as error:  # noqa: BLE001  also what nobody expected: there is no window yet
            self._tell_and_end(error)
        else:
            if isinstance(opened, NewPassphraseRequest):
                self._ask_for_new_passphrase()
            elif isinstance(opened, UnlockRequest):
                self._ask_to_unlock(opened)
            else:
                self._show_as_policy_wants(opened)

    def _tell_and_end(self, error: Exception, instead: tuple[str, str, Callable[[], None]] | None = None) -> None:
        self._window = show_problem(None, error, instead)
        self._window.rejected.connect(self._fail)

    def _fail(self) -> None:
        self.exit_code = 1
        self.end()

    def _ask_for_backup(self) -> None:
        """Make a new vault of a backup, in place of one that nothing opens any more."""
        from zcc_keys_gui.ui.backups.new_vault_dialog import ask_for_backup_of_new_vault

        asking = self._window
        assert isinstance(asking, QDialog)

        def show(store: Store, recovered: "Recovered") -> None:
            from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile

            WrongAttemptsFile(self._folder.attempts).forget()  # those were of the former vault
            self._show_recovered(store, recovered)
            asking.accept()  # not rejected, which would end the program

        ask_for_backup_of_new_vault(
            asking,
            self._opener.from_backup(_account_name),
            self._clipboard,
            show,
            asks_for_passphrase=self._preferences.asks_for_passphrase,
        )

    def _show_damage(self, error: VaultNeedsRepairError) -> None:
        from zcc_keys_gui.ui.backups.damaged_vault_dialog import DamagedVaultDialog

        log_problem(error)
        damage = self._opener.damage(error, _account_name)
        asks_for_passphrase = self._preferences.asks_for_passphrase
        aside = self._folder.quarantine
        dialog = DamagedVaultDialog(damage, aside, self._clipboard, asks_for_passphrase=asks_for_passphrase)
        dialog.recovered.connect(self._show_recovered)
        dialog.put_back.connect(self._open)
        dialog.rejected.connect(self.end)
        self._window = dialog
        dialog.open()

    def _show_recovered(self, store: Store, recovered: "Recovered") -> None:
        from zcc_keys_gui.ui.text.backups.damage import recovered_words

        window = self._show_main_window(store, "Unlocked")
        if window is not None:
            window.say("recoveredBar", recovered_words(recovered))

    def _leave(self, reason: CloseReason) -> None:
        """Close the vault, take a secret off the clipboard, and close the window; wait for nothing.

        What is under way in the background is interrupted, or ends by itself without the vault.
        """
        self._close_vault()
        self._close_window(reason)
        self._store = None

    def _close_window(self, reason: CloseReason) -> None:
        if isinstance(self._window, MainWindow):
            self._window.close_for(reason)
        elif self._window is not None:
            self._window.close()

    def _end_after(self, reason: CloseReason) -> None:
        """End if the window was closed for good, and not to lock or repair the vault."""
        if reason in (CloseReason.EXIT, CloseReason.SESSION_END):
            self.end(reason)

    def _end_session(self) -> None:
        self.end(CloseReason.SESSION_END)

    def _stop_watching(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _close_vault(self) -> None:
        """Close the vault and its sign-in service, and take a secret off the clipboard."""
        self._stop_watching()
        if self._service is not None:
            service, self._service = self._service, None
            self._service_was_on = service.is_on
            service.leave_locked_vault(may_write=self._store is not None and not self._store.is_busy())
            self._former_service = service
        if self._store is not None:
            try:
                self._store.close()
            except ZccKeysError as error:
                log_problem(error)  # its key is forgotten all the same, and nothing that was saved is lost
        self._clipboard.clear_secret()

    def _show_theme(self) -> None:
        self._appearance.show_in(_COLORS[self._preferences.theme])

    def _log_start(self) -> None:
        from PySide6.QtCore import QSysInfo, qVersion

        log(f"Started ZCC Keys {__version__} on {QSysInfo.prettyProductName()}, Qt {qVersion()}: {self._folder.path}")
        for fault in self._preferences.policies.faults:
            log(policy_fault_words(fault))
        if sys.stderr is None:
            self._log.take_qt_messages()

    def _show_as_policy_wants(self, store: Store) -> None:
        """Show the vault that this account opened, unless the organization wants a passphrase in its place.

        Who opened it in that way may have forgotten the passphrase, so one is chosen before this account is removed.
        """
        if self._preferences.asks_for_passphrase:
            self._demand_passphrase(store, lambda: self._show_main_window(store, UNLOCKED_BY_PASSPHRASE))
        else:
            self._show_main_window(store, "Unlocked by this account")

    def _demand_passphrase(self, store: Store, go_on: Callable[[], object]) -> None:
        """Have a passphrase chosen that opens the vault in place of this account, then go on; else end."""
        if self._has_ended:  # while the vault was being opened
            store.close()
            return
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import RequirePassphraseDialog

        self._store = store
        protection = Protection(store, _account_name)
        replaces = protection.ways_to_unlock().passphrase is not None
        set_it = protection.let_passphrase_replace_account
        dialog = RequirePassphraseDialog(set_it, self._clipboard, replaces_current=replaces)
        dialog.succeeded.connect(lambda _: go_on())
        dialog.rejected.connect(self.end)
        self._window = dialog
        dialog.open()

    def _ask_for_new_passphrase(self) -> None:
        from zcc_keys_gui.ui.unlock.passphrase_dialogs import CreateVaultDialog

        dialog = CreateVaultDialog(
            self._opener.create_with_passphrase,
            self._folder.path,
            self._clipboard,
            is_required=self._preferences.asks_for_passphrase,
        )
        dialog.succeeded.connect(lambda store: self._show_main_window(store, UNLOCKED_BY_PASSPHRASE))
        dialog.rejected.connect(self.end)
        self._window = dialog
        dialog.open()

    def _ask_to_unlock(
        self,
        need: UnlockRequest,
        *,
        is_locked: bool = False,
        is_used: bool = True,
        is_minimized: bool = False,
        before: str = "",
    ) -> None:
        """Ask for what opens the vault; a person who does something else meanwhile is left alone.

        Where the vault `is_locked`, its owner knows what opens it, and whoever is at the desk shall not replace it.
        """
        from zcc_keys_gui.ui.unlock.unlock_dialog import UnlockDialog
        from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile

        unlocking = Unlocking(
            self._opener,
            WrongAttemptsFile(self._folder.attempts),
            seconds=seconds_since_start,
            opened_by_passphrase=_remove_this_account if self._preferences.asks_for_passphrase else lambda _: None,
        )
        dialog = UnlockDialog(
            unlocking, need, self._folder.path, self._clipboard, can_restore=not is_locked, notice=before
        )
        dialog.succeeded.connect(lambda store: self._show_unlocked(store, dialog.unlocked_by, unlocking))
        dialog.damaged.connect(self._show_damage)
        dialog.restore_wanted.connect(self._ask_for_backup)
        dialog.rejected.connect(self.end)
        dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not is_used)
        if is_minimized:
            dialog.setWindowState(Qt.WindowState.WindowMinimized)
        self._window = dialog
        dialog.open()

    def _show_unlocked(self, store: Store, unlocked_by: str, unlocking: Unlocking) -> None:
        """Show the vault; if the organization wants a passphrase to open it, have one chosen before."""
        protection = Protection(store, _account_name)
        is_known = unlocked_by == UNLOCKED_BY_PASSPHRASE
        asks = self._preferences.asks_for_passphrase
        if asks and not is_known and protection.ways_to_unlock().this_account is not None:
            self._demand_passphrase(store, lambda: self._show_with_attempts(store, UNLOCKED_BY_PASSPHRASE, unlocking))
        else:
            self._show_with_attempts(store, unlocked_by, unlocking)

    def _show_with_attempts(self, store: Store, unlocked_by: str, unlocking: Unlocking) -> None:
        window = self._show_main_window(store, unlocked_by)
        if window is None:
            return
        wrong = unlocking.wrong_attempts()
        if wrong.number:
            window.say("attemptsBar", wrong_attempts_words(wrong))
            unlocking.forget_attempts()
        if store.protectors.this_account_was_set_up_again:
            window.say("accountBar", "This account can open the vault again.")

    def _show_main_window(self, store: Store, unlocked_by: str) -> MainWindow | None:
        if self._has_ended:  # while the vault was being opened
            store.close()
            return None
        self._store = store
        for problem in store.protectors.nonfatal_errors:
            log_problem(problem)
        store.call_after_change(lambda: self._copy_daily(store))
        vault = use_cases(self._folder.path, store, _account_name, self._preferences.max_session_validity)
        service = SignInService(
            lambda: store.sign_ins,
            self._preferences.max_session_validity,
            self,
            only_usual_port=lambda: self._preferences.only_usual_port,
        )
        self._service = service
        if self._former_service is not None:
            service.take_over(self._former_service)
            self._former_service = None
        self._copied_on = None
        window = MainWindow(vault, self._clipboard, self._preferences, self._settings, service, unlocked_by)
        window.closed.connect(self._end_after)
        window.lock_wanted.connect(self.lock, Qt.ConnectionType.QueuedConnection)  # not within what it closes
        window.repair_wanted.connect(self.repair, Qt.ConnectionType.QueuedConnection)
        window.protection_changed.connect(self._follow_protection)
        self._window = window
        window.show()
        if self._state is not None:
            state, self._state = self._state, None
            window.restore_state(state)
        self._follow_protection()
        was_done = store.protectors.interrupted_reencryption_was_done
        if was_done is not None:
            window.say("reencryptionBar", interrupted_reencryption_words(was_done=was_done))
        if self._preferences.starts_sign_in_service and not self._preferences.forbids_sign_in_service:
            QTimer.singleShot(_SERVICE_AFTER, window, window.service_controls.switch_on)
        elif self._service_was_on:
            window.service_controls.show_stopped_notice()
        self._service_was_on = False
        QTimer.singleShot(_CHECK_AFTER, window, lambda: self._check_quickly(store))
        QTimer.singleShot(_RENEW_COPIES_AFTER, window, lambda: self._renew_copies(store))
        return window

    def _check_quickly(self, store: Store) -> None:
        """Read every page once the window is there; damage is told in the window."""
        task = BackgroundTask(store.checks.quick)
        task.done.connect(self._tell_findings)
        task.failed.connect(self._log_failed_check)
        task.start(QThreadPool.globalInstance())

    def _tell_findings(self, findings: "Findings") -> None:
        if not findings.is_healthy and isinstance(self._window, MainWindow):
            from zcc_keys_gui.ui.text.backups.checking import findings_words

            log("A check found damage of the vault.")
            self._window.say_damage(f"The vault is damaged. {findings_words(findings)}")

    def _log_failed_check(self, error: Exception) -> None:
        if not isinstance(error, InterruptedError):
            log_problem(error)

    def _is_lockable(self) -> bool:
        return self._store is not None and self._store.protectors.ways_to_unlock().asks_for_passphrase

    def _follow_protection(self) -> None:
        """Watch for the time to lock, where the vault can be locked."""
        lockable = self._is_lockable()
        if lockable and self._watch is None and self._window is not None:
            from zcc_keys_gui.ui.application.idle_lock import LockWatch

            self._watch = LockWatch(self._preferences, self._window, self)
            self._watch.time_to_lock.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        elif not lockable and self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _copy_daily(self, store: Store) -> None:
        """After the first change of a day, copy the vault in the background; where that fails, again an hour later."""
        today = date.today()
        if self._copied_on == today:
            return
        self._copied_on = today
        self._copy_if(store, lambda: store.automatic_backups.is_due(datetime.now(UTC)))

    def _renew_copies(self, store: Store) -> None:
        """Replace automatic backups that only the former key opens, as after re-encrypting was interrupted."""
        self._copy_if(store, store.automatic_backups.are_outdated)

    def _copy_if(self, store: Store, is_due: Callable[[], bool]) -> None:
        """Make an automatic backup in another thread if it is due."""

        def copy() -> None:
            try:
                if is_due():
                    store.automatic_backups.make(datetime.now(UTC))
            except VaultClosedError:
                return
            except ZccKeysError as error:
                log_problem(error)
                self._copy_failed.emit(error)

        QThreadPool.globalInstance().start(copy)

    def _tell_failed_copy(self, error: ZccKeysError) -> None:
        if self._has_ended:  # the window no longer exists
            return
        QTimer.singleShot(_COPY_AGAIN, self, self._forget_copy)
        if isinstance(self._window, MainWindow) and not self._failed_copy_is_told:
            self._failed_copy_is_told = True
            cause = explain(error.__cause__ or error).what
            self._window.say(
                "failedCopyBar", f"Today's automatic copy was not made; it is tried again once an hour. {cause}"
            )

    def _forget_copy(self) -> None:
        self._copied_on = None

    def come_to_front(self) -> None:
        """Show the window to the person, who may have minimized it, and what it asks on top of it."""
        for window in (self._window, QApplication.activeModalWidget()):
            if window is not None:
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
                window.show()
                window.raise_()
                window.activateWindow()


def _question_of_qt() -> QDialog | None:
    """Return the question that Qt's own file or print dialog asks in an event loop of its own; None if there is none.

    Neither dialog may be deleted before that loop has ended.
    """
    question = QApplication.activeModalWidget()
    is_nested = QThread.currentThread().loopLevel() > 1
    blocks_all = question is not None and question.windowModality() is Qt.WindowModality.ApplicationModal
    return question if is_nested and blocks_all and isinstance(question, QDialog) else None


@cache
def _account_name() -> str:
    from zcc_keys_gui.platform.account import account_name

    return account_name()


def _remove_this_account(store: Store) -> None:
    """Let this account no longer open a vault whose passphrase is known; called in the thread that opened it."""
    protection = Protection(store, _account_name)
    if protection.ways_to_unlock().this_account is not None:
        try:
            protection.remove_this_account()
        except ZccKeysError as error:
            log_problem(error)  # tried again at the next start
