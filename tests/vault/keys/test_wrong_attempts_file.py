"""The count of wrong passphrases and recovery keys, as it is kept beside the vault."""

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
from zcc_keys_gui.ui.text.unlock.unlocking import wrong_attempts_words
from zcc_keys_gui.vault.keys.wrong_attempts_file import AttemptsFile

NOW = datetime(2026, 11, 25, 9, 12, 33, tzinfo=UTC)
NONE = WrongAttempts(0, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "attempts.json"


def test_what_was_counted_is_there_for_the_next_start(path: Path) -> None:
    for number in range(1, 4):
        AttemptsFile(path).write(WrongAttempts(number, NOW))
    assert AttemptsFile(path).read() == WrongAttempts(3, NOW)
    assert [each.name for each in path.parent.iterdir()] == ["attempts.json"]


def test_it_is_forgotten_more_than_once(path: Path) -> None:
    AttemptsFile(path).write(WrongAttempts(1, NOW))
    for _ in range(2):
        AttemptsFile(path).forget()
        assert AttemptsFile(path).read() == NONE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_reads_it(path: Path) -> None:
    AttemptsFile(path).write(WrongAttempts(1, NOW))
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
def test_a_damaged_file_counts_as_none(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert AttemptsFile(path).read() == NONE
    AttemptsFile(path).write(WrongAttempts(1, NOW))
    assert AttemptsFile(path).read() == WrongAttempts(1, NOW)


@given(st.integers() | st.floats() | st.text() | st.none(), st.integers() | st.floats() | st.text() | st.none())
def test_what_is_read_can_be_said_whatever_is_in_the_file(tmp_path: Path, wrong: object, last: object) -> None:
    path = tmp_path / "attempts.json"
    path.write_text(json.dumps({"wrong": wrong, "last": last}))
    found = AttemptsFile(path).read()
    assert found == NONE or 0 < len(wrong_attempts_words(found)) < 200


def test_a_folder_in_its_place_counts_as_none_and_keeps_nobody_out(path: Path) -> None:
    path.mkdir()
    AttemptsFile(path).write(WrongAttempts(1, NOW))
    AttemptsFile(path).forget()
    assert AttemptsFile(path).read() == NONE


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="for root, every folder can be written")
def test_a_folder_that_cannot_be_written_keeps_nobody_out(path: Path) -> None:
    path.parent.chmod(0o500)
    AttemptsFile(path).write(WrongAttempts(1, NOW))
    AttemptsFile(path).forget()
    path.parent.chmod(0o700)
    assert not path.exists()


def test_a_file_that_cannot_be_written_keeps_nobody_out(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    with monkeypatch.context() as refused:
        refused.setattr(os, "open", refuse)
        AttemptsFile(path).write(WrongAttempts(1, NOW))
    assert AttemptsFile(path).read() == NONE
