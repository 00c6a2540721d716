"""Files that a user saves: whole or not at all, and nothing else in the folder is touched."""

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zcc_keys_gui import files
from zcc_keys_gui.domain.errors import FileNotWrittenError, WriteFault
from zcc_keys_gui.files import saved_file
from zcc_keys_gui.ui.text.errors import explain

only_posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, links and pipes for everyone")
not_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everything, and Windows has other rights"
)


def save(path: Path, content: str = "new", *, is_secret: bool = False) -> None:
    with saved_file(path, is_secret=is_secret) as beside:
        beside.write_text(content)


def fault(path: Path) -> WriteFault:
    """Try to save to `path`, which must fail; nothing is left beside it. Return why."""
    before = names_in(path.parent)
    with pytest.raises(FileNotWrittenError) as told:
        save(path)
    assert told.value.path == path
    assert names_in(path.parent) == before
    return told.value.fault


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} if folder.is_dir() else set()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_is_there_when_all_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "chosen.txt"
    with saved_file(path) as beside:
        beside.write_text("half")
        assert beside.parent == tmp_path
        assert not path.exists()
    assert path.read_text() == "half"
    assert list(tmp_path.iterdir()) == [path]


@only_posix
def test_its_content_and_its_name_are_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flushed = tmp_path / "chosen.txt", []

    def flush(descriptor: int) -> None:
        flushed.append((os.fstat(descriptor).st_ino, path.exists()))

    monkeypatch.setattr(os, "fsync", flush)
    save(path)
    assert flushed == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


@only_posix
def test_a_folder_that_cannot_be_flushed_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise OSError(errno.EINVAL, "no")

    monkeypatch.setattr(files, "flush_folder", refuse)
    save(tmp_path / "chosen.txt")
    assert (tmp_path / "chosen.txt").read_text() == "new"


@pytest.mark.parametrize("error", [LookupError, ValueError, InterruptedError, KeyboardInterrupt])
def test_what_raises_midway_leaves_the_old_file_and_nothing_beside(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    with pytest.raises(error), saved_file(path) as beside:
        beside.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


# --- what else is in the folder ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chosen.txt.part", "chosen.txt.new", "chosen.txt.tmp", ".chosen.txt", "chosen.txt~"])
def test_the_users_own_files_with_similar_names_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("the user's own")
    save(tmp_path / "chosen.txt")
    assert (tmp_path / name).read_text() == "the user's own"
    assert {each.name for each in tmp_path.iterdir()} == {"chosen.txt", name}


def test_a_random_name_that_is_taken_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "00000000.tmp").write_text("the user's own")
    numbers = iter([bytes(4), bytes(4), b"\1\1\1\1"])
    monkeypatch.setattr(os, "urandom", lambda _: next(numbers))
    with saved_file(tmp_path / "chosen.txt") as beside:
        assert beside.name == "01010101.tmp"
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
def test_a_name_of_any_legal_length_will_do(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length)
    for content in ("old", "new"):
        save(path, content)
        assert path.read_text() == content


# --- links and modes --------------------------------------------------------------------------------------


@only_posix
def test_saving_through_a_link_changes_its_target_and_keeps_the_link(tmp_path: Path) -> None:
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
def test_saving_through_a_dangling_link_creates_its_target(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "folder" / "target.txt")
    save(link)
    assert link.is_symlink()
    assert (tmp_path / "folder" / "target.txt").read_text() == "new"


@only_posix
@pytest.mark.parametrize("kept", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_an_existing_file_keeps_its_mode_from_the_first_byte_on(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    path.chmod(kept)
    with saved_file(path) as beside:
        assert mode(beside) == kept
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
def test_a_secret_can_be_read_only_by_its_owner_even_if_the_old_file_could_by_others(
    tmp_path: Path, before: int, after: int
) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("old")
    path.chmod(before)
    with saved_file(path, is_secret=True) as beside:
        assert mode(beside) == after
    assert mode(path) == after


# --- the real cause ---------------------------------------------------------------------------------------


def test_a_missing_folder_and_a_file_in_its_place_are_told(tmp_path: Path) -> None:
    assert fault(tmp_path / "gone" / "chosen.txt") is WriteFault.FOLDER_MISSING
    (tmp_path / "file").write_text("a file")
    assert fault(tmp_path / "file" / "chosen.txt") is WriteFault.FOLDER_MISSING


def test_a_folder_of_this_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "chosen.txt").mkdir()
    assert fault(tmp_path / "chosen.txt") is WriteFault.IS_A_FOLDER


def test_a_name_that_is_too_long_or_not_allowed_is_told(tmp_path: Path) -> None:
    assert fault(tmp_path / ("n" * 256)) in (WriteFault.NAME_TOO_LONG, WriteFault.NAME_NOT_ALLOWED)
    for name in ("a\0b",) if os.name == "nt" else ("a\0b", "\ud800"):  # NTFS takes half a surrogate pair
        with pytest.raises(FileNotWrittenError) as told:
            save(tmp_path / name)
        assert told.value.fault is WriteFault.NAME_NOT_ALLOWED
    assert list(tmp_path.iterdir()) == []


if sys.platform != "win32":

    def test_a_pipe_and_a_device_are_told_without_waiting_for_them(tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert fault(tmp_path / "pipe") is WriteFault.NOT_A_FILE
        (tmp_path / "device").symlink_to("/dev/null")
        assert fault(tmp_path / "device") is WriteFault.NOT_A_FILE
        assert Path("/dev/null").is_char_device()


@only_posix
def test_a_link_that_leads_back_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    assert fault(tmp_path / "one") is WriteFault.LINK_LOOP
    assert (tmp_path / "one").is_symlink()


def test_a_read_only_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # as for everyone but root
    assert fault(path) is WriteFault.NO_PERMISSION
    assert path.read_text() == "old"


@not_root
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert fault(tmp_path / "chosen.txt") is WriteFault.NO_PERMISSION
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize(
    "name", ["vault.db", "vault.db-wal", "VAULT.json", "settings.ini", "attempts.json", "settings.ini.new"]
)
def test_a_file_of_a_vault_is_never_replaced(tmp_path: Path, name: str) -> None:
    assert save_is_fine(tmp_path / "elsewhere" / name)
    (tmp_path / "vault.json").write_text("{}")
    assert fault(tmp_path / name) is WriteFault.VAULT_FILE
    assert (tmp_path / "vault.json").read_text() == "{}"
    if os.name != "nt":
        (tmp_path / "link").symlink_to(name)
        assert fault(tmp_path / "link") is WriteFault.VAULT_FILE


def save_is_fine(path: Path) -> bool:
    path.parent.mkdir()
    save(path)
    return path.read_text() == "new"


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
def test_the_cause_is_told_at_whatever_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int, expected: WriteFault, words: str
) -> None:
    path = tmp_path / "chosen.txt"
    path.write_text("old")

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def in_block(_: Path) -> None:
        fail()

    write: Callable[[Path], None] = in_block
    if step != "in the block":
        monkeypatch.setattr(os if step == "open" else files, step, fail)
        write = Path.touch if step != "open" else in_block
    with pytest.raises(FileNotWrittenError) as told, saved_file(path) as beside:
        write(beside)
    monkeypatch.undo()
    assert told.value.fault is expected
    explained = explain(told.value)
    assert explained.what.endswith(words)
    assert ("Close it" in explained.next_step) is False
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


if sys.platform == "win32":

    def test_a_file_that_another_program_has_open_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_PATIENCE", 0.1)
        path = tmp_path / "chosen.txt"
        path.write_text("old")
        with path.open("rb"):
            assert fault(path) is WriteFault.IN_USE
        assert path.read_text() == "old"


@pytest.mark.parametrize(("number", "expected"), [(32, WriteFault.IN_USE), (19, WriteFault.READ_ONLY)])
def test_windows_own_numbers_say_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: WriteFault
) -> None:
    class WindowsOwnError(PermissionError):
        winerror = number

    def fail(*_: object, **__: object) -> None:
        raise WindowsOwnError(errno.EACCES, "no")

    monkeypatch.setattr(files, "rename_durably", fail)
    assert fault(tmp_path / "chosen.txt") is expected


@pytest.mark.parametrize("each", WriteFault)
def test_every_cause_has_words_of_its_own(each: WriteFault) -> None:
    said = {explain(FileNotWrittenError(Path("chosen.txt"), every)).what for every in WriteFault}
    assert len(said) == len(WriteFault)
    assert explain(FileNotWrittenError(Path("chosen.txt"), each)).what.startswith(
        "The file chosen.txt could not be written"
    )


def test_another_cause_is_told_in_the_systems_words() -> None:
    error = FileNotWrittenError(Path("chosen.txt"))
    error.__cause__ = OSError(errno.EIO, "Input/output error")
    assert explain(error).next_step.startswith("The system reports: Input/output error. Try again")
