"""Automatic backups can be opened like the vault, also after its protectors or its key were changed."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.support.stored_vault import PASSPHRASE
from tests.vault.backups.conftest import DAY, NOON, times_of_backups
from tests.vault.conftest import a_key, insert, read_by_another_program
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultError,
    VaultNeedsRepairError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS, list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

NEW_PASSPHRASE = "other words long enough"


class PowerCutError(BaseException):
    """The end of the program, as in a power cut: no code handles it."""


@contextmanager
def full_disk_for(backup: VaultFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the disk be full when the protectors of one backup are written."""
    write = protector_file.write

    def fail(path: Path, protectors: ProtectorSet) -> None:
        if path == backup.protectors:
            raise DiskFullError(path)
        write(path, protectors)

    with monkeypatch.context() as patched:
        patched.setattr(protector_file, "write", fail)
        yield


def test_backups_get_the_new_protectors_of_the_vault(store: VaultStore) -> None:
    backups = [store.automatic_backups.make(NOON + day * DAY).folder for day in range(3)]
    backups[1].protectors.write_bytes(b"damaged")
    former = add_recovery_key(store.protectors)
    store.protectors.remove_this_account()
    for backup in (backups[0], backups[2]):
        VaultOpener(backup).open_with_recovery_key(former).close()
    present = add_recovery_key(store.protectors)
    with pytest.raises(WrongRecoveryKeyError):
        VaultOpener(backups[0]).open_with_recovery_key(former)
    VaultOpener(backups[2]).open_with_recovery_key(present).close()
    assert backups[1].protectors.read_bytes() == b"damaged"


def test_protectors_change_even_if_a_backup_cannot_be_updated(
    store: VaultStore, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = store.automatic_backups.make(NOON).folder
    with full_disk_for(backup, monkeypatch):
        key = add_recovery_key(store.protectors)
    VaultOpener(folder).open_with_recovery_key(key).close()
    VaultOpener(backup).open_for_this_account().close()


def test_a_failed_update_of_a_backup_is_retried_after_opening(
    store: VaultStore, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = store.automatic_backups.make(NOON).folder
    with full_disk_for(backup, monkeypatch):
        key = add_recovery_key(store.protectors)
        assert [type(error) for error in store.protectors.nonfatal_errors] == [DiskFullError]
    store.close()
    again = opener.open_for_this_account()
    assert not again.automatic_backups.are_outdated()  # the program asks this after each start
    again.close()
    VaultOpener(backup).open_with_recovery_key(key).close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and not every account may make links")
@pytest.mark.parametrize("kind", ["link loop", "pipe", "folder"])
def test_an_unreadable_backup_does_not_affect_the_others(store: VaultStore, folder: VaultFolder, kind: str) -> None:
    if sys.platform == "win32":  # for mypy
        return
    store.protectors.set_passphrase(PASSPHRASE)
    older, bad, newer = [store.automatic_backups.make(NOON + day * DAY).folder for day in range(3)]
    bad.protectors.unlink()
    if kind == "link loop":
        bad.protectors.symlink_to(bad.protectors.name)
    else:
        (os.mkfifo if kind == "pipe" else os.mkdir)(bad.protectors)
    store.protectors.set_passphrase(NEW_PASSPHRASE)
    assert bool(store.protectors.nonfatal_errors) == (kind == "link loop")
    for backup in (older, newer):
        VaultOpener(backup).open_with_passphrase(NEW_PASSPHRASE).close()
        with pytest.raises(WrongPassphraseError):
            VaultOpener(backup).open_with_passphrase(PASSPHRASE)
    for day in range(3, 10):
        store.automatic_backups.make(NOON + day * DAY)
    assert len(times_of_backups(folder)) == MAX_BACKUPS
    assert not store.automatic_backups.is_due(NOON + 9 * DAY)


# --- re-encryption ----------------------------------------------------------------------------------------


def test_a_new_backup_replaces_those_with_a_former_key(store: VaultStore, folder: VaultFolder) -> None:
    for day in range(2):
        store.automatic_backups.make(NOON + day * DAY)
    damaged = folder.automatic_backups / "2026-11-12T120033Z" / "vault.json"
    damaged.write_bytes(b"damaged")  # nothing shows which key this backup has
    reencrypt(store.protectors)
    assert store.automatic_backups.is_due(NOON + DAY)
    store.automatic_backups.make(NOON + DAY + timedelta(hours=1))
    assert not store.automatic_backups.is_due(NOON + DAY)
    assert [made.day for made in times_of_backups(folder)] == [13, 12]


@pytest.mark.parametrize("fault", [sqlcipher.OperationalError("disk I/O error"), PowerCutError()], ids=type)
def test_backups_are_kept_if_re_encrypting_fails(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)

    def fail(*_: object) -> None:
        raise fault

    with monkeypatch.context() as patched, pytest.raises((VaultError, PowerCutError)):
        patched.setattr(cipher, "rekey", fail)
        reencrypt(store.protectors)
    if isinstance(fault, PowerCutError):
        store.close()
        store = opener.open_for_this_account()
        assert store.protectors.interrupted_reencryption_was_done is False
    assert protector_file.read(folder.protectors).generation == 1
    check_backups_have_present_key(store, folder)
    store.close()


def test_backups_are_kept_if_an_old_version_did_not_re_encrypt(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    """That version counted the generation up first."""
    for day in range(MAX_BACKUPS):
        store.automatic_backups.make(NOON + day * DAY)
    with closing(cipher.connect(folder.database, store._key.material())) as db:
        db.execute("UPDATE vault SET generation = 2")
    store.close()
    protector_file.write(folder.protectors, replace(protector_file.read(folder.protectors), generation=2))

    store = opener.open_for_this_account()
    check_backups_have_present_key(store, folder)
    store.close()
    folder.database.write_bytes(b"x" * 8192)
    with pytest.raises(VaultNeedsRepairError) as caught:
        opener.open_for_this_account()
    vault = opener.prepare_repair(caught.value, lambda: "me")
    assert vault.examine().automatic_backup is not None
    vault.restore_automatic_backup(times_of_backups(folder)[-1])[0].close()
    opener.open_for_this_account().close()


def check_backups_have_present_key(store: VaultStore, folder: VaultFolder) -> None:
    """Check that backups open as the vault does, get its new protectors, and are not deleted too early."""
    assert not store.automatic_backups.are_outdated()
    checked = store.checks.full(lambda *_: None).automatic_backups
    assert [(backup.is_healthy, backup.has_former_key) for backup in checked] == MAX_BACKUPS * [(True, False)]
    key = add_recovery_key(store.protectors)
    for backup in list_automatic_backups(folder):
        VaultOpener(backup.folder).open_with_recovery_key(key).close()
    store.automatic_backups.make(NOON + MAX_BACKUPS * DAY)
    assert len(times_of_backups(folder)) == MAX_BACKUPS


def test_unfinished_re_encryption_leaves_a_former_key_in_backups(
    store: VaultStore, opener: VaultOpener, folder: VaultFolder
) -> None:
    insert(store, *(a_key(f"Key{number}") for number in range(50)))
    store.automatic_backups.make(NOON)
    with read_by_another_program(store, folder):
        reencrypt(store.protectors)
        assert store.protectors.unfinished_reencryption
        (checked,) = store.checks.full(lambda *_: None).automatic_backups
        assert (checked.is_healthy, checked.has_former_key) == (True, True)
        assert store.automatic_backups.are_outdated()
        made = store.automatic_backups.make(NOON + DAY)
        assert list_automatic_backups(folder) == [made]
        store.protectors.set_passphrase(PASSPHRASE)
    store.close()
    store = opener.open_for_this_account()
    assert not store.automatic_backups.are_outdated()
    (checked,) = store.checks.full(lambda *_: None).automatic_backups
    assert (checked.is_healthy, checked.has_former_key) == (True, False)
    VaultOpener(made.folder).open_with_passphrase(PASSPHRASE).close()
    store.close()
