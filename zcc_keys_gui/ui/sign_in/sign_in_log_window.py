"""The sign-in log, as it grows: who called the sign-in service, what for, and why it was answered so."""

import re
from array import array
from bisect import bisect_left, bisect_right
from operator import neg
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.sign_in import Outcome, SignIn, SignInQuery
from zcc_keys_gui.service.csv_export import export_sign_ins
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.text.values import full_time_words, number_words
from zcc_keys_gui.ui.widgets.lists.filters import filter_box
from zcc_keys_gui.ui.widgets.lists.list_table import ListTable
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel
from zcc_keys_gui.ui.widgets.lists.record_window import RecordWindow

_WIDTHS = (20, 14, 32, 7, 24, 54, 20)  # of the columns, in digits
_KEY, _CLIENT = 1, 6
_AS_ALL_DO = re.compile(r"^Mozilla/5\.0 \([^)]*\) (?=.)")  # before the name by which PowerShell and browsers are known
SignInListing = Listing[SignInQuery, SignIn]


class SignInModel(PagedModel):
    """The rows of the sign-in log that match a `SignInQuery`, the newest first."""

    headings = ("Time", "Key", "Call", "Status", "Outcome", "Reason", "Client program")

    def __init__(self, listing: SignInListing, parent: QObject) -> None:
        """Show the rows of `listing`, all of whose queries are slow ones: it then tells rows by their numbers."""
        super().__init__(listing, SignInQuery(), parent)

    def text(self, row: SignIn, column: int) -> str:
        """Return the text of a cell."""
        return _texts(row)[column]

    def tool_tip(self, row: SignIn, column: int) -> str:
        """Return the text of a cell; of the key, name and client ID; of the client program, all that it says."""
        if column == _KEY and row.name and row.client_id:
            return f"{row.name}\n{row.client_id}"
        if column == _CLIENT:
            return row.client
        return self.text(row, column)

    def _replace_ids(self, ids: "array[int]") -> None:
        """Let rows come at the top and go at the bottom: none ever changes."""
        before = self._ids
        if not ids or not before:
            self._show(len(ids), ids)
            return
        kept = bisect_right(before, -ids[-1], key=neg)
        new = bisect_left(ids, -before[0], key=neg)
        if kept < len(before):
            self.beginRemoveRows(QModelIndex(), kept, len(before) - 1)
            self._set_rows(kept, before[:kept])
            self.endRemoveRows()
        if new:
            self.beginInsertRows(QModelIndex(), 0, new - 1)
            self._set_rows(len(ids), ids)
            self.endInsertRows()


class SignInTable(ListTable):
    """Shows a `SignInModel`. Where somebody has scrolled down, the rows that are seen stay where they are."""

    def __init__(self, model: SignInModel) -> None:
        """Show `model`."""
        super().__init__()
        self._scrolled = 0
        self.setModel(model)
        model.rowsAboutToBeInserted.connect(self._note_place)
        model.rowsInserted.connect(self._keep_place)  # after the table's own heading, which counts rows, was told

    def _note_place(self) -> None:
        self._scrolled = self.verticalScrollBar().value()

    def _keep_place(self, _: QModelIndex, first: int, last: int) -> None:
        if self._scrolled:
            self.updateGeometries()  # so that the scroll bar reaches as far
            by_rows = self.verticalScrollMode() is self.ScrollMode.ScrollPerItem
            row = 1 if by_rows else self.rowHeight(last)
            self.verticalScrollBar().setValue(self._scrolled + (last - first + 1) * row)


class SignInLogWindow(RecordWindow):
    """Shows the sign-in log, and follows it."""

    def __init__(self, listing: SignInListing, service: SignInService, switch: QAction, parent: QWidget) -> None:
        """Show the rows of `listing`, which are those of `service`; `switch` switches it."""
        self._listing = listing
        self._service = service
        self._switch = switch
        self._outcome = filter_box(
            "signInLogOutcomeFilter", "Outcome", ["All outcomes", *(each.value for each in Outcome)]
        )
        self._view = SignInTable(SignInModel(listing, parent))
        super().__init__("signInLog", "sign-in log", self._view, _WIDTHS, parent)
        self._filters.addWidget(self._outcome)
        self.setTabOrder(self._search, self._outcome)
        self._outcome.currentIndexChanged.connect(self._ask)
        self._model.renewed.connect(self._show_answer)
        service.recorded.connect(self._model.renew)
        service.changed.connect(self._say_nothing)
        self.refresh()

    def narrow_to(self, text: str) -> None:
        """Search for a text, in rows of every outcome."""
        self._outcome.setCurrentIndex(0)
        self._search.setText(text)

    def _show_answer(self) -> None:
        super()._show_answer()
        self._say_nothing()

    def _say_nothing(self) -> None:
        hint = self._view.empty_hint
        if self._model.rowCount() or not self._model.is_answered:
            hint.hide()
        elif self._query() != SignInQuery():
            hint.show_text("Nothing matches the search and filter.", "Clear search and &filter", self._clear)
        elif self._service.is_on:
            hint.show_text(
                f"No calls yet.\nScripts sign in at {self._service.base_url} with any enabled key. Each call that the "
                "sign-in service answers is listed here."
            )
        elif self._switch.isEnabled():
            hint.show_text(
                "No calls yet.\nSwitch the sign-in service on, and let a script sign in with a key.",
                "&Switch the sign-in service on",
                lambda: self._switch.setChecked(True),
            )
        else:
            hint.show_text(f"No calls yet. The sign-in service is not allowed here.\n{MANAGED}")

    def _clear(self) -> None:
        self.narrow_to("")
        self._search.setFocus()

    def _query(self) -> SignInQuery:
        return SignInQuery(self._search.text(), (None, *Outcome)[self._outcome.currentIndex()])

    def _nothing(self) -> str:
        return "0 rows"

    def _export_rows(self, query: SignInQuery, path: Path) -> int:
        with saved_text_file(path, newline="") as file:
            return export_sign_ins(self._listing, query, file)


def _texts(row: SignIn) -> tuple[str, ...]:
    outcome = f"{row.outcome.value} × {number_words(row.times)}" if row.times > 1 else row.outcome.value
    client = _AS_ALL_DO.sub("", row.client)
    call, status = f"{row.method} {row.path}".strip(), str(row.status or "")
    return full_time_words(row.when), row.name or row.client_id, call, status, outcome, row.reason, client
