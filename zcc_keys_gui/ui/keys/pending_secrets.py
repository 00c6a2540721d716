"""Client secrets that the user may not have copied, because the program ended while they were shown."""

from PySide6.QtCore import Signal

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.text.keys.selected_keys import REGENERATE_PENDING, SECRET_IS_SAFE, SECRET_PENDING, SECRETS_PENDING
from zcc_keys_gui.ui.widgets.info_bar import InfoBar
from zcc_keys_gui.ui.widgets.messages import problems_shown


class PendingSecretBar(InfoBar):
    """A bar that warns about the first pending secret, and offers to regenerate it.

    `regenerate_requested` carries its `ApiKey`. `confirmed` is emitted after the user confirms having the secret.
    """

    regenerate_requested = Signal(object)
    confirmed = Signal()

    def __init__(self, keys: Keys) -> None:
        """Warn about the secrets of `keys`."""
        super().__init__("pendingBar")
        self._keys = keys
        self._first: ApiKey | None = None
        self.add_button(REGENERATE_PENDING, "regeneratePendingButton", self._request_new_secret)
        self.add_button(SECRET_IS_SAFE, "pendingTakenButton", self._confirm)
        self.hide()

    def refresh(self) -> None:
        """Show the bar if a secret is pending, and hide it otherwise."""
        with problems_shown(self.window()):
            pending = self._keys.pending_keys()
            self._first = pending[0] if pending else None
            self.setVisible(bool(pending))
            if len(pending) == 1:
                self.warn(SECRET_PENDING.format(name=pending[0].name))
            elif pending:
                self.warn(SECRETS_PENDING.of(len(pending) - 1, name=pending[0].name))

    def _request_new_secret(self) -> None:
        if self._first is not None:
            self.regenerate_requested.emit(self._first)

    def _confirm(self) -> None:
        if self._first is not None:
            with problems_shown(self.window()):
                self._keys.mark_secret_shown(self._first.client_id, copied=True)
                self.confirmed.emit()
