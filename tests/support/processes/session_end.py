"""The messages that Windows sends to a process when the user's session ends.

Windows sends both messages to every top-level window, hidden ones too, and kills the process soon after the second one
(Microsoft, "WM_QUERYENDSESSION", "WM_ENDSESSION"). Restart Manager does the same before an installer goes on.
"""

import sys

CLOSE_APP, LOG_OFF = 0x1, 0x80000000  # ENDSESSION_CLOSEAPP, ENDSESSION_LOGOFF

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _QUERY_END_SESSION, _END_SESSION = 0x11, 0x16
    _ANSWER_TIMEOUT_MS = 5_000  # Windows waits as long

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
        """Ask every window of a process whether the session may end; return whether all answer yes in time."""
        answers = {window: _send(window, _QUERY_END_SESSION, 0, why) for window in _windows_of(process_id)}
        return all(answer == 1 for window, answer in answers.items() if _user32.IsWindow(window))

    def end(process_id: int, why: int, *, really: bool = True) -> None:
        """Tell every window of a process that the session ends, or that its end was canceled."""
        for window in _windows_of(process_id):  # the first window may close the others
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
        """Return the answer of a window, or None if it hangs or no longer exists."""
        answer = ctypes.c_size_t()
        signed = ctypes.c_int32(lparam).value
        in_time = _user32.SendMessageTimeoutW(
            window, message, wparam, signed, 0, _ANSWER_TIMEOUT_MS, ctypes.byref(answer)
        )
        return answer.value if in_time else None
