"""Files that are not backups, and backups that someone forged, are rejected quickly, and nothing in them runs."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.vault.backups.conftest import assert_rejected
from tests.vault.backups.forged_backup import change_backup
from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, open_stored_vault, read_backup
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.vault import interruption
from zcc_keys_gui.vault.backups import backup_format, backup_reader

pytestmark = pytest.mark.timeout(60)

ENDLESS_VIEW = (
    "CREATE VIEW {name} AS WITH RECURSIVE endless (a, b, c, d, e, f) AS"
    " (SELECT 1, '', '', 0, 0, '' UNION ALL SELECT a + 1, b, c, d, e, f FROM endless) SELECT max(a), b, c, d, e, f"
    " FROM endless"
)


# --- passphrases ------------------------------------------------------------------------------------------


def test_a_letter_may_be_composed_or_decomposed(data_folder: Path, tmp_path: Path) -> None:
    """Keyboards differ in that."""
    composed, decomposed = "vier W\u00f6rter im Wind", "vier Wo\u0308rter im Wind"
    store = open_stored_vault(data_folder)
    pairs = ((composed, decomposed), (decomposed, composed), (decomposed, decomposed))
    for number, (written, typed) in enumerate(pairs):
        path = tmp_path / f"{number}.zccbackup"
        backups_of(store).back_up(path, written)
        assert len(read_backup(path, typed).content.keys) == 37
    store.close()


def test_another_program_may_use_a_passphrase_as_it_was_typed(backup: Path) -> None:
    decomposed = "vier Wo\u0308rter im Wind"
    change_backup(backup, f"PRAGMA rekey = '{decomposed}'")
    assert len(read_backup(backup, decomposed).content.keys) == 37


def test_a_wrong_passphrase_does_not_open_a_backup(backup: Path) -> None:
    assert_rejected(backup, BackupNotOpenedError, "another passphrase")


# --- other files ------------------------------------------------------------------------------------------


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    assert_rejected(tmp_path / "none", BackupUnreadableError)


def test_a_folder_is_not_a_backup(tmp_path: Path) -> None:
    assert_rejected(tmp_path, NotABackupError)


def test_an_empty_file_is_not_a_backup(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert_rejected(tmp_path / "empty", NotABackupError)


def test_random_content_does_not_open(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(os.urandom(10_000))
    assert_rejected(tmp_path / "picture", BackupNotOpenedError)  # encrypted databases look like this


def test_an_unencrypted_database_is_not_a_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "plain")) as db:
        db.execute("CREATE TABLE api_key (a)")
    assert_rejected(tmp_path / "plain", NotABackupError)


def test_a_foreign_database_with_the_passphrase_is_rejected(tmp_path: Path) -> None:
    with closing(sqlcipher.connect(str(tmp_path / "other"), isolation_level=None)) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        db.execute("CREATE TABLE api_key (a)")
    assert_rejected(tmp_path / "other", NotABackupError)


def test_the_database_of_a_vault_does_not_open(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "data" / "schema-3", tmp_path / "vault")
    assert_rejected(tmp_path / "vault" / "vault.db", BackupNotOpenedError, VAULT_PASSPHRASE)


@pytest.mark.skipif(os.name == "nt", reason="not every account on Windows may make links")
def test_a_link_is_followed_unless_it_leads_nowhere(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(backup)
    assert read_backup(tmp_path / "link", PASSPHRASE) == read_backup(backup, PASSPHRASE)
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    assert_rejected(tmp_path / "dangling", BackupUnreadableError)


if sys.platform != "win32":

    def test_reading_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(NotABackupError):
            read_backup(tmp_path / "pipe", PASSPHRASE)


def test_a_newer_format_is_rejected_as_too_new(backup: Path) -> None:
    change_backup(backup, f"PRAGMA user_version = {backup_format.FORMAT + 1}")
    assert_rejected(backup, BackupTooNewError)


# --- another schema ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["about", "api_key", "history"])
def test_an_endless_view_in_place_of_a_table_never_runs(backup: Path, table: str) -> None:
    change_backup(backup, f"DROP TABLE {table}", ENDLESS_VIEW.format(name=table))
    assert_rejected(backup, BackupDamagedError)


@pytest.mark.parametrize(
    "statement",
    [
        ENDLESS_VIEW.format(name="more"),
        "CREATE TABLE more (a)",
        "CREATE TRIGGER more AFTER INSERT ON history BEGIN DELETE FROM history; END",
        "CREATE VIRTUAL TABLE more USING fts5 (a)",
        "CREATE INDEX more ON history (who)",
        "CREATE INDEX more ON history (length(who))",
        "ALTER TABLE about ADD COLUMN more TEXT",
        "ALTER TABLE about ADD COLUMN more TEXT AS (hex(zeroblob(4000)))",
        "ALTER TABLE history ADD COLUMN more TEXT DEFAULT ''",
        "ALTER TABLE history RENAME COLUMN who TO somebody",
        "ALTER TABLE api_key DROP COLUMN verifier",
        "DROP TABLE history",
        "DROP TABLE about",
        "ANALYZE",
    ],
)
def test_other_schema_objects_are_rejected(backup: Path, statement: str) -> None:
    change_backup(backup, statement)
    assert_rejected(backup, BackupDamagedError)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("who TEXT NOT NULL", "who TEXT NOT NULL CHECK (length(who) < 9)"),
        ("who TEXT NOT NULL", "who TEXT AS (action)"),
        ("who TEXT NOT NULL", "who BLOB NOT NULL"),
        ("who TEXT NOT NULL", "who TEXT NOT NULL COLLATE NOCASE"),
        ("who TEXT NOT NULL", "who TEXT NOT NULL /* */"),
        (") STRICT", ")"),
    ],
)
def test_a_table_with_another_declaration_is_rejected(backup: Path, before: str, after: str) -> None:
    change_backup(
        backup,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = replace(sql, '{before}', '{after}') WHERE name = 'history'",
    )
    assert_rejected(backup, BackupDamagedError)


def test_a_comment_in_a_declaration_may_differ(backup: Path) -> None:
    change_backup(
        backup,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, '-- number of rows', '-- how many rows')",
    )
    assert len(read_backup(backup, PASSPHRASE).content.keys) == 37


def test_a_schema_that_is_too_long_is_not_even_loaded(backup: Path) -> None:
    change_backup(backup, f"CREATE TABLE more (a TEXT DEFAULT '{'x' * 5_000_000}')")
    assert_rejected(backup, BackupDamagedError)


# --- canceling --------------------------------------------------------------------------------------------


def test_reading_ends_soon_after_it_is_canceled(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "_STEPS_PER_CHECK", 50)
    checks = 0

    def is_canceled() -> bool:
        nonlocal checks
        checks += 1
        return checks > 3

    with pytest.raises(InterruptedError):
        read_backup(backup, PASSPHRASE, is_canceled)
    assert checks < 10


def test_reading_stops_if_it_takes_too_long(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "_STEPS_PER_CHECK", 50)
    monkeypatch.setattr(backup_reader, "_MIN_TIME_LIMIT_SECONDS", -3_600.0)
    assert_rejected(backup, BackupDamagedError)
