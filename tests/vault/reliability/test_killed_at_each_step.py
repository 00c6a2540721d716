"""Whatever is done to the vault as a whole, a kill at any step of it leaves the old or the new one, and a way in."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.reliability import figures
from tests.reliability.killed_process import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    WEAK,
    Fate,
    Kill,
    KilledProcess,
    damage_of,
    killed_process,
    newest_copy,
)
from tests.reliability.rounds import rounds
from tests.support.recovery_keys import add_recovery_key
from tests.vault.conftest import a_key, insert
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS, automatic_backups_in
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability

AT_STEPS = rounds(3, 10_000)  # of which there are fewer
AT_RANDOM = 1 if os.name == "nt" else rounds(1, 20)
CALLS_OF_A_START = 15  # more or less
KEYS = {f"Key{number}" for number in range(30)}
SOME_DAY = datetime(2026, 11, 12, 12, tzinfo=UTC)

ACCOUNT, FIRST, SECOND = "account", "passphrase", "other passphrase"
OLD_KEY, NEW_KEY = "recovery key", "new recovery key"
ALL = {ACCOUNT, FIRST, OLD_KEY}


@dataclass(frozen=True)
class Before:
    """A vault, its copies and this account's key store, as they are before each kill."""

    folder: VaultFolder
    kept: Path
    keystore: Path
    entries: bytes
    recovery_key: RecoveryKey

    def restore(self) -> None:
        """Begin anew."""
        shutil.rmtree(self.folder.path, ignore_errors=True)
        shutil.copytree(self.kept, self.folder.path)
        self.keystore.write_bytes(self.entries)


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)  # they are tried thousands of times


@pytest.fixture(scope="module")
def process() -> Iterator[KilledProcess]:
    with killed_process() as process:
        yield process


@pytest.fixture
def keep(folder: VaultFolder, keystore: Path, tmp_path: Path) -> Callable[[set[str]], Before]:
    """Make a vault with keys and copies, that opens in certain ways, and keep it."""

    def keep(ways: set[str]) -> Before:
        store = VaultOpener(folder).create_for_this_account()
        insert(store, *(a_key(name) for name in sorted(KEYS)))
        key = add_recovery_key(store.protectors)
        if FIRST in ways:
            store.protectors.set_passphrase(PASSPHRASE)
        if OLD_KEY not in ways:
            store.protectors.remove_recovery_key()
        if ACCOUNT not in ways:
            store.protectors.remove_this_account()
        for day in range(2):
            store.automatic_backups.make(SOME_DAY + timedelta(days=day))
        store.close()
        shutil.copytree(folder.path, tmp_path / "kept")
        entries = keystore / "keystore.json"
        return Before(folder, tmp_path / "kept", entries, entries.read_bytes(), key)

    return keep


def each_kill(process: KilledProcess, way: str, before: Before) -> Iterator[Fate]:
    """Go one way again and again, each time from the beginning, and yield what became of it: first without a kill.

    Then a kill comes before each system call that changes something (in the short form, before some of them), and at
    random moments. Now and then another one follows in the next start or two.
    """
    before.restore()
    yield (whole := process.go(way, before.folder.path))
    steps = random.sample(range(whole.calls), k=min(AT_STEPS, whole.calls))
    kills = [Kill(until=step) for step in steps]
    kills += [Kill(seconds=random.uniform(0, whole.took)) for _ in range(AT_RANDOM)]
    number = 0
    for kill in kills:
        before.restore()
        fate = process.go(way, before.folder.path, kill)
        number += fate.was_killed
        if whole.calls:
            for _ in range(random.choice((0, 0, 1, 2))):
                again = Kill(until=random.randrange(CALLS_OF_A_START))
                number += process.go("start", before.folder.path, again).was_killed
        yield fate
    figures.count("kills", f"while going to {way}", number)


# --- who can open the vault -------------------------------------------------------------------------------

CHANGES: list[tuple[str, set[str], list[set[str]]]] = [
    ("set up this account", {FIRST}, [{FIRST, ACCOUNT}]),
    ("set up this account", ALL, [ALL]),
    ("remove this account", ALL, [{FIRST, OLD_KEY}]),
    ("set a passphrase", {ACCOUNT}, [{ACCOUNT, SECOND}]),
    ("set a passphrase", ALL, [{ACCOUNT, SECOND, OLD_KEY}]),
    ("let a passphrase replace this account", {ACCOUNT}, [{ACCOUNT, SECOND}, {SECOND}]),
    ("remove the passphrase", ALL, [{ACCOUNT, OLD_KEY}]),
    ("make a recovery key", {ACCOUNT}, [{ACCOUNT, NEW_KEY}]),
    ("make a recovery key", ALL, [{ACCOUNT, FIRST, NEW_KEY}]),
    ("remove the recovery key", ALL, [{ACCOUNT, FIRST}]),
    ("re-encrypt", ALL, [{ACCOUNT, FIRST, NEW_KEY}]),
    ("re-encrypt", {FIRST}, [{FIRST, NEW_KEY}]),
    ("re-encrypt for this account", {ACCOUNT}, [{ACCOUNT, NEW_KEY}]),
    ("open by passphrase", ALL, [ALL]),
]
if os.name == "nt":  # a process takes seconds to start under Wine
    CHANGES = CHANGES[2::4]


@pytest.mark.parametrize(("way", "first", "then"), CHANGES, ids=[f"{way} {len(first)}" for way, first, _ in CHANGES])
def test_while_protectors_change_the_vault_opens_with_the_old_or_the_new_ones(
    process: KilledProcess, keep: Callable[[set[str]], Before], way: str, first: set[str], then: list[set[str]]
) -> None:
    before = keep(first)
    for fate in each_kill(process, way, before):
        new_key = None if fate.result is None else recovery_key_of(fate.result)
        possible = [then[-1]] if fate.is_done else [first, *then]
        assert ways_into(before, new_key) in [each if new_key else each - {NEW_KEY} for each in possible], fate
        nothing_is_left_over(before)
        if way.startswith("re-encrypt"):
            nothing_former_opens_it(before, fate)


def recovery_key_of(text: str) -> RecoveryKey:
    key = parse_recovery_key(text)
    assert isinstance(key, RecoveryKey)
    return key


def ways_into(before: Before, new_key: RecoveryKey | None) -> set[str]:
    """Return in which ways the vault opens, which is whole each time."""
    opener = VaultOpener(before.folder)
    assert opener.vault_exists()
    found: set[str] = set()
    for way, attempt in attempts(opener, before, new_key).items():
        try:
            store = attempt()
        except ZccKeysError:
            continue
        if not found:
            assert_healthy(store)
        assert names_in(store) == KEYS
        assert store.protectors.nonfatal_errors == []
        store.close()
        found.add(way)
    return found


def attempts(opener: VaultOpener, before: Before, new_key: RecoveryKey | None) -> dict[str, Callable[[], VaultStore]]:
    """Return all that a person may try, the account first: nobody has to do anything for that."""
    found: dict[str, Callable[[], VaultStore]] = {
        ACCOUNT: opener.open_for_this_account,
        FIRST: lambda: opener.open_with_passphrase(PASSPHRASE),
        SECOND: lambda: opener.open_with_passphrase(OTHER_PASSPHRASE),
        OLD_KEY: lambda: opener.open_with_recovery_key(before.recovery_key),
    }
    return found if new_key is None else {**found, NEW_KEY: lambda: opener.open_with_recovery_key(new_key)}


def names_in(store: VaultStore) -> set[str]:
    return {key.name for key in store.keys.page(KeyQuery(), 0, 100)}


def nothing_is_left_over(before: Before) -> None:
    """See that the vault's files are those of any other, and that no former entry of the key store is there unnamed."""
    assert {path.name for path in before.folder.path.iterdir()} == {"vault.db", "vault.json", "copies"}
    found = protector_file.read(before.folder.protectors)
    assert found.next is None
    assert found.obsolete_entries == ()
    for entry in json.loads(before.keystore.read_bytes()).keys() & json.loads(before.entries).keys():
        assert found.account is not None
        assert entry.startswith(found.account.keystore_user)


def nothing_former_opens_it(before: Before, fate: Fate) -> None:
    """See that the vault is re-encrypted as far as was reported; if it is, no `vault.json` of before opens anything."""
    if generation_in(before.folder) == generation_in(VaultFolder(before.kept)):
        assert not fate.is_done
        with closing(next(stores_in(before))) as store:
            assert not store.automatic_backups.are_outdated()
            copies = store.checks.full(lambda *_: None).automatic_backups
            assert [(copy.is_healthy, copy.has_former_key) for copy in copies] == 2 * [(True, False)]
        return
    store = next(stores_in(before))
    if fate.is_done:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.REENCRYPTED
        assert len(automatic_backups_in(before.folder)) == 1
    if store.automatic_backups.is_due(now := datetime.now(UTC)):
        assert not fate.is_done
        store.automatic_backups.make(now)
    store.close()
    before.keystore.write_text(json.dumps(json.loads(before.keystore.read_bytes()) | json.loads(before.entries)))
    for vault in (before.folder, *(copy.folder for copy in automatic_backups_in(before.folder))):
        shutil.copyfile(before.kept / "vault.json", vault.protectors)
        assert list(stores_in(replace(before, folder=vault))) == []


def generation_in(folder: VaultFolder) -> int:
    return protector_file.read(folder.protectors).generation


def stores_in(before: Before) -> Iterator[VaultStore]:
    """Open the vault in each way that there was."""
    for attempt in attempts(VaultOpener(before.folder), before, None).values():
        try:
            yield attempt()
        except ZccKeysError:
            continue


# --- automatic copies -------------------------------------------------------------------------------------


def test_while_a_copy_is_made_there_are_never_fewer_nor_half_a_one(
    process: KilledProcess, keep: Callable[[set[str]], Before]
) -> None:
    before = keep({ACCOUNT})
    store = VaultOpener(before.folder).open_for_this_account()
    for day in range(2, MAX_BACKUPS):
        store.automatic_backups.make(SOME_DAY + timedelta(days=day))
    store.close()
    shutil.copytree(before.folder.automatic_backups, before.kept / "copies", dirs_exist_ok=True)
    for fate in each_kill(process, "make a copy", before):
        copies = automatic_backups_in(before.folder)
        assert len(copies) in ((MAX_BACKUPS,) if fate.is_done else (MAX_BACKUPS, MAX_BACKUPS + 1))
        assert not fate.is_done or copies[0].made > SOME_DAY + timedelta(days=MAX_BACKUPS)
        for copy in copies:
            opened = VaultOpener(copy.folder).open_for_this_account()
            assert_healthy(opened)
            assert names_in(opened) == KEYS
            opened.close()
        store = VaultOpener(before.folder).open_for_this_account()
        store.automatic_backups.make(datetime.now(UTC))
        store.close()
        assert len(list(before.folder.automatic_backups.iterdir())) == MAX_BACKUPS


# --- a new vault, and a damaged one -----------------------------------------------------------------------


def test_while_a_vault_is_made_there_is_none_or_a_whole_one(
    process: KilledProcess, folder: VaultFolder, keystore: Path, tmp_path: Path
) -> None:
    keystore.mkdir()
    (keystore / "keystore.json").write_text("{}")
    (tmp_path / "kept").mkdir()
    before = Before(folder, tmp_path / "kept", keystore / "keystore.json", b"{}", RecoveryKey(b"r" * 16))
    for fate in each_kill(process, "make a vault", before):
        opener = VaultOpener(folder)
        is_there = opener.vault_exists()
        assert is_there or not fate.is_done
        store = opener.open_for_this_account() if is_there else opener.create_for_this_account()
        assert_healthy(store)
        store.close()
        assert {path.name for path in folder.path.iterdir()} == {"vault.db", "vault.json"}


def a_folder(folder: VaultFolder) -> None:
    folder.database.unlink()
    folder.database.mkdir()


DAMAGE: dict[str, Callable[[VaultFolder], object]] = {
    "a bad page": lambda folder: flip_byte(folder.database, 3 * PAGE_BYTES + 1_000),
    "a bad first page": lambda folder: flip_byte(folder.database, 1_000),
    "a database that is cut off": lambda folder: os.truncate(folder.database, 5 * PAGE_BYTES),
    "an empty database": lambda folder: os.truncate(folder.database, 0),
    "no database": lambda folder: folder.database.unlink(),
    "a folder as database": a_folder,
    "a log that is not its own": lambda folder: folder.write_ahead_log.write_bytes(b"x" * 9_000),
}
if os.name == "nt":
    DAMAGE = {name: DAMAGE[name] for name in ("a bad page", "no database")}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("way", ["use a copy", "salvage"])
def test_while_a_damaged_vault_is_replaced_the_damaged_one_or_the_new_one_is_there(
    process: KilledProcess, keep: Callable[[set[str]], Before], way: str, damage: str
) -> None:
    before = keep({ACCOUNT})
    DAMAGE[damage](VaultFolder(before.kept))
    if way == "salvage" and not VaultFolder(before.kept).database.is_file():
        pytest.skip("there is nothing to salvage")
    files = {path.name: path.read_bytes() for path in before.kept.iterdir() if path.is_file()}
    for fate in each_kill(process, way, before):
        assert VaultOpener(before.folder).vault_exists()
        damage_left = damage_of(before.folder)
        if damage_left is not None:
            assert not fate.is_done
            store, _ = (
                damage_left.salvage()
                if way == "salvage"
                else damage_left.restore_automatic_backup(newest_copy(damage_left))
            )
            store.close()
        with closing(VaultOpener(before.folder).open_for_this_account()) as store:
            assert_healthy(store)
            assert names_in(store) == KEYS if way == "use a copy" else names_in(store) <= KEYS
        for name, content in files.items():
            assert content in [path.read_bytes() for path in before.folder.quarantine.glob(f"*Z*/{name}")]
        assert {path.name for path in before.folder.path.iterdir()} <= {"vault.db", "vault.json", "copies", "set-aside"}


@pytest.mark.parametrize("with_database", [True, False])
def test_while_vault_json_is_put_back_the_vault_opens_or_offers_that_again(
    process: KilledProcess, keep: Callable[[set[str]], Before], with_database: bool
) -> None:
    before = keep({ACCOUNT})
    (before.kept / "vault.json").write_text("{")
    if not with_database:
        (before.kept / "vault.db").unlink()
    for fate in each_kill(process, "put back vault.json", before):
        assert VaultOpener(before.folder).vault_exists()
        damage_left = damage_of(before.folder)
        if damage_left is not None:
            assert not fate.is_done
            if damage_left.error.path == before.folder.protectors:
                damage_left.restore_protectors(newest_copy(damage_left))
            else:
                damage_left.restore_automatic_backup(newest_copy(damage_left))[0].close()
        with closing(VaultOpener(before.folder).open_for_this_account()) as store:
            assert_healthy(store)
            assert names_in(store) == KEYS
        assert "{" in [path.read_text() for path in before.folder.quarantine.glob("*Z*/vault.json")]
