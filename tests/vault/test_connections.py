"""The connections to an open vault: reading, writing, re-encrypting, and closing while others work."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import VaultClosedError
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.connections import Reader, VaultConnections
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, DatabaseKey, connect

ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[VaultConnections]:
    path, key = tmp_path / "vault.db", os.urandom(KEY_BYTES)
    path.touch()
    with closing(connect(path, key)) as db:
        schema.create(db, "a vault", 1)
    connections = VaultConnections(path, DatabaseKey(key))
    yield connections
    connections.stop()


def test_a_stopped_connection_rejects_statements(connections: VaultConnections) -> None:
    with closing(connections.connect()) as db:
        db.execute("BEGIN")
        db.stop()
        with pytest.raises(InterruptedError):
            db.execute("SELECT 1")
        with pytest.raises(InterruptedError):
            db.executemany("UPDATE vault SET generation = ?", [(2,)])
        db.roll_back()
        assert not db.in_transaction
    db.interrupt()  # does nothing after closing


def test_a_reader_can_stay_at_an_older_state(connections: VaultConnections) -> None:
    reader = Reader(connections.connect())

    def generation() -> int:
        with reader.connection() as db:
            return int(db.execute("SELECT generation FROM vault").fetchone()[0])

    reader.hold_snapshot()
    with closing(connections.connect()) as db:
        db.execute("UPDATE vault SET generation = 2")
    assert generation() == 1
    reader.release_snapshot()
    assert generation() == 2
    reader.replace(connections.connect())
    assert generation() == 2
    for _ in range(2):
        reader.close()
    with pytest.raises(VaultClosedError):
        generation()


def test_after_closing_no_work_can_begin(connections: VaultConnections) -> None:
    with closing(connections.connect()) as db:
        assert connections.stop()
        assert connections.is_closed()
        for block in (
            connections.reading(),
            connections.working(),
            connections.rekeying(),
            connections.changing(lambda: db),
        ):
            with pytest.raises(VaultClosedError), block:
                pass


@pytest.mark.parametrize("kind", ["reading", "changing"])
def test_closing_interrupts_statements(connections: VaultConnections, kind: str) -> None:
    started = threading.Event()

    def work() -> None:
        with closing(connections.connect()) as own:
            block = connections.reading() if kind == "reading" else connections.changing(lambda: own)
            with block as db:
                started.set()
                db.execute(ENDLESS).fetchone()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert started.wait(30)
        assert connections.stop()
        with pytest.raises(VaultClosedError):
            working.result(30)
    assert connections.wait_until_unused(30)


def test_closing_does_not_wait_for_other_work(connections: VaultConnections) -> None:
    with connections.working():
        assert connections.stop()
        assert not connections.wait_until_unused(0.01)
    assert connections.wait_until_unused(0)


def test_rekeying_waits_for_other_work(connections: VaultConnections) -> None:
    order: list[str] = []

    def rekey() -> None:
        with connections.rekeying():
            assert connections.is_busy()
            order.append("rekeying")

    with ThreadPoolExecutor(1) as pool:
        with connections.working():
            rekeying = pool.submit(rekey)
            order.append("working")
        rekeying.result(30)
    assert order == ["working", "rekeying"]
    assert not connections.is_busy()
