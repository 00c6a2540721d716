"""Backing up and restoring: the rows in the history, and the quarantine of a replaced vault."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.service.conftest import NOW, WHO
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.domain.history import Action, HistoryEntry, HistoryQuery
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan
from zcc_keys_gui.service.backups import Backups, OpenBackup
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.store import VaultStore

FIELDS = KeyFields("Changed", Status.ENABLED, Role.READ, 3_600)
PASSPHRASE = "four random words fit"
SOURCE = "the backup of 2026-11-12 09:12 UTC"
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path, store: VaultStore, keys: Keys) -> Path:
    """A backup of a vault. Since then, one key was changed, one deleted and one added."""
    path = tmp_path / "a.zccbackup"
    changed, deleted = (keys.add(replace(FIELDS, name=name)).key.client_id for name in ("Changed", "Deleted"))
    assert Backups(store.backups, lambda: WHO, lambda: NOW).back_up(path, PASSPHRASE) == 2
    keys.edit(changed, replace(FIELDS, role=Role.WRITE))
    keys.delete([deleted])
    keys.add(replace(FIELDS, name="New"))
    return path


@pytest.fixture
def backups(store: VaultStore) -> Backups:
    return Backups(store.backups, lambda: WHO, lambda: TOMORROW)


@contextmanager
def opened(backups: Backups, path: Path) -> Iterator[OpenBackup]:
    with closing(backups.read(path, PASSPHRASE)) as backup:
        yield backup


def newest(store: VaultStore, number: int) -> list[HistoryEntry]:
    """Return the newest history rows, the oldest first."""
    return store.history.page(HistoryQuery(), 0, number)[::-1]


def test_the_history_says_how_many_keys_were_backed_up(store: VaultStore, keys: Keys, tmp_path: Path) -> None:
    backups = Backups(store.backups, lambda: WHO, lambda: NOW)
    assert backups.last_backup() is None
    for name in ("A", "B"):
        keys.add(replace(FIELDS, name=name))
    backups.back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    assert backups.last_backup() == NOW
    assert newest(store, 1) == [HistoryEntry(NOW, WHO, Action.BACKED_UP, "", "", "2 keys")]


def test_the_history_describes_replacing_the_keys(store: VaultStore, backups: Backups, path: Path) -> None:
    with opened(backups, path) as backup:
        assert backup.about.vault_id == backups.vault_id()
        options = RestoreOptions(replace=True, deleted=True)
        plan, quarantine = backups.restore(backup, options)
        assert (plan.added, plan.changed, plan.deleted) == (1, 1, 1)
        assert quarantine is not None
        assert quarantine.is_dir()
        rows = newest(store, 4)
        assert {(row.when, row.account) for row in rows} == {(TOMORROW, WHO)}
        assert [(row.action, row.name, row.details) for row in rows] == [
            (Action.RESTORED, "Deleted", f"Added from {SOURCE}"),
            (Action.RESTORED, "Changed", f"Changed from {SOURCE}"),
            (Action.DELETED, "New", f"Not in {SOURCE}"),
            (Action.RESTORED, "", f"Replaced from {SOURCE}: 1 added, 1 changed, 1 deleted"),
        ]
        again, quarantine = backups.restore(backup, options)
        assert not again.changes_anything
        assert quarantine is None  # restoring would change nothing


def test_merging_is_in_the_history_and_quarantines_nothing(store: VaultStore, backups: Backups, path: Path) -> None:
    with opened(backups, path) as backup:
        options = RestoreOptions(deleted=True)
        planned = backups.plan(backup, options)
        plan, quarantine = backups.restore(backup, options)
        assert plan == planned == RestorePlan(added=1, history=planned.history)
        assert quarantine is None
        assert newest(store, 1)[0].details == f"Merged from {SOURCE}: 1 added, 0 changed, 0 deleted"


def test_the_times_are_utc(store: VaultStore, tmp_path: Path) -> None:
    Backups(store.backups, lambda: WHO).back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    (row,) = newest(store, 1)
    made = Backups(store.backups, lambda: WHO).last_backup()
    assert made is not None
    assert made <= row.when <= datetime.now(UTC)
    assert datetime.now(UTC) - made < timedelta(hours=1)
