"""Printing the sheet with the recovery key."""

from PySide6.QtGui import QFontDatabase, QTextDocument
from PySide6.QtPrintSupport import QPrinter

_FONT_SIZE_POINTS = 12


def print_sheet(text: str, printer: QPrinter) -> bool:
    """Print `text` in a fixed-width font, in which no two digits look alike; return whether the printer accepted it."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSize(_FONT_SIZE_POINTS)
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setPlainText(text)
    document.print_(printer)
    return printer.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)
