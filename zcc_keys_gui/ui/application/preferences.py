"""The preferences that the user has chosen, within the limits of the policies."""

from enum import Enum, auto

from PySide6.QtCore import QObject, Qt, Signal

from zcc_keys_gui.domain import session_validity
from zcc_keys_gui.domain.policies import (
    ASK_FOR_PASSPHRASE,
    CLIPBOARD_SECONDS,
    FORBID_SIGN_IN_SERVICE,
    LOCK_AFTER_MINUTES,
    MAX_SESSION_VALIDITY,
    Policies,
)
from zcc_keys_gui.ui.application.settings_file import SettingsFile, Value

_CLIPBOARD_SECONDS = "preferences/clipboard_seconds"
_NEW_KEY_VALIDITY = "preferences/new_key_session_validity"
_LOCK_AFTER_MINUTES = "preferences/lock_after_minutes"
_THEME = "preferences/theme"
_LOCAL_NOTE = "preferences/show_local_note"
_STARTS_SIGN_IN_SERVICE = "preferences/start_sign_in_service"
_ONLY_USUAL_PORT = "preferences/only_usual_sign_in_port"


class Theme(Enum):
    """The colors of the windows."""

    SYSTEM = auto()
    LIGHT = auto()
    DARK = auto()


_COLOR_SCHEMES = {
    Theme.SYSTEM: Qt.ColorScheme.Unknown,
    Theme.LIGHT: Qt.ColorScheme.Light,
    Theme.DARK: Qt.ColorScheme.Dark,
}


class Preferences(QObject):
    """The preferences, each with a default, which also replaces an invalid value in the settings file."""

    changed = Signal()
    """Emitted after a preference was changed."""

    def __init__(self, settings: SettingsFile, policies: Policies, parent: QObject) -> None:
        """Keep the choices in `settings`; the user can't change what `policies` set."""
        super().__init__(parent)
        self.policies = policies
        self._settings = settings

    @property
    def clipboard_seconds(self) -> int:
        """How long a secret stays on the clipboard, in seconds, 5 to 600."""
        policy = self.policies.value(CLIPBOARD_SECONDS)
        if policy is not None:
            return policy
        chosen = self._number(_CLIPBOARD_SECONDS)
        return chosen if CLIPBOARD_SECONDS.accepts(chosen) else CLIPBOARD_SECONDS.fallback

    @clipboard_seconds.setter
    def clipboard_seconds(self, seconds: int) -> None:
        self._choose(_CLIPBOARD_SECONDS, seconds)

    @property
    def max_session_validity_seconds(self) -> int:
        """The longest session validity interval that a key may be saved with, in seconds; only a policy shortens it."""
        return self.policies.value(MAX_SESSION_VALIDITY) or session_validity.MAX_SESSION_SECONDS

    @property
    def new_key_validity_seconds(self) -> int:
        """The session validity interval that a new key starts with, in seconds."""
        chosen = self._number(_NEW_KEY_VALIDITY)
        fits = session_validity.MIN_SESSION_SECONDS <= chosen <= session_validity.MAX_SESSION_SECONDS
        return min(chosen if fits else session_validity.DEFAULT_SESSION_SECONDS, self.max_session_validity_seconds)

    @new_key_validity_seconds.setter
    def new_key_validity_seconds(self, seconds: int) -> None:
        self._choose(_NEW_KEY_VALIDITY, seconds)

    @property
    def asks_for_passphrase(self) -> bool:
        """Whether the policy requires the passphrase at every start."""
        return bool(self.policies.value(ASK_FOR_PASSPHRASE))

    @property
    def lock_after_minutes(self) -> int:
        """After how many idle minutes the vault is locked, if it can be locked; 1 to 1,440."""
        policy = self.policies.value(LOCK_AFTER_MINUTES)
        if policy is not None:
            return policy
        chosen = self._number(_LOCK_AFTER_MINUTES)
        return chosen if LOCK_AFTER_MINUTES.accepts(chosen) else LOCK_AFTER_MINUTES.fallback

    @lock_after_minutes.setter
    def lock_after_minutes(self, minutes: int) -> None:
        self._choose(_LOCK_AFTER_MINUTES, minutes)

    @property
    def theme(self) -> Theme:
        """The colors of the windows, as the user has chosen them."""
        chosen = str(self._settings.value(_THEME))
        return Theme[chosen] if chosen in Theme.__members__ else Theme.SYSTEM

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._choose(_THEME, theme.name)

    @property
    def color_scheme(self) -> Qt.ColorScheme:
        """The colors of the theme; `Unknown` stands for those of the system."""
        return _COLOR_SCHEMES[self.theme]

    @property
    def shows_local_note(self) -> bool:
        """Whether the main window shows the notice that its keys are local."""
        return str(self._settings.value(_LOCAL_NOTE)).lower() != "false"

    @shows_local_note.setter
    def shows_local_note(self, shows: bool) -> None:
        self._choose(_LOCAL_NOTE, shows)

    @property
    def forbids_sign_in_service(self) -> bool:
        """Whether the policy forbids the sign-in service."""
        return bool(self.policies.value(FORBID_SIGN_IN_SERVICE))

    @property
    def starts_sign_in_service(self) -> bool:
        """Whether the sign-in service is switched on at every start."""
        return str(self._settings.value(_STARTS_SIGN_IN_SERVICE)).lower() == "true"

    @starts_sign_in_service.setter
    def starts_sign_in_service(self, starts: bool) -> None:
        self._choose(_STARTS_SIGN_IN_SERVICE, starts)

    @property
    def uses_only_usual_port(self) -> bool:
        """Whether the sign-in service stays off if another program has its port, instead of using another port."""
        return str(self._settings.value(_ONLY_USUAL_PORT)).lower() == "true"

    @uses_only_usual_port.setter
    def uses_only_usual_port(self, only: bool) -> None:
        self._choose(_ONLY_USUAL_PORT, only)

    def _number(self, name: str) -> int:
        chosen = str(self._settings.value(name))
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else -1

    def _choose(self, name: str, value: Value) -> None:
        self._settings.set({name: value})
        self.changed.emit()
