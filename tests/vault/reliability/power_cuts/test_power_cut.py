"""A power cut at any moment leaves everything that was reported as saved, and no half of anything else.

Programs are traced with strace. What they wrote and flushed, in which order, shows what may be on the disk; see
`tests.reliability.disk`. The keyring belongs to another program, so its entries are taken to be flushed immediately.
"""

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures, strace
from tests.reliability.disk import Disk, File, Folder, Node, write_image
from tests.reliability.power_writer import BACKUP, PASSPHRASES, State
from tests.reliability.rounds import rounds
from tests.support.file_keyring import FOLDER_VARIABLE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import read_backup
from tests.vault.reliability.power_cuts.traced_sessions import (
    ACTIONS,
    KEYRING,
    VAULT,
    PowerCut,
    TracedSession,
    power_cuts,
    report_in,
    run_session,
    run_sessions,
    states_around,
)
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.backups.vault_copy import verify_database
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.opening import VaultOpener

REASON = "only Linux has strace" if sys.platform != "linux" else strace.reason_not_to_trace()
pytestmark = [pytest.mark.reliability, pytest.mark.skipif(bool(REASON), reason=REASON or "strace works")]

RUNS = rounds(1, 4)
SECOND_RUNS = rounds(1, 40)
SHARE = rounds(1, 100) / 100  # of all possible power cuts


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the first run."""
    return tmp_path_factory.mktemp("traced").resolve() / "root"


@pytest.fixture(scope="module")
def sessions(root: Path) -> list[TracedSession]:
    """The sessions of the first run."""
    return run_sessions(root)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Where images of the disk are written."""
    return tmp_path.resolve()


# --- the order of writing and flushing --------------------------------------------------------------------


def test_everything_is_flushed_before_it_is_reported(root: Path, sessions: list[TracedSession]) -> None:
    disk = Disk(root)
    reports = 0
    for session in sessions:
        disk.begin_program()
        for call in session.calls:
            log, database = disk.node(f"{VAULT}/vault.db-wal"), disk.node(f"{VAULT}/vault.db")
            if isinstance(log, File) and database is not None and disk.opened(call) is database:
                assert call.name != "pwrite64" or not log.unflushed, "vault.db was written before its log was flushed"
            if call.name == "rename" and not (old := os.fsdecode(call.texts[0])).startswith(f"{root / KEYRING}/"):
                source = disk.node(str(Path(old).relative_to(root)))
                assert unflushed(source, "") == [], "a file was renamed before it was flushed"
            if report := report_in(call):
                assert unflushed(disk.top, "") == [], f"not flushed when it was reported: {report.action}"
                reports += 1
            disk.do(call)
    assert reports == sum(map(len, ACTIONS))


def unflushed(node: Node | None, path: str) -> list[str]:
    """Return the files and folders that are not flushed, except empty and temporary ones and the keyring."""
    if isinstance(node, File):
        return [path] if node.unflushed else []
    assert isinstance(node, Folder)
    created = {name for step in node.unflushed for name, entry in step.items() if entry is not None}
    found = []
    for name, entry in node.entries.items():
        # SQLite creates -shm again, and the number in vault.saved may be an older one.
        if entry == File() or name.endswith(("-shm", ".saved")) or f"{path}/{name}" == f"/{KEYRING}":
            continue
        if name in created:
            found.append(f"{path}/{name} (its name)")
        found += unflushed(entry, f"{path}/{name}")
    return found


# --- what may be on the disk ------------------------------------------------------------------------------


def test_after_a_power_cut_everything_saved_is_there(root: Path, sessions: list[TracedSession], images: Path) -> None:
    cuts = Counter[str]()
    for run in range(RUNS):
        root_of_run = root if run == 0 else images / f"run-{run}" / "root"
        sessions_of_run = sessions if run == 0 else run_sessions(root_of_run)
        for cut in power_cuts(Disk(root_of_run), sessions_of_run, SHARE):
            before, after = states_around(cut, sessions_of_run)
            with written(cut, images / "image") as image:
                check(image, [before.content, after.content], before, after)
            cuts[after.action] += 1
    assert cuts.total() > 30 * RUNS
    for action, number in cuts.items():
        figures.count("power cuts", f"action: {action.replace('_', ' ')}", number)


def test_after_a_second_power_cut_everything_saved_is_there(
    root: Path, sessions: list[TracedSession], images: Path
) -> None:
    """The first one is during the sessions, and the second one while the vault is opened, changed and closed."""
    first_cuts = (cut for cut in power_cuts(Disk(root), sessions, SHARE) if states_around(cut, sessions)[0].action)
    cuts = 0
    for number, first in enumerate(random_sample(first_cuts, SECOND_RUNS)):
        before, after = states_around(first, sessions)
        second_root = images / f"second-{number}" / "root"
        second_root.parent.mkdir()
        write_image(first.image, second_root)
        session = run_session(second_root, ["open", "add", "close"], after)
        disk = Disk(second_root)
        disk.put(first.image)
        for cut in power_cuts(disk, [session], 0.1):
            contents = [state.content for state in states_around(cut, [session]) if state.action]
            with written(cut, images / "image", first.description) as image:
                check(image, contents if cut.reported else [before.content, after.content], before, after)
            cuts += 1
        shutil.rmtree(second_root.parent)
    assert cuts > 5 * SECOND_RUNS
    figures.count("power cuts", "after another power cut", cuts)


def random_sample(cuts: Iterator[PowerCut], size: int) -> list[PowerCut]:
    """Return a random sample (reservoir sampling, Vitter's Algorithm R), because all of them would take 2 GiB."""
    sample: list[PowerCut] = []
    for number, cut in enumerate(cuts):
        if number < size:
            sample.append(cut)
        elif (place := random.randrange(number + 1)) < size:
            sample[place] = cut
    return sample


@contextmanager
def written(cut: PowerCut, into: Path, first_cut: str = "none") -> Iterator[Path]:
    """Write an image and use its keyring. If the block raises, the image is not deleted."""
    write_image(cut.image, into)
    former = os.environ[FOLDER_VARIABLE]
    os.environ[FOLDER_VARIABLE] = str(into / KEYRING)
    try:
        yield into
    except Exception as error:
        error.add_note(f"On the disk, {into}: {cut.description}; first power cut: {first_cut}")
        raise
    finally:
        os.environ[FOLDER_VARIABLE] = former
    shutil.rmtree(into)


def check(image: Path, contents: list[dict[str, Any]], before: State, after: State) -> None:
    """Check that the vault in an image opens, with one of these contents and in one of these states."""
    folder = VaultFolder(image / VAULT)
    opener = VaultOpener(folder)
    if not opener.vault_exists():
        assert not before.action
        opener.create_for_this_account().close()
        return
    store = opener.open_for_this_account()
    found, key = protector_file.read(folder.protectors), store._key.material()
    assert content_of(store) in contents or not before.action
    assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store.checkpoint()
    assert store._db.execute("PRAGMA cipher_integrity_check").fetchall() == []
    assert store.protectors.nonfatal_errors == []
    store.close()
    assert has_protectors_of(before, found, key) or has_protectors_of(after, found, key)
    backup = image / BACKUP
    if before.backup is not None or backup.exists():
        assert keys_in_backup(backup.read_bytes()) in (before.backup, after.backup)
    backups = {backup.folder.path.name: backup.folder for backup in list_automatic_backups(folder)}
    assert before.automatic_backups.keys() & after.automatic_backups.keys() <= backups.keys()
    for name in after.automatic_backups.keys() & backups.keys():
        verify_database(backups[name].database, bytes.fromhex(after.automatic_backups[name]))
        protector_file.read(backups[name].protectors)


def has_protectors_of(state: State, found: ProtectorSet, key: bytes) -> bool:
    """Check whether the passphrase and the recovery key of a state unwrap the key of the database."""
    assert found.next is None
    passphrase, recovery_key, vault_id = found.passphrase, found.recovery_key, found.vault_id
    if (passphrase is None, recovery_key is None) != (state.passphrase is None, state.recovery_key is None):
        return False
    try:
        if passphrase is not None:
            wrapping_key = derive_once(state.passphrase or "", passphrase.kdf)
            assert key_wrapping.unwrap(passphrase.wrap, wrapping_key, vault_id, key_wrapping.PASSPHRASE) == key
        if recovery_key is not None:
            parsed = parse_recovery_key(state.recovery_key or "")
            assert isinstance(parsed, RecoveryKey)
            wrapping_key = key_wrapping.derive_from_recovery_key(parsed.key_material(), recovery_key.salt, vault_id)
            assert key_wrapping.unwrap(recovery_key.wrap, wrapping_key, vault_id, key_wrapping.RECOVERY_KEY) == key
    except key_wrapping.WrongKeyError:
        return False
    return True


derive_once = cache(key_wrapping.derive)


@cache
def keys_in_backup(content: bytes) -> int:
    """Read all of a backup; return how many keys it has."""
    path = Path(os.environ[FOLDER_VARIABLE]).parent / "backup"
    path.write_bytes(content)
    return len(read_backup(path, PASSPHRASES[0]).content.keys)
