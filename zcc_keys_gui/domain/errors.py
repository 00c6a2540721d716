"""The one tree of errors that the program raises itself.

An error says what happened, in fields; `ui.words` turns it into words for people. No error carries a secret. What is
wrong with a call to the sign-in service is no error of the program: `sign_in` has exceptions of its own for that.
"""

from enum import Enum
from pathlib import Path


class ZccKeysError(Exception):
    """Something that the program knows how to explain."""


# --- what a person asked for cannot be done ---------------------------------------------------------------


class NameTakenError(ZccKeysError):
    """Another key has this name, whatever the case."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SessionValidityTooLongError(ZccKeysError):
    """The organization allows no session validity interval over `longest` seconds."""

    def __init__(self, longest: int) -> None:
        super().__init__(longest)
        self.longest = longest


class KeyNotFoundError(ZccKeysError):
    """The key is not in the vault (any more)."""


class WriteFault(Enum):
    """Why a file could not be written."""

    DISK_FULL = "the disk or the user's share of it is full"
    NO_PERMISSION = "this user may not write the file or its folder"
    READ_ONLY = "the file system is read-only"
    IN_USE = "another program has the file open (Windows)"
    NAME_TOO_LONG = "the name or the path is too long"
    NAME_NOT_ALLOWED = "the file system allows no such name"
    FOLDER_MISSING = "there is no such folder"
    IS_A_FOLDER = "a folder has this name"
    NOT_A_FILE = "a device, a pipe or a socket has this name"
    VAULT_FILE = "it is one of a vault's own files"
    LINK_LOOP = "a link leads back to itself"
    OTHER = "none of these; the error that this one was raised from may tell"


class FileNotWrittenError(ZccKeysError):
    """A file that the user chose, such as an export, could not be written; what was there before still is."""

    def __init__(self, path: Path, fault: WriteFault = WriteFault.OTHER) -> None:
        super().__init__(str(path))
        self.path = path
        self.fault = fault


# --- who may open the vault -------------------------------------------------------------------------------


class KeystoreUnavailableError(ZccKeysError):
    """The operating system offers no key store that keeps a key for this account, or it refused."""


class KeystoreEntryMissingError(ZccKeysError):
    """The key store works, but the entry that opens this vault is not in it."""


class WrongPassphraseError(ZccKeysError):
    """The passphrase does not unwrap the database key."""


class WrongRecoveryKeyError(ZccKeysError):
    """The recovery key is well formed, but does not unwrap the database key."""


class WrongKeystoreEntryError(ZccKeysError):
    """The key store has an entry for this vault, but it does not unwrap the database key."""


class LastProtectorError(ZccKeysError):
    """What was to be removed is the only thing that opens the vault."""


# --- the vault's files ------------------------------------------------------------------------------------


class VaultError(ZccKeysError):
    """Something is the matter with the vault's files; `path` is the file or folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class VaultInUseError(VaultError):
    """Another program holds the vault, and does not answer or does not let go."""


class VaultClosedError(ZccKeysError, InterruptedError):
    """The vault was locked or closed while something used it. Nobody has to be told: that was the user's own wish."""

    def __init__(self) -> None:
        super().__init__("the vault is closed")


class VaultExistsError(VaultError):
    """A vault was to be made where there is one; it is never replaced."""


class VaultNeedsRepairError(VaultError):
    """What is on the disk is not the vault as it was written last."""


class VaultFileMissingError(VaultNeedsRepairError):
    """A part of the vault is there, this file is not."""


class VaultFilesMissingError(VaultNeedsRepairError):
    """Neither of the vault's files is in the folder at `path`, where automatic copies of them are."""


class VaultTooNewError(VaultError):
    """A newer version of the program made this vault."""


class VaultMovedError(VaultError):
    """The folder or a file of the open vault was moved, renamed or deleted meanwhile; what is written would be lost."""


class NetworkFolderError(VaultError):
    """The folder is on another computer, where a vault would not be safe."""


class VaultDamagedError(VaultNeedsRepairError):
    """The file is not what the program wrote."""


class VaultMismatchError(VaultNeedsRepairError):
    """`vault.db` and the file at `path` are both sound but do not belong together."""


class AutomaticBackupFailedError(VaultError):
    """No automatic copy of the vault could be made; the cause is the error that this one was raised from."""


class VaultReadOnlyError(VaultError):
    """The vault's file or folder cannot be written, or not even be read, by this account."""


class VaultNotAFileError(VaultError):
    """There is a folder, a named pipe or a device in place of one of the vault's files."""


class VaultPathTooLongError(VaultError):
    """The folder's path is longer than the database can use."""


class DiskFullError(VaultError):
    """The disk has not enough free space for what was to be written."""

    def __init__(self, path: Path, missing: int | None = None) -> None:
        """`missing` is how many bytes have to be freed, if that is known."""
        super().__init__(path)
        self.missing = missing


class NotReencryptedError(VaultError):
    """Re-encrypting failed, and the database does not say why; it still has its former key."""


class ReencryptionUnfinishedError(VaultError):
    """The vault has a new key, but the former one could not be removed yet; the next start does that."""


class VaultUnreachableError(VaultError):
    """The operating system failed to read or write the file."""


# --- backups ----------------------------------------------------------------------------------------------


class BackupError(ZccKeysError):
    """Something is the matter with a backup; `path` is the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class BackupPlaceError(BackupError):
    """A backup was to be written over one of the vault's own files."""


class BackupUnreadableError(BackupError):
    """The operating system does not find the file, or does not let it be read."""


class NotABackupError(BackupError):
    """The file is no backup of this program, whatever the passphrase."""


class BackupNotOpenedError(BackupError):
    """The passphrase does not open the file. A damaged first page, or another program's file, looks the same."""


class BackupDamagedError(BackupError):
    """The passphrase opens the backup, but its content is not what the program wrote."""


class BackupTooNewError(BackupError):
    """A newer version of the program made this backup."""
