"""Every window shows texts from files, programs and organizations literally."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QTableView, QWidget

import zcc_keys_gui
from tests.support.gui import find, text
from tests.ui.every_window import AT_START, FOLDER, FROM_MAIN, MARKUP, opened
from zcc_keys_gui.ui.widgets.label import Label, plain_tool_tip


def rich_texts() -> list[str]:
    """Return the texts of all labels in all windows that Qt may take for rich text."""
    labels = [widget for widget in QApplication.allWidgets() if isinstance(widget, QLabel)]
    labels = [label for label in labels if not isinstance(label.window(), QFileDialog)]  # those are Qt's own
    assert labels
    return [label.text() for label in labels if label.text() and label.textFormat() != Qt.TextFormat.PlainText]


def tool_tips(window: QWidget) -> list[str]:
    """Return all tooltips of a window and of the cells of its tables."""
    found = [each.toolTip() for each in (window, *window.findChildren(QWidget))]
    for view in window.findChildren(QTableView):
        model = view.model()
        assert isinstance(model, QAbstractItemModel)
        cells = (model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount()))
        found += [str(cell.data(Qt.ItemDataRole.ToolTipRole) or "") for cell in cells if cell != QModelIndex()]
    return found


@pytest.mark.parametrize("name", FROM_MAIN)
def test_no_window_shows_rich_text(qapp: QApplication, name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path) as shown:
        assert rich_texts() == []
        assert [tip for tip in tool_tips(shown) if "<img" in tip] == []


@pytest.mark.parametrize("name", AT_START)
def test_no_window_at_start_shows_rich_text(no_keystore: None, qapp: QApplication, name: str, tmp_path: Path) -> None:
    with opened(name, tmp_path):
        assert rich_texts() == []


def test_the_name_of_a_backup_program_is_shown_literally(qapp: QApplication, tmp_path: Path) -> None:
    with opened("restore", tmp_path) as dialog:
        assert MARKUP in text(dialog, "contentsLabel")
        assert find(dialog, "contentsLabel", QLabel).textFormat() == Qt.TextFormat.PlainText


def test_the_name_of_a_folder_is_shown_literally(no_keystore: None, qapp: QApplication, tmp_path: Path) -> None:
    with opened("create vault", tmp_path) as dialog:
        texts = "".join(label.text() for label in dialog.findChildren(QLabel)).replace("\u200b", "")
        assert f"{FOLDER}/data" in texts.replace("\\", "/")


def test_only_these_modules_use_labels_and_boxes_of_qt() -> None:
    folder = Path(zcc_keys_gui.__file__).parent
    used = {path.name for path in folder.rglob("*.py") if re.search(r"\bQLabel\b", path.read_text(encoding="utf-8"))}
    assert used == {"label.py"}
    boxes = {path.name for path in folder.rglob("*.py") if re.search(r"\bQMessageBox\(", path.read_text("utf-8"))}
    assert boxes == {"messages.py", "start_message.py"}


def test_a_label_is_plain_text(qapp: QApplication) -> None:
    label = Label(MARKUP, wordWrap=True)
    assert (label.text(), label.textFormat(), label.wordWrap()) == (MARKUP, Qt.TextFormat.PlainText, True)


@pytest.mark.parametrize("tip", [MARKUP, "a < b", "&lt;b>", "plain"])
def test_a_tooltip_shows_its_text(qapp: QApplication, tip: str) -> None:
    label = QLabel(plain_tool_tip(tip))  # Qt shows a tooltip with such a label
    label.adjustSize()
    assert "<img" not in label.text()
    label.deleteLater()
