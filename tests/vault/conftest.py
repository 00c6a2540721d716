"""What the tests of the vault share."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from tests.vault.backups.forged_backup import pbkdf2_hmac_once
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status, new_client_id
from zcc_keys_gui.domain.sign_in import Outcome, SignIn
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, key_wrapping
from zcc_keys_gui.vault.sign_in.key_reader import VaultKeyReader
from zcc_keys_gui.vault.store import VaultStore

_CREATED = datetime(2026, 11, 12, 9, 12, 33, 123456, UTC)
PASSPHRASE = "four random words fit"
argon2id = lru_cache(key_wrapping._argon2id)


@pytest.fixture(autouse=True)
def derive_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive the same key only once: that takes most of the time of many tests."""
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", pbkdf2_hmac_once)
    monkeypatch.setattr(key_wrapping, "_argon2id", argon2id)


def a_key(
    name: str = "ProdSync",
    *,
    status: Status = Status.ENABLED,
    role: Role = Role.READ,
    session_validity: int = 3_600,
    minutes: int = 0,
    pending: bool = False,
) -> ApiKey:
    """Return a key that was made so many minutes after a day in November."""
    fields = KeyFields(name, status, role, session_validity)
    return ApiKey(new_client_id(), fields, _CREATED + timedelta(minutes=minutes), secret_pending=pending)


def insert(store: VaultStore, *keys: ApiKey, verifier: bytes = b"v" * 32) -> None:
    """Put keys into a vault."""
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
    """Return a row of the sign-in log, so many seconds after that day; `call` is its method, path and status."""
    when = _CREATED + timedelta(seconds=seconds)
    return SignIn(when, client_id, name, client, outcome, reason, times, *call, is_authenticated)


@contextmanager
def read_by_another_program(store: VaultStore, folder: VaultFolder) -> Iterator[None]:
    """Let a connection of which the vault knows nothing read the present state meanwhile."""
    with closing(cipher.connect(folder.database, store._key.material())) as db:
        db.execute("BEGIN")
        db.execute("SELECT * FROM vault").fetchall()
        yield


def reader_of(store: VaultStore) -> VaultKeyReader:
    """Return what reads the keys of an open vault for the sign-in service; to be closed."""
    access = json.loads(store.sign_ins.access())
    return VaultKeyReader(Path(access["database"]), bytes.fromhex(access["key"]))
