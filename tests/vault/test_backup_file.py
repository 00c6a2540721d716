"""Backup files: what other programs read in them, and what is refused, each in its own words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.stored_vault import content_of
from tests.vault.backed_up import NOW, PASSPHRASE, backups_of, read_elsewhere, stored_vault
from zcc_keys_gui import __version__
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.vault import backup_file
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = stored_vault(data_folder)
    yield store
    store.close()


@pytest.fixture
def path(store: VaultStore, tmp_path: Path) -> Path:
    path = tmp_path / "a.zccbackup"
    backups_of(store).back_up(path, PASSPHRASE)
    return path


def change(path: Path, *statements: str) -> None:
    """Change a backup as its owner could."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        for statement in statements:
            db.execute(statement)


def refused(path: Path, kind: type[BackupError], passphrase: str = PASSPHRASE) -> None:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as caught:
        backup_file.read(path, passphrase)
    assert caught.value.path == path
    assert type(caught.value) is kind
    assert (path.read_bytes() if path.is_file() else None) == before


def test_another_program_reads_every_key_and_every_row(store: VaultStore, tmp_path: Path) -> None:
    content = content_of(store)
    backups_of(store).back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    assert read_elsewhere(tmp_path / "a.zccbackup") == content
    assert len(content["keys"]) == 37
    with pytest.raises(apsw.NotADBError):
        read_elsewhere(tmp_path / "a.zccbackup", "another passphrase")


def test_it_holds_the_tables_that_are_meant_and_nothing_else(path: Path, tmp_path: Path) -> None:
    with closing(sqlcipher.connect(str(path))) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        assert [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE sql NOT NULL")] == [
            "about",
            "api_key",
            "history",
        ]
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("PRAGMA cipher_settings").fetchall() == settings_of_the_library(tmp_path)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def settings_of_the_library(folder: Path) -> list[tuple[str]]:
    """Return how SQLCipher encrypts where nobody tells it otherwise."""
    with closing(sqlcipher.connect(str(folder / "default.db"))) as db:
        db.execute("PRAGMA key = 'x'")
        return [tuple(row) for row in db.execute("PRAGMA cipher_settings")]


def test_it_is_read_as_it_was_written(store: VaultStore, path: Path) -> None:
    before = path.stat()
    backup = backup_file.read(path, PASSPHRASE)
    assert (backup.made, backup.program, backup.vault_id) == (NOW, __version__, store.backups.vault_id())
    assert backup.content.keys == store.backups.content().keys
    assert backup.content.history == store.backups.content().history[:-1]  # the last tells of the backup
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]


@pytest.mark.parametrize("passphrase", ["it's", "ünïcödé 𝒵", 'with "both" \' kinds', "x'00'", " leading and trailing "])
def test_whatever_the_passphrase_is_made_of(store: VaultStore, tmp_path: Path, passphrase: str) -> None:
    backups_of(store).back_up(tmp_path / "a", passphrase)
    assert len(backup_file.read(tmp_path / "a", passphrase).content.keys) == 37
    assert len(read_elsewhere(tmp_path / "a", passphrase)["keys"]) == 37
    refused(tmp_path / "a", BackupNotOpenedError, passphrase + ".")


# --- what is refused --------------------------------------------------------------------------------------


def test_however_a_keyboard_composes_a_letter(store: VaultStore, tmp_path: Path) -> None:
    composed, apart = "vier W\u00f6rter im Wind", "vier Wo\u0308rter im Wind"
    for number, (written, typed) in enumerate(((composed, apart), (apart, composed), (apart, apart))):
        path = tmp_path / f"{number}.zccbackup"
        backups_of(store).back_up(path, written)
        assert len(backup_file.read(path, typed).content.keys) == 37


def test_a_backup_whose_passphrase_was_taken_as_it_was_typed(path: Path) -> None:
    apart = "vier Wo\u0308rter im Wind"
    change(path, f"PRAGMA rekey = '{apart}'")
    assert len(backup_file.read(path, apart).content.keys) == 37


def test_a_wrong_passphrase(path: Path) -> None:
    refused(path, BackupNotOpenedError, "another passphrase")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "none", BackupUnreadableError)


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, NotABackupError)


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_is_followed_and_a_dangling_one_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    assert backup_file.read(tmp_path / "link", PASSPHRASE) == backup_file.read(path, PASSPHRASE)
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    refused(tmp_path / "dangling", BackupUnreadableError)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    refused(tmp_path / "empty", NotABackupError)


def test_another_programs_file(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(os.urandom(10_000))
    refused(tmp_path / "picture", BackupNotOpenedError)  # encrypted databases look like this


def test_a_plain_database(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "plain")) as db:
        db.execute("CREATE TABLE api_key (a)")
    refused(tmp_path / "plain", NotABackupError)


def test_another_encrypted_database_of_the_same_passphrase(tmp_path: Path) -> None:
    change(tmp_path / "other", "CREATE TABLE api_key (a)")
    refused(tmp_path / "other", NotABackupError)


def test_the_vault_itself(store: VaultStore, data_folder: Path) -> None:
    refused(data_folder / "vault.db", BackupNotOpenedError)


def test_a_newer_format(path: Path) -> None:
    change(path, f"PRAGMA user_version = {backup_file.FORMAT + 1}")
    refused(path, BackupTooNewError)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM api_key WHERE name = 'Key05'",
        "DELETE FROM history WHERE id = 7",
        "UPDATE api_key SET name = 'Another' WHERE name = 'Key05'",
        "UPDATE about SET keys = keys + 1",
        "DELETE FROM about",
        "DROP TABLE history",
        "ALTER TABLE api_key DROP COLUMN verifier",
        "DROP TABLE about",
    ],
)
def test_what_the_program_did_not_write(path: Path, statement: str) -> None:
    change(path, statement)
    refused(path, BackupDamagedError)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "'Key 05'"),
        ("name", "''"),
        ("status", "'Asleep'"),
        ("role", "'Owner'"),
        ("session_validity", "29"),
        ("session_validity", "1000000000"),
        ("verifier", "x'00'"),
        ("client_id", "''"),
        ("created", "9223372036854775807"),
    ],
)
def test_a_key_that_no_vault_would_take_though_the_digest_is_right(path: Path, column: str, value: str) -> None:
    change(path, f"UPDATE api_key SET {column} = {value} WHERE name = 'Key05'")
    with closing(sqlcipher.connect(str(path))) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        digest = backup_file._summary(db, "main").digest
    change(path, f"UPDATE about SET digest = '{digest}'")
    refused(path, BackupDamagedError)


def test_a_history_row_of_an_unknown_kind(path: Path) -> None:
    change(path, "UPDATE history SET action = 'Slept' WHERE id = 7")
    refused(path, BackupDamagedError)
