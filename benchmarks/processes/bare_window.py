"""A window that shows only a label. `bare.spec` builds this script in the same way as the program is built."""

import sys

from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


def show_bare_window() -> QMainWindow:
    """Make the QApplication and show the window."""
    QApplication([])  # Qt keeps it
    window = QMainWindow()
    window.setCentralWidget(QLabel("nothing"))
    window.resize(1_000, 600)
    window.show()
    return window


if __name__ == "__main__":
    bare_window = show_bare_window()
    sys.exit(QApplication.exec())
