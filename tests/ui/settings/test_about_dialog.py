"""Help > About."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from tests.support import gui
from tests.support.gui import cells, click, find, select, table, text, trigger, wait_until, window, windows
from zcc_keys_gui import __copyright__, __version__
from zcc_keys_gui.ui.settings import licenses
from zcc_keys_gui.ui.settings.licenses import shipped_components


@pytest.fixture
def about(main: QWidget) -> QWidget:
    trigger(main, "aboutAction")
    return window("aboutDialog")


def test_shows_the_version_and_the_copyright(about: QWidget) -> None:
    assert text(about, "versionLabel") == f"ZCC Keys {__version__}"
    assert __copyright__ in text(about, "aboutLabel")
    assert '"Zscaler" is a trademark of its owner' in text(about, "aboutLabel")


def test_lists_the_components_and_their_licenses(about: QWidget) -> None:
    view, shown = table(about, "licenceTable"), find(about, "licenceText", QPlainTextEdit)
    assert shown.toPlainText().startswith("MIT License")  # The first row is the program itself.
    for name in ("pyside6-essentials", "CPython", "OpenSSL", "SQLCipher"):
        assert name in cells(view, 0)
    for row in range(view.model().rowCount()):
        shown.clear()
        view.selectRow((row + 1) % view.model().rowCount())
        assert len(shown.toPlainText()) > 200
    select(view, "pyside6-essentials")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in shown.toPlainText()
    assert cells(view, 2)[cells(view, 0).index("pyside6-essentials")] == "LGPL-3.0"


def test_down_shows_the_next_license_and_esc_closes(about: QWidget) -> None:
    view = table(about, "licenceTable")
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert find(about, "licenceText", QPlainTextEdit).toPlainText() == shipped_components()[1].text()
    QTest.keyClick(about, Qt.Key.Key_Escape)
    wait_until(lambda: not windows("aboutDialog"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_reopening_maps_no_file_into_memory_again(main: QWidget) -> None:
    counts = []
    for _ in range(3):
        trigger(main, "aboutAction")
        about = window("aboutDialog")
        assert not find(about, "iconLabel", QLabel).pixmap().isNull()
        counts.append(Path("/proc/self/maps").read_text().count("icon.rcc"))
        click(about, "closeButton")
        wait_until(lambda: not windows("aboutDialog"))
    assert counts[0] == counts[2]


def test_tab_reaches_every_control_and_each_has_a_name(about: QWidget) -> None:
    stops = {stop.objectName() for stop in gui.tab_stops(about)}
    assert stops == {"licenceTable", "licenceText", "closeButton"}
    assert all(find(about, name, QWidget).accessibleName() for name in stops)
    click(about, "closeButton")
    assert not windows("aboutDialog")


def test_lists_no_components_if_pip_installed_the_program(
    main: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(licenses, "FOLDER", tmp_path / "none")
    trigger(main, "aboutAction")
    about = window("aboutDialog")
    assert not table(about, "licenceTable").isVisible()
    click(about, "closeButton")
