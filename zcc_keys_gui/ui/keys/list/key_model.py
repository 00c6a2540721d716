"""The table model of the list of keys."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal

from zcc_keys_gui.domain.api_key import ApiKey, KeyColumn, KeyQuery
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.keys.list.selected_rows import SelectedRows, Span
from zcc_keys_gui.ui.text.keys.key_list import (
    HEADINGS,
    NEVER,
    SECONDS,
    describe_key_status,
    describe_role,
    key_status_tooltip,
)
from zcc_keys_gui.ui.text.values import format_duration, format_full_time, format_time, format_time_ago
from zcc_keys_gui.ui.widgets.lists.paged_model import PagedModel

COLUMNS = tuple(KeyColumn)
STATUS_COLUMN = COLUMNS.index(KeyColumn.STATUS)
_LAST_SIGN_IN_COLUMN = COLUMNS.index(KeyColumn.LAST_SIGN_IN)
_MAX_TIMER_INTERVAL = timedelta(days=1)  # a QTimer takes at most 24 days


class KeyModel(PagedModel):
    """The keys that match a `KeyQuery`, in the order in which the vault sorts them.

    `old_secret_ended` is emitted when an old secret stops working because its grace period is over.
    """

    old_secret_ended = Signal()
    headings = tuple(HEADINGS[column] for column in COLUMNS)

    def __init__(self, listing: KeyListing, parent: QObject) -> None:
        """Show the keys of `listing`."""
        super().__init__(listing, KeyQuery(), parent)
        self._keys = listing
        # Other types of timer may be 5 % late.
        self._grace_period_timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._grace_period_timer.timeout.connect(self._show_ended_secrets)

    @property
    def listing(self) -> KeyListing:
        """The vault's list of keys."""
        return self._keys

    def key_at(self, number: int) -> ApiKey | None:
        """Return the key in a row, or None if it no longer exists."""
        return self.row_at(number)

    def selected(self, spans: Iterable[Span]) -> SelectedRows:
        """Return the rows of these spans, with the query that they answer."""
        query = self._answered_query
        assert isinstance(query, KeyQuery)
        return SelectedRows(query, tuple(sorted(spans)), self._ids)

    def rows_of(self, client_ids: Sequence[str]) -> Sequence[int]:
        """Return the rows of these keys in ascending order, without keys that do not match. Raises `VaultError`."""
        if self._ids is None:
            return self._keys.positions(self.query, client_ids)
        wanted = set(self._keys.numbers(client_ids))
        return [row for row, number in enumerate(self._ids) if number in wanted]

    def renew(self) -> None:
        """Show new sign-ins; if the rows are sorted by them, sort again."""
        if self.query.sort is KeyColumn.LAST_SIGN_IN:
            super().renew()
        else:
            self._set_rows(self._count, self._ids)
            self.refresh_times()

    def refresh_times(self) -> None:
        """Update how long ago each key was last used to sign in."""
        if self._count:
            self._emit_column_changed(_LAST_SIGN_IN_COLUMN)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Query the keys in the order of a column; ignore a column that does not exist. Never raises."""
        if not 0 <= column < len(COLUMNS):
            return
        descending = order == Qt.SortOrder.DescendingOrder
        try:
            self.ask(replace(self.query, sort=COLUMNS[column], descending=descending))
        except Exception as error:  # noqa: BLE001  see `data`
            self._report_unexpected(error)

    def text(self, row: ApiKey, column: int) -> str:
        """Return the text of a cell."""
        return _text(row, COLUMNS[column])

    def tool_tip(self, row: ApiKey, column: int) -> str:
        """Return the tooltip of a cell."""
        return _tooltip(row, COLUMNS[column])

    def _replace_ids(self, ids: "array[int]") -> None:
        """Show the rows in a new order; selected keys stay selected."""
        before = self._ids
        if before is None or len(ids) != len(before):
            self._answer(len(ids), ids)
            return
        if ids == before:  # for example, if one script signs in repeatedly
            self._set_rows(len(ids), ids)
            self.refresh_times()
            return
        self.layoutAboutToBeChanged.emit()
        persistent = self.persistentIndexList()
        numbers = {before[index.row()] for index in persistent}
        rows = {number: row for row, number in enumerate(ids) if number in numbers}
        self._set_rows(len(ids), ids)
        moved = [
            self.index(row, index.column()) if (row := rows.get(before[index.row()])) is not None else QModelIndex()
            for index in persistent
        ]
        self.changePersistentIndexList(persistent, moved)
        self.layoutChanged.emit()

    def _load(self, start: int) -> None:
        super()._load(start)
        self._start_grace_period_timer()

    def _start_grace_period_timer(self) -> None:
        """Wait until the first old secret among the loaded rows stops working."""
        now = datetime.now(UTC)
        ends = [until for key in self._loaded_rows if (until := key.old_secret_until(now)) is not None]
        if ends:
            interval = min(min(ends) - now, _MAX_TIMER_INTERVAL)
            self._grace_period_timer.start(math.ceil(interval / timedelta(milliseconds=1)))
        else:
            self._grace_period_timer.stop()

    def _show_ended_secrets(self) -> None:
        if self.rowCount():
            self._emit_column_changed(STATUS_COLUMN)
        self.old_secret_ended.emit()
        self._start_grace_period_timer()

    def _emit_column_changed(self, column: int) -> None:
        self.dataChanged.emit(self.index(0, column), self.index(self._count - 1, column))


def _text(key: ApiKey, column: KeyColumn) -> str:
    match column:
        case KeyColumn.NAME:
            return key.name
        case KeyColumn.CLIENT_ID:
            return key.client_id
        case KeyColumn.STATUS:
            return describe_key_status(key, datetime.now(UTC))
        case KeyColumn.ROLE:
            return describe_role(key.fields.role)
        case KeyColumn.SESSION_VALIDITY:
            return format_duration(key.fields.session_validity)
        case KeyColumn.CREATED:
            return format_time(key.created)
        case KeyColumn.LAST_SIGN_IN:
            return NEVER if key.last_sign_in is None else format_time_ago(key.last_sign_in, datetime.now(UTC))


def _tooltip(key: ApiKey, column: KeyColumn) -> str:
    match column:
        case KeyColumn.STATUS:
            return key_status_tooltip(key, datetime.now(UTC))
        case KeyColumn.SESSION_VALIDITY:
            return SECONDS.of(key.fields.session_validity)
        case KeyColumn.CREATED:
            return format_full_time(key.created)
        case KeyColumn.LAST_SIGN_IN:
            return NEVER if key.last_sign_in is None else format_full_time(key.last_sign_in)
        case _:
            return _text(key, column)
