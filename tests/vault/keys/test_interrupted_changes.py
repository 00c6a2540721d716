"""Changes of the protectors that a power cut interrupts at each of their steps."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.recovery_keys import add_recovery_key, reencrypt
from tests.vault.conftest import PASSPHRASE, a_key, insert, names_in
from tests.vault.keys.conftest import OTHER_PASSPHRASE, WEAK, PowerCutError
from zcc_keys_gui.domain.errors import ZccKeysError
from zcc_keys_gui.domain.recovery_key import RecoveryKey
from zcc_keys_gui.vault.files import folder
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys import cipher, key_store, key_wrapping, protector_file
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.store import VaultStore

STEPS: list[tuple[object, str]] = [
    (key_store, "save_key"),
    (protector_file, "write"),
    (protector_file, "write_durably"),
    (folder, "rename_durably"),
    (cipher, "rekey"),
    (VaultStore, "record_generation"),
    (VaultStore, "checkpoint"),
    (key_store, "forget_key"),
]
CHANGES: dict[str, Callable[[VaultStore], object]] = {
    "set up this account": lambda store: store.protectors.set_up_this_account(),
    "remove this account": lambda store: store.protectors.remove_this_account(),
    "change the passphrase": lambda store: store.protectors.set_passphrase(OTHER_PASSPHRASE),
    "remove the passphrase": lambda store: store.protectors.remove_passphrase(),
    "replace the recovery key": lambda store: add_recovery_key(store.protectors),
    "remove the recovery key": lambda store: store.protectors.remove_recovery_key(),
    "re-encrypt": lambda store: reencrypt(store.protectors, PASSPHRASE),
}


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[VaultFolder, RecoveryKey]:
    """A vault with all three ways to unlock it, and its recovery key."""
    monkeypatch.setattr(key_wrapping, "new_kdf_parameters", lambda: WEAK)  # hundreds of passphrases are tried
    vault = VaultFolder(tmp_path / "guarded")
    store = VaultOpener(vault).create_for_this_account()
    insert(store, a_key("ProdSync"))
    store.protectors.set_passphrase(PASSPHRASE)
    key = add_recovery_key(store.protectors)
    store.close()
    return vault, key


@pytest.mark.parametrize("change", CHANGES)
def test_a_power_cut_at_any_step_leaves_a_vault_that_opens(
    guarded: tuple[VaultFolder, RecoveryKey], keystore: Path, tmp_path: Path, change: str
) -> None:
    vault, key = guarded
    kept_vault, kept_entries = tmp_path / "kept", (keystore / "keystore.json").read_bytes()
    shutil.copytree(vault.path, kept_vault)
    cuts = 0
    for place, step in STEPS:
        for moment in ("before", "after"):
            for call in (1, 2, 3):
                shutil.rmtree(vault.path)
                shutil.copytree(kept_vault, vault.path)
                (keystore / "keystore.json").write_bytes(kept_entries)
                if not cut_power(vault, CHANGES[change], place, step, moment, call):
                    break
                cuts += 1
                assert opens(vault, key), (change, step, moment, call)
    assert cuts >= 4


def cut_power(
    vault: VaultFolder, change: Callable[[VaultStore], object], place: Any, step: str, moment: str, call: int
) -> bool:
    """Cut the power before or after one call of a step; return whether there was such a call."""
    real, calls, is_off = getattr(place, step), 0, False

    def cut(*arguments: object) -> object:
        nonlocal calls, is_off
        calls += 1
        if is_off or (calls == call and moment == "before"):
            is_off = True
            raise PowerCutError
        result = real(*arguments)
        if calls == call:
            is_off = True
            raise PowerCutError
        return result

    def forget_with_power(*arguments: object) -> None:
        """Delete an entry, unless the power is off."""
        if not is_off:
            real_forget(*arguments)

    store = VaultOpener(vault).open_for_this_account()
    real_forget: Callable[..., None] = key_store.forget_key
    with pytest.MonkeyPatch.context() as patched:
        if step != "forget_key":
            patched.setattr(key_store, "forget_key", forget_with_power)
        patched.setattr(place, step, cut)
        with suppress(PowerCutError):
            change(store)
    store.close()
    return is_off


def opens(vault: VaultFolder, key: RecoveryKey) -> bool:
    """Say whether a user can open the vault in some way, twice, and finds its API key."""
    found = False
    for _ in range(2):
        attempts: tuple[Callable[[], VaultStore], ...] = (
            lambda: VaultOpener(vault).open_for_this_account(),
            lambda: VaultOpener(vault).open_with_passphrase(PASSPHRASE),
            lambda: VaultOpener(vault).open_with_passphrase(OTHER_PASSPHRASE),
            lambda: VaultOpener(vault).open_with_recovery_key(key),
        )
        for attempt in attempts:
            try:
                store = attempt()
            except ZccKeysError:
                continue
            found = True
            assert names_in(store) == ["ProdSync"]

    return found
