"""Saved files: complete or not at all, and nothing else in the folder is touched."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zcc_keys_gui.platform import files
from zcc_keys_gui.platform.files import is_unreadable_in_use, rename_durably, saved_file

only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, links and pipes for everyone")


def save(path: Path, content: str = "new", *, is_secret: bool = False) -> None:
    with saved_file(path, is_secret=is_secret) as new_file:
        new_file.write_text(content)


def error_number(path: Path) -> int | None:
    """Try to save to `path`, which must fail and leave nothing in the folder. Return the error number."""
    before = names_in(path.parent)
    with pytest.raises(OSError) as raised:  # noqa: PT011  the test checks its number
        save(path)
    assert names_in(path.parent) == before
    return raised.value.errno


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_appears_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "chosen.txt"
    with saved_file(path) as new_file:
        new_file.write_text("half")
        assert new_file.parent == tmp_path
        assert not path.exists()
    assert path.read_text() == "half"
    assert list(tmp_path.iterdir()) == [path]


@only_posix
def test_content_and_name_are_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flushed = tmp_path / "chosen.txt", []

    def flush(descriptor: int) -> None:
        flushed.append((os.fstat(descriptor).st_ino, path.exists()))

    monkeypatch.setattr(os, "fsync", flush)
    save(path)
    assert flushed == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


@only_posix
def test_a_folder_that_cannot_be_flushed_is_not_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> None:
        raise OSError(errno.EINVAL, "no")

    monkeypatch.setattr(files, "flush_folder", fail)
    save(tmp_path / "chosen.txt")
    assert (tmp_path / "chosen.txt").read_text() == "new"


@pytest.mark.parametrize("error", [LookupError, ValueError, InterruptedError, KeyboardInterrupt])
def test_an_error_midway_leaves_only_the_old_file(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    with pytest.raises(error), saved_file(path) as new_file:
        new_file.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


# --- other files in the folder ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chosen.txt.part", "chosen.txt.new", "chosen.txt.tmp", ".chosen.txt", "chosen.txt~"])
def test_files_with_similar_names_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("the user's own")
    save(tmp_path / "chosen.txt")
    assert (tmp_path / name).read_text() == "the user's own"
    assert {each.name for each in tmp_path.iterdir()} == {"chosen.txt", name}


def test_a_taken_random_name_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "00000000.tmp").write_text("the user's own")
    numbers = iter([bytes(4), bytes(4), b"\1\1\1\1"])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    with saved_file(tmp_path / "chosen.txt") as new_file:
        assert new_file.name == "01010101.tmp"
    assert (tmp_path / "00000000.tmp").read_text() == "the user's own"


@only_posix
def test_a_link_under_the_random_name_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "00000000.tmp").symlink_to(elsewhere)
    numbers = iter([bytes(4), b"\1\1\1\1"])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    save(tmp_path / "chosen.txt")
    assert not elsewhere.exists()


@pytest.mark.parametrize("length", [1, 200, 250, 251, 255])
def test_a_name_of_any_legal_length_works(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length)
    for content in ("old", "new"):
        save(path, content)
        assert path.read_text() == content


# --- links and modes --------------------------------------------------------------------------------------


@only_posix
def test_saving_to_a_link_changes_its_target(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link, outer = tmp_path / "folder" / "target.txt", tmp_path / "link.txt", tmp_path / "outer.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(Path("folder") / "target.txt")
    outer.symlink_to(link)
    save(outer)
    assert outer.is_symlink()
    assert link.is_symlink()
    assert not target.is_symlink()
    assert target.read_text() == "new"
    assert mode(target) == 0o640
    assert list((tmp_path / "folder").iterdir()) == [target]


@only_posix
def test_saving_to_a_dangling_link_creates_its_target(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "folder" / "target.txt")
    save(link)
    assert link.is_symlink()
    assert (tmp_path / "folder" / "target.txt").read_text() == "new"


@only_posix
@pytest.mark.parametrize("kept", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_an_existing_file_keeps_its_mode_from_the_first_byte(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    path.chmod(kept)
    with saved_file(path) as new_file:
        assert mode(new_file) == kept
    assert mode(path) == kept


@only_posix
def test_a_new_file_gets_the_mode_that_the_umask_allows(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        save(tmp_path / "plain.txt")
        save(tmp_path / "secret.txt", is_secret=True)
        with saved_file(tmp_path / "backup", mode=0o600):
            pass
    finally:
        os.umask(umask)
    assert [mode(tmp_path / name) for name in ("plain.txt", "secret.txt", "backup")] == [0o640, 0o600, 0o600]


@only_posix
@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o660, 0o600), (0o600, 0o600)])
def test_a_secret_replaces_a_shared_file_as_private(tmp_path: Path, before: int, after: int) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("old")
    path.chmod(before)
    with saved_file(path, is_secret=True) as new_file:
        assert mode(new_file) == after
    assert mode(path) == after


# --- errors -----------------------------------------------------------------------------------------------


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    assert error_number(tmp_path / "missing" / "chosen.txt") == errno.ENOENT


def test_a_folder_of_the_same_name_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "chosen.txt").mkdir()
    assert error_number(tmp_path / "chosen.txt") == errno.EISDIR


def test_a_path_that_no_file_can_have_is_an_error(tmp_path: Path) -> None:
    for name in ("a\0b",) if os.name == "nt" else ("a\0b", "\ud800"):  # NTFS accepts half a surrogate pair
        assert error_number(tmp_path / name) == errno.EINVAL


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root's real answer is always True
    assert error_number(path) == errno.EACCES
    assert path.read_text() == "old"


@pytest.mark.parametrize("step", ["open", "flush", "rename_durably", "in the block"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_each_failing_step_raises_the_systems_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def write_nothing(_: Path) -> None:
        pass

    write: Callable[[Path], None] = fail if step == "in the block" else write_nothing
    if step != "in the block":
        monkeypatch.setattr(os if step == "open" else files, step, fail)
    with pytest.raises(OSError) as raised, saved_file(path) as new_file:  # noqa: PT011  the test checks its number
        write(new_file)
    monkeypatch.undo()
    assert raised.value.errno == number
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


if sys.platform == "win32":

    def test_windows_error_tells_that_a_file_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_RETRY_TIMEOUT_SECONDS", 0.1)
        path = tmp_path / "chosen.txt"
        path.write_text("old")
        with path.open("rb"), pytest.raises(OSError) as raised:  # noqa: PT011  the test checks its number
            save(path)
        assert raised.value.winerror == 32
        assert path.read_text() == "old"

else:

    def test_pipes_and_devices_are_errors_without_waiting(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert error_number(tmp_path / "pipe") == errno.ENXIO
        (tmp_path / "device").symlink_to("/dev/null")
        assert error_number(tmp_path / "device") == errno.ENXIO
        assert Path("/dev/null").is_char_device()

    def test_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
        (tmp_path / "one").symlink_to("two")
        (tmp_path / "two").symlink_to("one")
        assert error_number(tmp_path / "one") == errno.ELOOP

    def test_files_are_never_in_use_on_other_systems(tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with (tmp_path / "file").open("rb"):
            assert not is_unreadable_in_use(tmp_path / "file")


# --- renaming; a test can't cut the power, but it can see the result --------------------------------------


def test_a_file_replaces_another(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("new")
    (tmp_path / "ölt").write_text("old")
    rename_durably(tmp_path / "new", tmp_path / "ölt")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("ölt", "new")]


def test_a_folder_gets_another_name(tmp_path: Path) -> None:
    (tmp_path / "unfinished").mkdir()
    (tmp_path / "unfinished" / "file").touch()
    rename_durably(tmp_path / "unfinished", tmp_path / "finished")
    assert (tmp_path / "finished" / "file").exists()


def test_renaming_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rename_durably(tmp_path / "missing", tmp_path / "other")
