"""What is done to all selected keys: disable, enable, delete, copy their client IDs.

A few keys are changed immediately. More are changed in another thread, with progress and Cancel.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.errors import KeyNotFoundError, ZccKeysError
from zcc_keys_gui.domain.queries import KeyQuery
from zcc_keys_gui.service.batches import BATCH, in_batches
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.keys.key_table import KeyTable
from zcc_keys_gui.ui.keys.selected_rows import SelectedRows, Span, spans_after
from zcc_keys_gui.ui.text.values import counted, names_words
from zcc_keys_gui.ui.widgets.messages import ask, show_problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zcc_keys_gui.ui.application.background import Report
    from zcc_keys_gui.ui.widgets.progress_dialog import ProgressDialog

# Keys that are changed, and found again in the list, within a frame: in a large vault they are all over the file.
_FEW_OF_MANY = 8
_FEW = 100
_MANY = 10_000
_NAMED = 5  # keys that the question names
_MOST_SPANS = 200  # that are selected again within a frame
_SAID_FOR = 5_000  # milliseconds


class KeyCommands(QObject):
    """Acts on the keys that are selected in a table.

    `changed` tells that keys were changed or deleted, and carries what is to be selected: client IDs, or spans of rows.
    """

    changed = Signal(object, object)

    def __init__(self, keys: Keys, listing: KeyListing, table: KeyTable, window: QMainWindow) -> None:
        """Act on the keys that are selected in `table`; questions and progress are shown over `window`."""
        super().__init__(window)
        self._keys = keys
        self._listing = listing
        self._table = table
        self._window = window
        self._progress: ProgressDialog | None = None

    def set_status(self, status: Status) -> None:
        """Disable or enable the selected keys."""
        rows = self._table.selected()
        if self._are_many(rows):
            self._set_status_of(rows, status)
        elif rows.count:
            self._set_status_of_few(self._table.selected_keys(), status)

    def delete(self, *, can_disable: bool) -> None:
        """Delete the selected keys, after asking; the question offers to disable them instead if they can be."""
        rows = self._table.selected()
        if not rows.count:
            return
        keys = self._table.selected_keys(limit=_NAMED if self._are_many(rows) else None)
        one = rows.count == 1
        names = [key.name for key in keys[:_NAMED]]
        scripts = "Scripts that sign in with " + ("it stop" if one else "them stop")
        ask(
            self._window,
            f"Delete {names[0]}?" if one else f"Delete {counted(rows.count, 'API key')}?",
            consequence=("" if one else f"{names_words(names, rows.count)}.\n\n")
            + f"{scripts} working immediately, and {'its client ID' if one else 'their client IDs'} can't be "
            "recovered. A disabled key stops working too, but can be enabled again.",
            confirm="Delete",
            on_confirm=partial(self._delete, rows, keys),
            alternative=("Disable instead", partial(self._disable_instead, rows, keys)) if can_disable else None,
        )

    def copy_client_ids(self) -> None:
        """Copy the client IDs of the selected keys, one per line."""
        rows = self._table.selected()
        if self._are_many(rows):
            self._run(
                f"Copying {counted(rows.count, 'client ID')}…",
                "If you cancel, nothing is copied.",
                lambda report: _client_ids(self._listing, rows, report),
                self._take_client_ids,
                "Canceled. Nothing was copied.",
            )
        elif rows.count:
            client_ids = [key.client_id for key in self._table.selected_keys()]
            copy_text("\n".join(client_ids))
            self._say("Client ID copied." if len(client_ids) == 1 else "Client IDs copied.")

    def _are_many(self, rows: SelectedRows) -> bool:
        """Say whether changing these keys takes longer than a frame."""
        return rows.count > _FEW_OF_MANY and (rows.count > _FEW or self._listing.count(KeyQuery()) > _MANY)

    def _disable_instead(self, rows: SelectedRows, keys: list[ApiKey]) -> None:
        if self._are_many(rows):
            self._set_status_of(rows, Status.DISABLED)
        else:
            self._set_status_of_few(keys, Status.DISABLED)

    def _set_status_of_few(self, keys: list[ApiKey], status: Status) -> None:
        with self._problems():
            client_ids = [key.client_id for key in keys]
            self._keys.set_status(client_ids, status)
            self.changed.emit(client_ids, ())

    def _set_status_of(self, rows: SelectedRows, status: Status) -> None:
        doing = "Enabling" if status is Status.ENABLED else "Disabling"

        def work(report: "Report") -> tuple[Span, ...]:
            numbers = _certain_numbers(self._listing, rows)
            self._keys.set_status_of(numbers, status, report)
            return spans_after(self._listing, rows.query, numbers, _MOST_SPANS)

        self._run(
            f"{doing} {counted(rows.count, 'API key')}…",
            "If you cancel, no key is changed.",
            work,
            self._select_again,
            "Canceled. No key was changed.",
        )

    def _delete(self, rows: SelectedRows, keys: list[ApiKey]) -> None:
        if not self._are_many(rows):
            with self._problems():
                self._keys.delete([key.client_id for key in keys])
                self.changed.emit([], ())
            return
        self._run(
            f"Deleting {counted(rows.count, 'API key')}…",
            "If you cancel, no key is deleted.",
            lambda report: self._keys.delete_those(_certain_numbers(self._listing, rows), report),
            lambda _: self.changed.emit([], ()),
            "Canceled. No key was deleted.",
        )

    def _run(
        self,
        what: str,
        if_canceled: str,
        work: "Callable[[Report], object]",
        take: Callable[[Any], None],
        canceled: str,
    ) -> None:
        if self._progress is not None:
            return
        from zcc_keys_gui.ui.widgets.progress_dialog import ProgressDialog

        self._progress = ProgressDialog(what, if_canceled, work, self._window)
        self._progress.finished.connect(self._forget_progress)
        self._progress.succeeded.connect(take)
        self._progress.canceled.connect(partial(self._say, canceled))
        self._progress.start()

    def _forget_progress(self) -> None:
        self._progress = None

    def _select_again(self, spans: tuple[Span, ...]) -> None:
        self.changed.emit([], spans)

    def _take_client_ids(self, text: str) -> None:
        copy_text(text)
        self._say("Client IDs copied.")

    def _say(self, text: str) -> None:
        self._window.statusBar().showMessage(text, _SAID_FOR)

    @contextmanager
    def _problems(self) -> "Iterator[None]":
        try:
            yield
        except ZccKeysError as error:
            show_problem(self._window, error)


def _certain_numbers(listing: KeyListing, rows: SelectedRows) -> Sequence[int]:
    """Return the numbers of as many keys as the user has selected. Raises `KeyNotFoundError`."""
    numbers = rows.numbers(listing)
    if len(numbers) != rows.count:
        raise KeyNotFoundError
    return numbers


def _client_ids(listing: KeyListing, rows: SelectedRows, report: "Report") -> str:
    """Return the client IDs of the selected keys, one per line, in the order of the list."""
    numbers = _certain_numbers(listing, rows)
    client_ids: dict[int, str] = {}
    for batch in in_batches(numbers, report):
        client_ids.update(listing.client_ids(batch))
    # A batch at a time: joining all at once holds Python's lock for longer than a frame.
    batches = (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
    return "\n".join(["\n".join(map(client_ids.__getitem__, batch)) for batch in batches])
