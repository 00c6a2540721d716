"""A vault with some hundred keys and their history, for the tests that damage it."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from tests.support import file_keyring
from tests.support.stored_vault import content_of
from zcc_keys_gui.domain.api_key import KeyFields, Role, Status
from zcc_keys_gui.service.keys import Keys
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

KEYS = 200


@dataclass(frozen=True)
class SampleVault:
    """A vault and its saved content."""

    folder: VaultFolder
    content: dict[str, Any]
    """In the form of `tests.support.stored_vault.content_of`."""
    key: bytes

    def copy_to(self, path: Path) -> VaultFolder:
        """Copy the vault's folder, and replace an earlier copy."""
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.folder.path, path)
        return VaultFolder(path)


def add_sample_keys(store: VaultStore, prefix: str, number: int = KEYS) -> None:
    """Add keys, edit one in three, and delete one in ten."""
    keys = Keys(store, lambda: "me")
    added = [keys.add(KeyFields(f"{prefix}{n:03}", Status.ENABLED, Role.READ, 3_600)).key for n in range(number)]
    for key in added[::3]:
        keys.edit(key.client_id, replace(key.fields, session_validity=7_200, role=Role.WRITE))
    keys.delete([key.client_id for key in added[::10]])


def make_sample_vault(path: Path) -> SampleVault:
    """Make a sample vault at `path`, which is closed. All sample vaults are copies of one."""
    first, keyring_entries = _first_sample_vault()
    file_keyring.add(keyring_entries)
    return replace(first, folder=first.copy_to(path))


@cache
def _first_sample_vault() -> tuple[SampleVault, dict[str, str]]:
    """Return a vault and its entry in the keyring of the test; making them takes a second."""
    path = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, path)
    folder = VaultFolder(path / "vault")
    other_entries = file_keyring.entries()
    store = VaultOpener(folder).create_for_this_account()
    add_sample_keys(store, "Key")
    content, key = content_of(store), store._key.material()
    store.close()
    own_entries = {name: entry for name, entry in file_keyring.entries().items() if name not in other_entries}
    return SampleVault(folder, content, key), own_entries


def make_killed_vault(path: Path, running: Path) -> SampleVault:
    """Make a vault at `path` as a killed program leaves it: its last changes are only in the write-ahead log.

    `running` is the path of the vault that is copied while it is open.
    """
    sample = make_sample_vault(running)
    store = VaultOpener(sample.folder).open_for_this_account()
    add_sample_keys(store, "Later", 30)
    content = content_of(store)
    shutil.copytree(running, path, ignore=shutil.ignore_patterns("*-shm"))
    store.close()
    return SampleVault(VaultFolder(path), content, sample.key)


@contextmanager
def opened_vault(folder: VaultFolder) -> Iterator[VaultStore]:
    """Open a vault for this account, and close it."""
    opener = VaultOpener(folder)
    opener.vault_exists()  # each start of the program asks this first
    store = opener.open_for_this_account()
    try:
        yield store
    finally:
        store.close()


def healthy_content(folder: VaultFolder) -> dict[str, Any]:
    """Return the content of a vault that passes all checks."""
    with opened_vault(folder) as store:
        assert store.checks.full(lambda *_: None).is_healthy
        return content_of(store)


def table_rows(content: dict[str, Any], table: str) -> set[tuple[Any, ...]]:
    """Return the rows of one table of a vault's content."""
    return {tuple(row) for row in content[table]}


def assert_healthy(store: VaultStore) -> None:
    """Check every page of an open vault, and that the write-ahead log can be moved into the database."""
    assert store._db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert store._db.execute("PRAGMA cipher_integrity_check").fetchall() == []
