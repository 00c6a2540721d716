"""The protectors of an open vault: each change at once, each cut short at any step, and a new database key."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.conftest import use_keyring
from tests.support import file_keyring
from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.vault.conftest import PASSPHRASE, a_key, insert, read_by_another_program
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    LastProtectorError,
    NotReencryptedError,
    ReencryptionUnfinishedError,
    VaultError,
    VaultUnreachableError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
    ZccKeysError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.vault.files import folder
from zcc_keys_gui.vault.files.folder import VaultFolder, write_durably
from zcc_keys_gui.vault.keys import cipher, key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.keys import key_store as keystore_module
from zcc_keys_gui.vault.keys.key_wrapping import Argon2idParameters
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.keys.vault_protectors import VaultProtectors
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

OTHER_PASSPHRASE = "another four random words"


def names_in(store: VaultStore) -> list[str]:
    try:
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]
    finally:
        store.close()


def entries(keystore: Path) -> dict[str, str]:
    return dict(json.loads((keystore / "keystore.json").read_text()))


# --- adding, changing, removing ---------------------------------------------------------------------------


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
    store.protectors.remove_this_account()  # is gone already
    store.protectors.set_up_this_account()
    opener.open_for_this_account().close()
    assert len(entries(keystore)) == 1


def test_setting_this_account_up_again_leaves_one_entry(store: VaultStore, opener: VaultOpener, keystore: Path) -> None:
    before = entries(keystore)
    store.protectors.set_up_this_account()
    assert len(entries(keystore)) == 1
    assert entries(keystore) != before
    opener.open_for_this_account().close()


def test_an_entry_that_could_not_be_deleted_in_time_is_deleted_when_the_vault_is_opened(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy of the vault from before still opens by it."""
    store.protectors.set_passphrase(PASSPHRASE)

    def kill(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patched, pytest.raises(PowerCutError):
        patched.setattr(keystore_module, "forget_key", kill)
        store.protectors.remove_this_account()
    store.close()
    assert len(entries(keystore)) == 1
    opener.open_with_passphrase(PASSPHRASE).close()
    assert entries(keystore) == {}
    assert protector_file.read(folder.protectors).obsolete_entries == ()


def test_an_entry_that_is_named_is_not_deleted_whatever_the_file_says(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    store.close()
    found = protector_file.read(folder.protectors)
    assert found.account is not None
    protector_file.write(folder.protectors, replace(found, obsolete_entries=(found.account.keystore_user,)))
    for _ in range(2):
        opener.open_for_this_account().close()


def test_no_more_entries_are_noted_than_can_be_read(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(f"user {number}" for number in range(protector_file.MAX_OBSOLETE_ENTRIES))
    store.protectors._found = replace(store.protectors._found, obsolete_entries=many)
    account = store.protectors._found.account
    assert account is not None
    with monkeypatch.context() as patched:
        patched.setattr(VaultProtectors, "_forget_obsolete_entries", lambda _: None)
        store.protectors.set_up_this_account()
    assert protector_file.read(folder.protectors).obsolete_entries == (*many[1:], account.keystore_user)


def fill_disk_after_one_write(patched: pytest.MonkeyPatch) -> None:
    """Let `vault.json` be written once more; then there is no room."""
    writes: list[Path] = []

    def fail_later(path: Path, content: bytes) -> None:
        writes.append(path)
        if len(writes) > 1:
            raise OSError(28, "no room")
        write_durably(path, content)

    patched.setattr(protector_file, "write_durably", fail_later)


def test_what_cannot_be_noted_of_a_deleted_entry_is_no_failure_of_the_change(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        fill_disk_after_one_write(patched)
        store.protectors.set_up_this_account()
    assert [type(error) for error in store.protectors.deferred_errors] == [DiskFullError]
    store.close()
    assert len(protector_file.read(folder.protectors).obsolete_entries) == 1
    opener.open_for_this_account().close()
    assert protector_file.read(folder.protectors).obsolete_entries == ()


def test_what_a_kill_left_of_a_small_file_is_gone_after_the_next_opening(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    store.close()
    for path in folder.unfinished_files:
        path.write_text("{")
    opener.open_for_this_account().close()
    assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}


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
    before, who = entries(keystore), store.protectors.ways_to_unlock()

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

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
    assert store.protectors.ways_to_unlock() == who
    opener.open_for_this_account().close()


def test_without_a_key_store_this_account_is_not_set_up(store: VaultStore, monkeypatch: pytest.MonkeyPatch) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    for change in (store.protectors.set_up_this_account, lambda: reencrypt(store.protectors)):
        with pytest.raises(KeystoreUnavailableError):
            change()


# --- a passphrase that costs an attack too little ---------------------------------------------------------

WEAK = Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)


@pytest.fixture
def weak(store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch) -> ProtectorSet:
    """What is in the `vault.json` of a closed vault whose passphrase, of years ago, is derived too quickly."""
    with monkeypatch.context() as patched:
        patched.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)
        store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    found = protector_file.read(folder.protectors)
    assert found.passphrase is not None
    old = replace(found, passphrase=replace(found.passphrase, made=1_600_000_000))
    protector_file.write(folder.protectors, old)
    return old


def test_a_weak_passphrase_is_strengthened_when_it_opens_the_vault(
    weak: ProtectorSet, opener: VaultOpener, folder: VaultFolder
) -> None:
    with pytest.raises(WrongPassphraseError):
        opener.open_with_passphrase(OTHER_PASSPHRASE)
    assert protector_file.read(folder.protectors) == weak
    opened = opener.open_with_passphrase(PASSPHRASE)
    assert opened.protectors.deferred_errors == []
    opened.close()
    after = protector_file.read(folder.protectors)
    assert after.passphrase is not None
    assert weak.passphrase is not None
    assert not after.passphrase.kdf.are_weak
    assert after.passphrase.made == weak.passphrase.made
    assert replace(after, passphrase=weak.passphrase) == weak
    opener.open_with_passphrase(PASSPHRASE).close()
    assert protector_file.read(folder.protectors) == after  # once is enough
    opener.open_for_this_account().close()


def test_where_it_cannot_be_strengthened_the_vault_opens_as_before(
    weak: ProtectorSet, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "read-only")

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write_durably", fail)
        opened = opener.open_with_passphrase(PASSPHRASE)
    assert [type(error).__name__ for error in opened.protectors.deferred_errors] == ["VaultReadOnlyError"]
    assert names_in(opened) == []
    assert protector_file.read(folder.protectors) == weak


# --- the key store's entry is gone ------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["passphrase", "recovery key"])
def test_after_another_protector_opened_it_this_account_is_set_up_again(
    store: VaultStore, opener: VaultOpener, way: str
) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    file_keyring.clear()
    again = opener.open_with_passphrase(PASSPHRASE) if way == "passphrase" else opener.open_with_recovery_key(key)
    assert again.protectors.this_account_was_set_up_again
    again.close()
    there = opener.open_for_this_account()
    assert not there.protectors.this_account_was_set_up_again
    there.close()


def test_where_the_key_store_is_still_away_the_vault_opens_and_the_entry_is_kept(
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


def test_a_set_up_that_fails_is_noted_and_the_vault_opens(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    file_keyring.clear()

    def fail(*_: object) -> None:
        raise PermissionError(13, "read-only")

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write_durably", fail)
        again = opener.open_with_passphrase(PASSPHRASE)
    assert [type(error).__name__ for error in again.protectors.deferred_errors] == ["VaultReadOnlyError"]
    again.close()


def test_who_asked_for_the_passphrase_at_every_start_is_asked(store: VaultStore, opener: VaultOpener) -> None:
    store.protectors.set_passphrase(PASSPHRASE)
    store.protectors.remove_this_account()
    store.close()
    again = opener.open_with_passphrase(PASSPHRASE)
    assert not again.protectors.this_account_was_set_up_again
    again.close()
    assert not opener.has_this_account()


# --- a new database key -----------------------------------------------------------------------------------


def test_no_former_protectors_open_a_vault_that_was_re_encrypted(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, keystore: Path
) -> None:
    insert(store, a_key("ProdSync"))
    store.protectors.set_passphrase(PASSPHRASE)
    old_recovery_key = add_recovery_key(store.protectors)
    old_file, old_entries = folder.protectors.read_bytes(), (keystore / "keystore.json").read_bytes()
    list(store.keys.ids(KeyQuery("Pr")))  # another connection, with the old key

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


def test_while_somebody_reads_an_older_state_both_are_kept_until_the_next_opening(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        assert json.loads(folder.protectors.read_bytes())["next"]
        assert isinstance(store.protectors.unfinished_reencryption, ReencryptionUnfinishedError)
        store.protectors.set_passphrase(PASSPHRASE)  # goes on as ever
    store.close()
    opener.open_with_passphrase(PASSPHRASE).close()
    assert "next" not in json.loads(folder.protectors.read_bytes())
    opener.open_for_this_account().close()


def test_re_encrypting_again_settles_what_was_left(store: VaultStore, opener: VaultOpener, folder: VaultFolder) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        with pytest.raises(VaultError):
            reencrypt(store.protectors)
    key = reencrypt(store.protectors)
    assert "next" not in json.loads(folder.protectors.read_bytes())
    store.close()
    assert len(names_in(opener.open_with_recovery_key(key))) == 10


def test_a_re_encryption_that_finds_no_room_leaves_the_old_key(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    key = add_recovery_key(store.protectors)

    def fail(db: Any, _: bytes) -> None:
        db.execute("PRAGMA max_page_count = 1")  # no page more than there are
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


def test_without_enough_free_space_re_encrypting_does_not_begin(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(200)))
    key = add_recovery_key(store.protectors)
    before, size = folder.protectors.read_bytes(), folder.database.stat().st_size
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=size))
        with pytest.raises(DiskFullError) as refused:
            store.protectors.reencryption(None)  # before a recovery key is shown
        assert refused.value.missing is not None
        assert 0 < refused.value.missing < 2 * size + (1 << 20)
    ready = store.protectors.reencryption(None)
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
def test_a_re_encryption_of_which_sqlcipher_reports_no_failure_is_told_and_the_old_key_stays(
    store: VaultStore,
    opener: VaultOpener,
    folder: VaultFolder,
    keystore: Path,
    monkeypatch: pytest.MonkeyPatch,
    does: str,
) -> None:
    """As on a full disk, after an error of the disk, or where the file may not be written."""
    insert(store, a_key("Before"))
    former = add_recovery_key(store.protectors)
    before = entries(keystore)

    def fail(*_: object) -> None:
        if does == "raises":
            raise sqlcipher.OperationalError("disk I/O error")

    new = new_recovery_key()
    with monkeypatch.context() as patched, pytest.raises((NotReencryptedError, VaultUnreachableError)):
        patched.setattr(cipher, "rekey", fail)
        store.protectors.reencryption(None)(new)
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


def test_a_re_encryption_that_cannot_be_settled_is_done_all_the_same(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its recovery key is kept already, and opens the vault."""
    with monkeypatch.context() as patched:
        fill_disk_after_one_write(patched)
        key = reencrypt(store.protectors)
    assert [type(error) for error in store.protectors.deferred_errors] == [DiskFullError]
    store.close()
    assert b'"next"' in folder.protectors.read_bytes()
    opener.open_with_recovery_key(key).close()
    assert b'"next"' not in folder.protectors.read_bytes()


# --- cut short at each step -------------------------------------------------------------------------------


class PowerCutError(BaseException):
    """Nothing catches this but what has to be undone."""


STEPS: list[tuple[object, str]] = [
    (key_store, "save_key"),
    (protector_file, "write"),
    (protector_file, "write_durably"),
    (folder, "rename_durably"),
    (cipher, "rekey"),
    (VaultStore, "note_generation"),
    (VaultStore, "checkpoint"),
    (key_store, "forget_key"),
]
CHANGES: dict[str, Callable[[VaultStore], object]] = {
    "set up this account": lambda store: store.protectors.set_up_this_account(),
    "remove this account": lambda store: store.protectors.remove_this_account(),
    "change the passphrase": lambda store: store.protectors.set_passphrase(OTHER_PASSPHRASE),
    "remove the passphrase": lambda store: store.protectors.remove_passphrase(),
    "replace the recovery key": lambda store: add_recovery_key(store.protectors),
    "remove the recovery key": lambda store: store.protectors.remove_recovery_key(),
    "re-encrypt": lambda store: reencrypt(store.protectors, PASSPHRASE),
}


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[VaultFolder, RecoveryKey]:
    """A vault that opens in three ways, with its recovery key."""
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)  # passphrases are tried hundreds of times
    vault = VaultFolder(tmp_path / "guarded")
    store = VaultOpener(vault).create_for_this_account()
    insert(store, a_key("ProdSync"))
    store.protectors.set_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    return vault, key


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_cut_short_at_any_step_leaves_the_old_or_the_new_protector(
    guarded: tuple[VaultFolder, RecoveryKey], keystore: Path, tmp_path: Path, change: str
) -> None:
    vault, key = guarded
    kept_vault, kept_entries = tmp_path / "kept", (keystore / "keystore.json").read_bytes()
    shutil.copytree(vault.path, kept_vault)
    cuts = 0
    for place, step in STEPS:
        for moment in ("before", "after"):
            for call in (1, 2, 3):
                shutil.rmtree(vault.path)
                shutil.copytree(kept_vault, vault.path)
                (keystore / "keystore.json").write_bytes(kept_entries)
                if not cut_short(vault, CHANGES[change], place, step, moment, call):
                    break
                cuts += 1
                assert opens(vault, key), (change, step, moment, call)
    assert cuts >= 4


def cut_short(
    vault: VaultFolder, change: Callable[[VaultStore], object], place: Any, step: str, moment: str, call: int
) -> bool:
    """Cut the power before or after one call of a step; return whether there was such a call."""
    real, calls, dead = getattr(place, step), 0, False

    def cut(*arguments: object) -> object:
        nonlocal calls, dead
        calls += 1
        if dead or (calls == call and moment == "before"):
            dead = True
            raise PowerCutError
        result = real(*arguments)
        if calls == call:
            dead = True
            raise PowerCutError
        return result

    def dead_too(*arguments: object) -> None:
        """Without power, nothing is taken back in the key store."""
        if not dead:
            real_forget(*arguments)

    store = VaultOpener(vault).open_for_this_account()
    real_forget: Callable[..., None] = key_store.forget_key
    with pytest.MonkeyPatch.context() as patched:
        if step != "forget_key":
            patched.setattr(key_store, "forget_key", dead_too)
        patched.setattr(place, step, cut)
        with suppress(PowerCutError):
            change(store)
    store.close()
    return dead


def opens(vault: VaultFolder, key: RecoveryKey) -> bool:
    """Say whether anything that a person may have at hand opens the vault with its key in it, twice."""
    found = False
    for _ in range(2):
        attempts: tuple[Callable[[], VaultStore], ...] = (
            lambda: VaultOpener(vault).open_for_this_account(),
            lambda: VaultOpener(vault).open_with_passphrase(PASSPHRASE),
            lambda: VaultOpener(vault).open_with_passphrase(OTHER_PASSPHRASE),
            lambda: VaultOpener(vault).open_with_recovery_key(key),
        )
        for attempt in attempts:
            try:
                store = attempt()
            except ZccKeysError:
                continue
            found = True
            assert names_in(store) == ["ProdSync"]

    return found
