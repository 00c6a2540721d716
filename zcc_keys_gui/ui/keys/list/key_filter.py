"""The search field and the filters above the list of keys."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from zcc_keys_gui.domain.api_key import KeyQuery, Role, Status
from zcc_keys_gui.domain.pasted_text import join_lines
from zcc_keys_gui.ui.text.keys.key_list import (
    ALL_ROLES,
    ALL_STATUSES,
    ROLE_FILTER,
    SEARCH_FIELD,
    STATUS_FILTER,
    describe_role,
)
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.lists.filters import MAX_SEARCH_LENGTH, filter_box
from zcc_keys_gui.ui.widgets.naming import name_widget

_SEARCH_WIDTH_DIGITS = 24


class KeyFilter(QWidget):
    """The search field, the status filter and the role filter; `changed` is emitted at every keystroke."""

    changed = Signal()

    def __init__(self) -> None:
        """Start without a search text or a filter."""
        super().__init__()
        self.search = SearchField()
        self._status = filter_box("statusFilter", STATUS_FILTER, [ALL_STATUSES, *(status.value for status in Status)])
        self._role = filter_box("roleFilter", ROLE_FILTER, [ALL_ROLES, *map(describe_role, Role)])
        self._is_being_set = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, stretch=1)
        row.addWidget(self._status)
        row.addWidget(self._role)
        for changed in (self.search.textChanged, self._status.currentIndexChanged, self._role.currentIndexChanged):
            changed.connect(self._report_change)

    @property
    def last_tab_stop(self) -> QWidget:
        """The control that Tab reaches last."""
        return self._role

    @property
    def is_active(self) -> bool:
        """Whether there is a search text or a filter."""
        return self.apply_to(KeyQuery()) != KeyQuery()

    def apply_to(self, query: KeyQuery) -> KeyQuery:
        """Return `query` with this search text and these filters; its order stays."""
        return replace(
            query,
            text=self.search.text().strip(),
            status=(None, *Status)[self._status.currentIndex()],
            role=(None, *Role)[self._role.currentIndex()],
        )

    def clear(self) -> None:
        """Remove the search text and the filters; emit `changed` once."""
        self.show_query(KeyQuery())

    def show_query(self, query: KeyQuery) -> None:
        """Show the search text and the filters of `query`; emit `changed` once."""
        self._is_being_set = True
        self.search.setText(query.text)
        self._status.setCurrentIndex((None, *Status).index(query.status))
        self._role.setCurrentIndex((None, *Role).index(query.role))
        self._is_being_set = False
        self._report_change()

    def _report_change(self) -> None:
        if not self._is_being_set:
            self.changed.emit()


class SearchField(TextField):
    """A search field that Esc clears; Down and Enter emit `list_requested`."""

    list_requested = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(rule=join_lines, placeholderText=SEARCH_FIELD, max_length=MAX_SEARCH_LENGTH)
        name_widget(self, "searchField", SEARCH_FIELD)
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * _SEARCH_WIDTH_DIGITS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle Esc, Down and Enter; a `QLineEdit` handles the other keys."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list_requested.emit()
        else:
            super().keyPressEvent(event)
