"""Sizes and positions that keep every window on the screen."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_MAX_TITLE_BAR_HEIGHT_PIXELS = 32  # the real height is unknown until a window is shown


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """Resize a window to `width` and `height` pixels, or to the free area of its screen if that is smaller."""
    available = window.screen().availableSize() - QSize(0, _MAX_TITLE_BAR_HEIGHT_PIXELS)
    window.resize(QSize(width, height).boundedTo(available))


def grow_to_fit_texts(window: QWidget) -> None:
    """Make a window higher if its texts no longer fit, because Qt doesn't do so for texts with line breaks."""
    layout = window.layout()
    if layout is not None:
        layout.activate()
        window.resize(window.width(), max(window.height(), layout.totalHeightForWidth(window.width())))


def center_on_screen(window: QWidget) -> None:
    """Move a window to the middle of its screen, because Windows places some windows partly outside of it."""
    frame = window.frameGeometry()
    frame.moveCenter(window.screen().availableGeometry().center())
    window.move(frame.topLeft())


def placement_of(window: QWidget) -> tuple[int, int, int, int, int]:
    """Return left, top, width and height in pixels, and 1 if the window is maximized.

    The first four are those that the window has when it is not maximized.
    """
    frame = window.normalGeometry()
    return frame.x(), frame.y(), frame.width(), frame.height(), int(window.isMaximized())


def restore_placement(window: QWidget, placement: Sequence[int]) -> bool:
    """Restore what `placement_of` returned; the window is moved and shrunk so that it fits on a screen.

    Return False and do nothing if `placement` is not valid.
    """
    if len(placement) != 5 or min(placement[2:4]) < 1:
        return False
    saved = QRect(*placement[:4])
    screen = QGuiApplication.screenAt(saved.center()) or QGuiApplication.primaryScreen()
    available = screen.availableGeometry().adjusted(0, _MAX_TITLE_BAR_HEIGHT_PIXELS, 0, 0)
    size = saved.size().boundedTo(available.size())
    left = max(available.left(), min(saved.left(), available.right() + 1 - size.width()))
    top = max(available.top(), min(saved.top(), available.bottom() + 1 - size.height()))
    window.setGeometry(left, top, size.width(), size.height())
    if placement[4] == 1:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    return True


def bring_to_front(window: QWidget) -> None:
    """Show a window above the others and give it the keyboard focus."""
    window.show()
    window.raise_()
    window.activateWindow()
