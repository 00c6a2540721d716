"""Sizes and places that leave every window wholly on a screen, and in sight."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_TITLE_BAR = 32  # pixels that it needs at most; before a window is shown, nobody knows how many


def resize_within_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size in pixels, or as much of it as its screen has room for below the title bar."""
    from PySide6.QtWidgets import QStyle  # whose enumerations take 4 ms, which most starts can do without

    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    window.resize(QSize(width, height).boundedTo(window.screen().availableSize() - QSize(0, title)))


def grow_to_fit_texts(window: QWidget) -> None:
    """Make a window higher if its texts no longer fit, because Qt doesn't do so for texts with line breaks."""
    layout = window.layout()
    if layout is not None:
        layout.activate()
        window.resize(window.width(), max(window.height(), layout.totalHeightForWidth(window.width())))


def center_on_screen(window: QWidget) -> None:
    """Put a window that has its size in the middle of its screen; left to itself, Windows puts some half outside."""
    place = window.frameGeometry()
    place.moveCenter(window.screen().availableGeometry().center())
    window.move(place.topLeft())


def placement_of(window: QWidget) -> tuple[int, int, int, int, int]:
    """Return left, top, width, height and 1 if maximized; the first four as they are while it is not."""
    place = window.normalGeometry()
    return place.x(), place.y(), place.width(), place.height(), int(window.isMaximized())


def restore_placement(window: QWidget, place: Sequence[int]) -> bool:
    """Put a window where `placement_of` said it was, moved and shrunk so that all of it is on a screen that is there.

    Return False and do nothing if `place` is no such place.
    """
    if len(place) != 5 or min(place[2:4]) < 1:
        return False
    wanted = QRect(*place[:4])
    screen = QGuiApplication.screenAt(wanted.center()) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry().adjusted(0, _TITLE_BAR, 0, 0)
    size = wanted.size().boundedTo(room.size())
    left = max(room.left(), min(wanted.left(), room.right() + 1 - size.width()))
    top = max(room.top(), min(wanted.top(), room.bottom() + 1 - size.height()))
    window.setGeometry(left, top, size.width(), size.height())
    if place[4] == 1:
        window.setWindowState(Qt.WindowState.WindowMaximized)
    return True


def bring_to_front(window: QWidget) -> None:
    """Show a window above the others, and let it have the keyboard."""
    window.show()
    window.raise_()
    window.activateWindow()
