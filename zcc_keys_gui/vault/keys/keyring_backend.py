"""Chooses the back end of keyring that keeps this account's key.

PYTHON_KEYRING_BACKEND and keyring's configuration file decide, if one of them names a back end.
"""

import os

import keyring.backend
import keyring.core
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail

from zcc_keys_gui.domain.errors import KeystoreUnavailableError

_MIN_PRIORITY = 1  # keyring recommends back ends from here on; those that keep plain text are below


def find_backend() -> KeyringBackend:
    """Return the back end to use. Raises `KeystoreUnavailableError`."""
    try:
        backend = keyring.core.get_keyring() if _was_chosen() else _best_backend()
        if isinstance(backend, fail.Keyring):
            raise KeystoreUnavailableError
    except KeystoreUnavailableError:
        raise
    except Exception as error:  # a back end that the environment or the configuration names cannot be loaded
        raise KeystoreUnavailableError from error
    if type(backend).__name__ == "WinVaultKeyring":
        backend.persist = "local machine"  # type: ignore[attr-defined]  # so that the entry does not roam
    return backend


def was_set_by_code() -> bool:
    """Return whether a program that this one is part of has set keyring's back end.

    A chain of all back ends is keyring's own choice.
    """
    chosen = keyring.core._keyring_backend
    return chosen is not None and not isinstance(chosen, chainer.ChainerBackend)


def _was_chosen() -> bool:
    in_environment = bool(os.environ.get("PYTHON_KEYRING_BACKEND"))
    return in_environment or was_set_by_code() or keyring.core.load_config() is not None


def _best_backend() -> KeyringBackend:
    # If there are several, keyring itself would choose a chain of all of them, in which plain-text files count as much
    # as any other back end.
    usable = [
        backend
        for backend in keyring.backend.get_all_keyring()
        if not isinstance(backend, chainer.ChainerBackend) and backend.priority >= _MIN_PRIORITY
    ]
    if not usable:
        raise KeystoreUnavailableError
    return max(usable, key=lambda backend: backend.priority)
