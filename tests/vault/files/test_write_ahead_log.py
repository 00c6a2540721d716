"""Whether SQLite has read all of a log: `test_log_mutants.py` damages real ones, these are the corners.

`test_power_cut.py` has what a power cut leaves of one.
"""

from pathlib import Path

import pytest

from tests.vault.recovery.sample_vault import make_killed_vault
from zcc_keys_gui.vault.files.write_ahead_log import is_blank, log_is_damaged
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES as PAGE
from zcc_keys_gui.vault.keys.cipher import connect
from zcc_keys_gui.vault.pages.database_pages import DatabasePages

FRAME = 24 + PAGE


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return make_killed_vault(tmp_path / "killed", tmp_path / "running").folder.write_ahead_log


def frames(log: Path) -> int:
    return (log.stat().st_size - 32) // FRAME


def test_all_of_a_sound_log_is_read(log: Path) -> None:
    assert not log_is_damaged(log, frames(log), 0)


def test_a_change_that_sqlite_left_out_is_damage(log: Path) -> None:
    assert log_is_damaged(log, frames(log) - 1, 0)


def test_an_unfinished_change_is_none(log: Path) -> None:
    content = log.read_bytes()
    unfinished = bytearray(content[-FRAME:])
    unfinished[4:8] = bytes(4)  # it does not end a change
    log.write_bytes(content + bytes(unfinished))
    assert not log_is_damaged(log, frames(log) - 1, 0)


def test_what_is_left_from_an_earlier_log_is_none(log: Path) -> None:
    content = log.read_bytes()
    earlier = bytearray(content[-FRAME:])
    earlier[8:16] = b"othersal"
    log.write_bytes(content + bytes(earlier))
    assert not log_is_damaged(log, frames(log) - 1, 0)


def test_one_change_may_be_left_out_where_it_was_not_saved_yet(log: Path) -> None:
    changes = [number for number in range(frames(log)) if log.read_bytes()[32 + number * FRAME + 4 :][:4] != bytes(4)]
    assert not log_is_damaged(log, changes[-2] + 1, 1)
    assert log_is_damaged(log, changes[-3] + 1, 1)


def test_a_log_that_the_disk_has_the_size_of_alone_is_blank(log: Path) -> None:
    assert not is_blank(log)
    log.write_bytes(bytes(32))
    assert is_blank(log)


@pytest.mark.parametrize("size", [1, 31])
def test_a_log_of_less_than_its_header_is_damaged(log: Path, size: int) -> None:
    log.write_bytes(log.read_bytes()[:size])
    assert log_is_damaged(log, 0, 1)


def test_pages_are_read_from_a_log_whose_header_is_damaged(tmp_path: Path) -> None:
    saved = make_killed_vault(tmp_path / "killed", tmp_path / "running")
    whole = [page.content for page in DatabasePages(saved.folder.database, saved.key)]
    content = bytearray(saved.folder.write_ahead_log.read_bytes())
    content[16:24] = b"wrong..."
    saved.folder.write_ahead_log.write_bytes(content)
    assert [page.content for page in DatabasePages(saved.folder.database, saved.key)] == whole


def test_a_page_whose_newest_version_is_damaged_is_not_taken_from_before(tmp_path: Path) -> None:
    saved = make_killed_vault(tmp_path / "killed", tmp_path / "running")
    content = bytearray(saved.folder.write_ahead_log.read_bytes())
    last = len(content) - FRAME
    number = int.from_bytes(content[last : last + 4])
    content[last + 24 + 100] ^= 1
    saved.folder.write_ahead_log.write_bytes(content)
    assert [page.number for page in DatabasePages(saved.folder.database, saved.key) if page.content is None] == [number]


def test_pages_are_those_of_sqlcipher(tmp_path: Path) -> None:
    saved = make_killed_vault(tmp_path / "killed", tmp_path / "running")
    pages = DatabasePages(saved.folder.database, saved.key)
    db = connect(saved.folder.database, saved.key)
    assert db.execute("PRAGMA page_count").fetchone() == (pages.count,)
    db.close()
