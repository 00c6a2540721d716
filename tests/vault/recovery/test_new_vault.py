"""A new vault from a backup, in place of one that cannot be opened: nothing is lost, and a kill leaves either."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import use_keyring
from tests.reliability import figures
from tests.support import file_keyring
from tests.support.sign_in_check import signs_in
from tests.support.stored_vault import content_of
from tests.vault.backed_up import Written, read
from tests.vault.damaged import Saved, fill, opened, save
from tests.vault.recovery.test_damaged_vault import PowerCutError, close, cutting, damage_of, now_in, rows
from tests.vault.reliability.test_mutants import a_folder, another_vault, flip
from zcc_keys_gui.domain.api_key import KeyQuery, Status
from zcc_keys_gui.domain.damage import NewVault, Recovered
from zcc_keys_gui.domain.errors import (
    DiskFullError,
    KeystoreEntryMissingError,
    KeystoreUnavailableError,
    VaultNeedsRepairError,
    VaultTooNewError,
    WrongKeystoreEntryError,
)
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import new_vault as new_vault_module
from zcc_keys_gui.vault.recovery import replacement as replacement_module
from zcc_keys_gui.vault.recovery.new_vault import VaultFromBackup
from zcc_keys_gui.vault.recovery.quarantine import remove_quarantined
from zcc_keys_gui.vault.store import VaultStore

PASSPHRASE = "another passphrase"


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """A vault that was backed up, and of which there is an automatic copy."""
    saved = save(tmp_path / "saved")
    with opened(saved.folder) as store:
        store.automatic_backups.make(datetime.now(UTC))
        Backups(store.backups, lambda: "me").back_up(tmp_path / "a.zccbackup", PASSPHRASE)
    return saved


@pytest.fixture
def backup(saved: Saved, tmp_path: Path) -> Written:
    return read(tmp_path / "a.zccbackup", PASSPHRASE)


def plan(making: VaultFromBackup[VaultStore], backup: Written) -> NewVault:
    """Read a backup, and return what a new vault would have of it."""
    with closing(making.read(backup.path, PASSPHRASE, lambda: False, lambda _done, _of: None)) as opened:
        return opened.plan()


def make(making: VaultFromBackup[VaultStore], backup: Written, passphrase: str | None) -> tuple[VaultStore, Recovered]:
    """Read a backup, and make a new vault of it."""
    with closing(making.read(backup.path, PASSPHRASE, lambda: False, lambda _done, _of: None)) as opened:
        return opened.make(passphrase)


class ItOpensError(Exception):
    """The vault can be opened after all."""


def from_backup(folder: VaultFolder) -> VaultFromBackup[VaultStore]:
    """Start with a vault that cannot be opened, and return what makes a new one, as the program does."""
    opener = VaultOpener(folder)
    try:
        opener.vault_exists()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        return opener.damage(error, lambda: "me").from_backup
    except (KeystoreEntryMissingError, WrongKeystoreEntryError):
        return opener.from_backup(lambda: "me")
    raise ItOpensError


def files(folder: VaultFolder) -> dict[str, bytes | None]:
    """Return what the two files of a vault are."""
    return {path.name: path.read_bytes() if path.is_file() else None for path in (folder.database, folder.protectors)}


# --- a vault whose key is there ---------------------------------------------------------------------------


def test_what_can_be_read_and_what_the_backup_has_are_in_the_new_vault(saved: Saved, backup: Written) -> None:
    with opened(saved.folder) as store:
        fill(store, "Newer", 2)
        newer = content_of(store)
    lost: set[Any] = set()
    for page in range(1, len(saved.folder.database.read_bytes()) // PAGE, 5):
        mutant = saved.copy_to(saved.folder.path.with_name("mutant"))
        flip(mutant.database, page * PAGE + 1_000)
        damaged, protectors = files(mutant).values()
        damage = damage_of(mutant)
        report = damage.examine()
        assert report.readable is not None
        planned = plan(damage.from_backup, backup)
        recovered = close(make(damage.from_backup, backup, None))
        assert planned.readable == report.readable.keys
        assert recovered.keys == planned.readable + planned.plan.added
        assert recovered.backup_made == backup.made
        assert (recovered.quarantine / "vault.db").read_bytes() == damaged
        assert mutant.protectors.read_bytes() == protectors
        found = rows(now_in(mutant), "keys")
        assert found <= rows(newer, "keys")
        assert rows(saved.content, "keys") <= found
        lost |= rows(newer, "keys") - found
    assert len(lost) <= 1  # the one key that the backup does not have


@pytest.mark.parametrize("fault", ["missing", "empty", "folder", "another"])
def test_a_database_that_is_gone_comes_from_the_backup(saved: Saved, backup: Written, fault: str) -> None:
    database = saved.folder.database
    if fault == "another":
        another_vault(saved, database)
    elif fault == "folder":
        a_folder(saved, database)
    else:
        database.unlink()
        if fault == "empty":
            database.touch()
    recovered = close(make(from_backup(saved.folder), backup, None))
    assert recovered.keys == len(saved.content["keys"])
    assert rows(now_in(saved.folder), "keys") == rows(saved.content, "keys")
    with opened(saved.folder) as store:
        entry = store.history.page(HistoryQuery(), 0, 1)[0]
        assert (entry.action, entry.details[:26]) == (Action.RESTORED, "New vault from the backup ")
        assert len(store.checks.full(lambda *_: None).automatic_backups) == 1  # it is of this vault still


def test_what_was_taken_away_since_does_not_come_back(saved: Saved, backup: Written) -> None:
    with opened(saved.folder) as store:
        keys = Keys(store, lambda: "me")
        deleted, disabled, renewed = store.keys.page(KeyQuery(), 0, 3)
        keys.delete([deleted.client_id])
        keys.set_status([disabled.client_id], Status.DISABLED)
        secret = keys.regenerate_secret(renewed.client_id).secret
    flip(saved.folder.database, 100)  # which costs no key
    close(make(from_backup(saved.folder), backup, None))
    with opened(saved.folder) as store:
        keys = Keys(store, lambda: "me")
        assert store.keys.count(KeyQuery()) == len(saved.content["keys"]) - 1
        assert keys.key(disabled.client_id).fields.status is Status.DISABLED
        assert signs_in(keys, renewed.client_id, secret)


# --- a vault that nothing opens ---------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["missing", "emptied", "folder", "keystore"])
def test_without_a_key_the_backup_becomes_a_vault_of_its_own(saved: Saved, backup: Written, fault: str) -> None:
    shutil.copytree(saved.folder.path, saved.folder.path.with_name("before"))
    keystore = file_keyring.entries()
    spoil(saved.folder, fault)
    before = files(saved.folder)
    planned = plan(from_backup(saved.folder), backup)
    assert (planned.vault_id, planned.readable, planned.plan.added) == (None, 0, len(saved.content["keys"]))
    recovered = close(make(from_backup(saved.folder), backup, None))
    assert rows(now_in(saved.folder), "keys") == rows(saved.content, "keys")
    with opened(saved.folder) as store:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.RESTORED
        assert store.checks.full(lambda *_: None).automatic_backups == ()
        assert store.protectors.ways_to_unlock().this_account is not None
    assert {path.name for path in saved.folder.path.iterdir()} == {"vault.db", "vault.json", "set-aside"}
    if fault == "folder":
        assert (recovered.quarantine / "vault.json.as-it-was").is_dir()
    kept = {name: content for name, content in before.items() if content is not None}
    assert kept == {name: (recovered.quarantine / name).read_bytes() for name in kept}
    if fault == "keystore":  # found again
        file_keyring._write(file_keyring.entries() | keystore)
        assert now_in(VaultFolder(recovered.quarantine))["keys"] == saved.content["keys"]
    (copy,) = (recovered.quarantine / "copies").iterdir()
    assert files(VaultFolder(copy)).keys() == {"vault.db", "vault.json"}


def spoil(folder: VaultFolder, fault: str) -> None:
    """Let nothing open the vault any more."""
    if fault == "keystore":
        file_keyring.clear()
        return
    folder.protectors.unlink()
    if fault == "emptied":
        folder.protectors.touch()
    elif fault == "folder":
        folder.protectors.mkdir()


def test_a_passphrase_opens_the_new_vault_where_one_is_given(
    saved: Saved, backup: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_keyring(monkeypatch, "keyring.backends.fail.Keyring")
    before = files(saved.folder)
    opener = VaultOpener(saved.folder)
    with pytest.raises(KeystoreUnavailableError):
        make(opener.from_backup(lambda: "me"), backup, None)
    assert files(saved.folder) == before
    assert not saved.folder.quarantine.exists()
    close(make(opener.from_backup(lambda: "me"), backup, "four random words fit"))
    assert not opener.has_this_account()
    store = opener.open_with_passphrase("four random words fit")
    assert rows(content_of(store), "keys") == rows(saved.content, "keys")
    store.close()


# --- cut short --------------------------------------------------------------------------------------------

EFFECTS = ("fsync", "mkdir", "rename", "replace", "unlink")
"""What changes the disk in a way that a next start sees; before each of them, everything may end."""


# Removing the checked copy of the backup, which the garbage collector may do, is cut short too.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.reliability
@pytest.mark.parametrize("fault", ["page", "database", "missing", "keystore"])
def test_cut_short_at_any_step_the_former_vault_or_the_new_one_is_there(
    saved: Saved, backup: Written, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    keystore = file_keyring.entries()
    for effects in count():
        file_keyring._write(keystore)
        mutant = saved.copy_to(saved.folder.path.with_name("mutant"))
        if fault == "page":
            flip(mutant.database, PAGE + 1_000)
        elif fault == "database":
            mutant.database.unlink()
        else:
            spoil(mutant, fault)
        before = files(mutant)
        making = from_backup(mutant)
        with monkeypatch.context() as patched:
            left = iter([None] * effects)
            for effect in EFFECTS:
                patched.setattr(os, effect, cut_after(left, getattr(os, effect)))
            try:
                close(make(making, backup, None))
            except PowerCutError:
                was_cut = True
            else:
                was_cut = False
        start_again(mutant, before, backup)
        assert rows(now_in(mutant), "keys") == rows(saved.content, "keys")
        kept = [path.read_bytes() for path in mutant.quarantine.glob("*Z*/vault.*")]
        assert set(before.values()) <= {None, *files(mutant).values(), *kept}
        if not was_cut:
            break
    assert effects > 10
    figures.count("power cuts", f"while a new vault is made of a backup: {fault}", effects)


def cut_after(left: Iterator[None], real: Callable[..., object]) -> Callable[..., object]:
    """Return a function that ends everything once none is `left`."""

    def cut(*arguments: Any, **named: Any) -> object:
        if next(left, PowerCutError) is PowerCutError:
            raise PowerCutError
        return real(*arguments, **named)

    return cut


def start_again(folder: VaultFolder, before: dict[str, bytes | None], backup: Written) -> None:
    """Start once more: the new vault opens, or the former one is as it was and can be replaced now."""
    try:
        making = from_backup(folder)
    except ItOpensError:
        return
    assert files(folder) == before
    close(make(making, backup, None))


@pytest.mark.parametrize("fault", ["page", "missing"])
@pytest.mark.parametrize("step", ["copyfile", "verify_database", "flush"])
def test_a_full_disk_leaves_everything_as_it_was(
    saved: Saved, backup: Written, monkeypatch: pytest.MonkeyPatch, fault: str, step: str
) -> None:
    if fault == "page":
        flip(saved.folder.database, PAGE + 1_000)
    else:
        spoil(saved.folder, fault)
    before, entries = files(saved.folder), file_keyring.entries()
    making = from_backup(saved.folder)

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(shutil if step == "copyfile" else new_vault_module, step, fail)
    with pytest.raises(DiskFullError):
        make(making, backup, None)
    assert files(saved.folder) == before
    assert file_keyring.entries() == entries


def test_what_was_put_there_after_a_kill_is_kept_too(
    saved: Saved, backup: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(saved.folder, "emptied")
    making = from_backup(saved.folder)
    with monkeypatch.context() as patched, suppress(PowerCutError):
        patched.setattr(replacement_module, "remove_quarantined", cutting(remove_quarantined, 0, "before"))
        make(making, backup, None)
    saved.folder.database.write_bytes(b"mine")
    with opened(saved.folder):
        pass
    assert b"mine" in [path.read_bytes() for path in saved.folder.quarantine.glob("*/vault.db")]


def test_a_new_vault_of_a_newer_version_is_left_to_it(
    saved: Saved, backup: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(saved.folder, "emptied")
    saved.folder.replacement_protectors.write_text('{"format": 99}')
    with pytest.raises(VaultTooNewError):
        VaultOpener(saved.folder).vault_exists()
    assert saved.folder.replacement_protectors.exists()
