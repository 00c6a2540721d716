"""This account's key in the operating system's key store: Credential Manager, Keychain or Secret Service.

Reading at start-up goes by Windows' own call where the entry is one of Credential Manager's, since finding keyring's
back end costs as much as showing a window; everything else goes through keyring, whose PYTHON_KEYRING_BACKEND and
configuration file are honoured.
"""

import os
import sys
from base64 import b64decode, b64encode
from contextlib import suppress
from typing import TYPE_CHECKING

from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError
from zcc_keys_gui.vault.protectors import KEY_BYTES
from zcc_keys_gui.windows import credentials

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_LEAST_PRIORITY = 1  # keyring calls a back end "recommended" from here on; plain-text files stay below


def service_name(vault_id: str) -> str:
    """Return the name of the entry that opens this vault."""
    return f"ZCC Keys vault {vault_id}"


def save_key(vault_id: str, user: str, key: bytes) -> None:
    """Keep a key for this account, and see that it can be had again. Raises `KeystoreUnavailableError`."""
    backend, text = _backend(), b64encode(key).decode()
    try:
        backend.set_password(service_name(vault_id), user, text)
        if backend.get_password(service_name(vault_id), user) != text:
            raise KeystoreUnavailableError
    except Exception as error:  # each back end raises errors of its own platform besides keyring's
        forget_key(vault_id, user)
        raise KeystoreUnavailableError from error


def forget_key(vault_id: str, user: str) -> None:
    """Delete a key that was kept for a vault which could not be made. What the key store says to it is passed over."""
    with suppress(Exception):
        _backend().delete_password(service_name(vault_id), user)


def load_key(vault_id: str, user: str) -> bytes:
    """Return the key kept for this account, 32 bytes.

    Raises `KeystoreEntryMissingError`, `KeystoreUnavailableError`, and `WrongKeystoreEntryError` where the entry holds
    something else.
    """
    text = _read_by_windows(vault_id, user)
    if text is None:
        try:
            text = _backend().get_password(service_name(vault_id), user)
        except KeystoreUnavailableError:
            raise
        except Exception as error:
            raise KeystoreUnavailableError from error
    if text is None:
        raise KeystoreEntryMissingError
    try:
        key = b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise WrongKeystoreEntryError from error
    if len(key) != KEY_BYTES:
        raise WrongKeystoreEntryError
    return key


def _read_by_windows(vault_id: str, user: str) -> str | None:
    if sys.platform != "win32" or os.environ.get("PYTHON_KEYRING_BACKEND") or _was_set_by_code():
        return None
    return credentials.read(service_name(vault_id), user)


def _backend() -> "KeyringBackend":
    from zcc_keys_gui.vault.later import spare_imports_of_keyring

    spare_imports_of_keyring()
    import keyring.core
    from keyring.backends import fail

    try:
        backend = keyring.core.get_keyring() if _was_chosen() else _best_backend()
        if isinstance(backend, fail.Keyring):
            raise KeystoreUnavailableError
    except KeystoreUnavailableError:
        raise
    except Exception as error:  # a back end named in the environment or configuration that cannot be loaded
        raise KeystoreUnavailableError from error
    if type(backend).__name__ == "WinVaultKeyring":
        backend.persist = "local machine"  # type: ignore[attr-defined]  # for this computer only, not roaming
    return backend


def _best_backend() -> "KeyringBackend":
    from keyring.backend import get_all_keyring
    from keyring.backends import chainer

    # Not keyring's own choice: where there are several, that is a chain, in which plain-text files are as good as any.
    usable = [
        backend
        for backend in get_all_keyring()
        if not isinstance(backend, chainer.ChainerBackend) and backend.priority >= _LEAST_PRIORITY
    ]
    if not usable:
        raise KeystoreUnavailableError
    return max(usable, key=lambda backend: backend.priority)


def _was_chosen() -> bool:
    import keyring.core

    by_environment = bool(os.environ.get("PYTHON_KEYRING_BACKEND"))
    return by_environment or _was_set_by_code() or keyring.core.load_config() is not None


def _was_set_by_code() -> bool:
    """Say whether a program that this one is part of has set keyring's back end.

    A chain of all that there are is keyring's own choice.
    """
    core = sys.modules.get("keyring.core")
    chosen = core and core._keyring_backend
    return chosen is not None and type(chosen).__name__ != "ChainerBackend"
