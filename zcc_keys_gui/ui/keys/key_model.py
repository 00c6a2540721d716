"""The list of keys as a table."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.queries import KeyColumn, KeyQuery
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.keys.selected_rows import SelectedRows, Span
from zcc_keys_gui.ui.text.keys.key_list import key_status_words, role_words
from zcc_keys_gui.ui.text.values import ago_words, duration_words, full_time_words, number_words, time_words
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel

COLUMNS = tuple(KeyColumn)
STATUS_COLUMN = COLUMNS.index(KeyColumn.STATUS)
_LONGEST_WAIT = timedelta(days=1)  # a timer takes up to 24
_HEADINGS = {
    KeyColumn.NAME: "Name",
    KeyColumn.CLIENT_ID: "Client ID",
    KeyColumn.STATUS: "Status",
    KeyColumn.ROLE: "Role",
    KeyColumn.SESSION_VALIDITY: "Session validity",
    KeyColumn.CREATED: "Created",
    KeyColumn.LAST_SIGN_IN: "Last sign-in",
}


class KeyModel(PagedModel):
    """The keys that match a `KeyQuery`; sorted by the vault.

    `old_secret_ended` tells that the time is over for which an old secret worked beside the new one.
    """

    old_secret_ended = Signal()
    headings = tuple(_HEADINGS[column] for column in COLUMNS)

    def __init__(self, listing: KeyListing, parent: QObject) -> None:
        """Show the keys of `listing`."""
        super().__init__(listing, KeyQuery(), parent)
        self._keys = listing
        self._next_end = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)  # others may be 5 % late
        self._next_end.timeout.connect(self._follow_ends)

    @property
    def listing(self) -> KeyListing:
        """The list that the keys come from."""
        return self._keys

    def key_at(self, number: int) -> ApiKey | None:
        """Return the key in a row, or None where it is gone."""
        return self.row_at(number)

    def selected(self, spans: Iterable[Span]) -> SelectedRows:
        """Return these spans of rows, with what tells which keys they show."""
        query = self._answered_query
        assert isinstance(query, KeyQuery)
        return SelectedRows(query, tuple(sorted(spans)), self._ids)

    def rows_of(self, client_ids: Sequence[str]) -> Sequence[int]:
        """Return which rows show these keys, from top to bottom, as far as they match. Raises `VaultError`."""
        if self._ids is None:
            return self._keys.positions(self.query, client_ids)
        wanted = set(self._keys.numbers(client_ids))
        return [row for row, number in enumerate(self._ids) if number in wanted]

    def renew(self) -> None:
        """Show when keys were last signed in with, and in the order of it where they are sorted so."""
        if self.query.sort is KeyColumn.LAST_SIGN_IN:
            super().renew()
        else:
            self._set_rows(self._count, self._ids)
            self.show_times()

    def show_times(self) -> None:
        """Say anew how long ago keys were signed in with."""
        if self._count:
            column = COLUMNS.index(KeyColumn.LAST_SIGN_IN)
            self.dataChanged.emit(self.index(0, column), self.index(self._count - 1, column))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for the keys in the order of a column; one that does not exist changes nothing. Never raises."""
        if not 0 <= column < len(COLUMNS):
            return
        descending = order == Qt.SortOrder.DescendingOrder
        try:
            self.ask(replace(self.query, sort=COLUMNS[column], descending=descending))
        except Exception as error:  # noqa: BLE001  see `data`
            self._report_unexpected(error)

    def _replace_ids(self, ids: "array[int]") -> None:
        """Let the same rows change places, and what is selected go along."""
        before = self._ids
        if before is None or len(ids) != len(before):
            self._answer(len(ids), ids)
            return
        if ids == before:  # as where one script signs in again and again
            self._set_rows(len(ids), ids)
            self.show_times()
            return
        self.layoutAboutToBeChanged.emit()
        followed = self.persistentIndexList()
        numbers = {before[index.row()] for index in followed}
        rows = {number: row for row, number in enumerate(ids) if number in numbers}
        self._set_rows(len(ids), ids)
        moved = [
            self.index(row, index.column()) if (row := rows.get(before[index.row()])) is not None else QModelIndex()
            for index in followed
        ]
        self.changePersistentIndexList(followed, moved)
        self.layoutChanged.emit()

    def text(self, row: ApiKey, column: int) -> str:
        """Return the text of a cell."""
        return _text(row, COLUMNS[column])

    def tool_tip(self, row: ApiKey, column: int) -> str:
        """Return what the tool tip of a cell adds."""
        return _tool_tip(row, COLUMNS[column])

    def _load(self, start: int) -> None:
        super()._load(start)
        self._wait_for_next_end()

    def _wait_for_next_end(self) -> None:
        """Wait until the next of the rows around those that are seen has no old secret any more."""
        now = datetime.now(UTC)
        ends = [until for key in self._loaded_rows if (until := key.old_secret_until(now)) is not None]
        if ends:
            self._next_end.start(math.ceil(min(min(ends) - now, _LONGEST_WAIT) / timedelta(milliseconds=1)))
        else:
            self._next_end.stop()

    def _follow_ends(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0, STATUS_COLUMN), self.index(self.rowCount() - 1, STATUS_COLUMN))
        self.old_secret_ended.emit()
        self._wait_for_next_end()


def _text(key: ApiKey, column: KeyColumn) -> str:
    match column:
        case KeyColumn.NAME:
            return key.name
        case KeyColumn.CLIENT_ID:
            return key.client_id
        case KeyColumn.STATUS:
            return key_status_words(key, datetime.now(UTC))
        case KeyColumn.ROLE:
            return role_words(key.fields.role)
        case KeyColumn.SESSION_VALIDITY:
            return duration_words(key.fields.session_validity)
        case KeyColumn.CREATED:
            return time_words(key.created)
        case KeyColumn.LAST_SIGN_IN:
            return "Never" if key.last_sign_in is None else ago_words(key.last_sign_in, datetime.now(UTC))


def _tool_tip(key: ApiKey, column: KeyColumn) -> str:
    match column:
        case KeyColumn.STATUS:
            return _status_tool_tip(key)
        case KeyColumn.SESSION_VALIDITY:
            return f"{number_words(key.fields.session_validity)} seconds"
        case KeyColumn.CREATED:
            return full_time_words(key.created)
        case KeyColumn.LAST_SIGN_IN:
            return "Never" if key.last_sign_in is None else full_time_words(key.last_sign_in)
        case _:
            return _text(key, column)


def _status_tool_tip(key: ApiKey) -> str:
    now = datetime.now(UTC)
    until = key.old_secret_until(now)
    if until is None:
        return key_status_words(key, now)
    return (
        f"{key.fields.status.value}. The old secret works beside the new one until {full_time_words(until)}; "
        "Stop old secret now (menu Key) ends that."
    )
