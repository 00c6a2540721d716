"""The sign-in log: the calls of the sign-in service with their outcomes and reasons."""

from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.sign_in import Outcome, SignInQuery
from zcc_keys_gui.service.csv_export import export_sign_ins
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.sign_in.sign_in_model import SignInListing, SignInModel, SignInTable
from zcc_keys_gui.ui.text import sign_in as texts
from zcc_keys_gui.ui.text.widgets import ROWS
from zcc_keys_gui.ui.widgets.lists.filters import filter_box
from zcc_keys_gui.ui.widgets.lists.record_window import RecordWindow

_COLUMN_WIDTHS_DIGITS = (20, 14, 32, 7, 24, 54, 20)


class SignInLogWindow(RecordWindow):
    """The window that lists the sign-in log. New rows appear while it is open."""

    def __init__(self, listing: SignInListing, service: SignInService, switch: QAction, parent: QWidget) -> None:
        """List the rows of `listing`, which `service` writes. `switch` is the action that switches the service."""
        self._listing = listing
        self._service = service
        self._switch = switch
        outcomes = [texts.ALL_OUTCOMES, *(outcome.value for outcome in Outcome)]
        self._outcome = filter_box("signInLogOutcomeFilter", texts.OUTCOME_FILTER, outcomes)
        self._sign_in_table = SignInTable(SignInModel(listing, parent))
        super().__init__("signInLog", texts.SIGN_IN_LOG, self._sign_in_table, _COLUMN_WIDTHS_DIGITS, parent)
        self._filters.addWidget(self._outcome)
        self.setTabOrder(self._search, self._outcome)
        self._outcome.currentIndexChanged.connect(self._ask)
        self._model.renewed.connect(self._show_count)
        service.recorded.connect(self._model.renew)
        service.changed.connect(self._update_hint)
        self.refresh()

    def search_for(self, text: str) -> None:
        """Search for `text` in rows of every outcome."""
        self._outcome.setCurrentIndex(0)
        self._search.setText(text)

    def _show_count(self) -> None:
        super()._show_count()
        self._update_hint()

    def _update_hint(self) -> None:
        """Say in an empty table why it is empty and what to do next."""
        hint = self._sign_in_table.empty_hint
        if self._model.rowCount() or not self._model.is_answered:
            hint.hide()
        elif self._query() != SignInQuery():
            hint.show_text(texts.NO_MATCH, texts.CLEAR_SEARCH_AND_FILTER, self._clear)
        elif self._service.is_on:
            hint.show_text(texts.NO_CALLS_WHILE_ON.format(base_url=self._service.base_url))
        elif self._switch.isEnabled():
            hint.show_text(
                texts.NO_CALLS_WHILE_OFF, texts.SWITCH_ON_SIGN_IN_SERVICE, lambda: self._switch.setChecked(True)
            )
        else:
            hint.show_text(texts.NO_CALLS_ALLOWED)

    def _clear(self) -> None:
        self.search_for("")
        self._search.setFocus()

    def _query(self) -> SignInQuery:
        return SignInQuery(self._search.text(), (None, *Outcome)[self._outcome.currentIndex()])

    def _empty_text(self) -> str:
        return ROWS.of(0)

    def _export_rows(self, query: SignInQuery, path: Path) -> int:
        with saved_text_file(path, newline="") as file:
            return export_sign_ins(self._listing, query, file)
