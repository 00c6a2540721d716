"""The note in the database that there is a write-ahead log without which it is not whole.

`log_from` says how many of its changes the database has without the log; NULL says all of them. `vault.saved` counts
the changes that were saved. From both, the next start tells a log that was lost from one that SQLite has deleted after
moving all of it into the database: in the second case the database has as many changes as were saved.
"""

from collections.abc import Callable
from contextlib import suppress

from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.vault.files.saved_changes import SavedChanges


class LogNote:
    """The note of an open vault. Its methods raise `sqlcipher.Error`, and are called by one thread at a time."""

    def __init__(self, saved: SavedChanges) -> None:
        """Count in `saved`."""
        self._saved = saved
        self._log_from: int | None = None

    @property
    def log_from(self) -> int | None:
        """What the next change has to note."""
        return self._log_from

    def begin(self, db: sqlcipher.Connection, look: Callable[[], None]) -> None:
        """Note before the first change that there is a log from now on.

        What a killed program left in the log goes into the database first, as the note says that it is there. `look`
        is called before anything is written. If somebody still reads an older state, or the changes cannot be counted
        in a file, nothing is noted before the next change.
        """
        if self._log_from is not None:
            return
        is_in_database = _log_is_in_database(db, "PASSIVE")
        look()
        is_counted = self._saved.begin(_changes(db))
        if is_in_database and is_counted:
            db.execute("UPDATE vault SET log_from = changes")
            self._log_from = _changes(db)
            _log_is_in_database(db, "PASSIVE")

    def follow(self, db: sqlcipher.Connection, number: int) -> None:
        """Count a change that was saved, the `number`th, and note if the database has all changes without its log."""
        self._saved.note(number)
        if self._log_from is not None and _log_is_in_database(db, "NOOP"):
            self._log_from = number

    def end(self, db: sqlcipher.Connection) -> None:
        """Note that the database is whole without the log, which is moved into it next."""
        db.execute("UPDATE vault SET log_from = NULL WHERE log_from IS NOT NULL")
        self._log_from = None

    def end_if_possible(self, db: sqlcipher.Connection) -> bool:
        """Do the same before the vault is closed; say whether that could be done.

        On a full disk, the log has room for the note once all of it was moved into the database, because SQLite then
        writes it again from its beginning.
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
        """Count no more changes; `forget` deletes the count. May be called twice."""
        self._saved.close(forget=forget)


def _log_is_in_database(db: sqlcipher.Connection, checkpoint: str) -> bool:
    """Checkpoint; say whether all of the log is known to be in the database."""
    try:
        _, frames, written = db.execute(f"PRAGMA wal_checkpoint({checkpoint})").fetchone()
    except sqlcipher.OperationalError as error:
        if error.sqlite_errorcode != sqlcipher.SQLITE_LOCKED:
            raise
        return False  # this connection itself still reads
    return bool(frames == written)


def _changes(db: sqlcipher.Connection) -> int:
    return int(db.execute("SELECT changes FROM vault").fetchone()[0])
