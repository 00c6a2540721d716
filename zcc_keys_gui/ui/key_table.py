"""The table of keys."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice

from PySide6.QtCore import QByteArray, QItemSelection, QItemSelectionModel, QItemSelectionRange, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.ui.key_model import KeyModel
from zcc_keys_gui.ui.list_table import ListTable, lay_out_list
from zcc_keys_gui.ui.naming import named

MOST_FOLLOWED = 1_000  # selected keys that are looked at whenever the selection changes
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

    def restore_columns(self, state: QByteArray, number: int) -> None:
        """Show the columns as they were saved by a program that had so many; newer ones come last, as wide as at first.

        What is no saved state changes nothing.
        """
        if self.horizontalHeader().restoreState(state):
            digit = self.fontMetrics().horizontalAdvance("0")
            for column in range(number - 1, len(_WIDTHS)) if number < len(_WIDTHS) else ():
                self.setColumnWidth(column, _WIDTHS[column] * digit)  # the last one may have been stretched

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
