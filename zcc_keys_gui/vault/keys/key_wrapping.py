"""Wraps the database key with AES-256-GCM, and derives the wrapping keys from passphrases and recovery keys.

A wrapped key is bound to the id of its vault and to the kind of its protector, so it cannot replace another one.
"""

import os
import time
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
TARGET_SECONDS = 0.5
"""How long trying a passphrase should take on the computer on which it was chosen."""
THIS_ACCOUNT = "this account"
PASSPHRASE = "passphrase"
RECOVERY_KEY = "recovery key"
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MIN_MEMORY_KIB_PER_LANE = 8  # RFC 9106 §3.1
_MAX_PASSES = 50  # so that the vault also opens on a slower computer
_MEASURED_PASSES = 6

# OpenSSL's Argon2id can wait forever if two derivations with several lanes run at the same time, because they share
# one pool of threads.
_derivation_lock = Lock()


class Wrap(NamedTuple):
    """A wrapped database key."""

    nonce: bytes
    wrapped_key: bytes


@dataclass(frozen=True)
class Argon2idParameters:
    """The parameters of Argon2id; the defaults are RFC 9106's second recommended choice (§4)."""

    salt: bytes
    memory_kib: int = 64 * 1024
    iterations: int = 3
    lanes: int = 4

    @property
    def are_weak(self) -> bool:
        """Whether an attack costs less than with the defaults. More memory can make up for fewer passes."""
        default = Argon2idParameters(bytes(_SALT_BYTES))
        return (
            len(self.salt) < _SALT_BYTES
            or self.lanes < default.lanes
            or self.memory_kib < default.memory_kib
            or self.memory_kib * self.iterations < default.memory_kib * default.iterations
        )


class WrongKeyError(Exception):
    """The database key was wrapped with another key. Never leaves the vault package."""


def new_kdf_parameters() -> Argon2idParameters:
    """Return the parameters for a new passphrase, with a new salt; a faster computer gets more passes.

    The first call measures the computer, which takes about as long as trying two passphrases.
    """
    return Argon2idParameters(new_salt(), iterations=choose_passes(_measure_seconds()))


def choose_passes(seconds: float) -> int:
    """Return how many passes a new passphrase gets, 3 to 50, if `_MEASURED_PASSES` passes take this many seconds."""
    passes = int(_MEASURED_PASSES * TARGET_SECONDS / max(seconds, 0.001))
    return min(max(passes, Argon2idParameters.iterations), _MAX_PASSES)


@cache
def _measure_seconds() -> float:
    """Return how long `_MEASURED_PASSES` passes take: the better of two tries, because other programs run as well."""
    tries = []
    for _ in range(2):
        began = time.perf_counter()
        derive("", Argon2idParameters(bytes(_SALT_BYTES), iterations=_MEASURED_PASSES))
        tries.append(time.perf_counter() - began)
    return min(tries)


def composed(passphrase: str) -> str:
    """Return a passphrase in Unicode's form NFC, because keyboards compose letters in different ways."""
    return unicodedata.normalize("NFC", passphrase)


def derive(passphrase: str, kdf: Argon2idParameters) -> bytes:
    """Return the key (32 bytes) that a passphrase yields, in any Unicode form.

    Takes about 0.5 s and 64 MiB, and lets other threads run.
    """
    text = composed(passphrase).encode("utf-8", "surrogatepass")
    with _derivation_lock:
        key = _derive_with_argon2id(text, kdf)
        # OpenSSL frees the memory that contained the passphrase without wiping it. The cheapest derivation from another
        # text of the same length gets the same memory again, and overwrites the passphrase.
        _derive_with_argon2id(
            bytes(len(text)), replace(kdf, memory_kib=_MIN_MEMORY_KIB_PER_LANE * kdf.lanes, iterations=1)
        )
        return key


def derive_from_recovery_key(material: bytes, salt: bytes, vault_id: str) -> bytes:
    """Return the key (32 bytes) that the 16 bytes of a recovery key yield for a vault."""
    hkdf = HKDF(SHA256(), length=KEY_BYTES, salt=salt, info=_associated_data(vault_id, RECOVERY_KEY))
    return hkdf.derive(material)


def new_salt() -> bytes:
    """Return a random salt, 16 bytes."""
    return os.urandom(_SALT_BYTES)


def wrap(database_key: bytes, wrapping_key: bytes, vault_id: str, kind: str) -> Wrap:
    """Wrap the database key with a fresh nonce."""
    nonce = os.urandom(_NONCE_BYTES)
    return Wrap(nonce, AESGCM(wrapping_key).encrypt(nonce, database_key, _associated_data(vault_id, kind)))


def unwrap(wrapped: Wrap, wrapping_key: bytes, vault_id: str, kind: str) -> bytes:
    """Return the database key.

    Raises `WrongKeyError` if it was wrapped with another key, or for another vault or kind.
    """
    try:
        return AESGCM(wrapping_key).decrypt(wrapped.nonce, wrapped.wrapped_key, _associated_data(vault_id, kind))
    except InvalidTag as error:
        raise WrongKeyError from error


def _derive_with_argon2id(text: bytes, kdf: Argon2idParameters) -> bytes:
    return Argon2id(
        salt=kdf.salt, length=KEY_BYTES, iterations=kdf.iterations, lanes=kdf.lanes, memory_cost=kdf.memory_kib
    ).derive(text)


def _associated_data(vault_id: str, kind: str) -> bytes:
    return f"ZCC Keys database key\n{vault_id}\n{kind}".encode()
