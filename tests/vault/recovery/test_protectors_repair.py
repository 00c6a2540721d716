"""A damaged or missing `vault.json` is distinguished from a wrong key, and restored from an automatic backup."""

import base64
import json
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import file_keyring
from tests.support.recovery_keys import add_recovery_key
from tests.support.stored_vault import content_of
from tests.vault.conftest import PASSPHRASE
from tests.vault.recovery.conftest import NOON
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.repairs import PowerCutError, close_repaired, cut_power_at_call, damaged_vault_in
from tests.vault.recovery.sample_vault import SampleVault, healthy_content, opened_vault, table_rows
from zcc_keys_gui.domain.errors import (
    KeystoreEntryMissingError,
    VaultDamagedError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import damaged_vault
from zcc_keys_gui.vault.store import VaultStore

NEXT_DAY = NOON + timedelta(days=1)


@pytest.mark.parametrize("fault", ["missing", "damaged", "folder"])
def test_vault_json_is_restored_from_a_backup(backed_up: SampleVault, fault: str) -> None:
    protectors = backed_up.folder.protectors
    before = protectors.read_bytes()
    protectors.unlink()
    if fault == "damaged":
        protectors.write_bytes(before[:-40])
    elif fault == "folder":
        protectors.mkdir()
    with opened_vault(VaultFolder(backed_up.folder.automatic_backups / "2026-11-13T120033Z")):
        pass
    vault = damaged_vault_in(backed_up.folder)
    report = vault.examine()
    assert (report.readable, report.automatic_backup, report.with_database) == (None, None, False)
    assert report.protectors_from == NEXT_DAY
    quarantined = vault.restore_protectors(NEXT_DAY)
    assert protectors.read_bytes() == before
    if fault == "damaged":
        assert (quarantined / "vault.json").read_bytes() == before[:-40]
    with opened_vault(backed_up.folder) as store:  # the database is still the newest one
        assert len(content_of(store)["history"]) > len(backed_up.content["history"])


def test_both_files_are_restored_if_both_are_missing(backed_up: SampleVault) -> None:
    backed_up.folder.database.unlink()
    backed_up.folder.write_ahead_log.write_bytes(b"something")
    backed_up.folder.protectors.unlink()
    vault = damaged_vault_in(backed_up.folder)
    report = vault.examine()
    assert report.with_database
    assert report.protectors_from is not None
    vault.restore_protectors(report.protectors_from)
    assert table_rows(healthy_content(backed_up.folder), "keys") == table_rows(backed_up.content, "keys")


def test_a_backup_that_opens_another_database_is_skipped(backed_up: SampleVault) -> None:
    path = backed_up.folder.automatic_backups / "2026-11-13T120033Z" / "vault.json"
    document = json.loads(path.read_bytes())
    document["protectors"][0]["wrapped_key"] = base64.b64encode(bytes(48)).decode()
    path.write_text(json.dumps(document))
    backed_up.folder.protectors.unlink()
    assert damaged_vault_in(backed_up.folder).examine().protectors_from == NOON
    file_keyring.clear()  # without its entry, nothing shows that a backup would help
    assert damaged_vault_in(backed_up.folder).examine().protectors_from is None


def test_without_a_backup_nothing_is_offered(sample: SampleVault) -> None:
    sample.folder.protectors.unlink()
    report = damaged_vault_in(sample.folder).examine()
    assert (report.readable, report.automatic_backup, report.protectors_from) == (None, None, None)


@pytest.mark.parametrize("step", ["quarantine_files", "write_durably", "replace_database"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("database", ["present", "missing"])
def test_an_interrupted_restore_can_be_repeated(
    backed_up: SampleVault, monkeypatch: pytest.MonkeyPatch, step: str, moment: str, database: str
) -> None:
    backed_up.folder.protectors.write_bytes(b"{")
    if database == "missing":
        backed_up.folder.database.unlink()
    with monkeypatch.context() as patched, suppress(PowerCutError):
        patched.setattr(damaged_vault, step, cut_power_at_call(0, moment, getattr(damaged_vault, step)))
        damaged_vault_in(backed_up.folder).restore_protectors(NEXT_DAY)
    vault = damaged_vault_in(backed_up.folder)
    if isinstance(vault.error, VaultDamagedError) and vault.error.path == backed_up.folder.protectors:
        vault.restore_protectors(NEXT_DAY)
    elif vault.error.path == backed_up.folder.database and not backed_up.folder.database.exists():
        close_repaired(vault.restore_automatic_backup(NEXT_DAY))
    assert table_rows(healthy_content(backed_up.folder), "keys") == table_rows(backed_up.content, "keys")


# --- damage that looks like a wrong key -------------------------------------------------------------------


def alter(protectors: Path, kind: str | None, field: str) -> None:
    """Change one character of a value in `vault.json`, as a damaged disk may; `kind` is that of the protector."""
    document = json.loads(protectors.read_bytes())
    place = document
    if kind is not None:
        place = next(each for each in document["protectors"] if each["kind"] == kind)
        place = place["kdf"] if field == "salt" and "kdf" in place else place
    text = place[field]
    place[field] = ("B" if text[0] == "A" else "A") + text[1:]
    protectors.write_text(json.dumps(document))


def open_by(opener: VaultOpener, way: str, key: RecoveryKey) -> VaultStore:
    if way == "this account":
        return opener.open_for_this_account()
    return opener.open_with_passphrase(PASSPHRASE) if way == "passphrase" else opener.open_with_recovery_key(key)


@pytest.fixture
def three_ways(backed_up: SampleVault, monkeypatch: pytest.MonkeyPatch) -> tuple[VaultFolder, RecoveryKey]:
    """A vault with automatic backups that this account, a passphrase and a recovery key open."""
    weak = key_wrapping.Argon2idParameters(b"12345678", 64, 1, 1)
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: weak)
    with opened_vault(backed_up.folder) as store:
        store.protectors.set_passphrase(PASSPHRASE)
        key = add_recovery_key(store.protectors)
    return backed_up.folder, key


@pytest.mark.parametrize("database", ["present", "damaged", "missing"])
@pytest.mark.parametrize(
    ("kind", "field", "ways"),
    [
        ("this account", "wrapped_key", ["this account"]),
        ("this account", "nonce", ["this account"]),
        ("this account", "keystore_user", ["this account"]),
        ("passphrase", "wrapped_key", ["passphrase"]),
        ("passphrase", "salt", ["passphrase"]),
        ("recovery key", "nonce", ["recovery key"]),
        ("recovery key", "salt", ["recovery key"]),
        (None, "vault", ["this account", "passphrase", "recovery key"]),
    ],
)
def test_damage_within_vault_json_is_found_and_repaired(
    three_ways: tuple[VaultFolder, RecoveryKey], kind: str | None, field: str, ways: list[str], database: str
) -> None:
    folder, key = three_ways
    before = folder.protectors.read_bytes()
    alter(folder.protectors, kind, field)
    damaged = folder.protectors.read_bytes()
    if database == "damaged":
        flip_byte(folder.database, PAGE_BYTES + 1_000)
    elif database == "missing":
        folder.database.unlink()
    for way in ways:
        opener = VaultOpener(folder)
        with pytest.raises(VaultDamagedError) as caught:
            open_by(opener, way, key)
        assert caught.value.path == folder.protectors
    vault = opener.prepare_repair(caught.value, lambda: "me")
    assert vault.examine().protectors_from == NEXT_DAY
    quarantined = vault.restore_protectors(NEXT_DAY)
    assert (quarantined / "vault.json").read_bytes() == damaged
    assert folder.protectors.read_bytes() == before


def test_a_key_that_opens_no_backup_either_is_wrong(three_ways: tuple[VaultFolder, RecoveryKey]) -> None:
    folder, _ = three_ways
    before = folder.protectors.read_bytes()
    for kind in ("passphrase", "recovery key"):
        alter(folder.protectors, kind, "nonce")
    with pytest.raises(WrongPassphraseError):
        VaultOpener(folder).open_with_passphrase("another passphrase")
    with pytest.raises(WrongRecoveryKeyError):
        VaultOpener(folder).open_with_recovery_key(new_recovery_key())
    folder.protectors.write_bytes(before)
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        VaultOpener(folder).open_for_this_account()


def test_a_former_passphrase_that_opens_a_backup_is_wrong(
    three_ways: tuple[VaultFolder, RecoveryKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = three_ways
    former = {path: path.read_bytes() for path in folder.automatic_backups.glob("*/vault.json")}
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    with opened_vault(folder) as store:
        store.protectors.set_passphrase("another passphrase")
    for path, content in former.items():  # as if the program was killed before it updated the backups
        path.write_bytes(content)
    with pytest.raises(WrongPassphraseError):
        VaultOpener(folder).open_with_passphrase(PASSPHRASE)
