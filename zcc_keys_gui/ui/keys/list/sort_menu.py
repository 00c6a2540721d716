"""The menu that sorts the list of keys."""

from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from zcc_keys_gui.ui.keys.list.key_model import KeyModel
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.text.keys.commands import SORT_BY


class SortMenu(QMenu):
    """A menu of the columns, in which the one that the table is sorted by is checked."""

    def __init__(self, table: KeyTable, parent: QWidget) -> None:
        """Sort `table`."""
        super().__init__(SORT_BY, parent)
        self.setObjectName("sortMenu")
        self._table = table
        choices = QActionGroup(self)
        for column, heading in enumerate(KeyModel.headings):
            choice = self.addAction(heading, partial(table.sort_by, column))
            choice.setCheckable(True)
            choices.addAction(choice)
        self.aboutToShow.connect(self._check_sorted_column)

    def _check_sorted_column(self) -> None:
        self.actions()[self._table.horizontalHeader().sortIndicatorSection()].setChecked(True)
