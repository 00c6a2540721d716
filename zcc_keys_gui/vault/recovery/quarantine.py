"""Keeping the files of a vault that is damaged or about to be replaced, and putting another database in its place.

Nothing is taken away before a copy of it is on the disk. Wherever replacing is cut short, the folder has the former
database or `vault.db.replacement`, which is whole; `finish_replacing` does what was left to do.

A whole vault takes the place of another by way of `vault.json.replacement`: before it is there, the folder has the
former vault, and from then on the new one, which `finish_replacing_vault` gives its names.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from zcc_keys_gui.platform.files import flush, flush_folder, rename_durably
from zcc_keys_gui.vault.backups.automatic_backups import UNFINISHED, copy_vault, name_of
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, copy_file, make_empty, remove
from zcc_keys_gui.vault.files.regular_file import is_file, is_there
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet


def quarantine_files(folder: VaultFolder, now: datetime) -> Path:
    """Copy the files of a vault, whatever they hold, byte by byte; return the folder that they are in now.

    For a damaged vault, which no connection has open. Raises `VaultError`.
    """

    def copy(into: Path) -> None:
        for path in (folder.database, folder.write_ahead_log, folder.saved_changes, folder.protectors):
            if is_file(path):
                copy_file(path, into / path.name)
                flush(into / path.name)

    return _set_aside(folder, now, copy)


def quarantine_open_vault(
    folder: VaultFolder, connections: VaultConnections, now: datetime, cancelled: Callable[[], bool] = lambda: False
) -> Path:
    """Copy a healthy vault that these `connections` have open; return the folder that the copy is in.

    Raises `InterruptedError` after `cancelled` returns True, `VaultError`, `VaultClosedError`.
    """
    return _set_aside(folder, now, lambda into: copy_vault(folder, into, connections, cancelled))


def replace_database(folder: VaultFolder, make: Callable[[Path], None], aside: Path) -> None:
    """Put the database that `make` makes at a path, and flushes, in place of the present one.

    What is no file, as a folder or a link, goes to `aside`. Nobody has the vault open. Raises `VaultError`.
    """
    with vault_errors_for(folder.database):
        _make_replacement(folder, make)
        take_away(folder.database, aside)
        finish_replacing(folder)


def stage_vault(folder: VaultFolder, make: Callable[[Path], None], protectors: ProtectorSet) -> None:
    """Make a new vault beside the present one: the database that `make` makes and flushes, which `protectors` open.

    From the end of this on, it is the vault of this folder. Raises `VaultError`.
    """
    with vault_errors_for(folder.database):
        folder.replacement_protectors.unlink(missing_ok=True)  # of an attempt that failed, and another database
        _make_replacement(folder, make)
    protector_file.write(folder.replacement_protectors, protectors)


def finish_replacing_vault(folder: VaultFolder, aside: Path) -> None:
    """Put the vault that was staged in place of the former one, whose files are in `aside`; its copies are moved there.

    May be cut short anywhere, and be called again. Nobody has the vault open. Raises `VaultError`.
    """
    with vault_errors_for(folder.path):
        if is_there(folder.replacement):
            take_away(folder.database, aside)
            finish_replacing(folder)
        if is_there(folder.automatic_backups):  # the new vault cannot open them
            folder.automatic_backups.rename(aside / folder.automatic_backups.name)
            flush_folder(aside)
        take_away(folder.protectors, aside)
        rename_durably(folder.replacement_protectors, folder.protectors)


def finish_replacing(folder: VaultFolder) -> None:
    """Give the replacement its name, now that the former database is away. Raises `OSError`."""
    # Of the former one, and of its log, which SQLite would write into the new one.
    for name in ("vault.db-wal", "vault.db-shm", "vault.saved"):
        (folder.path / name).unlink(missing_ok=True)
    rename_durably(folder.replacement, folder.database)


def _make_replacement(folder: VaultFolder, make: Callable[[Path], None]) -> None:
    unfinished = folder.path / "vault.db.unfinished"
    for leftover in folder.path.glob(unfinished.name + "*"):
        leftover.unlink()
    make(unfinished)
    rename_durably(unfinished, folder.replacement)


def take_away(path: Path, aside: Path) -> None:
    """Remove a file that was set aside; move what is no file there. Raises `OSError`."""
    if path.is_symlink() or path.is_dir():
        path.rename(aside / f"{path.name}.as-it-was")
    else:
        path.unlink(missing_ok=True)


def _set_aside(folder: VaultFolder, now: datetime, copy: Callable[[Path], None]) -> Path:
    unfinished = folder.quarantine / UNFINISHED
    with vault_errors_for(folder.quarantine):
        make_empty(unfinished)
        try:
            copy(unfinished)
        except Exception:
            with suppress(OSError):
                remove(unfinished)
            raise
        flush_folder(unfinished)
        name = name_of(now)
        names = (name if number == 1 else f"{name}-{number}" for number in count(1))
        place = next(place for place in (folder.quarantine / each for each in names) if not is_there(place))
        rename_durably(unfinished, place)
        return place
