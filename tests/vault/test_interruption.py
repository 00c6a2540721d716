"""Interrupting statements that are no longer wanted."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.vault.interruption import interrupt_when, interruptible, was_interrupted

ENDLESS = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) SELECT count(*) FROM numbers"


@pytest.fixture
def db() -> Iterator[sqlcipher.Connection]:
    with closing(sqlcipher.connect(":memory:")) as connection:
        yield connection


def test_an_unwanted_statement_is_interrupted(db: sqlcipher.Connection) -> None:
    interrupt_when(db, lambda: True)
    with pytest.raises(sqlcipher.OperationalError) as raised:
        db.execute(ENDLESS).fetchone()
    assert was_interrupted(raised.value)


def test_other_errors_are_not_interruptions(db: sqlcipher.Connection) -> None:
    with pytest.raises(sqlcipher.OperationalError) as raised, interruptible(db, lambda: False):
        db.execute("SELECT * FROM missing")
    assert not was_interrupted(raised.value)


def test_statements_are_interruptible_only_in_the_block(db: sqlcipher.Connection) -> None:
    with pytest.raises(InterruptedError), interruptible(db, lambda: True):
        db.execute(ENDLESS).fetchone()
    assert db.execute(f"{ENDLESS.replace('FROM numbers)', 'FROM numbers LIMIT 100000)')}").fetchone() == (100_000,)
