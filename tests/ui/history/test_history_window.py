"""The window that lists, searches and exports the history."""

import csv
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QDialogButtonBox, QFileDialog, QWidget

from tests.support import gui
from tests.support.gui import (
    cells,
    click,
    find,
    line,
    question,
    table,
    text,
    trigger,
    type_into,
    wait_until,
    window,
    windows,
)
from tests.support.user import add, take_secret
from zcc_keys_gui.ui.history.history_window import HistoryWindow
from zcc_keys_gui.ui.text.history import NO_ACTIVITY


@pytest.fixture
def history(main: QWidget) -> QWidget:
    for name in ("ProdSync", "Nightly"):
        take_secret(main, add(main, name))
    trigger(main, "historyAction")
    return window("historyWindow")


def export(history: QWidget, path: Path) -> None:
    """Choose a file to export to."""
    click(history, "exportHistoryButton")
    dialog = find(history, "exportHistoryDialog", QFileDialog)
    line(dialog, "fileNameEdit").setText(str(path))
    save = find(dialog, "buttonBox", QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)


def test_the_newest_change_is_listed_first(history: QWidget) -> None:
    view = table(history, "historyTable")
    assert cells(view, 2) == ["Secret taken", "Added", "Secret taken", "Added"]
    assert cells(view, 3) == ["Nightly", "Nightly", "ProdSync", "ProdSync"]
    assert all(cells(view, 1))
    assert text(history, "historyCount") == "4 rows"
    assert view.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers


def test_the_list_is_searched_while_the_user_types(history: QWidget) -> None:
    view = table(history, "historyTable")
    type_into(history, "historySearchField", "nightly")
    wait_until(lambda: text(history, "historyCount") == "2 rows")
    assert set(cells(view, 3)) == {"Nightly"}
    type_into(history, "historySearchField", "zz")
    wait_until(lambda: text(history, "historyCount") == "Nothing matches the search.")


def test_ten_megabytes_can_be_pasted_into_the_search(history: QWidget, qapp: QApplication) -> None:
    qapp.clipboard().setText("x" * 10_000_000)
    line(history, "historySearchField").paste()
    wait_until(lambda: text(history, "historyCount") == "Nothing matches the search.")


def test_an_empty_history_says_so(main: QWidget) -> None:
    trigger(main, "historyAction")
    assert text(window("historyWindow"), "historyCount") == NO_ACTIVITY


def test_only_the_rows_that_match_are_exported(history: QWidget, tmp_path: Path) -> None:
    type_into(history, "historySearchField", "nightly")
    wait_until(lambda: text(history, "historyCount") == "2 rows")
    path = tmp_path / "exported.csv"
    export(history, path.with_suffix(""))  # the dialog adds the suffix
    wait_until(lambda: text(history, "historyCount") == f"2 rows exported to {path}")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row[3] for row in csv.reader(file)] == ["Name", "Nightly", "Nightly"]


def test_only_one_export_runs_and_the_focus_stays(history: QWidget, tmp_path: Path) -> None:
    button = find(history, "exportHistoryButton", QAbstractButton)
    button.setFocus()
    assert isinstance(history, HistoryWindow)
    history.export_to(tmp_path / "history.csv")
    click(history, "exportHistoryButton")
    assert history.findChild(QFileDialog) is None
    history.refresh()
    assert text(history, "historyCount") == "Exporting…"
    wait_until(lambda: "4 rows exported" in text(history, "historyCount"))
    assert QApplication.focusWidget() is button


def test_a_failed_export_is_shown_after_the_window_closed(history: QWidget, tmp_path: Path) -> None:
    (tmp_path / "history.csv").mkdir()
    assert isinstance(history, HistoryWindow)
    history.export_to(tmp_path / "history.csv")
    history.close()
    assert "could not be written" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")


def test_closing_the_window_does_not_wait_for_the_export(
    history: QWidget, main: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(history, "_export_rows", lambda *_: go_on.wait(30) and 4)
    assert isinstance(history, HistoryWindow)
    history.export_to(tmp_path / "history.csv")
    click(history, "closeButton")
    assert not history.isVisible()
    trigger(main, "historyAction")
    assert window("historyWindow") is history
    assert table(history, "historyTable").model().rowCount() == 4
    history.close()
    finished: list[int] = []
    history.finished.connect(finished.append)
    go_on.set()
    wait_until(lambda: bool(finished))
    trigger(main, "historyAction")
    assert window("historyWindow") is not history
    window("historyWindow").close()


def test_the_program_waits_for_the_export_at_its_end(history: QWidget, main: QWidget, tmp_path: Path) -> None:
    export(history, tmp_path / "history.csv")
    main.close()
    assert len((tmp_path / "history.csv").read_text(encoding="utf-8-sig").splitlines()) == 5


def test_a_failed_export_is_shown(history: QWidget, tmp_path: Path) -> None:
    export(history, tmp_path / "missing folder" / "history.csv")
    assert "could not be written" in text(question(), "qt_msgbox_label")
    click(question(), "closeButton")
    assert text(history, "historyCount") == "4 rows"


def test_an_export_never_replaces_the_vault(history: QWidget, data_folder: Path) -> None:
    before = (data_folder / "vault.json").read_bytes()
    assert isinstance(history, HistoryWindow)
    for name in ("vault.json", "vault.db", "settings.ini"):
        history.export_to(data_folder / name)
        assert "is one of the vault's own files" in text(question(), "qt_msgbox_label")
        click(question(), "closeButton")
    assert (data_folder / "vault.json").read_bytes() == before


def test_an_export_leaves_other_files_unchanged(history: QWidget, tmp_path: Path) -> None:
    (tmp_path / "history.csv.part").write_text("another file")
    export(history, tmp_path / "history.csv")
    wait_until(lambda: "4 rows exported" in text(history, "historyCount"))
    assert (tmp_path / "history.csv.part").read_text() == "another file"


def test_there_is_one_window_and_escape_closes_it(main: QWidget, history: QWidget) -> None:
    trigger(main, "historyAction")
    assert len(windows("historyWindow")) == 1
    QTest.keyClick(history, Qt.Key.Key_Escape)
    wait_until(lambda: not windows("historyWindow"))
    trigger(main, "historyAction")
    assert window("historyWindow") is not history


def test_every_control_has_a_name_and_is_reached_with_tab(history: QWidget) -> None:
    stops = gui.tab_stops(history)
    for control in gui.controls(history):
        assert control.accessibleName(), control.objectName()
        assert control in stops, control.objectName()
