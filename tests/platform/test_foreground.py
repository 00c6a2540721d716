"""Coming to the front, when the program is started a second time."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import wait_until
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui.platform.foreground import let_come_to_front


def test_leave_is_given_without_a_word_even_to_a_process_that_is_gone() -> None:
    let_come_to_front(os.getpid())
    let_come_to_front(4_000_000)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    from tests.program.test_app import ALIVE, person
    from tests.program.test_end_of_session import at_work

    MINIMIZE = 6  # SW_MINIMIZE
    user32 = ctypes.WinDLL("user32")
    user32.GetForegroundWindow.restype = user32.FindWindowW.restype = wintypes.HWND
    user32.FindWindowW.argtypes = [wintypes.LPCWSTR, wintypes.LPCWSTR]
    user32.GetWindowThreadProcessId.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)]
    user32.GetWindowTextW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]
    user32.ShowWindow.argtypes = [wintypes.HWND, ctypes.c_int]
    user32.IsIconic.argtypes = [wintypes.HWND]

    def in_front() -> tuple[int, str]:
        """Return the process and the title of the window that the person works in."""
        window, process, title = user32.GetForegroundWindow(), wintypes.DWORD(), ctypes.create_unicode_buffer(200)
        user32.GetWindowThreadProcessId(window, ctypes.byref(process))
        user32.GetWindowTextW(window, title, 200)
        return process.value, title.value

    @pytest.mark.parametrize(
        ("where", "title", "minimized"),
        [
            ("list", "ZCC Keys", False),
            ("list", "ZCC Keys", True),
            ("form", "Add API key", False),
            ("secret", "Client secret for ProdSync", True),
        ],
    )
    def test_a_second_start_puts_the_first_one_s_window_in_front_of_all_others(
        qapp: QApplication, data_folder: Path, where: str, title: str, minimized: bool
    ) -> None:
        with at_work(data_folder, where) as (worker, _):
            other = QWidget(windowTitle="Another program")
            if minimized:
                main = user32.FindWindowW(None, "ZCC Keys")
                user32.ShowWindow(main, MINIMIZE)
                wait_until(lambda: bool(user32.IsIconic(main)))
            other.showMaximized()
            other.activateWindow()
            wait_until(lambda: in_front() == (os.getpid(), "Another program"))
            second = person(data_folder, "race", "Second")
            wait_until(lambda: second.poll() is not None)
            assert second.communicate(timeout=ALIVE)[0] == "second\n"
            wait_until(lambda: in_front() == (worker.pid, title))
            other.close()
            other.deleteLater()
