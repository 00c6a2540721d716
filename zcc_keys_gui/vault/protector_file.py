"""`vault.json`: which vault this is, and the protectors that open it."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.errors import VaultDamagedError, VaultTooNewError
from zcc_keys_gui.vault.faults import faults_at
from zcc_keys_gui.vault.folder import write_durably
from zcc_keys_gui.vault.protectors import (
    PASSPHRASE,
    THIS_ACCOUNT,
    AccountProtector,
    Argon2idParameters,
    PassphraseProtector,
    Protector,
    Wrap,
)

FORMAT = 1
_LARGEST = 1 << 20  # bytes; a real one has less than 2 KiB
_MOST_MEMORY_KIB = 4 << 20  # 4 GiB: a damaged number must not take the computer down


@dataclass(frozen=True)
class Protectors:
    """What `vault.json` holds."""

    vault_id: str
    generation: int
    """Also kept in the database; a difference means that the two files do not belong together."""
    account: AccountProtector | None = None
    passphrase: PassphraseProtector | None = None


def write(path: Path, protectors: Protectors) -> None:
    """Replace the file durably. Raises `VaultError`."""
    document = {
        "format": FORMAT,
        "vault": protectors.vault_id,
        "generation": protectors.generation,
        "protectors": [_encoded(each) for each in (protectors.account, protectors.passphrase) if each],
    }
    with faults_at(path):
        write_durably(path, (json.dumps(document, indent=2) + "\n").encode())


def read(path: Path) -> Protectors:
    """Return what the file says. Raises `VaultTooNewError`, `VaultDamagedError` and other `VaultError`s."""
    with faults_at(path), path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    try:
        document = json.loads(content)
        if int(document["format"]) > FORMAT:
            raise VaultTooNewError(path)
        return _decoded(document)
    # Whatever the bytes were, they were not ours: a type, a number, a missing field, a nesting too deep.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise VaultDamagedError(path) from error


def _encoded(protector: Protector) -> dict[str, Any]:
    wrap = {"nonce": _text(protector.wrap.nonce), "wrapped_key": _text(protector.wrap.wrapped_key)}
    if isinstance(protector, AccountProtector):
        return {"kind": THIS_ACCOUNT, "keystore_user": protector.keystore_user, **wrap}
    kdf = protector.kdf
    return {
        "kind": PASSPHRASE,
        "kdf": {
            "name": "argon2id",
            "salt": _text(kdf.salt),
            "memory_kib": kdf.memory_kib,
            "iterations": kdf.iterations,
            "lanes": kdf.lanes,
        },
        **wrap,
    }


def _decoded(document: dict[str, Any]) -> Protectors:
    by_kind = {each["kind"]: each for each in document["protectors"]}
    account, passphrase = by_kind.get(THIS_ACCOUNT), by_kind.get(PASSPHRASE)
    if account is None and passphrase is None:
        raise ValueError("no protector")
    return Protectors(
        vault_id=_string(document["vault"]),
        generation=_count(document["generation"]),
        account=account and AccountProtector(_string(account["keystore_user"]), _wrap(account)),
        passphrase=passphrase and PassphraseProtector(_kdf(passphrase["kdf"]), _wrap(passphrase)),
    )


def _wrap(protector: dict[str, Any]) -> Wrap:
    nonce, wrapped_key = _bytes(protector["nonce"]), _bytes(protector["wrapped_key"])
    if (len(nonce), len(wrapped_key)) != (12, 48):
        raise ValueError("wrong length")
    return Wrap(nonce, wrapped_key)


def _kdf(kdf: dict[str, Any]) -> Argon2idParameters:
    parameters = Argon2idParameters(
        _bytes(kdf["salt"]), _count(kdf["memory_kib"]), _count(kdf["iterations"]), _count(kdf["lanes"])
    )
    if (
        kdf["name"] != "argon2id"
        or len(parameters.salt) < 8
        or not 1 <= parameters.lanes <= 255
        or not 1 <= parameters.iterations <= 1_000
        or not 8 * parameters.lanes <= parameters.memory_kib <= _MOST_MEMORY_KIB
    ):
        raise ValueError("not the parameters of Argon2id")
    return parameters


def _text(content: bytes) -> str:
    return b64encode(content).decode()


def _bytes(text: object) -> bytes:
    return b64decode(_string(text), validate=True)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    value.encode()  # half a surrogate pair is a ValueError here, not later
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(type(value))
    return value
