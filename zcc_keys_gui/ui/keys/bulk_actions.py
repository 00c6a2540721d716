"""Disabling, enabling and deleting any number of selected keys, and copying their client IDs.

A few keys are changed immediately. More are changed in another thread, with a progress dialog that offers Cancel.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Status
from zcc_keys_gui.domain.errors import KeyNotFoundError
from zcc_keys_gui.service.batches import BATCH_SIZE, split_into_batches
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.application.background import Report
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.keys.list.selected_rows import SelectedRows, Span, spans_after_change
from zcc_keys_gui.ui.text.keys import selected_keys as texts
from zcc_keys_gui.ui.text.values import format_names
from zcc_keys_gui.ui.widgets.messages import ask, problems_shown

if TYPE_CHECKING:
    from zcc_keys_gui.ui.widgets.progress_dialog import ProgressDialog

# This many keys can be changed, and found again in the list, within a frame. In a large vault, keys take longer because
# they are spread over the file.
_MAX_IMMEDIATE_KEYS = 100
_MAX_IMMEDIATE_KEYS_IN_LARGE_VAULT = 8
_LARGE_VAULT_KEYS = 10_000
_MAX_NAMES = 5  # names that a question lists
_MAX_SPANS = 200  # spans that can be selected again within a frame


class BulkActions(QObject):
    """The actions on the keys that are selected in a table.

    `changed` is emitted when keys were changed or deleted. It carries what to select next: client IDs, and spans of
    rows. `reported` carries a result for the status bar.
    """

    changed = Signal(object, object)
    reported = Signal(str)

    def __init__(self, keys: Keys, listing: KeyListing, table: KeyTable, page: QWidget) -> None:
        """Act on the keys that are selected in `table`; show questions and progress over the window of `page`."""
        super().__init__(page)
        self._keys = keys
        self._listing = listing
        self._table = table
        self._page = page
        self._progress: ProgressDialog | None = None

    def set_status(self, status: Status) -> None:
        """Disable or enable the selected keys."""
        rows = self._table.selected_rows()
        if self._are_many(rows):
            self._set_status_of_many(rows, status)
        elif rows.count:
            self._set_status_of_few(self._table.selected_keys(), status)

    def delete(self, *, can_disable: bool) -> None:
        """Delete the selected keys after a question, which offers to disable them instead if `can_disable`."""
        rows = self._table.selected_rows()
        if not rows.count:
            return
        keys = self._table.selected_keys(limit=_MAX_NAMES if self._are_many(rows) else None)
        names = [key.name for key in keys[:_MAX_NAMES]]
        if rows.count == 1:
            question = texts.DELETE_ONE.format(name=names[0])
            consequence = texts.DELETE_ONE_CONSEQUENCE
        else:
            question = texts.DELETE_SEVERAL.of(rows.count)
            consequence = texts.DELETE_SEVERAL_CONSEQUENCE.format(names=format_names(names, rows.count))
        ask(
            self._page.window(),
            question,
            consequence=consequence,
            confirm=texts.DELETE,
            on_confirm=partial(self._delete, rows, keys),
            alternative=(texts.DISABLE_INSTEAD, partial(self._disable, rows, keys)) if can_disable else None,
        )

    def copy_client_ids(self) -> None:
        """Copy the client IDs of the selected keys, one per line."""
        rows = self._table.selected_rows()
        if self._are_many(rows):
            self._run(
                texts.COPYING_CLIENT_IDS,
                rows,
                lambda report: _client_ids(self._listing, rows, report),
                self._copy,
            )
        elif rows.count:
            client_ids = [key.client_id for key in self._table.selected_keys()]
            copy_text("\n".join(client_ids))
            self.reported.emit(texts.CLIENT_ID_COPIED if len(client_ids) == 1 else texts.CLIENT_IDS_COPIED)

    def cancel(self) -> None:
        """Cancel the work in the background, if there is any; nothing is changed then."""
        if self._progress is not None:
            self._progress.done(QDialog.DialogCode.Rejected)

    def _are_many(self, rows: SelectedRows) -> bool:
        """Return whether changing these keys takes longer than a frame."""
        return rows.count > _MAX_IMMEDIATE_KEYS_IN_LARGE_VAULT and (
            rows.count > _MAX_IMMEDIATE_KEYS or self._listing.count(KeyQuery()) > _LARGE_VAULT_KEYS
        )

    def _disable(self, rows: SelectedRows, keys: list[ApiKey]) -> None:
        if self._are_many(rows):
            self._set_status_of_many(rows, Status.DISABLED)
        else:
            self._set_status_of_few(keys, Status.DISABLED)

    def _set_status_of_few(self, keys: list[ApiKey], status: Status) -> None:
        with problems_shown(self._page.window()):
            client_ids = [key.client_id for key in keys]
            self._keys.set_status(client_ids, status)
            self.changed.emit(client_ids, ())

    def _set_status_of_many(self, rows: SelectedRows, status: Status) -> None:
        def work(report: Report) -> tuple[Span, ...]:
            numbers = _numbers_of_all(self._listing, rows)
            self._keys.set_status_by_number(numbers, status, report)
            return spans_after_change(self._listing, rows.query, numbers, _MAX_SPANS)

        progress_texts = texts.ENABLING if status is Status.ENABLED else texts.DISABLING
        self._run(progress_texts, rows, work, self._report_changed_spans)

    def _delete(self, rows: SelectedRows, keys: list[ApiKey]) -> None:
        if self._are_many(rows):
            self._run(
                texts.DELETING,
                rows,
                lambda report: self._keys.delete_by_number(_numbers_of_all(self._listing, rows), report),
                lambda _: self.changed.emit([], ()),
            )
            return
        with problems_shown(self._page.window()):
            self._keys.delete([key.client_id for key in keys])
            self.changed.emit([], ())

    def _run(
        self,
        progress_texts: texts.ProgressTexts,
        rows: SelectedRows,
        work: Callable[[Report], object],
        on_success: Callable[[Any], None],
    ) -> None:
        """Work on many rows in another thread, unless other work is under way."""
        if self._progress is not None:
            return
        from zcc_keys_gui.ui.widgets.progress_dialog import ProgressDialog

        title = progress_texts.title.of(rows.count)
        self._progress = ProgressDialog(title, progress_texts.hint, work, self._page.window())
        self._progress.finished.connect(self._forget_progress)
        self._progress.succeeded.connect(on_success)
        self._progress.canceled.connect(partial(self.reported.emit, progress_texts.canceled))
        self._progress.start()

    def _forget_progress(self) -> None:
        self._progress = None

    def _report_changed_spans(self, spans: tuple[Span, ...]) -> None:
        self.changed.emit([], spans)

    def _copy(self, client_ids: str) -> None:
        copy_text(client_ids)
        self.reported.emit(texts.CLIENT_IDS_COPIED)


def _numbers_of_all(listing: KeyListing, rows: SelectedRows) -> Sequence[int]:
    """Return the number of each selected key. Raises `KeyNotFoundError` if one no longer exists."""
    numbers = rows.numbers(listing)
    if len(numbers) != rows.count:
        raise KeyNotFoundError
    return numbers


def _client_ids(listing: KeyListing, rows: SelectedRows, report: Report) -> str:
    """Return the client IDs of the selected keys, one per line, in the order of the list."""
    numbers = _numbers_of_all(listing, rows)
    client_ids: dict[int, str] = {}
    for batch in split_into_batches(numbers, report):
        client_ids.update(listing.client_ids(batch))
    # Join one batch at a time: joining all of them would hold Python's lock for longer than a frame.
    batches = (numbers[start : start + BATCH_SIZE] for start in range(0, len(numbers), BATCH_SIZE))
    return "\n".join(["\n".join(map(client_ids.__getitem__, batch)) for batch in batches])
