"""The texts of the protection page, which changes the ways to unlock the vault, and of its questions."""

import sys

from zcc_keys_gui.ui.text.values import KEY_STORE

HEADING = "Ways to unlock this vault"
THIS_ACCOUNT = "This account"
PASSPHRASE = "Passphrase"
RECOVERY_KEY = "Recovery key"
NO = "No"
YES = "Yes"
YES_SINCE = "Yes, since {time}"

SET_UP = "Set &up"
SET_UP_ACCOUNT = "Set up this account"
REMOVE_ACCOUNT_BUTTON = "Re&move…"
REMOVE_ACCOUNT = "Remove this account"
SET_PASSPHRASE_BUTTON = "&Set…"
SET_PASSPHRASE = "Set passphrase"
CHANGE_PASSPHRASE_BUTTON = "&Change…"
CHANGE_PASSPHRASE = "Change passphrase"
REMOVE_PASSPHRASE_BUTTON = "Remo&ve…"
REMOVE_PASSPHRASE = "Remove passphrase"
CREATE_RECOVERY_KEY_BUTTON = "Crea&te…"
CREATE_RECOVERY_KEY = "Create recovery key"
REPLACE_RECOVERY_KEY_BUTTON = "Re&place…"
REPLACE_RECOVERY_KEY = "Replace recovery key"
REMOVE_RECOVERY_KEY_BUTTON = "Rem&ove…"
REMOVE_RECOVERY_KEY = "Remove recovery key"

ASK_ALWAYS = "&Ask for the passphrase at every start"
ASK_ALWAYS_HINT = "This account then no longer unlocks the vault, and you can lock the vault with Ctrl+L."
LOCK_AFTER = "&Lock after"
LOCK_AFTER_FIELD = "Idle minutes until the vault is locked"
IDLE_MINUTES = {"win32": "idle minutes, and when Windows is locked"}.get(sys.platform, "idle minutes")

REENCRYPT_BUTTON = "Re-&encrypt the vault…"
REENCRYPT_HINT = (
    "If someone else may have a copy of the vault and an old passphrase or recovery key, re-encrypt the vault. Then "
    "they can no longer use these to read what you change from now on."
)

WAITING = f"Waiting for {KEY_STORE}. It may be asking for a password in another window."
ACCOUNT_REMOVED = (
    "This account no longer unlocks the vault. It still unlocks copies of the vault that were made before."
)
OLD_PASSPHRASE_INVALID = (
    "The old passphrase no longer unlocks the vault. It still unlocks copies of the vault that were made before."
)
OLD_RECOVERY_KEY_INVALID = (
    "The old recovery key no longer unlocks the vault. It still unlocks copies of the vault that were made before."
)
REENCRYPTED = (
    "The vault is re-encrypted, and a new automatic backup replaced the older ones. Copies of the vault in other "
    "places, and quarantined vaults, can still be unlocked as before."
)
REENCRYPTED_WITHOUT_BACKUP = (
    "The vault is re-encrypted. The older automatic backups still exist, and can still be unlocked as before."
)

REMOVE_ACCOUNT_QUESTION = "Stop this account from unlocking the vault?"
REMOVE_ACCOUNT_CONSEQUENCE = (
    "You will need the recovery key each time you start the program. If you no longer have it, the API keys are lost."
)
REMOVE_PASSPHRASE_QUESTION = "Remove the passphrase?"
REMOVE_PASSPHRASE_CONSEQUENCE = "It will no longer unlock the vault. The other ways to unlock the vault don't change."
REPLACE_RECOVERY_KEY_QUESTION = "Replace the recovery key?"
REPLACE_RECOVERY_KEY_CONSEQUENCE = (
    "The new recovery key is shown only once. After you save it, the current one no longer unlocks the vault."
)
REMOVE_RECOVERY_KEY_QUESTION = "Remove the recovery key?"
REMOVE_RECOVERY_KEY_CONSEQUENCE = "It will no longer unlock the vault. The other ways to unlock the vault don't change."
REENCRYPT_QUESTION = "Re-encrypt the vault?"
REENCRYPT_CONSEQUENCE = (
    "You get a new recovery key, and the current one no longer works. A new automatic backup replaces the older ones. "
    "Copies of the vault in other places, and quarantined vaults, can still be unlocked as before."
)
REENCRYPT = "Re-encrypt"

REQUIRE_PASSPHRASE_TITLE = "Ask for the passphrase"
REQUIRE_PASSPHRASE = (
    "You will need the passphrase each time you start the program. Enter it now to make sure that you know it."
)
CONFIRM_REMOVE_ACCOUNT = "&Remove this account"
NEW_PASSPHRASE = (
    "Choose a passphrase that unlocks this vault. Keep a recovery key too, in case you forget the passphrase."
)
REPLACEMENT_PASSPHRASE = (
    "Choose a new passphrase. It replaces the current one. Keep a recovery key too, in case you forget the passphrase."
)
REENCRYPT_TITLE = "Re-encrypt the vault"
PASSPHRASE_FOR_REENCRYPTION = "Enter the passphrase of the vault. It will still unlock the vault."
CONFIRM_REENCRYPTION = "&Re-encrypt"
