"""Checks of an open vault find all damage, and change nothing."""

import os
import threading

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.recovery.conftest import NOON
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, opened_vault
from zcc_keys_gui.domain.damage import Findings, Part
from zcc_keys_gui.domain.errors import VaultReadOnlyError, VaultUnreachableError
from zcc_keys_gui.vault import connections
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, DatabaseKey, connect
from zcc_keys_gui.vault.recovery.checks import VaultChecks
from zcc_keys_gui.vault.store import VaultStore

_REORDER = "UPDATE sqlite_schema SET sql = replace(sql, 'role, status', 'status, role')"


def check_fully(store: VaultStore) -> Findings:
    return store.checks.full(lambda *_: None)


def change_database(sample: SampleVault, *statements: str) -> None:
    """Run SQL statements that no version of the program would run."""
    db = connect(sample.folder.database, sample.key)
    for statement in statements:
        db.execute(statement)
    db.close()


def test_a_healthy_vault_with_changes_in_its_log(store: VaultStore) -> None:
    add_sample_keys(store, "Key", 20)
    for findings in (store.checks.quick(), check_fully(store), store.checks.quick()):
        assert findings.is_healthy
        assert (findings.keys, findings.history, findings.excess) == (18, 29, 0)
        assert findings.pages > 10


def test_a_check_changes_nothing(sample: SampleVault) -> None:
    before = sample.folder.database.read_bytes()
    with opened_vault(sample.folder) as store:
        store.checks.quick()
        check_fully(store)
    assert sample.folder.database.read_bytes() == before


def test_each_page_that_is_damaged_after_opening_is_found(sample: SampleVault) -> None:
    for page in range(sample.folder.database.stat().st_size // PAGE_BYTES):
        with opened_vault(sample.folder) as store:
            flip_byte(sample.folder.database, page * PAGE_BYTES + 1_000)
            findings = check_fully(store)
            flip_byte(sample.folder.database, page * PAGE_BYTES + 1_000)
            assert not findings.is_healthy, page
            assert findings.readable is not None
            assert findings.readable.bad_pages == 1


@pytest.mark.parametrize(
    ("statements", "part"),
    [
        (["UPDATE vault SET keys = keys + 1"], Part.KEYS),
        (["DELETE FROM api_key_text_data WHERE id > 10"], Part.INDEXES),
        (
            ["PRAGMA writable_schema = ON", f"{_REORDER} WHERE name = 'api_key_by_role'"],
            Part.INDEXES,
        ),
    ],
)
def test_contradictions_are_found_on_healthy_pages(sample: SampleVault, statements: list[str], part: Part) -> None:
    change_database(sample, *statements)
    with opened_vault(sample.folder) as store:
        findings = check_fully(store)
        assert findings.parts == {part}
        assert not findings.is_healthy
        assert findings.readable is None


def test_a_full_check_includes_the_automatic_backups(sample: SampleVault) -> None:
    with opened_vault(sample.folder) as store:
        for day in (12, 13, 14):
            store.automatic_backups.make(NOON.replace(day=day))
        flip_byte(sample.folder.automatic_backups / "2026-11-12T120033Z" / "vault.db", 5 * PAGE_BYTES + 100)
        (sample.folder.automatic_backups / "2026-11-13T120033Z" / "vault.json").write_bytes(b"{}")
        steps: list[tuple[int, int]] = []
        findings = store.checks.full(lambda done, of: steps.append((done, of)))
        checked = [(backup.made.day, backup.is_healthy) for backup in findings.automatic_backups]
        assert checked == [(14, True), (13, False), (12, False)]
        assert findings.is_healthy  # this is about the vault itself
        assert steps == [(done, steps[-1][1]) for done in range(len(steps))]
        assert steps[-1][0] == steps[-1][1]


def test_a_check_can_be_canceled_and_repeated(sample: SampleVault) -> None:
    with opened_vault(sample.folder) as store:
        with pytest.raises(InterruptedError):
            store.checks.full(lambda *_: store.checks.cancel())
        assert store.checks.quick().is_healthy


def test_a_check_that_has_just_ended_can_be_canceled(store: VaultStore) -> None:
    with store.connections.reading() as db:
        store.checks._db = db
    store.checks.cancel()  # the connection is closed, as after the vault was locked
    assert store.checks.quick().is_healthy


def test_a_running_query_is_interrupted(store: VaultStore) -> None:
    is_started = threading.Event()
    ended: list[type[BaseException]] = []
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def query() -> None:
        is_started.set()
        try:
            store.checks._query(endless, lambda: True)
        except InterruptedError as error:
            ended.append(type(error))

    thread = threading.Thread(target=query)
    thread.start()
    is_started.wait()
    while thread.is_alive():
        store.checks.cancel()
        thread.join(0.01)
    assert ended == [InterruptedError]


def test_an_error_of_the_system_is_not_damage(sample: SampleVault, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    with opened_vault(sample.folder) as store:
        with monkeypatch.context() as patched:
            patched.setattr(connections, "connect", fail)
            with pytest.raises(VaultUnreachableError):
                store.checks.quick()
        with pytest.raises(sqlcipher.OperationalError):
            store.checks._query_number("SELECT nothing FROM nowhere", lambda: True)


def test_a_read_only_vault_is_checked(sample: SampleVault) -> None:
    def fail_to_checkpoint() -> bool:
        raise VaultReadOnlyError(sample.folder.database)

    def check() -> Findings:
        opened = connections.VaultConnections(sample.folder.database, DatabaseKey(sample.key))
        return VaultChecks(sample.folder, opened, fail_to_checkpoint).full(lambda *_: None)

    assert check().is_healthy
    flip_byte(sample.folder.database, 30 * PAGE_BYTES + 1_000)
    assert not check().is_healthy


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot move a folder with an open file")
def test_a_vault_that_was_moved_cannot_be_checked(sample: SampleVault) -> None:
    with opened_vault(sample.folder) as store:
        moved = sample.folder.path.rename(sample.folder.path.with_name("moved"))
        with pytest.raises(VaultUnreachableError):
            store.checks.quick()
        moved.rename(sample.folder.path)
