"""The folder of a vault: the names of its files, and durable changes of files and folders."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from zcc_keys_gui.domain.errors import NetworkFolderError, VaultPathTooLongError
from zcc_keys_gui.platform.files import flush_folder, rename_durably
from zcc_keys_gui.platform.network_folder import is_on_network
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.regular_file import check_is_file, remove_file

# SQLite cannot open longer paths (mxPathname in its os_win.c and os_unix.c).
_MAX_PATH_BYTES = 1040 if os.name == "nt" else 512


@dataclass(frozen=True)
class VaultFolder:
    """The files of one vault."""

    path: Path

    def make(self) -> None:
        """Create the folder and its parents, if they do not exist. Raises `NetworkFolderError`, `VaultError`."""
        # The path must leave space for the longest name that SQLite may create.
        if len(os.fsencode(self.new_database)) + len("-journal") > _MAX_PATH_BYTES:
            raise VaultPathTooLongError(self.path)
        if is_on_network(self.path):
            raise NetworkFolderError(self.path)
        with vault_errors_for(self.path):
            for each in reversed((self.path, *self.path.parents)):
                make_folder_durably(each)

    @property
    def database(self) -> Path:
        """The SQLCipher database."""
        return self.path / "vault.db"

    @property
    def write_ahead_log(self) -> Path:
        """The changes that SQLite has not moved into the database yet; a killed program leaves this file behind."""
        return log_path(self.database)

    @property
    def saved_changes(self) -> Path:
        """The number of saved changes, while there is a write-ahead log."""
        return self.path / "vault.saved"

    @property
    def new_database(self) -> Path:
        """The database of a vault that is being created; it is renamed once `vault.json` is there."""
        return self.path / "vault.db.new"

    @property
    def replacement(self) -> Path:
        """A complete database that is about to replace a damaged one, which is already quarantined."""
        return self.path / "vault.db.replacement"

    @property
    def readable(self) -> Path:
        """The readable part of a damaged vault, while it is compared with a backup."""
        return self.path / "vault.db.readable"

    @property
    def replacement_protectors(self) -> Path:
        """The `vault.json` of a new vault, once `replacement` is complete too; see `recovery.replacement`."""
        return self.path / "vault.json.replacement"

    @property
    def protectors(self) -> Path:
        """The file with the protectors, which unlock the database."""
        return self.path / "vault.json"

    @property
    def staged_backup_prefix(self) -> str:
        """How the names of staged backups begin; see `backups.staged_backup`."""
        return "vault.db.staged-"

    @property
    def unfinished_files(self) -> list[Path]:
        """Files that may be left over if writing one of the small files was interrupted."""
        return [_unfinished_path(path) for path in (self.protectors, self.attempts, self.saved_changes)]

    @property
    def attempts(self) -> Path:
        """The count of wrong passphrases and recovery keys."""
        return self.path / "attempts.json"

    @property
    def automatic_backups(self) -> Path:
        """The automatic backups: one folder for each, which is named after its time in UTC."""
        return self.path / "copies"

    @property
    def quarantine(self) -> Path:
        """Damaged and replaced vaults, in folders that are named after the time; none is overwritten."""
        return self.path / "set-aside"


def log_path(database: Path) -> Path:
    """Return the path of a database's write-ahead log; if `database` is a link, it is next to the real file."""
    real = Path(os.path.realpath(database)) if database.is_symlink() else database
    return real.with_name(real.name + "-wal")


def log_size_bytes(database: Path) -> int:
    """Return the size of a database's write-ahead log; 0 if SQLite has deleted it. Raises `OSError`."""
    try:
        return log_path(database).stat().st_size
    except FileNotFoundError:
        return 0


def write_durably(path: Path, content: bytes) -> None:
    """Replace the file at `path`, so that a power cut leaves the old or the new content. Raises `OSError`.

    Only the owner can read the new file.
    """
    beside = _unfinished_path(path)
    remove_file(beside)  # left by a killed program, or a link or pipe that another program has put there
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename_durably(beside, path)


def check_no_pipes(database: Path) -> None:
    """Check that a database, and the files that SQLite keeps next to it, are no pipes: SQLite would wait for them.

    Raises `NotAFileError` for anything other than a file, and other `OSError`s.
    """
    log = log_path(database)
    beside = (log.with_name(log.name.removesuffix("-wal") + ending) for ending in ("-wal", "-shm", "-journal"))
    for path in (database, *beside):
        check_is_file(path)


def remove(path: Path) -> None:
    """Remove a folder with its contents, or anything else with this name, without opening it. Raises `OSError`."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)  # before Python 3.12, `rmtree` would open a pipe and wait


def make_empty_folder(path: Path) -> None:
    """Replace anything that has this name with an empty folder, for its owner only. Raises `OSError`."""
    remove(path)
    make_folder_durably(path.parent)
    path.mkdir(mode=0o700)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of a vault to a new file, which only its owner can read with any umask. Raises `OSError`."""
    target.touch(mode=0o600, exist_ok=False)
    shutil.copyfile(source, target)


def make_folder_durably(path: Path) -> None:
    """Create a folder for its owner only, if there is none. Raises `OSError`, also if its parent does not exist."""
    if not path.is_dir():
        path.mkdir(mode=0o700, exist_ok=True)
        flush_folder(path.parent)


def _unfinished_path(path: Path) -> Path:
    return path.with_name(path.name + ".new")
