"""The sign that stands before a warning."""

from PySide6.QtGui import QPixmap, QPixmapCache
from PySide6.QtWidgets import QStyle

from zcc_keys_gui.ui.widgets.label import Label


class WarningSign(Label):
    """The system's own warning sign, as high as a line of text."""

    def __init__(self) -> None:
        """Show the sign."""
        super().__init__()
        self.setPixmap(_warning_sign(self.style(), self.devicePixelRatioF()))


def _warning_sign(style: QStyle, ratio: float) -> QPixmap:
    """Return the one pixmap for all signs: a style draws another one each time, and Qt caches every one of them."""
    name = f"warning sign, {style.name()}, {ratio}"
    found = QPixmap()
    if not QPixmapCache.find(name, found):
        size = style.pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        found = style.standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(size, size)
        QPixmapCache.insert(name, found)
    return found
