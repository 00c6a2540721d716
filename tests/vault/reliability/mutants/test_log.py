"""If the write-ahead log of a killed program is changed, the vault opens completely, or the damage is found."""

import os
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.reliability.rounds import rounds
from tests.support.stored_vault import content_of
from tests.vault.recovery.damage import flip_byte
from tests.vault.recovery.sample_vault import SampleVault, make_killed_vault, opened_vault
from tests.vault.reliability.mutants.outcomes import FOUND_AFTER_START, HEALTHY, outcome_of_opening
from zcc_keys_gui.vault.files.folder import VaultFolder
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.opening import VaultOpener
from zcc_keys_gui.vault.recovery.salvage import salvage

pytestmark = pytest.mark.reliability

FRAME_BYTES = 24 + PAGE_BYTES


def change_and_copy(folder: VaultFolder, copy: VaultFolder) -> None:
    """Make a change, and copy the vault while it is open, as a kill would leave it."""
    store = VaultOpener(folder).open_for_this_account()
    with store.change():
        pass
    shutil.rmtree(copy.path, ignore_errors=True)
    shutil.copytree(folder.path, copy.path, ignore=shutil.ignore_patterns("*-shm"))
    store.close()


def test_a_killed_vault_opens_completely(killed: SampleVault) -> None:
    assert killed.folder.write_ahead_log.stat().st_size > 0
    assert outcome_of_opening(killed, killed.folder) == HEALTHY


def test_a_wrong_byte_in_the_log_is_found_or_harmless(
    killed: SampleVault, tmp_path: Path, outcomes: Counter[str]
) -> None:
    size = killed.folder.write_ahead_log.stat().st_size
    last_frame = size - FRAME_BYTES
    offsets = [*range(56), *range(last_frame, last_frame + 24), *random.sample(range(size), rounds(60, 1_000))]
    for offset in offsets:
        mutant = killed.copy_to(tmp_path / "mutant")
        flip_byte(mutant.write_ahead_log, offset, 1 << random.randrange(8))
        outcomes[outcome_of_opening(killed, mutant)] += 1
    assert not outcomes.keys() - {"VaultDamagedError", "VaultMismatchError", FOUND_AFTER_START, HEALTHY}


def test_a_missing_or_empty_log_is_an_error(killed: SampleVault, tmp_path: Path) -> None:
    mutant = killed.copy_to(tmp_path / "missing")
    mutant.write_ahead_log.unlink()
    assert outcome_of_opening(killed, mutant) == "VaultFileMissingError"
    mutant = killed.copy_to(tmp_path / "empty")
    mutant.write_ahead_log.write_bytes(b"")
    assert outcome_of_opening(killed, mutant) == "VaultFileMissingError"


def test_a_truncated_log_is_an_error(killed: SampleVault, tmp_path: Path, outcomes: Counter[str]) -> None:
    size = killed.folder.write_ahead_log.stat().st_size
    frames = (size - 32) // FRAME_BYTES
    complete_frames = (32 + FRAME_BYTES * random.randrange(frames) for _ in range(rounds(30, 300)))
    for new_size in [1, 31, 32, size - 1, *complete_frames]:
        mutant = killed.copy_to(tmp_path / "mutant")
        os.truncate(mutant.write_ahead_log, new_size)
        outcomes[outcome_of_opening(killed, mutant)] += 1
    assert not outcomes.keys() - {"VaultDamagedError", "VaultMismatchError"}


def test_an_older_database_beside_a_newer_log_is_an_error(tmp_path: Path) -> None:
    sample = make_killed_vault(tmp_path / "killed", tmp_path / "running")
    with opened_vault(sample.folder) as store:
        content_of(store)
    older = sample.folder.database.read_bytes()
    mutant = VaultFolder(tmp_path / "mutant")
    for _ in range(2):
        change_and_copy(sample.folder, mutant)
    mutant.database.write_bytes(older)
    assert outcome_of_opening(sample, mutant) == "VaultMismatchError"


def test_a_newer_database_beside_an_older_log_is_an_error(killed: SampleVault, tmp_path: Path) -> None:
    older = killed.folder.write_ahead_log.read_bytes()
    mutant = VaultFolder(tmp_path / "mutant")
    for _ in range(2):
        change_and_copy(killed.folder, mutant)
    mutant.write_ahead_log.write_bytes(older)
    assert outcome_of_opening(killed, mutant) == "VaultMismatchError"


def test_salvage_reads_all_that_was_saved(killed: SampleVault) -> None:
    found = salvage(killed.folder.database, killed.key)
    assert found.bad_pages == []
    assert len(found.keys) == len(killed.content["keys"])
    assert len(found.history) == len(killed.content["history"])
