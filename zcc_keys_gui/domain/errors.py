"""The one tree of errors that the program raises itself.

An error says what happened, in fields; `ui.text.errors` turns it into sentences. No error contains a secret. Wrong
calls to the sign-in service are not errors of the program, so `sign_in` has its own exceptions for them.
"""

from enum import Enum
from pathlib import Path


class ZccKeysError(Exception):
    """An error that the program can explain to the user."""


# --- the user asked for something impossible --------------------------------------------------------------


class NameTakenError(ZccKeysError):
    """Another key has this name, ignoring case."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class SessionValidityTooLongError(ZccKeysError):
    """The organization does not allow a session validity interval over `max_seconds`."""

    def __init__(self, max_seconds: int) -> None:
        super().__init__(max_seconds)
        self.max_seconds = max_seconds


class KeyNotFoundError(ZccKeysError):
    """The key is not, or no longer, in the vault."""


class WriteFault(Enum):
    """Why a file could not be written."""

    DISK_FULL = "the disk or the user's quota is full"
    NO_PERMISSION = "the user may not write the file or its folder"
    READ_ONLY = "the file system is read-only"
    IN_USE = "another program has the file open (Windows)"
    NAME_TOO_LONG = "the name or the path is too long"
    NAME_NOT_ALLOWED = "the file system does not allow this name"
    FOLDER_MISSING = "the folder does not exist"
    IS_A_FOLDER = "a folder has this name"
    NOT_A_FILE = "a device, a pipe or a socket has this name"
    VAULT_FILE = "it is one of a vault's own files"
    LINK_LOOP = "a link leads back to itself"
    OTHER = "another cause; the error that this one was raised from may name it"


class FileNotWrittenError(ZccKeysError):
    """A file that the user chose, such as an export, could not be written. If there was an old one, it is unchanged."""

    def __init__(self, path: Path, fault: WriteFault = WriteFault.OTHER) -> None:
        super().__init__(str(path))
        self.path = path
        self.fault = fault


# --- the ways to unlock the vault -------------------------------------------------------------------------


class KeystoreUnavailableError(ZccKeysError):
    """The operating system has no key store that keeps a key for this account, or it rejected the request."""


class KeystoreEntryMissingError(ZccKeysError):
    """The key store works, but does not have the entry that opens this vault."""


class WrongPassphraseError(ZccKeysError):
    """The passphrase does not unwrap the database key."""


class WrongRecoveryKeyError(ZccKeysError):
    """The recovery key is well formed, but does not unwrap the database key."""


class WrongKeystoreEntryError(ZccKeysError):
    """The key store has an entry for this vault, but it does not unwrap the database key."""


class LastProtectorError(ZccKeysError):
    """The last way to unlock the vault cannot be removed."""


# --- the vault's files ------------------------------------------------------------------------------------


class VaultError(ZccKeysError):
    """There is a problem with the vault's files; `path` is the file or folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class VaultInUseError(VaultError):
    """Another program has the vault open, and does not respond or does not close it."""


class VaultClosedError(ZccKeysError, InterruptedError):
    """The vault was locked or closed during an operation. The user wanted that, so it needs no message."""

    def __init__(self) -> None:
        super().__init__("the vault is closed")


class VaultExistsError(VaultError):
    """There is a vault already, and a new one never replaces it."""


class VaultNeedsRepairError(VaultError):
    """The vault's files are not as the program last wrote them."""


class VaultFileMissingError(VaultNeedsRepairError):
    """One of the vault's files exists, but this one is missing."""


class VaultFilesMissingError(VaultNeedsRepairError):
    """The folder at `path` has automatic backups of a vault, but neither of the vault's files."""


class VaultTooNewError(VaultError):
    """A newer version of the program made this vault."""


class VaultMovedError(VaultError):
    """The folder or a file of the open vault was moved, renamed or deleted, so that changes would be lost."""


class NetworkFolderError(VaultError):
    """The folder is on another computer, so a vault in it would not be safe."""


class VaultDamagedError(VaultNeedsRepairError):
    """The file's content is not what the program wrote."""


class VaultMismatchError(VaultNeedsRepairError):
    """`vault.db` and the file at `path` are both healthy but do not belong together."""


class AutomaticBackupFailedError(VaultError):
    """No automatic backup of the vault could be made; the error that this one was raised from is the cause."""


class VaultReadOnlyError(VaultError):
    """This account may not write, or not even read, the vault's file or folder."""


class VaultNotAFileError(VaultError):
    """A folder, a named pipe or a device has the name of one of the vault's files."""


class VaultPathTooLongError(VaultError):
    """The folder's path is longer than the database can use."""


class DiskFullError(VaultError):
    """The disk does not have enough free space."""

    def __init__(self, path: Path, missing: int | None = None) -> None:
        """`missing` is the number of bytes to free, if it is known."""
        super().__init__(path)
        self.missing = missing


class NotReencryptedError(VaultError):
    """Re-encrypting failed, and the database does not say why; it still has its former key."""


class ReencryptionUnfinishedError(VaultError):
    """The vault has a new key, but the former one could not be removed yet; the next start removes it."""


class VaultUnreachableError(VaultError):
    """The operating system failed to read or write the file."""


# --- backups ----------------------------------------------------------------------------------------------


class BackupError(ZccKeysError):
    """There is a problem with a backup; `path` is the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class BackupReplacesVaultError(BackupError):
    """A backup cannot replace one of the vault's own files."""


class BackupUnreadableError(BackupError):
    """The operating system does not find the file, or does not allow reading it."""


class NotABackupError(BackupError):
    """The file is not a backup of this program, with any passphrase."""


class BackupNotOpenedError(BackupError):
    """The passphrase does not open the file. A damaged first page, or another program's file, looks the same."""


class BackupDamagedError(BackupError):
    """The passphrase opens the backup, but its content is not what the program wrote."""


class BackupTooNewError(BackupError):
    """A newer version of the program made this backup."""
