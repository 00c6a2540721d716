"""The bar that says what local keys are."""

from PySide6.QtWidgets import QWidget

from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.text.keys.key_list import LOCAL_KEYS
from zcc_keys_gui.ui.text.main import EXPLAIN_LOCAL_KEYS, LOCAL_KEYS_EXPLAINED, LOCAL_KEYS_TITLE
from zcc_keys_gui.ui.text.widgets import HIDE
from zcc_keys_gui.ui.widgets.info_bar import InfoBar
from zcc_keys_gui.ui.widgets.messages import show_information


class LocalKeysBar(InfoBar):
    """A bar that says where local keys work, until the user hides it."""

    def __init__(self, preferences: Preferences) -> None:
        """Show the bar if `preferences` say so."""
        super().__init__("localNote", LOCAL_KEYS)
        self._preferences = preferences
        self.add_button(EXPLAIN_LOCAL_KEYS, "localNoteButton", self._explain)
        self.add_button(HIDE, "hideLocalNoteButton", self._hide_from_now_on)
        preferences.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show or hide the bar as the user has chosen."""
        self.setVisible(self._preferences.shows_local_note)

    def _explain(self) -> None:
        explain_local_keys(self.window())

    def _hide_from_now_on(self) -> None:
        self._preferences.shows_local_note = False


def explain_local_keys(window: QWidget) -> None:
    """Explain over `window` what local keys are."""
    show_information(window, LOCAL_KEYS_TITLE, LOCAL_KEYS_EXPLAINED)
