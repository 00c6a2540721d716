"""Fixtures and helpers for the tests of backups."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.vault.backups.sample_backup import PASSPHRASE, backups_of, open_stored_vault, read_backup
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import BackupError
from zcc_keys_gui.vault.backups.automatic_backups import list_automatic_backups
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener

NOON = datetime(2026, 11, 12, 12, 0, 33, 999, UTC)
DAY = timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The path of a backup that is not written yet."""
    return tmp_path / "a.zccbackup"


def key_names_in(folder: VaultFolder) -> list[str]:
    """Return the names of the first ten keys of a vault."""
    store = VaultOpener(folder).open_for_this_account()
    try:
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]
    finally:
        store.close()


def times_of_backups(folder: VaultFolder) -> list[datetime]:
    return [backup.made for backup in list_automatic_backups(folder)]


def fail_with_full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.fixture(scope="session")
def stored_backup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the stored vault, which tests must not change."""
    folder = tmp_path_factory.mktemp("stored-backup")
    store = open_stored_vault(folder / "data")
    backups_of(store).back_up(folder / "a.zccbackup", PASSPHRASE)
    store.close()
    return folder / "a.zccbackup"


@pytest.fixture
def backup(stored_backup: Path, path: Path) -> Path:
    """A copy of that backup, which tests may change."""
    return Path(shutil.copyfile(stored_backup, path))


def assert_rejected(path: Path, error: type[BackupError], passphrase: str = PASSPHRASE) -> None:
    """Check that a backup is rejected with this error, and not changed."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(error) as caught:
        read_backup(path, passphrase)
    assert caught.value.path == path
    assert type(caught.value) is error
    assert (path.read_bytes() if path.is_file() else None) == before
