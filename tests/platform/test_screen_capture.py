"""Hiding a window from screen sharing."""

import ctypes
import sys

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from zcc_keys_gui.platform.screen_capture import hide_from_capture

if sys.platform == "win32":
    from ctypes import wintypes

    EXCLUDE = 0x11  # WDA_EXCLUDEFROMCAPTURE

    class Recorded:
        """The real user32, which records how windows were changed."""

        def __init__(self, user32: ctypes.WinDLL) -> None:
            """Pass all calls on to `user32`."""
            self._real = user32.SetWindowDisplayAffinity
            self.GetWindowDisplayAffinity = user32.GetWindowDisplayAffinity
            self.requests: list[tuple[int, int]] = []

        def SetWindowDisplayAffinity(self, window: wintypes.HWND, affinity: wintypes.DWORD) -> int:  # noqa: N802
            self.requests.append((window.value or 0, affinity.value))
            return int(self._real(window, affinity))

    def affinity_of(window: int) -> int:
        affinity = wintypes.DWORD()
        ctypes.WinDLL("user32").GetWindowDisplayAffinity(wintypes.HWND(window), ctypes.byref(affinity))
        return affinity.value

    def test_the_result_is_what_windows_reports(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = Recorded(ctypes.WinDLL("user32"))
        window = QWidget()
        window.show()
        with monkeypatch.context() as patched:
            patched.setattr(ctypes, "WinDLL", lambda _: recorded)
            hidden = hide_from_capture(window.winId(), hidden=True)
        assert recorded.requests == [(window.winId(), EXCLUDE)]
        assert hidden is (affinity_of(window.winId()) == EXCLUDE)  # Wine hides no window, and reports that
        assert hide_from_capture(window.winId(), hidden=False) is False
        assert affinity_of(window.winId()) == 0
        window.close()
        window.deleteLater()

    def test_a_missing_window_is_not_hidden() -> None:
        assert hide_from_capture(0, hidden=True) is False
