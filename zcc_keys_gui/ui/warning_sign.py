"""The sign that stands before a warning."""

from PySide6.QtWidgets import QStyle

from zcc_keys_gui.ui.label import Label


class WarningSign(Label):
    """The system's own warning sign, as high as a line of text."""

    def __init__(self) -> None:
        """Show the sign."""
        super().__init__()
        size = self.style().pixelMetric(QStyle.PixelMetric.PM_SmallIconSize)
        self.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_MessageBoxWarning).pixmap(size, size))
