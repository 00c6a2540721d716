"""Notes in the database that it is incomplete without its write-ahead log.

The column `log_from` says how many changes the database has without the log; NULL means all of them. The file
`vault.saved` counts the changes that were saved. From both numbers, the next start can tell whether a missing log was
lost, or SQLite deleted it after moving all of it into the database: then the database has as many changes as were
saved.
"""

from collections.abc import Callable
from contextlib import suppress

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.vault.files.saved_changes import SavedChanges


class LogNote:
    """The note of an open vault. Its methods raise `sqlcipher.Error`; only one thread at a time may call them."""

    def __init__(self, saved: SavedChanges) -> None:
        """Count changes in `saved`."""
        self._saved = saved
        self._log_from: int | None = None

    @property
    def log_from(self) -> int | None:
        """The value that the next change writes to the column `log_from`."""
        return self._log_from

    def begin(self, db: sqlcipher.Connection, check_log: Callable[[], None]) -> None:
        """Note, before the first change, that there is a log from now on.

        Changes that a killed program left in the log are moved into the database first, because the note says that the
        database has them. `check_log` is called before anything is written. If another connection still reads an older
        state, or the changes cannot be counted in a file, the note has to wait for a later change.
        """
        if self._log_from is not None:
            return
        is_in_database = _checkpoint(db, "PASSIVE")
        check_log()
        is_counted = self._saved.begin(_read_change_count(db))
        if is_in_database and is_counted:
            db.execute("UPDATE vault SET log_from = changes")
            self._log_from = _read_change_count(db)
            _checkpoint(db, "PASSIVE")

    def count_change(self, db: sqlcipher.Connection, number: int) -> None:
        """Count the `number`th change, which is saved, and note if the database has all changes without its log."""
        self._saved.write(number)
        if self._log_from is not None and _checkpoint(db, "NOOP"):
            self._log_from = number

    def end(self, db: sqlcipher.Connection) -> None:
        """Note that the database is complete without the log; the caller moves the log into the database next."""
        db.execute("UPDATE vault SET log_from = NULL WHERE log_from IS NOT NULL")
        self._log_from = None

    def end_if_possible(self, db: sqlcipher.Connection) -> bool:
        """Do the same before the vault is closed; return whether that was possible.

        On a full disk, the log has space for the note once all of it is in the database, because SQLite then writes the
        log from its beginning again.
        """
        with suppress(sqlcipher.Error):
            self.end(db)
            return True
        with suppress(sqlcipher.Error):
            db.execute("PRAGMA wal_checkpoint(RESTART)")
            self.end(db)
            return True
        return False

    def close(self, *, forget: bool) -> None:
        """Stop counting changes; `forget` deletes the count. Can be called twice."""
        self._saved.close(forget=forget)


def _checkpoint(db: sqlcipher.Connection, mode: str) -> bool:
    """Checkpoint the log; return whether all of it is known to be in the database."""
    try:
        _, frames, moved = db.execute(f"PRAGMA wal_checkpoint({mode})").fetchone()
    except sqlcipher.OperationalError as error:
        if error.sqlite_errorcode != sqlcipher.SQLITE_LOCKED:
            raise
        return False  # this connection itself is still reading
    return bool(frames == moved)


def _read_change_count(db: sqlcipher.Connection) -> int:
    return int(db.execute("SELECT changes FROM vault").fetchone()[0])
