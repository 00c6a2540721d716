"""The folder of a vault: its files, and writing one of them so that a power cut leaves the old or the new one."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from zcc_keys_gui.domain.errors import NetworkFolderError, VaultPathTooLongError
from zcc_keys_gui.platform.files import flush_folder, rename_durably
from zcc_keys_gui.platform.network_folder import is_on_network
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.regular_file import refuse_other_kinds, remove_file

# Bytes of a path, in UTF-8, that SQLite can open on each system (its mxPathname in os_win.c and os_unix.c).
_LONGEST_PATH = 1040 if os.name == "nt" else 512


@dataclass(frozen=True)
class VaultFolder:
    """The files of one vault."""

    path: Path

    def make(self) -> None:
        """Make the folder, and those above it, where there are none; refuse one on a network. Raises `VaultError`."""
        # SQLite wants room for the longest name that it may make.
        if len(os.fsencode(self.new_database)) + len("-journal") > _LONGEST_PATH:
            raise VaultPathTooLongError(self.path)
        if is_on_network(self.path):
            raise NetworkFolderError(self.path)
        with vault_errors_for(self.path):
            for each in reversed((self.path, *self.path.parents)):
                make_durably(each)

    @property
    def database(self) -> Path:
        """The SQLCipher database."""
        return self.path / "vault.db"

    @property
    def write_ahead_log(self) -> Path:
        """What SQLite has not yet moved into the database; it stays behind where the program was killed."""
        return log_of(self.database)

    @property
    def saved_changes(self) -> Path:
        """How many changes were saved, as long as there is a write-ahead log."""
        return self.path / "vault.saved"

    @property
    def new_database(self) -> Path:
        """The database while a vault is being made; it is renamed once `vault.json` can open it."""
        return self.path / "vault.db.new"

    @property
    def replacement(self) -> Path:
        """A whole database that is about to take the place of a damaged one, which was set aside before."""
        return self.path / "vault.db.replacement"

    @property
    def readable(self) -> Path:
        """What can be read of a damaged vault, while it is compared with a backup."""
        return self.path / "vault.db.readable"

    @property
    def replacement_protectors(self) -> Path:
        """The `vault.json` of a new vault, once it and `replacement` are whole; see `set_aside.replace_vault`."""
        return self.path / "vault.json.replacement"

    @property
    def protectors(self) -> Path:
        """The file that says who may open the database."""
        return self.path / "vault.json"

    @property
    def staged_backup_prefix(self) -> str:
        """How the names of checked copies of backups begin; see `vault.staged_backup`."""
        return "vault.db.staged-"

    @property
    def unfinished_files(self) -> list[Path]:
        """What may be left of the small files where writing one was cut short."""
        return [_beside(path) for path in (self.protectors, self.attempts, self.saved_changes)]

    @property
    def attempts(self) -> Path:
        """How many wrong passphrases were tried."""
        return self.path / "attempts.json"

    @property
    def automatic_backups(self) -> Path:
        """Where automatic copies are, each of both files in a folder that is named after its time in UTC."""
        return self.path / "copies"

    @property
    def quarantine(self) -> Path:
        """Where damaged and replaced vaults are kept, in folders that are named after the time; none is overwritten."""
        return self.path / "set-aside"


def log_of(database: Path) -> Path:
    """Return where the write-ahead log of a database is: beside the file itself, where `database` is a link to it."""
    real = Path(os.path.realpath(database)) if database.is_symlink() else database
    return real.with_name(real.name + "-wal")


def log_bytes(database: Path) -> int:
    """Return how long the write-ahead log of a database is; 0 if SQLite has deleted it. Raises `OSError`."""
    try:
        return log_of(database).stat().st_size
    except FileNotFoundError:
        return 0


def write_durably(path: Path, content: bytes) -> None:
    """Replace `path` by a file with this content, readable by its owner alone. Raises `OSError`."""
    beside = _beside(path)
    remove_file(beside)  # what is left of a killed program, or a link or pipe that somebody put there
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    rename_durably(beside, path)


def refuse_pipes(database: Path) -> None:
    """Refuse a database if it, or a file that SQLite keeps beside it, is a pipe, which SQLite would wait for.

    Raises `NotAFileError` for anything but a file, and other `OSError`s.
    """
    log = log_of(database)
    beside = (log.with_name(log.name.removesuffix("-wal") + ending) for ending in ("-wal", "-shm", "-journal"))
    for path in (database, *beside):
        refuse_other_kinds(path)


def remove(path: Path) -> None:
    """Remove a folder with all that is in it, or whatever else has this name, without opening it. Raises `OSError`."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)  # before Python 3.12, `rmtree` opens a pipe, and waits


def make_empty(path: Path) -> None:
    """Make a new folder, for its owner only, in place of whatever has this name. Raises `OSError`."""
    remove(path)
    make_durably(path.parent)
    path.mkdir(mode=0o700)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file of a vault to a new one, for its owner only, whatever the umask. Raises `OSError`."""
    target.touch(mode=0o600, exist_ok=False)
    shutil.copyfile(source, target)


def make_durably(path: Path) -> None:
    """Make a folder for its owner alone, where there is none. Raises `OSError`, also where the one above it is gone."""
    if not path.is_dir():
        path.mkdir(mode=0o700, exist_ok=True)
        flush_folder(path.parent)


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".new")
