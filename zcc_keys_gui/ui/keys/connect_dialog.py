"""The connect card of a key, which shows how a script signs in with the key."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QPushButton, QWidget

from zcc_keys_gui.domain.api_key import ApiKey
from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.snippets import PLACEHOLDER, SNIPPETS, Snippet
from zcc_keys_gui.ui.application.clipboard import SecretClipboard, copy_text
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.application.sign_in.sign_in_service import SignInService
from zcc_keys_gui.ui.keys.snippet_view import SnippetView
from zcc_keys_gui.ui.text.keys import connect as texts
from zcc_keys_gui.ui.text.keys.key_list import LOCAL_KEYS
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts, resize_within_screen
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch


class ConnectDialog(QDialog):
    """A dialog that shows and copies a snippet for the chosen client, with the base URL and the client ID.

    The snippet contains a placeholder, or the client secret while the dialog that shows the secret is open.
    `secret_copied` says that a snippet with the secret was copied. `switch_on_requested` asks to switch on the sign-in
    service.
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
        """Show how to sign in to `service` with `key`, or that the organization doesn't allow it if `is_forbidden`."""
        super().__init__(parent)
        self.setObjectName("connectDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE.format(name=key.name))
        self._client_id = key.client_id
        self._service = service
        self._clipboard = clipboard
        self._secret = secret
        self._is_forbidden = is_forbidden
        self._has_copied_secret = False
        self._shown_url = ""

        self._clients = name_widget(QComboBox(), "snippetField", texts.CLIENT)
        self._clients.addItems([each.client for each in SNIPPETS])
        self._service_state = name_widget(Label(wordWrap=True), "serviceStateLabel")
        self._switch_on = name_widget(QPushButton(texts.SWITCH_ON, autoDefault=True), "switchOnButton")
        self._view = SnippetView()
        self._hint = name_widget(Label(wordWrap=True), "snippetHint")
        self._secret_hint = name_widget(Label(wordWrap=True), "placeholderHint")
        self._sharing = SharingSwitch(self) if secret is not None else None
        self._copy_result = name_widget(Label(wordWrap=True), "copiedLabel")
        self._copy = name_widget(QPushButton(texts.COPY, autoDefault=True), "copySnippetButton")
        self._close = name_widget(QPushButton(texts.CLOSE, autoDefault=True), "closeButton")
        self._lay_out()
        self._connect_signals()
        self._show_service_state()
        self._clients.setFocus()

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self.forget_secret()
        super().done(result)

    def forget_secret(self) -> None:
        """Replace the secret with the placeholder."""
        if self._secret is not None:
            self._secret = None
            self._show_snippet()
            overwrite_freed_memory_soon()

    def _connect_signals(self) -> None:
        self._clients.currentIndexChanged.connect(self._show_snippet)
        self._switch_on.clicked.connect(self.switch_on_requested)
        self._view.copy_requested.connect(self._copy_snippet)
        self._copy.clicked.connect(self._copy_snippet)
        self._close.clicked.connect(self.reject)
        self._service.changed.connect(self._show_service_state)

    def _chosen(self) -> Snippet:
        return SNIPPETS[self._clients.currentIndex()]

    def _snippet_text(self) -> str:
        secret = PLACEHOLDER if self._secret is None else self._secret.reveal()
        return self._chosen().write(self._shown_url, self._client_id, secret)

    def _show_snippet(self) -> None:
        self._shown_url = self._service.base_url
        self._view.show_snippet(self._snippet_text(), is_secret=self._secret is not None)
        self._hint.setText(self._chosen().hint)
        self._secret_hint.setText(
            texts.CONTAINS_PLACEHOLDER.format(placeholder=PLACEHOLDER)
            if self._secret is None
            else texts.CONTAINS_SECRET
        )
        self._show_copy_result("")

    def _show_service_state(self) -> None:
        is_off = not self._service.is_on
        self._switch_on.setVisible(is_off and not self._is_forbidden)
        if self._is_forbidden:
            state = texts.SERVICE_FORBIDDEN
        elif is_off:
            state = texts.SERVICE_OFF.format(base_url=self._service.base_url)
        elif self._service.port is None:
            state = texts.SERVICE_STARTING
        else:
            state = texts.SERVICE_ON.format(base_url=self._service.base_url)
        self._service_state.setText(state)
        # The same snippet is not shown again, so that it keeps its scroll position and the result of copying it.
        if self._shown_url == self._service.base_url:
            grow_to_fit_texts(self)
        else:
            self._show_snippet()

    def _copy_snippet(self) -> None:
        if self._secret is None:
            copy_text(self._snippet_text())
            self._show_copy_result(texts.SNIPPET_COPIED.format(placeholder=PLACEHOLDER))
        elif not self._clipboard.copy_secret(ClientSecret(self._snippet_text())):
            self._show_copy_result(texts.SNIPPET_NOT_COPIED)
        else:
            if not self._has_copied_secret:
                self._has_copied_secret = True
                # An earlier countdown was for another secret.
                self._clipboard.seconds_left.connect(self._show_seconds_left)
            self._show_seconds_left(self._clipboard.seconds)
            self.secret_copied.emit()

    def _show_seconds_left(self, seconds: int) -> None:
        self._show_copy_result(
            self._clipboard.with_other_copies(texts.SNIPPET_ON_CLIPBOARD.of(seconds))
            if seconds
            else texts.SNIPPET_OFF_CLIPBOARD
        )

    def _show_copy_result(self, result: str) -> None:
        self._copy_result.setText(result)
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        client = QHBoxLayout()
        client.setSpacing(8)
        client.addWidget(label_for(self._clients, texts.CLIENT_LABEL))
        client.addWidget(self._clients)
        client.addStretch()
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self._service_state, stretch=1)
        state.addWidget(self._switch_on)
        bottom = QHBoxLayout()
        bottom.setSpacing(8)
        bottom.addWidget(self._copy_result, stretch=1)
        bottom.addWidget(self._copy)
        bottom.addWidget(self._close)
        layout = dialog_layout(self)
        layout.addWidget(Label(LOCAL_KEYS, wordWrap=True))
        layout.addLayout(state)
        layout.addLayout(client)
        layout.addWidget(self._view, stretch=1)
        layout.addWidget(self._hint)
        layout.addWidget(self._secret_hint)
        if self._sharing is not None:
            layout.addWidget(self._sharing)
        layout.addLayout(bottom)
        self._copy.setDefault(True)
        digit_width = self._view.fontMetrics().horizontalAdvance("0")
        resize_within_screen(self, 112 * digit_width, 64 * digit_width)
