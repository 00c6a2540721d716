"""Coming to the front: Windows lets only the program that a person just used give that right away."""

import sys


def let_come_to_front(process_id: int) -> None:
    """Let another process bring its window to the front; other systems need no leave."""
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("user32").AllowSetForegroundWindow(process_id)
