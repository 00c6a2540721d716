"""Errors of the environment become errors of the program; bugs are raised unchanged."""

import errno
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import (
    DiskFullError,
    VaultDamagedError,
    VaultError,
    VaultInUseError,
    VaultReadOnlyError,
    VaultUnreachableError,
)
from zcc_keys_gui.vault.files.file_errors import vault_errors_for

PATH = Path("vault.db")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EACCES, VaultReadOnlyError),
        (errno.EROFS, VaultReadOnlyError),
        (errno.ENOSPC, DiskFullError),
        (errno.EIO, VaultUnreachableError),
        (errno.ENOTDIR, VaultUnreachableError),
    ],
)
def test_an_os_error_becomes_an_error_of_the_vault(number: int, kind: type[VaultError]) -> None:
    with pytest.raises(kind) as caught, vault_errors_for(PATH):
        raise OSError(number, "no")
    assert caught.value.path == PATH


def test_a_foreign_file_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.write_bytes(b"not a database, but long enough to be read as one" * 100)
    with pytest.raises(VaultDamagedError), vault_errors_for(path):
        sqlcipher.connect(str(path)).execute("SELECT * FROM sqlite_master")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("database or disk is full", DiskFullError),
        ("disk I/O error", VaultUnreachableError),
        ("attempt to write a readonly database", VaultReadOnlyError),
        ("database disk image is malformed", VaultDamagedError),
        ("database is locked", VaultInUseError),
    ],
)
def test_errors_of_copying_a_database_have_only_a_text(text: str, kind: type[VaultError], tmp_path: Path) -> None:
    with pytest.raises(kind), vault_errors_for(tmp_path / "vault.db"):
        raise sqlcipher.OperationalError(text)


def test_an_error_in_sql_is_raised_unchanged() -> None:
    with pytest.raises(sqlcipher.OperationalError), vault_errors_for(PATH):
        sqlcipher.connect(":memory:").execute("SELEKT 1")


def test_other_errors_are_raised_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), vault_errors_for(PATH):
        raise ZeroDivisionError
