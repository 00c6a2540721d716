"""The program: builds its objects and connects them."""

import sys
from functools import cache

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSysInfo, Qt, QThreadPool, QTimer, qVersion
from PySide6.QtWidgets import QApplication

from zcc_keys_gui import __version__
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.policies import validate_policies
from zcc_keys_gui.platform.account import account_name
from zcc_keys_gui.platform.policy_source import read_policies
from zcc_keys_gui.service.open_vault import make_use_cases
from zcc_keys_gui.ui.application.background import export_pool
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.close_reason import CloseReason
from zcc_keys_gui.ui.application.log import Log, log, log_problem
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.application.single_instance import SingleInstance, canonical_path
from zcc_keys_gui.ui.backups.daily_backup import DailyBackup
from zcc_keys_gui.ui.main.opening_flow import OpenedVault, OpeningFlow
from zcc_keys_gui.ui.main.vault_access import VaultAccess
from zcc_keys_gui.ui.main.vault_session import ClosedSession, VaultSession
from zcc_keys_gui.ui.main.window import MainWindow
from zcc_keys_gui.ui.text.settings.policies import describe_policy_fault
from zcc_keys_gui.ui.theme.appearance import Appearance
from zcc_keys_gui.ui.widgets.placement import bring_to_front
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener

_account_name = cache(account_name)  # each change asks for it, and Windows may ask a server
_LOG_DELAY_MS = 1_000  # the log file is opened after the first window is painted
_MAX_THREAD_WAIT_MS = 5_000  # for work that can't be interrupted when the program ends


class Program(QObject):
    """The program on one vault folder, from its first window to its last."""

    def __init__(self, folder: VaultFolder, application: QApplication) -> None:
        """Prepare to open the vault in `folder`, which need not exist yet."""
        super().__init__(application)
        self.exit_code = 0
        self._has_ended = False
        self._folder = folder
        self._log = Log()
        self._log.begin()
        if sys.stderr is None:
            self._log.record_crashes()
        self._instance = SingleInstance(folder.path, self)
        self._settings = SettingsFile(folder.path / "settings.ini")
        self._preferences = Preferences(self._settings, validate_policies(*read_policies()), self)
        self._appearance = Appearance(self)
        self._clipboard = SecretClipboard(self._preferences, self)
        self._daily_backup = DailyBackup(self)
        self._opener = VaultOpener(folder, sets_account_up_again=not self._preferences.asks_for_passphrase)
        access = VaultAccess(folder, self._opener, WrongAttemptsFile(folder.attempts), key_store, _account_name)
        self._opening = OpeningFlow(access, self._preferences, self._clipboard, self)
        self._session: VaultSession | None = None
        self._closed_session: ClosedSession | None = None
        """The last one, until the vault is open again."""
        self._instance.front_requested.connect(self.come_to_front)
        self._opening.opened.connect(self._show_vault)
        self._opening.canceled.connect(self.end)
        self._opening.failed.connect(self._end_with_failure)
        self._preferences.changed.connect(self._update_theme)
        application.aboutToQuit.connect(self._end_with_session)
        self._update_theme()

    @property
    def shows_vault(self) -> bool:
        """Whether the main window is shown, and not a dialog that comes before it."""
        return self._session is not None

    @classmethod
    def running_on(cls, folder: VaultFolder, application: QApplication) -> "Program | None":
        """Return the running program of this process that has the vault in `folder`."""
        for program in application.findChildren(cls):
            if not program._has_ended and canonical_path(program._folder.path) == canonical_path(folder.path):
                return program
        return None

    def begin(self) -> bool:
        """Show the first window; or bring the window of another process to the front, end, and return False."""
        try:
            self._folder.make()
            is_first = self._instance.acquire()
        except ZccKeysError as error:
            self._opening.show_failure(error)
            return True
        if is_first:
            QTimer.singleShot(_LOG_DELAY_MS, self, self._log_start)
            self._opening.start()
        else:
            self._has_ended = True
            self._log.end()
            self.deleteLater()
        return is_first

    def come_to_front(self) -> None:
        """Show the window in front of others, and the dialog that it has opened in front of it."""
        main_window = None if self._session is None else self._session.window
        for window in (main_window, self._opening.window, QApplication.activeModalWidget()):
            if window is not None:
                window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
                bring_to_front(window)

    def lock(self) -> None:
        """Lock the vault, if it is open and needs a passphrase or recovery key at every start."""
        if self._session is not None:
            self._session.lock()

    def end(self, reason: CloseReason = CloseReason.EXIT) -> None:
        """Close the window and the vault, clear the clipboard of a secret, and let another start have the vault."""
        if self._has_ended:  # closing the window calls this again
            return
        self._has_ended = True
        self._opening.stop()
        key_store.stop_waiting()  # so that the threads below end soon
        if self._session is not None:
            self._session.end(reason)
        if self._closed_session is not None:
            self._closed_session.service.close()
        self._clipboard.clear_secret()
        for pool in (export_pool(), QThreadPool.globalInstance()):
            pool.waitForDone(_MAX_THREAD_WAIT_MS)
        # A dialog may have created a vault in one of the threads: it must learn of it now, to close the vault.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)
        self._instance.release()
        log("Ended.")
        self._log.end()
        self.deleteLater()

    def _end_with_failure(self) -> None:
        self.exit_code = 1
        self.end()

    def _end_with_session(self) -> None:
        self.end(CloseReason.SESSION_END)

    def _show_vault(self, opened: OpenedVault) -> None:
        store = opened.store
        for problem in store.protectors.nonfatal_errors:
            log_problem(problem)
        service = SignInService(
            lambda: store.sign_ins,
            self._preferences.max_session_validity_seconds,
            self,
            uses_only_usual_port=lambda: self._preferences.uses_only_usual_port,
        )
        vault = make_use_cases(self._folder.path, store, _account_name, self._preferences.max_session_validity_seconds)
        window = MainWindow(vault, self._clipboard, self._preferences, self._settings, service, opened.unlock_method)
        session = VaultSession(store, window, service, self._daily_backup, self._clipboard, self._preferences, self)
        session.closed.connect(self._on_session_closed)
        former, self._closed_session = self._closed_session, None
        self._session = session
        session.start(former, opened.notices)

    def _on_session_closed(self, reason: CloseReason) -> None:
        if reason is CloseReason.EXIT:
            self.end()
            return
        assert self._session is not None
        self._closed_session = closed = self._session.result
        assert closed is not None
        self._session.deleteLater()
        self._session = None
        if reason is CloseReason.LOCK:
            self._opening.unlock_again(closed)
        else:
            self._opener.mark_damaged()
            self._opening.start()

    def _update_theme(self) -> None:
        self._appearance.show_in(self._preferences.color_scheme)

    def _log_start(self) -> None:
        log(f"Started ZCC Keys {__version__} on {QSysInfo.prettyProductName()}, Qt {qVersion()}: {self._folder.path}")
        for fault in self._preferences.policies.faults:
            log(describe_policy_fault(fault))
        if sys.stderr is None:
            self._log.record_qt_messages()
