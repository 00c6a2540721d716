"""What was recorded, in a window beside the main window: it can be searched and exported, never edited."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTableView, QVBoxLayout, QWidget

from zcc_keys_gui.domain.pasted_text import in_one_line
from zcc_keys_gui.ui.application.background import export_pool
from zcc_keys_gui.ui.text.values import PROGRAM, counted
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.lists.filters import MAX_SEARCH_LENGTH
from zcc_keys_gui.ui.widgets.lists.list_table import lay_out_list
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import resize_within_screen


class RecordWindow(QDialog):
    """A window with a search field, a table, and a button that exports what is found."""

    def __init__(self, name: str, what: str, table: QTableView, widths: Sequence[int], parent: QWidget) -> None:
        """Show a `PagedModel` in `table`, whose columns have these `widths` in digits.

        `name` begins the names of the controls, such as `history`; `what` is said of the rows, such as `history`.
        """
        super().__init__(parent)
        self.setObjectName(f"{name}Window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(what.capitalize())
        self._what = what
        model = table.model()
        assert isinstance(model, PagedModel)
        self._model = model
        model.setParent(self)
        self._exporting = BackgroundWork(self, export_pool())
        self._exported_to: Path | None = None
        self._search = named(
            TextField(rule=in_one_line, placeholderText=f"Search the {what}", max_length=MAX_SEARCH_LENGTH),
            f"{name}SearchField",
            f"Search the {what}",
        )
        self._table = named(table, f"{name}Table", what.capitalize())
        self._count = named(Label(wordWrap=True), f"{name}Count")
        self._export_name = f"export{name[0].upper()}{name[1:]}"
        self._export = named(
            QPushButton("&Export as CSV…", autoDefault=False), f"{self._export_name}Button", "Export as CSV"
        )
        self._close = named(QPushButton("&Close", autoDefault=False), "closeButton", "Close")
        self._filters = QHBoxLayout()
        self._lay_out(widths)

        self._search.textChanged.connect(self._ask)
        self._model.answered.connect(self._show_answer)
        self._model.failed.connect(lambda error: show_problem(self, error))
        self._export.clicked.connect(self._choose_file)
        self._close.clicked.connect(self.reject)
        self._search.setFocus()

    @abstractmethod
    def _query(self) -> object:
        """Return what is searched and filtered for."""

    @abstractmethod
    def _nothing(self) -> str:
        """Say that there is no row, and why."""

    @abstractmethod
    def _export_rows(self, query: Any, path: Path) -> int:
        """Write the rows that match to a file, in any thread; return how many."""

    def refresh(self) -> None:
        """Show what was recorded meanwhile."""
        self._model.ask(self._model.query)

    def done(self, result: int) -> None:
        """Close, and end a search under way. An export goes on; the window is only hidden until the export is done."""
        self._model.stop()
        if self._exported_to is None:
            super().done(result)
        else:
            self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the rows again if the window was closed during an export."""
        super().showEvent(event)
        if self._exported_to is not None:
            self.refresh()

    def export_to(self, path: Path) -> None:
        """Write the rows that match the search to a CSV file in the background, and say how many they were."""
        query = self._model.query
        self._exported_to = path
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._count.setText("Exporting…")
        self._exporting.start(lambda: self._export_rows(query, path), self._say_exported, self._say_export_failed)

    def _ask(self) -> None:
        self._model.ask(self._query())

    def _say_exported(self, count: int) -> None:
        self._count.setText(f"{counted(count, 'row')} exported to {self._exported_to}")
        self._end_export()

    def _say_export_failed(self, error: Exception) -> None:
        window = self if self.isVisible() else self.parentWidget()
        self._end_export()
        self._show_answer()
        show_problem(window, error)

    def _end_export(self) -> None:
        self._exported_to = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self.isVisible():  # closed meanwhile
            self.reject()
            self.deleteLater()

    def _choose_file(self) -> None:
        if self._exported_to is not None:  # the button stays enabled meanwhile, and keeps the focus
            return
        ask_where_to_save(
            self,
            f"{self._export_name}Dialog",
            f"Export the {self._what}",
            "CSV files (*.csv)",
            f"{PROGRAM} {self._what}.csv",
            self.export_to,
        )

    def _show_answer(self) -> None:
        if self._exported_to is None:
            rows = self._model.rowCount()
            self._count.setText(counted(rows, "row") if rows else self._nothing())

    def _lay_out(self, widths: Sequence[int]) -> None:
        lay_out_list(self._table, widths)
        self._filters.addWidget(self._search, stretch=1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._count, stretch=1)
        bottom.addWidget(self._export)
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addLayout(self._filters)
        layout.addWidget(self._table)
        layout.addLayout(bottom)
        digit = self.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, 170 * digit, 72 * digit)
