"""Text files that the user chose to save: complete or not at all, and the error names the real cause."""

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.platform import files
from zcc_keys_gui.ui.application.saved_file import saved_text_file
from zcc_keys_gui.ui.text.errors.explain import explain

only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, links and pipes for everyone")
not_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything, and Windows has other rights"
)


def save(path: Path, content: str = "new") -> None:
    with saved_text_file(path) as file:
        file.write(content)


def fault(path: Path) -> WriteFault:
    """Try to save to `path`, which must fail and leave nothing in the folder. Return why."""
    before = names_in(path.parent)
    with pytest.raises(FileNotWrittenError) as raised:
        save(path)
    assert raised.value.path == path
    assert names_in(path.parent) == before
    return raised.value.fault


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


def test_a_text_file_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    save(tmp_path / "plain.txt", "ä\n")
    assert (tmp_path / "plain.txt").read_bytes() == b"\xef\xbb\xbf\xc3\xa4" + os.linesep.encode()
    with saved_text_file(tmp_path / "export.csv", newline="") as file:
        file.write("ä\n")
    assert (tmp_path / "export.csv").read_bytes() == b"\xef\xbb\xbf\xc3\xa4\n"


@only_posix
def test_a_secret_file_can_be_read_only_by_its_owner(tmp_path: Path) -> None:
    with saved_text_file(tmp_path / "key.txt", is_secret=True) as file:
        file.write("secret")
    assert stat.S_IMODE((tmp_path / "key.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [LookupError, InterruptedError, KeyboardInterrupt])
def test_an_error_midway_leaves_only_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    with pytest.raises(error), saved_text_file(path) as file:
        file.write("half")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_the_cause(tmp_path: Path) -> None:
    assert fault(tmp_path / "missing" / "chosen.txt") is WriteFault.FOLDER_MISSING
    (tmp_path / "file").write_text("a file")
    assert fault(tmp_path / "file" / "chosen.txt") is WriteFault.FOLDER_MISSING


def test_a_folder_of_the_same_name_is_the_cause(tmp_path: Path) -> None:
    (tmp_path / "chosen.txt").mkdir()
    assert fault(tmp_path / "chosen.txt") is WriteFault.IS_A_FOLDER


def test_an_impossible_name_is_the_cause(tmp_path: Path) -> None:
    assert fault(tmp_path / ("n" * 256)) in (WriteFault.NAME_TOO_LONG, WriteFault.NAME_NOT_ALLOWED)
    for name in ("a\0b",) if os.name == "nt" else ("a\0b", "\ud800"):  # NTFS accepts half a surrogate pair
        with pytest.raises(FileNotWrittenError) as raised:
            save(tmp_path / name)
        assert raised.value.fault is WriteFault.NAME_NOT_ALLOWED
    assert list(tmp_path.iterdir()) == []


if sys.platform != "win32":

    def test_pipes_and_devices_are_rejected_without_waiting(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert fault(tmp_path / "pipe") is WriteFault.NOT_A_FILE
        (tmp_path / "device").symlink_to("/dev/null")
        assert fault(tmp_path / "device") is WriteFault.NOT_A_FILE
        assert Path("/dev/null").is_char_device()

    def test_a_full_disk_is_the_cause_and_the_old_file_stays(tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk") as disk:
            path = disk / "history.csv"
            path.write_text("the old one")
            (disk / "filler").write_bytes(bytes(12 * 1024))
            with pytest.raises(FileNotWrittenError) as raised, saved_text_file(path) as file:
                file.writelines("x" * 1_000 for _ in range(100))
            assert raised.value.fault is WriteFault.DISK_FULL
            assert path.read_text() == "the old one"
            assert names_in(disk) == {"history.csv", "filler"}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk of 16 KiB; skip the test without the right to do so."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@only_posix
def test_a_link_to_itself_is_the_cause(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    assert fault(tmp_path / "one") is WriteFault.LINK_LOOP
    assert (tmp_path / "one").is_symlink()


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root's real answer is always True
    assert fault(path) is WriteFault.NO_PERMISSION
    assert path.read_text() == "old"


@not_root
def test_a_folder_without_write_permission_is_the_cause(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert fault(tmp_path / "chosen.txt") is WriteFault.NO_PERMISSION
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "name", ["vault.db", "vault.db-wal", "VAULT.json", "settings.ini", "attempts.json", "settings.ini.new"]
)
def test_a_file_of_a_vault_is_never_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    save(tmp_path / "elsewhere" / name)
    assert (tmp_path / "elsewhere" / name).read_text(encoding="utf-8-sig") == "new"
    (tmp_path / "vault.json").write_text("{}")
    assert fault(tmp_path / name) is WriteFault.VAULT_FILE
    assert (tmp_path / "vault.json").read_text() == "{}"
    if os.name != "nt":
        (tmp_path / "link").symlink_to(name)
        assert fault(tmp_path / "link") is WriteFault.VAULT_FILE


@pytest.mark.parametrize(
    ("number", "expected", "words"),
    [
        (errno.ENOSPC, WriteFault.DISK_FULL, "because the disk is full."),
        (errno.EDQUOT, WriteFault.DISK_FULL, "because the disk is full."),
        (errno.EACCES, WriteFault.NO_PERMISSION, "because you don't have permission."),
        (errno.EPERM, WriteFault.NO_PERMISSION, "because you don't have permission."),
        (errno.EROFS, WriteFault.READ_ONLY, "because the disk is read-only."),
        (errno.EIO, WriteFault.OTHER, "could not be written."),
    ],
)
@pytest.mark.parametrize("step", ["open", "flush", "rename_durably", "in the block"])
def test_each_failing_step_names_the_real_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, expected: WriteFault, words: str
) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def write(file: TextIO) -> None:
        if step == "in the block":
            fail()
        file.write("new")

    if step != "in the block":
        monkeypatch.setattr(os if step == "open" else files, step, fail)
    with pytest.raises(FileNotWrittenError) as raised, saved_text_file(path) as file:
        write(file)
    monkeypatch.undo()
    assert raised.value.fault is expected
    explained = explain(raised.value)
    assert explained.summary.endswith(words)
    assert ("Close it" in explained.next_step) is False
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


if sys.platform == "win32":

    def test_a_file_open_in_another_program_is_the_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_RETRY_TIMEOUT_SECONDS", 0.1)
        path = tmp_path / "chosen.txt"
        path.write_text("old")
        with path.open("rb"):
            assert fault(path) is WriteFault.IN_USE
        assert path.read_text() == "old"


@pytest.mark.parametrize(("number", "expected"), [(32, WriteFault.IN_USE), (19, WriteFault.READ_ONLY)])
def test_error_numbers_of_windows_name_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: WriteFault
) -> None:
    class WindowsOwnError(PermissionError):
        winerror = number

    def fail(*_: object, **__: object) -> None:
        raise WindowsOwnError(errno.EACCES, "no")

    monkeypatch.setattr(files, "rename_durably", fail)
    assert fault(tmp_path / "chosen.txt") is expected


@pytest.mark.parametrize("each", WriteFault)
def test_every_cause_has_its_own_message(each: WriteFault) -> None:
    said = {explain(FileNotWrittenError(Path("chosen.txt"), every)).summary for every in WriteFault}
    assert len(said) == len(WriteFault)
    assert explain(FileNotWrittenError(Path("chosen.txt"), each)).summary.startswith(
        "The file chosen.txt could not be written"
    )


def test_other_causes_are_explained_with_the_systems_message() -> None:
    error = FileNotWrittenError(Path("chosen.txt"))
    error.__cause__ = OSError(errno.EIO, "Input/output error")
    assert explain(error).next_step.startswith("The system reports: Input/output error. Try again")
