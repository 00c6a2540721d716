"""If the disk is full at the worst moment, nothing saved is lost, and nothing healthy is called damaged."""

import random
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.reliability import figures
from tests.reliability.faults import leave_free, small_disk
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
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import rekeying
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = [pytest.mark.reliability, pytest.mark.usefixtures("weak_passphrases")]

ROUNDS = rounds(5, 150)
DISK_BYTES = 12 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk."""
    with small_disk(tmp_path / "disk", DISK_BYTES):
        yield tmp_path / "disk"


def key_names(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 1_000)]


def make_vault(folder: Path, keys: int) -> tuple[VaultOpener, list[str]]:
    """Make a vault with a passphrase and so many keys; return what opens it, and the names of the keys."""
    opener = VaultOpener(VaultFolder(folder))
    names = [f"Key{number:04}" for number in range(keys)]
    with closing(opener.create_with_passphrase(PASSPHRASE)) as store:
        if names:
            insert(store, *map(a_key, names))
    return opener, names


def random_free_bytes() -> int:
    """Return how many bytes are free in a round: often none, sometimes enough for a part of what is written."""
    return random.choice((0, 0, 0, random.randrange(1 << 12), random.randrange(1 << 17), random.randrange(1 << 20)))


def assert_vault_works(opener: VaultOpener) -> None:
    """Check that the vault can still be changed, and that there are no temporary files."""
    with closing(opener.open_with_passphrase(PASSPHRASE)) as store:
        insert(store, a_key("Afterwards"))
    with closing(opener.open_with_passphrase(PASSPHRASE)) as store:
        assert "Afterwards" in key_names(store)
    assert {path.name for path in opener._folder.path.iterdir()} <= {"vault.db", "vault.json", "copies"}


def test_closing_loses_nothing(disk: Path) -> None:
    for number in range(ROUNDS):
        opener, names = make_vault(disk / f"{number}", random.choice((0, 3, 40, 400)))
        store = opener.open_with_passphrase(PASSPHRASE)
        ballast = leave_free(disk, 5 << 20) if random.random() < 0.5 else None
        for change in range(random.choice((1, 1, 2, 30))):
            insert(store, a_key(f"Later{change:02}"))
            names.append(f"Later{change:02}")
        if ballast is not None:
            ballast.unlink()
        ballast = leave_free(disk, random_free_bytes())
        with suppress(DiskFullError):
            insert(store, a_key("None"))
            names.append("None")
        store.close()
        with suppress(DiskFullError):  # the next start while the disk is still full
            opener.open_with_passphrase(PASSPHRASE).close()
        ballast.unlink()
        for _ in range(2):
            with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
                assert key_names(again) == sorted(names)
                assert_healthy(again)
        assert_vault_works(opener)
        shutil.rmtree(disk / f"{number}")
    figures.count("full-disk rounds", "closing the vault", ROUNDS)


def test_re_encrypting_keeps_the_reported_recovery_key(disk: Path) -> None:
    for number in range(ROUNDS):
        opener, names = make_vault(disk / f"{number}", random.choice((3, 40, 400)))
        store = opener.open_with_passphrase(PASSPHRASE)
        former = add_recovery_key(store.protectors)
        if random.random() < 0.5:
            insert(store, a_key("Later"))
            names.append("Later")
        needed = 2 * store._folder.database.stat().st_size
        ballast = leave_free(disk, random.choice((0, random.randrange(1 << 16), random.randrange(needed))))
        new, is_done = new_recovery_key(), False
        with suppress(DiskFullError), space_not_checked(random.random() < 0.5):
            store.protectors.prepare_reencryption(PASSPHRASE)(new)
            is_done = True
        assert key_names(store) == sorted(names)  # the vault is still open
        store.close()
        ballast.unlink()
        for _ in range(2):
            with closing(opener.open_with_passphrase(PASSPHRASE)) as again:
                assert key_names(again) == sorted(names)
                assert_healthy(again)
                assert again.protectors.unfinished_reencryption is None
        opener.open_with_recovery_key(new if is_done else former).close()
        with pytest.raises(WrongRecoveryKeyError):
            opener.open_with_recovery_key(former if is_done else new)
        assert_vault_works(opener)
        shutil.rmtree(disk / f"{number}")
    figures.count("full-disk rounds", "re-encrypting", ROUNDS)


@contextmanager
def space_not_checked(is_wanted: bool) -> Iterator[None]:
    """Let re-encrypting begin without enough free space, as if another program used it immediately after the check."""
    with pytest.MonkeyPatch.context() as patched:
        if is_wanted:
            patched.setattr(rekeying, "check_free_space", lambda _: None)
            patched.setattr(rekeying, "NotReencryptedError", DiskFullError)
        yield


def test_backing_up_leaves_a_complete_backup_or_none(disk: Path) -> None:
    for _ in range(ROUNDS):
        opener, names = make_vault(disk / "vault", random.choice((0, 40, 400)))
        expected = sorted([*names, "Later"])
        store = opener.open_with_passphrase(PASSPHRASE)
        insert(store, a_key("Later"))
        path = disk / "a.zccbackup"
        has_former = random.random() < 0.3
        if has_former:
            path.write_bytes(b"former")
        ballast = leave_free(disk, random_free_bytes())
        is_done = False
        with suppress(DiskFullError, FileNotWrittenError):
            Backups(store.backups, lambda: "me").back_up(path, PASSPHRASE)
            is_done = True
        with suppress(AutomaticBackupFailedError):
            store.automatic_backups.make(datetime.now(UTC))
        store.close()
        ballast.unlink()
        files = sorted(each.name for each in disk.iterdir() if each.is_file())
        assert files == ([path.name] if is_done or has_former or path.exists() else [])
        if path.exists() and not (has_former and path.read_bytes() == b"former"):
            assert sorted(stored.key.name for stored in read_backup(path, PASSPHRASE).content.keys) == expected
        check_vault_and_automatic_backups(opener, expected)
        assert_vault_works(opener)
        shutil.rmtree(disk / "vault")
        path.unlink(missing_ok=True)
    figures.count("full-disk rounds", "backing up", ROUNDS)


def check_vault_and_automatic_backups(opener: VaultOpener, names: list[str]) -> None:
    for backup in list_automatic_backups(opener._folder):
        with closing(VaultOpener(backup.folder).open_with_passphrase(PASSPHRASE)) as opened:
            assert_healthy(opened)
    with closing(opener.open_with_passphrase(PASSPHRASE)) as store:
        assert key_names(store) == names
        assert_healthy(store)
        findings = store.checks.full(lambda *_: None)
        assert findings.is_healthy
        assert all(backup.is_healthy for backup in findings.automatic_backups)


def test_a_copy_without_enough_space_reports_a_full_disk(disk: Path) -> None:
    """The vault is copied before its schema is upgraded, and before it is replaced."""
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
