"""The count of wrong passphrases and recovery keys, in a file next to the vault."""

import json
import os
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zcc_keys_gui.domain.unlocking import WrongAttempts
from zcc_keys_gui.ui.text.unlock.unlocking import describe_wrong_attempts
from zcc_keys_gui.vault.keys.wrong_attempts_file import WrongAttemptsFile

NOW = datetime(2026, 11, 25, 9, 12, 33, tzinfo=UTC)
NONE = WrongAttempts(0, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attempts.json"


def test_the_count_is_read_at_the_next_start(path: Path) -> None:
    for number in range(1, 4):
        WrongAttemptsFile(path).write(WrongAttempts(number, NOW))
    assert WrongAttemptsFile(path).read() == WrongAttempts(3, NOW)
    assert [each.name for each in path.parent.iterdir()] == ["attempts.json"]


def test_the_count_can_be_deleted_twice(path: Path) -> None:
    WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    for _ in range(2):
        WrongAttemptsFile(path).forget()
        assert WrongAttemptsFile(path).read() == NONE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_can_read_the_file(path: Path) -> None:
    WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"3",
        b"{}",
        b'{"wrong": 3}',
        b'{"wrong": "3", "last": 1}',
        b'{"wrong": true, "last": 1}',
        b'{"wrong": 0, "last": 1}',
        b'{"wrong": -1, "last": 1}',
        b'{"wrong": 3, "last": 1e300}',
        b'{"wrong": 3, "last": 99999999999999999999}',
        b'{"wrong": 3, "last": 253402300799}',
        b'{"wrong": 3, "last": -62135596800}',
        b'{"wrong": 1' + b"0" * 900 + b', "last": 1}',
        b"[" * 1_000,
        b'{"wrong": 3,' + b" " * 10_000 + b'"last": 1}',
    ],
)
def test_a_damaged_file_counts_as_no_attempts(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert WrongAttemptsFile(path).read() == NONE
    WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    assert WrongAttemptsFile(path).read() == WrongAttempts(1, NOW)


@given(st.integers() | st.floats() | st.text() | st.none(), st.integers() | st.floats() | st.text() | st.none())
def test_any_content_is_none_or_can_be_shown(tmp_path: Path, wrong: object, last: object) -> None:
    path = tmp_path / "attempts.json"
    path.write_text(json.dumps({"wrong": wrong, "last": last}))
    found = WrongAttemptsFile(path).read()
    assert found == NONE or 0 < len(describe_wrong_attempts(found)) < 200


def test_a_folder_instead_of_the_file_counts_as_no_attempts(path: Path) -> None:
    path.mkdir()
    WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    WrongAttemptsFile(path).forget()
    assert WrongAttemptsFile(path).read() == NONE


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root can write to every folder")
def test_a_read_only_folder_raises_no_error(path: Path) -> None:
    path.parent.chmod(0o500)
    WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    WrongAttemptsFile(path).forget()
    path.parent.chmod(0o700)
    assert not path.exists()


def test_a_file_that_cannot_be_written_raises_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(13, "no")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", fail)
        WrongAttemptsFile(path).write(WrongAttempts(1, NOW))
    assert WrongAttemptsFile(path).read() == NONE
