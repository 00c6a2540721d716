"""The page that lists the API keys."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from zcc_keys_gui.domain.api_key import ApiKey, KeyQuery, Status
from zcc_keys_gui.service.keys import NewSecret
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.keys import commands
from zcc_keys_gui.ui.keys.bulk_actions import BulkActions
from zcc_keys_gui.ui.keys.key_forms import KeyForms, OpenForm
from zcc_keys_gui.ui.keys.key_secrets import KeySecrets
from zcc_keys_gui.ui.keys.list.key_list import KeyList, SelectionSummary
from zcc_keys_gui.ui.keys.list.key_model import STATUS_COLUMN
from zcc_keys_gui.ui.keys.list.selected_rows import Span
from zcc_keys_gui.ui.keys.pending_secrets import PendingSecretBar
from zcc_keys_gui.ui.text.keys.commands import KEY_COMMANDS
from zcc_keys_gui.ui.text.keys.key_list import describe_key_status
from zcc_keys_gui.ui.text.keys.selected_keys import OLD_SECRET_STOPPED
from zcc_keys_gui.ui.text.widgets import HIDDEN_SECRET
from zcc_keys_gui.ui.widgets.commands import CommandActions
from zcc_keys_gui.ui.widgets.info_bar import InfoBar
from zcc_keys_gui.ui.widgets.messages import problems_shown


class KeysPageState(NamedTuple):
    """The state of the page, without any secret."""

    query: KeyQuery
    selected: tuple[str, ...]
    """Client IDs."""
    form: OpenForm | None


class KeysPage(QWidget):
    """The list of keys with its toolbar, its filters, and the commands on selected keys.

    `keys_changed` is emitted after each change. `reported` carries a result for the status bar. `history_requested`,
    `sign_ins_requested` (with a client ID) and `switch_on_requested` ask for other parts of the program.
    """

    keys_changed = Signal()
    reported = Signal(str)
    history_requested = Signal()
    sign_ins_requested = Signal(str)
    switch_on_requested = Signal()

    def __init__(
        self,
        vault: OpenVault,
        clipboard: SecretClipboard,
        preferences: Preferences,
        service: SignInService,
        notices: QVBoxLayout,
    ) -> None:
        """Show the keys of `vault`; `notices` appear between the toolbar and the list."""
        super().__init__()
        self.setObjectName("keysPage")
        self._keys = vault.keys
        self.key_list = KeyList(vault.listing, self)
        self._bulk_actions = BulkActions(vault.keys, vault.listing, self.key_list.table, self)
        self._forms = KeyForms(vault.keys, preferences, self)
        self._secrets = KeySecrets(vault.keys, clipboard, preferences, service, self)
        self._pending_bar = PendingSecretBar(vault.keys)
        self._hidden_secret_bar = InfoBar("hiddenSecretBar", HIDDEN_SECRET)
        self._hidden_secret_bar.hide()
        self.commands = self._make_commands()
        self._context_menu = QMenu(self)
        self.commands.fill(self._context_menu, commands.CONTEXT_MENU)
        self._lay_out(notices)
        self._connect()
        service.recorded.connect(self.key_list.model.renew)

    def refresh(self, select: Sequence[str] | None = None, spans: tuple[Span, ...] = ()) -> None:
        """Show the keys after a change; for the arguments, see `KeyList.refresh`."""
        with problems_shown(self.window()):
            self.key_list.refresh(select, spans)
        self.keys_changed.emit()

    def refresh_all(self, select: Sequence[str] | None = None, spans: tuple[Span, ...] = ()) -> None:
        """Show the keys and the pending secrets after a change; for the arguments, see `KeyList.refresh`."""
        self.refresh(select, spans)
        self._pending_bar.refresh()

    def stop(self) -> None:
        """Stop using the vault; to be called before it is closed."""
        self._bulk_actions.cancel()
        self.key_list.stop()

    def state(self) -> KeysPageState:
        """Return what to show again after the vault was locked."""
        return KeysPageState(self.key_list.query, tuple(self.key_list.selected_ids), self._forms.open_form())

    def restore_state(self, state: KeysPageState) -> None:
        """Show what another page of the same vault showed when the vault was locked."""
        self.key_list.filter.show_query(state.query)
        self.refresh(state.selected)
        if state.form is not None:
            with problems_shown(self.window()):
                self._forms.reopen(state.form)

    # --- setup ---

    def _make_commands(self) -> CommandActions[SelectionSummary]:
        return CommandActions(
            {
                commands.ADD_KEY: self._forms.add,
                commands.EDIT_KEY: self._edit_key,
                commands.TOGGLE_STATUS: self._toggle_status,
                commands.REGENERATE_SECRET: self._regenerate_secret,
                commands.STOP_OLD_SECRET: self._stop_old_secret,
                commands.COPY_CLIENT_IDS: self._bulk_actions.copy_client_ids,
                commands.CONNECT: self._show_connect_card,
                commands.SHOW_SIGN_INS: self._request_sign_ins,
                commands.DELETE_KEYS: self._delete_keys,
                commands.SHOW_HISTORY: self.history_requested.emit,
                commands.SEARCH: self.key_list.go_to_search,
                commands.CHECK_SECRET: self._secrets.check,
            },
            self,
        )

    def _lay_out(self, notices: QVBoxLayout) -> None:
        top = QHBoxLayout()
        top.addWidget(self.commands.toolbar("keyToolBar", KEY_COMMANDS, commands.TOOLBAR))
        top.addWidget(self.key_list.filter, stretch=1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        # Complete the notices before the page gets them: that is the order in which Tab moves through their buttons.
        notices.insertWidget(0, self._hidden_secret_bar)
        notices.insertWidget(1, self._pending_bar)
        layout.addLayout(notices)
        layout.addWidget(self.key_list.table, stretch=1)

    def _connect(self) -> None:
        table = self.key_list.table
        table.edit_requested.connect(self._edit_key)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._show_context_menu)
        self.key_list.selection_changed.connect(self.commands.update)
        self.key_list.add_requested.connect(self._forms.add)
        self._bulk_actions.changed.connect(self.refresh_all)
        self._bulk_actions.reported.connect(self.reported)
        self._forms.added.connect(self._show_added)
        self._forms.edited.connect(self._show_edited)
        self._secrets.regenerated.connect(self._show_regenerated)
        self._secrets.secret_closed.connect(self._refresh_key)
        self._secrets.hidden_from_sharing.connect(self._hidden_secret_bar.setVisible)
        self._secrets.switch_on_requested.connect(self.switch_on_requested)
        self._pending_bar.regenerate_requested.connect(self._secrets.ask_to_regenerate)
        self._pending_bar.confirmed.connect(self.refresh_all)

    # --- commands on the selected keys ---

    def _edit_key(self) -> None:
        if (key := self.key_list.selected_key()) is not None:
            self._forms.edit(key)

    def _toggle_status(self) -> None:
        self._bulk_actions.set_status(Status.DISABLED if self.key_list.selection.is_any_enabled else Status.ENABLED)

    def _regenerate_secret(self) -> None:
        if (key := self.key_list.selected_key()) is not None:
            self._secrets.ask_to_regenerate(key)

    def _stop_old_secret(self) -> None:
        if (key := self.key_list.selected_key()) is not None:
            with problems_shown(self.window()):
                self._keys.stop_replaced_secret(key.client_id)
                self.refresh([key.client_id])
                self.reported.emit(OLD_SECRET_STOPPED.format(name=key.name))

    def _show_connect_card(self) -> None:
        if (key := self.key_list.selected_key()) is not None:
            self._secrets.show_connect_card(key)

    def _request_sign_ins(self) -> None:
        if (key := self.key_list.selected_key()) is not None:
            self.sign_ins_requested.emit(key.client_id)

    def _delete_keys(self) -> None:
        self._bulk_actions.delete(can_disable=self.key_list.selection.is_any_enabled)

    # --- after changes ---

    def _show_added(self, new: NewSecret) -> None:
        self._secrets.show_secret(new)
        self._show_saved(new.key.client_id)

    def _show_edited(self, client_id: str) -> None:
        self._show_saved(client_id)
        self._pending_bar.refresh()

    def _show_saved(self, client_id: str) -> None:
        with problems_shown(self.window()):
            self.key_list.show_key(client_id)
        self.keys_changed.emit()

    def _show_regenerated(self, key: ApiKey) -> None:
        self.refresh([key.client_id])
        self.key_list.table.widen_column(STATUS_COLUMN, describe_key_status(key, datetime.now(UTC)))

    def _refresh_key(self, client_id: str) -> None:
        self.refresh_all([client_id])

    def _show_context_menu(self, position: QPoint) -> None:
        self._context_menu.popup(self.key_list.table.viewport().mapToGlobal(position))
