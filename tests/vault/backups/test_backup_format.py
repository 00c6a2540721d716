"""The format of backups: the digest of the rows, and the check of the schema."""

import hashlib
import json
import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.vault.backups import backup_format
from zcc_keys_gui.vault.backups.backup_format import FORMAT, TABLES, Digest, SchemaRow, is_exact_schema


def schema_of(statements: str) -> list[SchemaRow]:
    """Return the schema of a database that these statements make."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(statements)
        return db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()


@given(st.lists(st.one_of(st.text(), st.integers(), st.none())))
def test_the_digest_is_of_lines_of_json(row: list[object]) -> None:
    digest = Digest()
    digest.add_history(row)
    assert digest.summary().digest == hashlib.sha256(json.dumps(row).encode() + b"\n").hexdigest()


def test_verifiers_are_hexadecimal_in_the_digest() -> None:
    digest = Digest()
    digest.add_key(["id", b"\xff\x00"])
    assert digest.summary().digest == hashlib.sha256(b'["id", "ff00"]\n').hexdigest()
    assert (digest.summary().keys, digest.summary().history) == (1, 0)


@pytest.mark.parametrize("number", TABLES)
def test_the_tables_of_each_format_are_accepted(number: int) -> None:
    rows = schema_of(TABLES[number])
    assert is_exact_schema(number, rows)
    assert not any(is_exact_schema(other, rows) for other in TABLES if other != number)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE more (a);",
        "CREATE VIEW more AS SELECT 1;",
        "DROP TABLE about;",
        "CREATE TRIGGER more AFTER INSERT ON history BEGIN SELECT 1; END;",
    ],
)
def test_any_other_schema_is_rejected(statement: str) -> None:
    assert not is_exact_schema(FORMAT, schema_of(TABLES[FORMAT] + statement))


def test_the_tables_are_created_in_the_attached_database() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("ATTACH ':memory:' AS backup")
        for statement in backup_format.create_statements("backup"):
            db.execute(statement)
        assert is_exact_schema(
            FORMAT, db.execute("SELECT type, name, tbl_name, sql FROM backup.sqlite_schema").fetchall()
        )
        assert db.execute("SELECT count(*) FROM main.sqlite_schema").fetchone() == (0,)
