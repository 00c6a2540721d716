"""This account's key in the operating system's key store: Credential Manager, Keychain or Secret Service.

Reading at start-up goes by Windows' own call where the entry is one of Credential Manager's, since finding keyring's
back end costs as much as showing a window; everything else goes through keyring, whose PYTHON_KEYRING_BACKEND and
configuration file are honoured.

A key store may show a prompt and wait for the user, or hang (D-Bus gives up after 25 seconds). So it is asked in a
thread that nobody has to wait for: `stop_waiting` lets the callers go on without an answer.
"""

import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError
from zcc_keys_gui.platform import credentials
from zcc_keys_gui.vault.keys.key_wrapping import KEY_BYTES

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_LEAST_PRIORITY = 1  # keyring calls a back end "recommended" from here on; plain-text files stay below
PATIENCE = 60.0  # seconds in which a user can answer the key store's prompt while the vault is open
_PATIENCE_TO_DELETE = 5.0  # seconds; an entry that stays is only litter

_AnswerT = TypeVar("_AnswerT")


class _Question(Generic[_AnswerT]):
    """Something that the key store is asked, in a thread that ends with the process, or with the answer."""

    def __init__(self, ask: Callable[[], _AnswerT], undo: Callable[[], None] = lambda: None) -> None:
        """Ask by `ask`; `undo` is called if it succeeds when nobody waits for it any longer."""
        self.since = time.monotonic()
        self._ask = ask
        self._undo = undo
        self._over = Event()
        self._outcome: tuple[_AnswerT, None] | tuple[None, BaseException] | None = None
        self._is_abandoned = False

    def answer(self, patience: float | None) -> _AnswerT:
        """Wait for the answer, `patience` seconds at most.

        Raises `KeystoreUnavailableError`, and what asking raises.
        """
        with _lock:
            _waiting.add(self)
        Thread(target=self._run, name="key store", daemon=True).start()
        self._over.wait(patience)
        with _lock:
            _waiting.discard(self)
            outcome = self._outcome
            self._is_abandoned = outcome is None
        if outcome is None:
            raise KeystoreUnavailableError
        answer, error = outcome
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]  # mypy does not tell the two kinds of pairs apart

    def give_up(self) -> None:
        """Let the one who waits go on without an answer."""
        self._over.set()

    def _run(self) -> None:
        try:
            outcome: tuple[_AnswerT, None] | tuple[None, BaseException] = (self._ask(), None)
        except BaseException as error:  # noqa: BLE001  it is told to the one who waits, also a panic of a back end
            outcome = (None, error)
        with _lock:
            self._outcome = outcome
            is_abandoned = self._is_abandoned
        if is_abandoned and outcome[1] is None:
            self._undo()
        self._over.set()


_waiting: set[_Question[Any]] = set()
_lock = Lock()


def waiting_seconds() -> float:
    """Return for how long a caller has waited for the key store's answer; 0 if nobody waits."""
    now = time.monotonic()
    with _lock:
        return max((now - question.since for question in _waiting), default=0.0)


def stop_waiting() -> None:
    """Let all who wait for the key store go on without its answer: they get `KeystoreUnavailableError`."""
    with _lock:
        for question in _waiting:
            question.give_up()


def service_name(vault_id: str) -> str:
    """Return the name of the entry that opens this vault."""
    return f"ZCC Keys vault {vault_id}"


def save_key(vault_id: str, user: str, key: bytes, patience: float | None = PATIENCE) -> None:
    """Keep a key for this account, and see that it can be had again.

    Waits up to `patience` seconds for the key store, None for as long as it takes. Raises `KeystoreUnavailableError`.
    """
    text = b64encode(key).decode()

    def save() -> None:
        backend = _backend()
        try:
            backend.set_password(service_name(vault_id), user, text)
            if backend.get_password(service_name(vault_id), user) != text:
                raise KeystoreUnavailableError
        except Exception as error:  # each back end raises errors of its own platform besides keyring's
            _delete(vault_id, user)
            raise KeystoreUnavailableError from error

    _import_keyring()
    _Question(save, undo=lambda: _delete(vault_id, user)).answer(patience)


def forget_key(vault_id: str, user: str) -> None:
    """Delete a key that was kept for a vault which could not be made. What the key store says to it is passed over."""
    with suppress(KeystoreUnavailableError):
        _Question(lambda: _delete(vault_id, user)).answer(_PATIENCE_TO_DELETE)


def load_key(vault_id: str, user: str, patience: float | None = PATIENCE) -> bytes:
    """Return the key kept for this account, 32 bytes.

    Waits up to `patience` seconds for the key store, None for as long as it takes. Raises
    `KeystoreEntryMissingError`, `KeystoreUnavailableError`, and `WrongKeystoreEntryError` where the entry holds
    something else.
    """

    def load() -> str | None:
        try:
            return _backend().get_password(service_name(vault_id), user)
        except KeystoreUnavailableError:
            raise
        except Exception as error:
            raise KeystoreUnavailableError from error

    text = _read_by_windows(vault_id, user)
    if text is None:
        _import_keyring()
        text = _Question(load).answer(patience)
    if text is None:
        raise KeystoreEntryMissingError
    try:
        key = b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise WrongKeystoreEntryError from error
    if len(key) != KEY_BYTES:
        raise WrongKeystoreEntryError
    return key


def _delete(vault_id: str, user: str) -> None:
    with suppress(Exception):
        _backend().delete_password(service_name(vault_id), user)


def _read_by_windows(vault_id: str, user: str) -> str | None:
    if sys.platform != "win32" or os.environ.get("PYTHON_KEYRING_BACKEND") or _was_set_by_code():
        return None
    return credentials.read(service_name(vault_id), user)


def _import_keyring() -> None:
    """Import keyring before the key store is asked, so that a slow disk does not look like a slow key store."""
    from zcc_keys_gui.vault.later import spare_imports_of_keyring

    spare_imports_of_keyring()
    import keyring.backends.fail
    import keyring.core  # noqa: F401


def _backend() -> "KeyringBackend":
    _import_keyring()
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
