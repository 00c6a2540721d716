"""A table model for a list of any length that loads only the rows near those that are shown."""

from abc import abstractmethod
from array import array
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QThreadPool, Signal

from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.application.background import BackgroundTask
from zcc_keys_gui.ui.widgets.label import plain_tool_tip

_PAGE_SIZE = 128  # rows; loading them takes a quarter of a frame
# Qt asks each cell that it paints for a dozen other roles, and passes each of them as a plain number.
_SHOWN_ROLES = (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole))
Index = QModelIndex | QPersistentModelIndex


class PagedModel(QAbstractTableModel):
    """The rows that match a query. A slow query runs in the background, and the previous rows stay until it ends.

    `answered`: the rows are now those of the latest query. `renewed`: the same query was answered again, see `renew`.
    `failed` carries the error of a query.
    """

    answered = Signal()
    renewed = Signal()
    failed = Signal(object)
    _unexpected = Signal(object)
    headings: Sequence[str] = ()

    def __init__(self, listing: Listing[Any, Any], query: object, parent: QObject) -> None:
        """Show no rows of `listing` until `ask` is called; `query` is what `query` returns until then."""
        super().__init__(parent)
        self._listing = listing
        self._query = query
        self._answered_query = query
        self._count = 0
        self._ids: array[int] | None = None
        """The number of each row in the vault if the query is a slow one."""
        self._loaded_rows: Sequence[Any] = ()
        self._loaded_start = self._loaded_end = 0
        self._running: BackgroundTask | None = None
        self._is_outdated = False
        self._has_reported = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        # Queued, because the error may come while Qt paints, and a message box must not open then.
        self._unexpected.connect(self.failed, Qt.ConnectionType.QueuedConnection)

    @abstractmethod
    def text(self, row: Any, column: int) -> str:
        """Return the text of a cell."""

    def tool_tip(self, row: Any, column: int) -> str:
        """Return the tooltip of a cell. By default it is the cell's text, which may be cut off."""
        return self.text(row, column)

    @property
    def query(self) -> Any:
        """The latest query."""
        return self._query

    @property
    def is_answered(self) -> bool:
        """Whether the rows are those of the latest query."""
        return self._running is None

    def ask(self, query: object) -> None:
        """Show the rows that match `query`, which may be the same one as before."""
        self._query = query
        self._drop_running()
        try:
            if self._listing.is_slow(query):
                self._find_ids(query, self._show_found, self._report_failure)
            else:
                self._answer(self._listing.count(query), ids=None)
        except VaultClosedError:
            pass
        except ZccKeysError as error:
            self.failed.emit(error)

    def renew(self) -> None:
        """Answer a slow query again and add the new rows. The selection and the scroll position stay.

        A running query is answered first; otherwise frequent changes would keep it from ever being answered. Errors
        are ignored here, because the next query reports them.
        """
        self._is_outdated = self._running is not None
        if self._running is None and self._ids is not None:
            self._find_ids(self._query, self._show_renewed, self._ignore_failure)

    def row_at(self, number: int) -> Any | None:
        """Return a row, or None if it no longer exists."""
        if not self._loaded_start <= number < self._loaded_end:
            self._load(max(0, number - _PAGE_SIZE // 4))
        position = number - self._loaded_start
        return self._loaded_rows[position] if position < len(self._loaded_rows) else None

    def stop(self) -> None:
        """Stop a running query and show no rows. Call this before the listing is closed."""
        self._drop_running()
        self._pool.waitForDone()
        self._show(0, ids=None)

    # --- QAbstractTableModel ---

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows match."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text or the tooltip of a cell. Never raises.

        No method that Qt calls may raise, because an exception inside Qt's own code ends the program.
        """
        if role not in _SHOWN_ROLES or not index.isValid():
            return None
        try:
            return self._cell(index.row(), index.column(), role)
        except Exception as error:  # noqa: BLE001  reported once for these rows
            self._report_unexpected(error)
            return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the heading of a column."""
        is_heading = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.headings[section] if is_heading and 0 <= section < len(self.headings) else None

    # --- answering queries ---

    def _cell(self, number: int, column: int, role: int) -> str | None:
        row = self.row_at(number)
        if row is None or not 0 <= column < len(self.headings):
            return None
        return self.text(row, column) if role == _SHOWN_ROLES[0] else plain_tool_tip(self.tool_tip(row, column))

    def _report_unexpected(self, error: Exception) -> None:
        if not self._has_reported:
            self._has_reported = True
            self._unexpected.emit(error)

    def _find_ids(
        self, query: object, on_found: Callable[["array[int]"], None], on_failed: Callable[[Exception], None]
    ) -> None:
        task = BackgroundTask(lambda: self._ids_of(query))
        task.done.connect(on_found)
        task.failed.connect(on_failed)
        self._running = task
        task.start(self._pool)

    def _ids_of(self, query: object) -> "array[int]":
        if query is not self._query:  # the user typed on before this query's turn came
            raise InterruptedError
        return self._listing.ids(query)

    def _show_found(self, ids: "array[int]") -> None:
        if self._end_running():
            self._answer(len(ids), ids)

    def _show_renewed(self, ids: "array[int]") -> None:
        if self._end_running():
            self._replace_ids(ids)
            self.renewed.emit()
            self._renew_again()

    def _report_failure(self, error: Exception) -> None:
        if self._end_running():
            self.failed.emit(error)

    def _ignore_failure(self, _: Exception) -> None:
        self._end_running()

    def _end_running(self) -> bool:
        """Note that the task that emits the current signal has ended. Return False if a later query replaced it."""
        is_latest = self.sender() is self._running
        if is_latest:
            self._running = None
        return is_latest

    def _drop_running(self) -> None:
        if self._running is not None:
            self._running = None
            self._listing.interrupt()

    def _renew_again(self) -> None:
        if self._is_outdated:
            self.renew()

    def _replace_ids(self, ids: "array[int]") -> None:
        """Show these rows. A model that knows which rows moved can keep the selection and the scroll position."""
        self._show(len(ids), ids)

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
        """Set which rows there are, and load them again when they are shown."""
        self._count, self._ids = count, ids
        self._has_reported = False
        self._loaded_rows, self._loaded_start, self._loaded_end = (), 0, 0

    def _load(self, start: int) -> None:
        self._loaded_start, self._loaded_end = start, start + _PAGE_SIZE
        try:
            if self._ids is None:
                self._loaded_rows = self._listing.page(self._answered_query, start, _PAGE_SIZE)
            else:
                self._loaded_rows = self._listing.page_of(self._ids[start : start + _PAGE_SIZE])
        except VaultClosedError:
            self._loaded_rows = ()
        except ZccKeysError as error:
            self._loaded_rows = ()
            self.failed.emit(error)
