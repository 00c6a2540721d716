"""Damage in a write-ahead log that SQLite does not report.

`reliability/test_log_mutants.py` damages real logs, and `reliability/test_power_cut.py` tests what a power cut leaves.
"""

from pathlib import Path

import pytest

from tests.vault.recovery.sample_vault import make_killed_vault
from zcc_keys_gui.vault.files.write_ahead_log import is_blank, is_log_damaged
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE

FRAME = 24 + PAGE


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_killed_vault(tmp_path / "killed", tmp_path / "running").folder.write_ahead_log


def frames(log: Path) -> int:
    return (log.stat().st_size - 32) // FRAME


def test_a_log_that_was_read_completely_is_healthy(log: Path) -> None:
    assert not is_log_damaged(log, frames(log), 0)


def test_a_complete_change_that_was_not_read_is_damage(log: Path) -> None:
    assert is_log_damaged(log, frames(log) - 1, 0)


def test_an_incomplete_change_is_no_damage(log: Path) -> None:
    content = log.read_bytes()
    unfinished = bytearray(content[-FRAME:])
    unfinished[4:8] = bytes(4)  # it does not complete a change
    log.write_bytes(content + bytes(unfinished))
    assert not is_log_damaged(log, frames(log) - 1, 0)


def test_frames_of_an_earlier_log_are_no_damage(log: Path) -> None:
    content = log.read_bytes()
    earlier = bytearray(content[-FRAME:])
    earlier[8:16] = b"othersal"
    log.write_bytes(content + bytes(earlier))
    assert not is_log_damaged(log, frames(log) - 1, 0)


def test_one_change_may_be_missing_if_it_was_not_saved_yet(log: Path) -> None:
    changes = [number for number in range(frames(log)) if log.read_bytes()[32 + number * FRAME + 4 :][:4] != bytes(4)]
    assert not is_log_damaged(log, changes[-2] + 1, 1)
    assert is_log_damaged(log, changes[-3] + 1, 1)


def test_a_log_of_zeros_is_blank(log: Path) -> None:
    assert not is_blank(log)
    log.write_bytes(bytes(32))
    assert is_blank(log)


@pytest.mark.parametrize("size", [1, 31])
def test_a_log_shorter_than_its_header_is_damaged(log: Path, size: int) -> None:
    log.write_bytes(log.read_bytes()[:size])
    assert is_log_damaged(log, 0, 1)
