"""How the tables of lists look and behave, the same everywhere."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView


def lay_out_list(table: QTableView, widths: Sequence[int]) -> QHeaderView:
    """Make a table show rows that are selected whole and never edited; return its heading.

    `widths` are those of the columns, in digits. Tab leaves the table.
    """
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setStretchLastSection(True)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    digit = table.fontMetrics().horizontalAdvance("0")
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width * digit)
    return header
