"""A damaged vault: what is left is saved or a copy opened, its files are kept, and a kill leaves one or the other."""

import base64
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.support import file_keyring
from tests.support.recovery_keys import add_recovery_key
from tests.support.stored_vault import content_of
from tests.vault.conftest import PASSPHRASE
from tests.vault.damaged import Saved, fill, opened, save, save_killed
from tests.vault.reliability.test_mutants import WITHOUT_LINKS, a_folder, another_vault, flip
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    DiskFullError,
    KeystoreEntryMissingError,
    VaultDamagedError,
    VaultNeedsRepairError,
    WrongPassphraseError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.domain.recovery_key import RecoveryKey, new_recovery_key
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping as protectors_module
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery import damaged_vault as damage_module
from zcc_keys_gui.vault.recovery import quarantine as quarantine_module
from zcc_keys_gui.vault.recovery import replacement as replacement_module
from zcc_keys_gui.vault.recovery.damaged_vault import DamagedVault
from zcc_keys_gui.vault.recovery.salvage import salvage
from zcc_keys_gui.vault.store import VaultStore

NOON = datetime(2026, 11, 12, 12, 0, 33, tzinfo=UTC)


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    return save(tmp_path / "saved")


@pytest.fixture
def copied(saved: Saved) -> Saved:
    """A vault with two automatic copies, and a key that is in neither."""
    with opened(saved.folder) as store:
        store.automatic_backups.make(NOON)
        store.automatic_backups.make(NOON + timedelta(days=1))
        fill(store, "Newer", 1)
    return saved


def damage_of(folder: VaultFolder) -> DamagedVault[VaultStore]:
    """Open the vault, which is damaged, and return what can be done."""
    opener = VaultOpener(folder)
    try:
        opener.vault_exists()
        opener.open_for_this_account().close()
    except VaultNeedsRepairError as error:
        return opener.damage(error, lambda: "me")
    opener.distrust()
    with pytest.raises(VaultDamagedError) as caught:
        opener.open_for_this_account()
    return opener.damage(caught.value, lambda: "me")


def close(result: tuple[VaultStore, Any]) -> Any:
    """Close the store that was opened, and return what became of the vault."""
    store, recovered = result
    store.close()
    return recovered


def rows(content: dict[str, Any], table: str) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in content[table]}


def now_in(folder: VaultFolder) -> dict[str, Any]:
    with opened(folder) as store:
        assert store.checks.full(lambda *_: None).is_healthy
        return content_of(store)


# --- salvage ----------------------------------------------------------------------------------------------


@pytest.mark.reliability
def test_around_each_bad_page_the_rest_is_saved(saved: Saved, tmp_path: Path) -> None:
    pages = saved.folder.database.stat().st_size // PAGE
    bad_pages = range(0, pages, pages // rounds(pages // 4, pages))
    lost_keys = 0
    for page in bad_pages:
        mutant = saved.copy_to(tmp_path / "mutant")
        flip(mutant.database, page * PAGE + 1_000)
        damaged = mutant.database.read_bytes()
        damage = damage_of(mutant)
        readable = damage.examine().readable
        assert readable is not None
        assert (readable.pages, readable.bad_pages) == (pages, 1)
        recovered = close(damage.salvage())
        assert (recovered.quarantine / "vault.db").read_bytes() == damaged
        found = now_in(mutant)
        assert rows(found, "keys") <= rows(saved.content, "keys")
        lost = len(saved.content["keys"]) - len(found["keys"])
        assert recovered.lost is not None
        assert recovered.lost.keys_lost in (None, lost)
        lost_keys += lost
        history_lost = len(rows(saved.content, "history") - rows(found, "history"))
        assert recovered.lost.history_lost is None or recovered.lost.history_lost <= history_lost
        with opened(mutant) as store:
            assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.SALVAGED
    assert lost_keys <= 1.1 * len(saved.content["keys"])  # each is on one page
    figures.count("mutants", "salvaged around a bad page", len(bad_pages))


def test_a_lost_key_is_named_where_the_history_tells_of_it(saved: Saved) -> None:
    names: set[str] = set()
    for page in range(saved.folder.database.stat().st_size // PAGE):
        flip(saved.folder.database, page * PAGE + 1_000)
        readable = damage_of(saved.folder).examine().readable
        assert readable is not None
        if readable.keys_lost:
            assert len(readable.names_lost) == readable.keys_lost
            names.update(readable.names_lost)
        flip(saved.folder.database, page * PAGE + 1_000)
    assert names == {row[1] for row in saved.content["keys"]}


@pytest.mark.parametrize("offset", [0, 15])
def test_without_the_salt_only_a_backup_helps(copied: Saved, offset: int) -> None:
    """Every page depends on the salt in the first 16 bytes of the file, and no other file has it."""
    flip(copied.folder.database, offset)
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert report.readable is not None
    assert report.readable.bad_pages == report.readable.pages > 0
    assert (report.readable.keys, report.readable.keys_lost) == (0, None)
    assert report.automatic_backup is not None
    close(damage.restore_automatic_backup(report.automatic_backup.made))
    assert rows(now_in(copied.folder), "keys") == rows(copied.content, "keys")


def test_what_a_killed_program_left_in_the_log_is_saved_too(tmp_path: Path) -> None:
    saved = save_killed(tmp_path / "killed", tmp_path / "running")
    flip(saved.folder.database, 1_000)  # the first page, of which the log has no newer one
    close(damage_of(saved.folder).salvage())
    assert rows(now_in(saved.folder), "keys") == rows(saved.content, "keys")


def test_what_tells_of_a_log_is_set_aside_with_it(tmp_path: Path) -> None:
    saved = save_killed(tmp_path / "killed", tmp_path / "running")
    flip(saved.folder.write_ahead_log, 0)
    recovered = close(damage_of(saved.folder).salvage())
    assert {"vault.db-wal", "vault.saved"} < {path.name for path in recovered.quarantine.iterdir()}
    assert not saved.folder.saved_changes.exists()
    assert rows(now_in(saved.folder), "keys") == rows(saved.content, "keys")


def test_what_was_in_a_log_that_is_gone_is_not_said_to_be_nothing(tmp_path: Path) -> None:
    saved = save_killed(tmp_path / "killed", tmp_path / "running")
    saved.folder.write_ahead_log.unlink()
    damage = damage_of(saved.folder)
    readable = damage.examine().readable
    assert readable is not None
    assert (readable.bad_pages, readable.keys_lost, readable.history_lost) == (0, None, None)
    close(damage.salvage())
    now_in(saved.folder)


def test_a_deleted_key_does_not_come_back(saved: Saved) -> None:
    damage = damage_of(saved.folder)  # though nothing is damaged
    close(damage.salvage())
    assert rows(now_in(saved.folder), "keys") == rows(saved.content, "keys")


def test_the_same_protectors_open_what_was_salvaged(saved: Saved) -> None:
    protectors = saved.folder.protectors.read_bytes()
    flip(saved.folder.database, 5 * PAGE + 1)
    close(damage_of(saved.folder).salvage())
    assert saved.folder.protectors.read_bytes() == protectors


def test_another_vault_in_its_place_is_not_taken_for_an_empty_one(saved: Saved) -> None:
    another_vault(saved, saved.folder.database)
    readable = damage_of(saved.folder).examine().readable
    assert readable is not None
    assert readable.bad_pages == readable.pages > 0
    assert (readable.keys, readable.keys_lost) == (0, None)


# --- the newest sound copy --------------------------------------------------------------------------------


def test_the_newest_sound_copy_is_offered_and_what_it_has_not(copied: Saved) -> None:
    flip(copied.folder.database, PAGE + 1_000)
    report = damage_of(copied.folder).examine()
    assert report.automatic_backup is not None
    assert report.automatic_backup.made == NOON + timedelta(days=1)
    assert report.automatic_backup.keys == len(copied.content["keys"])
    assert [entry.action for entry in report.automatic_backup.newer] == [Action.DELETED, Action.EDITED, Action.ADDED]


def test_a_damaged_copy_is_passed_over(copied: Saved) -> None:
    flip(copied.folder.automatic_backups / "2026-11-13T120033Z" / "vault.db", 3 * PAGE + 5)
    flip(copied.folder.database, 5 * PAGE + 1)
    report = damage_of(copied.folder).examine()
    assert report.automatic_backup is not None
    assert report.automatic_backup.made == NOON


@pytest.mark.parametrize("fault", ["flipped", "missing", "empty", "folder", "log missing"])
def test_the_copy_is_opened_and_the_damaged_files_are_kept(copied: Saved, fault: str) -> None:
    database = copied.folder.database
    if fault == "flipped":
        flip(database, 100)
    elif fault == "missing":
        database.unlink()
    elif fault == "empty":
        database.write_bytes(b"")
    elif fault == "folder":
        a_folder(copied, database)
        (database / "mine").write_text("mine")
    else:
        store = VaultOpener(copied.folder).open_for_this_account()
        fill(store, "Unlogged", 1)
        shutil.copyfile(database, database.with_name("flagged"))
        store.close()
        database.with_name("flagged").replace(database)
    content = database.read_bytes() if database.is_file() else None
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert report.automatic_backup is not None
    recovered = close(damage.restore_automatic_backup(report.automatic_backup.made))
    assert recovered.keys == report.automatic_backup.keys
    if content is not None:
        assert (recovered.quarantine / "vault.db").read_bytes() == content
    elif fault == "folder":
        assert (recovered.quarantine / "vault.db.as-it-was" / "mine").read_text() == "mine"
    assert rows(now_in(copied.folder), "keys") == rows(copied.content, "keys")
    with opened(copied.folder) as store:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.RESTORED


@pytest.mark.parametrize("way", ["copy", "salvage"])
def test_no_old_secret_works_in_what_was_recovered(saved: Saved, way: str) -> None:
    with opened(saved.folder) as store:
        keys = Keys(store, lambda: "me")
        client_id = store.keys.page(KeyQuery(), 0, 1)[0].client_id
        new = keys.regenerate_secret(client_id, timedelta(days=7))
        store.automatic_backups.make(NOON)
        if way == "copy":
            keys.stop_replaced_secret(client_id)
    flip(saved.folder.database, 100)  # which costs no key
    damage = damage_of(saved.folder)
    damage.examine()
    close(damage.restore_automatic_backup(NOON) if way == "copy" else damage.salvage())
    with opened(saved.folder) as store:
        assert store.key(client_id).replaced_until is None
        found = Keys(store, lambda: "me").check_secret(new.secret)
        assert found is not None
        assert found.signs_in


@WITHOUT_LINKS
def test_a_link_is_moved_and_what_it_names_is_left_alone(copied: Saved) -> None:
    elsewhere = copied.folder.path.parent / "elsewhere"
    elsewhere.write_bytes(b"mine")
    copied.folder.database.unlink()
    copied.folder.database.symlink_to(elsewhere)
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert report.automatic_backup is not None
    close(damage.restore_automatic_backup(report.automatic_backup.made))
    assert elsewhere.read_bytes() == b"mine"
    assert not copied.folder.database.is_symlink()
    assert rows(now_in(copied.folder), "keys") == rows(copied.content, "keys")


def test_damage_that_is_set_aside_in_one_second_twice_is_kept_twice(
    copied: Saved, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = quarantine_module.quarantine_files(copied.folder, NOON)
    second = quarantine_module.quarantine_files(copied.folder, NOON)
    assert first != second
    assert {path.name for path in copied.folder.quarantine.iterdir()} == {first.name, second.name}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no handle of a folder to flush")
def test_what_is_set_aside_is_on_the_disk_with_its_names(copied: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    aside = quarantine_module.quarantine_files(copied.folder, NOON)
    places = [copied.folder.path, aside / "vault.db", aside / "vault.json", aside, aside.parent]
    assert flushed == [place.stat().st_ino for place in places]


def test_a_sound_vault_that_is_open_can_be_set_aside_too(saved: Saved) -> None:
    with opened(saved.folder) as store:
        fill(store, "New", 1)
        aside = quarantine_module.quarantine_open_vault(saved.folder, store._connections, NOON)
        expected = content_of(store)
    with opened(VaultFolder(aside)) as store:
        assert content_of(store) == expected


# --- vault.json -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["missing", "damaged", "folder"])
def test_vault_json_is_put_back_from_a_copy(copied: Saved, fault: str) -> None:
    protectors = copied.folder.protectors
    before = protectors.read_bytes()
    protectors.unlink()
    if fault == "damaged":
        protectors.write_bytes(before[:-40])
    elif fault == "folder":
        protectors.mkdir()
    with opened(VaultFolder(copied.folder.automatic_backups / "2026-11-13T120033Z")):
        pass
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert (report.readable, report.automatic_backup, report.with_database) == (None, None, False)
    assert report.protectors_from == NOON + timedelta(days=1)
    aside = damage.restore_protectors(report.protectors_from)
    assert protectors.read_bytes() == before
    if fault == "damaged":
        assert (aside / "vault.json").read_bytes() == before[:-40]
    with opened(copied.folder) as store:
        assert len(content_of(store)["history"]) > len(copied.content["history"])  # of the vault, not of the copy


def test_both_files_are_put_back_where_both_are_gone(copied: Saved) -> None:
    copied.folder.database.write_bytes(b"")
    copied.folder.database.rename(copied.folder.write_ahead_log)
    copied.folder.write_ahead_log.write_bytes(b"something")
    copied.folder.protectors.unlink()
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert report.with_database
    assert report.protectors_from is not None
    damage.restore_protectors(report.protectors_from)
    assert rows(now_in(copied.folder), "keys") == rows(copied.content, "keys")


def test_vault_json_of_a_copy_that_opens_another_database_is_passed_over(copied: Saved) -> None:
    for made in ("2026-11-12T120033Z", "2026-11-13T120033Z"):
        place = copied.folder.automatic_backups / made / "vault.json"
        document = json.loads(place.read_bytes())
        if made.startswith("2026-11-13"):
            document["protectors"][0]["wrapped_key"] = base64.b64encode(bytes(48)).decode()
        place.write_text(json.dumps(document))
    copied.folder.protectors.unlink()
    assert damage_of(copied.folder).examine().protectors_from == NOON
    file_keyring.clear()  # nobody can tell now, and nothing else would
    assert damage_of(copied.folder).examine().protectors_from is None


@pytest.mark.parametrize("step", ["quarantine_files", "write_durably", "replace_database"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("database", ["there", "gone"])
def test_cut_short_while_vault_json_is_put_back_it_can_be_put_back_again(
    copied: Saved, monkeypatch: pytest.MonkeyPatch, step: str, moment: str, database: str
) -> None:
    copied.folder.protectors.write_bytes(b"{")
    if database == "gone":
        copied.folder.database.unlink()
    made = NOON + timedelta(days=1)
    with monkeypatch.context() as patched, suppress(PowerCutError):
        patched.setattr(damage_module, step, cutting(getattr(damage_module, step), 0, moment))
        damage_of(copied.folder).restore_protectors(made)
    damage = damage_of(copied.folder)
    if isinstance(damage.error, VaultDamagedError) and damage.error.path == copied.folder.protectors:
        damage.restore_protectors(made)
    elif damage.error.path == copied.folder.database and not copied.folder.database.exists():
        close(damage.restore_automatic_backup(made))
    assert rows(now_in(copied.folder), "keys") == rows(copied.content, "keys")


def alter(protectors: Path, kind: str | None, field: str) -> None:
    """Change one byte of what `vault.json` says, as a damaged disk may."""
    document = json.loads(protectors.read_bytes())
    place = document
    if kind is not None:
        place = next(each for each in document["protectors"] if each["kind"] == kind)
        place = place["kdf"] if field == "salt" and "kdf" in place else place
    text = place[field]
    place[field] = ("B" if text[0] == "A" else "A") + text[1:]
    protectors.write_text(json.dumps(document))


def open_by(opener: VaultOpener, way: str, passphrase: str, key: RecoveryKey) -> VaultStore:
    if way == "this account":
        return opener.open_for_this_account()
    return opener.open_with_passphrase(passphrase) if way == "passphrase" else opener.open_with_recovery_key(key)


@pytest.fixture
def three_ways(copied: Saved, monkeypatch: pytest.MonkeyPatch) -> tuple[VaultFolder, RecoveryKey]:
    """The vault with its copies, which this account, a passphrase and a recovery key open."""
    weak = protectors_module.Argon2idParameters(b"12345678", 64, 1, 1)
    monkeypatch.setattr(protectors_module, "new_kdf_parameters", lambda: weak)
    with opened(copied.folder) as store:
        store.protectors.set_passphrase(PASSPHRASE)
        key = add_recovery_key(store.protectors)
    return copied.folder, key


@pytest.mark.parametrize("database", ["there", "damaged", "gone"])
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
def test_damage_within_vault_json_is_told_from_a_wrong_key_and_mended(
    three_ways: tuple[VaultFolder, RecoveryKey], kind: str | None, field: str, ways: list[str], database: str
) -> None:
    folder, key = three_ways
    before = folder.protectors.read_bytes()
    alter(folder.protectors, kind, field)
    damaged = folder.protectors.read_bytes()
    if database == "damaged":
        flip(folder.database, PAGE + 1_000)
    elif database == "gone":
        folder.database.unlink()
    for way in ways:
        opener = VaultOpener(folder)
        with pytest.raises(VaultDamagedError) as caught:
            open_by(opener, way, PASSPHRASE, key)
        assert caught.value.path == folder.protectors
    damage = opener.damage(caught.value, lambda: "me")
    made = damage.examine().protectors_from
    assert made == NOON + timedelta(days=1)
    aside = damage.restore_protectors(made)
    assert (aside / "vault.json").read_bytes() == damaged
    assert folder.protectors.read_bytes() == before


def test_what_does_not_open_the_copies_either_is_wrong_and_no_damage(
    three_ways: tuple[VaultFolder, RecoveryKey],
) -> None:
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


def test_a_passphrase_that_was_changed_since_a_copy_is_wrong_and_no_damage(
    three_ways: tuple[VaultFolder, RecoveryKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = three_ways
    kept = {place: place.read_bytes() for place in folder.automatic_backups.glob("*/vault.json")}
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    with opened(folder) as store:
        store.protectors.set_passphrase("another passphrase")
    for place, content in kept.items():  # as where the program was killed before the copies followed
        place.write_bytes(content)
    with pytest.raises(WrongPassphraseError):
        VaultOpener(folder).open_with_passphrase(PASSPHRASE)


def test_without_a_copy_nothing_is_offered(saved: Saved) -> None:
    saved.folder.protectors.unlink()
    report = damage_of(saved.folder).examine()
    assert (report.readable, report.automatic_backup, report.protectors_from) == (None, None, None)


# --- cut short --------------------------------------------------------------------------------------------


class PowerCutError(BaseException):
    """Nothing catches this."""


STEPS: list[tuple[Any, str]] = [
    (damage_module, "quarantine_files"),
    (damage_module, "write_salvaged"),
    (damage_module, "verify_database"),
    (damage_module, "flush"),
    (quarantine_module, "flush"),
    (quarantine_module, "rename_durably"),
    (replacement_module, "rename_durably"),
    (replacement_module, "remove_quarantined"),
    (replacement_module, "finish_replacing"),
    (os, "replace"),
    (os, "unlink"),
    (os, "rename"),
]


@pytest.mark.parametrize("way", ["copy", "salvage"])
@pytest.mark.parametrize(("place", "step"), STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_cut_short_at_any_step_the_damaged_vault_or_the_new_one_is_there(
    copied: Saved, monkeypatch: pytest.MonkeyPatch, way: str, place: Any, step: str, moment: str
) -> None:
    flip(copied.folder.database, PAGE + 1_000)
    damaged = copied.folder.database.read_bytes()
    cuts = 0
    for call in range(rounds(2, 10)):
        if call > cuts:  # it has no such call
            break
        damage = damage_of(copied.folder)
        report = damage.examine()
        assert report.automatic_backup is not None
        with monkeypatch.context() as patched:
            patched.setattr(place, step, cutting(getattr(place, step), call, moment))
            try:
                close(
                    damage.salvage()
                    if way == "salvage"
                    else damage.restore_automatic_backup(report.automatic_backup.made)
                )
            except PowerCutError:
                cuts += 1
        kept = [path.read_bytes() for path in copied.folder.quarantine.glob("*Z*/vault.db")]
        if copied.folder.database.exists() and copied.folder.database.read_bytes() == damaged:
            continue  # as it was
        assert damaged in kept
        found = now_in(copied.folder)  # as the next start does
        assert len(rows(found, "keys")) >= len(copied.content["keys"]) - 30
        copied.folder.database.write_bytes(damaged)
    assert cuts or step not in ("quarantine_files", "rename_durably", "remove_quarantined", "finish_replacing")


def cutting(real: Callable[..., object], call: int, moment: str) -> Callable[..., object]:
    """Return a function that ends everything at its n-th call."""
    calls = 0

    def cut(*arguments: Any, **named: Any) -> object:
        nonlocal calls
        calls += 1
        if calls != call + 1:
            return real(*arguments, **named)
        if moment == "after":
            real(*arguments, **named)
        raise PowerCutError

    return cut


@pytest.mark.parametrize("step", ["copyfile", "verify_database", "flush"])
def test_a_full_disk_leaves_the_damaged_vault_as_it_is(
    copied: Saved, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    flip(copied.folder.database, PAGE + 1_000)
    damaged = copied.folder.database.read_bytes()
    damage = damage_of(copied.folder)
    report = damage.examine()
    assert report.automatic_backup is not None

    def fail(*_: object) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(shutil if step == "copyfile" else damage_module, step, fail)
    with pytest.raises(DiskFullError):
        damage.restore_automatic_backup(report.automatic_backup.made)
    assert copied.folder.database.read_bytes() == damaged


# --- around it --------------------------------------------------------------------------------------------


def test_the_key_is_held_no_longer_than_wanted(saved: Saved) -> None:
    flip(saved.folder.database, 100)
    damage = damage_of(saved.folder)
    damage.forget()
    with pytest.raises(Exception, match="closed"):
        damage.salvage()


def test_looking_can_be_cancelled(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(saved.folder.database, 100)
    damage = damage_of(saved.folder)
    real = salvage

    def cancel_first(*arguments: Any) -> Any:
        damage.cancel()
        return real(*arguments)

    monkeypatch.setattr(damage_module, "salvage", cancel_first)
    with pytest.raises(InterruptedError):
        damage.examine()


def test_a_damaged_vault_of_an_older_schema_is_told_and_not_upgraded(tmp_path: Path) -> None:
    stored = Path(__file__).parents[2] / "data" / "schema-1"
    shutil.copytree(stored, tmp_path / "old")
    folder = VaultFolder(tmp_path / "old")
    flip(folder.database, 6 * PAGE + 1_000)
    opener = VaultOpener(folder)
    with pytest.raises(VaultDamagedError) as caught:
        opener.open_with_passphrase("four random words fit")
    assert not isinstance(caught.value, AutomaticBackupFailedError)
    recovered = close(opener.damage(caught.value, lambda: "me").salvage())
    assert recovered.keys > 0


def test_a_missing_entry_in_the_key_store_is_not_taken_for_damage(saved: Saved) -> None:
    file_keyring.clear()
    flip(saved.folder.database, 100)
    with pytest.raises(KeystoreEntryMissingError):
        VaultOpener(saved.folder).open_for_this_account()


def test_nothing_is_said_to_be_whole_that_is_not(saved: Saved) -> None:
    """Where the end of the history or of the keys is on the bad page, no gap tells of it."""
    said: set[tuple[bool, bool]] = set()
    for page in range(1, saved.folder.database.stat().st_size // PAGE):
        flip(saved.folder.database, page * PAGE + 1_000)
        found = salvage(saved.folder.database, saved.key)
        flip(saved.folder.database, page * PAGE + 1_000)
        keys_lost = len(saved.content["keys"]) - len(found.keys)
        history_lost = len(saved.content["history"]) - len(found.history)
        assert found.keys_lost in (None, keys_lost)
        assert (found.history_lost == 0) <= (history_lost == 0)
        said.add((keys_lost > 0, history_lost > 0))
    assert said == {(False, False), (True, False), (False, True)}


@pytest.fixture
def no_umask() -> Iterator[None]:
    """Let new files have all the rights that they are made with."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="Windows' files in a profile are their owner's by inheritance")
@pytest.mark.parametrize("repair", ["use a copy", "salvage", "put back vault.json"])
def test_after_a_repair_only_the_owner_may_read_the_files(copied: Saved, no_umask: None, repair: str) -> None:
    folder = copied.folder
    if repair == "put back vault.json":
        folder.database.unlink()
        folder.protectors.write_bytes(b"junk")
        damage_of(folder).restore_protectors(NOON)
    else:
        flip(folder.database, 4 * PAGE + 1_000)
        damage = damage_of(folder)
        damage.examine()
        close(damage.restore_automatic_backup(NOON) if repair == "use a copy" else damage.salvage())
    with opened(folder) as store:
        fill(store, "Later", 1)
        assert folder.write_ahead_log.stat().st_size > 0
        for path in folder.path.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path
