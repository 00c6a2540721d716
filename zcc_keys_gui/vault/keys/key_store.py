"""Keeps this account's key in Windows Credential Manager, the macOS Keychain or the system keyring.

A key store may show a prompt and wait for the user, or it may hang (D-Bus gives up after 25 seconds). So each request
runs in a new thread, and `stop_waiting` lets the callers continue without an answer.
"""

import os
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread
from types import ModuleType
from typing import Any, Generic, TypeVar

from zcc_keys_gui.domain.errors import KeystoreEntryMissingError, KeystoreUnavailableError, WrongKeystoreEntryError
from zcc_keys_gui.platform import credentials
from zcc_keys_gui.vault.keys.key_wrapping import KEY_BYTES

PROMPT_TIMEOUT_SECONDS = 60.0
"""How long a user can take to answer the key store's prompt while the vault is open."""
_DELETE_TIMEOUT_SECONDS = 5.0  # an entry that is not deleted does no harm

_AnswerT = TypeVar("_AnswerT")


class _Request(Generic[_AnswerT]):
    """A call of the key store, in a thread that nothing has to wait for when the program ends."""

    def __init__(self, call: Callable[[], _AnswerT], undo: Callable[[], None] = lambda: None) -> None:
        """Get the answer from `call`; call `undo` if `call` succeeds after the caller has stopped waiting."""
        self.started = time.monotonic()
        self._call = call
        self._undo = undo
        self._done = Event()
        self._outcome: tuple[_AnswerT, None] | tuple[None, BaseException] | None = None
        self._is_abandoned = False

    def answer(self, timeout_seconds: float | None) -> _AnswerT:
        """Wait for the answer; None waits as long as it takes.

        Raises `KeystoreUnavailableError` after the timeout and after `stop_waiting`, and the errors of the call.
        """
        with _lock:
            _waiting.add(self)
        Thread(target=self._run, name="key store", daemon=True).start()
        self._done.wait(timeout_seconds)
        with _lock:
            _waiting.discard(self)
            outcome = self._outcome
            self._is_abandoned = outcome is None
        if outcome is None:
            raise KeystoreUnavailableError
        answer, error = outcome
        if error is not None:
            raise error
        return answer  # type: ignore[return-value]  # mypy cannot tell the two kinds of pairs apart

    def stop_waiting(self) -> None:
        """Let the caller continue without an answer."""
        self._done.set()

    def _run(self) -> None:
        try:
            outcome: tuple[_AnswerT, None] | tuple[None, BaseException] = (self._call(), None)
        except BaseException as error:  # noqa: BLE001  the caller gets it, even if it is a panic of a back end
            outcome = (None, error)
        with _lock:
            self._outcome = outcome
            is_abandoned = self._is_abandoned
        if is_abandoned and outcome[1] is None:
            self._undo()
        self._done.set()


_waiting: set[_Request[Any]] = set()
_lock = Lock()


def waiting_seconds() -> float:
    """Return how long a caller has been waiting for the key store; 0 if none is waiting."""
    now = time.monotonic()
    with _lock:
        return max((now - request.started for request in _waiting), default=0.0)


def stop_waiting() -> None:
    """Let all callers that wait for the key store continue; they get `KeystoreUnavailableError`."""
    with _lock:
        for request in _waiting:
            request.stop_waiting()


def service_name(vault_id: str) -> str:
    """Return the name of the key store entries that unlock this vault."""
    return f"ZCC Keys vault {vault_id}"


def save_key(vault_id: str, user: str, key: bytes, timeout_seconds: float | None = PROMPT_TIMEOUT_SECONDS) -> None:
    """Save a key for this account, and check that it can be read again.

    A timeout of None waits as long as it takes. Raises `KeystoreUnavailableError`.
    """
    text = b64encode(key).decode()

    def save() -> None:
        backend = _keyring_backend().find_backend()
        try:
            backend.set_password(service_name(vault_id), user, text)
            if backend.get_password(service_name(vault_id), user) != text:
                raise KeystoreUnavailableError
        except Exception as error:  # each back end also raises errors of its platform
            _delete(vault_id, user)
            raise KeystoreUnavailableError from error

    _keyring_backend()  # imported here, so that a slow disk does not look like a slow key store
    _Request(save, undo=lambda: _delete(vault_id, user)).answer(timeout_seconds)


def forget_key(vault_id: str, user: str) -> None:
    """Delete a key, if the key store lets it be deleted."""
    with suppress(KeystoreUnavailableError):
        _Request(lambda: _delete(vault_id, user)).answer(_DELETE_TIMEOUT_SECONDS)


def load_key(vault_id: str, user: str, timeout_seconds: float | None = PROMPT_TIMEOUT_SECONDS) -> bytes:
    """Return the key saved for this account, 32 bytes.

    A timeout of None waits as long as it takes. Raises `KeystoreEntryMissingError`, `KeystoreUnavailableError`, and
    `WrongKeystoreEntryError` if the entry is not a key.
    """

    def load() -> str | None:
        try:
            found: str | None = _keyring_backend().find_backend().get_password(service_name(vault_id), user)
        except KeystoreUnavailableError:
            raise
        except Exception as error:
            raise KeystoreUnavailableError from error
        return found

    text = _read_by_windows(vault_id, user)
    if text is None:
        _keyring_backend()  # imported here, so that a slow disk does not look like a slow key store
        text = _Request(load).answer(timeout_seconds)
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
        _keyring_backend().find_backend().delete_password(service_name(vault_id), user)


def _read_by_windows(vault_id: str, user: str) -> str | None:
    if sys.platform != "win32" or os.environ.get("PYTHON_KEYRING_BACKEND"):
        return None
    if "keyring.core" in sys.modules and _keyring_backend().was_set_by_code():
        return None
    return credentials.read(service_name(vault_id), user)


def _keyring_backend() -> ModuleType:
    # On the Windows bench, importing keyring takes 0.2 to 0.4 s, longer than importing Qt. A start there reads the key
    # by a call of Windows, and does not need keyring.
    from zcc_keys_gui.vault.keys import keyring_backend

    return keyring_backend
