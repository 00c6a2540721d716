"""A vault with some hundred keys and their history, and what was saved in it, for the tests that damage it."""

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
class Saved:
    """A vault, and what is in it."""

    folder: VaultFolder
    content: dict[str, Any]
    key: bytes

    def copy_to(self, path: Path) -> VaultFolder:
        """Copy the vault's folder, in place of what is there."""
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.folder.path, path)
        return VaultFolder(path)


def fill(store: VaultStore, prefix: str, number: int = KEYS) -> None:
    """Add keys, edit one in three, and delete one in ten."""
    keys = Keys(store, lambda: "me")
    made = [keys.add(KeyFields(f"{prefix}{n:03}", Status.ENABLED, Role.READ, 3_600)).key for n in range(number)]
    for key in made[::3]:
        keys.edit(key.client_id, replace(key.fields, session_validity=7_200, role=Role.WRITE))
    keys.delete([key.client_id for key in made[::10]])


def save(path: Path) -> Saved:
    """Make such a vault, closed. All are copies of one, with its entry in the key store of the test."""
    first, entries = _first()
    file_keyring.add(entries)
    return replace(first, folder=first.copy_to(path))


@cache
def _first() -> tuple[Saved, dict[str, str]]:
    """Return a vault and its entry in the key store; both are made once, which takes a second."""
    path = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, path)
    folder = VaultFolder(path / "vault")
    others = file_keyring.entries()
    store = VaultOpener(folder).create_for_this_account()
    fill(store, "Key")
    content, key = content_of(store), store._key.material()
    store.close()
    return Saved(folder, content, key), {
        name: entry for name, entry in file_keyring.entries().items() if name not in others
    }


def save_killed(path: Path, beside: Path) -> Saved:
    """Make such a vault, and return it as a kill leaves it: with changes in its write-ahead log alone."""
    saved = save(beside)
    store = VaultOpener(saved.folder).open_for_this_account()
    fill(store, "Later", 30)
    content = content_of(store)
    shutil.copytree(beside, path, ignore=shutil.ignore_patterns("*-shm"))
    store.close()
    return Saved(VaultFolder(path), content, saved.key)


@contextmanager
def opened(folder: VaultFolder) -> Iterator[VaultStore]:
    """Open a vault for this account, and close it."""
    opener = VaultOpener(folder)
    opener.vault_exists()  # as each start asks first
    store = opener.open_for_this_account()
    try:
        yield store
    finally:
        store.close()
