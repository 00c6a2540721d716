"""What is said about damage, checks and copies."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from zcc_keys_gui.domain.damage import CheckedBackup, Findings, HealthyBackup, Part, Readable, Recovered
from zcc_keys_gui.domain.errors import VaultDamagedError, VaultFileMissingError, VaultMismatchError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.ui.text.backups.damage import copies_words, copy_words, extent_words, findings_words, recovered_words
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
        (readable(0, 0), "Nothing of vault.db is left to be read."),
        (readable(31, 31), "None of the 31 pages of vault.db can be read with this vault's key: it is damaged all"),
        (
            readable(),
            "2 of 1,204 pages of vault.db are damaged. 1,198 API keys and 2,000 rows of the history can be read",
        ),
        (readable(), ": nothing is lost."),
        (readable(bad=1), "1 of 1,204 pages of vault.db is damaged."),
        (readable(keys_lost=1, names=("ProdSync",)), "1 key is lost (ProdSync), and all of the history is there."),
        (readable(keys_lost=7, history_lost=3), "7 keys are lost, and at least 3 rows of the history are lost."),
        (readable(history_lost=47), "no key is lost, but at least 47 rows of the history are lost."),
        (readable(history_lost=1), "no key is lost, but at least 1 row of the history is lost."),
        (readable(1, 1), "The only page of vault.db can't be read with this vault's key: it is damaged all over, or"),
        (readable(history_lost=None), "no key is lost, and the history may have had more."),
        (readable(keys_lost=None), "how many keys are lost can't be known, and all of the history is there."),
        (readable(bad=0, keys_lost=None, history_lost=None), "All 1,204 pages that are left are sound."),
    ],
)
def test_the_extent(found: Readable, words: str) -> None:
    assert words in extent_words(DATABASE, found)


def test_without_the_key_nothing_is_claimed() -> None:
    assert "nobody can say whether vault.db is sound" in extent_words(VaultDamagedError(Path("vault.json")), None)
    assert extent_words(VaultFileMissingError(Path("vault.db")), None) == (
        "Without the key, nobody can say what is left."
    )


def test_a_copy_and_what_is_not_in_it() -> None:
    newer = (
        HistoryEntry(NOON, "me", Action.ADDED, "id", "ProdSync"),
        HistoryEntry(NOON, "me", Action.RESTORED, "", ""),
    )
    assert copy_words(HealthyBackup(NOON, 1, ())) == "The newest sound copy is from 12 Nov 2026 and has 1 API key."
    assert copy_words(HealthyBackup(NOON, 2, newer)).endswith(
        "Not in it, as far as can be read: Added ProdSync, Restored."
    )


def test_what_became_of_the_vault() -> None:
    aside = Path("set-aside") / "then"
    assert recovered_words(Recovered(aside, 5, None, NOON)).endswith(
        f"The damaged files are kept in {aside} until you delete them."
    )
    assert "The vault is the copy of 2026-11-12" in recovered_words(Recovered(aside, 5, None, NOON))
    assert recovered_words(Recovered(aside, 1_198, readable(), None)).startswith(
        "All of the vault could be read: 1,198 API keys."
    )
    assert recovered_words(Recovered(aside, 1_198, readable(keys_lost=2), None)).startswith(
        "1,198 API keys and 2,000 rows of the history were saved; 2 keys are lost, and all of the history is there."
    )


def test_what_a_check_found() -> None:
    assert findings_words(Findings(1_204, 5, 9)) == ("All 1,204 pages are sound: 5 API keys, 9 rows of the history.")
    assert "7 bytes that are not the program's" in findings_words(Findings(1_204, 5, 9, excess=7))
    assert findings_words(Findings(1_204, 5, 9, frozenset({Part.OTHER}), readable())).startswith(
        "2 of 1,204 pages are damaged. 1,198 API keys"
    )
    assert findings_words(Findings(1_204, 5, 9, frozenset({Part.INDEXES, Part.KEYS}))) == (
        "All pages can be read, but something does not fit in the keys and the order and search of the list."
    )


def test_the_copies() -> None:
    sound, bad = CheckedBackup(NOON, is_healthy=True), CheckedBackup(NOON, is_healthy=False)
    assert copies_words(Findings(1, 0, 0)).startswith("There is no automatic backup yet")
    assert (
        copies_words(Findings(1, 0, 0, automatic_backups=(sound,)))
        == "The automatic backup is healthy; it is from 12 Nov 2026."
    )
    assert copies_words(Findings(1, 0, 0, automatic_backups=(sound, sound))).startswith(
        "The 2 automatic backups are healthy;"
    )
    assert copies_words(Findings(1, 0, 0, automatic_backups=(sound, bad))).startswith(
        "Damaged automatic backups: 2026-11-12 "
    )


def test_a_copy_that_only_the_former_key_opens_is_not_called_damaged() -> None:
    sound = CheckedBackup(datetime(2026, 11, 12, 12, tzinfo=UTC), is_healthy=True)
    former = CheckedBackup(datetime(2026, 11, 11, 12, tzinfo=UTC), is_healthy=True, has_former_key=True)
    assert copies_words(Findings(1, 0, 0, automatic_backups=(sound, former))) == (
        "The automatic backup is healthy; it is from 12 Nov 2026. The automatic backup from 11 Nov 2026 is from before "
        "the vault was re-encrypted. Only the former key opens it, so it can't be checked. The next automatic backup "
        "replaces it."
    )
    assert copies_words(Findings(1, 0, 0, automatic_backups=(former, former))).startswith(
        "2 automatic backups are from before"
    )


def test_a_log_is_named_for_what_it_is() -> None:
    log = Path("vault.db-wal")
    assert explain(VaultFileMissingError(log)).what == "The latest changes are missing: vault.db-wal."
    assert explain(VaultMismatchError(log)).what == "vault.db and vault.db-wal do not belong together."
    assert explain(VaultMismatchError(Path("vault.db"))).what == "vault.db and vault.json do not belong together."
