"""What the windows say about unlocking the vault."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.ui.text.values import KEY_STORE, PROGRAM, number_words, time_words

UNLOCKED_BY_PASSPHRASE = "Unlocked by passphrase"


SERVICE_STOPPED = "Locking the vault stopped the sign-in service.\n\n"


WAITING_FOR_KEY_STORE = f"Waiting for {KEY_STORE}…"


def interrupted_reencryption_words(*, was_done: bool) -> str:
    """Say which recovery key opens the vault after re-encrypting was interrupted, as by locking the vault."""
    if was_done:
        return (
            "Re-encrypting the vault was interrupted and is finished now. Use the new recovery key. The former one no "
            "longer opens the vault."
        )
    return (
        "Re-encrypting the vault was interrupted before it was done. What opened the vault before still opens it. The "
        "new recovery key does not."
    )


def wrong_attempts_words(wrong: WrongAttempts) -> str:
    """Say how many wrong passphrases and recovery keys were entered since the vault was last opened; one at least."""
    if wrong.number == 1:
        said = "A wrong passphrase or recovery key was entered since the vault was last opened"
        when = "it was entered"
    else:
        said = (
            f"{number_words(wrong.number)} wrong passphrases or recovery keys were entered since the vault was last "
            "opened"
        )
        when = "the last one"
    return f"{said}; {when} {time_words(wrong.last)}." if wrong.last else f"{said}."


def why_unlock_words(error: errors.ZccKeysError) -> str:
    """Say why this account does not open the vault, and what happens when something else does."""
    match error:
        case errors.KeystoreEntryMissingError():
            return (
                "The key to this vault is missing from this account's key store, as after a password reset or on "
                "another computer. Once you have unlocked the vault, this account is set up to open it again."
            )
        case errors.KeystoreUnavailableError():
            return "This account's key store, which has the key to this vault, cannot be reached."
        case _:
            return (
                "The entry in this account's key store does not open this vault. Once you have unlocked the vault, "
                "this account is set up to open it again."
            )


def reset_words(platform: str) -> str:
    """Say why something else than this account should open the vault as well; `platform` is Python's `sys.platform`."""
    match platform:
        case "win32":
            return "If your Windows password is reset by an administrator, Windows can lose the key to this vault."
        case "darwin":
            return "If your password is reset by an administrator, macOS can lose the key to this vault."
        case _:
            return "If your password is reset by an administrator, the key store can lose the key to this vault."


def waiting_words() -> str:
    """Return what to do while the program waits for the key store."""
    return (
        f"The key to your vault is kept in {KEY_STORE}, which has not answered yet. It may be asking for a password or "
        f"for permission in another window, perhaps behind this one. Answer it there, and {PROGRAM} continues."
    )
