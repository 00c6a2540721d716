"""The dialog in which a person checks a client secret, to learn which key it belongs to."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from zcc_keys_gui.domain.client_secret import LENGTH, ClientSecret
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.platform.memory import overwrite_freed_memory
from zcc_keys_gui.service.secret_check import SecretCheck
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.keys.secret_check import secret_check_words
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField, fit
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import named
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

_MAX_LENGTH = 200  # characters; as many as `overwrite_freed_memory` covers
_INTRO = (
    "Paste a client secret to learn which key it belongs to. It is looked up on this computer, and forgotten when this "
    "window closes."
)


class CheckSecretDialog(QDialog):
    """Takes a client secret, hidden unless the person wants it shown, and says at once whose it is.

    `hidden_from_sharing` tells whether the dialog is hidden from screen sharing.
    """

    hidden_from_sharing = Signal(bool)

    def __init__(
        self, check: Callable[[ClientSecret], SecretCheck | None], clipboard: SecretClipboard, parent: QWidget
    ) -> None:
        """Find out by `check`, which may raise `VaultError`; what is copied goes by way of `clipboard`."""
        super().__init__(parent)
        self.setObjectName("checkSecretDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Check a secret")
        self._check = check
        self._field = SecretField(
            "secretField",
            "Client secret",
            clipboard.copy_secret_text,
            is_hidden=True,
            max_length=_MAX_LENGTH,
            rule=str,  # as it is: what came along with the secret is named
        )
        self._show = named(QCheckBox("&Show secret"), "showSecretBox", "Show secret")
        self._sign = WarningSign()
        self._result = named(Label(wordWrap=True), "resultLabel")
        self._sharing = SharingSwitch(self)
        self._close = named(QPushButton("&Close", autoDefault=False), "closeButton", "Close")
        self._lay_out()

        self._field.textChanged.connect(self._follow)
        self._show.toggled.connect(self._field.show_text)
        self._sharing.hidden_from_sharing.connect(self.hidden_from_sharing)
        self._close.clicked.connect(self.reject)
        self._say("", is_problem=False)
        self._field.setFocus()

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self._field.blockSignals(True)
        self._field.setText("")  # also empties what undo would bring back
        super().done(result)
        QTimer.singleShot(0, overwrite_freed_memory)

    def _lay_out(self) -> None:
        fit(self._field, "0" * LENGTH)
        label = Label("Client secre&t  (sent as secretKey)")
        label.setBuddy(self._field)
        field = QVBoxLayout()
        field.setSpacing(4)
        field.addWidget(label)
        field.addWidget(self._field)
        field.addWidget(self._show, alignment=Qt.AlignmentFlag.AlignLeft)
        result = QHBoxLayout()
        result.addWidget(self._sign, alignment=Qt.AlignmentFlag.AlignTop)
        result.addWidget(self._result, stretch=1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addWidget(Label(_INTRO, wordWrap=True))
        layout.addLayout(field)
        layout.addLayout(result)
        layout.addWidget(self._sharing)
        layout.addStretch()
        layout.addLayout(buttons)

    def _follow(self, text: str) -> None:
        try:
            found = self._check(ClientSecret(text))
        except ZccKeysError as error:
            self._say("", is_problem=False)
            show_problem(self, error)
            return
        if found is None:
            self._say("", is_problem=False)
        else:
            only = f" Only the first {_MAX_LENGTH} characters were looked at." if len(text) == _MAX_LENGTH else ""
            self._say(secret_check_words(found, datetime.now(UTC)) + only, is_problem=not found.signs_in)

    def _say(self, text: str, *, is_problem: bool) -> None:
        """Say what was found out; a screen reader says it at the field."""
        self._result.setText(text)
        self._field.setAccessibleDescription(text)
        self._sign.setVisible(is_problem)
        grow_to_fit_texts(self)
