"""A power cut at any moment leaves all that was reported as saved, and no half of anything else.

Programs are traced with strace. From what they wrote and flushed, in which order, come the images of what may be on the
disk (`tests.reliability.disk`). The key store is another program's, and taken to be on the disk at once.
"""

import json
import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import disk, figures
from tests.reliability.disk import Call, Disk, File, Folder
from tests.reliability.power_writer import BACKUP, PASSPHRASES, State
from tests.reliability.rounds import rounds
from tests.support.file_keyring import FOLDER_VARIABLE
from tests.support.stored_vault import content_of
from tests.vault.backups.sample_backup import read_backup
from zcc_keys_gui.domain.recovery_key import RecoveryKey, parse_recovery_key
from zcc_keys_gui.vault.backups.automatic_backups import automatic_backups_in
from zcc_keys_gui.vault.backups.vault_copy import verify_database
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, protector_file
from zcc_keys_gui.vault.keys.protector_file import ProtectorSet
from zcc_keys_gui.vault.opening import VaultOpener

WHY_NOT = "strace is Linux'" if sys.platform != "linux" else disk.why_not_traced()
pytestmark = [pytest.mark.reliability, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "it can")]

VAULT, KEYSTORE = "vault", "keystore"
DAYS = [
    ["make", "add", "add", "add", "edit", "passphrase", "copy", "switch", "backup", "add"],
    ["open", "add", "regenerate", "delete", "recovery_key", "reencrypt", "edit", "backup", "copy", "close"],
    ["open", "edit", "passphrase", "delete", "add", "restore", "edit"],
]
"""What is done in one process each; but for the second, they end without closing the vault."""
LIVES = rounds(1, 4)
AGAIN = rounds(1, 40)
SHARE = rounds(1, 100) / 100  # of the images that there are


def nothing(_: int) -> int:
    return 0


def everything(steps: int) -> int:
    return steps


def something(steps: int) -> int:
    return random.choice([0, steps, random.randint(0, steps)])


WAYS = {
    "what was flushed": (nothing, nothing),
    "what was flushed, and all names": (nothing, everything),
    "what was flushed, and all in files": (everything, nothing),
    "everything": (everything, everything),
    "some of anything": (something, something),
    "all names, and some in files": (something, everything),
    "all in files, and some names": (everything, something),
}
"""What is on the disk: how much of what was not flushed yet, in files and of names."""


@dataclass(frozen=True)
class Day:
    """What a process did."""

    calls: list[Call]
    states: list[State]
    """What it reported, in order."""


def report_in(call: Call) -> State | None:
    """Return what a call reports as saved; None where it reports nothing."""
    return State(**json.loads(call.texts[0])) if call.name == "write" and call.numbers[0] == 1 else None


def live(root: Path) -> list[Day]:
    """Do in `root` what is to be done."""
    root.mkdir(parents=True)
    days: list[Day] = []
    for acts in DAYS:
        days.append(live_a_day(root, acts, days[-1].states[-1] if days else None))
    return days


def live_a_day(root: Path, acts: list[str], state: State | None) -> Day:
    """Do something under strace."""
    environment = os.environ | {
        FOLDER_VARIABLE: str(root / KEYSTORE),
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
    }
    given = json.dumps(state and asdict(state))
    command = [sys.executable, "-m", "tests.reliability.power_writer", str(root / VAULT), given, *acts]
    calls = list(disk.traced(command, environment, root.parent / "strace.log"))
    states = [found for call in calls if (found := report_in(call))]
    assert [each.act for each in states] == acts
    return Day(calls, states)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first life is lived."""
    return tmp_path_factory.mktemp("lived").resolve() / "root"


@pytest.fixture(scope="module")
def lived(root: Path) -> list[Day]:
    """The first life."""
    return live(root)


# --- the order --------------------------------------------------------------------------------------------


def test_what_is_saved_is_flushed_before_that_is_reported(root: Path, lived: list[Day]) -> None:
    there = Disk(root)
    reported = 0
    for day in lived:
        there.begin_program()
        for call in day.calls:
            log, database = there.node(f"{VAULT}/vault.db-wal"), there.node(f"{VAULT}/vault.db")
            if isinstance(log, File) and database is not None and there.opened(call) is database:
                assert call.name != "pwrite64" or not log.waiting, "vault.db was written to before its log was flushed"
            if call.name == "rename" and not (renamed := os.fsdecode(call.texts[0])).startswith(f"{root / KEYSTORE}/"):
                source = there.node(str(Path(renamed).relative_to(root)))
                assert unflushed(source, "") == [], "something was renamed before it was flushed"
            if report := report_in(call):
                assert unflushed(there.top, "") == [], f"not flushed when it was reported: {report.act}"
                reported += 1
            there.do(call)
    assert reported == sum(map(len, DAYS))


def unflushed(node: disk.Node | None, path: str) -> list[str]:
    """Return which files and folders have to be flushed yet, but for empty and temporary ones and the key store."""
    if isinstance(node, File):
        return [path] if node.waiting else []
    assert isinstance(node, Folder)
    made = {name for step in node.waiting for name, what in step.items() if what is not None}
    found = []
    for name, below in node.now.items():
        # SQLite makes -shm anew, and vault.saved is a number that may be an older one.
        if below == File() or name.endswith(("-shm", ".saved")) or f"{path}/{name}" == f"/{KEYSTORE}":
            continue
        if name in made:
            found.append(f"{path}/{name} (its name)")
        found += unflushed(below, f"{path}/{name}")
    return found


# --- what may be on the disk ------------------------------------------------------------------------------


def test_after_a_power_cut_all_that_was_saved_is_there_and_no_half_of_anything(
    root: Path, lived: list[Day], place: Path
) -> None:
    cuts = Counter[str]()
    for life in range(LIVES):
        root_of_life = root if life == 0 else place / f"life-{life}" / "root"
        days = lived if life == 0 else live(root_of_life)
        for cut in cuts_of(Disk(root_of_life), days, SHARE):
            before, after = around(cut, days)
            with written(cut, place / "image") as image:
                check(image, [before.content, after.content], before, after)
            cuts[after.act] += 1
    assert cuts.total() > 30 * LIVES
    for act, number in cuts.items():
        figures.count("power cuts", f"power fails: {act.replace('_', ' ')}", number)


def test_when_the_power_fails_again_while_the_vault_is_opened_it_is_so_too(
    root: Path, lived: list[Day], place: Path
) -> None:
    former = (cut for cut in cuts_of(Disk(root), lived, SHARE) if around(cut, lived)[0].act)
    cuts = 0
    for number, first in enumerate(some(former, AGAIN)):
        before, after = around(first, lived)
        again = place / f"again-{number}" / "root"
        again.parent.mkdir()
        disk.write_image(first.image, again)
        day = live_a_day(again, ["open", "add", "close"], after)
        there = Disk(again)
        there.put(first.image)
        for cut in cuts_of(there, [day], 0.1):
            contents = [state.content for state in around(cut, [day]) if state.act]
            with written(cut, place / "image", first.words) as image:
                check(image, contents if cut.reported else [before.content, after.content], before, after)
            cuts += 1
        shutil.rmtree(again.parent)
    assert cuts > 5 * AGAIN
    figures.count("power cuts", "power fails again while the vault is opened, changed and closed", cuts)


@dataclass(frozen=True)
class Cut:
    """The moment at which the power fails, and what is on the disk then."""

    words: str
    reported: int
    """How many acts were reported as saved."""
    image: dict[str, bytes | None]


def cuts_of(there: Disk, days: list[Day], share: float) -> Iterator[Cut]:
    """Yield moments of what was done, a share of all that differ in what is on the disk then."""
    reported = 0
    seen: set[int] = set()
    for day in days:
        there.begin_program()
        for number, call in enumerate(day.calls):
            there.do(call)
            if report_in(call):
                reported += 1
            for way, (files, names) in WAYS.items():
                if random.random() >= share:
                    continue
                image = there.image(files, names, kept=KEYSTORE)
                if (fingerprint := hash((reported, *image.items()))) not in seen:
                    seen.add(fingerprint)
                    yield Cut(f"{way}, after call {number} ({call.name}) and {reported} reports", reported, image)


def some(cuts: Iterator[Cut], count: int) -> list[Cut]:
    """Return a random sample; all of them would take 2 GiB (reservoir sampling, Vitter's Algorithm R)."""
    sample: list[Cut] = []
    for number, cut in enumerate(cuts):
        if number < count:
            sample.append(cut)
        elif (place := random.randrange(number + 1)) < count:
            sample[place] = cut
    return sample


def around(cut: Cut, days: list[Day]) -> tuple[State, State]:
    """Return what had been reported at last, and what was to be next."""
    states = [State(), *(state for day in days for state in day.states)]
    return states[cut.reported], states[min(cut.reported + 1, len(states) - 1)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where images are written."""
    return tmp_path.resolve()


@contextmanager
def written(cut: Cut, into: Path, formerly: str = "nothing") -> Iterator[Path]:
    """Write an image and its key store, which stay where the block raises."""
    disk.write_image(cut.image, into)
    former = os.environ[FOLDER_VARIABLE]
    os.environ[FOLDER_VARIABLE] = str(into / KEYSTORE)
    try:
        yield into
    except Exception as error:
        error.add_note(f"On the disk, {into}: {cut.words}; formerly: {formerly}")
        raise
    finally:
        os.environ[FOLDER_VARIABLE] = former
    shutil.rmtree(into)


def check(image: Path, contents: list[dict[str, Any]], before: State, after: State) -> None:
    """Open the vault of an image. It has one of these contents, what was reported before, or what was under way."""
    folder = VaultFolder(image / VAULT)
    opener = VaultOpener(folder)
    if not opener.vault_exists():
        assert not before.act
        opener.create_for_this_account().close()
        return
    store = opener.open_for_this_account()
    found, key = protector_file.read(folder.protectors), store._key.material()
    assert content_of(store) in contents or not before.act
    assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store.checkpoint()
    assert store._db.execute("PRAGMA cipher_integrity_check").fetchall() == []
    assert store.protectors.nonfatal_errors == []
    store.close()
    assert opens(found, key, before) or opens(found, key, after)
    backup = image / BACKUP
    if before.backup is not None or backup.exists():
        assert keys_in_backup(backup.read_bytes()) in (before.backup, after.backup)
    whole = {copy.folder.path.name: copy.folder for copy in automatic_backups_in(folder)}
    assert before.automatic_backups.keys() & after.automatic_backups.keys() <= whole.keys()
    for name in after.automatic_backups.keys() & whole.keys():
        verify_database(whole[name].database, bytes.fromhex(after.automatic_backups[name]))
        protector_file.read(whole[name].protectors)


def opens(found: ProtectorSet, key: bytes, state: State) -> bool:
    """Say whether what opens the vault, whose database has this key, is what a state says."""
    assert found.next is None
    passphrase, recovery_key, vault_id = found.passphrase, found.recovery_key, found.vault_id
    if (passphrase is None, recovery_key is None) != (state.passphrase is None, state.recovery_key is None):
        return False
    try:
        if passphrase is not None:
            wrapping_key = derive(state.passphrase or "", passphrase.kdf)
            assert key_wrapping.unwrap(passphrase.wrap, wrapping_key, vault_id, key_wrapping.PASSPHRASE) == key
        if recovery_key is not None:
            typed = parse_recovery_key(state.recovery_key or "")
            assert isinstance(typed, RecoveryKey)
            wrapping_key = key_wrapping.derive_from_recovery_key(typed.key_material(), recovery_key.salt, vault_id)
            assert key_wrapping.unwrap(recovery_key.wrap, wrapping_key, vault_id, key_wrapping.RECOVERY_KEY) == key
    except key_wrapping.WrongKeyError:
        return False
    return True


derive = cache(key_wrapping.derive)


@cache
def keys_in_backup(content: bytes) -> int:
    """Return how many keys a backup has, after reading all of it."""
    path = Path(os.environ[FOLDER_VARIABLE]).parent / "backup"
    path.write_bytes(content)
    return len(read_backup(path, PASSPHRASES[0]).content.keys)
