"""Backup files: what other programs read in them, and what is refused, each in its own words."""

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.stored_vault import content_of
from tests.vault.backups.forged_backup import change_backup, update_digest
from tests.vault.backups.sample_backup import (
    NOW,
    PASSPHRASE,
    backups_of,
    content_in,
    open_stored_vault,
    read_backup,
    read_with_apsw,
    restore_backup,
)
from zcc_keys_gui import __version__
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupError,
    BackupNotOpenedError,
    BackupTooNewError,
    BackupUnreadableError,
    NotABackupError,
)
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


@pytest.fixture
def path(store: VaultStore, tmp_path: Path) -> Path:
    path = tmp_path / "a.zccbackup"
    backups_of(store).back_up(path, PASSPHRASE)
    return path


def refused(path: Path, kind: type[BackupError], passphrase: str = PASSPHRASE) -> None:
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(kind) as caught:
        read_backup(path, passphrase)
    assert caught.value.path == path
    assert type(caught.value) is kind
    assert (path.read_bytes() if path.is_file() else None) == before


def test_another_program_reads_every_key_and_every_row(store: VaultStore, tmp_path: Path) -> None:
    content = content_of(store)
    backups_of(store).back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    assert read_with_apsw(tmp_path / "a.zccbackup") == content
    assert len(content["keys"]) == 37
    with pytest.raises(apsw.NotADBError):
        read_with_apsw(tmp_path / "a.zccbackup", "another passphrase")


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
    backup = read_backup(path, PASSPHRASE)
    assert (backup.made, backup.program, backup.vault_id) == (NOW, __version__, store.backups.vault_id())
    assert backup.content.keys == content_in(store).keys
    assert backup.content.history == content_in(store).history[:-1]  # the last tells of the backup
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]


@pytest.mark.parametrize("passphrase", ["it's", "ünïcödé 𝒵", 'with "both" \' kinds', "x'00'", " leading and trailing "])
def test_whatever_the_passphrase_is_made_of(store: VaultStore, tmp_path: Path, passphrase: str) -> None:
    backups_of(store).back_up(tmp_path / "a", passphrase)
    assert len(read_backup(tmp_path / "a", passphrase).content.keys) == 37
    assert len(read_with_apsw(tmp_path / "a", passphrase)["keys"]) == 37
    refused(tmp_path / "a", BackupNotOpenedError, passphrase + ".")


FORMER = Path(__file__).parents[2] / "data" / "backup-1.zccbackup"


def test_a_backup_of_the_first_format_is_read_with_the_status_that_its_history_tells(tmp_path: Path) -> None:
    """Version 0.1.0 wrote it of the stored vault of schema 4, which is brought to the newest schema here."""
    folder = VaultFolder(tmp_path / "vault")
    shutil.copytree(FORMER.parent / "schema-4", folder.path)
    store = VaultOpener(folder).open_with_passphrase(VAULT_PASSPHRASE)
    before = read_backup(FORMER)
    now = content_in(store)
    assert before.program == "0.1.0"
    assert before.content == now
    assert [entry.status for entry in before.content.history] == [entry.status for entry in now.history]
    deleted = [entry for entry in before.content.history if entry.action is Action.DELETED]
    assert [entry.status for entry in deleted] == [Status.ENABLED] * 3
    assert {entry.status for entry in before.content.history} == {Status.ENABLED, Status.DISABLED, None}
    plan, aside = restore_backup(store, before, RestoreOptions(replace=True))
    assert (plan.changes_anything, aside) == (False, None)
    store.close()


def test_the_status_of_every_row_about_a_key_is_in_the_backup(store: VaultStore, path: Path) -> None:
    client_id = store.keys.page(KeyQuery(), 0, 1)[0].client_id
    keys = Keys(store, lambda: "me")
    keys.set_status([client_id], Status.DISABLED)
    keys.regenerate_secret(client_id)
    keys.delete([client_id])
    backups_of(store).back_up(path, PASSPHRASE)
    rows = [entry.status for entry in read_backup(path).content.history if entry.client_id == client_id][-3:]
    assert rows == [Status.DISABLED] * 3


# --- what is refused --------------------------------------------------------------------------------------


def test_however_a_keyboard_composes_a_letter(store: VaultStore, tmp_path: Path) -> None:
    composed, apart = "vier W\u00f6rter im Wind", "vier Wo\u0308rter im Wind"
    for number, (written, typed) in enumerate(((composed, apart), (apart, composed), (apart, apart))):
        path = tmp_path / f"{number}.zccbackup"
        backups_of(store).back_up(path, written)
        assert len(read_backup(path, typed).content.keys) == 37


def test_a_backup_whose_passphrase_was_taken_as_it_was_typed(path: Path) -> None:
    apart = "vier Wo\u0308rter im Wind"
    change_backup(path, f"PRAGMA rekey = '{apart}'")
    assert len(read_backup(path, apart).content.keys) == 37


def test_a_wrong_passphrase(path: Path) -> None:
    refused(path, BackupNotOpenedError, "another passphrase")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "none", BackupUnreadableError)


def test_a_folder(tmp_path: Path) -> None:
    refused(tmp_path, NotABackupError)


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own on Windows")
def test_a_link_is_followed_and_a_dangling_one_refused(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    assert read_backup(tmp_path / "link", PASSPHRASE) == read_backup(path, PASSPHRASE)
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
    with closing(sqlcipher.connect(str(tmp_path / "other"), isolation_level=None)) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        db.execute("CREATE TABLE api_key (a)")
    refused(tmp_path / "other", NotABackupError)


def test_the_vault_itself(store: VaultStore, data_folder: Path) -> None:
    refused(data_folder / "vault.db", BackupNotOpenedError)


def test_a_newer_format(path: Path) -> None:
    change_backup(path, f"PRAGMA user_version = {backup_format.FORMAT + 1}")
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
    change_backup(path, statement)
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
    change_backup(path, f"UPDATE api_key SET {column} = {value} WHERE name = 'Key05'")
    update_digest(path)
    refused(path, BackupDamagedError)


def test_a_history_row_of_an_unknown_kind(path: Path) -> None:
    change_backup(path, "UPDATE history SET action = 'Slept' WHERE id = 7")
    refused(path, BackupDamagedError)


@given(st.lists(st.one_of(st.text(), st.integers(), st.none())))
def test_the_digest_is_of_lines_of_json(row: list[object]) -> None:
    digest = backup_format.Digest()
    digest.add_history(row)
    assert digest.summary().digest == hashlib.sha256(json.dumps(row).encode() + b"\n").hexdigest()
