"""`vault.json`: which vault this is, and the protectors that open it."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.errors import VaultDamagedError, VaultNotAFileError, VaultTooNewError
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file
from zcc_keys_gui.vault.keys.key_wrapping import (
    PASSPHRASE,
    RECOVERY_KEY,
    THIS_ACCOUNT,
    AccountProtector,
    Argon2idParameters,
    PassphraseProtector,
    Protector,
    RecoveryKeyProtector,
    Wrap,
)

FORMAT = 2  # 1 had neither recovery keys nor times, and is still read
LATEST = 1 << 34
"""Seconds since 1970, in the year 2514; systems tell no local time of much later ones."""
LARGEST = 1 << 20
"""Bytes; a real one has less than 2 KiB."""
_SHORTEST_SALT = 8  # bytes (RFC 9106 §3.1)
# A damaged or hostile file must not take the computer down. The strongest parameters that the program chooses are
# 64 MiB and 50 passes; RFC 9106's first recommended choice is 2 GiB and 1 pass (§4).
_MOST_MEMORY_KIB = 2 << 20
_MOST_LANES = 16  # the program chooses 4
_WORK_OF_LANE = 1024  # KiB, which take as long in each pass as it takes to start the threads of a lane
_MOST_WORK = 200 * (64 * 1024 + 4 * _WORK_OF_LANE)  # KiB times passes; about 10 seconds
MAX_OBSOLETE_ENTRIES = 100
"""User names in the key store: each takes a moment at opening."""


@dataclass(frozen=True)
class ProtectorSet:
    """What `vault.json` holds."""

    vault_id: str
    generation: int
    """Also kept in the database; a difference means that the two files do not belong together."""
    account: AccountProtector | None = None
    passphrase: PassphraseProtector | None = None
    recovery_key: RecoveryKeyProtector | None = None
    next: "ProtectorSet | None" = None
    """While the vault is re-encrypted: the protectors of the new database key, which may be the right ones already."""
    obsolete_entries: tuple[str, ...] = ()
    """User names in the key store whose keys open this vault no more, and which may not have been deleted yet."""

    @property
    def each(self) -> list[Protector]:
        """The protectors that there are."""
        return [each for each in (self.account, self.passphrase, self.recovery_key) if each is not None]


def write(path: Path, protectors: ProtectorSet) -> None:
    """Replace the file durably. Raises `VaultError`."""
    document = {"format": FORMAT, "vault": protectors.vault_id, **_encoded_set(protectors)}
    if protectors.next is not None:
        document["next"] = _encoded_set(protectors.next)
    if protectors.obsolete_entries:
        document["obsolete_entries"] = protectors.obsolete_entries
    with vault_errors_for(path):
        write_durably(path, (json.dumps(document, indent=2) + "\n").encode())


def read(path: Path) -> ProtectorSet:
    """Return what the file says. Raises `VaultTooNewError`, `VaultDamagedError` and other `VaultError`s."""
    try:
        with vault_errors_for(path):
            content = read_regular_file(path, LARGEST + 1)
    except VaultNotAFileError as error:
        raise VaultDamagedError(path) from error
    try:
        if len(content) > LARGEST:
            raise ValueError("too long")
        document = json.loads(content)
        if int(document["format"]) > FORMAT:
            raise VaultTooNewError(path)
        return _decoded(document)
    # Whatever the bytes were, they were not ours: a type, a number, a missing field, a nesting too deep.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise VaultDamagedError(path) from error


def _encoded_set(protectors: ProtectorSet) -> dict[str, Any]:
    return {"generation": protectors.generation, "protectors": [_encoded(each) for each in protectors.each]}


def _encoded(protector: Protector) -> dict[str, Any]:
    common = {
        "made": protector.made,
        "nonce": _text(protector.wrap.nonce),
        "wrapped_key": _text(protector.wrap.wrapped_key),
    }
    match protector:
        case AccountProtector():
            return {"kind": THIS_ACCOUNT, "keystore_user": protector.keystore_user, **common}
        case RecoveryKeyProtector():
            return {"kind": RECOVERY_KEY, "salt": _text(protector.salt), **common}
        case PassphraseProtector(kdf):
            return {
                "kind": PASSPHRASE,
                "kdf": {
                    "name": "argon2id",
                    "salt": _text(kdf.salt),
                    "memory_kib": kdf.memory_kib,
                    "iterations": kdf.iterations,
                    "lanes": kdf.lanes,
                },
                **common,
            }


def _decoded(document: dict[str, Any]) -> ProtectorSet:
    vault_id = _string(document["vault"])
    obsolete = _strings(document.get("obsolete_entries", []))
    next_ = document.get("next")
    return _decoded_set(
        vault_id, document, None if next_ is None else _decoded_set(vault_id, next_, None, obsolete), obsolete
    )


def _decoded_set(
    vault_id: str, document: dict[str, Any], next_: ProtectorSet | None, obsolete: tuple[str, ...]
) -> ProtectorSet:
    by_kind = {each["kind"]: each for each in document["protectors"]}
    account, passphrase, recovery = (by_kind.get(kind) for kind in (THIS_ACCOUNT, PASSPHRASE, RECOVERY_KEY))
    found = ProtectorSet(
        vault_id=vault_id,
        generation=_count(document["generation"]),
        account=account and AccountProtector(_string(account["keystore_user"]), _wrap(account), _made(account)),
        passphrase=passphrase and PassphraseProtector(_kdf(passphrase["kdf"]), _wrap(passphrase), _made(passphrase)),
        recovery_key=recovery and RecoveryKeyProtector(_salt(recovery), _wrap(recovery), _made(recovery)),
        next=next_,
        obsolete_entries=obsolete,
    )
    if not found.each:
        raise ValueError("no protector")
    return found


def _made(protector: dict[str, Any]) -> int:
    made = _count(protector.get("made", 0))
    if made > LATEST:
        raise ValueError("no time")
    return made


def _salt(protector: dict[str, Any]) -> bytes:
    salt = _bytes(protector["salt"])
    if len(salt) < _SHORTEST_SALT:
        raise ValueError("too short a salt")
    return salt


def _wrap(protector: dict[str, Any]) -> Wrap:
    nonce, wrapped_key = _bytes(protector["nonce"]), _bytes(protector["wrapped_key"])
    if (len(nonce), len(wrapped_key)) != (12, 48):
        raise ValueError("wrong length")
    return Wrap(nonce, wrapped_key)


def _kdf(kdf: dict[str, Any]) -> Argon2idParameters:
    parameters = Argon2idParameters(
        _salt(kdf), _count(kdf["memory_kib"]), _count(kdf["iterations"]), _count(kdf["lanes"])
    )
    if (
        kdf["name"] != "argon2id"
        or not 1 <= parameters.lanes <= _MOST_LANES
        or not 1 <= parameters.iterations <= 1_000
        or not 8 * parameters.lanes <= parameters.memory_kib <= _MOST_MEMORY_KIB
        or (parameters.memory_kib + _WORK_OF_LANE * parameters.lanes) * parameters.iterations > _MOST_WORK
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


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(type(value))
    if len(value) > MAX_OBSOLETE_ENTRIES:
        raise ValueError("too many")
    return tuple(_string(each) for each in value)


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(type(value))
    return value
