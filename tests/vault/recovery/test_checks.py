"""Looking for damage of an open vault: nothing is said to be sound that is not."""

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.damaged import Saved, fill, opened, save
from tests.vault.reliability.test_mutants import flip
from zcc_keys_gui.domain.damage import Findings, Part
from zcc_keys_gui.domain.errors import VaultReadOnlyError, VaultUnreachableError
from zcc_keys_gui.vault import connections
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.keys.cipher import DatabaseKey, connect
from zcc_keys_gui.vault.recovery import checks as module
from zcc_keys_gui.vault.store import VaultStore

_REORDER = "UPDATE sqlite_schema SET sql = replace(sql, 'role, status', 'status, role')"
NOON = datetime(2026, 11, 12, 12, 0, 33, tzinfo=UTC)


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return save(tmp_path / "saved")


def in_full(store: VaultStore) -> Findings:
    return store.checks.full(lambda *_: None)


def change(saved: Saved, *statements: str) -> None:
    """Change the database as no version of the program would have done."""
    db = connect(saved.folder.database, saved.key)
    for statement in statements:
        db.execute(statement)
    db.close()


def test_a_sound_vault_is_sound_with_changes_in_its_log_too(store: VaultStore) -> None:
    fill(store, "Key", 20)
    for findings in (store.checks.quick(), in_full(store), store.checks.quick()):
        assert findings.is_healthy
        assert (findings.keys, findings.history, findings.excess) == (18, 29, 0)
        assert findings.pages > 10


def test_a_check_changes_nothing(saved: Saved) -> None:
    before = saved.folder.database.read_bytes()
    with opened(saved.folder) as store:
        store.checks.quick()
        in_full(store)
    assert saved.folder.database.read_bytes() == before


def test_each_page_that_is_damaged_while_the_vault_is_open_is_found(saved: Saved) -> None:
    for page in range(saved.folder.database.stat().st_size // PAGE):
        with opened(saved.folder) as store:
            flip(saved.folder.database, page * PAGE + 1_000)
            findings = in_full(store)
            flip(saved.folder.database, page * PAGE + 1_000)
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
def test_what_does_not_fit_together_is_found_though_every_page_is_sound(
    saved: Saved, statements: list[str], part: Part
) -> None:
    change(saved, *statements)
    with opened(saved.folder) as store:
        findings = in_full(store)
        assert findings.parts == {part}
        assert not findings.is_healthy
        assert findings.readable is None


def test_copies_are_checked_too(saved: Saved) -> None:
    with opened(saved.folder) as store:
        for day in (12, 13, 14):
            store.automatic_backups.make(NOON.replace(day=day))
        flip(saved.folder.automatic_backups / "2026-11-12T120033Z" / "vault.db", 5 * PAGE + 100)
        (saved.folder.automatic_backups / "2026-11-13T120033Z" / "vault.json").write_bytes(b"{}")
        steps: list[tuple[int, int]] = []
        findings = store.checks.full(lambda done, of: steps.append((done, of)))
        assert [(copy.made.day, copy.is_healthy) for copy in findings.automatic_backups] == [
            (14, True),
            (13, False),
            (12, False),
        ]
        assert findings.is_healthy  # the vault itself is
        assert steps == [(done, steps[-1][1]) for done in range(len(steps))]
        assert steps[-1][0] == steps[-1][1]


def test_a_check_can_be_cancelled_and_made_again(saved: Saved) -> None:
    with opened(saved.folder) as store:
        with pytest.raises(InterruptedError):
            store.checks.full(lambda *_: store.checks.cancel())
        assert store.checks.quick().is_healthy


def test_a_check_that_ends_by_itself_at_that_moment_can_be_cancelled(store: VaultStore) -> None:
    with store.connections.reading() as db:
        store.checks._db = db
    store.checks.cancel()  # its connection was closed meanwhile, as the vault is when it is locked
    assert store.checks.quick().is_healthy


def test_a_question_under_way_is_interrupted(store: VaultStore) -> None:
    asked = threading.Event()
    ended: list[type[BaseException]] = []
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def ask() -> None:
        asked.set()
        try:
            store.checks._rows(endless, lambda: True)
        except InterruptedError as error:
            ended.append(type(error))

    thread = threading.Thread(target=ask)
    thread.start()
    asked.wait()
    while thread.is_alive():
        store.checks.cancel()
        thread.join(0.01)
    assert ended == [InterruptedError]


def test_a_fault_is_not_taken_for_damage(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "no")

    with opened(saved.folder) as store:
        with monkeypatch.context() as patched:
            patched.setattr(connections, "connect", fail)
            with pytest.raises(VaultUnreachableError):
                store.checks.quick()
        with pytest.raises(sqlcipher.OperationalError):
            store.checks._number("SELECT nothing FROM nowhere", lambda: True)


def test_a_vault_that_cannot_be_written_is_checked_all_the_same(saved: Saved) -> None:
    def refuse() -> bool:
        raise VaultReadOnlyError(saved.folder.database)

    def check() -> Findings:
        opened = connections.VaultConnections(saved.folder.database, DatabaseKey(saved.key))
        return module.VaultChecks(saved.folder, opened, refuse).full(lambda *_: None)

    assert check().is_healthy
    flip(saved.folder.database, 30 * PAGE + 1_000)
    assert not check().is_healthy


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_a_vault_that_is_gone_is_a_fault(saved: Saved) -> None:
    with opened(saved.folder) as store:
        moved = saved.folder.path.rename(saved.folder.path.with_name("moved"))
        with pytest.raises(VaultUnreachableError):
            store.checks.quick()
        moved.rename(saved.folder.path)
