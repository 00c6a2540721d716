"""Broken links, pipes and folders instead of the vault's files, and disks that do not respond."""

import errno
import os
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.recovery_keys import add_recovery_key
from tests.vault.conftest import a_key, insert
from tests.vault.recovery.damage import flip_byte
from zcc_keys_gui.domain.errors import (
    VaultDamagedError,
    VaultExistsError,
    VaultFileMissingError,
    VaultNeedsRepairError,
    VaultNotAFileError,
    VaultUnreachableError,
)
from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.platform.files import flush
from zcc_keys_gui.vault.backups.automatic_backups import MAX_BACKUPS
from zcc_keys_gui.vault.backups.vault_copy import folder_name
from zcc_keys_gui.vault.files.folder import VaultFolder, write_durably
from zcc_keys_gui.vault.files.regular_file import NotAFileError, exists, is_file, may_exist, read_regular_file
from zcc_keys_gui.vault.files.saved_changes import SavedChanges
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile
from zcc_keys_gui.vault.opening import VaultOpener

pytestmark = pytest.mark.timeout(60)
NOON = datetime(2026, 11, 12, 12, tzinfo=UTC)
only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders, and links need a privilege")


@pytest.mark.parametrize(
    "name", ["vault.json.new", "vault.saved.new", "attempts.json.new", "vault.db.replacement", "vault.db.staged-1"]
)
def test_a_folder_instead_of_an_unfinished_file_is_reported(vault: VaultFolder, opener: VaultOpener, name: str) -> None:
    (vault.path / name).mkdir()
    with pytest.raises(VaultNotAFileError) as raised:
        opener.open_for_this_account()
    assert raised.value.path == vault.path / name
    (vault.path / name).rmdir()
    with closing(opener.open_for_this_account()) as store:
        (vault.path / "vault.json.new").mkdir()
        with pytest.raises(VaultNotAFileError) as raised:
            add_recovery_key(store.protectors)
    assert raised.value.path == vault.path / "vault.json.new"


def no_response(*_: object, **__: object) -> Any:
    raise OSError(errno.EIO, "no answer")


def create(opener: VaultOpener, way: str) -> None:
    if way == "account":
        opener.create_for_this_account()
    else:
        opener.create_with_passphrase("four random words fit")


@only_posix
@pytest.mark.parametrize("way", ["account", "passphrase"])
@pytest.mark.parametrize("names", [("vault.db", "vault.json"), ("vault.json",), ("vault.db",)])
def test_broken_links_are_not_replaced_by_a_new_vault(
    opener: VaultOpener, folder: VaultFolder, tmp_path: Path, way: str, names: tuple[str, ...]
) -> None:
    folder.make()
    for name in names:
        (folder.path / name).symlink_to(tmp_path / "unplugged" / name)
    with pytest.raises(VaultFileMissingError):
        opener.vault_exists()
    with pytest.raises(VaultNeedsRepairError):
        create(opener, way)
    for name in names:
        assert (folder.path / name).is_symlink()
    assert sorted(path.name for path in folder.path.iterdir()) == sorted(names)


@only_posix
def test_a_database_that_is_a_broken_link_is_missing(vault: VaultFolder, opener: VaultOpener, tmp_path: Path) -> None:
    vault.database.rename(tmp_path / "elsewhere")
    vault.database.symlink_to(tmp_path / "unplugged")
    with pytest.raises(VaultFileMissingError):
        opener.open_for_this_account()
    vault.database.unlink()
    vault.database.symlink_to(tmp_path / "elsewhere")
    opener.open_for_this_account().close()


@pytest.mark.parametrize("name", ["vault.db", "vault.json"])
def test_files_that_appear_during_creation_are_not_replaced(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def flush_slowly(path: Path) -> None:
        flush(path)
        (folder.path / name).write_bytes(b"mine")

    monkeypatch.setattr("zcc_keys_gui.vault.creation.flush", flush_slowly)
    with pytest.raises(VaultExistsError):
        opener.create_with_passphrase("four random words fit")
    assert (folder.path / name).read_bytes() == b"mine"


@pytest.mark.parametrize("way", ["account", "passphrase"])
def test_a_disk_that_does_not_respond_is_no_empty_folder(
    vault: VaultFolder, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """From Python 3.14 on, `Path.exists` returns False in this case."""
    with monkeypatch.context() as patched:
        patched.setattr(Path, "exists", lambda _: False)
        patched.setattr(Path, "lstat", no_response)
        patched.setattr(Path, "stat", no_response)
        with pytest.raises(VaultUnreachableError):
            opener.vault_exists()
        with pytest.raises(VaultUnreachableError):
            create(opener, way)
    opener.open_for_this_account().close()


@pytest.mark.parametrize("look", [exists, is_file])
def test_a_disk_that_does_not_respond_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[Path], bool]
) -> None:
    assert not look(tmp_path / "none")
    (tmp_path / "file").touch()
    assert look(tmp_path / "file")
    assert not look(tmp_path / "file" / "below")
    monkeypatch.setattr(Path, "lstat", no_response)
    monkeypatch.setattr(Path, "stat", no_response)
    with pytest.raises(OSError, match="no answer"):
        look(tmp_path / "file")
    assert may_exist(tmp_path / "file")


if sys.platform != "win32":
    MAKE: dict[str, Callable[[Path], object]] = {
        "pipe": os.mkfifo,
        "file": Path.touch,
        "folder": Path.mkdir,
        "dangling link": lambda path: path.symlink_to("nowhere"),
        "link to a folder": lambda path: path.symlink_to(".."),
    }

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("vault.db", VaultDamagedError),
            ("vault.json", VaultDamagedError),
            ("vault.db-wal", VaultNotAFileError),
            ("vault.db-shm", VaultNotAFileError),
            ("vault.db-journal", VaultNotAFileError),
        ],
    )
    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
    def test_a_pipe_or_folder_instead_of_a_file_is_never_opened(
        vault: VaultFolder, opener: VaultOpener, name: str, kind: type[Exception], make: Callable[[Path], None]
    ) -> None:
        path = vault.path / name
        path.unlink(missing_ok=True)
        make(path)
        with pytest.raises(kind):
            opener.open_for_this_account()
        assert path.exists()

    @pytest.mark.parametrize("name", ["vault.saved", "attempts.json", "vault.json.new", "vault.saved.new"])
    def test_a_vault_opens_with_pipes_instead_of_small_files(
        vault: VaultFolder, opener: VaultOpener, name: str
    ) -> None:
        os.mkfifo(vault.path / name)
        attempts = WrongAttemptsFile(vault.attempts)
        assert attempts.read() == WrongAttempts(0, None)
        assert SavedChanges(vault.saved_changes).read() is None
        store = opener.open_for_this_account()
        insert(store, a_key("Another"))
        store.close()

    @pytest.mark.parametrize("name", ["vault.db", "vault.db-wal", "vault.json"])
    def test_a_pipe_in_an_automatic_backup_is_never_opened(vault: VaultFolder, opener: VaultOpener, name: str) -> None:
        with closing(opener.open_for_this_account()) as store:
            sound = store.automatic_backups.make(NOON)
            path = store.automatic_backups.make(NOON + timedelta(days=1)).folder.path / name
            path.unlink(missing_ok=True)
            os.mkfifo(path)
            assert [copy.is_healthy for copy in store.checks.full(lambda *_: None).automatic_backups] == [False, True]
            add_recovery_key(store.protectors)
        flip_byte(vault.database, 4 * PAGE_BYTES + 100)
        opener.mark_damaged()
        with pytest.raises(VaultDamagedError) as raised:
            opener.open_for_this_account()
        found = opener.prepare_repair(raised.value, lambda: "me").examine().automatic_backup
        assert found is not None
        assert (found.made == sound.made) == (name != "vault.json")

    @pytest.mark.parametrize("name", ["copies/.unfinished", "set-aside/.unfinished"])
    @pytest.mark.parametrize("make", MAKE, ids=MAKE)
    def test_a_pipe_instead_of_the_unfinished_folder_is_removed(
        vault: VaultFolder, opener: VaultOpener, name: str, make: str
    ) -> None:
        unfinished = vault.path / name
        unfinished.parent.mkdir()
        MAKE[make](unfinished)
        with closing(opener.open_for_this_account()) as store:
            store.automatic_backups.make(NOON)
            store.backups.quarantine(NOON, lambda: False)
        assert [path.name for path in unfinished.parent.iterdir()] == [folder_name(NOON)]

    def test_a_pipe_instead_of_an_old_backup_is_removed(vault: VaultFolder, opener: VaultOpener) -> None:
        vault.automatic_backups.mkdir()
        os.mkfifo(vault.automatic_backups / folder_name(NOON))
        with closing(opener.open_for_this_account()) as store:
            for day in range(1, MAX_BACKUPS + 1):
                store.automatic_backups.make(NOON + timedelta(days=day))
        assert folder_name(NOON) not in [path.name for path in vault.automatic_backups.iterdir()]
        assert len(list(vault.automatic_backups.iterdir())) == MAX_BACKUPS

    @pytest.mark.parametrize("make", MAKE, ids=MAKE)
    def test_a_check_runs_without_a_folder_of_backups(vault: VaultFolder, opener: VaultOpener, make: str) -> None:
        MAKE[make](vault.automatic_backups)
        with closing(opener.open_for_this_account()) as store:
            findings = store.checks.full(lambda *_: None)
            assert (findings.is_healthy, findings.automatic_backups) == (True, ())
        flip_byte(vault.database, 4 * PAGE_BYTES + 100)
        opener.mark_damaged()
        with pytest.raises(VaultDamagedError) as raised:
            opener.open_for_this_account()
        assert opener.prepare_repair(raised.value, lambda: "me").examine().automatic_backup is None

    def test_a_broken_link_to_backups_prevents_a_new_vault(
        folder: VaultFolder, opener: VaultOpener, tmp_path: Path
    ) -> None:
        folder.make()
        folder.automatic_backups.symlink_to(tmp_path / "unplugged")
        with pytest.raises(VaultUnreachableError):
            opener.vault_exists()
        with pytest.raises(VaultUnreachableError):
            opener.create_for_this_account()

    def test_writing_neither_opens_a_pipe_nor_follows_a_link(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.new")
        write_durably(tmp_path / "a", b"content")
        (tmp_path / "mine").write_bytes(b"mine")
        (tmp_path / "a.new").symlink_to(tmp_path / "mine")
        write_durably(tmp_path / "a", b"other content")
        assert (tmp_path / "a").read_bytes() == b"other content"
        assert (tmp_path / "mine").read_bytes() == b"mine"

    def test_a_pipe_is_recognized_without_opening_it(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(NotAFileError):
            read_regular_file(tmp_path / "pipe", 1)
        with pytest.raises(NotAFileError):
            read_regular_file(tmp_path, 1)
        with pytest.raises(FileNotFoundError):
            read_regular_file(tmp_path / "none", 1)


def test_only_the_beginning_of_a_file_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(800_000_000)
    assert read_regular_file(tmp_path / "large", 10) == bytes(10)


@pytest.mark.parametrize("name", ["vault.json", "attempts.json", "vault.saved"])
def test_a_file_that_is_far_too_large_is_not_read(vault: VaultFolder, opener: VaultOpener, name: str) -> None:
    with (vault.path / name).open("wb") as file:
        file.write(b"[" * 10_000)
        file.truncate(800_000_000)
    assert WrongAttemptsFile(vault.attempts).read() == WrongAttempts(0, None)
    if name == "vault.json":
        with pytest.raises(VaultDamagedError):
            opener.open_for_this_account()
    else:
        opener.open_for_this_account().close()
