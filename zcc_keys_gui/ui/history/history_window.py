"""The history: which user changed what, and when."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QTableView, QWidget

from zcc_keys_gui.domain.history import HistoryEntry, HistoryQuery
from zcc_keys_gui.service.csv_export import export_history
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.text import history as texts
from zcc_keys_gui.ui.text.values import format_full_time
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel
from zcc_keys_gui.ui.widgets.lists.record_window import RecordWindow

_COLUMN_WIDTHS_DIGITS = (20, 24, 22, 24, 42)
HistoryListing = Listing[HistoryQuery, HistoryEntry]


class HistoryModel(PagedModel):
    """The history rows that match a `HistoryQuery`, the newest first."""

    headings = texts.HEADINGS

    def __init__(self, listing: HistoryListing, parent: QObject) -> None:
        """Show the rows of `listing`."""
        super().__init__(listing, HistoryQuery(), parent)

    def text(self, row: HistoryEntry, column: int) -> str:
        """Return the text of a cell."""
        return _cell_texts(row)[column]


class HistoryWindow(RecordWindow):
    """The window that lists the history."""

    def __init__(self, listing: HistoryListing, parent: QWidget) -> None:
        """List the rows of `listing`."""
        self._listing = listing
        table = QTableView()
        table.setModel(HistoryModel(listing, parent))
        super().__init__("history", texts.HISTORY, table, _COLUMN_WIDTHS_DIGITS, parent)
        self.refresh()

    def _query(self) -> HistoryQuery:
        return HistoryQuery(self._search.text())

    def _empty_text(self) -> str:
        return texts.NO_MATCH if self._search.text() else texts.NO_ACTIVITY

    def _export_rows(self, query: HistoryQuery, path: Path) -> int:
        with saved_text_file(path, newline="") as file:
            return export_history(self._listing, query, file)


def _cell_texts(entry: HistoryEntry) -> tuple[str, ...]:
    return format_full_time(entry.when), entry.account, entry.action.value, entry.name, entry.client_id, entry.details
