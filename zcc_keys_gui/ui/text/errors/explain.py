"""The explanation of each error."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.domain.session_validity import ValidityProblem
from zcc_keys_gui.ui.text.errors.explanation import Explanation
from zcc_keys_gui.ui.text.errors.file_errors import explain_unwritten_file
from zcc_keys_gui.ui.text.errors.vault_errors import explain_backup_error, explain_vault_error
from zcc_keys_gui.ui.text.fields import describe_validity_problem
from zcc_keys_gui.ui.text.values import KEY_STORE, PROGRAM

UNEXPECTED = Explanation(
    "Something unexpected happened.",
    "Copy the details and report them. They contain no secrets, and everything that you saved before is safe.",
)

NOTHING_CHANGED = "Nothing was changed."

BACKUP_NOT_MADE = Explanation(
    "The automatic backup could not be made.",
    "Free some space, or ask for permission to write to the folder, and try again. The vault and the earlier automatic "
    "backups are unchanged.",
)
BACKUP_NOT_MADE_WITH_CAUSE = Explanation(
    "The automatic backup could not be made.",
    "{cause} Free some space, or ask for permission to write to the folder, and try again. The vault and the earlier "
    "automatic backups are unchanged.",
)

_EXPLANATIONS: dict[type[BaseException], Explanation] = {
    errors.NameTakenError: Explanation("Another key has this name.", "Choose another name."),
    errors.KeyNotFoundError: Explanation("This key is no longer in the vault.", NOTHING_CHANGED),
    errors.KeystoreUnavailableError: Explanation(
        "{program} can't reach {key_store}.",
        "The key to your vault is stored there. Sign in to your desktop, make sure that {key_store} is unlocked, and "
        "start the program again. Nothing was changed.",
    ),
    errors.KeystoreEntryMissingError: Explanation(
        "The key to this vault is missing from {key_store}.",
        "Only the account and the computer that created the vault have the key. Start the program there. If the key "
        "was deleted and you have no passphrase, the vault can't be opened. Nothing was changed.",
    ),
    errors.WrongKeystoreEntryError: Explanation(
        "The key in {key_store} does not open this vault.",
        "The vault's files may have been replaced, or the key may have been changed. Put back the files that belong "
        "together. Nothing was changed.",
    ),
    errors.WrongPassphraseError: Explanation(
        "This passphrase does not open the vault.", "Check Caps Lock and try again."
    ),
    errors.WrongRecoveryKeyError: Explanation(
        "This recovery key does not open the vault.",
        "It may belong to another vault, or it may have been replaced. Nothing was changed.",
    ),
    errors.LastProtectorError: Explanation(
        "This is the only way to unlock the vault.",
        "Set a passphrase or save a recovery key before you remove it. Nothing was changed.",
    ),
    errors.VaultClosedError: Explanation("The vault is locked.", "Unlock it and try again. Nothing was changed."),
    errors.BackupNotOpenedError: Explanation(
        "This passphrase does not open the backup.",
        "Check Caps Lock and enter the passphrase that was chosen for this backup. If it is correct, the file is "
        "damaged or is not a backup.",
    ),
}


def explain(error: BaseException) -> Explanation:
    """Return what to say about an error, without SQL, a traceback or a secret."""
    if (known := _EXPLANATIONS.get(type(error))) is not None:
        return known.filled(program=PROGRAM, key_store=KEY_STORE)
    match error:
        case errors.SessionValidityTooLongError():
            return Explanation(describe_validity_problem(ValidityProblem.TOO_LONG, error.max_seconds), NOTHING_CHANGED)
        case errors.FileNotWrittenError():
            return explain_unwritten_file(error)
        case errors.AutomaticBackupFailedError():
            return _explain_failed_backup(error)
        case errors.VaultError():
            return explain_vault_error(error)
        case errors.BackupError():
            return explain_backup_error(error)
        case _:
            return UNEXPECTED


def _explain_failed_backup(error: errors.AutomaticBackupFailedError) -> Explanation:
    explanation = BACKUP_NOT_MADE
    if isinstance(error.__cause__, errors.ZccKeysError):
        explanation = BACKUP_NOT_MADE_WITH_CAUSE.filled(cause=explain(error.__cause__).summary)
    return explanation._replace(path=error.path)
