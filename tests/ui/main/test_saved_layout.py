"""The placement of the main window and the columns of its list, saved and restored."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QWidget

from tests.support import gui
from tests.support.gui import cells, click, table, window
from tests.ui.key_steps import add_key
from zcc_keys_gui import app

NAME, CLIENT_ID, STATUS, ROLE, SESSION, CREATED = range(6)


@pytest.mark.parametrize("damage", ["geometry=hello", "columns=7", "geometry=a, b\ncolumns=@Variant(\\0)", "\0\1\2"])
def test_the_program_starts_with_a_damaged_settings_file(main: QWidget, data_folder: Path, damage: str) -> None:
    main.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # forgets the settings in memory
    (data_folder / "settings.ini").write_text(f"[General]\n{damage}\n")
    app.start(["--data-folder", str(data_folder)])
    window("mainWindow").close()


def test_size_columns_and_sorting_are_restored(main: QWidget, data_folder: Path) -> None:
    add_key(main, "A", seconds="60")
    add_key(main, "B", seconds="30")
    view = table(main)
    view.sortByColumn(SESSION, Qt.SortOrder.AscendingOrder)
    view.setColumnWidth(NAME, 321)
    view.horizontalHeader().moveSection(4, 1)
    main.resize(783, 507)
    click(main, "hideLocalNoteButton")
    main.close()
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert (again.width(), again.height()) == (783, 507)
    assert table(again).columnWidth(NAME) == 321
    assert table(again).horizontalHeader().visualIndex(4) == 1
    assert cells(table(again), NAME) == ["B", "A"]
    assert not gui.find(again, "localNote", QWidget).isVisible()
    again.close()


@pytest.mark.parametrize("saved_count", [None, "many", "6"])
def test_columns_saved_by_a_version_with_fewer_are_restored(
    main: QWidget, data_folder: Path, saved_count: str | None
) -> None:
    width = table(main).columnWidth(CREATED)
    table(main).setColumnWidth(NAME, 321)
    table(main).setColumnWidth(CREATED, 999)  # the last column was stretched
    columns = table(main).horizontalHeader().saveState()
    main.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    (data_folder / "settings.ini").unlink()
    settings = QSettings(str(data_folder / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("columns", columns)
    if saved_count is not None:
        settings.setValue("columnCount", saved_count)
    settings.sync()
    app.start(["--data-folder", str(data_folder)])
    again = window("mainWindow")
    assert table(again).columnWidth(NAME) == 321
    assert table(again).columnWidth(CREATED) == width
    again.close()
