"""Learning that the person locks the session of Windows (Win+L), or that another takes the screen over."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

_NOTIFY_FOR_THIS_SESSION = 0  # wtsapi32.h
_WM_WTSSESSION_CHANGE = 0x02B1  # winuser.h
_LEFT = (0x2, 0x4, 0x7)  # WTS_CONSOLE_DISCONNECT, WTS_REMOTE_DISCONNECT, WTS_SESSION_LOCK (winuser.h)


class SessionLockFilter(QAbstractNativeEventFilter):
    """Calls back when the session is locked or left; on other systems than Windows it never does."""

    def __init__(self, locked: Callable[[], None]) -> None:
        """Call `locked` then."""
        super().__init__()
        self._locked = locked

    def watch(self, window_id: int) -> None:
        """Have Windows tell this window of the process; it forgets that with the window."""
        if sys.platform == "win32":
            import ctypes
            from ctypes import wintypes

            register = ctypes.WinDLL("wtsapi32").WTSRegisterSessionNotification
            register(wintypes.HWND(window_id), wintypes.DWORD(_NOTIFY_FOR_THIS_SESSION))
            application = QCoreApplication.instance()
            assert application is not None
            application.installNativeEventFilter(self)

    def stop(self) -> None:
        """Listen no more."""
        application = QCoreApplication.instance()
        if sys.platform == "win32" and application is not None:
            application.removeNativeEventFilter(self)

    def nativeEventFilter(  # noqa: N802
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> tuple[bool, int]:
        """Look at each message of Windows; none is kept from the windows."""
        if sys.platform == "win32":
            from ctypes import wintypes

            found = wintypes.MSG.from_address(int(message))
            if found.message == _WM_WTSSESSION_CHANGE and found.wParam in _LEFT:
                self._locked()
        return False, 0
