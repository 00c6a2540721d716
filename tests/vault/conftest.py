"""Fixtures and helpers that several tests of the vault use."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from tests.vault.backups.forged_backup import pbkdf2_hmac_once
from tests.vault.recovery.sample_vault import SampleVault, make_killed_vault, make_sample_vault
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, KeyQuery, Role, Status, new_client_id
from zcc_keys_gui.domain.sign_in import Outcome, SignIn
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, key_wrapping
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

_CREATED = datetime(2026, 11, 12, 9, 12, 33, 123456, UTC)
PASSPHRASE = "four random words fit"
argon2id = lru_cache(key_wrapping._derive_with_argon2id)


@pytest.fixture(autouse=True)
def derive_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive the same key only once: that takes most of the time of many tests."""
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", pbkdf2_hmac_once)
    monkeypatch.setattr(key_wrapping, "_derive_with_argon2id", argon2id)


@pytest.fixture
def sample(tmp_path: Path) -> SampleVault:
    """A closed vault with sample keys."""
    return make_sample_vault(tmp_path / "sample")


@pytest.fixture
def killed(tmp_path: Path) -> SampleVault:
    """A vault as a killed program leaves it."""
    return make_killed_vault(tmp_path / "killed", tmp_path / "running")


def a_key(
    name: str = "ProdSync",
    *,
    status: Status = Status.ENABLED,
    role: Role = Role.READ,
    session_validity: int = 3_600,
    minutes: int = 0,
    pending: bool = False,
) -> ApiKey:
    """Return a key that was created this many minutes after a time in November."""
    fields = KeyFields(name, status, role, session_validity)
    return ApiKey(new_client_id(), fields, _CREATED + timedelta(minutes=minutes), secret_pending=pending)


def insert(store: VaultStore, *keys: ApiKey, verifier: bytes = b"v" * 32) -> None:
    """Add keys to a vault."""
    with store.change() as change:
        for key in keys:
            change.insert(key, verifier)


def a_sign_in(
    client_id: str = "",
    name: str = "",
    *,
    seconds: float = 0,
    client: str = "curl/8.5.0",
    outcome: Outcome = Outcome.SIGNED_IN,
    reason: str = "",
    times: int = 1,
    call: tuple[str, str, int] = ("", "", 0),
    is_authenticated: bool = True,
) -> SignIn:
    """Return a row of the sign-in log, this many seconds after that time; `call` is its method, path and status."""
    when = _CREATED + timedelta(seconds=seconds)
    return SignIn(when, client_id, name, client, outcome, reason, times, *call, is_authenticated)


@pytest.fixture
def vault(opener: VaultOpener, folder: VaultFolder) -> VaultFolder:
    """A closed vault that this account unlocks, with one API key."""
    store = opener.create_for_this_account()
    insert(store, a_key("ProdSync"))
    store.close()
    return folder


def content(folder: VaultFolder) -> dict[str, bytes]:
    """Return the content of every file of a closed vault."""
    return {path.name: path.read_bytes() for path in sorted(folder.path.iterdir())}


def names_in(store: VaultStore) -> list[str]:
    """Return the names of the first ten API keys, and close the vault."""
    try:
        return [key.name for key in store.keys.page(KeyQuery(), 0, 10)]
    finally:
        store.close()


@contextmanager
def read_by_another_program(store: VaultStore, folder: VaultFolder) -> Iterator[None]:
    """Read the present state of the vault over a foreign connection, until the block ends."""
    with closing(cipher.connect(folder.database, store._key.material())) as db:
        db.execute("BEGIN")
        db.execute("SELECT * FROM vault").fetchall()
        yield


def reader_of(store: VaultStore) -> VaultKeyReader:
    """Return the reader of the sign-in service for an open vault; the caller closes it."""
    access = json.loads(store.sign_ins.access())
    return VaultKeyReader(Path(access["database"]), bytes.fromhex(access["key"]))
