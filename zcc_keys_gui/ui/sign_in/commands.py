"""The commands of the sign-in service, and their order in its menu."""

from typing import NamedTuple

from zcc_keys_gui.ui.text import sign_in_commands as texts
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.widgets.commands import SEPARATOR, Command


class ServiceState(NamedTuple):
    """The state that decides which commands of the sign-in service are enabled."""

    is_allowed: bool
    """Whether the organization allows the service."""
    is_listening: bool


def _is_allowed(state: ServiceState) -> bool:
    return state.is_allowed


def _is_listening(state: ServiceState) -> bool:
    return state.is_listening


ServiceCommand = Command[ServiceState]

SWITCH_SERVICE = ServiceCommand(
    "signInServiceAction",
    texts.SWITCH_SERVICE,
    is_enabled=_is_allowed,
    is_checkable=True,
    disabled_tooltip=MANAGED,
)
SWITCH_ON_AT_START = ServiceCommand(
    "startSignInServiceAction",
    texts.SWITCH_ON_AT_START,
    is_enabled=_is_allowed,
    is_checkable=True,
    disabled_tooltip=MANAGED,
)
COPY_BASE_URL = ServiceCommand("copyBaseUrlAction", texts.COPY_BASE_URL, is_enabled=_is_listening)
SHOW_LOG = ServiceCommand("signInLogAction", texts.SHOW_LOG, "Ctrl+J")
SIMULATE_FAILURES = ServiceCommand(
    "rehearseAction", texts.SIMULATE_FAILURES, is_enabled=_is_allowed, disabled_tooltip=MANAGED
)

SERVICE_MENU = (SWITCH_SERVICE, SWITCH_ON_AT_START, SEPARATOR, COPY_BASE_URL, SHOW_LOG, SIMULATE_FAILURES)
