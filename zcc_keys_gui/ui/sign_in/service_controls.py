"""The sign-in service in the main window: its menu, what the status bar and the bars say of it, and its windows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QMenu

from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.service.open_vault import OpenVault
from zcc_keys_gui.ui.application.clipboard import copy_text
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.sign_in import commands
from zcc_keys_gui.ui.sign_in.service_status import ServiceStatus
from zcc_keys_gui.ui.text.sign_in import simulated_failures_words
from zcc_keys_gui.ui.text.sign_in_commands import SIGN_IN_MENU
from zcc_keys_gui.ui.widgets.commands import CommandActions
from zcc_keys_gui.ui.widgets.info_bar import InfoBar
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.placement import bring_to_front

if TYPE_CHECKING:  # windows are imported when they are first opened, so that start-up does not pay for them
    from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow

_BEHIND = "signInLogBehindBar"


class ServiceControls(QObject):
    """What a person does with the service."""

    def __init__(
        self,
        service: SignInService,
        vault: OpenVault,
        preferences: Preferences,
        say: Callable[..., InfoBar],
        show_bar: Callable[[InfoBar], object],
        window: QMainWindow,
    ) -> None:
        """Switch the `service` of `vault` from `window`; `say` what happens in bars of a name, or `show_bar` one."""
        super().__init__(window)
        self._service = service
        self._vault = vault
        self._preferences = preferences
        self._say = say
        self._show_bar = show_bar
        self._window = window
        self._log_window: SignInLogWindow | None = None
        self._rehearsal_bar: InfoBar | None = None
        self._bar: InfoBar | None = None
        """What was said last, as long as it is true."""
        self._is_forbidden = preferences.forbids_sign_in_service
        starts_service = preferences.starts_sign_in_service and not self._is_forbidden
        self._commands = CommandActions(
            {
                commands.SWITCH_SERVICE: self._switch,
                commands.SWITCH_ON_AT_START: self._choose_at_start,
                commands.COPY_BASE_URL: self._copy_base_url,
                commands.SHOW_LOG: self.show_log,
                commands.SIMULATE_FAILURES: self._show_rehearsal,
            },
            window,
        )
        self.switch = self._commands[commands.SWITCH_SERVICE]
        self._commands[commands.SWITCH_ON_AT_START].setChecked(starts_service)
        self.menu = QMenu(SIGN_IN_MENU, window)
        self.menu.setToolTipsVisible(True)  # one says why the service can't be switched on
        self._commands.fill(self.menu, commands.SERVICE_MENU)
        self.chip = ServiceStatus(service, self.menu, is_forbidden=self._is_forbidden)
        self._connect()
        self._follow()

    def switch_on(self) -> None:
        """Switch the service on."""
        self.switch.setChecked(True)

    def say_stopped(self) -> None:
        """Say that the service stopped when the vault was closed, and offer to switch it on again."""
        self._offer_to_switch_on("serviceStopped", "The sign-in service stopped when the vault was closed.")

    def show_log(self) -> "SignInLogWindow":
        """Show the sign-in log in a window beside the main window, and return it."""
        from zcc_keys_gui.ui.sign_in.sign_in_log_window import SignInLogWindow

        if self._log_window is None:
            self._log_window = SignInLogWindow(self._vault.sign_ins(), self._service, self.switch, self._window)
            self._log_window.finished.connect(self._forget_log_window)
        bring_to_front(self._log_window)
        return self._log_window

    def close_windows(self) -> None:
        """Close the windows beside the main window that are no dialogs of it."""
        if self._log_window is not None:
            self._log_window.close()

    def _connect(self) -> None:
        self.chip.copy_wanted.connect(self._copy_base_url)
        self._service.changed.connect(self._follow)
        self._service.port_was_taken.connect(self._say_port_was_taken)
        self._service.port_is_taken.connect(self._say_port_is_taken)
        self._preferences.changed.connect(self._follow_port_choice)
        self._service.broke.connect(self._say_broke)
        self._service.fell_behind.connect(self._say_behind)
        self._service.caught_up.connect(self._take_back_behind)

    def _switch(self, on: bool) -> None:
        if on and self._is_forbidden:  # Qt lets a program check also what is disabled
            self._follow()
        elif on and not self._service.is_on:
            try:
                self._service.start()
            except ZccKeysError as error:
                show_problem(self._window, error)
                self._follow()
        elif not on and self._service.is_on:
            self._service.stop()

    def _choose_at_start(self, starts: bool) -> None:
        if starts != self._preferences.starts_sign_in_service:
            self._preferences.starts_sign_in_service = starts

    def _copy_base_url(self) -> None:
        copy_text(self._service.base_url)
        self._window.statusBar().showMessage("Base URL copied.", 3000)

    def _forget_log_window(self) -> None:
        self._log_window = None

    def _show_rehearsal(self) -> None:
        from zcc_keys_gui.ui.sign_in.simulated_failures_dialog import SimulatedFailuresDialog

        dialog = self._window.findChild(SimulatedFailuresDialog)
        if dialog is None:
            dialog = SimulatedFailuresDialog(self._service, self._window)
            dialog.switch_on_requested.connect(self.switch_on)
        bring_to_front(dialog)

    def _end_rehearsal(self) -> None:
        from zcc_keys_gui.domain.sign_in import SimulatedFailures

        self._service.rehearse(SimulatedFailures())

    def _follow(self) -> None:
        if self._service.port is None:  # off, or it begins
            self._take_back()
        self.switch.setChecked(self._service.is_on)
        self._commands.update(commands.ServiceState(not self._is_forbidden, self._service.port is not None))
        rehearsed = simulated_failures_words(self._service.simulated_failures) if self._service.is_on else ""
        if self._rehearsal_bar is None and rehearsed:
            self._rehearsal_bar = InfoBar("rehearsalBar")
            self._rehearsal_bar.add_button("Change…", "changeRehearsalButton", self._show_rehearsal)
            self._rehearsal_bar.add_button("Stop", "endRehearsalButton", self._end_rehearsal)
            self._show_bar(self._rehearsal_bar)
        if self._rehearsal_bar is not None:
            self._rehearsal_bar.setVisible(bool(rehearsed))
            self._rehearsal_bar.warn(f"Rehearsing failures: {rehearsed}.")

    def _say_port_was_taken(self, port: int) -> None:
        from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT

        self._say_in_bar("portBar", f"Port {DEFAULT_PORT} is taken; the sign-in service uses {port}.")

    def _say_port_is_taken(self, port: int) -> None:
        self._offer_to_switch_on(
            "portTaken",
            f"The sign-in service is off because port {port} is not free. Close the program that uses it, or allow "
            "another port in File > Preferences.",
        )

    def _follow_port_choice(self) -> None:
        """Move a service that is on another port, if it may no longer be there."""
        from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT

        if self._preferences.only_usual_port and self._service.port not in (None, DEFAULT_PORT):
            self._service.restart()

    def _say_broke(self) -> None:
        self._offer_to_switch_on(
            "serviceBroke", "The sign-in service has ended unexpectedly. Help > Show log folder says more."
        )

    def _say_behind(self) -> None:
        self._say_in_bar(
            _BEHIND,
            "The sign-in log can't be written at the moment. What it misses is written once it can be. Help > Show log "
            "folder says more.",
        )

    def _take_back_behind(self) -> None:
        if self._bar is not None and self._bar.objectName() == _BEHIND:
            self._take_back()

    def _offer_to_switch_on(self, name: str, text: str) -> None:
        self._say_in_bar(f"{name}Bar", text, ("Switch on", f"{name}SwitchOnButton", self.switch_on))

    def _say_in_bar(self, name: str, text: str, *buttons: tuple[str, str, Callable[[], None]]) -> None:
        self._take_back()
        self._bar = self._say(name, text, *buttons)

    def _take_back(self) -> None:
        if self._bar is not None:
            self._bar.hide()
            self._bar.deleteLater()
            self._bar = None
