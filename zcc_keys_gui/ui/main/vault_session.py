"""One open vault with its main window, from the moment it is shown until it is closed, locked or repaired."""

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog

from zcc_keys_gui.domain.damage import Findings
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.unlocking import WaysToUnlock
from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.background import export_pool
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.close_reason import CloseReason
from zcc_keys_gui.ui.application.garbage_collector import collect_all
from zcc_keys_gui.ui.application.idle_lock import LockWatch
from zcc_keys_gui.ui.application.log import log, log_problem
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.backups.daily_backup import DailyBackup
from zcc_keys_gui.ui.main.notices import Notice
from zcc_keys_gui.ui.main.window import MainWindow, WindowState
from zcc_keys_gui.ui.text.backups.checking import describe_findings
from zcc_keys_gui.ui.text.errors.explain import explain
from zcc_keys_gui.ui.text.opening import BACKUP_FAILED, DAMAGE_FOUND
from zcc_keys_gui.ui.text.unlock.unlocking import describe_interrupted_reencryption
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork

# The first window is painted before any of these begins.
_SERVICE_DELAY_MS = 300
_CHECK_DELAY_MS = 1_500
_OUTDATED_BACKUPS_DELAY_MS = 2_000
_MAX_EXPORT_WAIT_MS = 30_000  # for exports that are being written when the program ends


class ClosedSession(NamedTuple):
    """What the next session of the vault, and the dialog that unlocks it, need to know of this one."""

    service: SignInService
    """Its process may still be ending."""
    service_was_on: bool
    ways_to_unlock: WaysToUnlock
    window_state: WindowState | None
    """What the window showed when the vault was locked; None if it was damaged."""
    window_was_minimized: bool
    window_was_active: bool


class VaultSession(QObject):
    """The session of an open vault: it locks or closes the vault and its window, and shows events in the window."""

    closed = Signal(CloseReason)
    """Emitted when the user closes the window, and after the vault and the window were closed to lock or repair it."""

    def __init__(
        self,
        store: Store,
        window: MainWindow,
        service: SignInService,
        daily_backup: DailyBackup,
        clipboard: SecretClipboard,
        preferences: Preferences,
        parent: QObject,
    ) -> None:
        """Manage the open vault `store`, its `window` and its sign-in `service`."""
        super().__init__(parent)
        self.store: Store | None = store
        self.window: MainWindow | None = window
        self.result: ClosedSession | None = None
        """What is left after the vault was locked or is repaired."""
        self._service = service
        self._service_was_on = False
        self._daily_backup = daily_backup
        self._clipboard = clipboard
        self._preferences = preferences
        self._lock_watch: LockWatch | None = None
        self._is_locking = False
        window.closed.connect(self._report_exit)
        # Queued, because these delete the window whose method emits the signal.
        window.lock_requested.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        window.repair_requested.connect(self.repair, Qt.ConnectionType.QueuedConnection)
        window.protection_changed.connect(self._update_lock_watch)
        store.call_after_change(daily_backup.make_if_due)
        daily_backup.attach(store.automatic_backups)
        daily_backup.failed.connect(self._report_failed_backup)

    def start(self, former: ClosedSession | None, notices: Iterable[Notice]) -> None:
        """Show the window with what the `former` session showed, then begin what is done after each start."""
        assert self.window is not None
        assert self.store is not None
        if former is not None:
            self._service.take_over(former.service)
        self.window.show()
        if former is not None and former.window_state is not None:
            self.window.restore_state(former.window_state)
        self._update_lock_watch()
        was_done = self.store.protectors.interrupted_reencryption_was_done
        if was_done is not None:
            self.window.show_notice("reencryptionBar", describe_interrupted_reencryption(was_done=was_done))
        if self._preferences.starts_sign_in_service and not self._preferences.forbids_sign_in_service:
            QTimer.singleShot(_SERVICE_DELAY_MS, self.window, self.window.service_controls.switch_on)
        elif former is not None and former.service_was_on:
            self.window.service_controls.show_stopped_notice()
        QTimer.singleShot(_CHECK_DELAY_MS, self.window, self._check_pages)
        QTimer.singleShot(_OUTDATED_BACKUPS_DELAY_MS, self.window, self._daily_backup.replace_outdated)
        for notice in notices:
            self.window.show_notice(notice.name, notice.text)

    def lock(self) -> None:
        """Close the vault, then its window, if the vault needs a passphrase or recovery key at every start."""
        if self._is_locking or not self._can_be_locked():
            return
        self._is_locking = True
        self._close_vault()
        question = _nested_question()
        if question is None:
            self._finish_locking()
        else:
            question.finished.connect(self._finish_locking, Qt.ConnectionType.QueuedConnection)
            question.close()

    def repair(self) -> None:
        """Close the damaged vault and its window."""
        self._close_vault()
        self._close_window(CloseReason.REPAIR)

    def end(self, reason: CloseReason) -> None:
        """Close the window, wait for exports and for the sign-in service's last rows, then close the vault."""
        self._stop_lock_watch()
        if self.window is not None:
            self.window.close_for(reason)
            self.window.hide()  # a window that reports its closing is still visible
        export_pool().waitForDone(_MAX_EXPORT_WAIT_MS)
        self._service.close()
        self._close_store()
        self.store = self.window = None

    # --- closing ---

    def _report_exit(self, reason: CloseReason) -> None:
        if reason is CloseReason.EXIT:
            self.closed.emit(reason)

    def _finish_locking(self) -> None:
        if self.window is not None:  # the program may have ended while a question was closed
            self._close_window(CloseReason.LOCK)

    def _close_window(self, reason: CloseReason) -> None:
        """Close and delete the window of a vault that is closed already, and report it."""
        self.result = self._result(reason)
        assert self.window is not None
        self.window.close_for(reason)
        self.store = self.window = None
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the window, with all that it shows
        collect_all()
        if reason is CloseReason.LOCK:
            log("Locked.")
        self.closed.emit(reason)

    def _result(self, reason: CloseReason) -> ClosedSession:
        assert self.store is not None
        assert self.window is not None
        is_minimized = self.window.isMinimized()
        return ClosedSession(
            service=self._service,
            service_was_on=self._service_was_on,
            # Work that was going on when the vault was closed may have changed these until now.
            ways_to_unlock=self.store.protectors.ways_to_unlock(),
            window_state=self.window.state() if reason is CloseReason.LOCK else None,
            window_was_minimized=is_minimized,
            window_was_active=QApplication.activeWindow() is not None and not is_minimized,
        )

    def _close_vault(self) -> None:
        """Close the vault and its sign-in service, and clear the clipboard of a secret; wait for nothing.

        What the vault is used for in the background is interrupted.
        """
        self._stop_lock_watch()
        self._service_was_on = self._service.is_on
        self._service.leave_locked_vault(may_write=self.store is not None and not self.store.is_busy())
        self._close_store()
        self._clipboard.clear_secret()

    def _close_store(self) -> None:
        self._daily_backup.detach()
        if self.store is not None:
            try:
                self.store.close()
            except ZccKeysError as error:
                log_problem(error)  # the key is forgotten nevertheless, and all saved changes are on the disk

    # --- locking while the user is away ---

    def _can_be_locked(self) -> bool:
        return self.store is not None and self.store.protectors.ways_to_unlock().asks_for_passphrase

    def _update_lock_watch(self) -> None:
        """Watch for the time to lock the vault, if it can be locked."""
        can_be_locked = self._can_be_locked()
        if can_be_locked and self._lock_watch is None and self.window is not None:
            self._lock_watch = LockWatch(self._preferences, self.window, self)
            self._lock_watch.time_to_lock.connect(self.lock, Qt.ConnectionType.QueuedConnection)
        elif not can_be_locked:
            self._stop_lock_watch()

    def _stop_lock_watch(self) -> None:
        if self._lock_watch is not None:
            self._lock_watch.stop()
            self._lock_watch = None

    # --- what happens to the vault in the background ---

    def _check_pages(self) -> None:
        """Read every page of the vault once."""
        if self.window is not None and self.store is not None:
            work = BackgroundWork(self.window)
            work.start(self.store.checks.quick, self._report_findings, self._log_failed_check)

    def _report_findings(self, findings: Findings) -> None:
        if not findings.is_healthy and self.window is not None:
            log("A check found damage of the vault.")
            self.window.show_damage(DAMAGE_FOUND.format(findings=describe_findings(findings)))

    def _log_failed_check(self, error: Exception) -> None:
        if not isinstance(error, InterruptedError):
            log_problem(error)

    def _report_failed_backup(self, error: ZccKeysError) -> None:
        if self.window is not None and not self._daily_backup.failure_was_reported:
            self._daily_backup.failure_was_reported = True
            cause = explain(error.__cause__ or error).summary
            self.window.show_notice("failedCopyBar", BACKUP_FAILED.format(cause=cause))


def _nested_question() -> QDialog | None:
    """Return the question of Qt's own file or print dialog, which waits in a nested event loop; None without one.

    Neither dialog may be deleted before that loop has ended.
    """
    question = QApplication.activeModalWidget()
    is_nested = QThread.currentThread().loopLevel() > 1
    blocks_all = question is not None and question.windowModality() is Qt.WindowModality.ApplicationModal
    return question if is_nested and blocks_all and isinstance(question, QDialog) else None
