"""The table of keys."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.application.former_settings import Columns
from zcc_keys_gui.ui.keys.list.key_model import KeyModel
from zcc_keys_gui.ui.keys.list.selected_rows import SelectedRows, Span, spans_of
from zcc_keys_gui.ui.text.keys.key_list import API_KEYS
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.lists.list_table import ListTable, lay_out_list
from zcc_keys_gui.ui.widgets.naming import name_widget

_MIN_COLUMN_WIDTH_PIXELS, _MAX_COLUMN_WIDTH_PIXELS = 8, 10_000
_MAX_QUICK_KEYS = 8  # keys that are found within a frame in a list of any length
_MAX_QUICK_ROWS = 10_000  # rows in which any number of keys is found within a frame
_COLUMN_WIDTHS_DIGITS = (22, 39, 13, 9, 18, 14, 16)


class KeyTable(ListTable):
    """A table that shows a `KeyModel`; several rows can be selected.

    `edit_requested` is emitted if the user presses Enter or double-clicks a row.
    """

    edit_requested = Signal()
    selection_changed = Signal()

    def __init__(self, model: KeyModel) -> None:
        """Show `model`."""
        super().__init__()
        name_widget(self, "keyTable", API_KEYS)
        self._model = model
        self._selected_keys: dict[int, ApiKey] = {}
        """Selected keys that were read already, by row."""
        self._key_search = BackgroundWork(self)
        for rows_changed in (model.modelReset, model.layoutChanged, model.dataChanged):
            rows_changed.connect(self._forget_selected_keys)
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = lay_out_list(self, _COLUMN_WIDTHS_DIGITS)
        header.setSectionsMovable(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.doubleClicked.connect(lambda _: self.edit_requested.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.selection_changed.emit())

    def columns(self) -> Columns:
        """Return the order, widths and sorting of the columns."""
        header, numbers = self.horizontalHeader(), range(len(_COLUMN_WIDTHS_DIGITS))
        return Columns(
            tuple(map(header.logicalIndex, numbers)),
            tuple(map(self.columnWidth, numbers)),
            header.sortIndicatorSection(),
            header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
        )

    def show_columns(self, columns: Columns) -> None:
        """Show the columns as this or another version of the program saved them.

        Columns that the other version did not have come last. Columns that this version does not have are ignored, and
        so are widths that fit no screen.
        """
        numbers, header = range(len(_COLUMN_WIDTHS_DIGITS)), self.horizontalHeader()
        # A version with fewer columns may have stretched its last one.
        widths = columns.widths if len(columns.widths) >= len(numbers) else columns.widths[:-1]
        for column, width in enumerate(widths):
            if column in numbers and _MIN_COLUMN_WIDTH_PIXELS <= width <= _MAX_COLUMN_WIDTH_PIXELS:
                self.setColumnWidth(column, width)
        for position, column in enumerate(dict.fromkeys(each for each in columns.order if each in numbers)):
            header.moveSection(header.visualIndex(column), position)
        if columns.sort_column in numbers:
            orders = Qt.SortOrder
            self.sortByColumn(
                columns.sort_column, orders.DescendingOrder if columns.is_descending else orders.AscendingOrder
            )

    def selected_keys(self, limit: int | None = None) -> list[ApiKey]:
        """Return the selected keys from top to bottom; if there are more than `limit`, only some of the first."""
        selected = self.selected_rows()
        # Reading rows from all over the list takes some milliseconds for each.
        spans = selected.spans if limit is None or selected.count <= limit else selected.spans[:_MAX_QUICK_KEYS]
        rows = islice(chain.from_iterable(range(first, last + 1) for first, last in spans), limit)
        # If the user adds to a selection row by row, the other rows were read before.
        keys = ((row, self._selected_keys.get(row) or self._model.key_at(row)) for row in rows)
        self._selected_keys = {row: key for row, key in keys if key is not None}
        return list(self._selected_keys.values())

    def selected_rows(self) -> SelectedRows:
        """Return which rows are selected."""
        selection = self.selectionModel().selection()
        ranges = map(selection.at, range(selection.count()))
        return self._model.selected((each.top(), each.bottom()) for each in ranges)

    def select_keys(self, client_ids: Sequence[str]) -> None:
        """Select these keys if they are in the list; if none is in view, scroll to the first. Raises `VaultError`.

        Many keys are searched for in another thread. They stay unselected if the user selects others meanwhile.
        """
        if len(client_ids) <= _MAX_QUICK_KEYS or self._model.rowCount() <= _MAX_QUICK_ROWS:
            self.select_spans(tuple(spans_of(self._model.rows_of(client_ids))))
            return
        self.clearSelection()
        listing, query = self._model.listing, self._model.query
        self._key_search.start(
            lambda: (query, _keys_by_row(listing, query, client_ids)), self._select_found_keys, self._ignore_failure
        )

    def select_spans(self, spans: Sequence[Span]) -> None:
        """Select the rows of these spans, which are in ascending order; if none is in view, scroll to the first."""
        flags, selection = QItemSelectionModel.SelectionFlag, QItemSelection()
        last_column = self._model.columnCount() - 1
        for first, last in spans:
            # `QItemSelection.select` would compare each span with all others.
            selection.append(QItemSelectionRange(self._model.index(first, 0), self._model.index(last, last_column)))
        if spans:
            visible = self._visible_rows(spans)
            # The view scrolls to the current row. The first and the last row in view may be cut off, so take one
            # between them.
            current = self._model.index(visible[len(visible) // 2] if visible else spans[0][0], 0)
            self.selectionModel().setCurrentIndex(current, flags.NoUpdate)
            if not visible:
                self.scrollTo(current)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def widen_column(self, column: int, text: str) -> None:
        """Widen a column if `text` does not fit in it."""
        width = self.fontMetrics().horizontalAdvance(f"{text}00")
        if self.columnWidth(column) < width:
            self.setColumnWidth(column, width)

    def sort_by(self, column: int) -> None:
        """Sort by a column, as a click on its heading does: a second time, in descending order."""
        header, orders = self.horizontalHeader(), Qt.SortOrder
        again = header.sortIndicatorSection() == column and header.sortIndicatorOrder() == orders.AscendingOrder
        self.sortByColumn(column, orders.DescendingOrder if again else orders.AscendingOrder)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Enter edit the selected key; on some systems, Qt's `activated` also comes from a single click."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selectionModel().hasSelection():
            self.edit_requested.emit()
        else:
            super().keyPressEvent(event)

    def _select_found_keys(self, found: tuple[KeyQuery, dict[int, ApiKey]]) -> None:
        query, keys = found
        if query == self._model.query and not self.selectionModel().hasSelection():
            self._selected_keys = keys
            self.select_spans(tuple(spans_of(keys)))

    def _ignore_failure(self, _: Exception) -> None:
        """Leave the keys unselected; reading the rows reports a damaged vault."""

    def _visible_rows(self, spans: Iterable[Span]) -> list[int]:
        """Return the rows of these spans that are in view."""
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        bottom = self._model.rowCount() - 1 if bottom < 0 else bottom
        return [row for first, last in spans for row in range(max(first, top), min(last, bottom) + 1)]

    def _forget_selected_keys(self) -> None:
        self._selected_keys = {}


def _keys_by_row(listing: KeyListing, query: KeyQuery, client_ids: Sequence[str]) -> dict[int, ApiKey]:
    """Return the keys with these client IDs by their row in the answer to `query`, in ascending order.

    Return none if the query is slow: other changes may move its rows meanwhile. This is slow: call it in another
    thread. Raises `VaultError`, `InterruptedError`.
    """
    if listing.is_slow(query):
        return {}
    numbers = set(listing.numbers(client_ids))
    rows = {row: number for row, number in enumerate(listing.ids(query)) if number in numbers}
    keys = listing.page_of(list(rows.values()))
    return dict(zip(rows, keys, strict=True)) if len(keys) == len(rows) else {}
