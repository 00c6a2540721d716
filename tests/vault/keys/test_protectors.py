"""The ways to unlock a vault: each protector yields the database key, and only for its own vault."""

import os

import pytest

from tests.support import file_keyring
from zcc_keys_gui.domain.errors import KeystoreEntryMissingError
from zcc_keys_gui.domain.recovery_key import new_recovery_key
from zcc_keys_gui.vault.keys.key_wrapping import KEY_BYTES, Argon2idParameters, Wrap, WrongKeyError
from zcc_keys_gui.vault.keys.protectors import (
    AccountProtector,
    PassphraseProtector,
    Protector,
    RecoveryKeyProtector,
    make_account_protector,
    make_passphrase_protector,
    make_recovery_key_protector,
    new_id,
    unlock_with_account,
    unlock_with_passphrase,
    unlock_with_recovery_key,
)

WRAP = Wrap(b"n" * 12, b"w" * 48)


@pytest.fixture
def database_key() -> bytes:
    return os.urandom(KEY_BYTES)


def test_this_account_yields_the_database_key(database_key: bytes) -> None:
    protector = make_account_protector("a vault", database_key)
    assert unlock_with_account(protector, "a vault") == database_key
    file_keyring.clear()
    with pytest.raises(KeystoreEntryMissingError):
        unlock_with_account(protector, "a vault")


def test_a_passphrase_yields_the_database_key(database_key: bytes) -> None:
    protector = make_passphrase_protector("a vault", database_key, "four random words fit")
    assert unlock_with_passphrase(protector, "a vault", "four random words fit") == database_key
    for vault_id, passphrase in (("a vault", "another passphrase"), ("another vault", "four random words fit")):
        with pytest.raises(WrongKeyError):
            unlock_with_passphrase(protector, vault_id, passphrase)


def test_a_recovery_key_yields_the_database_key(database_key: bytes) -> None:
    key = new_recovery_key()
    protector = make_recovery_key_protector("a vault", database_key, key)
    assert unlock_with_recovery_key(protector, "a vault", key) == database_key
    for vault_id, other in (("a vault", new_recovery_key()), ("another vault", key)):
        with pytest.raises(WrongKeyError):
            unlock_with_recovery_key(protector, vault_id, other)


def test_a_missing_protector_yields_nothing() -> None:
    with pytest.raises(KeystoreEntryMissingError):
        unlock_with_account(None, "a vault")
    with pytest.raises(WrongKeyError):
        unlock_with_passphrase(None, "a vault", "four random words fit")
    with pytest.raises(WrongKeyError):
        unlock_with_recovery_key(None, "a vault", new_recovery_key())


def test_new_protectors_record_when_they_were_made(database_key: bytes) -> None:
    assert make_account_protector("a vault", database_key).made > 1_700_000_000


def test_ids_are_random() -> None:
    assert len({new_id() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "protector",
    [
        AccountProtector("a user", WRAP),
        PassphraseProtector(Argon2idParameters(b"salt" * 4), WRAP),
        RecoveryKeyProtector(b"salt" * 4, WRAP),
    ],
)
def test_the_time_of_an_older_protector_is_unknown(protector: Protector) -> None:
    assert protector.made == 0
