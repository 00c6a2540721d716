"""The main window, which assembles the pages, the notices, the menus and the status bar."""

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow

from zcc_keys_gui.domain.unlocking import UnlockMethod, WaysToUnlock
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.close_reason import CloseReason
from zcc_keys_gui.ui.application.held_keys import never_repeat_actions
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.settings_file import SettingsFile
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.keys.keys_page import KeysPage, KeysPageState
from zcc_keys_gui.ui.main import commands
from zcc_keys_gui.ui.main.local_keys_bar import LocalKeysBar, explain_local_keys
from zcc_keys_gui.ui.main.menus import add_menus
from zcc_keys_gui.ui.main.notices import Notices
from zcc_keys_gui.ui.main.recovery_bar import RecoveryBar
from zcc_keys_gui.ui.main.saved_layout import restore_layout, save_layout
from zcc_keys_gui.ui.main.vault_commands import VaultCommands
from zcc_keys_gui.ui.sign_in.service_controls import ServiceControls
from zcc_keys_gui.ui.text.main import CLIPBOARD_COUNTDOWN
from zcc_keys_gui.ui.text.opening import UNLOCKED, UNLOCKED_BY
from zcc_keys_gui.ui.text.values import PROGRAM, format_number
from zcc_keys_gui.ui.widgets.commands import CommandActions
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import bring_to_front

if TYPE_CHECKING:
    from zcc_keys_gui.ui.history.history_window import HistoryWindow

_REPORT_DURATION_MS = 5_000


class WindowState(NamedTuple):
    """The state of a window, without any secret."""

    keys_page: KeysPageState


class MainWindow(QMainWindow):
    """The window of an open vault.

    `closed` carries the `CloseReason`. `lock_requested` and `repair_requested` are emitted if the user wants to lock or
    repair the vault, and `protection_changed` after the ways to unlock it have changed.
    """

    closed = Signal(CloseReason)
    lock_requested = Signal()
    repair_requested = Signal()
    protection_changed = Signal()

    def __init__(
        self,
        vault: OpenVault,
        clipboard: SecretClipboard,
        preferences: Preferences,
        settings: SettingsFile,
        service: SignInService,
        unlock_method: UnlockMethod | None,
    ) -> None:
        """Show `vault`; `settings` stores the layout, and `unlock_method` appears in the status bar.

        `service` is the vault's sign-in service, which outlives the window.
        """
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(PROGRAM)
        self._vault = vault
        self._clipboard = clipboard
        self._settings = settings
        self._close_reason = CloseReason.EXIT
        self._history_window: HistoryWindow | None = None

        self._recovery_bar = RecoveryBar(vault.protection)
        self._local_keys_bar = LocalKeysBar(preferences)
        self._notices = Notices(self._recovery_bar, self._local_keys_bar)
        self.keys_page = KeysPage(vault, clipboard, preferences, service, self._notices)
        self._vault_commands = VaultCommands(vault, clipboard, preferences, service, self)
        self.service_controls = ServiceControls(
            service, vault, preferences, self._notices.show_notice, self._notices.show_bar, self
        )
        self._commands = self._make_commands()
        self._countdown = name_widget(Label(), "clipboardLabel")

        self._lay_out(UNLOCKED if unlock_method is None else UNLOCKED_BY[unlock_method])
        add_menus(self, self._commands, self.keys_page, self.service_controls.menu)
        never_repeat_actions(self)
        self._connect()
        self._show_vault()

    def show_notice(self, name: str, text: str) -> None:
        """Show a text above the list, in a bar of this object name, until the user hides it."""
        self._notices.show_notice(name, text)

    def show_damage(self, text: str) -> None:
        """Show a text about damage of the vault, and offer to repair it."""
        self._notices.show_damage(text, self.repair_requested.emit)

    def state(self) -> WindowState:
        """Return what to show again after the vault was locked."""
        return WindowState(self.keys_page.state())

    def restore_state(self, state: WindowState) -> None:
        """Show what another window of the same vault showed when the vault was locked."""
        self.keys_page.restore_state(state.keys_page)

    def close_for(self, reason: CloseReason) -> None:
        """Close the window for a reason; if the user closes it, the reason is `CloseReason.EXIT`."""
        self._close_reason = reason
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the layout, close the dialogs without asking, and stop using the vault."""
        save_layout(self._settings, self, self.keys_page.key_list.table)
        if self._history_window is not None:
            self._history_window.close()
        self.service_controls.close_windows()
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible():  # A dialog that was closed but not deleted yet must not report its result again.
                dialog.done(QDialog.DialogCode.Rejected)
        self.keys_page.stop()
        super().closeEvent(event)
        self.closed.emit(self._close_reason)

    # --- setup ---

    def _make_commands(self) -> CommandActions[WaysToUnlock]:
        return CommandActions(
            {
                commands.SHOW_PREFERENCES: self._vault_commands.show_preferences,
                commands.LOCK: self.lock_requested.emit,
                commands.BACK_UP: self._vault_commands.back_up,
                commands.RESTORE: self._vault_commands.restore,
                commands.CHECK_VAULT: self._vault_commands.check,
                commands.EXIT: self.close,
                commands.EXPLAIN_LOCAL_KEYS: self._explain_local_keys,
                commands.SHOW_VAULT_FOLDER: self._vault_commands.show_vault_folder,
                commands.SHOW_LOG_FOLDER: self._vault_commands.show_log_folder,
                commands.SHOW_ABOUT: self._show_about,
            },
            self,
        )

    def _lay_out(self, unlocked_by: str) -> None:
        self.setCentralWidget(self.keys_page)
        self._notices.set_previous_tab_stop(self.keys_page.key_list.filter.last_tab_stop)
        count = self.keys_page.key_list.count_label
        unlocked = name_widget(Label(unlocked_by), "unlockedByLabel")
        unlocked.setToolTip(unlocked_by)
        unlocked.setMinimumWidth(1)  # in a narrow window, this label is cut off first
        count.setContentsMargins(8, 0, 0, 0)
        for label in (self._countdown, unlocked):
            label.setContentsMargins(8, 0, 8, 0)
        status = self.statusBar()
        status.addWidget(count, 1)
        status.addWidget(self._countdown)
        status.addPermanentWidget(self.service_controls.status)
        status.addPermanentWidget(unlocked)
        self._countdown.hide()

    def _connect(self) -> None:
        page = self.keys_page
        page.keys_changed.connect(self._refresh_history)
        page.reported.connect(self._show_report)
        page.history_requested.connect(self._show_history)
        page.sign_ins_requested.connect(self._show_sign_ins)
        page.switch_on_requested.connect(self.service_controls.switch_on)
        self._recovery_bar.save_requested.connect(self._vault_commands.save_recovery_key)
        self._vault_commands.keys_changed.connect(page.refresh_all)
        self._vault_commands.protection_changed.connect(self._report_protection_change)
        self._vault_commands.repair_requested.connect(self.repair_requested)
        self._clipboard.seconds_left.connect(self._show_countdown)

    def _show_vault(self) -> None:
        restore_layout(self._settings, self, self.keys_page.key_list.table)
        self.keys_page.refresh_all()
        self._local_keys_bar.refresh()
        self._update_protection()
        self.keys_page.key_list.table.setFocus()

    # --- requests of the other parts ---

    def _show_history(self) -> None:
        from zcc_keys_gui.ui.history.history_window import HistoryWindow

        if self._history_window is None:
            self._history_window = HistoryWindow(self._vault.history, self)
            self._history_window.finished.connect(self._forget_history_window)
        bring_to_front(self._history_window)

    def _forget_history_window(self) -> None:
        self._history_window = None

    def _refresh_history(self) -> None:
        if self._history_window is not None:
            self._history_window.refresh()

    def _show_sign_ins(self, client_id: str) -> None:
        self.service_controls.show_log().search_for(client_id)

    def _show_report(self, text: str) -> None:
        self.statusBar().showMessage(text, _REPORT_DURATION_MS)

    def _show_countdown(self, seconds: int) -> None:
        self._countdown.setText(CLIPBOARD_COUNTDOWN.format(seconds=format_number(seconds)) if seconds else "")
        self._countdown.setVisible(seconds > 0)

    def _report_protection_change(self) -> None:
        self._update_protection()
        self.protection_changed.emit()
        self._refresh_history()

    def _update_protection(self) -> None:
        """Update what depends on the ways to unlock the vault."""
        self._recovery_bar.refresh()
        self._commands.update(self._vault.protection.ways_to_unlock())

    def _explain_local_keys(self) -> None:
        explain_local_keys(self)

    def _show_about(self) -> None:
        from zcc_keys_gui.ui.settings.about_dialog import AboutDialog

        AboutDialog(self).open()
