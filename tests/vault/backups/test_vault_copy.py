"""A copy of a vault is complete and verified, or it does not count."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import pytest

from tests.vault.backups.conftest import DAY, NOON, key_names_in
from tests.vault.backups.test_automatic_backups import STEPS
from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.backups.vault_copy import copy_vault, folder_name, parse_folder_name, verify_database
from zcc_keys_gui.vault.files.folder import VaultFolder, make_empty_folder
from zcc_keys_gui.vault.store import VaultStore


def test_folders_are_named_after_their_time_in_utc() -> None:
    time = datetime(2026, 11, 12, 13, 0, 33, 999, timezone(timedelta(hours=1)))
    assert folder_name(time) == "2026-11-12T120033Z"
    assert parse_folder_name("2026-11-12T120033Z") == datetime(2026, 11, 12, 12, 0, 33, tzinfo=UTC)
    with pytest.raises(ValueError, match="mine"):
        parse_folder_name("mine")


def test_a_copy_includes_the_write_ahead_log(store: VaultStore, folder: VaultFolder) -> None:
    insert(store, a_key("ProdSync"))
    assert folder.write_ahead_log.stat().st_size > 0
    made = store.automatic_backups.make(NOON)
    insert(store, a_key("Later"))
    assert made.made == NOON.replace(microsecond=0)
    assert made.folder.path == folder.automatic_backups / "2026-11-12T120033Z"
    assert sorted(path.name for path in made.folder.path.iterdir()) == ["vault.db", "vault.json"]
    assert key_names_in(made.folder) == ["ProdSync"]
    if os.name != "nt":
        for path in (folder.automatic_backups, made.folder.path, made.folder.database, made.folder.protectors):
            assert path.stat().st_mode & 0o077 == 0, path


def test_copying_can_be_canceled(store: VaultStore, folder: VaultFolder) -> None:
    make_empty_folder(folder.path / "copy")
    with pytest.raises(InterruptedError):
        copy_vault(folder, folder.path / "copy", store.connections, canceled=lambda: True)
    assert not (folder.path / "copy" / "vault.json").exists()


def test_damage_of_a_copy_is_found(store: VaultStore) -> None:
    insert(store, a_key("ProdSync"))
    database = store.automatic_backups.make(NOON).folder.database
    verify_database(database, store._key.material())
    content = bytearray(database.read_bytes())
    content[2 * 4096 + 100] ^= 1
    database.write_bytes(content)
    with pytest.raises(VaultDamagedError):
        verify_database(database, store._key.material())


@pytest.mark.parametrize(("module", "step"), STEPS)
def test_an_interrupted_copy_does_not_count(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    class PowerCutError(BaseException):
        """The end of the program, as in a power cut: no code handles it."""

    real: Callable[..., object] = getattr(module, step)

    def cut(*arguments: Any) -> None:
        real(*arguments)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(module, step, cut)
        with pytest.raises(PowerCutError):
            store.automatic_backups.make(NOON)
    found = [key_names_in(backup.folder) for backup in list_automatic_backups(folder)]
    assert found == ([[]] if step == "rename_durably" else [])
    store.automatic_backups.make(NOON + DAY)
    assert all(path.name.endswith("Z") for path in folder.automatic_backups.iterdir())
