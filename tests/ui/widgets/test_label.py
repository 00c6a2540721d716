"""Texts from files, programs and organizations are shown as they are, in every window."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QTableView, QWidget

import zcc_keys_gui
from tests.support.gui import find, text
from tests.ui.every_window import AT_START, FOLDER, FROM_MAIN, MARKUP, opened
from zcc_keys_gui.ui.widgets.label import Label, plain_tool_tip


def rich_labels() -> list[str]:
    """Return the texts of all labels that Qt may take for rich text, in whatever window."""
    labels = [widget for widget in QApplication.allWidgets() if isinstance(widget, QLabel)]
    labels = [label for label in labels if not isinstance(label.window(), QFileDialog)]  # Qt's, with words of its own
    assert labels
    return [label.text() for label in labels if label.text() and label.textFormat() != Qt.TextFormat.PlainText]


def tips(window: QWidget) -> list[str]:
    """Return all tool tips of a window, and of the cells and headings of its tables."""
    found = [each.toolTip() for each in (window, *window.findChildren(QWidget))]
    for view in window.findChildren(QTableView):
        model = view.model()
        assert isinstance(model, QAbstractItemModel)
        cells = (model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount()))
        found += [str(cell.data(Qt.ItemDataRole.ToolTipRole) or "") for cell in cells if cell != QModelIndex()]
    return found


@pytest.mark.parametrize("name", FROM_MAIN)
def test_no_label_of_a_window_shows_rich_text(qapp: QApplication, name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as shown:
        assert rich_labels() == []
        assert [tip for tip in tips(shown) if "<img" in tip] == []


@pytest.mark.parametrize("name", AT_START)
def test_no_label_of_a_start_shows_rich_text(no_keystore: None, qapp: QApplication, name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path):
        assert rich_labels() == []


def test_what_wrote_a_backup_is_shown_as_it_calls_itself(qapp: QApplication, tmp_path: Path) -> None:
    with opened("restore", tmp_path) as dialog:
        assert MARKUP in text(dialog, "contentsLabel")
        assert find(dialog, "contentsLabel", QLabel).textFormat() == Qt.TextFormat.PlainText


def test_a_folder_is_shown_by_its_name(no_keystore: None, qapp: QApplication, tmp_path: Path) -> None:
    with opened("create vault", tmp_path) as dialog:
        said = "".join(label.text() for label in dialog.findChildren(QLabel)).replace("\u200b", "")
        assert f"{FOLDER}/data" in said.replace("\\", "/")


def test_no_other_module_makes_a_label_of_its_own() -> None:
    folder = Path(zcc_keys_gui.__file__).parent
    used = {path.name for path in folder.rglob("*.py") if re.search(r"\bQLabel\b", path.read_text(encoding="utf-8"))}
    assert used == {"label.py"}
    boxes = {path.name for path in folder.rglob("*.py") if re.search(r"\bQMessageBox\(", path.read_text("utf-8"))}
    assert boxes == {"messages.py", "start_message.py"}


def test_a_label_is_plain_before_it_has_its_text(qapp: QApplication) -> None:
    label = Label(MARKUP, wordWrap=True)
    assert (label.text(), label.textFormat(), label.wordWrap()) == (MARKUP, Qt.TextFormat.PlainText, True)


@pytest.mark.parametrize("tip", [MARKUP, "a < b", "&lt;b>", "plain"])
def test_a_tool_tip_shows_its_text(qapp: QApplication, tip: str) -> None:
    label = QLabel(plain_tool_tip(tip))  # a tool tip is such a label
    label.adjustSize()
    assert "<img" not in label.text()
    label.deleteLater()
