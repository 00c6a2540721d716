"""The dialogs that ask for the passphrase of a vault."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QWidget

from zcc_keys_gui.service.store import Store
from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.unlock.passphrase import (
    CREATE_FOR_ORGANIZATION,
    CREATE_VAULT,
    CREATE_WITHOUT_KEY_STORE,
    REQUIRE_NEW,
    REQUIRE_REPLACEMENT,
    SET_PASSPHRASE,
    SET_PASSPHRASE_TITLE,
    WELCOME,
)
from zcc_keys_gui.ui.text.values import breakable_path
from zcc_keys_gui.ui.widgets.naming import name_widget
from zcc_keys_gui.ui.widgets.new_passphrase_dialog import NewPassphraseDialog
from zcc_keys_gui.ui.widgets.passphrase_dialog import PassphraseDialog


class CreateVaultDialog(NewPassphraseDialog):
    """A dialog that asks for the passphrase of a new vault and creates the vault."""

    def __init__(
        self, create: Callable[[str], Store], folder: Path, clipboard: SecretClipboard, *, is_required: bool
    ) -> None:
        """Create the vault in `folder` with `create`.

        The passphrase `is_required` by the organization, or else the account has no key store.
        """
        text = CREATE_FOR_ORGANIZATION if is_required else CREATE_WITHOUT_KEY_STORE
        super().__init__(
            "createVaultDialog",
            WELCOME,
            text.format(folder=breakable_path(folder)),
            name_widget(QPushButton(CREATE_VAULT), "createVaultButton"),
            create,
            clipboard,
            None,
        )


class RequirePassphraseDialog(NewPassphraseDialog):
    """A dialog that asks for the passphrase that the organization requires for a vault."""

    def __init__(
        self, set_passphrase: Callable[[str], None], clipboard: SecretClipboard, *, replaces_current: bool
    ) -> None:
        """Set the passphrase with `set_passphrase`; it `replaces_current` if the vault already has one."""
        super().__init__(
            "setPassphraseDialog",
            SET_PASSPHRASE_TITLE,
            REQUIRE_REPLACEMENT if replaces_current else REQUIRE_NEW,
            name_widget(QPushButton(SET_PASSPHRASE), "setPassphraseButton"),
            set_passphrase,
            clipboard,
            None,
        )


class SetPassphraseDialog(NewPassphraseDialog):
    """A dialog that asks for a new passphrase of an open vault."""

    def __init__(
        self, set_passphrase: Callable[[str], None], text: str, clipboard: SecretClipboard, parent: QWidget
    ) -> None:
        """Set the passphrase with `set_passphrase`; `text` says what it is for."""
        super().__init__(
            "setPassphraseDialog",
            SET_PASSPHRASE_TITLE,
            text,
            name_widget(QPushButton(SET_PASSPHRASE), "setPassphraseButton"),
            set_passphrase,
            clipboard,
            parent,
        )


class ConfirmPassphraseDialog(PassphraseDialog):
    """A dialog that asks for the current passphrase before an action that needs it."""

    def __init__(
        self,
        title: str,
        text: str,
        confirm: str,
        use_passphrase: Callable[[str], object],
        clipboard: SecretClipboard,
        parent: QWidget,
    ) -> None:
        """Call `use_passphrase` in the background; `confirm` is the text of the button."""
        button = name_widget(QPushButton(confirm), "confirmButton")
        super().__init__("confirmPassphraseDialog", title, text, button, clipboard, parent)
        self._use_passphrase = use_passphrase
        self._finish_layout()

    def _submit(self) -> None:
        entered, use_passphrase = self._entered_passphrase(), self._use_passphrase
        if entered is not None:
            self._start(lambda _: entered.try_with(use_passphrase))
