"""The encrypted pages of a small database."""

from contextlib import closing
from pathlib import Path

import pytest

from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.pages.encrypted_page import SALT_BYTES, derive_hmac_key

KEY = bytes(range(32))


@pytest.fixture
def pages(tmp_path: Path) -> list[bytes]:
    """The encrypted pages of a small database."""
    database = tmp_path / "small.db"
    database.touch()
    with closing(connect(database, KEY)) as db:
        db.execute("CREATE TABLE note (text)")
        db.execute("INSERT INTO note VALUES ('a text to find')")
    content = database.read_bytes()
    return [content[at : at + PAGE_BYTES] for at in range(0, len(content), PAGE_BYTES)]


@pytest.fixture
def hmac_key(pages: list[bytes]) -> bytes:
    return derive_hmac_key(KEY, pages[0][:SALT_BYTES])
