"""If `vault.db` is changed in any way, the vault opens with its saved content, or the damage is found."""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.rounds import rounds
from tests.support.stored_vault import content_of
from tests.vault.recovery import damage
from tests.vault.recovery.damage import flip_byte, needs_links
from tests.vault.recovery.sample_vault import SampleVault, opened_vault
from tests.vault.reliability.mutants.outcomes import (
    FOUND_AFTER_START,
    FOUND_BY_FULL_CHECK,
    HEALTHY,
    outcome_of_checking,
    outcome_of_opening,
)
from zcc_keys_gui.domain.errors import (
    VaultDamagedError,
    VaultError,
    VaultFileMissingError,
    VaultMismatchError,
    VaultTooNewError,
)
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES

pytestmark = pytest.mark.reliability


def test_a_wrong_byte_in_any_page_is_found(sample: SampleVault, tmp_path: Path, outcomes: Counter[str]) -> None:
    pages = sample.folder.database.stat().st_size // PAGE_BYTES
    for page in range(pages):
        for offset in random.sample(range(PAGE_BYTES), rounds(1, 8)):
            mutant = sample.copy_to(tmp_path / "mutant")
            flip_byte(mutant.database, page * PAGE_BYTES + offset, 1 << random.randrange(8))
            outcomes[outcome_of_checking(sample, mutant)] += 1
    assert not outcomes.keys() - {"VaultDamagedError", FOUND_AFTER_START, FOUND_BY_FULL_CHECK}


def test_a_wrong_byte_in_the_first_page_is_found_by_opening(
    sample: SampleVault, tmp_path: Path, outcomes: Counter[str]
) -> None:
    mutant = sample.copy_to(tmp_path / "mutant")
    for offset in [*range(100), *random.sample(range(PAGE_BYTES), rounds(50, 1_000))]:
        flip_byte(mutant.database, offset)
        outcomes[outcome_of_opening(sample, mutant)] += 1
        flip_byte(mutant.database, offset)
    assert outcomes.keys() == {"VaultDamagedError"}


def test_a_truncated_database_is_damaged(sample: SampleVault, tmp_path: Path, outcomes: Counter[str]) -> None:
    size = sample.folder.database.stat().st_size
    sizes = [0, 1, PAGE_BYTES - 1, PAGE_BYTES, size - 1, size - PAGE_BYTES, *random.sample(range(size), 94)]
    for new_size in sizes:
        mutant = sample.copy_to(tmp_path / "mutant")
        os.truncate(mutant.database, new_size)
        outcomes[outcome_of_opening(sample, mutant)] += 1
    assert outcomes.keys() == {"VaultDamagedError"}


def test_swapped_pages_are_found(sample: SampleVault, tmp_path: Path, outcomes: Counter[str]) -> None:
    content = sample.folder.database.read_bytes()
    pages = [content[at : at + PAGE_BYTES] for at in range(0, len(content), PAGE_BYTES)]
    for _ in range(rounds(20, 200)):
        one, other = random.sample(range(len(pages)), 2)
        swapped = list(pages)
        swapped[one], swapped[other] = pages[other], pages[one]
        mutant = sample.copy_to(tmp_path / "mutant")
        mutant.database.write_bytes(b"".join(swapped))
        outcomes[outcome_of_checking(sample, mutant)] += 1
    assert not outcomes.keys() - {"VaultDamagedError", FOUND_AFTER_START, FOUND_BY_FULL_CHECK}


@pytest.mark.parametrize("excess", [1, PAGE_BYTES - 1, PAGE_BYTES, 3 * PAGE_BYTES + 5])
def test_appended_bytes_are_harmless_and_counted_by_the_check(sample: SampleVault, excess: int) -> None:
    with sample.folder.database.open("ab") as file:
        file.write(os.urandom(excess))
    with opened_vault(sample.folder) as store:
        assert content_of(store) == sample.content
        findings = store.checks.full(lambda *_: None)
        assert findings.is_healthy
        assert findings.excess == excess


@pytest.mark.parametrize(
    ("replace", "error"),
    [
        (damage.put_sqlite_database, VaultDamagedError),
        (damage.put_sqlcipher_database, VaultDamagedError),
        (damage.put_another_vault, VaultDamagedError),
        (damage.put_another_id, VaultMismatchError),
        (damage.put_newer_schema, VaultTooNewError),
        (damage.put_folder, VaultDamagedError),
        (damage.delete, VaultFileMissingError),
        (damage.empty, VaultDamagedError),
        pytest.param(damage.put_dangling_link, VaultFileMissingError, marks=needs_links),
        pytest.param(damage.put_link_to_another_file, VaultDamagedError, marks=needs_links),
    ],
)
def test_something_else_in_place_of_the_database_is_an_error(
    sample: SampleVault, replace: Callable[[SampleVault, Path], None], error: type[VaultError]
) -> None:
    replace(sample, sample.folder.database)
    assert outcome_of_opening(sample, sample.folder) == error.__name__


@needs_links
def test_a_link_to_the_database_opens_with_its_log(killed: SampleVault) -> None:
    elsewhere = killed.folder.path.parent / "another disk"
    elsewhere.mkdir()
    for name in ("vault.db", "vault.db-wal"):
        (killed.folder.path / name).rename(elsewhere / name)
    killed.folder.database.symlink_to(elsewhere / "vault.db")
    assert outcome_of_opening(killed, killed.folder) == HEALTHY
