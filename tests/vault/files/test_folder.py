"""The folder of a vault, and durable changes of its files."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from zcc_keys_gui.domain.errors import VaultPathTooLongError, VaultReadOnlyError, VaultUnreachableError
from zcc_keys_gui.platform import files
from zcc_keys_gui.platform.files import rename_over
from zcc_keys_gui.vault.files.folder import _MAX_PATH_BYTES, VaultFolder, log_size_bytes, write_durably
from zcc_keys_gui.vault.keys.rekeying import check_free_space
from zcc_keys_gui.vault.opening import VaultOpener

only_posix = pytest.mark.skipif(
    os.name == "nt", reason="on Windows, folders in a user profile inherit their permissions"
)


def test_the_folder_is_created_with_its_parents(tmp_path: Path) -> None:
    folder = VaultFolder(tmp_path / "a" / "b")
    folder.make()
    folder.make()
    assert folder.path.is_dir()


@only_posix
def test_the_parents_of_new_folders_are_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(files, "flush", flushed.append)
    VaultFolder(tmp_path / "a" / "b").make()
    assert flushed == [tmp_path, tmp_path / "a"]
    VaultFolder(tmp_path / "a" / "b").make()
    assert len(flushed) == 2


@only_posix
def test_only_the_owner_can_use_the_folder_and_its_files(tmp_path: Path) -> None:
    folder = VaultFolder(tmp_path / "vault")
    folder.make()
    write_durably(folder.protectors, b"{}")
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.protectors.stat().st_mode) == 0o600


def test_a_file_instead_of_the_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text("a file")
    with pytest.raises(VaultUnreachableError):
        VaultFolder(tmp_path / "vault").make()
    assert (tmp_path / "vault").read_text() == "a file"


def folder_with_path_bytes(length: int, within: Path) -> Path:
    """Return a folder whose path has this many bytes, with names that are not too long for the disk."""
    folder = within
    while length - len(os.fsencode(folder)) > 200:
        folder /= "n" * 100
    return folder / ("n" * (length - len(os.fsencode(folder)) - 1))


def test_a_path_may_be_as_long_as_sqlite_can_open(tmp_path: Path) -> None:
    longest = _MAX_PATH_BYTES - len("/vault.db.new-journal")
    VaultOpener(VaultFolder(folder_with_path_bytes(longest, tmp_path))).create_for_this_account().close()
    with pytest.raises(VaultPathTooLongError):
        VaultFolder(folder_with_path_bytes(longest + 1, tmp_path)).make()


def test_a_missing_permission_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(VaultReadOnlyError):
        VaultFolder(tmp_path / "vault").make()


def test_writing_replaces_the_file_and_leaves_no_other_file(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    write_durably(path, b"a longer first content")
    write_durably(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.json"
    write_durably(path, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "no room")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no room"):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_file_is_flushed_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def recorded(step: str, act: Callable[..., object]) -> Callable[..., object]:
        def record(*arguments: object) -> object:
            done.append(step)
            return act(*arguments)

        return record

    monkeypatch.setattr(os, "fsync", recorded("flush", os.fsync))
    monkeypatch.setattr(files, "rename_over", recorded("rename", rename_over))
    write_durably(tmp_path / "vault.json", b"{}")
    assert done[:2] == ["flush", "rename"]
    assert done[2:] == ([] if os.name == "nt" else ["flush"])  # of the folder


def test_a_file_that_is_read_briefly_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    path.write_bytes(b"old")
    with ThreadPoolExecutor() as pool:
        with path.open("rb"):  # as a virus scanner does; meanwhile, Windows does not replace the file
            writing = pool.submit(write_durably, path, b"new")
            with suppress(TimeoutError):
                writing.result(timeout=0.1)
        writing.result()
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(os.name != "nt", reason="only Windows does not replace open files")
def test_a_file_that_stays_open_is_reported_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_RETRY_TIMEOUT_SECONDS", 0.1)
    path = tmp_path / "vault.json"
    path.write_bytes(b"old")
    with path.open("rb"), pytest.raises(PermissionError):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"


def test_a_log_that_sqlite_has_just_deleted_has_no_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "vault.db"
    database.write_bytes(bytes(4_096))
    (tmp_path / "vault.db-wal").write_bytes(b"log")
    assert log_size_bytes(database) == 3
    (tmp_path / "vault.db-wal").unlink()
    monkeypatch.setattr(Path, "exists", lambda *_, **__: True)  # the file is deleted just after this check
    assert log_size_bytes(database) == 0
    check_free_space(database)
