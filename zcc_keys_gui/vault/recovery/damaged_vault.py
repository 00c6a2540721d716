"""Examines a damaged vault, and recovers it.

The damaged files are quarantined first and are never written to. The order of the steps is described in `quarantine`
and `replacement`.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic

from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.damage import DamageReport, HealthyBackup, Readable, Recovered
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultError, VaultNeedsRepairError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup, list_automatic_backups
from zcc_keys_gui.vault.backups.vault_copy import verify_database
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, copy_file, write_durably
from zcc_keys_gui.vault.files.regular_file import is_file, read_regular_file
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import DatabaseKey, connect
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.recovery.new_vault import Unlocked, VaultFromBackup, VaultT
from zcc_keys_gui.vault.recovery.protectors_repair import find_repair
from zcc_keys_gui.vault.recovery.quarantine import quarantine_files, remove_quarantined
from zcc_keys_gui.vault.recovery.replacement import replace_database
from zcc_keys_gui.vault.recovery.salvage import Salvaged, salvage, write_salvaged
from zcc_keys_gui.vault.rows import to_microseconds


class DamagedVault(Generic[VaultT]):
    """One damaged vault; see `service.damage.VaultRepair`."""

    def __init__(
        self,
        folder: VaultFolder,
        error: VaultNeedsRepairError,
        unlocked: list[tuple[ProtectorSet, DatabaseKey]],
        repaired_by: AutomaticBackup | None,
        open_vault: Callable[[ProtectorSet, bytes], VaultT],
        account_name: Callable[[], str],
    ) -> None:
        """Repair the vault in `folder`, which `error` kept from opening.

        `unlocked` has the keys that the protectors of the vault unwrap. One of them is the key of the database; the
        list is empty if `vault.json` cannot be read. `repaired_by` is a backup whose `vault.json` is known to open the
        database. `open_vault` opens the repaired vault. `account_name` returns the user's account, for the history.
        """
        self.error = error
        self._folder = folder
        self._unlocked = unlocked
        self._repaired_by = repaired_by
        self._open_vault = open_vault
        self._account_name = account_name
        self._is_wanted = True
        self.from_backup = VaultFromBackup(folder, self._read_unlocked, open_vault, account_name)

    def examine(self) -> DamageReport:
        """Read everything readable, without changing anything. Raises `VaultError`, `InterruptedError`."""
        if not self._unlocked:
            backup = self._repaired_by or find_repair(self._folder)
            made = None if backup is None else backup.made
            return DamageReport(None, None, made, with_database=not is_file(self._folder.database))
        with vault_errors_for(self._folder.database):
            found = self._salvage()
        return DamageReport(self._summarize(found), self._find_newest_healthy_backup(found), None)

    def cancel(self) -> None:
        """Let an `examine` that runs in another thread end soon."""
        self._is_wanted = False

    def restore_automatic_backup(self, made: datetime) -> tuple[VaultT, Recovered]:
        """Quarantine the damaged files, and open the automatic backup of this time instead. Raises `VaultError`."""
        backup = self._find_automatic_backup(made)

        def copy_database(into: Path) -> None:
            copy_file(backup.folder.database, into)
            verify_database(into, self._database_key())
            self._record_generation(into)
            flush(into)

        quarantined = quarantine_files(self._folder, datetime.now(UTC))
        replace_database(self._folder, copy_database, quarantined)
        vault = self._open_recovered(Action.RESTORED, f"Automatic backup of {made:%Y-%m-%d %H:%M:%S} UTC")
        return vault, Recovered(quarantined, vault.keys.count(KeyQuery()), automatic_backup_made=made)

    def salvage(self) -> tuple[VaultT, Recovered]:
        """Quarantine the damaged files, make a vault from its readable parts, and open it. Raises `VaultError`."""
        protectors = self._unlocked[0][0]

        def write(into: Path) -> None:
            written = write_salvaged(found, into, self._database_key(), protectors.vault_id, protectors.generation)
            verify_database(into, self._database_key())
            if written != len(found.keys):
                raise VaultDamagedError(self._folder.database)

        with vault_errors_for(self._folder.database):
            found = self._salvage()
        readable = self._summarize(found)
        quarantined = quarantine_files(self._folder, datetime.now(UTC))
        replace_database(self._folder, write, quarantined)
        lost = "unknown" if readable.keys_lost is None else str(readable.keys_lost)
        vault = self._open_recovered(Action.SALVAGED, f"API keys: {readable.keys}, lost: {lost}")
        return vault, Recovered(quarantined, readable.keys, lost=readable)

    def restore_protectors(self, made: datetime) -> Path:
        """Quarantine the damaged files, and restore `vault.json` from the automatic backup of this time.

        If `vault.db` is missing, that is restored too. Return the folder with the damaged files. Raises `VaultError`.
        """
        backup = self._find_automatic_backup(made)
        with vault_errors_for(backup.folder.protectors):
            content = read_regular_file(backup.folder.protectors, protector_file.MAX_FILE_BYTES)
        quarantined = quarantine_files(self._folder, datetime.now(UTC))
        with vault_errors_for(self._folder.protectors):
            if self._folder.protectors.is_symlink() or self._folder.protectors.is_dir():
                remove_quarantined(self._folder.protectors, quarantined)
            write_durably(self._folder.protectors, content)
        if not is_file(self._folder.database):
            replace_database(self._folder, lambda into: _copy_durably(backup.folder.database, into), quarantined)
        return quarantined

    def forget(self) -> None:
        """Remove the database keys from memory."""
        for _, key in self._unlocked:
            key.forget()

    def _database_key(self) -> bytes:
        return self._unlocked[0][1].material()

    def _salvage(self) -> Salvaged:
        """Read the database with each key, and put the key that reads most at the front of the list."""
        self._is_wanted = True
        found = [
            (salvage(self._folder.database, key.material(), lambda: self._is_wanted), protectors, key)
            for protectors, key in self._unlocked
        ]
        found.sort(key=lambda each: len(each[0].bad_pages))
        self._unlocked = [(protectors, key) for _, protectors, key in found]
        return found[0][0]

    def _read_unlocked(self) -> Unlocked | None:
        if not self._unlocked:
            return None
        with vault_errors_for(self._folder.database):
            found = self._salvage()
        protectors, key = self._unlocked[0]
        return Unlocked(protectors, key.material(), found)

    def _summarize(self, found: Salvaged) -> Readable:
        readable = found.summary()
        if self.error.path == self._folder.write_ahead_log:  # the other content of the log is unknown
            return readable._replace(keys_lost=None, history_lost=None)
        return readable

    def _open_recovered(self, action: Action, details: str) -> VaultT:
        protectors, key = self._unlocked[0]
        vault = self._open_vault(protectors, key.material())
        with vault.change() as change:
            change.stop_replaced_secrets()  # some may have been stopped after the backup was made
            change.record(HistoryEntry(datetime.now(UTC), self._account_name(), action, "", "", details))
        return vault

    def _record_generation(self, database: Path) -> None:
        """Record the generation of `vault.json`, which may be higher; see `automatic_backups.has_former_key`."""
        protectors, key = self._unlocked[0]
        with closing(connect(database, key.material())) as db:
            db.execute("UPDATE vault SET generation = ? WHERE generation <> ?", 2 * (protectors.generation,))

    def _find_automatic_backup(self, made: datetime) -> AutomaticBackup:
        return next(backup for backup in list_automatic_backups(self._folder) if backup.made == made)

    def _find_newest_healthy_backup(self, found: Salvaged) -> HealthyBackup | None:
        """Return the newest healthy automatic backup, with the rows of the readable history since then."""
        for backup in list_automatic_backups(self._folder):
            if not self._is_wanted:
                raise InterruptedError
            with suppress(VaultError), vault_errors_for(backup.folder.database):
                verify_database(backup.folder.database, self._database_key())
                with closing(connect(backup.folder.database, self._database_key(), read_only=True)) as db:
                    vault_id, keys = db.execute("SELECT id, keys FROM vault").fetchone()
                    (last,) = db.execute("SELECT coalesce(max(at), 0) FROM history").fetchone()
                if vault_id == self._unlocked[0][0].vault_id:
                    newest_first = reversed(found.history_entries())
                    newer = tuple(entry for entry in newest_first if to_microseconds(entry.when) > last)
                    return HealthyBackup(backup.made, keys, newer)
        return None


def _copy_durably(source: Path, target: Path) -> None:
    copy_file(source, target)
    flush(target)
