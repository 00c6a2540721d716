"""Changes of the protectors, and their rows in the history."""

import pytest

from tests.service.conftest import NOW, WHO
from tests.support.recovery_keys import add_recovery_key, reencrypt
from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    LastProtectorError,
    VaultDamagedError,
    WrongPassphraseError,
)
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"


@pytest.fixture
def protection(store: VaultStore) -> Protection:
    return Protection(store, lambda: WHO, now=lambda: NOW)


def details_in(store: VaultStore) -> list[str]:
    """Return the rows of the history, the oldest first."""
    rows = list(store.history.rows(HistoryQuery()))[::-1]
    assert all((row.when, row.account, row.client_id, row.name) == (NOW, WHO, "", "") for row in rows)
    return [row.details or row.action for row in rows]


def test_the_history_has_each_change_and_no_secret(protection: Protection, store: VaultStore) -> None:
    protection.set_passphrase(PASSPHRASE)
    protection.set_passphrase("another four random words")
    keys = [add_recovery_key(protection), add_recovery_key(protection)]
    protection.remove_this_account()
    protection.set_up_this_account()
    protection.remove_recovery_key()
    protection.remove_passphrase()
    assert details_in(store) == [
        "Passphrase: added",
        "Passphrase: changed",
        "Recovery key: added",
        "Recovery key: replaced",
        "This account: removed",
        "This account: added",
        "Recovery key: removed",
        "Passphrase: removed",
    ]
    shown = repr(list(store.history.rows(HistoryQuery())))
    assert PASSPHRASE not in shown
    assert not [group for key in keys for group in key.groups() if group in shown]


def test_a_rejected_change_is_not_in_the_history(protection: Protection, store: VaultStore) -> None:
    with pytest.raises(LastProtectorError):
        protection.remove_this_account()
    protection.set_passphrase(PASSPHRASE)
    for wrong in (None, "a wrong one"):
        with pytest.raises(WrongPassphraseError):
            reencrypt(protection, wrong)
    assert details_in(store) == ["Passphrase: added"]


def test_a_passphrase_replaces_this_account(protection: Protection, opener: VaultOpener) -> None:
    protection.replace_account_with_passphrase(PASSPHRASE)
    ways = protection.ways_to_unlock()
    assert ways.asks_for_passphrase
    assert not opener.has_this_account()


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_former_protectors_do_not_open_a_reencrypted_vault(
    protection: Protection, store: VaultStore, opener: VaultOpener, folder: VaultFolder, passphrase: str | None
) -> None:
    if passphrase:
        protection.set_passphrase(passphrase)
    old_key = add_recovery_key(protection)
    former = folder.protectors.read_bytes()
    new_key = reencrypt(protection, passphrase)
    assert details_in(store)[-1] == Action.REENCRYPTED
    assert len(list(folder.automatic_backups.iterdir())) == 1
    store.close()
    opener.open_with_recovery_key(new_key).close()
    folder.protectors.write_bytes(former)
    with pytest.raises(VaultDamagedError):
        opener.open_with_recovery_key(old_key)


def test_a_failed_automatic_backup_is_returned(
    protection: Protection, store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    folder.automatic_backups.write_text("in the way")
    key = new_recovery_key()
    problem = protection.prepare_reencryption(None)(key)
    assert isinstance(problem, AutomaticBackupFailedError)
    store.close()
    opener.open_with_recovery_key(key).close()
