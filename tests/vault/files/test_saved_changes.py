"""How many changes were saved: what the file tells, and what it does not."""

from pathlib import Path

import pytest

from zcc_keys_gui.vault.files.saved_changes import SavedChanges


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.saved"


def test_it_tells_the_last_number(path: Path) -> None:
    saved = SavedChanges(path)
    assert saved.read() is None
    saved.begin(99)
    assert SavedChanges(path).read() == 99
    for number in (100, 7):
        saved.note(number)
        assert SavedChanges(path).read() == number
    saved.begin(3)  # it knows better already
    assert saved.read() == 7
    saved.close(forget=False)
    assert saved.read() == 7


def test_it_is_written_in_place_and_within_a_sector(path: Path) -> None:
    saved = SavedChanges(path)
    saved.begin(9)
    before = path.stat()
    saved.note(1 << 63)
    assert (path.stat().st_ino, path.stat().st_size) == (before.st_ino, before.st_size)
    assert before.st_size <= 512
    saved.close(forget=False)


def test_it_is_deleted_when_there_is_nothing_left_to_tell(path: Path) -> None:
    saved = SavedChanges(path)
    saved.begin(1)
    saved.close(forget=False)
    assert SavedChanges(path).read() == 1
    for _ in range(2):
        SavedChanges(path).close(forget=True)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"7", b"7 8", b"7 7 7", b"seven seven", bytes(42), b"7 7" + bytes(200)])
def test_a_damaged_one_tells_nothing(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert SavedChanges(path).read() is None


def test_one_that_cannot_be_written_keeps_nobody_out(path: Path) -> None:
    path.mkdir()
    saved = SavedChanges(path)
    saved.begin(1)
    saved.note(2)
    assert saved.read() is None
    saved.close(forget=True)
    assert path.is_dir()
