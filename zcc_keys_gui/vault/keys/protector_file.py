"""Reads and writes `vault.json`, which identifies the vault and contains its protectors."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zcc_keys_gui.domain.errors import VaultDamagedError, VaultNotAFileError, VaultTooNewError
from zcc_keys_gui.vault.files.file_errors import vault_errors_for
from zcc_keys_gui.vault.files.folder import write_durably
from zcc_keys_gui.vault.files.regular_file import read_regular_file
from zcc_keys_gui.vault.keys.key_wrapping import PASSPHRASE, RECOVERY_KEY, THIS_ACCOUNT, Argon2idParameters, Wrap
from zcc_keys_gui.vault.keys.protectors import AccountProtector, PassphraseProtector, Protector, RecoveryKeyProtector

FORMAT = 2  # format 1, which is still read, has no recovery keys and no times
MAX_TIME_SECONDS = 1 << 34
"""Seconds since 1970, in the year 2514; operating systems cannot convert much later times to local time."""
MAX_FILE_BYTES = 1 << 20
"""A real file has less than 2 KiB."""
MAX_OBSOLETE_ENTRIES = 100
"""Each entry takes a moment when the vault is opened."""
_MIN_SALT_BYTES = 8  # RFC 9106 §3.1
# A damaged or hostile file must not freeze the computer. The strongest parameters that the program chooses are 64 MiB
# and 50 passes; RFC 9106's first recommended choice is 2 GiB and 1 pass (§4).
_MAX_MEMORY_KIB = 2 << 20
_MAX_ITERATIONS = 1_000
_MAX_LANES = 16  # the program chooses 4
_LANE_START_KIB = 1024  # in each pass, starting the threads of a lane takes as long as processing this much memory
_MAX_WORK_KIB = 200 * (64 * 1024 + 4 * _LANE_START_KIB)  # memory times passes; about 10 seconds


@dataclass(frozen=True)
class ProtectorSet:
    """All protectors of a vault, as `vault.json` stores them."""

    vault_id: str
    generation: int
    """Also stored in the database; if it differs there, the two files do not belong together."""
    account: AccountProtector | None = None
    passphrase: PassphraseProtector | None = None
    recovery_key: RecoveryKeyProtector | None = None
    next: "ProtectorSet | None" = None
    """The protectors of another database key, while the vault is being re-encrypted.

    If that was interrupted, only the database shows which of the two keys it has.
    """
    obsolete_entries: tuple[str, ...] = ()
    """User names of key store entries that no longer unlock this vault and may still have to be deleted."""

    @property
    def existing(self) -> list[Protector]:
        """The protectors that exist."""
        return [each for each in (self.account, self.passphrase, self.recovery_key) if each is not None]


def write(path: Path, protectors: ProtectorSet) -> None:
    """Replace the file durably. Raises `VaultError`."""
    document = {"format": FORMAT, "vault": protectors.vault_id, **_encode_set(protectors)}
    if protectors.next is not None:
        document["next"] = _encode_set(protectors.next)
    if protectors.obsolete_entries:
        document["obsolete_entries"] = protectors.obsolete_entries
    with vault_errors_for(path):
        write_durably(path, (json.dumps(document, indent=2) + "\n").encode())


def read(path: Path) -> ProtectorSet:
    """Return the protectors in the file. Raises `VaultTooNewError`, `VaultDamagedError` and other `VaultError`s."""
    try:
        with vault_errors_for(path):
            content = read_regular_file(path, MAX_FILE_BYTES + 1)
    except VaultNotAFileError as error:
        raise VaultDamagedError(path) from error
    try:
        if len(content) > MAX_FILE_BYTES:
            raise ValueError("too long")
        document = json.loads(content)
        if int(document["format"]) > FORMAT:
            raise VaultTooNewError(path)
        return _decode(document)
    # The program never writes such a file: a wrong type, a number out of range, a missing field, too deep a nesting.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise VaultDamagedError(path) from error


def _encode_set(protectors: ProtectorSet) -> dict[str, Any]:
    return {
        "generation": protectors.generation,
        "protectors": [_encode_protector(each) for each in protectors.existing],
    }


def _encode_protector(protector: Protector) -> dict[str, Any]:
    common = {
        "made": protector.made,
        "nonce": _encode_bytes(protector.wrap.nonce),
        "wrapped_key": _encode_bytes(protector.wrap.wrapped_key),
    }
    match protector:
        case AccountProtector():
            return {"kind": THIS_ACCOUNT, "keystore_user": protector.keystore_user, **common}
        case RecoveryKeyProtector():
            return {"kind": RECOVERY_KEY, "salt": _encode_bytes(protector.salt), **common}
        case PassphraseProtector(kdf):
            return {
                "kind": PASSPHRASE,
                "kdf": {
                    "name": "argon2id",
                    "salt": _encode_bytes(kdf.salt),
                    "memory_kib": kdf.memory_kib,
                    "iterations": kdf.iterations,
                    "lanes": kdf.lanes,
                },
                **common,
            }


def _decode(document: dict[str, Any]) -> ProtectorSet:
    vault_id = _parse_string(document["vault"])
    obsolete = _parse_strings(document.get("obsolete_entries", []))
    next_set = document.get("next")
    return _decode_set(
        vault_id, document, None if next_set is None else _decode_set(vault_id, next_set, None, obsolete), obsolete
    )


def _decode_set(
    vault_id: str, document: dict[str, Any], next_set: ProtectorSet | None, obsolete: tuple[str, ...]
) -> ProtectorSet:
    by_kind = {each["kind"]: each for each in document["protectors"]}
    account, passphrase, recovery = (by_kind.get(kind) for kind in (THIS_ACCOUNT, PASSPHRASE, RECOVERY_KEY))
    found = ProtectorSet(
        vault_id=vault_id,
        generation=_parse_count(document["generation"]),
        account=account
        and AccountProtector(_parse_string(account["keystore_user"]), _parse_wrap(account), _parse_time(account)),
        passphrase=passphrase
        and PassphraseProtector(_parse_kdf(passphrase["kdf"]), _parse_wrap(passphrase), _parse_time(passphrase)),
        recovery_key=recovery
        and RecoveryKeyProtector(_parse_salt(recovery), _parse_wrap(recovery), _parse_time(recovery)),
        next=next_set,
        obsolete_entries=obsolete,
    )
    if not found.existing:
        raise ValueError("no protector")
    return found


def _parse_time(protector: dict[str, Any]) -> int:
    made = _parse_count(protector.get("made", 0))
    if made > MAX_TIME_SECONDS:
        raise ValueError("time out of range")
    return made


def _parse_salt(protector: dict[str, Any]) -> bytes:
    salt = _parse_bytes(protector["salt"])
    if len(salt) < _MIN_SALT_BYTES:
        raise ValueError("salt too short")
    return salt


def _parse_wrap(protector: dict[str, Any]) -> Wrap:
    nonce, wrapped_key = _parse_bytes(protector["nonce"]), _parse_bytes(protector["wrapped_key"])
    if (len(nonce), len(wrapped_key)) != (12, 48):
        raise ValueError("wrong length of a wrapped key")
    return Wrap(nonce, wrapped_key)


def _parse_kdf(kdf: dict[str, Any]) -> Argon2idParameters:
    parameters = Argon2idParameters(
        _parse_salt(kdf), _parse_count(kdf["memory_kib"]), _parse_count(kdf["iterations"]), _parse_count(kdf["lanes"])
    )
    if (
        kdf["name"] != "argon2id"
        or not 1 <= parameters.lanes <= _MAX_LANES
        or not 1 <= parameters.iterations <= _MAX_ITERATIONS
        or not 8 * parameters.lanes <= parameters.memory_kib <= _MAX_MEMORY_KIB
        or (parameters.memory_kib + _LANE_START_KIB * parameters.lanes) * parameters.iterations > _MAX_WORK_KIB
    ):
        raise ValueError("parameters of Argon2id out of range")
    return parameters


def _encode_bytes(content: bytes) -> str:
    return b64encode(content).decode()


def _parse_bytes(text: object) -> bytes:
    return b64decode(_parse_string(text), validate=True)


def _parse_string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value))
    value.encode()  # raises ValueError for half of a surrogate pair
    return value


def _parse_strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(type(value))
    if len(value) > MAX_OBSOLETE_ENTRIES:
        raise ValueError("too many entries")
    return tuple(_parse_string(each) for each in value)


def _parse_count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(type(value))
    return value
