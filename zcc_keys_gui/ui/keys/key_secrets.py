"""The dialogs about client secrets: regenerate, show, connect, check."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import Keys, NewSecret
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.widgets.messages import problems_shown

if TYPE_CHECKING:
    from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog
    from zcc_keys_gui.ui.keys.connect_dialog import ConnectDialog


class KeySecrets(QObject):
    """The commands that regenerate, show and check client secrets.

    `regenerated` carries the `ApiKey` that has a new secret. `secret_closed` carries the client ID of a key whose
    secret is no longer shown. `hidden_from_sharing` says whether a dialog with a secret is hidden from screen sharing.
    `switch_on_requested` asks to switch on the sign-in service.
    """

    regenerated = Signal(object)
    secret_closed = Signal(str)
    hidden_from_sharing = Signal(bool)
    switch_on_requested = Signal()

    def __init__(
        self,
        keys: Keys,
        clipboard: SecretClipboard,
        preferences: Preferences,
        service: SignInService,
        page: QWidget,
    ) -> None:
        """Copy secrets to `clipboard`; open the dialogs over the window of `page`."""
        super().__init__(page)
        self._keys = keys
        self._clipboard = clipboard
        self._preferences = preferences
        self._service = service
        self._page = page

    def ask_to_regenerate(self, key: ApiKey) -> None:
        """Make a new secret for `key` after a question, and show it."""
        from zcc_keys_gui.ui.keys.regenerate_question import ask_to_regenerate

        ask_to_regenerate(self._page.window(), key, partial(self._regenerate, key.client_id))

    def show_secret(self, new: NewSecret) -> None:
        """Show a new secret; this is the only time."""
        from zcc_keys_gui.ui.keys.client_secret_dialog import ClientSecretDialog

        dialog = ClientSecretDialog(new, self._clipboard, self._page.window())
        dialog.hidden_from_sharing.connect(self.hidden_from_sharing)
        dialog.connect_requested.connect(partial(self._show_connect_card_with_secret, new.key, dialog))
        dialog.accepted.connect(partial(self._record_shown, new.key.client_id, dialog))
        dialog.open()

    def show_connect_card(self, key: ApiKey) -> None:
        """Show how a script signs in with `key`."""
        self._show_connect_card(key, self._page.window())

    def check(self) -> None:
        """Ask for a client secret, and say which key it belongs to."""
        from zcc_keys_gui.ui.keys.check_secret_dialog import CheckSecretDialog

        dialog = CheckSecretDialog(self._keys.check_secret, self._clipboard, self._page.window())
        dialog.hidden_from_sharing.connect(self.hidden_from_sharing)
        dialog.finished.connect(self._report_no_hidden_dialog)
        dialog.open()

    def _regenerate(self, client_id: str, grace_period: timedelta) -> None:
        with problems_shown(self._page.window()):
            new = self._keys.regenerate_secret(client_id, grace_period)
            self.show_secret(new)
            self.regenerated.emit(new.key)

    def _show_connect_card_with_secret(self, key: ApiKey, dialog: "ClientSecretDialog", secret: ClientSecret) -> None:
        card = self._show_connect_card(key, dialog, secret)
        card.secret_copied.connect(dialog.mark_secret_copied)
        dialog.finished.connect(card.forget_secret)

    def _show_connect_card(self, key: ApiKey, parent: QWidget, secret: ClientSecret | None = None) -> "ConnectDialog":
        from zcc_keys_gui.ui.keys.connect_dialog import ConnectDialog

        is_forbidden = self._preferences.forbids_sign_in_service
        card = ConnectDialog(key, self._service, self._clipboard, parent, secret=secret, is_forbidden=is_forbidden)
        card.switch_on_requested.connect(self.switch_on_requested)
        card.open()
        return card

    def _record_shown(self, client_id: str, dialog: "ClientSecretDialog") -> None:
        self._report_no_hidden_dialog()
        with problems_shown(self._page.window()):
            self._keys.mark_secret_shown(client_id, copied=dialog.copied)
            self.secret_closed.emit(client_id)

    def _report_no_hidden_dialog(self) -> None:
        self.hidden_from_sharing.emit(False)
