"""The main window: the list of keys, and what can be done with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMainWindow, QMenu, QVBoxLayout, QWidget

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Status
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.domain.errors import NameTakenError, VaultError, ZccKeysError
from zcc_keys_gui.domain.key_name import NameProblem
from zcc_keys_gui.domain.queries import KeyQuery
from zcc_keys_gui.service.keys import NewSecret
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.close_reason import CloseReason
from zcc_keys_gui.ui.application.former_settings import Columns, former_columns, former_place
from zcc_keys_gui.ui.application.held_keys import never_repeat_actions
from zcc_keys_gui.ui.application.log import log_folder
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.keys.key_commands import KeyCommands
from zcc_keys_gui.ui.keys.key_filter import KeyFilter
from zcc_keys_gui.ui.keys.key_model import STATUS_COLUMN, KeyModel
from zcc_keys_gui.ui.keys.key_table import MAX_FOLLOWED, KeyTable
from zcc_keys_gui.ui.keys.selected_rows import Span
from zcc_keys_gui.ui.main.key_actions import KeyActions
from zcc_keys_gui.ui.main.recovery_bar import RecoveryBar
from zcc_keys_gui.ui.sign_in.service_controls import ServiceControls
from zcc_keys_gui.ui.text.keys.key_list import LOCAL_KEYS, LOCAL_KEYS_EXPLAINED, key_status_words
from zcc_keys_gui.ui.text.values import PROGRAM, counted, number_words
from zcc_keys_gui.ui.text.widgets import HIDDEN_SECRET
from zcc_keys_gui.ui.widgets.info_bar import InfoBar
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_information, show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import (
    bring_to_front,
    center_on_screen,
    placement_of,
    resize_within_screen,
    restore_placement,
)

if TYPE_CHECKING:  # dialogs are imported when they are first opened, so that start-up does not pay for them
    from zcc_keys_gui.ui.history.history_window import HistoryWindow
    from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog
    from zcc_keys_gui.ui.keys.connect_dialog import ConnectDialog
    from zcc_keys_gui.ui.keys.key_dialog import KeyDialog, KeyDraft
    from zcc_keys_gui.ui.settings.protection_page import ProtectionPage

_MINUTE = 60_000  # milliseconds, after which "2 minutes ago" is wrong
_PLACE, _ORDER, _WIDTHS, _SORT = "window/place", "columns/order", "columns/widths", "columns/sort"
_FORMER = ("geometry", "columns", "columnCount")  # of version 0.1.0
_COLUMNS_AT_FIRST = 6  # of a program that did not note how many it saved


class WindowState(NamedTuple):
    """What a window shows, as far as it comes back after the vault was locked."""

    query: KeyQuery
    selected: tuple[str, ...]
    """Client IDs."""
    form: "tuple[str | None, KeyDraft] | None"
    """The client ID of the key that is edited, or None for a new one, with what was typed."""


class MainWindow(QMainWindow):
    """Lists the keys.

    `closed` carries the `CloseReason`. `lock_wanted` says that the user wants to lock the vault, `repair_wanted` that
    they want to repair it, and `protection_changed` that the ways to unlock it have changed.
    """

    closed = Signal(CloseReason)
    lock_wanted = Signal()
    repair_wanted = Signal()
    protection_changed = Signal()

    def __init__(
        self,
        vault: OpenVault,
        clipboard: SecretClipboard,
        preferences: Preferences,
        settings: SettingsFile,
        service: SignInService,
        unlocked_by: str,
    ) -> None:
        """Work on `vault`; `settings` remembers size, columns and sorting; `unlocked_by` is said in the status bar.

        `service` is the vault's sign-in service, which outlives the window.
        """
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(PROGRAM)
        self._vault = vault
        self._keys = vault.keys
        self._listing = vault.listing
        self._history_window: HistoryWindow | None = None
        self._clipboard = clipboard
        self._preferences = preferences
        self._settings = settings
        self._service = service
        self._minutes = QTimer(self, interval=_MINUTE)
        self._total = 0
        self._selected: list[str] = []
        self._selects_all = False
        self._spans: tuple[Span, ...] = ()  # to be selected once, after a change of many keys
        self._disables = False
        self._context_menu: QMenu | None = None

        self._model = KeyModel(vault.listing, self)
        self._table = KeyTable(self._model)
        self._commands = KeyCommands(vault.keys, vault.listing, self._table, self)
        self._filter = KeyFilter()
        self._actions = KeyActions(self)
        self._count = named(Label(), "countLabel")
        self._countdown = named(Label(), "clipboardLabel")
        self._local_note = InfoBar("localNote", LOCAL_KEYS)
        self._pending_bar = InfoBar("pendingBar")
        self._hidden_secret_bar = InfoBar("hiddenSecretBar", HIDDEN_SECRET)
        self._recovery_bar = RecoveryBar(vault.protection)
        self.service_controls = ServiceControls(service, vault, preferences, self.say, self._show_bar, self)
        """The vault's sign-in service in this window."""
        self._pending_key: ApiKey | None = None
        self._form: tuple[str | None, KeyDialog] | None = None
        self._close_reason = CloseReason.EXIT

        self._lay_out(unlocked_by)
        self._make_menus()
        self._connect()
        self._restore_from_settings()
        with self._problems():
            self._show_changes()
        self._show_pending()
        self._show_protection()
        self._table.setFocus()

    def close_for(self, reason: CloseReason) -> None:
        """Close the window for a reason of the program's; if the user closes it, the reason is `CloseReason.EXIT`."""
        self._close_reason = reason
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window looks, and end what is under way."""
        columns = self._table.columns()
        self._settings.set(
            {
                _PLACE: placement_of(self),
                _ORDER: columns.order,
                _WIDTHS: columns.widths,
                _SORT: (columns.sort, int(columns.is_descending)),
                **dict.fromkeys(_FORMER),
            }
        )
        if self._history_window is not None:
            self._history_window.close()
        self.service_controls.close_windows()
        for dialog in self.findChildren(QDialog):  # still open when the session ends or is locked: nothing was decided
            dialog.blockSignals(True)
            dialog.done(QDialog.DialogCode.Rejected)  # which also forgets what is secret in it
        self._model.stop()
        super().closeEvent(event)
        self.closed.emit(self._close_reason)

    # --- building ---

    def _lay_out(self, unlocked_by: str) -> None:
        top = QHBoxLayout()
        top.addWidget(self._actions.toolbar())
        top.addWidget(self._filter, stretch=1)
        self._local_note.add_button("What does this mean?", "localNoteButton", self._explain_local_keys)
        self._local_note.add_button("Hide", "hideLocalNoteButton", self._hide_local_note)
        self._pending_bar.add_button("Regenerate secret…", "regeneratePendingButton", self._regenerate_pending)
        self._pending_bar.add_button("I have the secret", "pendingTakenButton", self._pending_was_taken)
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        self._bars = QVBoxLayout()
        layout.addLayout(self._bars)
        layout.addWidget(self._hidden_secret_bar)
        layout.addWidget(self._pending_bar)
        layout.addWidget(self._recovery_bar)
        layout.addWidget(self._local_note)
        layout.addWidget(self._table, stretch=1)
        self.setCentralWidget(central)
        self._count.setContentsMargins(8, 0, 0, 0)
        self._countdown.setContentsMargins(8, 0, 8, 0)
        status = self.statusBar()
        status.addWidget(self._count, 1)
        status.addWidget(self._countdown)
        self._countdown.hide()
        self._hidden_secret_bar.hide()
        unlocked = named(Label(unlocked_by), "unlockedByLabel")
        unlocked.setToolTip(unlocked_by)
        unlocked.setContentsMargins(8, 0, 8, 0)
        unlocked.setMinimumWidth(1)  # where there is little room, it gives way first
        status.addPermanentWidget(self.service_controls.chip)
        status.addPermanentWidget(unlocked)

    def _make_menus(self) -> None:
        actions = self._actions
        file = self.menuBar().addMenu("&File")
        file.setToolTipsVisible(True)  # one says why the vault can't be locked
        file.addAction(actions.preferences)
        file.addAction(actions.lock)
        file.addSeparator()
        file.addAction("&Back up…", self.back_up).setObjectName("backupAction")
        file.addAction("Res&tore from backup…", self.restore).setObjectName("restoreAction")
        file.addAction("Check the &vault…", self.check_vault).setObjectName("checkVaultAction")
        file.addSeparator()
        file.addAction("E&xit", "Ctrl+Q", self.close).setObjectName("exitAction")
        key = self.menuBar().addMenu("&Key")
        key.addAction(actions.add)
        key.addSeparator()
        key.addActions(actions.of_keys)
        view = self.menuBar().addMenu("&View")
        view.addActions([actions.search, actions.history])
        self._sort_menu = view.addMenu("S&ort by")
        self._sort_menu.setObjectName("sortMenu")
        choices = QActionGroup(self._sort_menu)
        for column, heading in enumerate(KeyModel.headings):
            choice = self._sort_menu.addAction(heading, partial(self._table.sort_by, column))
            choice.setCheckable(True)
            choices.addAction(choice)
        sign_in = self.service_controls.menu
        sign_in.addSeparator()
        sign_in.addAction(actions.check_secret)
        self.menuBar().addMenu(sign_in)
        help_ = self.menuBar().addMenu("&Help")
        help_.addAction("About &local keys", self._explain_local_keys).setObjectName("aboutLocalKeysAction")
        help_.addAction("Show &vault folder", self._show_vault_folder).setObjectName("showVaultFolderAction")
        help_.addAction("&Show log folder", self._show_log_folder).setObjectName("showLogFolderAction")
        help_.addAction(f"&About {PROGRAM}", self._about).setObjectName("aboutAction")
        never_repeat_actions(self)

    def _connect(self) -> None:
        actions = self._actions
        actions.add.triggered.connect(self.add_key)
        actions.edit.triggered.connect(self.edit_key)
        actions.toggle.triggered.connect(self.toggle_status)
        actions.regenerate.triggered.connect(self.regenerate_secret)
        actions.stop_old_secret.triggered.connect(self.stop_old_secret)
        actions.copy_client_id.triggered.connect(self._commands.copy_client_ids)
        actions.connect.triggered.connect(self.show_connect_card)
        actions.sign_ins_of_key.triggered.connect(self.show_sign_ins_of_key)
        actions.delete.triggered.connect(self.delete_keys)
        actions.history.triggered.connect(self.show_history)
        actions.search.triggered.connect(self._go_to_search)
        actions.preferences.triggered.connect(self.show_preferences)
        actions.lock.triggered.connect(self.lock_wanted)
        actions.check_secret.triggered.connect(self.check_secret)
        self._service.recorded.connect(self._model.renew)
        self._preferences.changed.connect(self._follow_preferences)
        self._recovery_bar.wanted.connect(self._save_recovery_key)
        self._filter.changed.connect(self._search)
        self._filter.search.left_downwards.connect(self._go_to_table)
        self._sort_menu.aboutToShow.connect(self._show_sorting)
        self._table.edit_wanted.connect(self.edit_key)
        self._table.selection_changed.connect(self._follow_selection)
        self._table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._table.customContextMenuRequested.connect(self._show_context_menu)
        self._commands.changed.connect(self._show_changed_keys)
        self._model.answered.connect(self._show_answer)
        self._model.old_secret_ended.connect(self._follow_selection)
        self._model.failed.connect(lambda error: show_problem(self, error))
        self._clipboard.seconds_left.connect(self._show_countdown)
        self._minutes.timeout.connect(self._model.show_times)
        self._minutes.start()

    def _restore_from_settings(self) -> None:
        place = self._settings.numbers(_PLACE) or former_place(self._settings.value("geometry") or "")
        if not restore_placement(self, place):  # the first start, or somebody else wrote the settings
            digit = self.fontMetrics().horizontalAdvance("0")
            resize_within_screen(self, 160 * digit, 80 * digit)
            center_on_screen(self)
        columns = self._saved_columns()
        if columns is not None:
            self._table.show_columns(columns)
        self._follow_preferences()

    def _saved_columns(self) -> Columns | None:
        sort = self._settings.numbers(_SORT)
        if len(sort) == 2:
            order, widths = self._settings.numbers(_ORDER), self._settings.numbers(_WIDTHS)
            return Columns(order, widths, sort[0], sort[1] == 1)
        former = former_columns(self._settings.value("columns") or "")
        number = (*self._settings.numbers("columnCount"), _COLUMNS_AT_FIRST)[0]
        return former and former._replace(widths=former.widths[: max(number, 0)])

    # --- what a person does ---

    def add_key(self) -> None:
        """Ask for a new key's fields, make it, and show its secret."""
        from zcc_keys_gui.ui.keys.key_dialog import NEW_KEY

        fields = replace(NEW_KEY, session_validity=self._preferences.new_key_validity)
        dialog = self._open_form("addKeyDialog", "Add API key", fields, None)
        dialog.save_requested.connect(partial(self._save_new, dialog))

    def edit_key(self) -> None:
        """Ask for other fields of the selected key."""
        for key in self._only_selected():
            self._edit(key)

    def toggle_status(self) -> None:
        """Disable the selected keys, or enable them where all that are looked at are disabled; as the action says."""
        self._commands.set_status(Status.DISABLED if self._disables else Status.ENABLED)

    def regenerate_secret(self) -> None:
        """Make a new secret for the selected key, after asking."""
        for key in self._only_selected():
            self._ask_to_regenerate(key)

    def stop_old_secret(self) -> None:
        """Let the old secret of the selected key stop now."""
        for key in self._only_selected():
            with self._problems():
                self._keys.stop_replaced_secret(key.client_id)
                self._show_changes([key.client_id])
                self.statusBar().showMessage(
                    f"The old secret of {key.name} has stopped, and so have the tokens of the key.", 5000
                )

    def show_connect_card(self) -> None:
        """Show how a script signs in with the selected key."""
        for key in self._only_selected():
            self._show_connect_card(key, self)

    def delete_keys(self) -> None:
        """Delete the selected keys, after asking."""
        self._commands.delete(can_disable=self._disables)

    def show_history(self) -> None:
        """Show the history in a window beside this one."""
        from zcc_keys_gui.ui.history.history_window import HistoryWindow

        if self._history_window is None:
            self._history_window = HistoryWindow(self._vault.history, self)
            self._history_window.finished.connect(self._forget_history_window)
        bring_to_front(self._history_window)

    def show_sign_ins_of_key(self) -> None:
        """Show what the sign-in log has of the selected key."""
        for key in self._only_selected():
            self.service_controls.show_log().narrow_to(key.client_id)

    def show_preferences(self) -> None:
        """Show what a person may choose."""
        from zcc_keys_gui.ui.settings.preferences_dialog import PreferencesDialog

        PreferencesDialog(self._preferences, self._protection_page(), self).open()

    def check_secret(self) -> None:
        """Ask for a client secret, and say which key it belongs to."""
        from zcc_keys_gui.ui.keys.check_secret_dialog import CheckSecretDialog

        dialog = CheckSecretDialog(self._keys.check_secret, self._clipboard, self)
        dialog.hidden_from_sharing.connect(self._hidden_secret_bar.setVisible)
        dialog.finished.connect(self._hidden_secret_bar.hide)
        dialog.open()

    def back_up(self) -> None:
        """Ask for a file and a passphrase, and back the vault up."""
        from zcc_keys_gui.ui.backups.backup_dialog import ask_for_backup_file

        ask_for_backup_file(self, self._back_up_to)

    def restore(self) -> None:
        """Ask for a backup and its passphrase, show what is in it, and restore it as the person wishes."""
        from zcc_keys_gui.ui.backups.restore_dialog import ask_for_backup

        ask_for_backup(self, self._vault.backups(), self._clipboard, self._show_restored)

    def check_vault(self) -> None:
        """Check the whole vault and its copies, and show what was found."""
        from zcc_keys_gui.ui.backups.check_dialog import CheckDialog

        dialog = CheckDialog(self._vault.checks(), self)
        dialog.repair_wanted.connect(self.repair_wanted)
        dialog.open()

    def say_damage(self, text: str) -> None:
        """Say what is damaged in a bar above the list, with a way to mend it."""
        bar = InfoBar("damageBar")
        bar.warn(text)
        bar.add_button("Repair…", "damageBarRepairButton", self.repair_wanted.emit)
        self._show_bar(bar)

    def say(self, name: str, text: str, *buttons: tuple[str, str, Callable[[], None]]) -> InfoBar:
        """Say something in a bar of this name above the list, until the person hides it; return the bar.

        `buttons` are what `InfoBar.add_button` takes.
        """
        bar = InfoBar(name, text)
        for button in buttons:
            bar.add_button(*button)
        bar.add_button("Hide", f"{name}HideButton", bar.hide)
        self._show_bar(bar)
        return bar

    def _show_bar(self, bar: InfoBar) -> None:
        self._bars.insertWidget(0, bar)
        bar.follow_in_tab_order(self._filter.last_stop)

    # --- locking ---

    def state(self) -> WindowState:
        """Return what is to come back after the vault was locked: it holds no secret."""
        form = None
        if self._form is not None:
            client_id, dialog = self._form
            form = (client_id, dialog.draft())
        return WindowState(self._filter.applied_to(KeyQuery()), tuple(self._selected), form)

    def restore_state(self, state: WindowState) -> None:
        """Show what another window of the same vault showed when the vault was locked."""
        self._filter.narrow_to(state.query)
        self._show_changes(list(state.selected))
        if state.form is None:
            return
        client_id, draft = state.form
        with self._problems():
            if client_id is None:
                self.add_key()
            else:
                self._edit(self._keys.key(client_id))
            if self._form is not None:
                self._form[1].restore_draft(draft)

    # --- how it is done ---

    def _edit(self, key: ApiKey) -> None:
        dialog = self._open_form("editKeyDialog", f"Edit {key.name}", key.fields, key.client_id)
        dialog.save_requested.connect(partial(self._save_edited, dialog, key.client_id))

    def _open_form(self, name: str, title: str, fields: KeyFields, client_id: str | None) -> "KeyDialog":
        from zcc_keys_gui.ui.keys.key_dialog import KeyDialog

        check_name = partial(self._name_problem, of=client_id)
        dialog = KeyDialog(fields, check_name, self._preferences.max_session_validity, self)
        dialog.setObjectName(name)
        dialog.setWindowTitle(title)
        dialog.finished.connect(self._forget_form)
        self._form = (client_id, dialog)
        dialog.open()
        return dialog

    def _forget_form(self) -> None:
        self._form = None

    def _name_problem(self, name: str, of: str | None = None) -> NameProblem | None:
        try:
            return self._keys.name_problem(name, of)
        except VaultError:
            return None  # while typing; Save tells

    def _save_new(self, dialog: "KeyDialog", fields: KeyFields) -> None:
        with self._problems_of(dialog):
            new = self._keys.add(fields)
            dialog.accept()
            with self._problems():
                self._reveal(new)
                self._show_saved(new.key.client_id)

    def _save_edited(self, dialog: "KeyDialog", client_id: str, fields: KeyFields) -> None:
        with self._problems_of(dialog):
            self._keys.edit(client_id, fields)
            dialog.accept()
            with self._problems():
                self._show_saved(client_id)
                self._show_pending()

    def _show_saved(self, client_id: str) -> None:
        if self._listing.position(self._filter.applied_to(self._model.query), client_id) is None:
            self._filter.clear()  # else it would look as if the key had not been saved
        self._show_changes([client_id])

    def _ask_to_regenerate(self, key: ApiKey) -> None:
        from zcc_keys_gui.ui.keys.regenerate_question import ask_to_regenerate

        ask_to_regenerate(self, key, partial(self._regenerate, key.client_id))

    def _regenerate(self, client_id: str, overlap: timedelta) -> None:
        with self._problems():
            new = self._keys.regenerate_secret(client_id, overlap)
            self._reveal(new)
            self._show_changes([client_id])
            self._table.make_room(STATUS_COLUMN, key_status_words(new.key, datetime.now(UTC)))

    def _back_up_to(self, path: Path) -> None:
        from zcc_keys_gui.ui.backups.backup_dialog import BackupDialog

        dialog = BackupDialog(self._vault.backups(), path, self._clipboard, self)
        dialog.succeeded.connect(partial(self._show_backed_up, path))
        dialog.open()

    def _show_backed_up(self, path: Path, keys: int) -> None:
        self._show_changes()  # of the history
        show_information(self, f"{counted(keys, 'API key')} backed up.", f"Keep the passphrase apart.\n\n{path}")

    def _show_restored(self, what: str, more: str) -> None:
        self._show_changes()
        self._show_pending()
        show_information(self, what, more)

    def _reveal(self, new: NewSecret) -> None:
        from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog

        dialog = ClientSecretDialog(new, self._clipboard, self)
        dialog.hidden_from_sharing.connect(self._hidden_secret_bar.setVisible)
        dialog.connect_requested.connect(partial(self._show_connect_card_of_secret, new.key, dialog))
        dialog.accepted.connect(partial(self._secret_was_shown, new.key.client_id, dialog))
        dialog.open()

    def _show_connect_card_of_secret(self, key: ApiKey, dialog: "ClientSecretDialog", secret: ClientSecret) -> None:
        card = self._show_connect_card(key, dialog, secret)
        card.secret_copied.connect(dialog.mark_secret_copied)
        dialog.finished.connect(card.forget_secret)

    def _show_connect_card(self, key: ApiKey, parent: QWidget, secret: ClientSecret | None = None) -> "ConnectDialog":
        from zcc_keys_gui.ui.keys.connect_dialog import ConnectDialog

        is_forbidden = self._preferences.forbids_sign_in_service
        card = ConnectDialog(key, self._service, self._clipboard, parent, secret=secret, is_forbidden=is_forbidden)
        card.switch_on_requested.connect(self.service_controls.switch_on)
        card.open()
        return card

    def _secret_was_shown(self, client_id: str, dialog: "ClientSecretDialog") -> None:
        self._hidden_secret_bar.hide()
        with self._problems():
            self._keys.secret_was_shown(client_id, copied=dialog.copied)
            self._show_changes([client_id])
            self._show_pending()

    def _only_selected(self) -> list[ApiKey]:
        return self._table.selected_keys() if self._table.selected_rows() == 1 else []

    @contextmanager
    def _problems(self) -> Iterator[None]:
        try:
            yield
        except ZccKeysError as error:
            show_problem(self, error)

    @contextmanager
    def _problems_of(self, dialog: "KeyDialog") -> Iterator[None]:
        try:
            yield
        except NameTakenError:
            dialog.show_name_taken()
        except ZccKeysError as error:
            show_problem(dialog, error)

    # --- secrets that may not have been taken ---

    def _show_pending(self) -> None:
        with self._problems():
            pending = self._keys.pending()
            self._pending_key = pending[0] if pending else None
            self._pending_bar.setVisible(bool(pending))
            if pending:
                more = f" ({counted(len(pending) - 1, 'more key')})" if len(pending) > 1 else ""
                self._pending_bar.warn(
                    f"The client secret of {pending[0].name} may not have been taken: the program ended or was locked "
                    f"while it was shown.{more}"
                )

    def _regenerate_pending(self) -> None:
        if self._pending_key is not None:
            self._ask_to_regenerate(self._pending_key)

    def _pending_was_taken(self) -> None:
        if self._pending_key is not None:
            with self._problems():
                self._keys.secret_was_shown(self._pending_key.client_id, copied=True)
                self._show_changes()
                self._show_pending()

    # --- who can open the vault ---

    def _protection_page(self) -> "ProtectionPage":
        from zcc_keys_gui.ui.settings.protection_page import ProtectionPage

        page = ProtectionPage(self._vault, self._clipboard, self._preferences)
        page.changed.connect(self._follow_protection)
        page.reencrypted.connect(self._service.restart)
        return page

    def _save_recovery_key(self) -> None:
        from zcc_keys_gui.ui.unlock.recovery_key_dialog import offer_recovery_key

        keep = self._vault.protection.set_recovery_key
        offer_recovery_key(self, self._clipboard, self._vault.folder, keep, lambda _: self._follow_protection())

    def _follow_protection(self) -> None:
        self._show_protection()
        self.protection_changed.emit()
        if self._history_window is not None:
            self._history_window.refresh()

    def _show_protection(self) -> None:
        self._recovery_bar.follow()
        self._actions.follow_protection(can_be_locked=self._vault.protection.ways_to_unlock().asks_for_passphrase)

    # --- showing ---

    def _search(self) -> None:
        self._selected, self._selects_all = [], False
        self._model.ask(self._filter.applied_to(self._model.query))

    def _show_changes(self, select: list[str] | None = None) -> None:
        if select is not None:
            self._selected, self._selects_all = select, False
        self._total = self._listing.count(KeyQuery())
        self._model.ask(self._filter.applied_to(self._model.query))
        if self._history_window is not None:
            self._history_window.refresh()

    def _show_changed_keys(self, client_ids: list[str], spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._show_changes(client_ids)
        self._show_pending()

    def _show_answer(self) -> None:
        spans, self._spans = self._spans, ()
        with self._problems():
            if spans:
                self._table.select_spans(spans)
            elif self._selects_all:
                self._table.selectAll()
            else:
                self._table.select(self._selected)
        if self._model.rowCount():
            self._table.empty_hint.hide()
        elif self._filter.narrows:
            self._table.empty_hint.show_text(
                "No key matches the search and filters.", "&Clear search and filters", self._filter.clear
            )
        else:
            self._table.empty_hint.show_text(
                "There are no API keys yet.\nAdd one, and copy its client secret when it is shown.",
                "&Add API key…",
                self.add_key,
            )
        self._follow_selection()

    def _follow_selection(self) -> None:
        rows, selected = self._model.rowCount(), self._table.selected_rows()
        keys = self._table.selected_keys(limit=MAX_FOLLOWED)
        # Of more than can be followed one by one, all are selected again after a change, or none.
        self._selected = [key.client_id for key in keys] if selected <= MAX_FOLLOWED else []
        self._selects_all = not self._selected and selected == rows > 0
        self._disables = not keys or any(key.fields.status is Status.ENABLED for key in keys)
        has_old_secret = selected == len(keys) == 1 and keys[0].old_secret_until(datetime.now(UTC)) is not None
        self._actions.follow_selection(selected=selected, disables=self._disables, has_old_secret=has_old_secret)
        count = (
            counted(rows, "key") if rows == self._total else f"{number_words(rows)} of {counted(self._total, 'key')}"
        )
        self._count.setText(f"{count}, {number_words(selected)} selected" if selected > 1 else count)

    def _show_countdown(self, seconds: int) -> None:
        self._countdown.setText(f"Clipboard clears in {number_words(seconds)} s" if seconds else "")
        self._countdown.setVisible(seconds > 0)

    def _show_sorting(self) -> None:
        self._sort_menu.actions()[self._table.horizontalHeader().sortIndicatorSection()].setChecked(True)

    def _show_context_menu(self, position: QPoint) -> None:
        if self._context_menu is None:
            self._context_menu = QMenu(self)
            self._context_menu.addActions(self._actions.of_keys)
            self._context_menu.addSeparator()
            self._context_menu.addActions([self._actions.add, self._actions.search, self._actions.history])
        self._context_menu.popup(self._table.viewport().mapToGlobal(position))

    def _go_to_search(self) -> None:
        self._filter.search.setFocus()
        self._filter.search.selectAll()

    def _go_to_table(self) -> None:
        self._table.setFocus()
        if self._model.rowCount() and not self._table.selected_rows():
            self._table.selectRow(0)

    def _explain_local_keys(self) -> None:
        show_information(self, "What are local keys?", LOCAL_KEYS_EXPLAINED)

    def _hide_local_note(self) -> None:
        self._preferences.shows_local_note = False

    def _follow_preferences(self) -> None:
        self._local_note.setVisible(self._preferences.shows_local_note)

    def _show_vault_folder(self) -> None:
        self._show_folder("Where the vault is", self._vault.folder)

    def _show_log_folder(self) -> None:
        self._show_folder("Where the log is", log_folder())

    def _show_folder(self, what: str, folder: Path) -> None:
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            show_information(self, what, str(folder))

    def _about(self) -> None:
        from zcc_keys_gui.ui.settings.about_dialog import AboutDialog

        AboutDialog(self).open()

    def _forget_history_window(self) -> None:
        self._history_window = None
