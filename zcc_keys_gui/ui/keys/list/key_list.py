"""The list of keys with its search, its filters, its selection and its count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Status
from zcc_keys_gui.service.store import KeyListing
from zcc_keys_gui.ui.keys.list.key_filter import KeyFilter
from zcc_keys_gui.ui.keys.list.key_model import KeyModel
from zcc_keys_gui.ui.keys.list.key_table import KeyTable
from zcc_keys_gui.ui.keys.list.selected_rows import Span
from zcc_keys_gui.ui.text.keys.commands import ADD_KEY
from zcc_keys_gui.ui.text.keys.key_list import CLEAR_FILTERS, NO_KEYS, NO_MATCH, describe_count
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import problems_shown, show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget

MAX_INSPECTED_KEYS = 200  # selected keys that are read after each change of the selection, which has to be quick
_TIMES_INTERVAL_MS = 60_000  # the list shows how many minutes ago a key was used


@dataclass(frozen=True)
class SelectionSummary:
    """The facts about the selected keys that the commands need."""

    count: int = 0
    is_any_enabled: bool = True
    """Whether one of the inspected keys is enabled; also true if no key is selected."""
    has_old_secret: bool = False
    """Whether exactly one key is selected and its old secret still works."""


class KeyList(QObject):
    """The keys that match the search and filters. After a change, the same keys are selected again.

    `selection_changed` carries a `SelectionSummary`. `add_requested` asks for the first key of an empty vault.
    """

    selection_changed = Signal(object)
    add_requested = Signal()

    def __init__(self, listing: KeyListing, page: QWidget) -> None:
        """Show the keys of `listing` on `page`, which lays out `filter` and `table`."""
        super().__init__(page)
        self._page = page
        self._listing = listing
        self.model = KeyModel(listing, self)
        self.table = KeyTable(self.model)
        self.filter = KeyFilter()
        self.count_label = name_widget(Label(), "countLabel")
        self.selection = SelectionSummary()
        self.selected_ids: list[str] = []
        """Client IDs of the selected keys; empty if there are more than `MAX_INSPECTED_KEYS`."""
        self._all_are_selected = False
        self._spans_to_select: tuple[Span, ...] = ()
        self._total = 0
        self.filter.changed.connect(self._search)
        self.filter.search.list_requested.connect(self._go_to_table)
        self.table.selection_changed.connect(self._inspect_selection)
        self.model.answered.connect(self._show_answer)
        self.model.old_secret_ended.connect(self._inspect_selection)
        self.model.failed.connect(self._show_problem)
        times_timer = QTimer(self, interval=_TIMES_INTERVAL_MS)
        times_timer.timeout.connect(self.model.refresh_times)
        times_timer.start()

    @property
    def query(self) -> KeyQuery:
        """The search text and the filters, without an order."""
        return self.filter.apply_to(KeyQuery())

    def selected_key(self) -> ApiKey | None:
        """Return the selected key if exactly one is selected."""
        return self.table.selected_keys()[0] if self.table.selected_rows().count == 1 else None

    def refresh(self, select: Sequence[str] | None = None, spans: tuple[Span, ...] = ()) -> None:
        """Show the keys after a change; select the keys with the client IDs `select`, or the rows of `spans`.

        If `select` is None, the selected keys stay selected. Raises `VaultError`.
        """
        if select is not None:
            self.selected_ids, self._all_are_selected = list(select), False
            self._spans_to_select = spans
        self._total = self._listing.count(KeyQuery())
        self.model.ask(self.filter.apply_to(self.model.query))

    def show_key(self, client_id: str) -> None:
        """Show and select a key that was saved; clear the filters if they would hide it. Raises `VaultError`."""
        if self._listing.position(self.filter.apply_to(self.model.query), client_id) is None:
            self.filter.clear()
        self.refresh([client_id])

    def go_to_search(self) -> None:
        """Move the focus to the search field and select its text."""
        self.filter.search.setFocus()
        self.filter.search.selectAll()

    def stop(self) -> None:
        """Stop reading the vault; to be called before it is closed."""
        self.model.stop()

    def _search(self) -> None:
        self.selected_ids, self._all_are_selected = [], False
        self.model.ask(self.filter.apply_to(self.model.query))

    def _go_to_table(self) -> None:
        self.table.setFocus()
        if self.model.rowCount() and not self.table.selected_rows().count:
            self.table.selectRow(0)

    def _show_answer(self) -> None:
        with problems_shown(self._page.window()):
            self._restore_selection()
        self._show_empty_hint()
        self._inspect_selection()

    def _restore_selection(self) -> None:
        spans, self._spans_to_select = self._spans_to_select, ()
        if spans:
            self.table.select_spans(spans)
        elif self._all_are_selected:
            self.table.selectAll()
        else:
            self.table.select_keys(self.selected_ids)

    def _show_empty_hint(self) -> None:
        if self.model.rowCount():
            self.table.empty_hint.hide()
        elif self.filter.is_active:
            self.table.empty_hint.show_text(NO_MATCH, CLEAR_FILTERS, self.filter.clear)
        else:
            self.table.empty_hint.show_text(NO_KEYS, ADD_KEY, self.add_requested.emit)

    def _inspect_selection(self) -> None:
        rows, count = self.model.rowCount(), self.table.selected_rows().count
        keys = self.table.selected_keys(limit=MAX_INSPECTED_KEYS)
        # If there are too many keys to remember each of them, a change keeps all rows selected or none.
        self.selected_ids = [key.client_id for key in keys] if count <= MAX_INSPECTED_KEYS else []
        self._all_are_selected = not self.selected_ids and count == rows > 0
        self.selection = SelectionSummary(
            count,
            is_any_enabled=not keys or any(key.fields.status is Status.ENABLED for key in keys),
            has_old_secret=count == len(keys) == 1 and keys[0].old_secret_until(datetime.now(UTC)) is not None,
        )
        self.count_label.setText(describe_count(found=rows, total=self._total, selected=count))
        self.selection_changed.emit(self.selection)

    def _show_problem(self, error: Exception) -> None:
        show_problem(self._page.window(), error)
