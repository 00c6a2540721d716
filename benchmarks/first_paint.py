"""A process that shows a window and leaves: `python -m benchmarks.first_paint bare|program FOLDER leave|memory`."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # each of the two windows decides what is imported, and when
    from PySide6.QtWidgets import QWidget


def bare() -> "QWidget":
    """Show a main window with nothing in it."""
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    QApplication([])  # qApp keeps it
    window = QMainWindow()
    window.setCentralWidget(QLabel("nothing"))
    window.resize(1_000, 600)
    window.show()
    return window


def program(folder: str) -> "QWidget":
    """Start the program."""
    from zcc_keys_gui import app

    app.start(["--data-folder", folder])
    from PySide6.QtWidgets import QApplication

    return next(w for w in QApplication.topLevelWidgets() if w.objectName() == "mainWindow")


def main(which: str, folder: str, then: str) -> int:
    """Show one of the windows, until it was painted or the program is idle."""
    window = bare() if which == "bare" else program(folder)
    from PySide6.QtWidgets import QApplication

    from benchmarks.after_first_paint import AfterFirstPaint

    AfterFirstPaint(window, then)
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
