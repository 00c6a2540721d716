"""Connections to the encrypted database."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from zcc_keys_gui.domain.errors import VaultClosedError
from zcc_keys_gui.vault.keys import cipher
from zcc_keys_gui.vault.keys.cipher import KEY_BYTES, DatabaseKey, connect, connect_without_log, rekey


@pytest.fixture
def key() -> bytes:
    return os.urandom(KEY_BYTES)


@pytest.fixture
def path(tmp_path: Path, key: bytes) -> Path:
    path = tmp_path / "vault.db"
    path.touch()
    db = connect(path, key)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE plain (word TEXT)")
    db.execute("INSERT INTO plain VALUES ('Rumpelstiltskin')")
    db.close()
    return path


def test_sqlcipher_and_sqlite_are_recent(path: Path, key: bytes) -> None:
    db = connect(path, key)
    assert db.execute("PRAGMA cipher_version").fetchone()[0].startswith("4.")
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert sqlcipher.sqlite_version_info >= (3, 51, 3)
    db.close()


def test_the_file_has_no_plain_text(path: Path) -> None:
    content = path.read_bytes()
    assert b"Rumpelstiltskin" not in content
    assert b"SQLite format 3" not in content


def test_another_key_opens_nothing(path: Path) -> None:
    db = connect(path, os.urandom(KEY_BYTES))
    with pytest.raises(sqlcipher.DatabaseError):
        db.execute("SELECT * FROM plain")
    db.close()


def test_reading_creates_no_files(path: Path, key: bytes) -> None:
    before = sorted(path.parent.iterdir())
    db = connect(path, key, read_only=True)
    assert db.execute("SELECT word FROM plain").fetchone() == ("Rumpelstiltskin",)
    with pytest.raises(sqlcipher.OperationalError):
        db.execute("DELETE FROM plain")
    db.close()
    assert sorted(path.parent.iterdir()) == before


def test_reading_includes_the_write_ahead_log(path: Path, key: bytes) -> None:
    writer = connect(path, key)
    writer.execute("INSERT INTO plain VALUES ('new')")
    reader = connect(path, key, read_only=True)
    assert reader.execute("SELECT count(*) FROM plain").fetchone() == (2,)
    reader.close()
    writer.close()


def words(db: sqlcipher.Connection) -> list[str]:
    return [word for (word,) in db.execute("SELECT word FROM plain")]


def test_a_database_can_be_read_without_its_log(path: Path, key: bytes) -> None:
    writer = connect(path, key)
    writer.execute("INSERT INTO plain VALUES ('new')")
    reader = connect_without_log(path, key)
    assert words(reader) == ["Rumpelstiltskin"]
    with pytest.raises(sqlcipher.OperationalError):
        reader.execute("DELETE FROM plain")
    reader.close()
    writer.close()


def test_after_rekeying_only_the_new_key_opens_the_database(path: Path, key: bytes) -> None:
    new = os.urandom(KEY_BYTES)
    db = connect(path, key)
    rekey(db, new)
    db.close()
    again = connect(path, new)
    assert words(again) == ["Rumpelstiltskin"]
    again.close()
    with_old = connect(path, key)
    with pytest.raises(sqlcipher.DatabaseError):
        words(with_old)
    with_old.close()


def test_a_connection_can_be_used_in_another_thread(path: Path, key: bytes) -> None:
    db = connect(path, key)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(words, db).result() == ["Rumpelstiltskin"]
    db.close()


@pytest.mark.parametrize("length", [0, KEY_BYTES - 1, KEY_BYTES + 1])
def test_a_key_of_another_length_is_rejected(path: Path, key: bytes, length: int) -> None:
    with pytest.raises(AssertionError):
        connect(path, bytes(length))
    db = connect(path, key)
    with pytest.raises(AssertionError):
        rekey(db, bytes(length))
    db.close()


def test_a_database_key_can_be_replaced_and_forgotten() -> None:
    first, second = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
    held = DatabaseKey(first)
    assert held.material() == first
    assert str(first) not in f"{held} {held!r}"
    held.replace(second)
    assert held.material() == second
    held.forget()
    with pytest.raises(VaultClosedError, match=r"^the vault is closed$"):
        held.material()


@pytest.mark.parametrize("read_only", [True, False])
def test_opening_never_creates_a_database(tmp_path: Path, key: bytes, *, read_only: bool) -> None:
    with pytest.raises(sqlcipher.OperationalError):
        connect(tmp_path / "none.db", key, read_only=read_only)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["with space", "per%cent", "question?mark", "hash#tag", "Zoë Ängström", "日本語"])
def test_any_folder_name_works(tmp_path: Path, key: bytes, name: str) -> None:
    if os.name == "nt" and "?" in name:
        name = name.replace("?", "")
    (tmp_path / name).mkdir()
    path = tmp_path / name / "vault.db"
    path.touch()
    db = connect(path, key)
    db.execute("CREATE TABLE plain (word TEXT)")
    db.close()
    assert path.stat().st_size


class _ForeignPath:
    """An absolute path of another operating system."""

    def __init__(self, text: str) -> None:
        self._text = text

    def absolute(self) -> "_ForeignPath":
        return self

    def __fspath__(self) -> str:
        return self._text


@pytest.mark.parametrize(
    "text",
    [
        r"C:\Users\Zoë Ängström\vault.db",
        r"\\server\share\vault.db",
        r"\\?\C:\deep\vault.db",
        "/home/𝒵/vault.db",
        "//x/vault.db",
    ],
)
def test_the_uri_has_the_complete_path_and_no_server(text: str) -> None:
    uri = cipher.uri(_ForeignPath(text))  # type: ignore[arg-type]
    assert "/" not in uri
    assert "\\" not in uri
    assert unquote(uri.removeprefix("file:")) == text
