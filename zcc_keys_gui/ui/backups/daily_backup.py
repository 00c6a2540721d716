"""Automatic backups of the open vault, made in the background."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from PySide6.QtCore import QObject, QThreadPool, QTimer, Signal

from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.service.store import AutomaticBackups
from zcc_keys_gui.ui.application.log import log_problem

_RETRY_INTERVAL_MS = 3_600_000


class DailyBackup(QObject):
    """The maker of an automatic backup after the first change of each day; if that fails, it tries again in an hour."""

    failed = Signal(object)
    """Carries the `ZccKeysError` of a backup that failed."""

    def __init__(self, parent: QObject) -> None:
        """Wait for `attach`."""
        super().__init__(parent)
        self._backups: AutomaticBackups | None = None
        self._attempted_on: date | None = None
        self.failure_was_reported = False
        """Whether the user was shown a failure; the same cause often makes the next attempt fail too."""
        self.failed.connect(self._retry_later)

    def attach(self, backups: AutomaticBackups) -> None:
        """Make the backups of a vault that was just opened."""
        self._backups = backups
        self._attempted_on = None

    def detach(self) -> None:
        """Stop making backups, because the vault is closed."""
        self._backups = None

    def make_if_due(self) -> None:
        """Make today's backup in another thread if it was not attempted yet.

        Call it after each change; any thread may do so.
        """
        today = date.today()
        if self._attempted_on != today and self._backups is not None:
            self._attempted_on = today
            backups = self._backups
            self._make_if(lambda: backups.is_due(datetime.now(UTC)), backups)

    def replace_outdated(self) -> None:
        """Replace backups that only the former key opens. An interrupted re-encryption leaves such backups."""
        if self._backups is not None:
            self._make_if(self._backups.are_outdated, self._backups)

    def _make_if(self, is_needed: Callable[[], bool], backups: AutomaticBackups) -> None:
        def make() -> None:
            try:
                if is_needed():
                    backups.make(datetime.now(UTC))
            except VaultClosedError:
                return
            except ZccKeysError as error:
                log_problem(error)
                self.failed.emit(error)

        QThreadPool.globalInstance().start(make)

    def _retry_later(self) -> None:
        QTimer.singleShot(_RETRY_INTERVAL_MS, self, self._forget_attempt)

    def _forget_attempt(self) -> None:
        self._attempted_on = None
