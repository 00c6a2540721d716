"""Finds an automatic backup whose `vault.json` can replace a damaged or missing one."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultError,
    WrongKeystoreEntryError,
)
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup, list_automatic_backups
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.files.regular_file import is_file
from zcc_keys_gui.vault.keys import key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.keys.key_wrapping import WrongKeyError
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import Protector
from zcc_keys_gui.vault.pages.database_pages import DatabasePages


def find_repair_with_protector(
    folder: VaultFolder,
    present: ProtectorSet,
    unwrap: Callable[[ProtectorSet], bytes],
    protector_in: Callable[[ProtectorSet], Protector | None],
) -> AutomaticBackup | None:
    """Return the newest automatic backup whose `vault.json` shows that the `present` one is damaged, or None.

    With that `vault.json`, `unwrap` returns the key of the database. Its `protector_in` was made at the same time as
    the present one, and still differs from it or belongs to another vault. If it was made at another time, the
    protector was changed since, and the former one must no longer open the vault.

    Raises `VaultError`, `KeystoreUnavailableError`.
    """
    present_protector = protector_in(present)
    tried = {(present.vault_id, present_protector)}
    for backup in list_automatic_backups(folder):
        with suppress(VaultError, KeystoreEntryMissingError, WrongKeystoreEntryError, WrongKeyError):
            found = protector_file.read(backup.folder.protectors)
            protector = protector_in(found)
            if present_protector is None or protector is None or protector.made != present_protector.made:
                continue
            if (found.vault_id, protector) in tried:
                continue
            tried.add((found.vault_id, protector))
            database = folder.database if is_file(folder.database) else backup.folder.database
            if _opens(database, unwrap(found)):
                return backup
    return None


def find_repair(folder: VaultFolder) -> AutomaticBackup | None:
    """Return the newest automatic backup whose `vault.json` opens the database, or may open it; otherwise None."""
    for backup in list_automatic_backups(folder):
        with suppress(VaultError):
            found = protector_file.read(backup.folder.protectors)
            database = folder.database if is_file(folder.database) else backup.folder.database
            if is_file(database) and _may_open(found, database):
                return backup
    return None


def _may_open(found: ProtectorSet, database: Path) -> bool:
    """Return whether the protector for this account opens the database, or the user has to try another protector."""
    if found.account is None:
        return True
    try:
        wrapping_key = key_store.load_key(found.vault_id, found.account.keystore_user)
        key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    except (KeystoreUnavailableError, KeystoreEntryMissingError):
        return len(found.existing) > 1
    except (WrongKeystoreEntryError, WrongKeyError):
        return False
    return _opens(database, key)


def _opens(database: Path, key: bytes) -> bool:
    """Return whether this is the key of a database, which may be damaged. Raises `VaultError`."""
    with vault_errors_for(database):
        return any(page.content is not None for page in DatabasePages(database, key))
