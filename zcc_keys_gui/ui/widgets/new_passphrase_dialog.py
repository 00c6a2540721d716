"""The base of the dialogs that ask for a new passphrase."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget

from zcc_keys_gui.ui.application.clipboard import SecretClipboard
from zcc_keys_gui.ui.text.unlock.passphrase import DIFFERENT_PASSPHRASES, REPEAT_PASSPHRASE, TOO_SHORT, TOO_SHORT_HINT
from zcc_keys_gui.ui.text.values import format_number
from zcc_keys_gui.ui.widgets.background_work import BackgroundWork
from zcc_keys_gui.ui.widgets.fields.passphrase_strength import VAULT_GUESSES_PER_SECOND, describe_strength
from zcc_keys_gui.ui.widgets.fields.secret_field import SecretField
from zcc_keys_gui.ui.widgets.label import Label
from zcc_keys_gui.ui.widgets.naming import name_widget, plain_text
from zcc_keys_gui.ui.widgets.passphrase_dialog import PassphraseDialog
from zcc_keys_gui.ui.widgets.placement import grow_to_fit_texts

MIN_PASSPHRASE_LENGTH = 8  # characters, the minimum of NIST SP 800-63B §5.1.1.2 for passwords that users choose


class NewPassphraseDialog(PassphraseDialog):
    """A dialog that asks for a new passphrase twice, and shows how strong it is."""

    def __init__(
        self,
        name: str,
        title: str,
        text: str,
        button: QPushButton,
        use_passphrase: Callable[[str], object],
        clipboard: SecretClipboard,
        parent: QWidget | None,
        *,
        guesses_per_second: int = VAULT_GUESSES_PER_SECOND,
    ) -> None:
        """Call `use_passphrase` in the background once the user has chosen a passphrase.

        `guesses_per_second` is how fast an attacker can try passphrases.
        """
        super().__init__(name, title, text, button, clipboard, parent)
        self._use_passphrase = use_passphrase
        self._guesses_per_second = guesses_per_second
        self._strength_estimate = BackgroundWork(self)
        self._strength = name_widget(Label(wordWrap=True), "strengthHint")
        self._repeat = self._secret_field("repeatPassphraseField", plain_text(REPEAT_PASSPHRASE))
        self._layout.addWidget(self._strength)
        self._add_labelled(REPEAT_PASSPHRASE, self._repeat)
        self._finish_layout()
        self._passphrase.textChanged.connect(self._estimate_strength)
        self._repeat.textChanged.connect(self._clear_problem)
        self._estimate_strength("")

    def fields(self) -> list[SecretField]:
        """Return the fields that contain secrets."""
        return [self._passphrase, self._repeat]

    def _estimate_strength(self, passphrase: str) -> None:
        self._strength_estimate.ignore_outcome()  # the estimate of the former text
        if len(passphrase) < MIN_PASSPHRASE_LENGTH:
            self._strength.setText(TOO_SHORT_HINT.format(number=format_number(MIN_PASSPHRASE_LENGTH)))
            return
        guesses_per_second = self._guesses_per_second
        self._strength_estimate.start(lambda: describe_strength(passphrase, guesses_per_second), self._show_strength)

    def _show_strength(self, text: str) -> None:
        self._strength.setText(text)
        grow_to_fit_texts(self)

    def _submit(self) -> None:
        passphrase, use_passphrase = self._passphrase.text(), self._use_passphrase
        if len(passphrase) < MIN_PASSPHRASE_LENGTH:
            self._problem.set_text(TOO_SHORT.format(number=format_number(MIN_PASSPHRASE_LENGTH)))
            self._passphrase.setFocus()
        elif passphrase != self._repeat.text():
            self._problem.set_text(DIFFERENT_PASSPHRASES)
            self._repeat.setFocus()
            self._repeat.selectAll()
        else:
            self._start(lambda _: use_passphrase(passphrase))
