"""Noticing that it is time to lock the vault: nobody uses the windows, or the session of Windows is locked."""

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from zcc_keys_gui.ui.preferences import Preferences
from zcc_keys_gui.windows.session_lock import have_session_told, is_session_left

_Bytes = QByteArray | bytes | bytearray | memoryview
_USE = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class LockWatch(QObject):
    """Emits `time_to_lock` once nobody has used a window for the minutes of the preferences, or the session is locked.

    It begins to watch when it is made, and ends with `stop`.
    """

    time_to_lock = Signal()

    def __init__(self, preferences: Preferences, window: QWidget, parent: QObject) -> None:
        """Watch over `window` and what it opens."""
        super().__init__(parent)
        self._preferences = preferences
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.time_to_lock)
        preferences.changed.connect(self._wait)
        self._wait()
        have_session_told(window.winId())
        self._messages = _SessionMessages(self)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        application.installNativeEventFilter(self._messages)

    def stop(self) -> None:
        """Watch no more."""
        self._idle.stop()
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
            application.removeNativeEventFilter(self._messages)
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to wait anew where a window is used; no event is kept from anybody."""
        if event.type() in _USE:
            self._idle.start()
        return False

    def _wait(self) -> None:
        self._idle.start(self._preferences.lock_after_minutes * 60_000)


class _SessionMessages(QAbstractNativeEventFilter):
    """Looks for the messages by which Windows tells that the session was locked; none is kept from the windows."""

    def __init__(self, watch: LockWatch) -> None:
        super().__init__()
        self._watch = watch

    def nativeEventFilter(self, kind: _Bytes, message: int) -> tuple[bool, int]:  # noqa: N802
        if is_session_left(int(message)):
            self._watch.time_to_lock.emit()
        return False, 0
