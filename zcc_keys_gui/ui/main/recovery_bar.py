"""The quiet bar that says why a recovery key should be saved, until one is, or a passphrase is set."""

import sys

from PySide6.QtCore import Signal

from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.ui.text.unlock import reset_words
from zcc_keys_gui.ui.widgets.info_bar import InfoBar


class RecoveryBar(InfoBar):
    """Shows itself as long as this account alone opens the vault; `wanted` tells that the person wants another way."""

    wanted = Signal()

    def __init__(self, protection: Protection) -> None:
        """Follow `protection`."""
        super().__init__("recoveryBar", reset_words(sys.platform))
        self._protection = protection
        self.add_button("Save recovery key…", "saveRecoveryKeyButton", self.wanted.emit)

    def follow(self) -> None:
        """Show, or show no more."""
        who = self._protection.ways_to_unlock()
        self.setVisible(who.passphrase is None and who.recovery_key is None)
