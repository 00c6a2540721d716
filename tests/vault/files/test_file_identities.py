"""The open files of a vault are noticed to be moved, deleted or replaced."""

from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import VaultMovedError
from zcc_keys_gui.vault.files.file_identities import FileIdentities


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "vault.db"
    path.write_text("a database")
    return path


@pytest.fixture
def identities(database: Path) -> FileIdentities:
    identities = FileIdentities(database.parent)
    identities.remember(database)
    return identities


def test_a_file_that_stays_is_no_error(identities: FileIdentities, database: Path) -> None:
    database.write_text("another content")
    identities.check()


def test_a_moved_file_is_noticed(identities: FileIdentities, database: Path) -> None:
    database.rename(database.with_name("moved"))
    with pytest.raises(VaultMovedError):
        identities.check()


def test_a_replaced_file_is_noticed(identities: FileIdentities, database: Path) -> None:
    other = database.with_name("other")
    other.write_text("a database")
    other.replace(database)
    with pytest.raises(VaultMovedError):
        identities.check()
    identities.remember(database)  # does not replace the identity
    with pytest.raises(VaultMovedError):
        identities.check()


def test_a_missing_file_cannot_be_remembered(tmp_path: Path) -> None:
    with pytest.raises(VaultMovedError):
        FileIdentities(tmp_path).remember(tmp_path / "missing")
    with pytest.raises(VaultMovedError):
        FileIdentities(tmp_path).remember(tmp_path / "missing" / "vault.db")


def test_the_database_is_the_last_file_without_its_log(identities: FileIdentities, database: Path) -> None:
    log = database.with_name("vault.db-wal")
    assert identities.is_last_file(database, log)
    log.touch()
    assert not identities.is_last_file(database, log)
    log.unlink()
    database.unlink()
    assert not identities.is_last_file(database, log)
