"""A power cut while a new vault is made from a backup leaves the former vault or the new one."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import figures
from tests.support import file_keyring
from tests.vault.backups.sample_backup import BackupContent, read_backup
from tests.vault.recovery.backed_up_vault import (
    PASSPHRASE,
    VaultOpensError,
    contents_of_files,
    make_backed_up_vault,
    make_new_vault,
    spoil_protectors,
    vault_from_backup,
)
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.repairs import PowerCutError, close_repaired
from tests.vault.recovery.sample_vault import SampleVault, healthy_content, table_rows
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES

pytestmark = pytest.mark.reliability

CALLS = ("fsync", "mkdir", "rename", "replace", "unlink")
"""The calls after which the next start finds something else on the disk; the power may fail before each of them."""


def spoil(sample: SampleVault, fault: str) -> None:
    if fault == "page":
        flip_byte(sample.folder.database, PAGE_BYTES + 1_000)
    elif fault == "database":
        sample.folder.database.unlink()
    else:
        spoil_protectors(sample.folder, fault)


def cut_power_after(calls_left: Iterator[None], real: Callable[..., object]) -> Callable[..., object]:
    """Return a function that raises `PowerCutError` when no calls are left."""

    def cut(*arguments: Any, **keyword_arguments: Any) -> object:
        if next(calls_left, PowerCutError) is PowerCutError:
            raise PowerCutError
        return real(*arguments, **keyword_arguments)

    return cut


def make_until_power_cut(folder: VaultFolder, backup: BackupContent, calls: int) -> bool:
    """Make a new vault until the power fails after this number of calls; return whether it failed before the end."""
    maker = vault_from_backup(folder)
    with pytest.MonkeyPatch.context() as patched:
        calls_left = iter([None] * calls)
        for call in CALLS:
            patched.setattr(os, call, cut_power_after(calls_left, getattr(os, call)))
        try:
            close_repaired(make_new_vault(maker, backup))
        except PowerCutError:
            return True
        return False


def start_again(folder: VaultFolder, before: dict[str, bytes | None], backup: BackupContent) -> None:
    """Start the program again: the new vault opens, or the former one is unchanged and can be replaced now."""
    try:
        maker = vault_from_backup(folder)
    except VaultOpensError:
        return
    assert contents_of_files(folder) == before
    close_repaired(make_new_vault(maker, backup))


# The garbage collector removes the checked copy of the backup, which the simulated power cut prevents as well.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fault", ["page", "database", "missing", "keyring"])
def test_the_former_or_the_new_vault_is_there(tmp_path: Path, fault: str) -> None:
    sample = make_backed_up_vault(tmp_path / "sample", tmp_path / "a.zccbackup")
    backup = read_backup(tmp_path / "a.zccbackup", PASSPHRASE)
    keyring_entries = file_keyring.entries()
    for calls in count():
        file_keyring.clear()
        file_keyring.add(keyring_entries)
        mutant = SampleVault(sample.copy_to(tmp_path / "mutant"), sample.content, sample.key)
        spoil(mutant, fault)
        before = contents_of_files(mutant.folder)
        was_cut = make_until_power_cut(mutant.folder, backup, calls)
        start_again(mutant.folder, before, backup)
        assert table_rows(healthy_content(mutant.folder), "keys") == table_rows(sample.content, "keys")
        quarantined = [path.read_bytes() for path in mutant.folder.quarantine.glob("*Z*/vault.*")]
        assert set(before.values()) <= {None, *contents_of_files(mutant.folder).values(), *quarantined}
        if not was_cut:
            break
    assert calls > 10
    figures.count("power cuts", f"while a new vault is made from a backup: {fault}", calls)
