"""A kill while a vault is backed up or restored leaves a complete backup, and the vault as before or as after."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support.stored_vault import PASSPHRASE as VAULT_PASSPHRASE
from tests.vault.backups.sample_backup import NOW, PASSPHRASE, content_in, make_backup, open_stored_vault, read_backup
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability

KILLS = rounds(4, 60)


def is_healthy(store: VaultStore) -> bool:
    return store.checks.full(lambda *_: None).is_healthy


def run_until_killed(work: str, folder: Path, path: Path) -> None:
    """Back up repeatedly, or restore, in another process, which kills itself at a random moment."""
    command = [sys.executable, "-m", "tests.reliability.backup_writer", work, str(folder), str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode != 0
    assert done.stdout == b"begun\n", done.stderr


def test_a_kill_while_backing_up_leaves_a_complete_backup(tmp_path: Path, data_folder: Path) -> None:
    path = tmp_path / "a.zccbackup"
    store = open_stored_vault(data_folder)
    make_backup(store, path)
    store.close()
    for _ in range(KILLS):
        run_until_killed("backup", data_folder, path)
        assert len(read_backup(path, PASSPHRASE).content.keys) == 37
        assert [each.name for each in tmp_path.glob("*.zccbackup*")] == ["a.zccbackup"]
    store = VaultOpener(VaultFolder(data_folder)).open_with_passphrase(VAULT_PASSPHRASE)
    make_backup(store, path)
    assert is_healthy(store)
    store.close()
    figures.count("kills", "while backing up", KILLS)


def test_a_kill_while_restoring_leaves_the_old_or_the_new_vault(tmp_path: Path, data_folder: Path) -> None:
    path = tmp_path / "a.zccbackup"
    source = open_stored_vault(tmp_path / "source")
    names_in_backup = {stored.key.name for stored in make_backup(source, path).content.keys}
    source.close()
    vault = VaultOpener(VaultFolder(data_folder)).create_with_passphrase(VAULT_PASSPHRASE)
    insert(vault, a_key("Mine"))
    vault.close()
    for _ in range(KILLS):
        run_until_killed("restore", data_folder, path)
        store = VaultOpener(VaultFolder(data_folder)).open_with_passphrase(VAULT_PASSPHRASE)
        names = {stored.key.name for stored in content_in(store).keys}
        assert names in (names_in_backup, {"Mine"})
        assert is_healthy(store)
        if names == names_in_backup:
            client_ids = [key.client_id for key in store.keys.page(KeyQuery(), 0, 100)]
            Keys(store, lambda: "zoe", lambda: NOW).delete(client_ids)
            insert(store, a_key("Mine"))
        store.close()
    figures.count("kills", "while restoring", KILLS)
