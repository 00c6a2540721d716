"""The end of a user's session on Windows, as the system tells another process of it.

Windows sends both messages to every top-level window, hidden ones too, and kills the process soon after the second one
(Microsoft, "WM_QUERYENDSESSION", "WM_ENDSESSION"). Restart Manager does the same before an installer goes on.
"""

import sys

CLOSE_APP, LOG_OFF = 0x1, 0x80000000  # ENDSESSION_CLOSEAPP, ENDSESSION_LOGOFF

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY_END_SESSION, _END_SESSION = 0x11, 0x16
    _HUNG_AFTER = 5_000  # milliseconds in which Windows wants an answer

    _user32 = ctypes.WinDLL("user32", use_last_error=True)
    _visit_type = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
    _user32.EnumWindows.argtypes = [_visit_type, wintypes.LPARAM]
    _user32.GetWindowThreadProcessId.argtypes = [wintypes.HWND, ctypes.POINTER(wintypes.DWORD)]
    _user32.IsWindow.argtypes = [wintypes.HWND]
    _user32.SendMessageTimeoutW.argtypes = [
        wintypes.HWND,
        wintypes.UINT,
        wintypes.WPARAM,
        wintypes.LPARAM,
        wintypes.UINT,
        wintypes.UINT,
        ctypes.POINTER(ctypes.c_size_t),
    ]

    def may_end(process_id: int, why: int) -> bool:
        """Ask every window of a process whether the session may end; return whether all say yes, and soon enough."""
        answers = {window: _send(window, _QUERY_END_SESSION, 0, why) for window in _windows_of(process_id)}
        return all(answer == 1 for window, answer in answers.items() if _user32.IsWindow(window))

    def end(process_id: int, why: int, *, really: bool = True) -> None:
        """Tell every window of a process that the session ends, or that it goes on after all."""
        for window in _windows_of(process_id):  # of which the first one's answer may close the others
            _send(window, _END_SESSION, int(really), why)

    def _windows_of(process_id: int) -> list[int]:
        found: list[int] = []

        def visit(window: int, _: int) -> bool:
            owner = wintypes.DWORD()
            _user32.GetWindowThreadProcessId(window, ctypes.byref(owner))
            if owner.value == process_id:
                found.append(window)
            return True

        _user32.EnumWindows(_visit_type(visit), 0)
        return found

    def _send(window: int, message: int, wparam: int, lparam: int) -> int | None:
        """Return what the window answers, or None where it hangs or is gone."""
        answer = ctypes.c_size_t()
        signed = ctypes.c_int32(lparam).value
        in_time = _user32.SendMessageTimeoutW(window, message, wparam, signed, 0, _HUNG_AFTER, ctypes.byref(answer))
        return answer.value if in_time else None
