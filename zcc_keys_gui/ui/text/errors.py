"""What each error becomes in words."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text.explanation import Explanation
from zcc_keys_gui.ui.text.fields import validity_problem_words
from zcc_keys_gui.ui.text.vault_errors import explain_backup_error, explain_vault_error


def explain(error: BaseException) -> Explanation:  # noqa: PLR0912  a table
    """Return an error in words for people; it names no SQL, no trace and no secret."""
    match error:
        case errors.NameTakenError():
            return Explanation("Another key has this name.", "Choose another name.")
        case errors.SessionValidityTooLongError():
            return Explanation(validity_problem_words(ValidityProblem.TOO_LONG, error.longest), "Nothing was changed.")
        case errors.KeyNotFoundError():
            return Explanation("This key is not in the vault any more.", "Nothing was changed.")
        case errors.FileNotWrittenError():
            return _explain_unwritten_file(error)
        case errors.KeystoreUnavailableError():
            return Explanation(
                "This account's key store cannot be reached.",
                "The key to the vault is kept there. Sign in to the desktop as usual, unlock the key store, and start "
                "the program again. Nothing was changed.",
            )
        case errors.KeystoreEntryMissingError():
            return Explanation(
                "The key to this vault is missing from this account's key store.",
                "It is there only for the account and the computer that made the vault. Start the program there. If "
                "the entry was deleted and no passphrase was set, the vault cannot be opened. Nothing was changed.",
            )
        case errors.WrongKeystoreEntryError():
            return Explanation(
                "The entry in this account's key store does not open this vault.",
                "The vault's files may have been replaced, or the entry was changed. Put back the files that belong "
                "together. Nothing was changed.",
            )
        case errors.WrongPassphraseError():
            return Explanation("This passphrase does not open the vault.", "Check Caps Lock and try again.")
        case errors.WrongRecoveryKeyError():
            return Explanation(
                "This recovery key does not open the vault.",
                "It may be that of another vault, or one that was replaced. Nothing was changed.",
            )
        case errors.LastProtectorError():
            return Explanation(
                "Nothing else opens the vault.",
                "Set a passphrase or save a recovery key first; then this can be removed. Nothing was changed.",
            )
        case errors.VaultClosedError():
            return Explanation("The vault is locked.", "Unlock it and try again. Nothing was changed.")
        case errors.AutomaticBackupFailedError():
            cause = f"{explain(error.__cause__).what} " if isinstance(error.__cause__, errors.ZccKeysError) else ""
            return Explanation(
                "No copy of the vault could be made.",
                f"{cause}Make room, or ask for permission to the folder, and try again. The vault and the copies that "
                f"there were are unchanged.\n\n{error.path}",
            )
        case errors.VaultError() | errors.BackupError():
            return explain_vault_error(error) if isinstance(error, errors.VaultError) else explain_backup_error(error)
        case _:
            return Explanation(
                "Something unexpected happened.",
                "Copy the details and report them; they contain no secret. What was saved before is safe.",
            )


_WRITE_FAULTS = {
    errors.WriteFault.DISK_FULL: ("because the disk is full", "Free some space, or choose another folder."),
    errors.WriteFault.NO_PERMISSION: (
        "because you don't have permission",
        "Choose another folder, or ask for permission to write the file and its folder.",
    ),
    errors.WriteFault.READ_ONLY: ("because the disk is read-only", "Choose another folder."),
    errors.WriteFault.IN_USE: (
        "because another program is using it",
        "Close it where it is open, or choose another name.",
    ),
    errors.WriteFault.NAME_TOO_LONG: ("because its name or path is too long", "Choose a shorter one."),
    errors.WriteFault.NAME_NOT_ALLOWED: ("because the disk doesn't allow this name", "Choose another name."),
    errors.WriteFault.FOLDER_MISSING: ("because its folder doesn't exist", "Choose another folder."),
    errors.WriteFault.IS_A_FOLDER: ("because a folder has this name", "Choose another name."),
    errors.WriteFault.NOT_A_FILE: ("because this name belongs to a device or a pipe", "Choose another name."),
    errors.WriteFault.VAULT_FILE: ("because it is one of the vault's own files", "Choose another name or folder."),
    errors.WriteFault.LINK_LOOP: ("because it is a link that leads back to itself", "Choose another name."),
}


def _explain_unwritten_file(error: errors.FileNotWrittenError) -> Explanation:
    why, next_step = _WRITE_FAULTS.get(error.fault, ("", "Try again, or choose another folder."))
    system = error.__cause__.strerror if isinstance(error.__cause__, OSError) else None
    if not why and system:
        next_step = f"The system reports: {system}. {next_step}"
    return Explanation(
        f"The file {error.path.name} could not be written{' ' if why else ''}{why}.",
        f"{next_step} A file that was there before is unchanged.\n\n{error.path}",
    )
