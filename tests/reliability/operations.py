"""Operations on a vault during which a process is killed; see `killed_process`."""

from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.support.recovery_keys import add_recovery_key
from zcc_keys_gui.domain.errors import VaultNeedsRepairError, ZccKeysError
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service.protection import Protection
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "four random words fit"
OTHER_PASSPHRASE = "another four random words"
WEAK_PARAMETERS = key_wrapping.Argon2idParameters(b"salt" * 4, memory_kib=64, iterations=1, lanes=1)
"""With these parameters, a key is derived from a passphrase in almost no time."""


class Operation(NamedTuple):
    """Something that is done to a vault."""

    prepare: Callable[[VaultFolder], Any]
    run: Callable[[Any], object]
    """Takes what `prepare` returned. The process is killed while this runs; the result is reported."""


def open_for_account(folder: VaultFolder) -> VaultStore:
    return VaultOpener(folder).open_for_this_account()


def open_with_passphrase(folder: VaultFolder) -> VaultStore:
    return VaultOpener(folder).open_with_passphrase(PASSPHRASE)


def protection_of(store: VaultStore) -> Protection:
    """Return what changes the protectors of a vault, and writes that to the history."""
    return Protection(store, lambda: "killed_process")


def replace_recovery_key(store: VaultStore) -> str:
    """Return the new recovery key."""
    return add_recovery_key(protection_of(store)).reveal()


def reencrypt(store: VaultStore) -> str:
    """Return the new recovery key."""
    has_passphrase = store.protectors.ways_to_unlock().passphrase is not None
    key = new_recovery_key()
    assert protection_of(store).prepare_reencryption(PASSPHRASE if has_passphrase else None)(key) is None
    return key.reveal()


def make_automatic_backup(store: VaultStore) -> None:
    store.automatic_backups.make(datetime.now(UTC))


def damaged_vault_in(folder: VaultFolder) -> DamagedVault[VaultStore] | None:
    """Return a vault that is damaged on any page; None for a healthy one."""
    opener = VaultOpener(folder)
    opener.vault_exists()
    try:
        with closing(opener.open_for_this_account()) as store:
            if store.checks.full(lambda *_: None).is_healthy:
                return None
        opener.mark_damaged()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        vault = opener.prepare_repair(error, lambda: "killed_process")
        vault.examine()
        return vault
    raise AssertionError(folder)


def time_of_newest_backup(vault: DamagedVault[VaultStore]) -> datetime:
    return list_automatic_backups(vault._folder)[0].made


def restore_newest_backup(vault: DamagedVault[VaultStore]) -> None:
    vault.restore_automatic_backup(time_of_newest_backup(vault))[0].close()


def salvage(vault: DamagedVault[VaultStore]) -> None:
    vault.salvage()[0].close()


def restore_protectors(vault: DamagedVault[VaultStore]) -> None:
    vault.restore_protectors(time_of_newest_backup(vault))


def start(folder: VaultFolder) -> None:
    """Open or create the vault as each start of the program does, and close it."""
    opener = VaultOpener(folder)
    if not opener.vault_exists():
        opener.create_for_this_account().close()
        return
    for attempt in (opener.open_for_this_account, lambda: opener.open_with_passphrase(PASSPHRASE)):
        with suppress(ZccKeysError):  # the program would show the error
            attempt().close()
            return


OPERATIONS = {
    "set up this account": Operation(open_with_passphrase, lambda store: protection_of(store).set_up_this_account()),
    "remove this account": Operation(open_for_account, lambda store: protection_of(store).remove_this_account()),
    "set a passphrase": Operation(
        open_for_account, lambda store: protection_of(store).set_passphrase(OTHER_PASSPHRASE)
    ),
    "let a passphrase replace this account": Operation(
        open_for_account, lambda store: protection_of(store).replace_account_with_passphrase(OTHER_PASSPHRASE)
    ),
    "remove the passphrase": Operation(open_for_account, lambda store: protection_of(store).remove_passphrase()),
    "make a recovery key": Operation(open_for_account, replace_recovery_key),
    "remove the recovery key": Operation(open_for_account, lambda store: protection_of(store).remove_recovery_key()),
    "re-encrypt": Operation(open_with_passphrase, reencrypt),
    "re-encrypt for this account": Operation(open_for_account, reencrypt),
    "open with the passphrase": Operation(lambda folder: folder, lambda folder: open_with_passphrase(folder).close()),
    "create a vault": Operation(lambda folder: folder, start),
    "start": Operation(lambda folder: folder, start),
    "make an automatic backup": Operation(open_for_account, make_automatic_backup),
    "restore an automatic backup": Operation(damaged_vault_in, restore_newest_backup),
    "salvage": Operation(damaged_vault_in, salvage),
    "restore vault.json": Operation(damaged_vault_in, restore_protectors),
}
