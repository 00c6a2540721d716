"""The descriptions of a damaged vault and of a repaired one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from zcc_keys_gui.domain.damage import HealthyBackup, Readable, Recovered
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultFileMissingError, VaultMismatchError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.ui.text.backups import damage
from zcc_keys_gui.ui.text.backups.damage import describe_automatic_backup, describe_damage, describe_recovery
from zcc_keys_gui.ui.text.errors.explain import explain

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
DATABASE = VaultDamagedError(Path("vault.db"))


def readable(
    pages: int = 1_204,
    bad: int = 2,
    *,
    keys_lost: int | None = 0,
    history_lost: int | None = 0,
    names: tuple[str, ...] = (),
) -> Readable:
    return Readable(pages, bad, 1_198, keys_lost, 2_000, history_lost, names)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (readable(0, 0), damage.NOTHING_READABLE),
        (readable(31, 31), damage.NO_PAGE_READABLE),
        (readable(1, 1), damage.NO_PAGE_READABLE),
        (
            readable(),
            "Damaged pages of vault.db: 2 of 1,204. API keys that can be read: 1,198. History entries that can be read",
        ),
        (readable(), "can be read: 2,000. Nothing is lost."),
        (readable(keys_lost=1, names=("ProdSync",)), "1 key is lost: ProdSync. The history is complete."),
        (readable(keys_lost=7, history_lost=3), "7 keys are lost. At least 3 history entries are lost."),
        (readable(history_lost=47), "No key is lost. At least 47 history entries are lost."),
        (readable(history_lost=1), "No key is lost. At least 1 history entry is lost."),
        (readable(history_lost=None), "No key is lost. Some of the history may be lost."),
        (readable(keys_lost=None), "The program can't tell how many keys are lost. The history is complete."),
        (readable(keys_lost=None, names=("ProdSync",)), "At least these are lost: ProdSync."),
        (readable(bad=0, keys_lost=None, history_lost=None), "All 1,204 remaining pages are healthy."),
    ],
)
def test_says_how_much_is_damaged(found: Readable, words: str) -> None:
    assert words in describe_damage(DATABASE, found)


def test_claims_nothing_without_the_key() -> None:
    assert describe_damage(VaultDamagedError(Path("vault.json")), None) == damage.PROTECTORS_DAMAGED
    assert describe_damage(VaultFileMissingError(Path("vault.db")), None) == damage.KEY_MISSING


def test_names_changes_that_are_not_in_the_backup() -> None:
    newer = (
        HistoryEntry(NOON, "me", Action.ADDED, "id", "ProdSync"),
        HistoryEntry(NOON, "me", Action.RESTORED, "", ""),
    )
    assert describe_automatic_backup(HealthyBackup(NOON, 1, ())) == (
        "The newest healthy automatic backup is from 12 Nov 2026 and contains 1 API key."
    )
    assert describe_automatic_backup(HealthyBackup(NOON, 2, newer)).endswith(
        "It does not contain these later changes, and perhaps others: Added ProdSync, Restored."
    )


def test_says_how_the_vault_was_recovered() -> None:
    folder = Path("set-aside") / "then"
    quarantined = f"The damaged files are quarantined in {folder} until you delete them."
    from_backup = describe_recovery(Recovered(folder, 5, None, NOON))
    assert from_backup.startswith("The automatic backup from 2026-11-12 ")
    assert from_backup.endswith(quarantined)
    assert describe_recovery(Recovered(folder, 1_198, readable(), None)) == (
        f"Everything in the damaged vault was saved. The vault contains 1,198 API keys. {quarantined}"
    )
    assert describe_recovery(Recovered(folder, 1_198, readable(keys_lost=2), None)) == (
        "API keys that were saved: 1,198. History entries that were saved: 2,000. 2 keys are lost. The history is "
        f"complete. {quarantined}"
    )


def test_names_the_log_file_that_is_missing() -> None:
    log = Path("vault.db-wal")
    assert explain(VaultFileMissingError(log)).summary == "The latest changes are missing: vault.db-wal."
    assert explain(VaultMismatchError(log)).summary == "vault.db and vault.db-wal do not belong together."
    assert explain(VaultMismatchError(Path("vault.db"))).summary == "vault.db and vault.json do not belong together."
