"""Light or dark: as the system says, or as the person chose."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

_LIGHT_ONLY = "windowsvista"  # the style of Windows 10, which Qt draws in light colours on a dark desktop too
_ANY_COLORS = "fusion"
_FILLED = ("QCheckBox", "QRadioButton")  # among dark colours, Qt fills them with the accent colour, checked or not


class Appearance(QObject):
    """Sees to it that all windows can be shown in the colours that are asked for, now and when they change.

    Colours, title bars and contrast themes, which come before any choice, are Qt's affair (QStyleHints.colorScheme).
    """

    def __init__(self, parent: QObject) -> None:
        """Follow the system."""
        super().__init__(parent)
        self._hints = QGuiApplication.styleHints()
        self._asked = Qt.ColorScheme.Unknown
        self._stands_in = False
        self._hints.colorSchemeChanged.connect(self._fit_style)
        self._fit_style()

    def show_in(self, scheme: Qt.ColorScheme) -> None:
        """Show all windows, open ones too, light or dark at once; Unknown follows the system from now on."""
        if scheme is not self._asked:
            self._asked = scheme
            self._hints.setColorScheme(scheme)

    def _fit_style(self) -> None:
        is_dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
        if is_dark and QApplication.style().name() == _LIGHT_ONLY:
            self._stands_in = True
            QApplication.setStyle(_ANY_COLORS)
            for kind in _FILLED:
                QApplication.setPalette(QApplication.palette(), kind)  # type: ignore[arg-type]  # it takes str, not bytes
        elif self._stands_in and not is_dark:
            self._stands_in = False
            QApplication.setStyle(_LIGHT_ONLY)
