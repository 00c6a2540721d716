"""Being started again by Windows."""

import ctypes
import sys

import pytest

from zcc_keys_gui.platform.restart import register_restart

if sys.platform == "win32":
    from ctypes import wintypes

    def test_windows_notes_the_arguments_as_a_command_line() -> None:
        assert register_restart(["--data-folder", r"C:\Users\Zoë Ängström\vault"])
        kernel32, line = ctypes.WinDLL("kernel32"), ctypes.create_unicode_buffer(1024)
        kernel32.GetCurrentProcess.restype = wintypes.HANDLE
        kernel32.GetApplicationRestartSettings.argtypes = [wintypes.HANDLE, *[ctypes.c_void_p] * 3]
        process, size, flags = kernel32.GetCurrentProcess(), wintypes.DWORD(1024), wintypes.DWORD()
        if kernel32.GetApplicationRestartSettings(process, line, ctypes.byref(size), ctypes.byref(flags)):
            pytest.skip("Wine notes the line, but can't say it again")
        assert line.value == r'--data-folder "C:\Users\Zoë Ängström\vault"'
        kernel32.UnregisterApplicationRestart()

    def test_what_is_too_long_for_windows_is_not_noted() -> None:
        assert not register_restart(["--data-folder", "x" * 1024])
