"""The process's taskbar name, its restart by Windows, and its windows in the foreground."""

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from tests.support.gui import wait_until
from tests.ui.conftest import nothing_left_behind  # noqa: F401  a fixture
from zcc_keys_gui.platform.process import APP_ID, allow_foreground, register_restart, set_app_id


def test_allowing_a_process_that_has_ended_is_no_error() -> None:
    allow_foreground(os.getpid())
    allow_foreground(4_000_000)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    from tests.program.test_end_of_session import user_at
    from tests.support.user_process import TIMEOUT_SECONDS, start_user

    MINIMIZE = 6  # SW_MINIMIZE
    user32 = ctypes.WinDLL("user32")
    user32.GetForegroundWindow.restype = user32.FindWindowW.restype = wintypes.HWND
    user32.FindWindowW.argtypes = [wintypes.LPCWSTR, wintypes.LPCWSTR]
    user32.GetWindowThreadProcessId.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)]
    user32.GetWindowTextW.argtypes = [wintypes.HWND, wintypes.LPWSTR, ctypes.c_int]
    user32.ShowWindow.argtypes = [wintypes.HWND, ctypes.c_int]
    user32.IsIconic.argtypes = [wintypes.HWND]

    E_NOTIMPL = -2147467263

    def test_windows_accepts_the_taskbar_name() -> None:
        assert set_app_id()
        shell32, ole32, name = ctypes.WinDLL("shell32"), ctypes.WinDLL("ole32"), ctypes.c_wchar_p()
        answer = shell32.GetCurrentProcessExplicitAppUserModelID(ctypes.byref(name))
        if answer == E_NOTIMPL:
            pytest.skip("Wine accepts the name, but can't return it")
        assert name.value == APP_ID
        ole32.CoTaskMemFree(name)

    def test_windows_stores_the_restart_command_line() -> None:
        assert register_restart(["--data-folder", r"C:\Users\Zoë Ängström\vault"])
        kernel32, line = ctypes.WinDLL("kernel32"), ctypes.create_unicode_buffer(1024)
        kernel32.GetCurrentProcess.restype = wintypes.HANDLE
        kernel32.GetApplicationRestartSettings.argtypes = [wintypes.HANDLE, *[ctypes.c_void_p] * 3]
        process, size, flags = kernel32.GetCurrentProcess(), wintypes.DWORD(1024), wintypes.DWORD()
        if kernel32.GetApplicationRestartSettings(process, line, ctypes.byref(size), ctypes.byref(flags)):
            pytest.skip("Wine accepts the line, but can't return it")
        assert line.value == r'--data-folder "C:\Users\Zoë Ängström\vault"'
        kernel32.UnregisterApplicationRestart()

    def test_a_restart_command_line_can_be_too_long() -> None:
        assert not register_restart(["--data-folder", "x" * 1024])

    def foreground_window() -> tuple[int, str]:
        """Return the process and the title of the window in the foreground."""
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
    def test_a_second_start_shows_the_first_one_s_window_in_front(
        qapp: QApplication, data_folder: Path, where: str, title: str, minimized: bool
    ) -> None:
        with user_at(data_folder, where) as (worker, _):
            other = QWidget(windowTitle="Another program")
            if minimized:
                main = user32.FindWindowW(None, "ZCC Keys")
                user32.ShowWindow(main, MINIMIZE)
                wait_until(lambda: bool(user32.IsIconic(main)))
            other.showMaximized()
            other.activateWindow()
            wait_until(lambda: foreground_window() == (os.getpid(), "Another program"))
            second = start_user(data_folder, "race", "Second")
            wait_until(lambda: second.poll() is not None)
            assert second.communicate(timeout=TIMEOUT_SECONDS)[0] == "second\n"
            wait_until(lambda: foreground_window() == (worker.pid, title))
            other.close()
            other.deleteLater()

else:

    def test_other_systems_need_neither_name_nor_restart() -> None:
        assert not set_app_id()
        assert not register_restart([])
