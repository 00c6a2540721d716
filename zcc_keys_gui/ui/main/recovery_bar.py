"""The bar that says why the user should save a recovery key."""

import sys

from PySide6.QtCore import Signal

from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.ui.text.main import SAVE_RECOVERY_KEY
from zcc_keys_gui.ui.text.unlock.unlocking import describe_reset_risk
from zcc_keys_gui.ui.widgets.info_bar import InfoBar


class RecoveryBar(InfoBar):
    """A bar that is visible while only this account unlocks the vault; its button emits `save_requested`."""

    save_requested = Signal()

    def __init__(self, protection: Protection) -> None:
        """Read the ways to unlock the vault from `protection`."""
        super().__init__("recoveryBar", describe_reset_risk(sys.platform))
        self._protection = protection
        self.add_button(SAVE_RECOVERY_KEY, "saveRecoveryKeyButton", self.save_requested.emit)

    def refresh(self) -> None:
        """Show or hide the bar after the ways to unlock have changed."""
        ways = self._protection.ways_to_unlock()
        self.setVisible(ways.passphrase is None and ways.recovery_key is None)
