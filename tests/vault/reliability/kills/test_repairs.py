"""A kill during an automatic backup, a creation or a repair leaves the old or the new files complete."""

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reliability.killed_process import KilledProcess
from tests.reliability.operations import damaged_vault_in, restore_newest_backup, restore_protectors, salvage
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import assert_healthy
from tests.vault.reliability.kills.conftest import DAY_OF_FIRST_BACKUP
from tests.vault.reliability.kills.vault_states import ACCOUNT, KEYS, Before, key_names, outcomes_of_kills
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS, list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = [pytest.mark.reliability, pytest.mark.usefixtures("weak_passphrases")]


def put_folder(folder: VaultFolder) -> None:
    folder.database.unlink()
    folder.database.mkdir()


DAMAGE: dict[str, Callable[[VaultFolder], object]] = {
    "a damaged page": lambda folder: flip_byte(folder.database, 3 * PAGE_BYTES + 1_000),
    "a damaged first page": lambda folder: flip_byte(folder.database, 1_000),
    "a database that is cut off": lambda folder: os.truncate(folder.database, 5 * PAGE_BYTES),
    "an empty database": lambda folder: os.truncate(folder.database, 0),
    "no database": lambda folder: folder.database.unlink(),
    "a folder in place of the database": put_folder,
    "the log of another database": lambda folder: folder.write_ahead_log.write_bytes(b"x" * 9_000),
}
if os.name == "nt":  # a process takes seconds to start under Wine
    DAMAGE = {name: DAMAGE[name] for name in ("a damaged page", "no database")}


def test_a_killed_automatic_backup_leaves_the_former_ones(
    process: KilledProcess, make_vault: Callable[[set[str]], Before]
) -> None:
    before = make_vault({ACCOUNT})
    with closing(VaultOpener(before.folder).open_for_this_account()) as store:
        for day in range(2, MAX_BACKUPS):
            store.automatic_backups.make(DAY_OF_FIRST_BACKUP + timedelta(days=day))
    shutil.copytree(before.folder.automatic_backups, before.saved / "copies", dirs_exist_ok=True)
    for outcome in outcomes_of_kills(process, "make an automatic backup", before):
        backups = list_automatic_backups(before.folder)
        assert len(backups) in ((MAX_BACKUPS,) if outcome.is_done else (MAX_BACKUPS, MAX_BACKUPS + 1))
        assert not outcome.is_done or backups[0].made > DAY_OF_FIRST_BACKUP + timedelta(days=MAX_BACKUPS)
        for backup in backups:
            with closing(VaultOpener(backup.folder).open_for_this_account()) as opened:
                assert_healthy(opened)
                assert key_names(opened) == KEYS
        with closing(VaultOpener(before.folder).open_for_this_account()) as store:
            store.automatic_backups.make(datetime.now(UTC))
        assert len(list(before.folder.automatic_backups.iterdir())) == MAX_BACKUPS


def test_a_vault_is_created_completely_or_not_at_all(
    process: KilledProcess, folder: VaultFolder, keystore: Path, tmp_path: Path
) -> None:
    keystore.mkdir()
    (keystore / "keystore.json").write_text("{}")
    (tmp_path / "saved").mkdir()
    before = Before(folder, tmp_path / "saved", keystore / "keystore.json", b"{}", RecoveryKey(b"r" * 16))
    for outcome in outcomes_of_kills(process, "create a vault", before):
        opener = VaultOpener(folder)
        exists = opener.vault_exists()
        assert exists or not outcome.is_done
        with closing(opener.open_for_this_account() if exists else opener.create_for_this_account()) as store:
            assert_healthy(store)
        assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("operation", ["restore an automatic backup", "salvage"])
def test_a_killed_repair_leaves_the_damaged_or_the_new_vault(
    process: KilledProcess, make_vault: Callable[[set[str]], Before], operation: str, damage: str
) -> None:
    before = make_vault({ACCOUNT})
    DAMAGE[damage](VaultFolder(before.saved))
    if operation == "salvage" and not VaultFolder(before.saved).database.is_file():
        pytest.skip("there is nothing to salvage")
    files = {path.name: path.read_bytes() for path in before.saved.iterdir() if path.is_file()}
    for outcome in outcomes_of_kills(process, operation, before):
        assert VaultOpener(before.folder).vault_exists()
        damaged = damaged_vault_in(before.folder)
        if damaged is not None:
            assert not outcome.is_done
            (salvage if operation == "salvage" else restore_newest_backup)(damaged)
        with closing(VaultOpener(before.folder).open_for_this_account()) as store:
            assert_healthy(store)
            assert key_names(store) <= KEYS if operation == "salvage" else key_names(store) == KEYS
        for name, content in files.items():
            assert content in [path.read_bytes() for path in before.folder.quarantine.glob(f"*Z*/{name}")]
        names = {path.name for path in before.folder.path.iterdir()}
        assert names <= {"vault.db", "vault.json", "copies", "set-aside"}


@pytest.mark.parametrize("with_database", [True, False])
def test_a_killed_restore_of_vault_json_can_be_repeated(
    process: KilledProcess, make_vault: Callable[[set[str]], Before], with_database: bool
) -> None:
    before = make_vault({ACCOUNT})
    (before.saved / "vault.json").write_text("{")
    if not with_database:
        (before.saved / "vault.db").unlink()
    for outcome in outcomes_of_kills(process, "restore vault.json", before):
        assert VaultOpener(before.folder).vault_exists()
        damaged = damaged_vault_in(before.folder)
        if damaged is not None:
            assert not outcome.is_done
            needs_protectors = damaged.error.path == before.folder.protectors
            (restore_protectors if needs_protectors else restore_newest_backup)(damaged)
        with closing(VaultOpener(before.folder).open_for_this_account()) as store:
            assert_healthy(store)
            assert key_names(store) == KEYS
        assert "{" in [path.read_text() for path in before.folder.quarantine.glob("*Z*/vault.json")]
