"""What a kill or a power cut may leave in the write-ahead log is opened correctly."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from tests.vault.conftest import a_key, insert
from tests.vault.recovery.sample_vault import assert_healthy
from zcc_keys_gui.domain.api_key import KeyQuery
from zcc_keys_gui.domain.errors import VaultDamagedError
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES, connect
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

pytestmark = pytest.mark.reliability


def copy_as_killed(source: Path, target: Path) -> None:
    """Copy the folder of an open vault, as a kill would leave it."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*-shm"))


def key_names(store: VaultStore) -> list[str]:
    return [key.name for key in store.keys.page(KeyQuery(), 0, 9)]


def test_a_second_kill_before_any_statement_of_a_change(tmp_path: Path, store: VaultStore, folder: VaultFolder) -> None:
    """When the second kill comes, the first change is only in the log."""
    insert(store, a_key("First"))
    copy_as_killed(folder.path, tmp_path / "killed")
    copies: list[Path] = []

    def kill_here(_: str) -> None:
        copies.append(tmp_path / f"killed-{len(copies)}")
        copy_as_killed(tmp_path / "killed", copies[-1])

    again = VaultOpener(VaultFolder(tmp_path / "killed")).open_for_this_account()
    again._db.set_trace_callback(kill_here)
    insert(again, a_key("Second"))
    again._db.set_trace_callback(None)
    again.close()
    assert len(copies) > 5
    for copy in copies:
        opened = VaultOpener(VaultFolder(copy)).open_for_this_account()
        assert key_names(opened) in (["First"], ["First", "Second"])
        opened.close()


@pytest.fixture
def torn(tmp_path: Path, store: VaultStore, folder: VaultFolder) -> VaultFolder:
    """A vault after a power cut during its second change, when the disk had written only the end of that change."""
    insert(store, a_key("First"))
    saved_changes, log = folder.saved_changes.read_bytes(), folder.write_ahead_log.read_bytes()
    insert(store, a_key("Second"))
    copy_as_killed(folder.path, tmp_path / "torn")
    torn = VaultFolder(tmp_path / "torn")
    torn.saved_changes.write_bytes(saved_changes)
    with torn.write_ahead_log.open("r+b") as file:
        file.seek(len(log))
        file.write(bytes(24 + PAGE_BYTES))
    return torn


def test_nothing_of_an_unsaved_change_is_there(torn: VaultFolder) -> None:
    opened = VaultOpener(torn).open_for_this_account()
    assert key_names(opened) == ["First"]
    assert_healthy(opened)
    opened.close()
    assert {path.name for path in torn.path.iterdir()} == {"vault.db", "vault.json"}


@pytest.mark.parametrize("saved_changes", [b"%020d %020d" % (2, 2), b""], ids=["saved", "unknown"])
def test_a_saved_change_that_cannot_be_read_is_damage(torn: VaultFolder, saved_changes: bytes) -> None:
    torn.saved_changes.write_bytes(saved_changes)
    with pytest.raises(VaultDamagedError):
        VaultOpener(torn).open_for_this_account()


def test_a_log_with_a_size_but_no_content_counts_as_empty(store: VaultStore, folder: VaultFolder) -> None:
    insert(store, a_key("First"))
    store.close()
    folder.write_ahead_log.write_bytes(bytes(32))
    opened = VaultOpener(folder).open_for_this_account()
    assert opened.keys.count(KeyQuery()) == 1
    opened.close()


def test_a_kill_while_another_program_reads_an_older_state(
    tmp_path: Path, store: VaultStore, folder: VaultFolder
) -> None:
    """Meanwhile SQLite cannot move the log into the database."""
    insert(store, a_key("First"))
    copy_as_killed(folder.path, tmp_path / "killed")
    running = VaultFolder(tmp_path / "killed")
    again = VaultOpener(running).open_for_this_account()
    with closing(connect(running.database, again._key.material())) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vault").fetchall()
        insert(again, a_key("Second"))
        insert(again, a_key("Third"))
        copy_as_killed(running.path, tmp_path / "again")
    again.close()
    opened = VaultOpener(VaultFolder(tmp_path / "again")).open_for_this_account()
    assert opened.keys.count(KeyQuery()) == 3
    opened.close()
