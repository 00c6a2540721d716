"""Backup files have everything that they should, also for other programs, and nothing else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import (
    NOW,
    PASSPHRASE,
    backups_of,
    content_in,
    make_backup,
    open_stored_vault,
    read_backup,
    read_with_apsw,
    restore_backup,
)
from zcc_keys_gui import __version__
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.errors import BackupNotOpenedError
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.restore_plan import RestoreOptions
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

FORMAT_1_BACKUP = Path(__file__).parents[2] / "data" / "backup-1.zccbackup"


@pytest.fixture
def store(data_folder: Path) -> Iterator[VaultStore]:
    store = open_stored_vault(data_folder)
    yield store
    store.close()


def test_another_program_reads_every_key_and_history_row(store: VaultStore, path: Path) -> None:
    content = content_of(store)
    make_backup(store, path)
    assert read_with_apsw(path) == content
    assert len(content["keys"]) == 37
    with pytest.raises(apsw.NotADBError):
        read_with_apsw(path, "another passphrase")


def test_a_backup_has_three_tables_and_default_settings(store: VaultStore, path: Path, tmp_path: Path) -> None:
    make_backup(store, path)
    with closing(sqlcipher.connect(str(path))) as db:
        db.execute("PRAGMA key = '{}'".format(PASSPHRASE.replace("'", "''")))
        tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE sql NOT NULL")]
        assert tables == ["about", "api_key", "history"]
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("PRAGMA cipher_settings").fetchall() == default_settings(tmp_path)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0


def default_settings(folder: Path) -> list[tuple[str]]:
    """Return the settings of a database that SQLCipher makes by default."""
    with closing(sqlcipher.connect(str(folder / "default.db"))) as db:
        db.execute("PRAGMA key = 'x'")
        return [tuple(row) for row in db.execute("PRAGMA cipher_settings")]


def test_reading_a_backup_does_not_change_it(store: VaultStore, path: Path) -> None:
    make_backup(store, path)
    before = path.stat()
    backup = read_backup(path, PASSPHRASE)
    assert (backup.made, backup.program, backup.vault_id) == (NOW, __version__, store.backups.vault_id())
    assert backup.content.keys == content_in(store).keys
    assert backup.content.history == content_in(store).history[:-1]  # the last row is about the backup
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert [each.name for each in path.parent.glob("*.zccbackup*")] == [path.name]


@pytest.mark.parametrize("passphrase", ["it's", "ünïcödé 𝒵", 'with "both" \' kinds', "x'00'", " leading and trailing "])
def test_a_passphrase_can_have_any_character(store: VaultStore, path: Path, passphrase: str) -> None:
    backups_of(store).back_up(path, passphrase)
    assert len(read_backup(path, passphrase).content.keys) == 37
    assert len(read_with_apsw(path, passphrase)["keys"]) == 37
    with pytest.raises(BackupNotOpenedError):
        read_backup(path, passphrase + ".")


def test_a_backup_of_format_1_gets_the_status_from_its_history(tmp_path: Path) -> None:
    """Version 0.1.0 wrote this backup of the stored vault of schema 4, which is upgraded here."""
    folder = VaultFolder(tmp_path / "vault")
    shutil.copytree(FORMAT_1_BACKUP.parent / "schema-4", folder.path)
    store = VaultOpener(folder).open_with_passphrase(VAULT_PASSPHRASE)
    backup = read_backup(FORMAT_1_BACKUP)
    present = content_in(store)
    assert backup.program == "0.1.0"
    assert backup.content == present
    assert [entry.status for entry in backup.content.history] == [entry.status for entry in present.history]
    deleted = [entry for entry in backup.content.history if entry.action is Action.DELETED]
    assert [entry.status for entry in deleted] == [Status.ENABLED] * 3
    assert {entry.status for entry in backup.content.history} == {Status.ENABLED, Status.DISABLED, None}
    plan, quarantined = restore_backup(store, backup, RestoreOptions(replace=True))
    assert (plan.changes_anything, quarantined) == (False, None)
    store.close()


def test_a_backup_has_the_status_of_every_history_row(store: VaultStore, path: Path) -> None:
    client_id = store.keys.page(KeyQuery(), 0, 1)[0].client_id
    keys = Keys(store, lambda: "me")
    keys.set_status([client_id], Status.DISABLED)
    keys.regenerate_secret(client_id)
    keys.delete([client_id])
    history = make_backup(store, path).content.history
    assert [entry.status for entry in history if entry.client_id == client_id][-3:] == [Status.DISABLED] * 3
