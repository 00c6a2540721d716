"""Light or dark windows, as the system or the user chooses."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

_LIGHT_STYLE = "windowsvista"  # the style of Windows 10, which Qt draws in light colors on a dark desktop too
_DARK_STYLE = "fusion"
# With dark colors, Qt fills these with the accent color even if they are not checked.
_FILLED_WIDGETS = ("QCheckBox", "QRadioButton")


class Appearance(QObject):
    """The color scheme of all windows, as the user or the system chooses it.

    Qt itself provides the colors, the title bars, and the contrast themes, which overrule any choice
    (`QStyleHints.colorScheme`). This class replaces a style that can't be dark.
    """

    def __init__(self, parent: QObject) -> None:
        """Use the system's color scheme."""
        super().__init__(parent)
        self._hints = QGuiApplication.styleHints()
        self._chosen_scheme = Qt.ColorScheme.Unknown
        self._has_replaced_style = False
        self._hints.colorSchemeChanged.connect(self._update_style)
        self._update_style()

    def show_in(self, scheme: Qt.ColorScheme) -> None:
        """Show all windows in `scheme` immediately. `Unknown` means the system's color scheme."""
        if scheme is not self._chosen_scheme:
            self._chosen_scheme = scheme
            self._hints.setColorScheme(scheme)

    def _update_style(self) -> None:
        is_dark = self._hints.colorScheme() is Qt.ColorScheme.Dark
        if is_dark and QApplication.style().name() == _LIGHT_STYLE:
            self._has_replaced_style = True
            QApplication.setStyle(_DARK_STYLE)
            for class_name in _FILLED_WIDGETS:
                QApplication.setPalette(QApplication.palette(), class_name)  # type: ignore[arg-type]  # str is accepted
        elif self._has_replaced_style and not is_dark:
            self._has_replaced_style = False
            QApplication.setStyle(_LIGHT_STYLE)
