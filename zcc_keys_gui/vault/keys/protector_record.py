"""The record of an open vault's protectors: `vault.json`, and the entries that it names in the key store.

An entry that no longer unlocks the vault is first listed in `vault.json` as obsolete, then deleted, then removed from
the list. So the next start deletes an entry that a kill has left behind.
"""

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from zcc_keys_gui.domain.errors import LastProtectorError, VaultError, WrongPassphraseError, ZccKeysError
from zcc_keys_gui.vault.keys import key_store, protector_file
from zcc_keys_gui.vault.keys.key_wrapping import WrongKeyError
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.protectors import AccountProtector, unlock_with_passphrase


class Database(Protocol):
    """The functions of the open database that changing its protectors needs. Every method raises `VaultError`."""

    def check_free_space(self) -> None:
        """Raise `DiskFullError` if the disk lacks the space that `rekey` needs."""

    def rekey(self, key: bytes) -> None:
        """Encrypt every page with `key`.

        If this raises a `VaultError`, the database has its old key. Raises `VaultClosedError` if the vault is closed
        meanwhile.
        """

    def in_use(self) -> AbstractContextManager[None]:
        """Make closing the vault wait while this block writes one of its files. Raises `VaultClosedError`."""

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database; return whether all of it could be moved."""

    def record_generation(self, generation: int) -> None:
        """Record the generation of the vault's files in the database."""

    def check_not_moved(self) -> None:
        """Raise `VaultMovedError` if the vault's files are no longer in its folder, which may have another vault's."""

    def update_automatic_backups(self, protectors: ProtectorSet) -> None:
        """Replace the protectors of the automatic backups with these."""


class ProtectorRecord:
    """The stored protectors of one open vault."""

    def __init__(self, path: Path, current: ProtectorSet, database: Database) -> None:
        """Write the `vault.json` at `path`, which contains `current`."""
        self._path = path
        self._database = database
        self.current = current
        """The protectors that the vault has now."""
        self.nonfatal_errors: list[ZccKeysError] = []
        """Errors that did not stop the vault from opening or a change from being made; what failed is tried again."""

    @property
    def path(self) -> Path:
        """The path of `vault.json`."""
        return self._path

    def check_passphrase(self, passphrase: str) -> None:
        """Raise `WrongPassphraseError` if this is not the vault's passphrase."""
        try:
            unlock_with_passphrase(self.current.passphrase, self.current.vault_id, passphrase)
        except WrongKeyError as error:
            raise WrongPassphraseError from error

    def write(self, new: ProtectorSet) -> None:
        """Replace the protectors durably. Raises `LastProtectorError`, `VaultError`."""
        if not new.existing:
            raise LastProtectorError
        with self._database.in_use():
            self._database.check_not_moved()
            protector_file.write(self._path, new)
            self.current = new
        if new.next is None:
            try:
                self._database.update_automatic_backups(new)
            except VaultError as error:  # the change is made, and the next automatic backup updates the others too
                self.nonfatal_errors.append(error)

    def delete_obsolete_entries(self) -> None:
        """Delete the key store entries that no longer unlock the vault."""
        current = self.current
        if not current.obsolete_entries:
            return
        in_use = [each.account.keystore_user for each in (current, current.next) if each and each.account]
        for user in current.obsolete_entries:
            if user not in in_use:
                key_store.forget_key(current.vault_id, user)
        try:
            self.write(replace(current, obsolete_entries=()))
        except VaultError as error:  # the next start deletes them again
            self.nonfatal_errors.append(error)

    def delete_entry_unless_named(self, account: AccountProtector | None) -> None:
        """Delete a key store entry if `vault.json` does not name it; if the file cannot be read, it may name it."""
        if account is None:
            return
        try:
            found = protector_file.read(self._path)
        except VaultError:
            return
        in_use = [each.account for each in (found, found.next) if each is not None]
        if account not in in_use:
            key_store.forget_key(self.current.vault_id, account.keystore_user)


def with_obsolete_entry(protectors: ProtectorSet, old: AccountProtector | None) -> ProtectorSet:
    """Return protectors that list the key store entry of an old protector as obsolete."""
    if old is None:
        return protectors
    obsolete = (*protectors.obsolete_entries, old.keystore_user)
    return replace(protectors, obsolete_entries=obsolete[-protector_file.MAX_OBSOLETE_ENTRIES :])
