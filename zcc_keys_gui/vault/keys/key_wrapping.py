"""Protectors: what opens a vault. Each yields a key that wraps the database key (AES-256-GCM).

The wrap is bound to the vault's id and the protector's kind, so that neither can be put in place of another.
"""

import os
import time
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock

KEY_BYTES = 32
_NONCE_BYTES = 12
_SALT_BYTES = 16
_LEAST_MEMORY_KIB = 8  # for each lane (RFC 9106 §3.1)
WANTED_SECONDS = 0.5
"""What trying a passphrase is to cost on the computer on which it was chosen."""
_MOST_PASSES = 50  # a vault that is taken to a slower computer has to open there too
_MEASURED_PASSES = 6

# OpenSSL's Argon2id waits for ever where two of several lanes run at once: they share one pool of threads.
_one_derivation_at_a_time = Lock()

THIS_ACCOUNT = "this account"
PASSPHRASE = "passphrase"
RECOVERY_KEY = "recovery key"


@dataclass(frozen=True)
class Wrap:
    """The database key, wrapped."""

    nonce: bytes
    wrapped_key: bytes


@dataclass(frozen=True)
class Argon2idParameters:
    """By default RFC 9106's second recommended choice (§4): 64 MiB, 3 passes, 4 lanes; a salt of 16 bytes."""

    salt: bytes
    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    @property
    def are_weak(self) -> bool:
        """Whether an attack costs less than with the defaults. Fewer passes may be made up for by more memory."""
        least = Argon2idParameters(bytes(_SALT_BYTES))
        return (
            len(self.salt) < _SALT_BYTES
            or self.lanes < least.lanes
            or self.memory_kib < least.memory_kib
            or self.memory_kib * self.iterations < least.memory_kib * least.iterations
        )


@dataclass(frozen=True)
class AccountProtector:
    """A random key in the key store of the operating system's account, under this user name."""

    keystore_user: str
    wrap: Wrap
    made: int = 0
    """Seconds since 1970, UTC; 0 where a version of the program made it that did not note it."""


@dataclass(frozen=True)
class PassphraseProtector:
    """A key derived from a passphrase by Argon2id."""

    kdf: Argon2idParameters
    wrap: Wrap
    made: int = 0


@dataclass(frozen=True)
class RecoveryKeyProtector:
    """A key derived from a recovery key by HKDF-SHA256 (RFC 5869), which is enough: it holds 128 random bits."""

    salt: bytes
    wrap: Wrap
    made: int = 0


Protector = AccountProtector | PassphraseProtector | RecoveryKeyProtector


class WrongKeyError(Exception):
    """The wrap was not made with this key; it never leaves the vault package."""


def new_kdf_parameters() -> Argon2idParameters:
    """Return the parameters for a new passphrase, with a salt of its own; a faster computer gets more passes.

    The first call measures that, which takes about as long as two passphrases.
    """
    return Argon2idParameters(new_salt(), iterations=passes_for(_measured_seconds()))


def passes_for(seconds: float) -> int:
    """Return how many passes a new passphrase gets, 3 to 50, where `_MEASURED_PASSES` passes take so many seconds."""
    wanted = int(_MEASURED_PASSES * WANTED_SECONDS / max(seconds, 0.001))
    return min(max(wanted, Argon2idParameters.iterations), _MOST_PASSES)


@cache
def _measured_seconds() -> float:
    """Return how long some passes take here: the better of two tries, since others use the computer as well."""
    tries = []
    for _ in range(2):
        began = time.perf_counter()
        derive("", Argon2idParameters(bytes(_SALT_BYTES), iterations=_MEASURED_PASSES))
        tries.append(time.perf_counter() - began)
    return min(tries)


def composed(passphrase: str) -> str:
    """Return a passphrase in Unicode's form NFC, since keyboards differ in how they compose a letter."""
    import unicodedata

    return unicodedata.normalize("NFC", passphrase)


def derive(passphrase: str, kdf: Argon2idParameters) -> bytes:
    """Return the key (32 bytes) that a passphrase yields; takes about 0.5 s and 64 MiB, and lets other threads run.

    It is composed first.
    """
    text = composed(passphrase).encode("utf-8", "surrogatepass")
    with _one_derivation_at_a_time:
        key = _argon2id(text, kdf)
        # OpenSSL gives the memory back in which the passphrase was, without wiping it. The least work with another text
        # of the same length takes the same memory again, and writes over it.
        _argon2id(bytes(len(text)), replace(kdf, memory_kib=_LEAST_MEMORY_KIB * kdf.lanes, iterations=1))
        return key


def _argon2id(text: bytes, kdf: Argon2idParameters) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(
        salt=kdf.salt, length=KEY_BYTES, iterations=kdf.iterations, lanes=kdf.lanes, memory_cost=kdf.memory_kib
    ).derive(text)


def new_salt() -> bytes:
    """Return a random salt, 16 bytes."""
    return os.urandom(_SALT_BYTES)


def derive_from_recovery_key(material: bytes, salt: bytes, vault_id: str) -> bytes:
    """Return the key (32 bytes) that a recovery key's 16 bytes yield for a vault."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    hkdf = HKDF(SHA256(), length=KEY_BYTES, salt=salt, info=_bound_to(vault_id, RECOVERY_KEY))
    return hkdf.derive(material)


def wrap(database_key: bytes, wrapping_key: bytes, vault_id: str, kind: str) -> Wrap:
    """Wrap the database key with a fresh nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    return Wrap(nonce, AESGCM(wrapping_key).encrypt(nonce, database_key, _bound_to(vault_id, kind)))


def unwrap(wrapped: Wrap, wrapping_key: bytes, vault_id: str, kind: str) -> bytes:
    """Return the database key. Raises `WrongKeyError` where the key, the vault or the kind is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(wrapping_key).decrypt(wrapped.nonce, wrapped.wrapped_key, _bound_to(vault_id, kind))
    except InvalidTag as error:
        raise WrongKeyError from error


def _bound_to(vault_id: str, kind: str) -> bytes:
    return f"ZCC Keys database key\n{vault_id}\n{kind}".encode()
