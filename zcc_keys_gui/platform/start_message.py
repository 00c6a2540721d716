"""What the program says before it has a window: on standard error, and also in a box if nobody reads that."""

import os
import stat
import sys
from contextlib import suppress

from zcc_keys_gui.platform.console import say
from zcc_keys_gui.platform.display import can_show_box


def tell(text: str) -> None:
    """Say why the program doesn't start, or what it was asked for."""
    if sys.platform == "win32" and sys.stderr is None:
        say(text)
        return
    with suppress(OSError):  # nobody listens any longer
        print(text, file=sys.stderr, flush=True)  # to standard output if there is no standard error
    if not _is_read() and can_show_box():
        _show_box(text)


def end_output() -> None:
    """Write what is left to standard output; say nothing if its reader is gone."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python, which tries again at the end


def _is_read() -> bool:
    """Say whether somebody reads standard error: at a terminal, through a pipe, or in a file.

    A program that is started from a desktop has /dev/null there, the journal's socket, or nothing. Some older desktops
    give it the session's log, a file. That can't be told from the file of a script, which a box would keep waiting.
    """
    try:
        if any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
            return True
        mode = 0 if sys.stderr is None else os.fstat(sys.stderr.fileno()).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)
    except (OSError, ValueError):  # a stream of another program, which this one is a part of
        return True


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
