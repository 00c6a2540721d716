"""The note in the database that it is incomplete without its write-ahead log."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.log_note import LogNote
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, connect

KEY = os.urandom(KEY_BYTES)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlcipher.Connection]:
    (tmp_path / "vault.db").touch()
    with closing(connect(tmp_path / "vault.db", KEY)) as db:
        schema.create(db, "a vault", 1)
        yield db


@pytest.fixture
def saved(tmp_path: Path) -> SavedChanges:
    return SavedChanges(tmp_path / "vault.saved")


@pytest.fixture
def note(saved: SavedChanges) -> Iterator[LogNote]:
    note = LogNote(saved)
    yield note
    note.close(forget=False)


def noted(db: sqlcipher.Connection) -> int | None:
    (log_from,) = db.execute("SELECT log_from FROM vault").fetchone()
    return None if log_from is None else int(log_from)


def nothing() -> None:
    """Check nothing."""


def test_the_first_change_notes_that_there_is_a_log(
    note: LogNote, db: sqlcipher.Connection, saved: SavedChanges
) -> None:
    assert noted(db) is None
    note.begin(db, nothing)
    assert noted(db) == note.log_from == 0
    assert saved.read() == 0


def test_changes_are_counted(note: LogNote, db: sqlcipher.Connection, saved: SavedChanges) -> None:
    note.begin(db, nothing)
    db.execute("UPDATE vault SET changes = changes + 1")
    note.count_change(db, 1)
    assert saved.read() == 1
    assert note.log_from == 0  # the change is only in the log
    db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    note.count_change(db, 1)
    assert note.log_from == 1


def test_an_error_of_the_log_check_prevents_the_note(note: LogNote, db: sqlcipher.Connection) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        note.begin(db, fail)
    assert (noted(db), note.log_from) == (None, None)


def test_without_a_count_nothing_is_noted(db: sqlcipher.Connection, tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    note = LogNote(SavedChanges(tmp_path / "a folder"))
    note.begin(db, nothing)
    assert (noted(db), note.log_from) == (None, None)


def test_while_an_older_state_is_read_nothing_is_noted(note: LogNote, db: sqlcipher.Connection, tmp_path: Path) -> None:
    with closing(connect(tmp_path / "vault.db", KEY)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vault").fetchall()
        db.execute("UPDATE vault SET changes = 1")
        note.begin(db, nothing)
        assert (noted(db), note.log_from) == (None, None)
    note.begin(db, nothing)
    assert (noted(db), note.log_from) == (1, 1)


def test_the_note_ends_before_the_vault_is_closed(note: LogNote, db: sqlcipher.Connection, saved: SavedChanges) -> None:
    note.begin(db, nothing)
    assert note.end_if_possible(db)
    assert (noted(db), note.log_from) == (None, None)
    note.close(forget=True)
    assert saved.read() is None


def test_a_note_that_cannot_be_ended_is_reported(note: LogNote, db: sqlcipher.Connection) -> None:
    note.begin(db, nothing)
    db.execute("PRAGMA query_only = ON")
    assert not note.end_if_possible(db)
    assert noted(db) == 0
