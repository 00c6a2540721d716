"""The texts that are shown before the main window, and the notices about the vault that was opened."""

from zcc_keys_gui.domain.unlocking import UnlockMethod

USE_NEW_PASSPHRASE = "Use a &passphrase instead…"
USE_PASSPHRASE = "Use the &passphrase instead…"
USE_RECOVERY_KEY = "Use the &recovery key instead…"
RESTORE_FROM_BACKUP = "Restore from a backup…"

UNLOCKED = "Unlocked"
UNLOCKED_BY = {
    UnlockMethod.THIS_ACCOUNT: "Unlocked by this account",
    UnlockMethod.PASSPHRASE: "Unlocked by passphrase",
    UnlockMethod.RECOVERY_KEY: "Unlocked by recovery key",
}
ACCOUNT_SET_UP_AGAIN = "This account can unlock the vault again."

DAMAGE_FOUND = "The vault is damaged. {findings}"
BACKUP_FAILED = "Today's automatic backup failed. {cause} The program tries again in an hour."
