"""The table of keys."""

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, Qt, QThreadPool, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.queries import KeyQuery
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.application.former_settings import Columns
from zcc_keys_gui.ui.keys.key_model import KeyModel
from zcc_keys_gui.ui.keys.selected_rows import SelectedRows, Span, spans_of
from zcc_keys_gui.ui.widgets.lists.list_table import ListTable, lay_out_list
from zcc_keys_gui.ui.widgets.naming import named

MAX_FOLLOWED = 200  # selected keys that are looked at whenever the selection changes, which has to be quick
_NARROWEST, _WIDEST = 8, 10_000  # pixels
_FEW_OF_MANY = 8  # keys that are found within a frame in a list of any length
_MANY = 10_000  # rows that are gone through within a frame
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
        self._known: dict[int, ApiKey] = {}  # of the selected rows that were looked at, by row
        self._search: BackgroundTask | None = None
        for moved in (model.modelReset, model.layoutChanged, model.dataChanged):
            moved.connect(self._forget_known)
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
        """Return the selected keys from top to bottom; if they are more than `limit`, some of the first."""
        selected = self.selected()
        # Rows from all over the list take some milliseconds each.
        spans = selected.spans if limit is None or selected.count <= limit else selected.spans[:_FEW_OF_MANY]
        rows = islice(chain.from_iterable(range(first, last + 1) for first, last in spans), limit)
        # A user who adds to a selection row by row has read the others already.
        found = {row: key for row in rows if (key := self._known.get(row) or self._model.key_at(row)) is not None}
        self._known = found
        return list(found.values())

    def selected(self) -> SelectedRows:
        """Return which rows are selected."""
        selection = self.selectionModel().selection()
        ranges = map(selection.at, range(selection.count()))
        return self._model.selected((each.top(), each.bottom()) for each in ranges)

    def selected_rows(self) -> int:
        """Return how many rows are selected."""
        return self.selected().count

    def select(self, client_ids: Sequence[str]) -> None:
        """Select these keys where they are in the list; scroll to the first if none is seen. Raises `VaultError`.

        Many keys are looked for in another thread, and selected unless the user selects others meanwhile.
        """
        if len(client_ids) <= _FEW_OF_MANY or self._model.rowCount() <= _MANY:
            self.select_spans(tuple(spans_of(self._model.rows_of(client_ids))))
            return
        self.clearSelection()
        listing, query = self._model.listing, self._model.query
        self._search = BackgroundTask(lambda: (query, _keys_by_row(listing, query, client_ids)))
        self._search.done.connect(self._take_found)
        self._search.start(QThreadPool.globalInstance())

    def _take_found(self, found: tuple[KeyQuery, dict[int, ApiKey]]) -> None:
        query, keys = found
        if self.sender() is self._search and query == self._model.query and not self.selectionModel().hasSelection():
            self._known = keys
            self.select_spans(tuple(spans_of(keys)))

    def select_spans(self, spans: Sequence[Span]) -> None:
        """Select these rows, in ascending order; scroll to the first if none is seen."""
        flags, selection = QItemSelectionModel.SelectionFlag, QItemSelection()
        last_column = self._model.columnCount() - 1
        for first, last in spans:
            # Not `select`, which compares each span with all others.
            selection.append(QItemSelectionRange(self._model.index(first, 0), self._model.index(last, last_column)))
        if spans:
            seen = self._seen(spans)
            # One in the middle, since those at the edges may be seen in part, and the current row is scrolled to.
            current = self._model.index(seen[len(seen) // 2] if seen else spans[0][0], 0)
            self.selectionModel().setCurrentIndex(current, flags.NoUpdate)
            if not seen:
                self.scrollTo(current)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def _seen(self, spans: Iterable[Span]) -> list[int]:
        """Return the rows of these spans that are seen now."""
        top, bottom = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        bottom = self._model.rowCount() - 1 if bottom < 0 else bottom
        return [row for first, last in spans for row in range(max(first, top), min(last, bottom) + 1)]

    def _forget_known(self) -> None:
        self._known = {}

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take Enter for "edit"; an item view's own signal for it also comes from a single click on some systems."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selectionModel().hasSelection():
            self.edit_wanted.emit()
        else:
            super().keyPressEvent(event)


def _keys_by_row(listing: KeyListing, query: KeyQuery, client_ids: Sequence[str]) -> dict[int, ApiKey]:
    """Return the keys with these client IDs by their row in the answer, from top to bottom; none while rows may move.

    Slow. Raises `VaultError`, `InterruptedError`.
    """
    if listing.is_slow(query):
        return {}
    numbers = set(listing.numbers(client_ids))
    rows = {row: number for row, number in enumerate(listing.ids(query)) if number in numbers}
    keys = listing.page_of(list(rows.values()))
    return dict(zip(rows, keys, strict=True)) if len(keys) == len(rows) else {}
