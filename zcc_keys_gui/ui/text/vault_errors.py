"""What errors of the vault and of backups become in words."""

from zcc_keys_gui.domain import errors
from zcc_keys_gui.ui.text.explanation import Explanation
from zcc_keys_gui.ui.text.values import PROGRAM, megabytes_words


def explain_vault_error(error: errors.VaultError) -> Explanation:
    """Return an error of the vault in words."""
    path = error.path
    match error:
        case errors.VaultInUseError():
            return Explanation(
                "Another program holds the vault.",
                f"Close other windows of {PROGRAM}, or wait until a backup or virus scan of the file is done, and try "
                f"again.\n\n{path}",
            )
        case errors.VaultExistsError():
            return Explanation(
                "There is a vault in this folder already.",
                f"It was not replaced. Start the program again, and open it with what was chosen when it was made."
                f"\n\n{path}",
            )
        case errors.VaultFileMissingError():
            if path.name.endswith("-wal"):
                return Explanation(
                    f"The changes that were saved last are missing: {path.name}.",
                    f"The program or the computer ended without moving them into vault.db. Put the file back; without "
                    f"it, the vault is older than what was saved. Nothing was changed.\n\n{path}",
                )
            return Explanation(
                f"Half of the vault is missing: {path.name}.",
                f"A vault is vault.db and vault.json together. Put the missing file back, from a copy if need be. "
                f"Nothing was changed, and no new vault was made.\n\n{path}",
            )
        case errors.VaultFilesMissingError():
            return Explanation(
                "The vault's files are missing from its folder: vault.db and vault.json.",
                f"Automatic copies of them are there: start the program again to put one back. No new vault was made; "
                f"for one, choose another folder, or delete the folder copies.\n\n{path}",
            )
        case errors.VaultTooNewError():
            return Explanation(
                f"A newer version of {PROGRAM} made this vault.",
                f"Install that version or a newer one. The vault was left untouched.\n\n{path}",
            )
        case errors.VaultDamagedError():
            return Explanation(
                f"The file {path.name} is damaged.",
                "It is not as the program wrote it. Choose File > Check the vault to see how much of it, and Repair "
                f"there for an automatic copy or what can be read. Nothing was changed.\n\n{path}",
            )
        case errors.VaultMismatchError():
            return Explanation(
                f"vault.db and {'vault.json' if path.suffix != '.db-wal' else path.name} do not belong together.",
                f"One of them comes from another vault or another time. Put back two files that were copied together. "
                f"Nothing was changed.\n\n{path}",
            )
        case errors.NotReencryptedError():
            return Explanation(
                "The vault was not re-encrypted.",
                "The database could not be written as a whole. What opened the vault before still opens it, and the "
                f"new recovery key does not. Check the disk, and try again.\n\n{path}",
            )
        case errors.ReencryptionUnfinishedError():
            return Explanation(
                "The vault is re-encrypted, but one step is left.",
                "Another program is reading the vault, so the former key could not be removed from its files yet. Use "
                f"the new recovery key. {PROGRAM} removes the former key at the next start.\n\n{path}",
            )
        case _:
            return _explain_place_error(error)


def _explain_place_error(error: errors.VaultError) -> Explanation:
    path = error.path
    match error:
        case errors.VaultReadOnlyError():
            return Explanation(
                "This account may not read or change the vault.",
                f"Ask for permission to the file and its folder, or start the program with another folder "
                f"(--data-folder). Nothing was changed.\n\n{path}",
            )
        case errors.VaultMovedError():
            return Explanation(
                "The vault's files are not where they were.",
                f"They or their folder were moved, renamed or deleted while the program was open. Put the same files "
                f"back and try again. Nothing was changed.\n\n{path}",
            )
        case errors.NetworkFolderError():
            return Explanation(
                "The vault's folder is on a network.",
                f"A vault could be damaged there when the connection breaks, or when two computers use it. Start the "
                f"program with a folder on this computer (--data-folder); a vault that is there already can be copied "
                f"to it, with all its files. Nothing was changed.\n\n{path}",
            )
        case errors.VaultNotAFileError():
            return Explanation(
                f"{path.name} is not a file.",
                f"A folder, a pipe or a device has the name of one of the vault's files. Move it away, and start the "
                f"program again. Nothing was changed.\n\n{path}",
            )
        case errors.VaultPathTooLongError():
            return Explanation(
                "The path of the vault's folder is too long.",
                f"Start the program with another folder (--data-folder), less deep or of shorter names.\n\n{path}",
            )
        case errors.DiskFullError():
            room = "Make room" if error.missing is None else f"Free {megabytes_words(error.missing)}"
            return Explanation("The disk is full.", f"{room} and try again. Nothing was changed.\n\n{path}")
        case _:
            return Explanation(
                "The vault's file cannot be read or written.",
                f"The disk or network may be gone, or the path is not a folder. Nothing was changed.\n\n{path}",
            )


def explain_backup_error(error: errors.BackupError) -> Explanation:
    """Return an error of a backup in words."""
    path = error.path
    match error:
        case errors.BackupPlaceError():
            return Explanation(
                "The backup cannot be written over the vault itself.",
                f"{path.name} is, or would be, one of the vault's own files. Choose another name, best on another disk."
                f" Nothing was changed.\n\n{path}",
            )
        case errors.BackupUnreadableError():
            return Explanation(
                f"The file {path.name} cannot be read.",
                f"It may be gone, or this account may not read it. Nothing was changed.\n\n{path}",
            )
        case errors.NotABackupError():
            return Explanation(
                f"{path.name} is no backup of {PROGRAM}.",
                "It is a folder, empty, cut short, or another program's. Choose another file. Nothing was changed."
                f"\n\n{path}",
            )
        case errors.BackupNotOpenedError():
            return Explanation(
                "This passphrase does not open the file.",
                "A backup has the passphrase that was chosen for it. Check Caps Lock and try again. A file that is no "
                "backup, or whose beginning is damaged, cannot be told from a wrong passphrase.",
            )
        case errors.BackupTooNewError():
            return Explanation(
                f"A newer version of {PROGRAM} made this backup.",
                f"Install that version or a newer one. Nothing was changed.\n\n{path}",
            )
        case _:
            return Explanation(
                f"The backup {path.name} is damaged.",
                "The passphrase is right, but the file is not as the program wrote it, perhaps cut short. Use another "
                f"backup. Nothing was changed.\n\n{path}",
            )
