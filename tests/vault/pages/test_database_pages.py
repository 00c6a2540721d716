"""The newest version of each page is read, from the database or from its write-ahead log."""

import os
from contextlib import closing
from pathlib import Path

from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import SampleVault
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.pages.database_pages import DatabasePages


def damaged_pages(sample: SampleVault) -> list[int]:
    return [page.number for page in DatabasePages(sample.folder.database, sample.key) if page.content is None]


def test_every_page_of_a_healthy_database_is_read(sample: SampleVault) -> None:
    pages = DatabasePages(sample.folder.database, sample.key)
    assert pages.count == sample.folder.database.stat().st_size // PAGE_BYTES
    assert [page.number for page in pages] == list(range(1, pages.count + 1))
    assert damaged_pages(sample) == []


def test_a_damaged_page_does_not_affect_the_others(sample: SampleVault) -> None:
    flip_byte(sample.folder.database, 4 * PAGE_BYTES + 1_000)
    assert damaged_pages(sample) == [5]
    flip_byte(sample.folder.database, 1_000)
    assert damaged_pages(sample) == [1, 5]


def test_pages_behind_the_database_do_not_count(sample: SampleVault) -> None:
    with sample.folder.database.open("ab") as file:
        file.write(os.urandom(2 * PAGE_BYTES))
    assert damaged_pages(sample) == []


def test_pages_that_were_cut_off_are_damaged(sample: SampleVault) -> None:
    pages = DatabasePages(sample.folder.database, sample.key).count
    os.truncate(sample.folder.database, (pages - 2) * PAGE_BYTES + 100)
    assert damaged_pages(sample) == [pages - 1, pages]


def test_the_log_has_newer_pages_than_the_database(killed: SampleVault) -> None:
    with_log = [page.content for page in DatabasePages(killed.folder.database, killed.key)]
    killed.folder.write_ahead_log.unlink()
    without_log = [page.content for page in DatabasePages(killed.folder.database, killed.key)]
    assert None not in with_log
    assert len(with_log) >= len(without_log)
    assert with_log != without_log


def test_pages_of_an_unfinished_transaction_do_not_count(killed: SampleVault) -> None:
    before = [page.content for page in DatabasePages(killed.folder.database, killed.key)]
    with killed.folder.write_ahead_log.open("r+b") as log:
        salt = log.read(24)[16:24]
        log.seek(0, os.SEEK_END)
        log.write((2).to_bytes(4) + bytes(4) + salt + bytes(8) + os.urandom(PAGE_BYTES))
    assert [page.content for page in DatabasePages(killed.folder.database, killed.key)] == before


def test_a_missing_database_has_no_pages(tmp_path: Path) -> None:
    pages = DatabasePages(tmp_path / "none.db", bytes(32))
    assert (pages.count, list(pages)) == (0, [])


def test_another_key_reads_no_page(sample: SampleVault) -> None:
    pages = DatabasePages(sample.folder.database, bytes(32))
    assert {page.content for page in pages} == {None}
    assert pages.count == sample.folder.database.stat().st_size // PAGE_BYTES


def test_a_damaged_log_header_does_not_hide_pages(killed: SampleVault) -> None:
    healthy = [page.content for page in DatabasePages(killed.folder.database, killed.key)]
    content = bytearray(killed.folder.write_ahead_log.read_bytes())
    content[16:24] = b"wrong..."
    killed.folder.write_ahead_log.write_bytes(content)
    assert [page.content for page in DatabasePages(killed.folder.database, killed.key)] == healthy


def test_a_damaged_page_in_the_log_hides_older_versions(killed: SampleVault) -> None:
    content = bytearray(killed.folder.write_ahead_log.read_bytes())
    last_frame = len(content) - 24 - PAGE_BYTES
    number = int.from_bytes(content[last_frame : last_frame + 4])
    content[last_frame + 24 + 100] ^= 1
    killed.folder.write_ahead_log.write_bytes(content)
    assert damaged_pages(killed) == [number]


def test_the_page_count_is_that_of_sqlcipher(killed: SampleVault) -> None:
    pages = DatabasePages(killed.folder.database, killed.key)
    with closing(connect(killed.folder.database, killed.key)) as db:
        assert db.execute("PRAGMA page_count").fetchone() == (pages.count,)
