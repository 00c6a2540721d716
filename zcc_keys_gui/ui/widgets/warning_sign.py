"""The sign in front of a warning."""

from PySide6 import QtWidgets
from PySide6.QtGui import QPixmap, QPixmapCache

from zcc_keys_gui.ui.widgets.label import Label


class WarningSign(Label):
    """The system's own warning sign, as high as a line of text."""

    def __init__(self) -> None:
        """Show the sign."""
        super().__init__()
        self.setPixmap(_warning_sign(self.style(), self.devicePixelRatioF()))


def _warning_sign(style: "QtWidgets.QStyle", ratio: float) -> QPixmap:
    """Return one pixmap that all signs share. A style draws a new one for each call, and Qt caches all of them."""
    key = f"zcc-keys-warning-{style.name()}-{ratio}"
    pixmap = QPixmap()
    if not QPixmapCache.find(key, pixmap):
        size = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SmallIconSize)
        pixmap = style.standardIcon(QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(size, size)
        QPixmapCache.insert(key, pixmap)
    return pixmap
