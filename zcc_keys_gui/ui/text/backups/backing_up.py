"""The texts of the dialog that backs up the vault."""

from zcc_keys_gui.ui.text.values import PROGRAM

TITLE = "Back up"
BACK_UP = "&Back up"
BACKUP_FILES = f"{PROGRAM} backups (*.zccbackup)"
FILE_NAME = "{program} {date}.zccbackup"
INTRODUCTION = (
    "The backup is one file with your API keys and the history. It is encrypted with a passphrase of its own. Client "
    "secrets are not in it, because the vault does not store them.\n\n"
    "If you forget this passphrase, no one can open the backup.\n\n"
    "The backup will be saved to:\n{path}"
)
RAW_KEY = "Choose another passphrase. The encryption would use this one as a raw key."
