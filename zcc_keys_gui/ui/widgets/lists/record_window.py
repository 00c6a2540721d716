"""The window of the history and of the sign-in log, whose rows can be searched and exported."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTableView, QWidget

from zcc_keys_gui.domain.pasted_text import join_lines
from zcc_keys_gui.ui.application.background import export_pool
from zcc_keys_gui.ui.text.widgets import CLOSE, CSV_FILES, EXPORT, EXPORTED, EXPORTING, ROWS, RecordTexts
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.file_dialogs import ask_where_to_save
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.lists.filters import MAX_SEARCH_LENGTH
from zcc_keys_gui.ui.widgets.lists.list_table import lay_out_list
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import resize_within_screen

_WIDTH_DIGITS, _HEIGHT_DIGITS = 170, 72


class RecordWindow(QDialog):
    """A window with a search field, a table, and a button that exports the rows that match."""

    def __init__(
        self, name: str, texts: RecordTexts, table: QTableView, column_widths_digits: Sequence[int], parent: QWidget
    ) -> None:
        """Show the `PagedModel` of `table`, whose columns have these widths.

        The object names of the controls begin with `name`, such as `history`.
        """
        super().__init__(parent)
        self.setObjectName(f"{name}Window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.title)
        self._texts = texts
        model = table.model()
        assert isinstance(model, PagedModel)
        self._model = model
        model.setParent(self)
        self._exporting = BackgroundWork(self, export_pool())
        self._export_path: Path | None = None
        """The file that is being written."""
        search = TextField(rule=join_lines, placeholderText=texts.search, max_length=MAX_SEARCH_LENGTH)
        self._search = name_widget(search, f"{name}SearchField", texts.search)
        self._table = name_widget(table, f"{name}Table", texts.title)
        self._count = name_widget(Label(wordWrap=True), f"{name}Count")
        export_name = f"export{name[0].upper()}{name[1:]}"
        self._export = name_widget(QPushButton(EXPORT, autoDefault=False), f"{export_name}Button")
        self._file_dialog_name = f"{export_name}Dialog"
        self._close = name_widget(QPushButton(CLOSE, autoDefault=False), "closeButton")
        self._filters = QHBoxLayout()
        self._lay_out(column_widths_digits)
        self._connect()
        self._search.setFocus()

    @abstractmethod
    def _query(self) -> object:
        """Return the query for what is in the search field and the filters."""

    @abstractmethod
    def _empty_text(self) -> str:
        """Return what to show instead of the number of rows if there are none."""

    @abstractmethod
    def _export_rows(self, query: Any, path: Path) -> int:
        """Write the rows that match to a file, in any thread. Return how many they are."""

    def refresh(self) -> None:
        """Show rows that were added in the meantime."""
        self._model.ask(self._model.query)

    def done(self, result: int) -> None:
        """Close the window and stop a running search. A running export continues while the window is hidden."""
        self._model.stop()
        if self._export_path is None:
            super().done(result)
        else:
            self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the rows again if the window was closed during an export."""
        super().showEvent(event)
        if self._export_path is not None:
            self.refresh()

    def export_to(self, path: Path) -> None:
        """Write the rows that match the search to a CSV file in the background. Then show how many they are."""
        query = self._model.query
        self._export_path = path
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self._count.setText(EXPORTING)
        self._exporting.start(lambda: self._export_rows(query, path), self._show_exported, self._show_export_problem)

    def _connect(self) -> None:
        self._search.textChanged.connect(self._ask)
        self._model.answered.connect(self._show_count)
        self._model.failed.connect(lambda error: show_problem(self, error))
        self._export.clicked.connect(self._choose_file)
        self._close.clicked.connect(self.reject)

    def _ask(self) -> None:
        self._model.ask(self._query())

    def _show_exported(self, count: int) -> None:
        self._count.setText(EXPORTED.of(count, path=self._export_path))
        self._end_export()

    def _show_export_problem(self, error: Exception) -> None:
        parent = self if self.isVisible() else self.parentWidget()
        self._end_export()
        self._show_count()
        show_problem(parent, error)

    def _end_export(self) -> None:
        self._export_path = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self.isVisible():  # closed during the export
            self.reject()
            self.deleteLater()

    def _choose_file(self) -> None:
        if self._export_path is not None:  # the button stays enabled during an export, so that it keeps the focus
            return
        ask_where_to_save(
            self,
            self._file_dialog_name,
            self._texts.export_title,
            CSV_FILES,
            self._texts.export_file_name,
            self.export_to,
        )

    def _show_count(self) -> None:
        if self._export_path is None:
            rows = self._model.rowCount()
            self._count.setText(ROWS.of(rows) if rows else self._empty_text())

    def _lay_out(self, column_widths_digits: Sequence[int]) -> None:
        lay_out_list(self._table, column_widths_digits)
        self._filters.addWidget(self._search, stretch=1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._count, stretch=1)
        bottom.addWidget(self._export)
        bottom.addWidget(self._close)
        layout = dialog_layout(self)
        layout.addLayout(self._filters)
        layout.addWidget(self._table)
        layout.addLayout(bottom)
        digit_width = self.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, _WIDTH_DIGITS * digit_width, _HEIGHT_DIGITS * digit_width)
