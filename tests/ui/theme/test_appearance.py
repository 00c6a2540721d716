"""Light and dark."""

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
    """The appearance of a program; the style of the other tests comes back afterwards."""
    before, owner = qapp.style().name(), QObject()
    appearance = Appearance(owner)
    yield appearance
    appearance.show_in(Qt.ColorScheme.Unknown)
    owner.deleteLater()
    qapp.setStyle(before)


def window_lightness() -> int:
    return QApplication.palette().color(QPalette.ColorRole.Window).lightness()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 10 has a style that knows light colours alone")
def test_elsewhere_the_style_stays_as_it_is(appearance: Appearance) -> None:
    style = QApplication.style().name()
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Unknown):
        appearance.show_in(scheme)
        assert QApplication.style().name() == style


if sys.platform == "win32":

    def test_windows_10_is_dark_in_a_style_that_can_be_and_light_in_its_own(appearance: Appearance) -> None:
        QApplication.setStyle("windowsvista")
        for _ in range(2):
            appearance.show_in(Qt.ColorScheme.Dark)
            assert QApplication.style().name() == "fusion"
            assert window_lightness() < 100
            appearance.show_in(Qt.ColorScheme.Light)
            assert QApplication.style().name() == "windowsvista"
            assert window_lightness() > 200

    def test_a_program_that_starts_on_a_dark_windows_10_is_dark(appearance: Appearance) -> None:
        appearance.show_in(Qt.ColorScheme.Dark)
        QApplication.setStyle("windowsvista")  # as Qt chooses it at the start
        owner = QObject()
        Appearance(owner)
        assert QApplication.style().name() == "fusion"
        owner.deleteLater()

    @pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
    def test_what_is_not_checked_does_not_look_checked_in_the_dark(
        appearance: Appearance, kind: type[QCheckBox | QRadioButton]
    ) -> None:
        QApplication.setStyle("windowsvista")
        appearance.show_in(Qt.ColorScheme.Dark)
        button = kind()
        button.ensurePolished()
        assert button.palette().color(QPalette.ColorRole.Base) == QApplication.palette().color(QPalette.ColorRole.Base)
        button.deleteLater()

    @pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
    def test_windows_11_keeps_its_style_but_for_the_rows_of_lists(
        appearance: Appearance, scheme: Qt.ColorScheme
    ) -> None:
        QApplication.setStyle("windows11")
        appearance.show_in(scheme)
        assert QApplication.style().name() == "windows11"
        table = QTableView()
        table.setModel(QStandardItemModel(table))
        lay_out_list(table, [10])
        assert table.style().name() == "fusion"
        assert table.horizontalHeader().style().name() == "windows11"
        table.deleteLater()
