"""The notices above the list about the sign-in service."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from zcc_keys_gui.domain.sign_in import SimulatedFailures
from zcc_keys_gui.service.sign_in_messages import DEFAULT_PORT
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.text import sign_in as texts
from zcc_keys_gui.ui.widgets.info_bar import BarButton, InfoBar, ShowNotice

_FELL_BEHIND_BAR = "signInLogBehindBar"


class ServiceNotices(QObject):
    """The notices about events of the service, each shown until it is no longer true, and about simulated failures."""

    def __init__(
        self,
        service: SignInService,
        show_notice: ShowNotice,
        show_bar: Callable[[InfoBar], object],
        switch_on: Callable[[], None],
        change_failures: Callable[[], None],
        parent: QObject,
    ) -> None:
        """Show notices about `service`, whose buttons call `switch_on` and `change_failures`."""
        super().__init__(parent)
        self._service = service
        self._show_notice = show_notice
        self._show_bar = show_bar
        self._switch_on = switch_on
        self._change_failures = change_failures
        self._notice: InfoBar | None = None
        self._failures_bar: InfoBar | None = None
        service.changed.connect(self._update)
        service.uses_other_port.connect(self._show_other_port)
        service.port_not_free.connect(self._show_port_not_free)
        service.ended_unexpectedly.connect(self._show_unexpected_end)
        service.fell_behind.connect(self._show_fell_behind)
        service.caught_up.connect(self._remove_fell_behind)
        self._update()

    def show_stopped(self) -> None:
        """Say that the service stopped when the vault was closed."""
        self._offer_to_switch_on("serviceStopped", texts.STOPPED)

    def _show_other_port(self, port: int) -> None:
        self._replace_notice("portBar", texts.USES_OTHER_PORT.format(usual_port=DEFAULT_PORT, port=port))

    def _show_port_not_free(self, port: int) -> None:
        self._offer_to_switch_on("portTaken", texts.PORT_NOT_FREE.format(port=port))

    def _show_unexpected_end(self) -> None:
        self._offer_to_switch_on("serviceBroke", texts.ENDED_UNEXPECTEDLY)

    def _show_fell_behind(self) -> None:
        self._replace_notice(_FELL_BEHIND_BAR, texts.LOG_FELL_BEHIND)

    def _remove_fell_behind(self) -> None:
        if self._notice is not None and self._notice.objectName() == _FELL_BEHIND_BAR:
            self._remove_notice()

    def _offer_to_switch_on(self, name: str, text: str) -> None:
        self._replace_notice(f"{name}Bar", text, (texts.SWITCH_ON, f"{name}SwitchOnButton", self._switch_on))

    def _replace_notice(self, name: str, text: str, *buttons: BarButton) -> None:
        self._remove_notice()
        self._notice = self._show_notice(name, text, *buttons)

    def _remove_notice(self) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None

    def _update(self) -> None:
        if self._service.port is None:  # Notices about the former process are no longer true.
            self._remove_notice()
        failures = self._service.simulated_failures if self._service.is_on else SimulatedFailures()
        if failures.is_on and self._failures_bar is None:
            self._failures_bar = self._make_failures_bar()
        if self._failures_bar is not None:
            self._failures_bar.setVisible(failures.is_on)
            self._failures_bar.warn(texts.SIMULATING.format(failures=texts.describe_simulated_failures(failures)))

    def _make_failures_bar(self) -> InfoBar:
        bar = InfoBar("rehearsalBar")
        bar.add_button(texts.CHANGE_SIMULATED_FAILURES, "changeRehearsalButton", self._change_failures)
        bar.add_button(texts.END_SIMULATED_FAILURES, "endRehearsalButton", self._end_failures)
        self._show_bar(bar)
        return bar

    def _end_failures(self) -> None:
        self._service.simulate(SimulatedFailures())
