"""Creating the files of a vault, also if a power cut interrupts it at any step."""

import errno
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vault.conftest import a_key, content, insert, names_in
from zcc_keys_gui.domain.errors import DiskFullError, KeystoreUnavailableError, VaultReadOnlyError, VaultTooNewError
from zcc_keys_gui.vault import creation, schema
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import key_store, protector_file
from zcc_keys_gui.vault.opening import VaultOpener


@pytest.mark.usefixtures("no_keystore")
def test_without_a_key_store_no_vault_is_created(opener: VaultOpener, folder: VaultFolder) -> None:
    with pytest.raises(KeystoreUnavailableError):
        opener.create_for_this_account()
    assert not folder.path.exists()


STEPS: list[tuple[object, str]] = [
    (creation, "connect"),
    (schema, "create"),
    (creation, "flush"),
    (protector_file, "write"),
    (creation, "rename_durably"),
]


@pytest.mark.parametrize(("place", "step"), STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_power_cut_leaves_no_vault_or_a_complete_one(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch, place: object, step: str, moment: str
) -> None:
    class PowerCutError(BaseException):
        """The end of the program, as in a power cut: no code handles it."""

    real: Callable[..., object] = getattr(place, step)

    def cut(*arguments: object) -> object:
        if moment == "after":
            real(*arguments)
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(place, step, cut)
        # Without power, the program cannot delete the entry in the key store.
        patched.setattr(key_store, "forget_key", lambda *_: None)
        with pytest.raises(PowerCutError):
            opener.create_for_this_account()
    again = VaultOpener(folder)
    store = again.open_for_this_account() if again.vault_exists() else again.create_for_this_account()
    insert(store, a_key())
    store.close()
    assert sorted(path.name for path in folder.path.iterdir()) == ["vault.db", "vault.json"]
    assert names_in(VaultOpener(folder).open_for_this_account()) == ["ProdSync"]


def test_a_failed_creation_deletes_its_key_store_entry(
    opener: VaultOpener, keystore: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(creation, "flush", fail)
    with pytest.raises(DiskFullError):
        opener.create_for_this_account()
    assert json.loads((keystore / "keystore.json").read_text()) == {}


def test_a_creation_without_its_last_step_keeps_its_entry(
    opener: VaultOpener, folder: VaultFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "a virus scanner has the file open")

    with monkeypatch.context() as patched:
        patched.setattr(creation, "rename_durably", fail)
        with pytest.raises(VaultReadOnlyError):
            opener.create_for_this_account()
    assert opener.vault_exists()
    assert names_in(opener.open_for_this_account()) == []


def test_a_newer_version_finishes_its_own_last_step(vault: VaultFolder, opener: VaultOpener) -> None:
    vault.database.rename(vault.new_database)
    vault.protectors.write_text(
        json.dumps(json.loads(vault.protectors.read_text()) | {"format": protector_file.FORMAT + 1})
    )
    before = content(vault)
    with pytest.raises(VaultTooNewError):
        opener.vault_exists()
    assert content(vault) == before
