"""The time to lock the vault: when no window was used for a while, or when Windows locks the session."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from zcc_keys_gui.platform.clock import seconds_including_sleep
from zcc_keys_gui.platform.session import reports_session_left, start_session_notifications, stop_session_notifications
from zcc_keys_gui.ui.application.preferences import Preferences

_Bytes = QByteArray | bytes | bytearray | memoryview
_USE_EVENTS = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,  # a shortcut of an action sends no other event
        QEvent.Type.InputMethod,  # composed characters and dictation
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.NonClientAreaMouseMove,  # on the frame, which moves and resizes the window
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    )
)
_LOCK_KEYS = (QEvent.Type.KeyPress, QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_L))
_CHECK_INTERVAL_MS = 5_000


class LockWatch(QObject):
    """A watch over the use of all windows, from its creation until `stop`."""

    time_to_lock = Signal()
    """Emitted when no window was used for the minutes of the preferences, or Windows has locked the session.

    Ctrl+L emits it, too: an open dialog keeps that shortcut from the main window's action.
    """

    def __init__(
        self,
        preferences: Preferences,
        window: QWidget,
        parent: QObject,
        now: Callable[[], float] = seconds_including_sleep,
    ) -> None:
        """Watch the windows of the program; Windows sends its messages to `window`. `now` is a clock in seconds."""
        super().__init__(parent)
        self._preferences = preferences
        self._now = now
        self._used_at = self._now()
        self._window_id = int(window.winId())
        self._check_timer = QTimer(self, interval=_CHECK_INTERVAL_MS)
        self._check_timer.timeout.connect(self._report_if_idle)
        self._check_timer.start()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self._messages: _SessionMessages | None = None
        if sys.platform == "win32":
            self._messages = _SessionMessages(self)
            application.installNativeEventFilter(self._messages)
            start_session_notifications(self._window_id)

    def stop(self) -> None:
        """Stop watching, and delete this object."""
        self._check_timer.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
            if self._messages is not None:
                application.removeNativeEventFilter(self._messages)
        stop_session_notifications(self._window_id)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Restart the idle time when a window is used. The event still reaches its window."""
        if event.type() in _USE_EVENTS:
            if not self._report_if_idle():  # after sleep, this event may come before the timer
                self._used_at = self._now()
            if isinstance(event, QKeyEvent) and (event.type(), event.keyCombination()) == _LOCK_KEYS:
                self.time_to_lock.emit()
        return False

    def _report_if_idle(self) -> bool:
        is_idle = self._now() - self._used_at >= self._preferences.lock_after_minutes * 60
        if is_idle:
            self.time_to_lock.emit()
        return is_idle


class _SessionMessages(QAbstractNativeEventFilter):
    """A filter that finds the messages with which Windows reports that the session was locked.

    Qt shows each message twice: on its way to the window, and when it arrives.
    """

    def __init__(self, watch: LockWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: _Bytes, message: int) -> tuple[bool, int]:  # noqa: N802
        if reports_session_left(int(message)):
            self._watch.time_to_lock.emit()
        return False, 0
