"""How the tables of lists look and behave, the same everywhere."""

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QStyleFactory,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named

# This style of Qt's hardly tells a selected row from the others, and paints a bar over the first letter in every cell.
_WINDOWS_11 = "windows11"


def lay_out_list(table: QTableView, widths: Sequence[int]) -> QHeaderView:
    """Make a table show rows that are selected whole and never edited; return its heading.

    `widths` are those of the columns, in digits. Tab leaves the table. Rows don't alternate in colour: among Windows'
    dark colours, Qt has every other row look selected (QTBUG-124563).
    """
    if sys.platform == "win32" and table.style().name() == _WINDOWS_11:
        rows = QStyleFactory.create("fusion")
        rows.setParent(table)
        table.setStyle(rows)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    # A heading asks the model about every selected row to find out whether its column is selected, each time that it is
    # painted: 2 s for 100,000 rows. With a selection of its own, which stays empty, it has nothing to ask.
    header.setSelectionModel(QItemSelectionModel(table.model(), header))
    header.setStretchLastSection(True)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    digit = table.fontMetrics().horizontalAdvance("0")
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width * digit)
    return header


class ListTable(QTableView):
    """A table with a word in its middle while it is empty."""

    def __init__(self) -> None:
        """Start without a word."""
        super().__init__()
        self.empty_hint = EmptyHint(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the word in the middle, below the headings."""
        super().resizeEvent(event)
        self.empty_hint.setGeometry(self.rect().adjusted(0, self.horizontalHeader().height(), 0, 0))


class EmptyHint(QWidget):
    """Says in the middle of an empty table what to do next, with a button that does it."""

    def __init__(self, table: QTableView) -> None:
        """Lie over `table`, and stay hidden until there is something to say."""
        # Not in the table's viewport: asking for it makes PySide load every kind of widget, before the first paint.
        super().__init__(table)
        self.setObjectName("emptyHint")
        self._text = named(Label(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), "emptyHintText")
        self._button = named(QPushButton(autoDefault=False), "emptyHintButton")
        self._button.clicked.connect(self._do)
        self._act: Callable[[], object] = lambda: None
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._text)
        layout.addSpacing(8)
        layout.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        self.hide()

    def show_text(self, text: str, button: str = "", act: Callable[[], object] = lambda: None) -> None:
        """Show a text and, where there is something to do, a button."""
        self._text.setText(text)
        self._button.setVisible(bool(button))
        self._button.setText(button)
        self._button.setAccessibleName(button.replace("&", ""))
        self._act = act
        self.show()

    def _do(self) -> None:
        self._act()
