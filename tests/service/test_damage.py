"""The contract of a damaged vault, which the vault package fulfills."""

from datetime import UTC, datetime

import pytest

from tests.vault.conftest import a_key, insert
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultNeedsRepairError
from zcc_keys_gui.service.damage import VaultRepair
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)


@pytest.fixture
def backed_up(store: VaultStore) -> None:
    """A closed vault with one key and one automatic backup."""
    insert(store, a_key("ProdSync"))
    store.automatic_backups.make(NOON)
    store.close()


@pytest.mark.usefixtures("backed_up")
def test_restored_protectors_unlock_the_vault(opener: VaultOpener, folder: VaultFolder) -> None:
    folder.protectors.unlink()
    with pytest.raises(VaultNeedsRepairError) as raised:
        opener.vault_exists()
    damage: VaultRepair = opener.prepare_repair(raised.value, lambda: "tester")
    before = folder.database.read_bytes()
    assert damage.examine().protectors_from == NOON
    assert folder.database.read_bytes() == before
    assert not folder.protectors.exists()
    quarantine = damage.restore_protectors(NOON)
    assert quarantine.is_dir()
    store = opener.open_for_this_account()
    assert [key.name for key in store.keys.page(KeyQuery(), 0, 10)] == ["ProdSync"]
    store.close()


@pytest.mark.usefixtures("backed_up")
def test_an_automatic_backup_replaces_the_vault(opener: VaultOpener, folder: VaultFolder) -> None:
    content = bytearray(folder.database.read_bytes())
    content[0] ^= 1  # in the salt, on which every page depends
    folder.database.write_bytes(content)
    with pytest.raises(VaultNeedsRepairError) as raised:
        opener.open_for_this_account()
    damage: VaultRepair = opener.prepare_repair(raised.value, lambda: "tester")
    report = damage.examine()
    assert report.automatic_backup is not None
    assert (report.automatic_backup.made, report.automatic_backup.keys) == (NOON, 1)
    store, recovered = damage.restore_automatic_backup(NOON)
    assert (recovered.keys, recovered.automatic_backup_made) == (1, NOON)
    assert (recovered.quarantine / "vault.db").read_bytes() == content
    store.close()
