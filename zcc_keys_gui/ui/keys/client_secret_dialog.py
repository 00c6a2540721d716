"""The dialog that shows a client secret, once."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.client_secret import ClientSecret
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.keys import NewSecret
from zcc_keys_gui.ui.application.clipboard import SecretClipboard, copy_text
from zcc_keys_gui.ui.text.keys.key_list import ONLY_TIME
from zcc_keys_gui.ui.text.values import counted
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField, fit
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import ask
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch


class ClientSecretDialog(QDialog):
    """Shows client ID and client secret with a copy button each. Closed without copying, it asks first.

    `copied` says, once it is closed, whether the secret was copied. The secret leaves the dialog with its closing.
    From the first moment it is hidden from screen sharing where the system can do that, until the person wants it
    shown there; `hidden_from_sharing` tells which of the two it is. `connect_requested` asks for the connect card, and
    carries the secret.
    """

    hidden_from_sharing = Signal(bool)
    connect_requested = Signal(object)

    def __init__(self, new: NewSecret, clipboard: SecretClipboard, parent: QWidget) -> None:
        """Show the secret in `new`, and copy it by way of `clipboard`."""
        super().__init__(parent)
        self.setObjectName("clientSecretDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Client secret for {new.key.name}")
        self.copied = False
        self._name = new.key.name
        self._secret: ClientSecret | None = new.secret
        self._clipboard = clipboard

        self._client_id = _field("clientIdField", "Client ID", new.key.client_id)
        self._field = SecretField(
            "clientSecretField", "Client secret", lambda _: self._copy_client_secret(), shown=new.secret.reveal()
        )
        self._copy_id = _button("Copy client &ID", "copyClientIdButton")
        self._copy_secret = _button("&Copy client secret", "copySecretButton")
        self._sharing = SharingSwitch(self)
        self._said = named(Label(wordWrap=True), "copiedLabel")
        self._connect = _button("Co&nnect…", "connectButton")
        self._close = _button("&Done", "closeButton")
        self._lay_out()

        self._copy_id.clicked.connect(self._copy_client_id)
        self._copy_secret.clicked.connect(self._copy_client_secret)
        self._sharing.hidden_from_sharing.connect(self.hidden_from_sharing)
        self._connect.clicked.connect(self._ask_for_card)
        self._close.clicked.connect(self.reject)
        self._copy_secret.setFocus()

    def reject(self) -> None:
        """Close, by Done, Esc or the window's X; ask first where the secret was not copied."""
        if self.copied:
            self.accept()
            return
        ask(
            self,
            "Close without copying the client secret?",
            consequence=f"The secret of {self._name} can't be shown again. Without it, the key can be used only after "
            "its secret was regenerated.",
            confirm="Close without copying",
            on_confirm=self.accept,
            cancel="Go back",
        )

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self._secret = None
        self._field.setText("")  # also empties what undo would bring back
        super().done(result)
        QTimer.singleShot(0, overwrite_freed_memory)

    def _copy_client_id(self) -> None:
        copy_text(self._client_id.text())
        self._say("Client ID copied.")

    def _copy_client_secret(self) -> bool:
        copied = self._secret is not None and self._clipboard.copy_secret(self._secret)
        if copied:
            self.mark_secret_copied()
        else:
            self._say("Not copied: another program holds the clipboard. Try again.")
        return copied

    def mark_secret_copied(self) -> None:
        """Take the secret for copied: by itself, or in a snippet."""
        if not self.copied:  # until now, the countdown was another secret's
            self.copied = True
            self._clipboard.seconds_left.connect(self._say_seconds_left)
        self._say_seconds_left(self._clipboard.seconds)

    def _ask_for_card(self) -> None:
        if self._secret is not None:
            self.connect_requested.emit(self._secret)

    def _say_seconds_left(self, seconds: int) -> None:
        self._say(
            f"Copied. The clipboard clears in {counted(seconds, 'second')}.{self._clipboard.who_keeps_it()}"
            if seconds
            else "The client secret is no longer on the clipboard."
        )

    def _say(self, text: str) -> None:
        self._said.setText(text)
        grow_to_fit_texts(self)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        grid.addWidget(_label("Client ID", "(sent as apiKey)", self._client_id), 0, 0)
        grid.addWidget(self._client_id, 1, 0)
        grid.addWidget(self._copy_id, 1, 1)
        grid.setRowMinimumHeight(2, 8)
        grid.addWidget(_label("Client secret", "(sent as secretKey)", self._field), 3, 0)
        grid.addWidget(self._field, 4, 0)
        grid.addWidget(self._copy_secret, 4, 1)

        bottom = QHBoxLayout()
        bottom.addWidget(self._said, stretch=1)
        bottom.addWidget(self._connect)
        bottom.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(Label(ONLY_TIME, wordWrap=True))
        layout.addLayout(grid)
        layout.addWidget(self._sharing)
        layout.addLayout(bottom)
        self._copy_secret.setDefault(True)


def _field(name: str, accessible_name: str, text: str) -> QLineEdit:
    field = named(QLineEdit(text, readOnly=True), name, accessible_name)
    fit(field, text)
    return field


def _button(text: str, name: str) -> QPushButton:
    return named(QPushButton(text, autoDefault=True), name, text.replace("&", ""))


def _label(text: str, wire_name: str, field: QLineEdit) -> Label:
    label = Label(f"{text}  {wire_name}")
    label.setBuddy(field)
    return label
