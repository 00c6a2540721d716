"""Rows that the program would not write are rejected, even if the digest and the HMACs of the pages are right."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reliability.rounds import rounds
from tests.vault.backups.conftest import assert_rejected
from tests.vault.backups.forged_backup import ForgedPages, change_backup, update_digest
from tests.vault.backups.sample_backup import PASSPHRASE, read_backup
from zcc_keys_gui.domain.errors import BackupDamagedError, BackupTooNewError, NotABackupError
from zcc_keys_gui.vault.pages.encrypted_page import USABLE_BYTES

pytestmark = pytest.mark.timeout(60)

FORGED_PAGES = rounds(150, 3_000)
ACCEPTED_VALUES = (("made", "1"), ("program", "'text'"), ("vault_id", "'text'"), ("status", "NULL"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM api_key WHERE name = 'Key05'",
        "DELETE FROM history WHERE id = 7",
        "UPDATE api_key SET name = 'Another' WHERE name = 'Key05'",
        "UPDATE about SET keys = keys + 1",
        "DELETE FROM about",
        "UPDATE history SET action = 'Slept' WHERE id = 7",
    ],
)
def test_changed_rows_are_rejected(backup: Path, statement: str) -> None:
    change_backup(backup, statement)
    assert_rejected(backup, BackupDamagedError)


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
def test_a_key_that_no_vault_accepts_is_rejected(backup: Path, column: str, value: str) -> None:
    change_backup(backup, f"UPDATE api_key SET {column} = {value} WHERE name = 'Key05'")
    update_digest(backup)
    assert_rejected(backup, BackupDamagedError)


@pytest.mark.parametrize("length", [10_001, 20_000_000])
@pytest.mark.parametrize(
    ("table", "column"), [("history", "details"), ("history", "who"), ("about", "program"), ("api_key", "name")]
)
def test_a_text_that_is_too_long_is_rejected_without_loading_it(
    backup: Path, table: str, column: str, length: int
) -> None:
    condition = {
        "history": "WHERE rowid = (SELECT max(rowid) FROM history)",
        "api_key": "WHERE name = 'Key05'",
        "about": "",
    }[table]
    text = f"replace(hex(zeroblob({length // 2 + 1})), '0', 'a')"
    change_backup(backup, f"UPDATE {table} SET {column} = {text} {condition}")
    update_digest(backup)
    assert_rejected(backup, BackupDamagedError)


@pytest.mark.parametrize("value", ["NULL", "1", "1.5", "'text'", "x'ff'", "-1", "9223372036854775807", "char(0)"])
@pytest.mark.parametrize("table", ["about", "api_key", "history"])
def test_a_value_of_another_type_or_out_of_range_is_rejected(backup: Path, table: str, value: str) -> None:
    columns = {
        "about": ("made", "program", "vault_id", "keys", "history", "digest"),
        "api_key": ("client_id", "name", "status", "role", "session_validity", "created", "verifier"),
        "history": ("at", "who", "action", "name", "client_id", "details", "status"),
    }
    before = backup.read_bytes()
    key = columns[table][0]
    for column in columns[table]:
        if (column, value) == ("client_id", "NULL") and table == "api_key":  # SQLite does not write such a row
            continue
        backup.write_bytes(before)
        condition = f"WHERE {key} = (SELECT max({key}) FROM {table})"
        change_without_types(backup, f"UPDATE {table} SET {column} = {value} {condition}")
        if (column, value) not in ACCEPTED_VALUES:
            assert_rejected(backup, BackupDamagedError)


def change_without_types(backup: Path, statement: str) -> None:
    """Run a statement while the tables accept values of any type, and then declare the types again."""
    loose = "sql"
    for declared in (" STRICT,", " STRICT", " NOT NULL", " TEXT", " INTEGER NOT", " BLOB"):
        loose = f"replace({loose}, '{declared}', '{' NOT' if declared.endswith(' NOT') else ''}')"
    change_backup(
        backup,
        "CREATE TABLE declared AS SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL",
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET sql = {loose} WHERE name IN (SELECT name FROM declared)",
    )
    change_backup(
        backup,
        statement,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = declared.sql FROM declared WHERE sqlite_schema.name = declared.name",
    )
    change_backup(backup, "DROP TABLE declared", "VACUUM")


# --- forged pages -----------------------------------------------------------------------------------------


@pytest.mark.timeout(1_800)
@pytest.mark.reliability
def test_a_forged_page_is_rejected_or_harmless(stored_backup: Path, tmp_path: Path) -> None:
    path = tmp_path / "forged.zccbackup"
    original = read_backup(stored_backup, PASSPHRASE)
    pages = ForgedPages(stored_backup.read_bytes())

    @settings(max_examples=FORGED_PAGES, deadline=None)
    @given(st.data())
    def read_one(data: st.DataObject) -> None:
        number = data.draw(st.integers(1, pages.count))
        page = bytearray(pages.page(number))
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.one_of(st.integers(0, 140), st.integers(0, USABLE_BYTES - 1)))
            written = data.draw(st.binary(min_size=1, max_size=8))[: USABLE_BYTES - at]
            page[at : at + len(written)] = written
        path.write_bytes(pages.with_page(number, bytes(page)))
        try:
            found = read_backup(path, PASSPHRASE)
        except (BackupDamagedError, BackupTooNewError, NotABackupError):
            return
        assert found.content == original.content

    read_one()


def test_a_page_that_refers_to_itself_is_rejected(backup: Path) -> None:
    pages = ForgedPages(backup.read_bytes())
    inner = next(number for number in range(2, pages.count + 1) if pages.page(number)[0] == 0x05)
    page = bytearray(pages.page(inner))
    page[8:12] = inner.to_bytes(4)
    backup.write_bytes(pages.with_page(inner, bytes(page)))
    assert_rejected(backup, BackupDamagedError)
