"""Closing the vault while other threads use it: they are interrupted, and their changes are rolled back."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from pathlib import Path

import pytest

from tests.reliability.operations import WEAK_PARAMETERS
from tests.support.recovery_keys import add_recovery_key
from tests.vault.conftest import PASSPHRASE, a_key, insert
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultClosedError, ZccKeysError
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.service.csv_export import export_history
from zcc_keys_gui.vault.backups import vault_copy
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, rekeying
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
MAX_SECONDS_TO_CLOSE = 1.0  # on a busy computer; the work that is interrupted would take longer
ENDLESS = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@contextmanager
def in_another_thread(work: Callable[[], object]) -> Iterator["Future[object]"]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work)


def seconds_to_close(store: VaultStore) -> float:
    began = time.monotonic()
    store.close()
    return time.monotonic() - began


def begin_endless(store: VaultStore, started: threading.Event) -> None:
    with store.change() as change:
        change.insert(a_key("Half"), b"v" * 32)
        started.set()
        change.db.execute(ENDLESS)


def begin_many(store: VaultStore, started: threading.Event) -> None:
    with store.change() as change:
        for number in count():
            change.insert(a_key(f"Half{number}"), b"v" * 32)
            started.set()


@pytest.mark.parametrize("begin", [begin_endless, begin_many])
def test_a_running_change_is_rolled_back(
    store: VaultStore, opener: VaultOpener, begin: Callable[[VaultStore, threading.Event], None]
) -> None:
    insert(store, a_key("Before"))
    started = threading.Event()
    with in_another_thread(lambda: begin(store, started)) as changing:
        assert started.wait(30)
        assert seconds_to_close(store) < MAX_SECONDS_TO_CLOSE
        with pytest.raises(VaultClosedError):
            changing.result(30)
    with closing(opener.open_for_this_account()) as again:
        assert [key.name for key in again.keys.page(KeyQuery(), 0, 10)] == ["Before"]
        assert_healthy(again)


def test_after_closing_every_method_raises_an_error(store: VaultStore, tmp_path: Path) -> None:
    insert(store, a_key("Before"))
    backups, checks, copies = Backups(store.backups, lambda: "me"), store.checks, store.automatic_backups
    sign_ins, backup = store.sign_ins, tmp_path / "before.zccbackup"
    backups.back_up(backup, PASSPHRASE)
    store.close()
    store.close()
    uses: list[Callable[[], object]] = [
        lambda: insert(store, a_key("Later")),
        lambda: store.keys.page(KeyQuery(), 0, 10),
        lambda: store.keys.ids(KeyQuery("e")),
        lambda: list(store.history.rows(HistoryQuery())),
        lambda: store.key("an id"),
        sign_ins.access,
        lambda: sign_ins.record([]),
        checks.quick,
        lambda: checks.full(lambda *_: None),
        lambda: copies.make(NOON),
        lambda: backups.back_up(tmp_path / "a.zccbackup", PASSPHRASE),
        lambda: backups.read(backup, PASSPHRASE),
        lambda: store.protectors.set_passphrase(PASSPHRASE),
        lambda: add_recovery_key(store.protectors),
        lambda: store.protectors.prepare_reencryption(None)(new_recovery_key()),
    ]
    before = {path: path.read_bytes() for path in store._folder.path.rglob("*") if path.is_file()}
    for use in uses:
        with pytest.raises(VaultClosedError):
            use()
    assert {path: path.read_bytes() for path in store._folder.path.rglob("*") if path.is_file()} == before
    assert list(tmp_path.glob("*.zccbackup*")) == [backup]


def fill_history(store: VaultStore, rows: int = 20_000) -> None:
    entry = HistoryEntry(NOON, "me", Action.EDITED, "id", "ProdSync", "x" * 60)
    with store.change() as change:
        for _ in range(rows):
            change.record(entry)


def plan_restores(store: VaultStore, path: Path) -> None:
    backups = Backups(store.backups, lambda: "me")
    backups.back_up(path / "b.zccbackup", PASSPHRASE)
    with closing(backups.read(path / "b.zccbackup", PASSPHRASE)) as backup:
        for _ in range(100):
            backups.plan(backup, RestoreOptions())


BUSY: dict[str, Callable[[VaultStore, Path], object]] = {
    "a check": lambda store, _: [store.checks.full(lambda *_: None) for _ in range(100)],
    "a quick check": lambda store, _: [store.checks.quick() for _ in range(100)],
    "a search": lambda store, _: [store.history.ids(HistoryQuery("ro")) for _ in range(100)],
    "an export": lambda store, _: [export_history(store.history, HistoryQuery(), StringIO()) for _ in range(99)],
    "a backup": lambda store, path: [
        Backups(store.backups, lambda: "me").back_up(path / "a.zccbackup", PASSPHRASE) for _ in range(100)
    ],
    "planning restores": plan_restores,
    "an automatic backup": lambda store, _: [store.automatic_backups.make(NOON) for _ in range(100)],
    "re-encrypting": lambda store, _: [
        store.protectors.prepare_reencryption(None)(new_recovery_key()) for _ in range(100)
    ],
}


@pytest.mark.parametrize("work", BUSY)
def test_closing_does_not_wait_for_long_work(store: VaultStore, opener: VaultOpener, tmp_path: Path, work: str) -> None:
    fill_history(store)
    with in_another_thread(lambda: BUSY[work](store, tmp_path)) as working:
        while not store.connections._is_used() and not store.is_busy():
            time.sleep(0)
        assert seconds_to_close(store) < MAX_SECONDS_TO_CLOSE
        with pytest.raises(VaultClosedError):
            working.result(60)
    assert store.connections.wait_until_unused(30)
    assert not list(tmp_path.glob("*.part"))
    with closing(opener.open_for_this_account()) as again:
        assert again.history.count(HistoryQuery()) >= 20_000
        assert_healthy(again)


def test_opening_again_waits_for_the_end_of_all_work(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    first = opener.open_for_this_account()
    may_continue, is_backing_up, order = threading.Event(), threading.Event(), list[str]()
    verify = vault_copy.verify_database

    def wait_and_verify(*arguments: object) -> None:
        is_backing_up.set()
        assert may_continue.wait(30)
        verify(*arguments)  # type: ignore[arg-type]
        order.append("the backup has ended")

    def open_again() -> VaultStore:
        again = opener.open_for_this_account()
        order.append("the vault is open")
        return again

    monkeypatch.setattr(vault_copy, "verify_database", wait_and_verify)
    with in_another_thread(lambda: first.automatic_backups.make(NOON)) as backing_up, ThreadPoolExecutor(1) as pool:
        assert is_backing_up.wait(30)
        first.close()
        opening = pool.submit(open_again)
        may_continue.set()
        opening.result(30).close()
        with pytest.raises(VaultClosedError):
            backing_up.result(30)
    assert order == ["the backup has ended", "the vault is open"]
    assert not list(first._folder.automatic_backups.glob("*Z"))


def test_re_encrypting_is_finished_at_the_start_after_closing(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK_PARAMETERS)
    insert(store, a_key("Before"))
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    store = opener.open_for_this_account()
    may_continue, is_rekeying, rekey = threading.Event(), threading.Event(), rekeying.rekey

    def rekey_and_wait(*arguments: object) -> None:
        rekey(*arguments)  # type: ignore[arg-type]
        is_rekeying.set()
        assert may_continue.wait(30)

    monkeypatch.setattr(rekeying, "rekey", rekey_and_wait)
    key = new_recovery_key()
    with in_another_thread(lambda: store.protectors.prepare_reencryption(PASSPHRASE)(key)) as working:
        assert is_rekeying.wait(30)
        assert seconds_to_close(store) < MAX_SECONDS_TO_CLOSE
        may_continue.set()
        with pytest.raises(VaultClosedError):
            working.result(30)
    with pytest.raises(ZccKeysError):
        store._key.material()
    with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
        assert again.protectors.interrupted_reencryption_was_done
        assert again.protectors.unfinished_reencryption is None
        assert_healthy(again)
    with closing(opener.open_with_recovery_key(key)) as again:
        assert [each.name for each in again.keys.page(KeyQuery(), 0, 10)] == ["Before"]


def test_lists_can_be_read_while_the_vault_is_re_encrypted(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_history(store, 5_000)
    rekey, read = rekeying.rekey, list[int]()

    def rekey_while_reading(*arguments: object) -> None:
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(rekey, *arguments)  # type: ignore[arg-type]
            while not done.done():
                read.append(store.history.page(HistoryQuery(), len(read) % 5_000, 256).__len__())
            done.result()
        read.append(len(store.history.page(HistoryQuery(), 0, 256)))  # the connection still has the old key

    monkeypatch.setattr(rekeying, "rekey", rekey_while_reading)
    for _ in range(3):
        store.protectors.prepare_reencryption(None)(new_recovery_key())
        assert store.protectors.unfinished_reencryption is None
        assert store.history.count(HistoryQuery()) == 5_000
    assert min(read) > 0
    insert(store, a_key("Later"))
    assert_healthy(store)


def test_re_encrypting_finishes_while_windows_read(store: VaultStore) -> None:
    fill_history(store, 5_000)
    is_over, failures = threading.Event(), list[BaseException]()

    def scroll(search: str) -> None:
        try:
            while not is_over.is_set():
                store.history.page(HistoryQuery(), 100, 256)
                store.history.ids(HistoryQuery(search))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=scroll, args=(text,)) for text in ("", "ro")]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            store.protectors.prepare_reencryption(None)(new_recovery_key())
            assert store.protectors.unfinished_reencryption is None
            assert store.protectors.nonfatal_errors == []
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert_healthy(store)
