"""Light and dark windows."""

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPalette, QStandardItemModel
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QTableView

from zcc_keys_gui.ui.theme.appearance import Appearance
from zcc_keys_gui.ui.widgets.lists.list_table import lay_out_list


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    """The appearance of a program; the style is restored afterwards."""
    before, owner = qapp.style().name(), QObject()
    appearance = Appearance(owner)
    yield appearance
    appearance.show_in(Qt.ColorScheme.Unknown)
    owner.deleteLater()
    qapp.setStyle(before)


def window_lightness() -> int:
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness()


@pytest.mark.skipif(sys.platform == "win32", reason="the style of Windows 10 has only light colors")
def test_other_styles_than_that_of_windows_10_stay(appearance: Appearance) -> None:
    style = QApplication.style().name()
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown):
        appearance.show_in(scheme)
        assert QApplication.style().name() == style


if sys.platform == "win32":

    def test_dark_windows_10_uses_another_style(appearance: Appearance) -> None:
        QApplication.setStyle("windowsvista")
        for _ in range(2):
            appearance.show_in(Qt.ColorScheme.Dark)
            assert QApplication.style().name() == "fusion"
            assert window_lightness() < 100
            appearance.show_in(Qt.ColorScheme.Light)
            assert QApplication.style().name() == "windowsvista"
            assert window_lightness() > 200

    def test_the_program_starts_dark_on_a_dark_windows_10(appearance: Appearance) -> None:
        appearance.show_in(Qt.ColorScheme.Dark)
        QApplication.setStyle("windowsvista")  # as Qt chooses it at the start
        owner = QObject()
        Appearance(owner)
        assert QApplication.style().name() == "fusion"
        owner.deleteLater()

    @pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
    def test_unchecked_buttons_do_not_look_checked_if_dark(
        appearance: Appearance, kind: type[QCheckBox | QRadioButton]
    ) -> None:
        QApplication.setStyle("windowsvista")
        appearance.show_in(Qt.ColorScheme.Dark)
        button = kind()
        button.ensurePolished()
        assert button.palette().color(QPalette.ColorRole.Base) == QApplication.palette().color(QPalette.ColorRole.Base)
        button.deleteLater()

    @pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
    def test_windows_11_keeps_its_style_except_for_list_rows(appearance: Appearance, scheme: Qt.ColorScheme) -> None:
        QApplication.setStyle("windows11")
        appearance.show_in(scheme)
        assert QApplication.style().name() == "windows11"
        table = QTableView()
        table.setModel(QStandardItemModel(table))
        lay_out_list(table, [10])
        assert table.style().name() == "fusion"
        assert table.horizontalHeader().style().name() == "windows11"
        table.deleteLater()
