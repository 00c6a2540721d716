"""Checks an open vault for damage, over separate connections, while the vault is in use."""

import re
from collections.abc import Callable
from threading import Lock
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.damage import CheckedBackup, Findings, Part
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultError, VaultReadOnlyError
from zcc_keys_gui.vault.backups.automatic_backups import AutomaticBackup, has_former_key, list_automatic_backups
from zcc_keys_gui.vault.backups.vault_copy import verify_database
from zcc_keys_gui.vault.connections import VaultConnection, VaultConnections
from zcc_keys_gui.vault.files.file_errors import means_damage, vault_errors_for
from zcc_keys_gui.vault.files.folder import VaultFolder, log_size_bytes
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.recovery.salvage import salvage

_PART_OF_TABLE = {"api_key": Part.KEYS, "history": Part.HISTORY}
_CHECKS = (
    "PRAGMA integrity_check",
    "PRAGMA foreign_key_check",
    "INSERT INTO api_key_text (api_key_text, rank) VALUES ('integrity-check', 1)",  # changes nothing
)
_CACHE_KIB = 256  # each page is read only once


class VaultChecks:
    """The checks of one open vault; see `service.store.Checks`."""

    def __init__(self, folder: VaultFolder, connections: VaultConnections, checkpoint: Callable[[], bool]) -> None:
        """Check the vault in `folder` over these `connections`.

        `checkpoint` moves the write-ahead log into the database; it returns whether all of it was moved.
        """
        self._folder = folder
        self._connections = connections
        self._checkpoint = checkpoint
        self._lock = Lock()
        self._db: VaultConnection | None = None
        self._cancellations = 0

    def quick(self) -> Findings:
        """Read every page in use. Raises `VaultError`, `InterruptedError`."""
        is_wanted = self._wanted_until_canceled()
        with vault_errors_for(self._folder.database), self._connections.working(), self._lock:
            return self._collect_findings(self._run_check("PRAGMA quick_check(1)", is_wanted), is_wanted)

    def full(self, progress: Callable[[int, int], None]) -> Findings:
        """Check everything, and the automatic backups. Raises `VaultError`, `InterruptedError`.

        `progress` is called with the number of steps done and of all steps.
        """
        is_wanted = self._wanted_until_canceled()
        backups = list_automatic_backups(self._folder)
        steps = len(_CHECKS) + 1 + len(backups)
        with vault_errors_for(self._folder.database), self._connections.working(), self._lock:
            problems = []
            for number, check in enumerate(_CHECKS):
                progress(number, steps)
                problems += self._run_check(check, is_wanted)
            progress(len(_CHECKS), steps)
            problems += self._find_bad_pages(is_wanted)
            findings = self._collect_findings(problems, is_wanted)
        checked = []
        for number, backup in enumerate(backups, start=len(_CHECKS) + 1):
            progress(number, steps)
            if not is_wanted():
                raise InterruptedError
            with self._connections.working():
                checked.append(self._check_backup(backup))
        progress(steps, steps)
        return findings._replace(automatic_backups=tuple(checked))

    def cancel(self) -> None:
        """End a check in another thread soon."""
        self._cancellations += 1
        db = self._db
        if db is not None:
            db.interrupt()

    def _wanted_until_canceled(self) -> Callable[[], bool]:
        cancellations = self._cancellations
        return lambda: cancellations == self._cancellations and not self._connections.is_closed()

    def _find_bad_pages(self, is_wanted: Callable[[], bool]) -> list[str]:
        """Return the problems that SQLCipher finds in the HMACs of the pages that belong to the database."""
        try:
            if not self._checkpoint():  # pages that are only in the log would be reported as damaged
                return []
        except VaultDamagedError as error:
            return [str(type(error))]
        except VaultReadOnlyError:  # SQLite also reports this for a damaged database; the other checks write nothing
            return []
        problems = self._run_check("PRAGMA cipher_integrity_check", is_wanted)
        pages = self._query_number("PRAGMA page_count", is_wanted)
        numbers = [int(match[1]) if (match := re.search(r"page (\d+)", problem)) else 0 for problem in problems]
        return [problem for problem, number in zip(problems, numbers, strict=True) if pages is None or number <= pages]

    def _collect_findings(self, problems: list[str], is_wanted: Callable[[], bool]) -> Findings:
        pages = self._query_number("PRAGMA page_count", is_wanted)
        keys = self._query_number("SELECT count(*) FROM api_key NOT INDEXED", is_wanted)
        history = self._query_number("SELECT count(*) FROM history", is_wanted)
        uncounted = self._query_number("SELECT keys - (SELECT count(*) FROM api_key NOT INDEXED) FROM vault", is_wanted)
        parts = {_affected_part(problem) for problem in problems}
        if uncounted != 0:
            parts.add(Part.KEYS)
        if history is None:
            parts.add(Part.HISTORY)
        readable = None
        if parts:
            found = salvage(self._folder.database, self._connections.key_material(), is_wanted)
            readable = found.summary() if found.bad_pages else None
        return Findings(pages or 0, keys or 0, history or 0, frozenset(parts), readable, self._excess_bytes(pages))

    def _run_check(self, check: str, is_wanted: Callable[[], bool]) -> list[str]:
        """Return the problems that a check reports."""
        try:
            return [str(row[0]) for row in self._query(check, is_wanted) if row[0] != "ok"]
        except sqlcipher.DatabaseError as error:
            return [f"{check}: {_damage_name(error)}"]

    def _query_number(self, query: str, is_wanted: Callable[[], bool]) -> int | None:
        """Return the number that a query yields, or None if damage prevents that."""
        try:
            return int(self._query(query, is_wanted)[0][0])
        except sqlcipher.DatabaseError as error:
            _damage_name(error)
            return None

    def _query(self, query: str, is_wanted: Callable[[], bool]) -> list[tuple[Any, ...]]:
        # Each query has its own connection: after reading a damaged page, SQLCipher reports errors for healthy ones.
        with self._connections.reading() as db:
            self._db = db
            db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            try:
                if not is_wanted():
                    raise InterruptedError
                return list(db.execute(query))
            finally:
                self._db = None

    def _excess_bytes(self, pages: int | None) -> int:
        if pages is None or log_size_bytes(self._folder.database) > 0:  # pages in the log may not be in the file yet
            return 0
        return max(0, self._folder.database.stat().st_size - pages * PAGE_BYTES)

    def _check_backup(self, backup: AutomaticBackup) -> CheckedBackup:
        key = self._connections.key_material()
        try:
            if has_former_key(backup, self._folder, key):  # without the former key, it cannot be read
                return CheckedBackup(backup.made, is_healthy=backup.folder.database.is_file(), has_former_key=True)
            with vault_errors_for(backup.folder.database):
                verify_database(backup.folder.database, key)
            protector_file.read(backup.folder.protectors)
        except VaultError:
            return CheckedBackup(backup.made, is_healthy=False)
        return CheckedBackup(backup.made, is_healthy=True)


def _damage_name(error: sqlcipher.DatabaseError) -> str:
    """Return the name of an error that means damage, and raise any other error."""
    if not means_damage(error):
        raise error
    return str(error.sqlite_errorname)


def _affected_part(problem: str) -> Part:
    if "index" in problem or "api_key_text" in problem:
        return Part.INDEXES
    return next((part for table, part in _PART_OF_TABLE.items() if table in problem), Part.OTHER)
