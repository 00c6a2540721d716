"""Adding, changing and removing the protectors of an open vault."""

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.vault.conftest import PASSPHRASE, names_in
from tests.vault.keys.conftest import OTHER_PASSPHRASE, WEAK, entries
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    LastProtectorError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_a_passphrase_is_added_changed_and_removed(store: VaultStore, opener: VaultOpener) -> None:
    assert store.protectors.ways_to_unlock().passphrase is None
    store.protectors.set_passphrase(PASSPHRASE)
    assert opener.has_passphrase()
    store.protectors.check_passphrase(PASSPHRASE)
    opener.open_with_passphrase(PASSPHRASE).close()

    store.protectors.set_passphrase(OTHER_PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        store.protectors.check_passphrase(PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase(PASSPHRASE)
    opener.open_with_passphrase(OTHER_PASSPHRASE).close()

    store.protectors.remove_passphrase()
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase(OTHER_PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        store.protectors.check_passphrase(OTHER_PASSPHRASE)
    assert not opener.has_passphrase()


def test_a_recovery_key_is_added_replaced_and_removed(store: VaultStore, opener: VaultOpener) -> None:
    first = add_recovery_key(store.protectors)
    assert opener.has_recovery_key()
    opener.open_with_recovery_key(first).close()

    second = add_recovery_key(store.protectors)
    opener.open_with_recovery_key(second).close()
    for wrong in (first, new_recovery_key()):
        with pytest.raises(WrongRecoveryKeyError):
            opener.open_with_recovery_key(wrong)

    store.protectors.remove_recovery_key()
    with pytest.raises(WrongRecoveryKeyError):
        opener.open_with_recovery_key(second)
    assert not opener.has_recovery_key()


def test_this_account_is_removed_and_added_again(store: VaultStore, opener: VaultOpener, keystore: Path) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.protectors.remove_this_account()
    assert entries(keystore) == {}
    with pytest.raises(KeystoreEntryMissingError):
        opener.open_for_this_account()
    store.protectors.remove_this_account()  # it is already removed
    store.protectors.set_up_this_account()
    opener.open_for_this_account().close()
    assert len(entries(keystore)) == 1


def test_setting_up_this_account_again_leaves_one_entry(store: VaultStore, opener: VaultOpener, keystore: Path) -> None:
    before = entries(keystore)
    store.protectors.set_up_this_account()
    assert len(entries(keystore)) == 1
    assert entries(keystore) != before
    opener.open_for_this_account().close()


@pytest.mark.parametrize("last", ["account", "passphrase", "recovery key"])
def test_the_last_protector_stays(store: VaultStore, opener: VaultOpener, folder: VaultFolder, last: str) -> None:
    protectors = store.protectors
    remove = {
        "account": protectors.remove_this_account,
        "passphrase": protectors.remove_passphrase,
        "recovery key": protectors.remove_recovery_key,
    }
    protectors.set_passphrase(PASSPHRASE)
    recovery_key = add_recovery_key(protectors)
    for kind, remove_it in remove.items():
        if kind != last:
            remove_it()
    before = folder.protectors.read_bytes()
    with pytest.raises(LastProtectorError):
        remove[last]()
    assert folder.protectors.read_bytes() == before
    openers: dict[str, Callable[[], VaultStore]] = {
        "account": opener.open_for_this_account,
        "passphrase": lambda: opener.open_with_passphrase(PASSPHRASE),
        "recovery key": lambda: opener.open_with_recovery_key(recovery_key),
    }
    openers[last]().close()


def test_a_change_that_cannot_be_written_changes_nothing(
    store: VaultStore, opener: VaultOpener, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, ways = entries(keystore), store.protectors.ways_to_unlock()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write_durably", fail)
        for change in (
            store.protectors.set_up_this_account,
            lambda: add_recovery_key(store.protectors),
            lambda: store.protectors.set_passphrase(PASSPHRASE),
            lambda: reencrypt(store.protectors),
        ):
            with pytest.raises(DiskFullError):
                change()
    assert entries(keystore) == before
    assert store.protectors.ways_to_unlock() == ways
    opener.open_for_this_account().close()


def test_without_a_key_store_this_account_cannot_be_set_up(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    for change in (store.protectors.set_up_this_account, lambda: reencrypt(store.protectors)):
        with pytest.raises(KeystoreUnavailableError):
            change()


def test_opening_deletes_unfinished_small_files(store: VaultStore, opener: VaultOpener, folder: VaultFolder) -> None:
    store.close()
    for path in folder.unfinished_files:
        path.write_text("{")
    opener.open_for_this_account().close()
    assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}


@pytest.fixture
def weak(store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch) -> ProtectorSet:
    """The protectors of a closed vault whose passphrase has weak parameters and is years old."""
    with monkeypatch.context() as patched:
        patched.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)
        store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    found = protector_file.read(folder.protectors)
    assert found.passphrase is not None
    old = replace(found, passphrase=found.passphrase._replace(made=1_600_000_000))
    protector_file.write(folder.protectors, old)
    return old


def test_opening_with_a_weak_passphrase_strengthens_it(
    weak: ProtectorSet, opener: VaultOpener, folder: VaultFolder
) -> None:
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase(OTHER_PASSPHRASE)
    assert protector_file.read(folder.protectors) == weak
    opened = opener.open_with_passphrase(PASSPHRASE)
    assert opened.protectors.nonfatal_errors == []
    opened.close()
    after = protector_file.read(folder.protectors)
    assert after.passphrase is not None
    assert weak.passphrase is not None
    assert not after.passphrase.kdf.are_weak
    assert after.passphrase.made == weak.passphrase.made
    assert replace(after, passphrase=weak.passphrase) == weak
    opener.open_with_passphrase(PASSPHRASE).close()
    assert protector_file.read(folder.protectors) == after  # it is not strengthened twice
    opener.open_for_this_account().close()


def test_the_vault_opens_if_strengthening_fails(
    weak: ProtectorSet, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "read-only")

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write_durably", fail)
        opened = opener.open_with_passphrase(PASSPHRASE)
    assert [type(error).__name__ for error in opened.protectors.nonfatal_errors] == ["VaultReadOnlyError"]
    assert names_in(opened) == []
    assert protector_file.read(folder.protectors) == weak


@pytest.mark.parametrize("way", ["passphrase", "recovery key"])
def test_another_way_to_unlock_sets_up_this_account_again(store: VaultStore, opener: VaultOpener, way: str) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    file_keyring.clear()
    again = opener.open_with_passphrase(PASSPHRASE) if way == "passphrase" else opener.open_with_recovery_key(key)
    assert again.protectors.this_account_was_set_up_again
    again.close()
    opened = opener.open_for_this_account()
    assert not opened.protectors.this_account_was_set_up_again
    opened.close()


def test_an_unavailable_key_store_keeps_its_entry(
    store: VaultStore, opener: VaultOpener, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    before = entries(keystore)
    with monkeypatch.context() as patched:
        use_keyring(patched, "keyring.backends.fail.Keyring")
        again = opener.open_with_passphrase(PASSPHRASE)
        assert not again.protectors.this_account_was_set_up_again
        again.close()
    assert entries(keystore) == before


def test_the_vault_opens_if_this_account_cannot_be_set_up_again(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    file_keyring.clear()

    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "read-only")

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write_durably", fail)
        again = opener.open_with_passphrase(PASSPHRASE)
    assert [type(error).__name__ for error in again.protectors.nonfatal_errors] == ["VaultReadOnlyError"]
    again.close()


def test_an_account_that_was_removed_is_not_set_up_again(store: VaultStore, opener: VaultOpener) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.protectors.remove_this_account()
    store.close()
    again = opener.open_with_passphrase(PASSPHRASE)
    assert not again.protectors.this_account_was_set_up_again
    again.close()
    assert not opener.has_this_account()
