"""The texts about unlocking the vault."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.ui.text.values import KEY_STORE, PROGRAM, Plural, format_time

SERVICE_STOPPED = "Locking the vault stopped the sign-in service."

UNLOCK_TITLE = f"Unlock {PROGRAM}"
UNLOCK = "&Unlock"
RECOVERY_KEY = "&Recovery key"
RECOVERY_KEY_PLACEHOLDER = "Eight groups of six digits"
USE_PASSPHRASE = "Use the passphrase &instead"
USE_RECOVERY_KEY = "Use the recovery key &instead"
VAULT_FOLDER = "The vault is in:\n{folder}"
TRY_AGAIN = Plural("Try again in {number} second.", "Try again in {number} seconds.")

WAITING_FOR_KEY_STORE = f"Waiting for {KEY_STORE}…"
WAITING_HINT = (
    f"The key to your vault is stored in {KEY_STORE}, which has not answered yet. It may be asking for a password or "
    "for permission in another window, perhaps behind this one. Answer it there to continue."
)

REENCRYPTION_FINISHED = (
    "Re-encrypting the vault was interrupted and is finished now. Use the new recovery key. The old one no longer "
    "unlocks the vault."
)
REENCRYPTION_UNDONE = (
    "Re-encrypting the vault was interrupted and was not completed. You can unlock the vault as before. The new "
    "recovery key does not unlock it."
)

WRONG_ATTEMPTS = Plural(
    "A wrong passphrase or recovery key was entered since the vault was last unlocked.",
    "Wrong passphrases or recovery keys were entered {number} times since the vault was last unlocked.",
)
WRONG_ATTEMPTS_WITH_TIME = Plural(
    "A wrong passphrase or recovery key was entered since the vault was last unlocked: {time}.",
    "Wrong passphrases or recovery keys were entered {number} times since the vault was last unlocked. Last time: "
    "{time}.",
)

_WHY_UNLOCK: dict[type[errors.ZccKeysError], str] = {
    errors.KeystoreEntryMissingError: (
        f"The key to this vault is missing from {KEY_STORE}. This can happen after a password reset or on another "
        "computer. Once you unlock the vault, this account can unlock it again."
    ),
    errors.KeystoreUnavailableError: f"The key to this vault is in {KEY_STORE}, which the program can't reach.",
}
_KEY_DOES_NOT_FIT = (
    f"The key in {KEY_STORE} does not open this vault. Once you unlock the vault, this account can unlock it again."
)

_RESET_RISKS = {
    "win32": "If an administrator resets your Windows password, Windows can lose the key to this vault.",
    "darwin": "If an administrator resets your password, macOS can lose the key to this vault.",
}
_RESET_RISK = "If an administrator resets your password, the system keyring can lose the key to this vault."


def describe_interrupted_reencryption(*, was_done: bool) -> str:
    """Say which recovery key unlocks the vault after re-encrypting was interrupted, for example by locking it."""
    return REENCRYPTION_FINISHED if was_done else REENCRYPTION_UNDONE


def describe_wrong_attempts(wrong: WrongAttempts) -> str:
    """Say how many wrong passphrases and recovery keys were entered since the vault was last unlocked; at least one."""
    if wrong.last is None:
        return WRONG_ATTEMPTS.of(wrong.number)
    return WRONG_ATTEMPTS_WITH_TIME.of(wrong.number, time=format_time(wrong.last))


def explain_unlock_request(error: errors.ZccKeysError) -> str:
    """Say why this account does not unlock the vault, and what changes once something else does."""
    return _WHY_UNLOCK.get(type(error), _KEY_DOES_NOT_FIT)


def describe_reset_risk(platform: str) -> str:
    """Say why the vault needs another way to unlock besides this account; `platform` is Python's `sys.platform`."""
    return _RESET_RISKS.get(platform, _RESET_RISK)
