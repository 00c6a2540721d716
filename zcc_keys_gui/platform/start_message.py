"""Messages before the program has a window: on standard error, or in a box if that is not visible."""

import os
import stat
import sys
from contextlib import suppress

from zcc_keys_gui.platform.display import can_show_box

if sys.platform == "win32":
    import ctypes

    _PARENT_PROCESS = -1  # ATTACH_PARENT_PROCESS (wincon.h)
    _INFORMATION_IN_FRONT = 0x00010040  # MB_ICONINFORMATION, MB_SETFOREGROUND (winuser.h)


def show_start_message(text: str) -> None:
    """Show why the program doesn't start, or the answer to a command-line option. May wait for the user."""
    if sys.platform == "win32" and sys.stderr is None:
        show_on_console(text)
        return
    with suppress(OSError):  # the reader of the pipe has closed it
        print(text, file=sys.stderr, flush=True)  # to standard output if there is no standard error
    if not _is_stderr_read() and can_show_box():
        _show_box(text)


def show_on_console(text: str) -> None:
    """Write to the console of the program that started this one. Without such a console, show a box and wait for it.

    On Windows, a program without a console has no standard streams. On other systems, this writes to standard error.
    """
    if sys.platform == "win32":
        kernel32 = ctypes.WinDLL("kernel32")
        if not kernel32.AttachConsole(_PARENT_PROCESS):
            ctypes.WinDLL("user32").MessageBoxW(None, text, "ZCC Keys", _INFORMATION_IN_FRONT)
            return
        try:
            with open("CONOUT$", "w", encoding="utf-8") as console:  # noqa: PTH123  no path
                console.write(f"\n{text}\n")  # the console already shows the prompt for the next command
        finally:
            kernel32.FreeConsole()  # because closing a console ends all programs that are attached to it
    else:
        print(text, file=sys.stderr)


def flush_output() -> None:
    """Write what standard output still buffers. Ignore the error if its reader has closed it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # because Python flushes again when it ends


def _is_stderr_read() -> bool:
    """Return whether standard error goes to a terminal, a pipe or a file.

    A program that is started from a desktop has /dev/null there, the journal's socket, or nothing. Some older desktops
    give it the session's log, a file. That looks the same as a script's file, and a box would keep a script waiting.
    """
    try:
        if any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            return True
        mode = 0 if sys.stderr is None else os.fstat(sys.stderr.fileno()).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)
    except (OSError, ValueError):  # another program embeds this one and replaced the streams
        return True


def _show_box(text: str) -> None:
    # Imported only here, because the message may be that Qt cannot be loaded.
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMessageBox

    application = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Warning, "ZCC Keys", "", QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)  # before the text, which may contain HTML
    box.setText(text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()
    del application  # it had to exist while the box was shown
