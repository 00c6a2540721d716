"""Shows a window and exits: `python -m benchmarks.processes.first_paint bare|program FOLDER exit|memory`.

With `memory`, it prints the memory of the idle process in MiB before it exits.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

# What a window imports, and in which order, is part of the time that is measured. So this module imports nothing.


def show_program(folder: str) -> "QWidget":
    """Start the program on the vault in `folder`, and return its main window."""
    from zcc_keys_gui import app

    app.start(["--data-folder", folder])
    from PySide6.QtWidgets import QApplication

    return next(window for window in QApplication.topLevelWidgets() if window.objectName() == "mainWindow")


def show_bare() -> "QWidget":
    """Show the window that has only a label."""
    from benchmarks.processes.bare_window import show_bare_window

    return show_bare_window()


def main(which: str, folder: str, after_paint: str) -> int:
    """Show one of the windows, and exit after its first paint or when the process is idle."""
    window = show_bare() if which == "bare" else show_program(folder)
    from PySide6.QtWidgets import QApplication

    from benchmarks.processes.after_first_paint import AfterFirstPaint

    AfterFirstPaint(window, prints_memory=after_paint == "memory")
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
