"""The connect card of a key: how a script signs in with it, ready to copy."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.snippets import PLACEHOLDER, SNIPPETS
from zcc_keys_gui.ui.application.clipboard import SecretClipboard, copy_text
from zcc_keys_gui.ui.application.sign_in_service import SignInService
from zcc_keys_gui.ui.keys.snippet_view import SnippetView
from zcc_keys_gui.ui.text.keys.key_list import LOCAL_KEYS
from zcc_keys_gui.ui.text.settings.policies import MANAGED
from zcc_keys_gui.ui.text.values import counted
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts, resize_within_screen
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch


class ConnectDialog(QDialog):
    """Shows a snippet for the client that is chosen, with address and client ID, and copies it.

    The client secret is a placeholder, or the secret itself while the dialog that reveals it is open; then
    `secret_copied` tells that a snippet with it was copied. `switch_on_requested` asks for the sign-in service.
    """

    switch_on_requested = Signal()
    secret_copied = Signal()

    def __init__(
        self,
        key: ApiKey,
        service: SignInService,
        clipboard: SecretClipboard,
        parent: QWidget,
        *,
        secret: ClientSecret | None = None,
        is_forbidden: bool = False,
    ) -> None:
        """Show how to sign in with `key` at `service`, which the organization may not allow.

        A `secret` is copied by way of `clipboard`.
        """
        super().__init__(parent)
        self.setObjectName("connectDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Connect with {key.name}")
        self._client_id = key.client_id
        self._service = service
        self._clipboard = clipboard
        self._secret = secret
        self._is_forbidden = is_forbidden
        self._has_copied_secret = False
        self._shown_url = ""

        self._clients = named(QComboBox(), "snippetField", "Client")
        self._clients.addItems([each.client for each in SNIPPETS])
        self._state = named(Label(wordWrap=True), "serviceStateLabel")
        self._switch_on = _button("Switch &on", "switchOnButton")
        self._text = SnippetView()
        self._hint = named(Label(wordWrap=True), "snippetHint")
        self._placeholder = named(Label(wordWrap=True), "placeholderHint")
        self._sharing = SharingSwitch(self) if secret is not None else None
        self._said = named(Label(wordWrap=True), "copiedLabel")
        self._copy = _button("&Copy", "copySnippetButton")
        self._close = _button("C&lose", "closeButton")
        self._lay_out()

        self._clients.currentIndexChanged.connect(self._show)
        self._switch_on.clicked.connect(self.switch_on_requested)
        self._text.copy_requested.connect(self._copy_snippet)
        self._copy.clicked.connect(self._copy_snippet)
        self._close.clicked.connect(self.reject)
        service.changed.connect(self._follow_service)
        self._follow_service()
        self._clients.setFocus()

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self.forget_secret()
        super().done(result)

    def forget_secret(self) -> None:
        """Show the placeholder from now on."""
        if self._secret is not None:
            self._secret = None
            self._show()
            QTimer.singleShot(0, overwrite_freed_memory)

    def _snippet(self) -> str:
        """Return the text that is shown."""
        secret = PLACEHOLDER if self._secret is None else self._secret.reveal()
        return SNIPPETS[self._clients.currentIndex()].write(self._shown_url, self._client_id, secret)

    def _show(self) -> None:
        self._shown_url = self._service.base_url
        self._text.show_snippet(self._snippet(), is_secret=self._secret is not None)
        self._hint.setText(SNIPPETS[self._clients.currentIndex()].hint)
        self._placeholder.setText(
            f"Put the client secret in the place of {PLACEHOLDER}. It is shown only when it is made; if it is lost, "
            "regenerate the key's secret."
            if self._secret is None
            else "The client secret is in it until this window is closed."
        )
        self._say("")

    def _follow_service(self) -> None:
        is_off = not self._service.is_on
        self._switch_on.setVisible(is_off and not self._is_forbidden)
        if self._is_forbidden:
            state = f"The sign-in service is not allowed. {MANAGED}"
        elif is_off:
            state = f"The sign-in service is off. Once it is on, it listens at {self._service.base_url}."
        elif self._service.port is None:
            state = "The sign-in service is starting…"
        else:
            state = f"The sign-in service listens at {self._service.base_url}."
        self._state.setText(state)
        if self._shown_url == self._service.base_url:  # so that what was said and scrolled to stays
            grow_to_fit_texts(self)
        else:
            self._show()

    def _copy_snippet(self) -> None:
        if self._secret is None:
            copy_text(self._snippet())
            self._say(f"Copied, with {PLACEHOLDER} in it.")
        elif not self._clipboard.copy_secret(ClientSecret(self._snippet())):
            self._say("Not copied: another program holds the clipboard. Try again.")
        else:
            if not self._has_copied_secret:  # until now, the countdown was another secret's
                self._has_copied_secret = True
                self._clipboard.seconds_left.connect(self._say_seconds_left)
            self._say_seconds_left(self._clipboard.seconds)
            self.secret_copied.emit()

    def _say_seconds_left(self, seconds: int) -> None:
        self._say(
            f"Copied, with the client secret in it. The clipboard clears in {counted(seconds, 'second')}."
            f"{self._clipboard.who_keeps_it()}"
            if seconds
            else "The snippet is no longer on the clipboard."
        )

    def _say(self, text: str) -> None:
        self._said.setText(text)
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        client = Label("Clien&t")
        client.setBuddy(self._clients)
        choice = QHBoxLayout()
        choice.setSpacing(8)
        choice.addWidget(client)
        choice.addWidget(self._clients)
        choice.addStretch()
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self._state, stretch=1)
        state.addWidget(self._switch_on)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._said, stretch=1)
        bottom.addWidget(self._copy)
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        layout.addWidget(Label(LOCAL_KEYS, wordWrap=True))
        layout.addLayout(state)
        layout.addLayout(choice)
        layout.addWidget(self._text, stretch=1)
        layout.addWidget(self._hint)
        layout.addWidget(self._placeholder)
        if self._sharing is not None:
            layout.addWidget(self._sharing)
        layout.addLayout(bottom)
        self._copy.setDefault(True)
        digit = self._text.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, 112 * digit, 64 * digit)


def _button(text: str, name: str) -> QPushButton:
    return named(QPushButton(text, autoDefault=True), name, text.replace("&", ""))
