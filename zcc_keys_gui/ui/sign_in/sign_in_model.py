"""The rows of the sign-in log, and the table that shows them."""

import re
from array import array
from bisect import bisect_left, bisect_right
from operator import neg

from PySide6.QtCore import QModelIndex, QObject

from zcc_keys_gui.domain.sign_in import SignIn, SignInQuery
from zcc_keys_gui.service.store import Listing
from zcc_keys_gui.ui.text.sign_in import HEADINGS, OUTCOME_SEVERAL_TIMES
from zcc_keys_gui.ui.text.values import format_full_time, format_number
from zcc_keys_gui.ui.widgets.lists.list_table import ListTable
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel

_KEY_COLUMN, _CLIENT_COLUMN = 1, 6
# PowerShell and all browsers put this in front of the name by which users know them.
_COMMON_PREFIX = re.compile(r"^Mozilla/5\.0 \([^)]*\) (?=.)")
SignInListing = Listing[SignInQuery, SignIn]


class SignInModel(PagedModel):
    """The rows of the sign-in log that match a `SignInQuery`, the newest first."""

    headings = HEADINGS

    def __init__(self, listing: SignInListing, parent: QObject) -> None:
        """Show the rows of `listing`. All its queries are slow ones, so the model knows the number of each row."""
        super().__init__(listing, SignInQuery(), parent)

    def text(self, row: SignIn, column: int) -> str:
        """Return the text of a cell."""
        return _cell_texts(row)[column]

    def tool_tip(self, row: SignIn, column: int) -> str:
        """Return the key's name and client ID, the whole name of the client program, or the text of the cell."""
        if column == _KEY_COLUMN and row.name and row.client_id:
            return f"{row.name}\n{row.client_id}"
        if column == _CLIENT_COLUMN:
            return row.client
        return self.text(row, column)

    def _replace_ids(self, ids: "array[int]") -> None:
        """Remove old rows at the bottom and insert new ones at the top, because rows never change."""
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
    """A table that shows a `SignInModel`. If the user has scrolled down, new rows don't move the visible ones."""

    def __init__(self, model: SignInModel) -> None:
        """Show `model`."""
        super().__init__()
        self._scroll_position = 0
        self.setModel(model)
        model.rowsAboutToBeInserted.connect(self._save_scroll_position)
        # Connected after `setModel`, so that the table's heading has counted the new rows by then.
        model.rowsInserted.connect(self._keep_scroll_position)

    def _save_scroll_position(self) -> None:
        self._scroll_position = self.verticalScrollBar().value()

    def _keep_scroll_position(self, _: QModelIndex, first: int, last: int) -> None:
        if self._scroll_position:
            self.updateGeometries()  # extends the scroll bar for the new rows
            scrolls_by_row = self.verticalScrollMode() is self.ScrollMode.ScrollPerItem
            row_height = 1 if scrolls_by_row else self.rowHeight(last)
            self.verticalScrollBar().setValue(self._scroll_position + (last - first + 1) * row_height)


def _cell_texts(row: SignIn) -> tuple[str, ...]:
    return (
        format_full_time(row.when),
        row.name or row.client_id,
        f"{row.method} {row.path}".strip(),
        str(row.status or ""),
        _describe_outcome(row),
        row.reason,
        _COMMON_PREFIX.sub("", row.client),
    )


def _describe_outcome(row: SignIn) -> str:
    outcome = row.outcome.value
    if row.times <= 1:
        return outcome
    return OUTCOME_SEVERAL_TIMES.format(outcome=outcome, number=format_number(row.times))
