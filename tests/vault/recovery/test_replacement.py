"""Replacing a damaged vault leaves the damaged one or the new one if it is interrupted at any step."""

import os
import shutil
from typing import Any

import pytest

from tests.reliability.rounds import rounds
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.repairs import (
    PowerCutError,
    close_repaired,
    cut_power_at_call,
    damaged_vault_in,
    fail_with_full_disk,
)
from tests.vault.recovery.sample_vault import SampleVault, healthy_content, table_rows
from zcc_keys_gui.domain.errors import DiskFullError
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.recovery import damaged_vault, quarantine, replacement

STEPS: list[tuple[Any, str]] = [
    (damaged_vault, "quarantine_files"),
    (damaged_vault, "write_salvaged"),
    (damaged_vault, "verify_database"),
    (damaged_vault, "flush"),
    (quarantine, "flush"),
    (quarantine, "rename_durably"),
    (replacement, "rename_durably"),
    (replacement, "remove_quarantined"),
    (replacement, "finish_replacing"),
    (os, "replace"),
    (os, "unlink"),
    (os, "rename"),
]
CERTAIN_STEPS = ("quarantine_files", "rename_durably", "remove_quarantined", "finish_replacing")
"""Steps of each repair; whether the others occur depends on the repair and the system."""


@pytest.mark.parametrize("repair", ["restore", "salvage"])
@pytest.mark.parametrize(("module", "step"), STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_power_cut_leaves_the_damaged_or_the_new_vault(
    backed_up: SampleVault, monkeypatch: pytest.MonkeyPatch, repair: str, module: Any, step: str, moment: str
) -> None:
    flip_byte(backed_up.folder.database, PAGE_BYTES + 1_000)
    damaged = backed_up.folder.database.read_bytes()
    power_cuts = 0
    for call in range(rounds(2, 10)):
        if call > power_cuts:  # the last round was not interrupted, because it has fewer calls
            break
        vault = damaged_vault_in(backed_up.folder)
        backup = vault.examine().automatic_backup
        assert backup is not None
        with monkeypatch.context() as patched:
            patched.setattr(module, step, cut_power_at_call(call, moment, getattr(module, step)))
            try:
                close_repaired(vault.salvage() if repair == "salvage" else vault.restore_automatic_backup(backup.made))
            except PowerCutError:
                power_cuts += 1
        quarantined = [path.read_bytes() for path in backed_up.folder.quarantine.glob("*Z*/vault.db")]
        if backed_up.folder.database.exists() and backed_up.folder.database.read_bytes() == damaged:
            continue
        assert damaged in quarantined
        found = healthy_content(backed_up.folder)
        assert len(table_rows(found, "keys")) >= len(backed_up.content["keys"]) - 30
        backed_up.folder.database.write_bytes(damaged)
    assert power_cuts or step not in CERTAIN_STEPS


@pytest.mark.parametrize(
    ("module", "step"), [(shutil, "copyfile"), (damaged_vault, "verify_database"), (damaged_vault, "flush")]
)
def test_a_full_disk_leaves_the_damaged_vault_unchanged(
    backed_up: SampleVault, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    flip_byte(backed_up.folder.database, PAGE_BYTES + 1_000)
    damaged = backed_up.folder.database.read_bytes()
    vault = damaged_vault_in(backed_up.folder)
    backup = vault.examine().automatic_backup
    assert backup is not None
    monkeypatch.setattr(module, step, fail_with_full_disk)
    with pytest.raises(DiskFullError):
        vault.restore_automatic_backup(backup.made)
    assert backed_up.folder.database.read_bytes() == damaged
