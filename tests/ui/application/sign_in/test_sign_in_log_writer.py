"""Writing rows into the sign-in log in the background."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.support.gui import wait_until
from tests.vault.conftest import a_sign_in
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.domain.sign_in import SignIn, SignInQuery
from zcc_keys_gui.ui.application.sign_in.sign_in_log_writer import SignInLogWriter
from zcc_keys_gui.vault.sign_in.sign_ins import SqlSignIns
from zcc_keys_gui.vault.store import VaultStore

ROWS = [a_sign_in(client=name, seconds=second) for second, name in enumerate("abc")]


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


@pytest.fixture
def writer(owner: QObject, store: VaultStore) -> SignInLogWriter:
    return SignInLogWriter(lambda: store.sign_ins, owner)


def clients(store: VaultStore) -> list[str]:
    """Return the client programs of all rows, the oldest first."""
    return [row.client for row in store.sign_ins.rows(SignInQuery())][::-1]


def test_rows_are_written_in_the_background(writer: SignInLogWriter, store: VaultStore) -> None:
    recorded: list[None] = []
    writer.recorded.connect(lambda: recorded.append(None))
    writer.add(ROWS)
    wait_until(lambda: bool(recorded))
    assert clients(store) == ["a", "b", "c"]


def test_finish_writes_what_is_still_waiting(writer: SignInLogWriter, store: VaultStore) -> None:
    for row in ROWS:
        writer.add([row])
    writer.finish()
    assert clients(store) == ["a", "b", "c"]


def test_rows_that_could_not_be_written_are_retried(
    writer: SignInLogWriter, store: VaultStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: SqlSignIns, rows: Sequence[SignIn]) -> None:
        raise DiskFullError(Path("vault.db"))

    signals: list[str] = []
    writer.fell_behind.connect(lambda: signals.append("fell behind"))
    writer.caught_up.connect(lambda: signals.append("caught up"))
    with monkeypatch.context() as patch:
        patch.setattr(SqlSignIns, "record", fail)
        writer.add(ROWS[:2])
        wait_until(lambda: bool(signals))
        writer.add(ROWS[2:])
    wait_until(lambda: len(signals) == 2)
    assert signals == ["fell behind", "caught up"]
    assert clients(store) == ["a", "b", "c"]


@pytest.mark.parametrize("may_write", [True, False])
def test_a_successor_writes_what_was_left(
    writer: SignInLogWriter, owner: QObject, store: VaultStore, may_write: bool
) -> None:
    writer._queue(ROWS[:1])
    writer.leave_locked_vault(may_write=may_write)
    assert clients(store) == (["a"] if may_write else [])
    writer.add(ROWS[1:2])
    successor = SignInLogWriter(lambda: store.sign_ins, owner)
    successor.take_over(writer)
    writer.add(ROWS[2:])
    successor.finish()
    assert clients(store) == ["a", "b", "c"]
