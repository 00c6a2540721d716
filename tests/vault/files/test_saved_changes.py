"""The count of saved changes in the file `vault.saved`."""

from pathlib import Path

import pytest

from zcc_keys_gui.vault.files.saved_changes import SavedChanges


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.saved"


def test_the_last_number_is_read(path: Path) -> None:
    saved = SavedChanges(path)
    assert saved.read() is None
    saved.begin(99)
    assert SavedChanges(path).read() == 99
    for number in (100, 7):
        saved.write(number)
        assert SavedChanges(path).read() == number
    saved.begin(3)  # has no effect while the file is open
    assert saved.read() == 7
    saved.close(forget=False)
    assert saved.read() == 7


def test_the_number_is_overwritten_within_one_sector(path: Path) -> None:
    saved = SavedChanges(path)
    saved.begin(9)
    before = path.stat()
    saved.write(1 << 63)
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, before.st_size)
    assert before.st_size <= 512
    saved.close(forget=False)


def test_the_file_is_deleted_when_it_is_no_longer_needed(path: Path) -> None:
    saved = SavedChanges(path)
    saved.begin(1)
    saved.close(forget=False)
    assert SavedChanges(path).read() == 1
    for _ in range(2):
        SavedChanges(path).close(forget=True)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"7", b"7 8", b"7 7 7", b"seven seven", bytes(42), b"7 7" + bytes(200)])
def test_a_damaged_file_has_no_count(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert SavedChanges(path).read() is None


def test_a_file_that_cannot_be_written_is_no_error(path: Path) -> None:
    path.mkdir()
    saved = SavedChanges(path)
    saved.begin(1)
    saved.write(2)
    assert saved.read() is None
    saved.close(forget=True)
    assert path.is_dir()
