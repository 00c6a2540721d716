"""Re-encrypting an open vault with a new database key."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.vault.conftest import PASSPHRASE, a_key, insert, names_in, read_by_another_program
from tests.vault.keys.conftest import OTHER_PASSPHRASE, entries, fill_disk_after_one_write
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    NotReencryptedError,
    ReencryptionUnfinishedError,
    VaultError,
    VaultUnreachableError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore


def test_old_protectors_do_not_open_a_re_encrypted_vault(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, keystore: Path
) -> None:
    insert(store, a_key("ProdSync"))
    store.protectors.set_passphrase(PASSPHRASE)
    old_recovery_key = add_recovery_key(store.protectors)
    old_file, old_entries = folder.protectors.read_bytes(), (keystore / "keystore.json").read_bytes()
    list(store.keys.ids(KeyQuery("Pr")))  # opens another connection, with the old key

    with pytest.raises(WrongPassphraseError):
        reencrypt(store.protectors, OTHER_PASSPHRASE)
    with pytest.raises(WrongPassphraseError):
        reencrypt(store.protectors)
    recovery_key = reencrypt(store.protectors, PASSPHRASE)
    insert(store, a_key("Later"))
    assert len(store.keys.ids(KeyQuery("Pr"))) == 1
    store.close()

    assert b'"next"' not in folder.protectors.read_bytes()
    for opened in (
        opener.open_for_this_account(),
        opener.open_with_passphrase(PASSPHRASE),
        opener.open_with_recovery_key(recovery_key),
    ):
        assert names_in(opened) == ["Later", "ProdSync"]
    with pytest.raises(WrongRecoveryKeyError):
        opener.open_with_recovery_key(old_recovery_key)

    folder.protectors.write_bytes(old_file)
    (keystore / "keystore.json").write_bytes(old_entries)
    for attempt in (
        opener.open_for_this_account,
        lambda: opener.open_with_passphrase(PASSPHRASE),
        lambda: opener.open_with_recovery_key(old_recovery_key),
    ):
        with pytest.raises(VaultError):
            attempt()


def test_both_protector_sets_stay_while_an_older_state_is_read(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        assert json.loads(folder.protectors.read_bytes())["next"]
        assert isinstance(store.protectors.unfinished_reencryption, ReencryptionUnfinishedError)
        store.protectors.set_passphrase(PASSPHRASE)  # changes are still possible
    store.close()
    opener.open_with_passphrase(PASSPHRASE).close()
    assert "next" not in json.loads(folder.protectors.read_bytes())
    opener.open_for_this_account().close()


def test_re_encrypting_again_finishes_the_first_time(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        with pytest.raises(VaultError):
            reencrypt(store.protectors)
    key = reencrypt(store.protectors)
    assert "next" not in json.loads(folder.protectors.read_bytes())
    store.close()
    assert len(names_in(opener.open_with_recovery_key(key))) == 10


def test_a_full_disk_leaves_the_old_key(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    key = add_recovery_key(store.protectors)

    def fail(db: Any, _: bytes) -> None:
        db.execute("PRAGMA max_page_count = 1")  # the database cannot grow
        db.execute("CREATE TABLE filler AS SELECT zeroblob(1000000)")

    with monkeypatch.context() as patched:
        patched.setattr(cipher, "rekey", fail)
        with pytest.raises(DiskFullError):
            reencrypt(store.protectors)
    store._db.execute("PRAGMA max_page_count = 1000000")
    insert(store, a_key("More"))
    store.close()
    assert len(names_in(opener.open_with_recovery_key(key))) == 10
    opener.open_for_this_account().close()


def test_too_little_free_space_prevents_re_encrypting(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    key = add_recovery_key(store.protectors)
    before, size = folder.protectors.read_bytes(), folder.database.stat().st_size
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))
        with pytest.raises(DiskFullError) as raised:
            store.protectors.prepare_reencryption(None)  # before a recovery key is shown
        assert raised.value.missing is not None
        assert 0 < raised.value.missing < 2 * size + (1 << 20)
    ready = store.protectors.prepare_reencryption(None)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))
        with pytest.raises(DiskFullError):
            ready(new_recovery_key())
    assert folder.protectors.read_bytes() == before
    insert(store, a_key("Later"))
    store.close()
    opener.open_with_recovery_key(key).close()
    opener.open_for_this_account().close()


@pytest.mark.parametrize("does", ["nothing", "raises"])
def test_a_failure_that_sqlcipher_does_not_report_is_noticed(
    store: VaultStore,
    opener: VaultOpener,
    folder: VaultFolder,
    keystore: Path,
    monkeypatch: pytest.MonkeyPatch,
    does: str,
) -> None:
    insert(store, a_key("Before"))
    former = add_recovery_key(store.protectors)
    before = entries(keystore)

    def fail(*_: object) -> None:
        if does == "raises":
            raise sqlcipher.OperationalError("disk I/O error")

    new = new_recovery_key()
    with monkeypatch.context() as patched, pytest.raises((NotReencryptedError, VaultUnreachableError)):
        patched.setattr(cipher, "rekey", fail)
        store.protectors.prepare_reencryption(None)(new)
    if does == "nothing":
        assert "next" not in json.loads(folder.protectors.read_bytes())
        assert store.protectors.unfinished_reencryption is None
        assert entries(keystore) == before
    insert(store, a_key("Later"))
    assert store.keys.count(KeyQuery()) == 2
    store.close()
    assert names_in(opener.open_for_this_account()) == ["Before", "Later"]
    opener.open_with_recovery_key(former).close()
    with pytest.raises(WrongRecoveryKeyError):
        opener.open_with_recovery_key(new)
    assert "next" not in json.loads(folder.protectors.read_bytes())
    again = opener.open_for_this_account()
    reencrypt(again.protectors)
    again.close()


def test_re_encrypting_succeeds_if_it_cannot_be_finished_yet(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fill_disk_after_one_write(patched)
        key = reencrypt(store.protectors)
    assert [type(error) for error in store.protectors.nonfatal_errors] == [DiskFullError]
    store.close()
    assert b'"next"' in folder.protectors.read_bytes()
    opener.open_with_recovery_key(key).close()
    assert b'"next"' not in folder.protectors.read_bytes()
