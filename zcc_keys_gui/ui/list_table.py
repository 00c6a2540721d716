"""How the tables of lists look and behave, the same everywhere."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleFactory, QTableView

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
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    digit = table.fontMetrics().horizontalAdvance("0")
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width * digit)
    return header
