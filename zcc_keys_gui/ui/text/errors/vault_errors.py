"""The explanations of errors of the vault's files and of backups."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.ui.text.errors.explanation import Explanation
from zcc_keys_gui.ui.text.values import PROGRAM, format_megabytes

LATEST_CHANGES_MISSING = Explanation(
    "The latest changes are missing: {name}.",
    "The program or the computer stopped before it moved them to vault.db. Put the file back. Without it, your latest "
    "changes are lost. Nothing was changed.",
)
DISK_FULL_BY = Explanation("The disk is full.", "Free {size} and try again. Nothing was changed.")
VAULT_UNREACHABLE = Explanation(
    "The vault's files can't be read or written.",
    "The disk may be disconnected, or the path may not lead to a folder. Nothing was changed.",
)
BACKUP_DAMAGED = Explanation(
    "The backup {name} is damaged.",
    "The passphrase is correct, but the file is incomplete or was changed. Use another backup. Nothing was changed.",
)

_VAULT_ERRORS: dict[type[errors.VaultError], Explanation] = {
    errors.VaultInUseError: Explanation(
        "Another program is using the vault.",
        "Close other windows of {program}, or wait until a backup or virus scan of the file ends. Then try again.",
    ),
    errors.VaultExistsError: Explanation(
        "This folder already contains a vault.",
        "The vault was not replaced. Start the program again and unlock it.",
    ),
    errors.VaultFileMissingError: Explanation(
        "A file of the vault is missing: {name}.",
        "A vault consists of vault.db and vault.json. Put the missing file back, for example from a backup of your "
        "disk. Nothing was changed, and no new vault was created.",
    ),
    errors.VaultFilesMissingError: Explanation(
        "The vault's files are missing: vault.db and vault.json.",
        "Automatic backups of them exist. Start the program again to restore one. To create a new vault, choose "
        "another folder or delete the folder named copies. Nothing was changed.",
    ),
    errors.VaultTooNewError: Explanation(
        "A newer version of {program} made this vault.",
        "Install that version or a newer one. The vault is unchanged.",
    ),
    errors.VaultDamagedError: Explanation(
        "The file {name} is damaged.",
        "To see what is damaged, choose File > Check the vault. Then choose Repair to restore an automatic backup or "
        "to save what can be read. Nothing was changed.",
    ),
    errors.VaultMismatchError: Explanation(
        "vault.db and {name} do not belong together.",
        "One of them is from another vault or from another time. Put back two files that were copied together. "
        "Nothing was changed.",
    ),
    errors.NotReencryptedError: Explanation(
        "The vault was not re-encrypted.",
        "The program could not write the whole database. You can unlock the vault as before, but not with the new "
        "recovery key. Check the disk and try again.",
    ),
    errors.ReencryptionUnfinishedError: Explanation(
        "The vault is re-encrypted, but one step is left.",
        "Another program is reading the vault, so the old key is still in its files. {program} removes it the next "
        "time it starts. Use the new recovery key from now on.",
    ),
    errors.VaultReadOnlyError: Explanation(
        "You don't have permission to read or change the vault.",
        "Ask for permission to use the file and its folder, or start the program with another folder (--data-folder). "
        "Nothing was changed.",
    ),
    errors.VaultMovedError: Explanation(
        "The vault's files are no longer in their folder.",
        "The files or their folder were moved, renamed or deleted while the program was open. Put the same files back "
        "and try again. Nothing was changed.",
    ),
    errors.NetworkFolderError: Explanation(
        "The vault's folder is on a network.",
        "The vault could be damaged there if the connection fails or if two computers use it. Start the program with "
        "a folder on this computer (--data-folder). If the network folder already contains a vault, copy all its files "
        "to the new folder. Nothing was changed.",
    ),
    errors.VaultNotAFileError: Explanation(
        "{name} is not a file.",
        "A folder, a pipe or a device has the name of one of the vault's files. Move it and start the program again. "
        "Nothing was changed.",
    ),
    errors.VaultPathTooLongError: Explanation(
        "The path of the vault's folder is too long.",
        "Start the program with a folder that has a shorter path (--data-folder).",
    ),
    errors.DiskFullError: Explanation("The disk is full.", "Free some space and try again. Nothing was changed."),
}

_BACKUP_ERRORS: dict[type[errors.BackupError], Explanation] = {
    errors.BackupReplacesVaultError: Explanation(
        "The backup can't replace the vault's own files.",
        "Choose another name, and another disk if possible. Nothing was changed.",
    ),
    errors.BackupUnreadableError: Explanation(
        "The file {name} can't be read.",
        "It may have been moved or deleted, or you may not have permission to read it. Nothing was changed.",
    ),
    errors.NotABackupError: Explanation(
        "{name} is not a backup of {program}.",
        "It may be a folder, empty, incomplete or from another program. Choose another file. Nothing was changed.",
    ),
    errors.BackupTooNewError: Explanation(
        "A newer version of {program} made this backup.",
        "Install that version or a newer one. Nothing was changed.",
    ),
}


def explain_vault_error(error: errors.VaultError) -> Explanation:
    """Return what to say about an error of the vault's files."""
    explanation, name, size = _VAULT_ERRORS.get(type(error), VAULT_UNREACHABLE), error.path.name, ""
    match error:
        case errors.VaultFileMissingError() if name.endswith("-wal"):
            explanation = LATEST_CHANGES_MISSING
        case errors.VaultMismatchError() if not name.endswith("-wal"):
            name = "vault.json"  # the error may have the path of either file
        case errors.DiskFullError(missing=int(missing_bytes)):
            explanation, size = DISK_FULL_BY, format_megabytes(missing_bytes)
    return explanation.filled(program=PROGRAM, name=name, size=size)._replace(path=error.path)


def explain_backup_error(error: errors.BackupError) -> Explanation:
    """Return what to say about an error of a backup."""
    explanation = _BACKUP_ERRORS.get(type(error), BACKUP_DAMAGED)
    return explanation.filled(program=PROGRAM, name=error.path.name)._replace(path=error.path)
