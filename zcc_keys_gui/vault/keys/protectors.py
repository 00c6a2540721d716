"""The ways to unlock a vault: this account, a passphrase, and a recovery key.

Each protector stores the database key, wrapped with a key that only this way to unlock yields.
"""

import os
import time
import uuid
from typing import NamedTuple

from zcc_keys_gui.domain.errors import KeystoreEntryMissingError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault.keys import key_store, key_wrapping
from zcc_keys_gui.vault.keys.key_wrapping import (
    KEY_BYTES,
    PASSPHRASE,
    RECOVERY_KEY,
    THIS_ACCOUNT,
    Argon2idParameters,
    Wrap,
    WrongKeyError,
)


class AccountProtector(NamedTuple):
    """A random key in the key store of the operating system's account."""

    keystore_user: str
    """The user name of the entry in the key store."""
    wrap: Wrap
    made: int = 0
    """Seconds since 1970, UTC; 0 if the version of the program that made it did not record the time."""


class PassphraseProtector(NamedTuple):
    """A key derived from a passphrase with Argon2id."""

    kdf: Argon2idParameters
    wrap: Wrap
    made: int = 0


class RecoveryKeyProtector(NamedTuple):
    """A key derived from a recovery key with HKDF-SHA256 (RFC 5869).

    Nothing slower is needed, because a recovery key has 128 random bits.
    """

    salt: bytes
    wrap: Wrap
    made: int = 0


Protector = AccountProtector | PassphraseProtector | RecoveryKeyProtector
"""One way to unlock a vault."""


def new_id() -> str:
    """Return a random id, for a vault or for an entry in the key store."""
    return str(uuid.uuid4())


def make_account_protector(
    vault_id: str, database_key: bytes, timeout_seconds: float | None = key_store.PROMPT_TIMEOUT_SECONDS
) -> AccountProtector:
    """Save a new wrapping key in this account's key store, and return its protector.

    A timeout of None waits for the key store as long as it takes. Raises `KeystoreUnavailableError`.
    """
    user, wrapping_key = new_id(), os.urandom(KEY_BYTES)
    key_store.save_key(vault_id, user, wrapping_key, timeout_seconds)
    return AccountProtector(user, key_wrapping.wrap(database_key, wrapping_key, vault_id, THIS_ACCOUNT), _now())


def make_passphrase_protector(vault_id: str, database_key: bytes, passphrase: str) -> PassphraseProtector:
    """Return a new protector for a passphrase; takes about a second."""
    kdf = key_wrapping.new_kdf_parameters()
    wrap = key_wrapping.wrap(database_key, key_wrapping.derive(passphrase, kdf), vault_id, PASSPHRASE)
    return PassphraseProtector(kdf, wrap, _now())


def make_recovery_key_protector(vault_id: str, database_key: bytes, key: RecoveryKey) -> RecoveryKeyProtector:
    """Return a new protector for a recovery key."""
    salt = key_wrapping.new_salt()
    wrapping_key = key_wrapping.derive_from_recovery_key(key.key_material(), salt, vault_id)
    return RecoveryKeyProtector(salt, key_wrapping.wrap(database_key, wrapping_key, vault_id, RECOVERY_KEY), _now())


def unlock_with_account(
    protector: AccountProtector | None, vault_id: str, timeout_seconds: float | None = None
) -> bytes:
    """Return the database key, using this account's key store.

    A timeout of None waits for the key store as long as it takes. Raises `WrongKeyError`, `KeystoreUnavailableError`,
    `WrongKeystoreEntryError`, and `KeystoreEntryMissingError`, also if there is no such protector.
    """
    if protector is None:
        raise KeystoreEntryMissingError
    wrapping_key = key_store.load_key(vault_id, protector.keystore_user, timeout_seconds)
    return key_wrapping.unwrap(protector.wrap, wrapping_key, vault_id, THIS_ACCOUNT)


def unlock_with_passphrase(protector: PassphraseProtector | None, vault_id: str, passphrase: str) -> bytes:
    """Return the database key; takes about 0.5 s. Raises `WrongKeyError`, also if there is no such protector."""
    if protector is None:
        raise WrongKeyError
    wrapping_key = key_wrapping.derive(passphrase, protector.kdf)
    return key_wrapping.unwrap(protector.wrap, wrapping_key, vault_id, PASSPHRASE)


def unlock_with_recovery_key(protector: RecoveryKeyProtector | None, vault_id: str, key: RecoveryKey) -> bytes:
    """Return the database key. Raises `WrongKeyError`, also if there is no such protector."""
    if protector is None:
        raise WrongKeyError
    wrapping_key = key_wrapping.derive_from_recovery_key(key.key_material(), protector.salt, vault_id)
    return key_wrapping.unwrap(protector.wrap, wrapping_key, vault_id, RECOVERY_KEY)


def _now() -> int:
    return int(time.time())
