"""Ways to damage the files of a vault, or to replace them with something else."""

import os
import shutil
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from tests.vault.recovery.sample_vault import SampleVault
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.opening import VaultOpener

needs_links = pytest.mark.skipif(os.name == "nt", reason="not every account on Windows may make links")


def flip_byte(path: Path, offset: int, mask: int = 0xFF) -> None:
    """Flip the bits of one byte of a file that the mask contains."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ mask]))


def put_sqlite_database(sample: SampleVault, path: Path) -> None:
    """Replace a file with an unencrypted database."""
    path.unlink()
    db = sqlcipher.connect(str(path))
    db.execute("CREATE TABLE api_key (id)")
    db.execute("INSERT INTO api_key VALUES (zeroblob(9000))")
    db.commit()
    db.close()


def put_sqlcipher_database(sample: SampleVault, path: Path) -> None:
    """Replace a file with the database of a vault that has another key."""
    path.write_bytes(b"")
    db = connect(path, os.urandom(32))
    schema.create(db, "another id", 1)
    db.close()


def put_another_vault(sample: SampleVault, path: Path) -> None:
    """Replace a file with the database of another vault of this account."""
    other = VaultFolder(sample.folder.path.parent / "other")
    VaultOpener(other).create_for_this_account().close()
    shutil.copyfile(other.database, path)


def put_another_id(sample: SampleVault, path: Path) -> None:
    """Give the vault another ID, but leave its key."""
    db = connect(path, sample.key)
    db.execute("UPDATE vault SET id = 'another id'")
    db.close()


def put_newer_schema(sample: SampleVault, path: Path) -> None:
    """Let the vault look as if a newer version of the program had made it."""
    db = connect(path, sample.key)
    db.execute(f"PRAGMA user_version = {schema.SCHEMA + 1}")
    db.close()


def put_folder(sample: SampleVault, path: Path) -> None:
    """Replace a file with a folder."""
    path.unlink()
    path.mkdir()


def put_dangling_link(sample: SampleVault, path: Path) -> None:
    """Replace a file with a link to a file that does not exist."""
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def put_link_to_another_file(sample: SampleVault, path: Path) -> None:
    """Replace a file with a link to a file with random content."""
    elsewhere = sample.folder.path.parent / "elsewhere"
    elsewhere.write_bytes(os.urandom(20 * PAGE_BYTES))
    path.unlink()
    path.symlink_to(elsewhere)


def delete(sample: SampleVault, path: Path) -> None:
    """Delete a file."""
    path.unlink()


def empty(sample: SampleVault, path: Path) -> None:
    """Replace a file with an empty one."""
    path.write_bytes(b"")
