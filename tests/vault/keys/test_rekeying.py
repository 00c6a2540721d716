"""Encrypting a database with another key."""

import os
import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from zcc_keys_gui.domain.errors import DiskFullError, NotReencryptedError
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import log_size_bytes
from zcc_keys_gui.vault.keys import cipher
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, connect
from zcc_keys_gui.vault.keys.rekeying import can_open, check_free_space, empty_log, rekey

OLD, NEW = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "vault.db"
    path.touch()
    with closing(connect(path, OLD)) as db:
        schema.create(db, "a vault", 1)
    return path


def test_only_the_new_key_opens_the_database(database: Path) -> None:
    assert can_open(database, OLD)
    rekey(database, OLD, NEW)
    assert can_open(database, NEW)
    assert not can_open(database, OLD)


def test_a_failure_without_an_error_is_noticed(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cipher, "rekey", lambda *_: None)
    with pytest.raises(NotReencryptedError):
        rekey(database, OLD, NEW)
    assert can_open(database, OLD)


def test_the_log_is_moved_into_the_database(database: Path) -> None:
    with closing(connect(database, OLD)) as db:
        db.execute("UPDATE vault SET generation = 2")
        assert log_size_bytes(database) > 0
        empty_log(database, OLD)
        assert log_size_bytes(database) == 0


def test_a_full_disk_is_reported_with_the_missing_space(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_free_space(database)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    with pytest.raises(DiskFullError) as raised:
        check_free_space(database)
    assert raised.value.missing is not None
    assert raised.value.missing > database.stat().st_size
