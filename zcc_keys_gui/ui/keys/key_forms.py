"""The dialogs in which a key is added or edited."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, NameProblem
from zcc_keys_gui.domain.errors import NameTakenError, VaultError
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.ui.application.preferences import Preferences
from zcc_keys_gui.ui.text.keys.selected_keys import ADD_KEY_TITLE, EDIT_KEY_TITLE
from zcc_keys_gui.ui.widgets.messages import problems_shown

if TYPE_CHECKING:
    from zcc_keys_gui.ui.keys.key_dialog import KeyDialog, KeyDraft


class OpenForm(NamedTuple):
    """The input of the user so far in an open form."""

    client_id: str | None
    """The key that is edited, or None for a new key."""
    draft: "KeyDraft"


class KeyForms(QObject):
    """The forms that add and edit keys, of which one is open at a time.

    `added` carries the `NewSecret` of a new key, and `edited` the client ID of a key that was changed.
    """

    added = Signal(object)
    edited = Signal(str)

    def __init__(self, keys: Keys, preferences: Preferences, page: QWidget) -> None:
        """Save to `keys`; open the dialogs over the window of `page`."""
        super().__init__(page)
        self._keys = keys
        self._preferences = preferences
        self._page = page
        self._client_id: str | None = None
        self._dialog: KeyDialog | None = None

    def add(self) -> None:
        """Ask for the fields of a new key, and add it."""
        from zcc_keys_gui.ui.keys.key_dialog import NEW_KEY

        fields = replace(NEW_KEY, session_validity=self._preferences.new_key_validity_seconds)
        dialog = self._open("addKeyDialog", ADD_KEY_TITLE, fields, None)
        dialog.save_requested.connect(partial(self._save_new, dialog))

    def edit(self, key: ApiKey) -> None:
        """Ask for new fields of `key`, and change it."""
        dialog = self._open("editKeyDialog", EDIT_KEY_TITLE.format(name=key.name), key.fields, key.client_id)
        dialog.save_requested.connect(partial(self._save_edited, dialog, key.client_id))

    def open_form(self) -> OpenForm | None:
        """Return what the user has entered in the open form; None if there is none."""
        return None if self._dialog is None else OpenForm(self._client_id, self._dialog.draft())

    def reopen(self, form: OpenForm) -> None:
        """Open a form again with what the user had entered. Raises `KeyNotFoundError`, `VaultError`."""
        if form.client_id is None:
            self.add()
        else:
            self.edit(self._keys.key(form.client_id))
        if self._dialog is not None:
            self._dialog.restore_draft(form.draft)

    def _open(self, name: str, title: str, fields: KeyFields, client_id: str | None) -> "KeyDialog":
        from zcc_keys_gui.ui.keys.key_dialog import KeyDialog

        check_name = partial(self._name_problem, client_id=client_id)
        dialog = KeyDialog(fields, check_name, self._preferences.max_session_validity_seconds, self._page.window())
        dialog.setObjectName(name)
        dialog.setWindowTitle(title)
        dialog.finished.connect(self._forget_dialog)
        self._client_id, self._dialog = client_id, dialog
        dialog.open()
        return dialog

    def _forget_dialog(self) -> None:
        self._dialog = None

    def _name_problem(self, name: str, client_id: str | None) -> NameProblem | None:
        try:
            return self._keys.find_name_problem(name, client_id)
        except VaultError:
            return None  # saving reports it, because a message at each keystroke would be too much

    def _save_new(self, dialog: "KeyDialog", fields: KeyFields) -> None:
        with problems_shown(dialog):
            try:
                new = self._keys.add(fields)
            except NameTakenError:
                dialog.show_name_taken()
                return
            dialog.accept()
            self.added.emit(new)

    def _save_edited(self, dialog: "KeyDialog", client_id: str, fields: KeyFields) -> None:
        with problems_shown(dialog):
            try:
                self._keys.edit(client_id, fields)
            except NameTakenError:
                dialog.show_name_taken()
                return
            dialog.accept()
            self.edited.emit(client_id)
