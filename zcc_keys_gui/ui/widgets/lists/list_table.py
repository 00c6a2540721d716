"""The look and behavior that all tables share."""

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
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text

# In this Qt style, a selected row hardly differs from the others, and a bar covers the first letter of every cell.
_WINDOWS_11_STYLE = "windows11"


def lay_out_list(table: QTableView, column_widths_digits: Sequence[int]) -> QHeaderView:
    """Let a table select whole rows, which can't be edited. Return its heading.

    Tab leaves the table. The rows don't alternate in color, because with Windows' dark colors Qt makes every second row
    look selected (QTBUG-124563).
    """
    if sys.platform == "win32" and table.style().name() == _WINDOWS_11_STYLE:
        fusion = QStyleFactory.create("fusion")
        fusion.setParent(table)
        table.setStyle(fusion)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    # To find out whether its column is selected, a heading asks the model about every selected row each time that it
    # is painted. This takes 2 s for 100,000 rows. A separate selection model, which stays empty, prevents it.
    header.setSelectionModel(QItemSelectionModel(table.model(), header))
    header.setStretchLastSection(True)
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    digit_width = table.fontMetrics().horizontalAdvance("0")
    for column, width in enumerate(column_widths_digits):
        table.setColumnWidth(column, width * digit_width)
    return header


class ListTable(QTableView):
    """A table that can show a hint while it is empty."""

    def __init__(self) -> None:
        """Start without a hint."""
        super().__init__()
        self.empty_hint = EmptyHint(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the hint in the middle, below the headings."""
        super().resizeEvent(event)
        self.empty_hint.setGeometry(self.rect().adjusted(0, self.horizontalHeader().height(), 0, 0))


class EmptyHint(QWidget):
    """A text in the middle of an empty table, with a button for what to do next."""

    def __init__(self, table: QTableView) -> None:
        """Cover `table`, and stay hidden until there is a text."""
        # Not a child of the table's viewport: asking for the viewport makes PySide load every kind of widget before
        # the first window is painted.
        super().__init__(table)
        self.setObjectName("emptyHint")
        self._text = name_widget(Label(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), "emptyHintText")
        self._button = name_widget(QPushButton(autoDefault=False), "emptyHintButton")
        self._button.clicked.connect(self._call_action)
        self._action: Callable[[], object] = lambda: None
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(self._text)
        layout.addSpacing(8)
        layout.addWidget(self._button, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(3)
        self.hide()

    def show_text(self, text: str, button_text: str = "", action: Callable[[], object] = lambda: None) -> None:
        """Show `text`, and a button that calls `action` if it has a text."""
        self._text.setText(text)
        self._button.setVisible(bool(button_text))
        self._button.setText(button_text)
        self._button.setAccessibleName(plain_text(button_text))
        self._action = action
        self.show()

    def _call_action(self) -> None:
        self._action()
