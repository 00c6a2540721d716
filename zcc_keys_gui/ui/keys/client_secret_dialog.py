"""The dialog that shows a client secret once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QWidget

from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.service.keys import NewSecret
from zcc_keys_gui.ui.application.clipboard import SecretClipboard, copy_text
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.text.keys import client_secret as texts
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField, use_fixed_font
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import dialog_layout
from zcc_keys_gui.ui.widgets.messages import ask
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch


class ClientSecretDialog(QDialog):
    """A dialog that shows a client ID and its client secret with a copy button each.

    If the user closes it without copying the secret, it asks first. After closing, `copied` says whether the secret was
    copied, and the dialog no longer has the secret.

    If the system supports it, the dialog is hidden from screen sharing until the user shows it there.
    `hidden_from_sharing` emits every change. `connect_requested` asks for the connect card, and carries the secret.
    """

    hidden_from_sharing = Signal(bool)
    connect_requested = Signal(object)

    def __init__(self, new: NewSecret, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Show the secret in `new`; copy it with `clipboard`."""
        super().__init__(parent)
        self.setObjectName("clientSecretDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE.format(name=new.key.name))
        self.copied = False
        self._name = new.key.name
        self._secret: ClientSecret | None = new.secret
        self._clipboard = clipboard

        self._client_id = name_widget(QLineEdit(new.key.client_id, readOnly=True), "clientIdField", texts.CLIENT_ID)
        use_fixed_font(self._client_id, new.key.client_id)
        self._field = SecretField(
            "clientSecretField", texts.CLIENT_SECRET, lambda _: self._copy_client_secret(), shown=new.secret.reveal()
        )
        self._copy_id = name_widget(QPushButton(texts.COPY_CLIENT_ID, autoDefault=True), "copyClientIdButton")
        self._copy_secret = name_widget(QPushButton(texts.COPY_CLIENT_SECRET, autoDefault=True), "copySecretButton")
        self._sharing = SharingSwitch(self)
        self._copy_result = name_widget(Label(wordWrap=True), "copiedLabel")
        self._connect = name_widget(QPushButton(texts.CONNECT, autoDefault=True), "connectButton")
        self._close = name_widget(QPushButton(texts.DONE, autoDefault=True), "closeButton")
        self._lay_out()

        self._copy_id.clicked.connect(self._copy_client_id)
        self._copy_secret.clicked.connect(self._copy_client_secret)
        self._sharing.hidden_from_sharing.connect(self.hidden_from_sharing)
        self._connect.clicked.connect(self._request_connect_card)
        self._close.clicked.connect(self.reject)
        self._copy_secret.setFocus()

    def reject(self) -> None:
        """Close after Done, Esc, or the window's close button; ask first if the secret was not copied."""
        if self.copied:
            self.accept()
            return
        ask(
            self,
            texts.CLOSE_QUESTION,
            consequence=texts.CLOSE_CONSEQUENCE.format(name=self._name),
            confirm=texts.CLOSE_WITHOUT_COPYING,
            on_confirm=self.accept,
            cancel=texts.GO_BACK,
        )

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self._secret = None
        self._field.setText("")  # This also clears the undo history.
        super().done(result)
        overwrite_freed_memory_soon()

    def mark_secret_copied(self) -> None:
        """Record that the secret was copied, by this dialog or as part of a snippet, and show the countdown."""
        if not self.copied:
            self.copied = True
            # An earlier countdown was for another secret.
            self._clipboard.seconds_left.connect(self._show_seconds_left)
        self._show_seconds_left(self._clipboard.seconds)

    def _copy_client_id(self) -> None:
        copy_text(self._client_id.text())
        self._show_copy_result(texts.CLIENT_ID_COPIED)

    def _copy_client_secret(self) -> bool:
        copied = self._secret is not None and self._clipboard.copy_secret(self._secret)
        if copied:
            self.mark_secret_copied()
        else:
            self._show_copy_result(texts.SECRET_NOT_COPIED)
        return copied

    def _request_connect_card(self) -> None:
        if self._secret is not None:
            self.connect_requested.emit(self._secret)

    def _show_seconds_left(self, seconds: int) -> None:
        self._show_copy_result(
            self._clipboard.with_other_copies(texts.SECRET_ON_CLIPBOARD.of(seconds))
            if seconds
            else texts.SECRET_OFF_CLIPBOARD
        )

    def _show_copy_result(self, result: str) -> None:
        self._copy_result.setText(result)
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.addWidget(label_for(self._client_id, texts.CLIENT_ID_LABEL), 0, 0)
        grid.addWidget(self._client_id, 1, 0)
        grid.addWidget(self._copy_id, 1, 1)
        grid.setRowMinimumHeight(2, 8)
        grid.addWidget(label_for(self._field, texts.CLIENT_SECRET_LABEL), 3, 0)
        grid.addWidget(self._field, 4, 0)
        grid.addWidget(self._copy_secret, 4, 1)

        bottom = QHBoxLayout()
        bottom.addWidget(self._copy_result, stretch=1)
        bottom.addWidget(self._connect)
        bottom.addWidget(self._close)
        layout = dialog_layout(self)
        layout.setSpacing(16)
        layout.addWidget(Label(texts.SHOWN_ONCE, wordWrap=True))
        layout.addLayout(grid)
        layout.addWidget(self._sharing)
        layout.addLayout(bottom)
        self._copy_secret.setDefault(True)
