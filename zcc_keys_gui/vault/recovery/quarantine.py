"""Keeps the files of a vault that is damaged or about to be replaced, in a folder named after the time.

Nothing is removed from the vault's folder before a copy of it is on the disk.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path

from zcc_keys_gui.platform.files import flush, flush_folder, rename_durably
from zcc_keys_gui.vault.backups.vault_copy import UNFINISHED, copy_vault, folder_name
from zcc_keys_gui.vault.connections import VaultConnections
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, copy_file, make_empty_folder, remove
from zcc_keys_gui.vault.files.regular_file import exists, is_file


def quarantine_files(folder: VaultFolder, now: datetime) -> Path:
    """Copy the files of a damaged vault byte by byte; return the folder that the copies are in.

    No connection may have the vault open. Raises `VaultError`.
    """

    def copy(into: Path) -> None:
        for path in (folder.database, folder.write_ahead_log, folder.saved_changes, folder.protectors):
            if is_file(path):
                copy_file(path, into / path.name)
                flush(into / path.name)

    return _quarantine(folder, now, copy)


def quarantine_open_vault(
    folder: VaultFolder, connections: VaultConnections, now: datetime, canceled: Callable[[], bool] = lambda: False
) -> Path:
    """Copy a healthy vault that these `connections` have open; return the folder that the copy is in.

    Raises `InterruptedError` after `canceled` returns True, `VaultError`, `VaultClosedError`.
    """
    return _quarantine(folder, now, lambda into: copy_vault(folder, into, connections, canceled))


def remove_quarantined(path: Path, quarantined: Path) -> None:
    """Remove a file whose copy is in the folder `quarantined`. Raises `OSError`.

    A folder or a link has no copy there, so it is moved there.
    """
    if path.is_symlink() or path.is_dir():
        path.rename(quarantined / f"{path.name}.as-it-was")
    else:
        path.unlink(missing_ok=True)


def _quarantine(folder: VaultFolder, now: datetime, copy: Callable[[Path], None]) -> Path:
    unfinished = folder.quarantine / UNFINISHED
    with vault_errors_for(folder.quarantine):
        make_empty_folder(unfinished)
        try:
            copy(unfinished)
        except Exception:
            with suppress(OSError):
                remove(unfinished)
            raise
        flush_folder(unfinished)
        quarantined = _unused_folder(folder.quarantine, folder_name(now))
        rename_durably(unfinished, quarantined)
        return quarantined


def _unused_folder(parent: Path, name: str) -> Path:
    """Return a path for a new folder, with a number in its name if there are others of the same second."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(path for path in (parent / each for each in names) if not exists(path))
