"""A key store for tests: a keyring back end that stores its entries in a file."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

FOLDER_VARIABLE = "ZCC_KEYS_TEST_KEYSTORE"


class FileKeyring(KeyringBackend):
    """A keyring that stores the entries of all services and users in `keystore.json`."""

    priority = 0.1  # keyring does not choose it without its name

    def get_password(self, service: str, username: str) -> str | None:
        return entries().get(_name(service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        _write(entries() | {_name(service, username): password})

    def delete_password(self, service: str, username: str) -> None:
        left = entries()
        if left.pop(_name(service, username), None) is None:
            raise PasswordDeleteError
        _write(left)


def add(more: dict[str, str]) -> None:
    """Add the entries of another key store to this one."""
    _write(entries() | more)


def clear() -> None:
    """Delete every entry, as a reset of the account would."""
    _path().unlink()


def entries() -> dict[str, str]:
    """Return all entries, by service and user."""
    return dict(json.loads(_path().read_text())) if _path().exists() else {}


def _write(content: dict[str, str]) -> None:
    _path().parent.mkdir(exist_ok=True)
    beside = _path().with_suffix(f".{os.getpid()}")  # so that a killed process leaves a complete file
    beside.write_text(json.dumps(content))
    beside.replace(_path())


def _path() -> Path:
    return Path(os.environ[FOLDER_VARIABLE]) / "keystore.json"


def _name(service: str, username: str) -> str:
    return f"{username}@{service}"
