"""A vault that cannot be opened as it was written: what is left of it, and ways to one that can be opened.

The damaged files are set aside first and never written to; see `set_aside` for the order of the steps.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.damage import DamageReport, HealthyBackup, Readable, Recovered
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultDamagedError,
    VaultError,
    VaultNeedsRepairError,
    WrongKeystoreEntryError,
)
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup, automatic_backups_in, verify
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, copy_file, write_durably
from zcc_keys_gui.vault.files.regular_file import is_file, read_regular_file
from zcc_keys_gui.vault.keys import key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.keys.cipher import DatabaseKey, connect
from zcc_keys_gui.vault.keys.key_wrapping import Protector, WrongKeyError
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.recovery.new_vault import Unlocked, VaultFromBackup
from zcc_keys_gui.vault.recovery.pages import Pages
from zcc_keys_gui.vault.recovery.quarantine import quarantine_files, replace_database, take_away
from zcc_keys_gui.vault.recovery.salvage import Salvaged, salvage, write_salvaged
from zcc_keys_gui.vault.rows import to_microseconds
from zcc_keys_gui.vault.store import VaultStore


class DamagedVault:
    """One damaged vault; see `service.damage.Damage`."""

    def __init__(
        self,
        folder: VaultFolder,
        error: VaultNeedsRepairError,
        unlocked: list[tuple[ProtectorSet, DatabaseKey]],
        repaired_by: AutomaticBackup | None,
        open_store: Callable[[ProtectorSet, bytes], VaultStore],
        who: Callable[[], str],
    ) -> None:
        """Look after the vault in `folder`.

        `unlocked` are the keys that its protectors yield, of which one is its own; there is none where `vault.json`
        cannot be read. `repaired_by` is a copy whose `vault.json` was seen to open the database. `open_store` opens the
        vault when it is whole again.
        """
        self.error = error
        self._folder = folder
        self._unlocked = unlocked
        self._repaired_by = repaired_by
        self._open_store = open_store
        self._who = who
        self._wanted = True
        self.from_backup = VaultFromBackup(folder, self._read_unlocked, open_store, who)

    def examine(self) -> DamageReport:
        """Read what can be read; changes nothing. Raises `VaultError`, `InterruptedError`."""
        if not self._unlocked:
            copy = self._copy_with_protectors()
            return DamageReport(
                None, None, None if copy is None else copy.made, with_database=not is_file(self._folder.database)
            )
        with vault_errors_for(self._folder.database):
            found = self._read()
        return DamageReport(self._in_numbers(found), self._newest_sound_copy(found), None)

    def cancel(self) -> None:
        """Make an `examine` under way in another thread end soon."""
        self._wanted = False

    def restore_automatic_backup(self, made: datetime) -> tuple[VaultStore, Recovered]:
        """Set the damaged vault aside, put the copy of this time in its place, and open that. Raises `VaultError`."""
        copy = self._copy(made)

        def copy_it(into: Path) -> None:
            copy_file(copy.folder.database, into)
            verify(into, self._key())
            self._note_generation(into)
            flush(into)

        aside = quarantine_files(self._folder, datetime.now(UTC))
        replace_database(self._folder, copy_it, aside)
        store = self._opened(Action.RESTORED, f"Copy of {made:%Y-%m-%d %H:%M:%S} UTC")
        return store, Recovered(aside, store.keys.count(KeyQuery()), automatic_backup_made=made)

    def salvage(self) -> tuple[VaultStore, Recovered]:
        """Set the damaged vault aside, make a new one of what can be read, and open it. Raises `VaultError`."""
        vault = self._unlocked[0][0]

        def write(into: Path) -> None:
            written = write_salvaged(found, into, self._key(), vault.vault_id, vault.generation)
            verify(into, self._key())
            if written != len(found.keys):
                raise VaultDamagedError(self._folder.database)

        with vault_errors_for(self._folder.database):
            found = self._read()
        readable = self._in_numbers(found)
        aside = quarantine_files(self._folder, datetime.now(UTC))
        replace_database(self._folder, write, aside)
        lost = "unknown" if readable.keys_lost is None else str(readable.keys_lost)
        store = self._opened(Action.SALVAGED, f"API keys: {readable.keys}, lost: {lost}")
        return store, Recovered(aside, readable.keys, lost=readable)

    def restore_protectors(self, made: datetime) -> Path:
        """Set the damaged files aside, and put back `vault.json` from the copy of this time. Raises `VaultError`.

        Where `vault.db` is missing, that is put back too. Returns where the damaged files are.
        """
        copy = self._copy(made)
        with vault_errors_for(copy.folder.protectors):
            content = read_regular_file(copy.folder.protectors, protector_file.LARGEST)
        aside = quarantine_files(self._folder, datetime.now(UTC))
        with vault_errors_for(self._folder.protectors):
            if self._folder.protectors.is_symlink() or self._folder.protectors.is_dir():
                take_away(self._folder.protectors, aside)
            write_durably(self._folder.protectors, content)
        if not is_file(self._folder.database):
            replace_database(self._folder, lambda into: _copy_durably(copy.folder.database, into), aside)
        return aside

    def forget(self) -> None:
        """Hold the key of the database no more."""
        for _, key in self._unlocked:
            key.forget()

    def _key(self) -> bytes:
        return self._unlocked[0][1].material()

    def _read(self) -> Salvaged:
        """Read what is left, with the key that fits best, which is the first from now on."""
        self._wanted = True
        found = [
            (salvage(self._folder.database, key.material(), lambda: self._wanted), vault, key)
            for vault, key in self._unlocked
        ]
        found.sort(key=lambda each: len(each[0].bad_pages))
        self._unlocked = [(vault, key) for _, vault, key in found]
        return found[0][0]

    def _read_unlocked(self) -> Unlocked | None:
        if not self._unlocked:
            return None
        with vault_errors_for(self._folder.database):
            found = self._read()
        vault, key = self._unlocked[0]
        return Unlocked(vault, key.material(), found)

    def _in_numbers(self, found: Salvaged) -> Readable:
        readable = found.in_numbers()
        if self.error.path == self._folder.write_ahead_log:  # nobody knows what else was in it
            return replace(readable, keys_lost=None, history_lost=None)
        return readable

    def _opened(self, action: Action, details: str) -> VaultStore:
        vault, key = self._unlocked[0]
        store = self._open_store(vault, key.material())
        with store.change() as change:
            change.stop_replaced_secrets()  # one that was stopped since a copy was made may work in it
            change.record(HistoryEntry(datetime.now(UTC), self._who(), action, "", "", details))
        return store

    def _note_generation(self, database: Path) -> None:
        """Note the generation of `vault.json` in a copy: earlier versions counted up also if re-encrypting failed."""
        vault, key = self._unlocked[0]
        with closing(connect(database, key.material())) as db:
            db.execute("UPDATE vault SET generation = ? WHERE generation <> ?", (vault.generation, vault.generation))

    def _copy(self, made: datetime) -> AutomaticBackup:
        return next(copy for copy in automatic_backups_in(self._folder) if copy.made == made)

    def _newest_sound_copy(self, found: Salvaged) -> HealthyBackup | None:
        for copy in automatic_backups_in(self._folder):
            if not self._wanted:
                raise InterruptedError
            with suppress(VaultError), vault_errors_for(copy.folder.database):
                verify(copy.folder.database, self._key())
                with closing(connect(copy.folder.database, self._key(), read_only=True)) as db:
                    vault_id, keys = db.execute("SELECT id, keys FROM vault").fetchone()
                    (last,) = db.execute("SELECT coalesce(max(at), 0) FROM history").fetchone()
                if vault_id == self._unlocked[0][0].vault_id:
                    history = reversed(found.content().history)
                    newer = tuple(entry for entry in history if to_microseconds(entry.when) > last)
                    return HealthyBackup(copy.made, keys, newer)
        return None

    def _copy_with_protectors(self) -> AutomaticBackup | None:
        """Return the newest copy whose `vault.json` opens the database, as far as this account can tell."""
        if self._repaired_by is not None:
            return self._repaired_by
        for copy in automatic_backups_in(self._folder):
            with suppress(VaultError):
                found = protector_file.read(copy.folder.protectors)
                database = self._folder.database if is_file(self._folder.database) else copy.folder.database
                if is_file(database) and self._fits(found, database):
                    return copy
        return None

    def _fits(self, found: ProtectorSet, database: Path) -> bool:
        if found.account is None:
            return True  # a passphrase will tell
        try:
            wrapping_key = key_store.load_key(found.vault_id, found.account.keystore_user)
            key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
        except (KeystoreUnavailableError, KeystoreEntryMissingError):
            return len(found.each) > 1  # another protector will tell
        except (WrongKeystoreEntryError, WrongKeyError):
            return False
        return _opens(database, key)


def automatic_backup_that_repairs(
    folder: VaultFolder,
    present: ProtectorSet,
    unwrap: Callable[[ProtectorSet], bytes],
    protector_in: Callable[[ProtectorSet], Protector | None],
) -> AutomaticBackup | None:
    """Return the newest copy whose `vault.json` lets `unwrap` yield the database's key, as `present` should have.

    That is one where `protector_in` was made at the same time as the present one, and yet is another or of another
    vault: a damaged file tells so. One that was made at another time was changed, and opens the vault no more. None
    where there is no such copy. Raises `VaultError`, `KeystoreUnavailableError`.
    """
    mine = protector_in(present)
    tried = {(present.vault_id, mine)}
    for copy in automatic_backups_in(folder):
        with suppress(VaultError, KeystoreEntryMissingError, WrongKeystoreEntryError, WrongKeyError):
            there = protector_file.read(copy.folder.protectors)
            its = protector_in(there)
            if mine is None or its is None or its.made != mine.made or (there.vault_id, its) in tried:
                continue
            tried.add((there.vault_id, its))
            database = folder.database if is_file(folder.database) else copy.folder.database
            if _opens(database, unwrap(there)):
                return copy
    return None


def _opens(database: Path, key: bytes) -> bool:
    """Say whether a database has this key, damaged or not. Raises `VaultError`."""
    with vault_errors_for(database):
        return any(page.content is not None for page in Pages(database, key))


def _copy_durably(source: Path, target: Path) -> None:
    copy_file(source, target)
    flush(target)
