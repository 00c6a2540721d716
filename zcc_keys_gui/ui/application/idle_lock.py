"""Noticing that it is time to lock the vault: nobody uses the windows, or the session of Windows is locked."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from zcc_keys_gui.platform.clock import seconds_since_start
from zcc_keys_gui.platform.session import is_leaving_message, start_session_notifications, stop_session_notifications
from zcc_keys_gui.ui.application.preferences import Preferences

_Bytes = QByteArray | bytes | bytearray | memoryview
_USE = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.ShortcutOverride,  # the keys of an action come as nothing else
        QEvent.Type.InputMethod,  # composed characters, dictation
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.NonClientAreaMouseMove,  # on the frame: moving and sizing
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    )
)
_LOCK_KEYS = (QEvent.Type.KeyPress, QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_L))
_LOOK_EVERY = 5_000  # milliseconds


class LockWatch(QObject):
    """Emits `time_to_lock` once nobody has used a window for the minutes of the preferences, or the session is locked.

    Also with Ctrl+L in a dialog, which keeps the keys from the main window's action. It begins to watch when it is
    made, and ends with `stop`.
    """

    time_to_lock = Signal()

    def __init__(
        self, preferences: Preferences, window: QWidget, parent: QObject, now: Callable[[], float] = seconds_since_start
    ) -> None:
        """Watch over `window` and what it opens; `now` is a clock in seconds."""
        super().__init__(parent)
        self._preferences = preferences
        self._now = now
        self._used_at = self._now()
        self._window_id = int(window.winId())
        self._look = QTimer(self, interval=_LOOK_EVERY)
        self._look.timeout.connect(self._lock_where_idle)
        self._look.start()
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self._messages: _SessionMessages | None = None
        if sys.platform == "win32":
            self._messages = _SessionMessages(self)
            application.installNativeEventFilter(self._messages)
            start_session_notifications(self._window_id)

    def stop(self) -> None:
        """Watch no more."""
        self._look.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
            if self._messages is not None:
                application.removeNativeEventFilter(self._messages)
        stop_session_notifications(self._window_id)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to wait anew where a window is used; no event is kept from anybody."""
        if event.type() in _USE:
            if not self._lock_where_idle():  # the computer may have slept: then this is the first to be noticed
                self._used_at = self._now()
            if isinstance(event, QKeyEvent) and (event.type(), event.keyCombination()) == _LOCK_KEYS:
                self.time_to_lock.emit()
        return False

    def _lock_where_idle(self) -> bool:
        is_idle = self._now() - self._used_at >= self._preferences.lock_after_minutes * 60
        if is_idle:
            self.time_to_lock.emit()
        return is_idle


class _SessionMessages(QAbstractNativeEventFilter):
    """Looks for the messages by which Windows tells that the session was locked; none is kept from the windows.

    Qt shows it each of them twice, on the way to the window and once it is there.
    """

    def __init__(self, watch: LockWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: _Bytes, message: int) -> tuple[bool, int]:  # noqa: N802
        if is_leaving_message(int(message)):
            self._watch.time_to_lock.emit()
        return False, 0
