"""The name by which the taskbar knows the program."""

import ctypes
import sys

import pytest

from zcc_keys_gui.platform.app_id import APP_ID, set_app_id

_E_NOTIMPL = -2147467263


if sys.platform == "win32":

    def test_windows_takes_the_name() -> None:
        assert set_app_id()
        shell32, ole32, name = ctypes.WinDLL("shell32"), ctypes.WinDLL("ole32"), ctypes.c_wchar_p()
        answer = shell32.GetCurrentProcessExplicitAppUserModelID(ctypes.byref(name))
        if answer == _E_NOTIMPL:
            pytest.skip("Wine takes the name, but can't say it again")
        assert name.value == APP_ID
        ole32.CoTaskMemFree(name)
