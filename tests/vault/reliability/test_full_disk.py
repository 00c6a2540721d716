"""A disk that is full at the worst moment: nothing saved is lost, and nothing that is whole is called damaged."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.reliability import figures
from tests.reliability.faults import leave_free, small_disk
from tests.reliability.killed_process import WEAK
from tests.reliability.rounds import rounds
from tests.support import stored_vault
from tests.support.recovery_keys import add_recovery_key
from tests.vault.backups.sample_backup import read_backup
from tests.vault.conftest import PASSPHRASE, a_key, insert
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import (
    AutomaticBackupFailedError,
    DiskFullError,
    FileNotWrittenError,
    WrongRecoveryKeyError,
)
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.service.backups import Backups
from zcc_keys_gui.vault.backups.automatic_backups import automatic_backups_in
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_wrapping, rekeying
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability

ROUNDS = rounds(5, 150)
DISK_BYTES = 12 << 20


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    with small_disk(tmp_path / "disk", DISK_BYTES):
        yield tmp_path / "disk"


def names_in(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 1_000)]


def vault_with_keys(folder: Path, keys: int) -> tuple[VaultOpener, list[str]]:
    """Make a vault that a passphrase opens, with so many keys in it; return what opens it, and the keys' names."""
    opener = VaultOpener(VaultFolder(folder))
    names = [f"Key{number:04}" for number in range(keys)]
    with closing(opener.create_with_passphrase(PASSPHRASE)) as store:
        if names:
            insert(store, *map(a_key, names))
    return opener, names


def bytes_free() -> int:
    """Return how much room a round leaves: often none, at times enough for some of what has to be written."""
    return random.choice((0, 0, 0, random.randrange(1 << 12), random.randrange(1 << 17), random.randrange(1 << 20)))


def test_closed_on_a_full_disk_the_vault_is_whole_at_the_next_start(disk: Path) -> None:
    for number in range(ROUNDS):
        opener, names = vault_with_keys(disk / f"{number}", random.choice((0, 3, 40, 400)))
        store = opener.open_with_passphrase(PASSPHRASE)
        ballast = leave_free(disk, 5 << 20) if random.random() < 0.5 else None
        for change in range(random.choice((1, 1, 2, 30))):
            insert(store, a_key(f"Later{change:02}"))
            names.append(f"Later{change:02}")
        if ballast is not None:
            ballast.unlink()
        ballast = leave_free(disk, bytes_free())
        with suppress(DiskFullError):
            insert(store, a_key("None"))
            names.append("None")
        store.close()
        with suppress(DiskFullError):  # the next start, while the disk is still full
            opener.open_with_passphrase(PASSPHRASE).close()
        ballast.unlink()
        for _ in range(2):
            with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
                assert names_in(again) == sorted(names)
                assert_healthy(again)
        insert_and_close(opener)
        shutil.rmtree(disk / f"{number}")
    figures.count("full-disk rounds", "closing the vault", ROUNDS)


def insert_and_close(opener: VaultOpener) -> None:
    """See that the vault goes on as ever, and leaves the files of any other."""
    with closing(opener.open_with_passphrase(PASSPHRASE)) as store:
        insert(store, a_key("Afterwards"))
    with closing(opener.open_with_passphrase(PASSPHRASE)) as store:
        assert "Afterwards" in names_in(store)
    assert {path.name for path in opener._folder.path.iterdir()} <= {"vault.db", "vault.json", "copies"}


def test_re_encrypted_on_a_full_disk_the_vault_opens_by_what_was_reported(disk: Path) -> None:
    for number in range(ROUNDS):
        opener, names = vault_with_keys(disk / f"{number}", random.choice((3, 40, 400)))
        store = opener.open_with_passphrase(PASSPHRASE)
        former = add_recovery_key(store.protectors)
        if random.random() < 0.5:
            insert(store, a_key("Later"))
            names.append("Later")
        needed = 2 * store._folder.database.stat().st_size
        ballast = leave_free(disk, random.choice((0, random.randrange(1 << 16), random.randrange(needed))))
        new, is_done = new_recovery_key(), False
        with suppress(DiskFullError), without_look_at_room(random.random() < 0.5):
            store.protectors.reencryption(PASSPHRASE)(new)
            is_done = True
        assert names_in(store) == sorted(names)  # the session goes on
        store.close()
        ballast.unlink()
        for _ in range(2):
            with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
                assert names_in(again) == sorted(names)
                assert_healthy(again)
                assert again.protectors.unfinished_reencryption is None
        opener.open_with_recovery_key(new if is_done else former).close()
        with pytest.raises(WrongRecoveryKeyError):
            opener.open_with_recovery_key(former if is_done else new)
        insert_and_close(opener)
        shutil.rmtree(disk / f"{number}")
    figures.count("full-disk rounds", "re-encrypting", ROUNDS)


@contextmanager
def without_look_at_room(is_wanted: bool) -> Iterator[None]:
    """Let re-encrypting begin without enough free space, as if another program took it a moment later."""
    with pytest.MonkeyPatch.context() as patched:
        if is_wanted:
            patched.setattr(rekeying, "check_free_space", lambda _: None)
            patched.setattr(rekeying, "NotReencryptedError", DiskFullError)
        yield


def test_backed_up_on_a_full_disk_there_is_a_whole_backup_or_none(disk: Path) -> None:
    for _ in range(ROUNDS):
        opener, names = vault_with_keys(disk / "vault", random.choice((0, 40, 400)))
        store = opener.open_with_passphrase(PASSPHRASE)
        insert(store, a_key("Later"))
        path = disk / "a.zccbackup"
        former = random.random() < 0.3
        if former:
            path.write_bytes(b"former")
        ballast = leave_free(disk, bytes_free())
        is_done = False
        with suppress(DiskFullError, FileNotWrittenError):
            Backups(store.backups, lambda: "me").back_up(path, PASSPHRASE)
            is_done = True
        with suppress(AutomaticBackupFailedError):
            store.automatic_backups.make(datetime.now(UTC))
        store.close()
        ballast.unlink()
        backups = sorted(each.name for each in disk.iterdir() if each.is_file())
        assert backups == ([path.name] if is_done or former or path.exists() else [])
        if path.exists() and not (former and path.read_bytes() == b"former"):
            backup = read_backup(path, PASSPHRASE)
            assert sorted(stored.key.name for stored in backup.content.keys) == sorted([*names, "Later"])
        for each in automatic_backups_in(opener._folder):
            with closing(VaultOpener(each.folder).open_with_passphrase(PASSPHRASE)) as copy:
                assert_healthy(copy)
        with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
            assert names_in(again) == sorted([*names, "Later"])
            assert_healthy(again)
            found = again.checks.full(lambda *_: None)
            assert found.is_healthy
            assert all(copy.is_healthy for copy in found.automatic_backups)
        insert_and_close(opener)
        shutil.rmtree(disk / "vault")
        path.unlink(missing_ok=True)
    figures.count("full-disk rounds", "backing up", ROUNDS)


def test_however_much_room_is_left_a_copy_that_finds_too_little_tells_of_a_full_disk(disk: Path) -> None:
    """As before an older vault is brought to a new schema, and before a vault is replaced."""
    stored = Path(__file__).parents[2] / "data" / "schema-3"
    causes: list[type[BaseException | None]] = []
    for free in range(0, 320 << 10, 8 << 10):
        folder = VaultFolder(Path(shutil.copytree(stored, disk / "vault")))
        ballast = leave_free(disk, free)
        try:
            VaultOpener(folder).open_with_passphrase(stored_vault.PASSPHRASE).close()
        except (AutomaticBackupFailedError, DiskFullError) as error:
            causes.append(type(error.__cause__ if isinstance(error, AutomaticBackupFailedError) else error))
        ballast.unlink()
        with closing(VaultOpener(folder).open_with_passphrase(stored_vault.PASSPHRASE)) as store:
            ballast = leave_free(disk, free)
            with suppress(DiskFullError):
                store.backups.quarantine(datetime.now(UTC), lambda: False)
            ballast.unlink()
        shutil.rmtree(folder.path)
    assert set(causes) == {DiskFullError}
    figures.count("full-disk rounds", "copying", 2 * len(causes))
