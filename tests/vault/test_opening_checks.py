"""The checks before a vault is opened: a database that is damaged, foreign, older or newer is rejected."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.vault.conftest import content
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultMismatchError, VaultReadOnlyError, VaultTooNewError
from zcc_keys_gui.vault import schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, key_wrapping, protector_file
from zcc_keys_gui.vault.keys.key_store import load_key
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.mark.parametrize("size", [0, 1, 4095])
def test_a_database_of_less_than_a_page_is_damaged(vault: VaultFolder, opener: VaultOpener, size: int) -> None:
    os.truncate(vault.database, size)
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()
    assert vault.database.stat().st_size == size


def test_a_damaged_first_page_is_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    changed = bytearray(vault.database.read_bytes())
    changed[100] ^= 1
    vault.database.write_bytes(changed)
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_a_database_of_another_program_is_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, "PRAGMA application_id = 1")
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_a_newer_vault_is_rejected_and_not_changed(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, f"PRAGMA user_version = {schema.SCHEMA + 1}")
    before = content(vault)
    with pytest.raises(VaultTooNewError):
        opener.open_for_this_account()
    assert content(vault) == before


def test_a_schema_that_never_existed_is_damage(vault: VaultFolder, opener: VaultOpener) -> None:
    change(vault, "PRAGMA user_version = 0")
    with pytest.raises(VaultDamagedError):
        opener.open_for_this_account()


def test_a_database_without_read_permission_is_reported(
    vault: VaultFolder, opener: VaultOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def fail(path: Path, *arguments: Any, **keyword_arguments: Any) -> Any:
        if path == vault.database:
            raise PermissionError(errno.EACCES, "not for this account")
        return real(path, *arguments, **keyword_arguments)

    monkeypatch.setattr(Path, "open", fail)  # tests may run as root, which can read every file
    with pytest.raises(VaultReadOnlyError):
        opener.open_for_this_account()


def test_an_older_database_with_newer_protectors_is_a_mismatch(vault: VaultFolder, opener: VaultOpener) -> None:
    found = json.loads(vault.protectors.read_text())
    vault.protectors.write_text(json.dumps(found | {"generation": 2}))
    with pytest.raises(VaultMismatchError):
        opener.open_for_this_account()


def test_a_database_with_another_key_is_damage(vault: VaultFolder, tmp_path: Path) -> None:
    other = VaultFolder(tmp_path / "other")
    VaultOpener(other).create_for_this_account().close()
    shutil.copy(other.database, vault.database)
    with pytest.raises(VaultDamagedError):
        VaultOpener(vault).open_for_this_account()


def change(vault: VaultFolder, statement: str) -> None:
    """Change the database in a way that no version of the program does."""
    found = protector_file.read(vault.protectors)
    assert found.account is not None
    wrapping_key = load_key(found.vault_id, found.account.keystore_user)
    database_key = key_wrapping.unwrap(found.account.wrap, wrapping_key, found.vault_id, key_wrapping.THIS_ACCOUNT)
    db = cipher.connect(vault.database, database_key)
    db.execute(statement)
    db.close()
