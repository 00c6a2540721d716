"""Restores a vault before each kill, and finds out in which ways it can be opened afterwards."""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from tests.reliability import figures
from tests.reliability.killed_process import Kill, KilledProcess, Outcome
from tests.reliability.operations import OTHER_PASSPHRASE, PASSPHRASE
from tests.reliability.rounds import rounds
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

MAX_KILLS_AT_STEPS = rounds(3, 10_000)  # operations have fewer steps than 10,000
KILLS_AT_RANDOM = 1 if os.name == "nt" else rounds(1, 20)
STEPS_OF_A_START = 15  # approximately
KEYS = {f"Key{number}" for number in range(30)}

ACCOUNT, FIRST, SECOND = "account", "passphrase", "other passphrase"
OLD_KEY, NEW_KEY = "recovery key", "new recovery key"


@dataclass(frozen=True)
class Before:
    """A vault, its automatic backups and the keyring, as they are before each kill."""

    folder: VaultFolder
    saved: Path
    """A copy of the folder."""
    keyring: Path
    """The file with the entries of the keyring."""
    entries: bytes
    recovery_key: RecoveryKey

    def restore(self) -> None:
        """Restore the folder and the keyring."""
        shutil.rmtree(self.folder.path, ignore_errors=True)
        shutil.copytree(self.saved, self.folder.path)
        self.keyring.write_bytes(self.entries)


def outcomes_of_kills(process: KilledProcess, operation: str, before: Before) -> Iterator[Outcome]:
    """Run an operation again and again, each time from the beginning, and yield the outcomes: first without a kill.

    Then the process is killed before each system call that changes something (in the test suite, before some of them),
    and at random moments. Sometimes one or two of the next starts are killed as well.
    """
    before.restore()
    yield (complete := process.run(operation, before.folder.path))
    steps = random.sample(range(complete.calls), k=min(MAX_KILLS_AT_STEPS, complete.calls))
    kills = [Kill(until=step) for step in steps]
    kills += [Kill(seconds=random.uniform(0, complete.seconds)) for _ in range(KILLS_AT_RANDOM)]
    number = 0
    for kill in kills:
        before.restore()
        outcome = process.run(operation, before.folder.path, kill)
        number += outcome.was_killed
        if complete.calls:
            for _ in range(random.choice((0, 0, 1, 2))):
                again = Kill(until=random.randrange(STEPS_OF_A_START))
                number += process.run("start", before.folder.path, again).was_killed
        yield outcome
    figures.count("kills", f"operation: {operation}", number)


def parsed_recovery_key(text: str) -> RecoveryKey:
    key = parse_recovery_key(text)
    assert isinstance(key, RecoveryKey)
    return key


def key_names(store: VaultStore) -> set[str]:
    return {key.name for key in store.keys.page(KeyQuery(), 0, 100)}


def attempts(opener: VaultOpener, before: Before, new_key: RecoveryKey | None) -> dict[str, Callable[[], VaultStore]]:
    """Return all ways in which a user may try to unlock the vault; the account is first, as at each start."""
    found: dict[str, Callable[[], VaultStore]] = {
        ACCOUNT: opener.open_for_this_account,
        FIRST: lambda: opener.open_with_passphrase(PASSPHRASE),
        SECOND: lambda: opener.open_with_passphrase(OTHER_PASSPHRASE),
        OLD_KEY: lambda: opener.open_with_recovery_key(before.recovery_key),
    }
    return found if new_key is None else {**found, NEW_KEY: lambda: opener.open_with_recovery_key(new_key)}


def ways_to_unlock(before: Before, new_key: RecoveryKey | None) -> set[str]:
    """Return the ways that unlock the vault, and check each time that it is healthy."""
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
        assert key_names(store) == KEYS
        assert store.protectors.nonfatal_errors == []
        store.close()
        found.add(way)
    return found


def assert_nothing_is_left_over(before: Before) -> None:
    """Check that there are no temporary files, and that `vault.json` names each former keyring entry that is left."""
    assert {path.name for path in before.folder.path.iterdir()} == {"vault.db", "vault.json", "copies"}
    found = protector_file.read(before.folder.protectors)
    assert found.next is None
    assert found.obsolete_entries == ()
    for entry in json.loads(before.keyring.read_bytes()).keys() & json.loads(before.entries).keys():
        assert found.account is not None
        assert entry.startswith(found.account.keystore_user)


def assert_former_protectors_are_useless(before: Before, outcome: Outcome) -> None:
    """Check that the vault is re-encrypted if that was reported, and that no former `vault.json` opens it then."""
    if _generation_in(before.folder) == _generation_in(VaultFolder(before.saved)):
        assert not outcome.is_done
        with closing(next(_unlocked(before))) as store:
            assert not store.automatic_backups.are_outdated()
            checked = store.checks.full(lambda *_: None).automatic_backups
            assert [(backup.is_healthy, backup.has_former_key) for backup in checked] == 2 * [(True, False)]
        return
    store = next(_unlocked(before))
    if outcome.is_done:
        assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.REENCRYPTED
        assert len(list_automatic_backups(before.folder)) == 1
    if store.automatic_backups.is_due(now := datetime.now(UTC)):
        assert not outcome.is_done
        store.automatic_backups.make(now)
    store.close()
    all_entries = json.loads(before.keyring.read_bytes()) | json.loads(before.entries)
    before.keyring.write_text(json.dumps(all_entries))
    for vault in (before.folder, *(backup.folder for backup in list_automatic_backups(before.folder))):
        shutil.copyfile(before.saved / "vault.json", vault.protectors)
        assert list(_unlocked(replace(before, folder=vault))) == []


def _generation_in(folder: VaultFolder) -> int:
    return protector_file.read(folder.protectors).generation


def _unlocked(before: Before) -> Iterator[VaultStore]:
    """Unlock the vault in each way that there was before."""
    for attempt in attempts(VaultOpener(before.folder), before, None).values():
        try:
            yield attempt()
        except ZccKeysError:
            continue
