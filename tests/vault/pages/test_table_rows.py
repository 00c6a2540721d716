"""Rows on pages of tables are decoded as SQLite wrote them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from zcc_keys_gui.vault.pages.table_rows import Row, child_pages, decode_rows

PAGE_BYTES = 4096


def pages_of(path: Path, *statements: str) -> dict[int, bytes]:
    """Make an unencrypted database, whose pages have the same layout as decrypted ones; return them by number."""
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        for statement in statements:
            db.execute(statement)
        db.commit()
    content = path.read_bytes()
    return {number + 1: content[number * PAGE_BYTES :][:PAGE_BYTES] for number in range(len(content) // PAGE_BYTES)}


@pytest.mark.parametrize(
    "value",
    [None, 0, 1, -1, 127, -128, 40_000, 8_000_000, -(2**31), 2**40, 2**62, "", "text", "ünïcödé", b"", b"\x00\xff"],
)
def test_values_of_every_type_are_decoded(tmp_path: Path, value: object) -> None:
    path = tmp_path / "values.db"
    pages_of(path, "CREATE TABLE t (id INTEGER PRIMARY KEY, value)")
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO t VALUES (?, ?)", (7, value))
        db.commit()
    assert list(decode_rows(2, path.read_bytes()[PAGE_BYTES : 2 * PAGE_BYTES])) == [(7, (None, value))]


def test_the_schema_is_on_the_first_page(tmp_path: Path) -> None:
    pages = pages_of(tmp_path / "schema.db", "CREATE TABLE t (a)", "CREATE TABLE u (b)")
    schema = [row[:4] for _, row in decode_rows(1, pages[1])]
    assert schema == [("table", "t", "t", 2), ("table", "u", "u", 3)]


def test_rows_that_continue_on_other_pages_are_left_out(tmp_path: Path) -> None:
    statements = ["CREATE TABLE t (a)", "INSERT INTO t VALUES ('short')", f"INSERT INTO t VALUES ('{'x' * 5_000}')"]
    assert list(decode_rows(2, pages_of(tmp_path / "long.db", *statements)[2])) == [(1, ("short",))]


def test_all_rows_of_a_tree_are_on_its_leaf_pages(tmp_path: Path) -> None:
    rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
    pages = pages_of(tmp_path / "tree.db", "CREATE TABLE t (a)", f"INSERT INTO t {rows} SELECT 'row ' || i FROM n")
    found: dict[int, Row] = {}
    to_read = [2]
    while to_read:
        number = to_read.pop()
        found |= dict(decode_rows(number, pages[number]))
        to_read += child_pages(number, pages[number])
    assert found == {number: (f"row {number}",) for number in range(1, 2_001)}
    assert child_pages(2, pages[2]) != []


def test_a_page_of_an_index_has_neither_rows_nor_children(tmp_path: Path) -> None:
    pages = pages_of(tmp_path / "index.db", "CREATE TABLE t (a)", "CREATE INDEX i ON t (a)", "INSERT INTO t VALUES (1)")
    assert (list(decode_rows(3, pages[3])), child_pages(3, pages[3])) == ([], [])
