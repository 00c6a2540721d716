"""What the program says before it has a window: on the terminal, or in a box if nobody would see that."""

import os
import stat
import sys
from contextlib import suppress

from zcc_keys_gui.windows.console import say

_UNSEEN_PLATFORMS = ("offscreen", "minimal", "vnc")  # of Qt, on which a box would wait for nobody


def tell(text: str) -> None:
    """Say why the program doesn't start, or what it was asked for."""
    if sys.platform == "win32" and sys.stderr is None:
        say(text)
    elif _is_read() or not _can_show_box():
        with suppress(OSError):  # nobody listens any longer
            print(text, file=sys.stderr, flush=True)
    else:
        _show_box(text)


def end_output() -> None:
    """Write what is left to standard output; say nothing if its reader is gone."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python, which tries again at the end


def _is_read() -> bool:
    """Say whether somebody reads standard error: at a terminal, or a program through a pipe.

    Programs that are started from a desktop have the system's log there, a file of the session, or nothing.
    """
    try:
        if any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            return True
        return sys.stderr is not None and stat.S_ISFIFO(os.fstat(sys.stderr.fileno()).st_mode)
    except (OSError, ValueError):  # a stream of another program, which this one is a part of
        return True


def _can_show_box() -> bool:
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in _UNSEEN_PLATFORMS:
        return False
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _show_box(text: str) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QMessageBox

    application = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Warning, "ZCC Keys", "", QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)  # before the text, which may hold data
    box.setText(text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.exec()
    del application  # which had to live until now
