"""The history: what was done, when, by whom, to which key. It can be searched and exported, never edited."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThreadPool
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.history import HistoryEntry
from zcc_keys_gui.domain.queries import HistoryQuery
from zcc_keys_gui.service.history_export import export_history
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.background import BackgroundTask
from zcc_keys_gui.ui.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.key_filter import LONGEST_SEARCH
from zcc_keys_gui.ui.list_table import lay_out_list
from zcc_keys_gui.ui.messages import show_problem
from zcc_keys_gui.ui.naming import named
from zcc_keys_gui.ui.paged_model import PagedModel
from zcc_keys_gui.ui.placement import resize_within_screen
from zcc_keys_gui.ui.words import PROGRAM, counted, full_time_words

_WIDTHS = (20, 24, 22, 24, 42)  # of the columns, in digits
HistoryListing = Listing[HistoryQuery, HistoryEntry]


class HistoryModel(PagedModel):
    """The history rows that match a `HistoryQuery`, the newest first."""

    headings = ("When", "Who", "What", "Name", "Client ID", "Details")

    def __init__(self, listing: HistoryListing, parent: QObject) -> None:
        """Show the rows of `listing`."""
        super().__init__(listing, HistoryQuery(), parent)

    def text(self, row: HistoryEntry, column: int) -> str:
        """Return the text of a cell."""
        return _texts(row)[column]


class HistoryWindow(QDialog):
    """A window beside the main window."""

    def __init__(self, listing: HistoryListing, parent: QWidget) -> None:
        """Show the rows of `listing`."""
        super().__init__(parent)
        self.setObjectName("historyWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("History")
        self._listing = listing
        self._model = HistoryModel(listing, self)
        self._exports = QThreadPool(self)
        self._exported_to: Path | None = None
        self._search = named(
            QLineEdit(placeholderText="Search the history", maxLength=LONGEST_SEARCH),
            "historySearchField",
            "Search the history",
        )
        self._table = named(QTableView(), "historyTable", "History")
        self._count = named(QLabel(wordWrap=True), "historyCount")
        self._export = named(QPushButton("&Export as CSV…", autoDefault=False), "exportHistoryButton", "Export as CSV")
        self._close = named(QPushButton("&Close", autoDefault=False), "closeButton", "Close")
        self._lay_out()

        self._search.textChanged.connect(lambda text: self._model.ask(HistoryQuery(text)))
        self._model.answered.connect(self._show_count)
        self._model.failed.connect(lambda error: show_problem(self, error))
        self._export.clicked.connect(self._choose_file)
        self._close.clicked.connect(self.reject)
        self.refresh()
        self._search.setFocus()

    def refresh(self) -> None:
        """Show what was done meanwhile."""
        self._model.ask(self._model.query)

    def done(self, result: int) -> None:
        """Close; end a search under way, but an export only when it is whole."""
        self._model.stop()
        self._exports.waitForDone()
        super().done(result)

    def export_to(self, path: Path) -> None:
        """Write the rows that match the search to a CSV file in the background, and say how many they were."""
        query = self._model.query
        self._exported_to = path
        self._count.setText("Exporting…")
        task = BackgroundTask(lambda: export_history(self._listing, query, path))
        task.done.connect(self._say_exported)
        task.failed.connect(self._say_export_failed)
        task.start(self._exports)

    def _say_exported(self, count: int) -> None:
        path, self._exported_to = self._exported_to, None
        self._count.setText(f"{counted(count, 'row')} exported to {path}")

    def _say_export_failed(self, error: Exception) -> None:
        self._exported_to = None
        self._show_count()
        show_problem(self if self.isVisible() else self.parentWidget(), error)

    def _choose_file(self) -> None:
        if self._exported_to is not None:  # the button stays enabled meanwhile, and keeps the focus
            return
        ask_where_to_save(
            self,
            "exportHistoryDialog",
            "Export the history",
            "CSV files (*.csv)",
            f"{PROGRAM} history.csv",
            self.export_to,
        )

    def _show_count(self) -> None:
        if self._exported_to is not None:
            return
        rows = self._model.rowCount()
        nothing = "Nothing matches the search." if self._search.text() else "Nothing was done yet."
        self._count.setText(counted(rows, "row") if rows else nothing)

    def _lay_out(self) -> None:
        self._table.setModel(self._model)
        lay_out_list(self._table, _WIDTHS)
        bottom = QHBoxLayout()
        bottom.addWidget(self._count, stretch=1)
        bottom.addWidget(self._export)
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(self._search)
        layout.addWidget(self._table)
        layout.addLayout(bottom)
        digit = self.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, 170 * digit, 72 * digit)


def _texts(entry: HistoryEntry) -> tuple[str, ...]:
    return full_time_words(entry.when), entry.who, entry.action.value, entry.name, entry.client_id, entry.details
