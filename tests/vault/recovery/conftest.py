"""Fixtures of the tests that repair a vault."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.vault.recovery.sample_vault import SampleVault, add_sample_keys, opened_vault

NOON = datetime(2026, 11, 12, 12, 0, 33, tzinfo=UTC)


@pytest.fixture
def backed_up(sample: SampleVault) -> SampleVault:
    """A vault with automatic backups of two days, and a key that is in neither of them."""
    with opened_vault(sample.folder) as store:
        store.automatic_backups.make(NOON)
        store.automatic_backups.make(NOON + timedelta(days=1))
        add_sample_keys(store, "Newer", 1)
    return sample
