"""The checked copy of a backup is complete, encrypted, and removed in the end."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.vault.backups.forged_backup import change_backup
from tests.vault.backups.sample_backup import NOW, PASSPHRASE
from zcc_keys_gui.domain.errors import BackupDamagedError
from zcc_keys_gui.vault import interruption
from zcc_keys_gui.vault.backups.staged_backup import stage
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.interruption import interruptible
from zcc_keys_gui.vault.store import VaultStore


def staged_files(folder: VaultFolder) -> list[Path]:
    return list(folder.path.glob(f"{folder.staged_backup_prefix}*"))


def test_a_staged_backup_has_all_rows(store: VaultStore, folder: VaultFolder, backup: Path) -> None:
    progress: list[tuple[int, int]] = []
    staged = stage(folder, backup, PASSPHRASE, progress=lambda done, of: progress.append((done, of)))
    assert (staged.about.made, staged.about.keys) == (NOW, 37)
    rows = staged.about.keys + staged.about.history
    assert progress[-1] == (rows, rows)
    with store.connections.reading() as db, staged.attached_to(db):
        for table, number in (("api_key", staged.about.keys), ("history", staged.about.history)):
            assert db.execute(f"SELECT count(*) FROM backup.{table}").fetchone() == (number,)
    staged.close()


def test_a_staged_backup_is_encrypted_and_removed(store: VaultStore, folder: VaultFolder, backup: Path) -> None:
    with closing(stage(folder, backup, PASSPHRASE)):
        (path,) = staged_files(folder)
        assert b"Key05" not in path.read_bytes()
        assert not path.read_bytes().startswith(b"SQLite format 3")
    assert staged_files(folder) == []


def test_a_staged_backup_is_removed_if_it_is_not_closed(store: VaultStore, folder: VaultFolder, backup: Path) -> None:
    staged = stage(folder, backup, PASSPHRASE)
    assert len(staged_files(folder)) == 1
    del staged
    assert staged_files(folder) == []


def test_a_damaged_backup_leaves_no_copy(store: VaultStore, folder: VaultFolder, backup: Path) -> None:
    change_backup(backup, "DELETE FROM history WHERE id = 7")
    with pytest.raises(BackupDamagedError):
        stage(folder, backup, PASSPHRASE)
    assert staged_files(folder) == []


def test_canceling_leaves_no_copy(
    store: VaultStore, folder: VaultFolder, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interruption, "_STEPS_PER_CHECK", 50)
    with pytest.raises(InterruptedError):
        stage(folder, backup, PASSPHRASE, canceled=lambda: True)
    assert staged_files(folder) == []


def test_a_long_statement_can_be_interrupted(store: VaultStore) -> None:
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with store.connections.reading() as db:
        with pytest.raises(InterruptedError), interruptible(db, lambda: True):
            db.execute(endless).fetchone()
        assert db.execute("SELECT 1").fetchone() == (1,)
