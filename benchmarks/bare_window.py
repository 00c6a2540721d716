"""A window with nothing in it, to be frozen as the program is: `benchmarks/bare.spec`."""

import sys

from PySide6.QtWidgets import QApplication

from benchmarks.first_paint import bare

if __name__ == "__main__":
    window = bare()
    sys.exit(QApplication.exec())
