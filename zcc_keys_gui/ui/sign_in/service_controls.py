"""The sign-in service in the main window: its menu, and the windows that the menu opens."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QMenu

from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.sign_in import commands
from zcc_keys_gui.ui.sign_in.service_notices import ServiceNotices
from zcc_keys_gui.ui.sign_in.service_status import ServiceStatus
from zcc_keys_gui.ui.text.sign_in import BASE_URL_COPIED
from zcc_keys_gui.ui.text.sign_in_commands import SIGN_IN_MENU
from zcc_keys_gui.ui.widgets.commands import CommandActions
from zcc_keys_gui.ui.widgets.info_bar import InfoBar, ShowNotice
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.placement import bring_to_front

if TYPE_CHECKING:  # dialogs are imported where they are opened
    from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow

_MESSAGE_DURATION_MS = 3_000


class ServiceControls(QObject):
    """The controller of the sign-in service in the main window, with its menu, its status and its notices."""

    def __init__(
        self,
        service: SignInService,
        vault: OpenVault,
        preferences: Preferences,
        show_notice: ShowNotice,
        show_bar: Callable[[InfoBar], object],
        window: QMainWindow,
    ) -> None:
        """Control the `service` of `vault` from `window`, which shows notices with `show_notice` and `show_bar`."""
        super().__init__(window)
        self._service = service
        self._vault = vault
        self._preferences = preferences
        self._window = window
        self._log_window: SignInLogWindow | None = None
        self._is_allowed = not preferences.forbids_sign_in_service
        self._commands = CommandActions(
            {
                commands.SWITCH_SERVICE: self._switch,
                commands.SWITCH_ON_AT_START: self._save_on_at_start,
                commands.COPY_BASE_URL: self._copy_base_url,
                commands.SHOW_LOG: self.show_log,
                commands.SIMULATE_FAILURES: self._show_simulated_failures,
            },
            window,
        )
        self._commands[commands.SWITCH_ON_AT_START].setChecked(preferences.starts_sign_in_service and self._is_allowed)
        self.menu = QMenu(SIGN_IN_MENU, window)
        self.menu.setToolTipsVisible(True)  # a tooltip says why the service can't be switched on
        self._commands.fill(self.menu, commands.SERVICE_MENU)
        self.status = ServiceStatus(service, self.menu, is_allowed=self._is_allowed)
        self.status.copy_requested.connect(self._copy_base_url)
        self._notices = ServiceNotices(
            service, show_notice, show_bar, self.switch_on, self._show_simulated_failures, self
        )
        self._service.changed.connect(self._update)
        self._preferences.changed.connect(self._apply_port_preference)
        self._update()

    def switch_on(self) -> None:
        """Switch the service on."""
        self._commands[commands.SWITCH_SERVICE].setChecked(True)

    def show_stopped_notice(self) -> None:
        """Say that the service stopped when the vault was closed, and offer to switch it on again."""
        self._notices.show_stopped()

    def show_log(self) -> "SignInLogWindow":
        """Show the sign-in log in a window beside the main window, and return it."""
        from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow

        if self._log_window is None:
            switch = self._commands[commands.SWITCH_SERVICE]
            self._log_window = SignInLogWindow(self._vault.sign_ins(), self._service, switch, self._window)
            self._log_window.finished.connect(self._forget_log_window)
        bring_to_front(self._log_window)
        return self._log_window

    def close_windows(self) -> None:
        """Close the sign-in log."""
        if self._log_window is not None:
            self._log_window.close()

    def _switch(self, on: bool) -> None:
        if on and not self._is_allowed:  # Qt lets a program check a disabled action
            self._update()
        elif on and not self._service.is_on:
            try:
                self._service.start()
            except ZccKeysError as error:
                show_problem(self._window, error)
                self._update()
        elif not on and self._service.is_on:
            self._service.stop()

    def _save_on_at_start(self, on: bool) -> None:
        self._preferences.starts_sign_in_service = on

    def _copy_base_url(self) -> None:
        copy_text(self._service.base_url)
        self._window.statusBar().showMessage(BASE_URL_COPIED, _MESSAGE_DURATION_MS)

    def _forget_log_window(self) -> None:
        self._log_window = None

    def _show_simulated_failures(self) -> None:
        from zcc_keys_gui.ui.sign_in.simulated_failures_dialog import SimulatedFailuresDialog

        dialog = self._window.findChild(SimulatedFailuresDialog)
        if dialog is None:
            dialog = SimulatedFailuresDialog(self._service, self._window)
            dialog.switch_on_requested.connect(self.switch_on)
        bring_to_front(dialog)

    def _apply_port_preference(self) -> None:
        """Restart a service that listens on another port if it must now use the usual one."""
        if self._preferences.uses_only_usual_port and self._service.port not in (None, DEFAULT_PORT):
            self._service.restart()

    def _update(self) -> None:
        is_listening = self._service.port is not None
        self._commands.update(commands.ServiceState(is_allowed=self._is_allowed, is_listening=is_listening))
        self._commands[commands.SWITCH_SERVICE].setChecked(self._service.is_on)
