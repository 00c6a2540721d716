"""What the list is narrowed to: a text, a status, a role."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.pasted_text import in_one_line
from zcc_keys_gui.domain.queries import KeyQuery
from zcc_keys_gui.ui.text.keys.key_list import role_words
from zcc_keys_gui.ui.widgets.fields.text_field import TextField
from zcc_keys_gui.ui.widgets.lists.filters import MAX_SEARCH_LENGTH, filter_box
from zcc_keys_gui.ui.widgets.naming import named


class KeyFilter(QWidget):
    """The search field and two filters; `changed` tells of every keystroke."""

    changed = Signal()

    def __init__(self) -> None:
        """Start with nothing narrowed."""
        super().__init__()
        self.search = SearchField()
        self._status = filter_box(
            "statusFilter", "Status filter", ["All statuses", *(status.value for status in Status)]
        )
        self._role = filter_box("roleFilter", "Role filter", ["All roles", *map(role_words, Role)])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, stretch=1)
        row.addWidget(self._status)
        row.addWidget(self._role)
        self.search.textChanged.connect(lambda _: self.changed.emit())
        self._status.currentIndexChanged.connect(lambda _: self.changed.emit())
        self._role.currentIndexChanged.connect(lambda _: self.changed.emit())

    @property
    def last_stop(self) -> QWidget:
        """Where Tab comes to last."""
        return self._role

    @property
    def narrows(self) -> bool:
        """Whether anything is searched or filtered."""
        return self.applied_to(KeyQuery()) != KeyQuery()

    def applied_to(self, query: KeyQuery) -> KeyQuery:
        """Return the query with what is searched and filtered, in its order."""
        return replace(
            query,
            text=self.search.text().strip(),
            status=(None, *Status)[self._status.currentIndex()],
            role=(None, *Role)[self._role.currentIndex()],
        )

    def clear(self) -> None:
        """Narrow nothing, and say so once."""
        self.narrow_to(KeyQuery())

    def narrow_to(self, query: KeyQuery) -> None:
        """Search and filter for what `query` has, and say so once."""
        self.blockSignals(True)
        self.search.setText(query.text)
        self._status.setCurrentIndex((None, *Status).index(query.status))
        self._role.setCurrentIndex((None, *Role).index(query.role))
        self.blockSignals(False)
        self.changed.emit()


class SearchField(TextField):
    """Where a search is typed: Esc empties it, Down and Enter go to the list."""

    left_downwards = Signal()

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(rule=in_one_line, placeholderText="Search name or client ID", max_length=MAX_SEARCH_LENGTH)
        named(self, "searchField", "Search name or client ID")
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance("0") * 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that leave the field."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left_downwards.emit()
        else:
            super().keyPressEvent(event)
