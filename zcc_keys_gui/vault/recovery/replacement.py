"""Replaces a database, or a whole vault, whose files are quarantined. No connection may have the vault open.

A new database is complete once `vault.db.replacement` is there. If the program ends after the old database is removed,
`finish_replacing` finishes the work at the next start.

A new vault is complete once `vault.json.replacement` is there as well. Before that, the folder has the former vault;
afterwards, `finish_replacing_vault` gives the files of the new one their names.
"""

from collections.abc import Callable
from pathlib import Path

from zcc_keys_gui.platform.files import flush_folder, rename_durably
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import exists
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.recovery.quarantine import remove_quarantined


def replace_database(folder: VaultFolder, make: Callable[[Path], None], quarantined: Path) -> None:
    """Replace the database with the one that `make` creates at a path and flushes. Raises `VaultError`.

    `quarantined` is the folder with the copies of the present files.
    """
    with vault_errors_for(folder.database):
        _make_replacement(folder, make)
        remove_quarantined(folder.database, quarantined)
        finish_replacing(folder)


def stage_vault(folder: VaultFolder, make: Callable[[Path], None], protectors: ProtectorSet) -> None:
    """Make a new vault beside the present one; from the end of this on, it is the vault of this folder.

    `make` creates its database at a path and flushes it; `protectors` open that database. Raises `VaultError`.
    """
    with vault_errors_for(folder.database):
        # A failed attempt may have left protectors, which belong to another database.
        folder.replacement_protectors.unlink(missing_ok=True)
        _make_replacement(folder, make)
    protector_file.write(folder.replacement_protectors, protectors)


def finish_replacing_vault(folder: VaultFolder, quarantined: Path) -> None:
    """Replace the former vault, whose files are in `quarantined`, with the staged one. Raises `VaultError`.

    Its automatic backups are moved to `quarantined`. If this is interrupted, call it again.
    """
    with vault_errors_for(folder.path):
        if exists(folder.replacement):
            remove_quarantined(folder.database, quarantined)
            finish_replacing(folder)
        if exists(folder.automatic_backups):  # the new vault cannot open them
            folder.automatic_backups.rename(quarantined / folder.automatic_backups.name)
            flush_folder(quarantined)
        remove_quarantined(folder.protectors, quarantined)
        rename_durably(folder.replacement_protectors, folder.protectors)


def finish_replacing(folder: VaultFolder) -> None:
    """Give the replacement its name, after the former database was removed. Raises `OSError`."""
    # SQLite would write the former log into the new database.
    for name in ("vault.db-wal", "vault.db-shm", "vault.saved"):
        (folder.path / name).unlink(missing_ok=True)
    rename_durably(folder.replacement, folder.database)


def _make_replacement(folder: VaultFolder, make: Callable[[Path], None]) -> None:
    unfinished = folder.path / "vault.db.unfinished"
    for leftover in folder.path.glob(unfinished.name + "*"):
        leftover.unlink()
    make(unfinished)
    rename_durably(unfinished, folder.replacement)
