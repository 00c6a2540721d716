"""Sizes and places that leave every window wholly on a screen, and in sight."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size in pixels, or as much of it as its screen has room for below the title bar."""
    from PySide6.QtWidgets import QStyle  # whose enumerations take 4 ms, which most starts can do without

    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - QSize(0, title)))


def centre_on_screen(window: QWidget) -> None:
    """Put a window that has its size in the middle of its screen; left to itself, Windows puts some half outside."""
    place = window.frameGeometry()
    place.moveCenter(window.screen().availableGeometry().center())
    window.move(place.topLeft())


def bring_to_front(window: QWidget) -> None:
    """Show a window above the others, and let it have the keyboard."""
    window.show()
    window.raise_()
    window.activateWindow()
