"""A table model over a listing of any length that holds only the rows around those that are looked at."""

from abc import abstractmethod
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)

from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.widgets.label import plain_tool_tip

_WINDOW = 128  # rows; loading them takes a quarter of a frame
# Qt asks each cell that it paints for a dozen more roles; it hands them over as plain numbers.
_SHOWN_ROLES = (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole))
Index = QModelIndex | QPersistentModelIndex


class PagedModel(QAbstractTableModel):
    """Shows the answer to one query. Slow queries are answered in the background; until then the rows stay.

    `answered` tells that the rows are those of the latest query; `failed` carries the error of one that was not;
    `renewed` tells that the same query was answered anew, see `renew`.
    """

    answered = Signal()
    renewed = Signal()
    failed = Signal(object)
    headings: Sequence[str] = ()

    def __init__(self, listing: Listing[Any, Any], query: object, parent: QObject) -> None:
        """Show the rows of `listing` that match `query`."""
        super().__init__(parent)
        self._listing = listing
        self._query = query
        self._answered_query = query
        self._count = 0
        self._ids: array[int] | None = None
        self._loaded_rows: Sequence[Any] = ()
        self._loaded_start = self._loaded_end = 0
        self._latest: BackgroundTask | None = None
        self._is_outdated = False
        self._has_told = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    @abstractmethod
    def text(self, row: Any, column: int) -> str:
        """Return what a row shows in a column."""

    def tool_tip(self, row: Any, column: int) -> str:
        """Return what is said where the mouse rests on a cell: its text, which may be cut off."""
        return self.text(row, column)

    @property
    def query(self) -> Any:
        """The latest query."""
        return self._query

    @property
    def is_answered(self) -> bool:
        """Whether the rows are those of the latest query."""
        return self._latest is None

    def ask(self, query: object) -> None:
        """Show the rows that match another query, or the same one anew after a change."""
        self._query = query
        self._drop_latest()
        try:
            if self._listing.is_slow(query):
                self._find_ids(query, self._take_ids, self._take_failure)
            else:
                self._answer(self._listing.count(query), ids=None)
        except VaultClosedError:
            pass
        except ZccKeysError as error:
            self.failed.emit(error)

    def renew(self) -> None:
        """Show what came since the rows were found, as far as they were found by `ids`; selection and place stay.

        A query under way is answered first: else a slow one would never be, where something comes all the time. What
        goes wrong is not told: the next query will.
        """
        self._is_outdated = self._latest is not None
        if self._latest is None and self._ids is not None:
            self._find_ids(self._query, self._take_newer_ids, self._forget_failure)

    def row_at(self, number: int) -> Any | None:
        """Return a row, or None where it is gone."""
        if not self._loaded_start <= number < self._loaded_end:
            self._load(max(0, number - _WINDOW // 4))
        position = number - self._loaded_start
        return self._loaded_rows[position] if position < len(self._loaded_rows) else None

    def stop(self) -> None:
        """End what is under way and show nothing more; to be called before the listing is closed."""
        self._drop_latest()
        self._pool.waitForDone()
        self._show(0, ids=None)

    # --- QAbstractTableModel ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows match."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows.

        It never raises, nor does anything else that Qt asks a model: an exception in the middle of Qt's own work ends
        the program.
        """
        if role not in _SHOWN_ROLES or not index.isValid():
            return None
        try:
            return self._shown(index.row(), index.column(), role)
        except Exception as error:  # noqa: BLE001  told, once for these rows
            self._report_unexpected(error)
            return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a column's heading."""
        is_heading = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.headings[section] if is_heading and 0 <= section < len(self.headings) else None

    # ---

    def _shown(self, number: int, column: int, role: int) -> str | None:
        row = self.row_at(number)
        if row is None or not 0 <= column < len(self.headings):
            return None
        return self.text(row, column) if role == _SHOWN_ROLES[0] else plain_tool_tip(self.tool_tip(row, column))

    def _report_unexpected(self, error: Exception) -> None:
        if not self._has_told:
            self._has_told = True
            QTimer.singleShot(0, self, lambda: self.failed.emit(error))  # not in the middle of painting

    def _find_ids(self, query: object, take: Callable[["array[int]"], None], fail: Callable[[Exception], None]) -> None:
        task = BackgroundTask(lambda: self._ids_of(query))
        task.done.connect(take)
        task.failed.connect(fail)
        self._latest = task
        task.start(self._pool)

    def _ids_of(self, query: object) -> "array[int]":
        if query is not self._query:  # another key was pressed before this one's turn came
            raise InterruptedError
        return self._listing.ids(query)

    def _take_ids(self, ids: "array[int]") -> None:
        if self.sender() is self._latest:
            self._latest = None
            self._answer(len(ids), ids)

    def _take_newer_ids(self, ids: "array[int]") -> None:
        if self.sender() is self._latest:
            self._latest = None
            self._replace_ids(ids)
            self.renewed.emit()
            self._renew_again()

    def _forget_failure(self, _: Exception) -> None:
        if self.sender() is self._latest:
            self._latest = None

    def _renew_again(self) -> None:
        if self._is_outdated:
            self.renew()

    def _replace_ids(self, ids: "array[int]") -> None:
        """Show these rows in place of those that are shown, with as little stir as there can be."""
        self._show(len(ids), ids)

    def _take_failure(self, error: Exception) -> None:
        if self.sender() is self._latest:
            self._latest = None
            self.failed.emit(error)

    def _drop_latest(self) -> None:
        if self._latest is not None:
            self._latest = None
            self._listing.interrupt()

    def _answer(self, count: int, ids: "array[int] | None") -> None:
        self._show(count, ids)
        self.answered.emit()
        self._renew_again()

    def _show(self, count: int, ids: "array[int] | None") -> None:
        self.beginResetModel()
        self._answered_query = self._query
        self._set_rows(count, ids)
        self.endResetModel()

    def _set_rows(self, count: int, ids: "array[int] | None") -> None:
        """Have these rows from now on, and load what is looked at anew."""
        self._count, self._ids = count, ids
        self._has_told = False
        self._loaded_rows, self._loaded_start, self._loaded_end = (), 0, 0

    def _load(self, start: int) -> None:
        self._loaded_start, self._loaded_end = start, start + _WINDOW
        try:
            if self._ids is None:
                self._loaded_rows = self._listing.page(self._answered_query, start, _WINDOW)
            else:
                self._loaded_rows = self._listing.page_of(self._ids[start : start + _WINDOW])
        except VaultClosedError:
            self._loaded_rows = ()
        except ZccKeysError as error:
            self._loaded_rows = ()
            self.failed.emit(error)
