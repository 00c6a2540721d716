"""The table of keys."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.ui.former_settings import Columns
from zcc_keys_gui.ui.key_model import KeyModel
from zcc_keys_gui.ui.list_table import ListTable, lay_out_list
from zcc_keys_gui.ui.naming import named

MOST_FOLLOWED = 1_000  # selected keys that are looked at whenever the selection changes
_NARROWEST, _WIDEST = 8, 10_000  # pixels
_WIDTHS = (22, 39, 13, 9, 18, 14, 16)  # of the columns, in digits


class KeyTable(ListTable):
    """Shows a `KeyModel`; several rows can be selected."""

    edit_wanted = Signal()
    selection_changed = Signal()

    def __init__(self, model: KeyModel) -> None:
        """Show `model`."""
        super().__init__()
        named(self, "keyTable", "API keys")
        self._model = model
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = lay_out_list(self, _WIDTHS)
        header.setSectionsMovable(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda _: self.edit_wanted.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def columns(self) -> Columns:
        """Return how the columns are shown."""
        header, numbers = self.horizontalHeader(), range(len(_WIDTHS))
        return Columns(
            tuple(map(header.logicalIndex, numbers)),
            tuple(map(self.columnWidth, numbers)),
            header.sortIndicatorSection(),
            header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
        )

    def show_columns(self, columns: Columns) -> None:
        """Show the columns as they were saved, by this or another version; what it did not know comes last.

        Columns that this version does not have, and widths that no screen has, are ignored.
        """
        numbers, header = range(len(_WIDTHS)), self.horizontalHeader()
        # The last one of a version that had fewer may have been stretched.
        known = len(_WIDTHS) if len(columns.widths) >= len(_WIDTHS) else len(columns.widths) - 1
        for column, width in list(enumerate(columns.widths))[: max(known, 0)]:
            if column in numbers and _NARROWEST <= width <= _WIDEST:
                self.setColumnWidth(column, width)
        for place, column in enumerate(dict.fromkeys(each for each in columns.order if each in numbers)):
            header.moveSection(header.visualIndex(column), place)
        if columns.sort in numbers:
            orders = Qt.SortOrder
            self.sortByColumn(columns.sort, orders.DescendingOrder if columns.is_descending else orders.AscendingOrder)

    def selected_keys(self, limit: int | None = None) -> list[ApiKey]:
        """Return the selected keys, or the first `limit` of them, from top to bottom."""
        spans = sorted((span.top(), span.bottom() + 1) for span in self._selection())
        rows = islice(chain.from_iterable(range(*span) for span in spans), limit)
        return [key for key in map(self._model.key_at, rows) if key is not None]

    def selected_rows(self) -> int:
        """Return how many rows are selected."""
        return sum(span.height() for span in self._selection())

    def select(self, client_ids: Sequence[str]) -> None:
        """Select these keys where they are in the list; scroll to the first if none is seen. Raises `VaultError`."""
        rows = self._model.rows_of(client_ids)
        selection = QItemSelection()
        for top, bottom in _spans(rows):
            selection.select(self._model.index(top, 0), self._model.index(bottom, self._model.columnCount() - 1))
        flags = QItemSelectionModel.SelectionFlag
        if rows:
            top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
            seen = [row for row in rows if top <= row and (row <= bottom or bottom < 0)]
            # One in the middle, since those at the edges may be seen in part, and the current row is scrolled to.
            current = self._model.index(seen[len(seen) // 2] if seen else rows[0], 0)
            self.selectionModel().setCurrentIndex(current, flags.NoUpdate)
            if not seen:
                self.scrollTo(current)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def make_room(self, column: int, text: str) -> None:
        """Widen a column where it is too narrow for a text."""
        wanted = self.fontMetrics().horizontalAdvance(f"{text}00")
        if self.columnWidth(column) < wanted:
            self.setColumnWidth(column, wanted)

    def sort_by(self, column: int) -> None:
        """Sort by a column; by the one that it is sorted by, the other way round, as a click on its heading does."""
        header, orders = self.horizontalHeader(), Qt.SortOrder
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == orders.AscendingOrder
        self.sortByColumn(column, orders.DescendingOrder if again else orders.AscendingOrder)

    def _selection(self) -> list[QItemSelectionRange]:
        selection = self.selectionModel().selection()
        return [selection.at(number) for number in range(selection.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for "edit"; an item view's own signal for it also comes from a single click on some systems."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selectionModel().hasSelection():
            self.edit_wanted.emit()
        else:
            super().keyPressEvent(event)


def _spans(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each run of neighbours; `rows` rise."""
    for _, run in groupby(enumerate(rows), lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        yield numbers[0], numbers[-1]
