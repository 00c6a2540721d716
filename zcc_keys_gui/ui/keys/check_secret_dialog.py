"""The dialog that finds out which key a client secret belongs to."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QWidget

from zcc_keys_gui.domain.client_secret import LENGTH, ClientSecret
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.service.secret_check import SecretCheck
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.application.secret_memory import overwrite_freed_memory_soon
from zcc_keys_gui.ui.text.keys import secret_check as texts
from zcc_keys_gui.ui.text.values import format_number
from zcc_keys_gui.ui.text.widgets import CLOSE
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField, use_fixed_font
from zcc_keys_gui.ui.widgets.label import Label, label_for
from zcc_keys_gui.ui.widgets.layouts import button_row, dialog_layout, field_group
from zcc_keys_gui.ui.widgets.messages import show_problem
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts
from zcc_keys_gui.ui.widgets.sharing_switch import SharingSwitch
from zcc_keys_gui.ui.widgets.warning_sign import WarningSign

# Characters. `overwrite_freed_memory` overwrites texts of up to this length.
_MAX_LENGTH = 200


class CheckSecretDialog(QDialog):
    """A dialog with a field for a client secret that shows immediately which key the secret belongs to.

    The secret is hidden unless the user wants to see it. `hidden_from_sharing` says whether the dialog is hidden from
    screen sharing.
    """

    hidden_from_sharing = Signal(bool)

    def __init__(
        self, check: Callable[[ClientSecret], SecretCheck | None], clipboard: SecretClipboard, parent: QWidget
    ) -> None:
        """Check secrets with `check`, which may raise `VaultError`. Text is copied with `clipboard`."""
        super().__init__(parent)
        self.setObjectName("checkSecretDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(texts.TITLE)
        self._check = check
        self._field = SecretField(
            "secretField",
            texts.CLIENT_SECRET,
            clipboard.copy_secret_text,
            is_hidden=True,
            max_length=_MAX_LENGTH,
            rule=str,  # cleans nothing, because the result mentions characters that don't belong to the secret
        )
        self._show = name_widget(QCheckBox(texts.SHOW_SECRET), "showSecretBox")
        self._warning_sign = WarningSign()
        self._result = name_widget(Label(wordWrap=True), "resultLabel")
        self._sharing = SharingSwitch(self)
        self._close = name_widget(QPushButton(CLOSE, autoDefault=False), "closeButton")
        self._lay_out()

        self._field.textChanged.connect(self._check_text)
        self._show.toggled.connect(self._field.show_text)
        self._sharing.hidden_from_sharing.connect(self.hidden_from_sharing)
        self._close.clicked.connect(self.reject)
        self._show_result("", is_problem=False)
        self._field.setFocus()

    def done(self, result: int) -> None:
        """Close, and forget the secret."""
        self._field.setText("")  # This also clears the undo history.
        super().done(result)
        overwrite_freed_memory_soon()

    def _lay_out(self) -> None:
        use_fixed_font(self._field, "0" * LENGTH)
        field = field_group(label_for(self._field, texts.CLIENT_SECRET_LABEL), self._field)
        field.addWidget(self._show, alignment=Qt.AlignmentFlag.AlignLeft)
        result = QHBoxLayout()
        result.addWidget(self._warning_sign, alignment=Qt.AlignmentFlag.AlignTop)
        result.addWidget(self._result, stretch=1)
        layout = dialog_layout(self)
        layout.setSpacing(16)
        layout.addWidget(Label(texts.INTRODUCTION, wordWrap=True))
        layout.addLayout(field)
        layout.addLayout(result)
        layout.addWidget(self._sharing)
        layout.addStretch()
        layout.addLayout(button_row(self._close))

    def _check_text(self, pasted: str) -> None:
        if not pasted:
            self._show_result("", is_problem=False)
            return
        try:
            check = self._check(ClientSecret(pasted))
        except ZccKeysError as error:
            self._show_result("", is_problem=False)
            show_problem(self, error)
            return
        if check is None:
            self._show_result("", is_problem=False)
            return
        result = texts.describe_secret_check(check, datetime.now(UTC))
        if len(pasted) == _MAX_LENGTH:
            result = texts.ONLY_BEGINNING_CHECKED.format(result=result, number=format_number(_MAX_LENGTH))
        self._show_result(result, is_problem=not check.signs_in)

    def _show_result(self, result: str, *, is_problem: bool) -> None:
        """Show the result below the field; a screen reader speaks it at the field."""
        self._result.setText(result)
        self._field.setAccessibleDescription(result)
        self._warning_sign.setVisible(is_problem)
        grow_to_fit_texts(self)
