"""Backups that a stranger made: they are rejected quickly and in words, and nothing in them runs."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reliability.rounds import rounds
from tests.vault.backups.forged_backup import ForgedPages, change_backup, update_digest
from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, open_stored_vault, read_backup
from zcc_keys_gui.domain.errors import (
    BackupDamagedError,
    BackupTooNewError,
    NotABackupError,
)
from zcc_keys_gui.vault.backups import backup_reader
from zcc_keys_gui.vault.pages.encrypted_page import USABLE_BYTES

pytestmark = pytest.mark.timeout(60)

FUZZ = rounds(150, 3_000)
_VALID = (("made", "1"), ("program", "'text'"), ("vault_id", "'text'"), ("status", "NULL"))
_ENDLESS = (
    "CREATE VIEW {name} AS WITH RECURSIVE endless (a, b, c, d, e, f) AS"
    " (SELECT 1, '', '', 0, 0, '' UNION ALL SELECT a + 1, b, c, d, e, f FROM endless) SELECT max(a), b, c, d, e, f"
    " FROM endless"
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    store = open_stored_vault(folder / "data")
    backups_of(store).back_up(folder / "a.zccbackup", PASSPHRASE)
    store.close()
    return folder / "a.zccbackup"


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(written, tmp_path / "a.zccbackup"))


def is_damaged(path: Path) -> None:
    with pytest.raises(BackupDamagedError):
        read_backup(path, PASSPHRASE)


@pytest.mark.parametrize("table", ["about", "api_key", "history"])
def test_an_endless_view_instead_of_a_table_is_never_run(path: Path, table: str) -> None:
    change_backup(path, f"DROP TABLE {table}", _ENDLESS.format(name=table))
    is_damaged(path)


@pytest.mark.parametrize(
    "statement",
    [
        _ENDLESS.format(name="more"),
        "CREATE TABLE more (a)",
        "CREATE TRIGGER more AFTER INSERT ON history BEGIN DELETE FROM history; END",
        "CREATE VIRTUAL TABLE more USING fts5 (a)",
        "CREATE INDEX more ON history (who)",
        "CREATE INDEX more ON history (length(who))",
        "ALTER TABLE about ADD COLUMN more TEXT",
        "ALTER TABLE about ADD COLUMN more TEXT AS (hex(zeroblob(4000)))",
        "ALTER TABLE history ADD COLUMN more TEXT DEFAULT ''",
        "ALTER TABLE history RENAME COLUMN who TO somebody",
        "ANALYZE",
    ],
)
def test_other_tables_columns_views_triggers_and_indexes_are_rejected(path: Path, statement: str) -> None:
    change_backup(path, statement)
    is_damaged(path)


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
def test_a_table_that_is_declared_in_another_way_is_rejected(path: Path, before: str, after: str) -> None:
    change_backup(
        path,
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = replace(sql, '{before}', '{after}') WHERE name = 'history'",
    )
    is_damaged(path)


def test_a_comment_in_the_declaration_may_have_other_words(path: Path) -> None:
    change_backup(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, '-- number of rows', '-- how many rows')",
    )
    assert len(read_backup(path, PASSPHRASE).content.keys) == 37


@pytest.mark.parametrize("length", [10_001, 20_000_000])
@pytest.mark.parametrize(
    ("table", "column"), [("history", "details"), ("history", "who"), ("about", "program"), ("api_key", "name")]
)
def test_a_text_that_is_too_long_is_rejected_without_loading_it(
    path: Path, table: str, column: str, length: int
) -> None:
    condition = "WHERE rowid = (SELECT max(rowid) FROM history)" if table == "history" else ""
    condition = "WHERE name = 'Key05'" if table == "api_key" else condition
    change_backup(
        path, f"UPDATE {table} SET {column} = replace(hex(zeroblob({length // 2 + 1})), '0', 'a') {condition}"
    )
    update_digest(path)
    is_damaged(path)


def test_a_schema_that_does_not_fit_on_a_page_is_rejected_without_loading_it(path: Path) -> None:
    change_backup(path, f"CREATE TABLE more (a TEXT DEFAULT '{'x' * 5_000_000}')")
    is_damaged(path)


@pytest.mark.parametrize("value", ["NULL", "1", "1.5", "'text'", "x'ff'", "-1", "9223372036854775807", "char(0)"])
@pytest.mark.parametrize("table", ["about", "api_key", "history"])
def test_a_value_of_another_type_or_out_of_range_is_rejected_in_words(path: Path, table: str, value: str) -> None:
    columns = {
        "about": ("made", "program", "vault_id", "keys", "history", "digest"),
        "api_key": ("client_id", "name", "status", "role", "session_validity", "created", "verifier"),
        "history": ("at", "who", "action", "name", "client_id", "details", "status"),
    }
    before = path.read_bytes()
    key = columns[table][0]
    for column in columns[table]:
        if (column, value) == ("client_id", "NULL") and table == "api_key":  # no such row can be written
            continue
        path.write_bytes(before)
        condition = f"WHERE {key} = (SELECT max({key}) FROM {table})"
        change_without_types(path, f"UPDATE {table} SET {column} = {value} {condition}")
        if (column, value) not in _VALID:
            is_damaged(path)


def change_without_types(path: Path, statement: str) -> None:
    """Run a statement while the tables accept values of any type, and then declare the types again."""
    loose = "sql"
    for declared in (" STRICT,", " STRICT", " NOT NULL", " TEXT", " INTEGER NOT", " BLOB"):
        loose = f"replace({loose}, '{declared}', '{' NOT' if declared.endswith(' NOT') else ''}')"
    change_backup(
        path,
        "CREATE TABLE declared AS SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL",
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = {loose} WHERE name IN (SELECT name FROM declared)",
    )
    change_backup(
        path,
        statement,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = declared.sql FROM declared WHERE sqlite_schema.name = declared.name",
    )
    change_backup(path, "DROP TABLE declared", "VACUUM")


# --- cancelling -------------------------------------------------------------------------------------------


def test_reading_ends_soon_after_it_is_cancelled(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_reader, "_STEPS_PER_CHECK", 50)
    looks = 0

    def cancelled() -> bool:
        nonlocal looks
        looks += 1
        return looks > 3

    with pytest.raises(InterruptedError):
        read_backup(path, PASSPHRASE, cancelled)
    assert looks < 10


def test_reading_that_takes_too_long_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_reader, "_STEPS_PER_CHECK", 50)
    monkeypatch.setattr(backup_reader, "_MIN_TIME_LIMIT_SECONDS", -3_600.0)
    is_damaged(path)


if sys.platform != "win32":

    def test_a_pipe_instead_of_a_backup_is_not_waited_for(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(NotABackupError):
            read_backup(tmp_path / "pipe", PASSPHRASE)


# --- pages whose HMACs match ------------------------------------------------------------------------------


@pytest.mark.timeout(1_800)
@pytest.mark.reliability
def test_pages_that_a_stranger_made_end_in_words(written: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("sealed") / "a.zccbackup"
    original = read_backup(written, PASSPHRASE)
    pages = ForgedPages(written.read_bytes())

    @settings(max_examples=FUZZ, deadline=None)
    @given(st.data())
    def read_one(data: st.DataObject) -> None:
        number = data.draw(st.integers(1, pages.count))
        plain = bytearray(pages.page(number))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.one_of(st.integers(0, 140), st.integers(0, USABLE_BYTES - 1)))
            written_bytes = data.draw(st.binary(min_size=1, max_size=8))[: USABLE_BYTES - at]
            plain[at : at + len(written_bytes)] = written_bytes
        path.write_bytes(pages.with_page(number, bytes(plain)))
        try:
            found = read_backup(path, PASSPHRASE)
        except (BackupDamagedError, BackupTooNewError, NotABackupError):
            return
        assert found.content == original.content

    read_one()


def test_a_page_that_refers_to_itself_is_rejected(path: Path) -> None:
    pages = ForgedPages(path.read_bytes())
    inner = next(number for number in range(2, pages.count + 1) if pages.page(number)[0] == 0x05)
    plain = bytearray(pages.page(inner))
    plain[8:12] = inner.to_bytes(4)
    path.write_bytes(pages.with_page(inner, bytes(plain)))
    is_damaged(path)
