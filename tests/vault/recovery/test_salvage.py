"""Salvage reads everything that is not on a damaged page, and says correctly what is lost."""

from pathlib import Path

import pytest

from tests.reliability import figures
from tests.reliability.rounds import rounds
from tests.vault.recovery.damage import flip_byte, put_another_vault
from tests.vault.recovery.repairs import close_repaired, damaged_vault_in
from tests.vault.recovery.sample_vault import SampleVault, healthy_content, opened_vault, table_rows
from zcc_keys_gui.domain.history import Action, HistoryQuery
from zcc_keys_gui.vault.keys.cipher import PAGE_BYTES
from zcc_keys_gui.vault.recovery.salvage import Salvaged, salvage, write_salvaged


def salvage_without_page(sample: SampleVault, page: int) -> Salvaged:
    """Salvage a vault with one damaged page, counted from 0, and repair the page."""
    flip_byte(sample.folder.database, page * PAGE_BYTES + 1_000)
    found = salvage(sample.folder.database, sample.key)
    flip_byte(sample.folder.database, page * PAGE_BYTES + 1_000)
    return found


def pages_of(sample: SampleVault) -> int:
    return sample.folder.database.stat().st_size // PAGE_BYTES


@pytest.mark.reliability
def test_everything_outside_a_damaged_page_is_salvaged(sample: SampleVault, tmp_path: Path) -> None:
    pages = pages_of(sample)
    damaged_pages = range(0, pages, pages // rounds(pages // 4, pages))
    lost_keys = 0
    for page in damaged_pages:
        mutant = sample.copy_to(tmp_path / "mutant")
        flip_byte(mutant.database, page * PAGE_BYTES + 1_000)
        damaged = mutant.database.read_bytes()
        vault = damaged_vault_in(mutant)
        readable = vault.examine().readable
        assert readable is not None
        assert (readable.pages, readable.bad_pages) == (pages, 1)
        recovered = close_repaired(vault.salvage())
        assert (recovered.quarantine / "vault.db").read_bytes() == damaged
        found = healthy_content(mutant)
        assert table_rows(found, "keys") <= table_rows(sample.content, "keys")
        lost = len(sample.content["keys"]) - len(found["keys"])
        assert recovered.lost is not None
        assert recovered.lost.keys_lost in (None, lost)
        lost_keys += lost
        history_lost = len(table_rows(sample.content, "history") - table_rows(found, "history"))
        assert recovered.lost.history_lost is None or recovered.lost.history_lost <= history_lost
        with opened_vault(mutant) as store:
            assert store.history.page(HistoryQuery(), 0, 1)[0].action is Action.SALVAGED
    assert lost_keys <= 1.1 * len(sample.content["keys"])  # each key is on one page
    figures.count("mutants", "salvaged around a damaged page", len(damaged_pages))


def test_lost_keys_are_named_if_the_history_has_their_names(sample: SampleVault) -> None:
    names: set[str] = set()
    for page in range(pages_of(sample)):
        found = salvage_without_page(sample, page)
        if found.keys_lost:
            assert len(found.names_lost) == found.keys_lost
            names.update(found.names_lost)
    assert names == {row[1] for row in sample.content["keys"]}


def test_salvage_never_claims_that_lost_rows_are_there(sample: SampleVault) -> None:
    """If the last rows are on the damaged page, no gap in the numbers shows it."""
    losses: set[tuple[bool, bool]] = set()
    for page in range(1, pages_of(sample)):
        found = salvage_without_page(sample, page)
        keys_lost = len(sample.content["keys"]) - len(found.keys)
        history_lost = len(sample.content["history"]) - len(found.history)
        assert found.keys_lost in (None, keys_lost)
        assert (found.history_lost == 0) <= (history_lost == 0)
        losses.add((keys_lost > 0, history_lost > 0))
    assert losses == {(False, False), (True, False), (False, True)}


def test_changes_in_the_log_of_a_killed_program_are_salvaged(killed: SampleVault) -> None:
    flip_byte(killed.folder.database, 1_000)  # on the first page, of which the log has no newer version
    close_repaired(damaged_vault_in(killed.folder).salvage())
    assert table_rows(healthy_content(killed.folder), "keys") == table_rows(killed.content, "keys")


def test_changes_in_a_log_with_a_damaged_header_are_salvaged(killed: SampleVault) -> None:
    flip_byte(killed.folder.write_ahead_log, 0)
    recovered = close_repaired(damaged_vault_in(killed.folder).salvage())
    assert {"vault.db-wal", "vault.saved"} < {path.name for path in recovered.quarantine.iterdir()}
    assert not killed.folder.saved_changes.exists()
    assert table_rows(healthy_content(killed.folder), "keys") == table_rows(killed.content, "keys")


def test_losses_are_unknown_if_the_log_is_missing(killed: SampleVault) -> None:
    killed.folder.write_ahead_log.unlink()
    vault = damaged_vault_in(killed.folder)
    readable = vault.examine().readable
    assert readable is not None
    assert (readable.bad_pages, readable.keys_lost, readable.history_lost) == (0, None, None)
    close_repaired(vault.salvage())
    healthy_content(killed.folder)


def test_a_deleted_key_does_not_come_back(sample: SampleVault) -> None:
    close_repaired(damaged_vault_in(sample.folder).salvage())  # no page is damaged
    assert table_rows(healthy_content(sample.folder), "keys") == table_rows(sample.content, "keys")


def test_a_salvaged_vault_keeps_its_protectors(sample: SampleVault) -> None:
    protectors = sample.folder.protectors.read_bytes()
    flip_byte(sample.folder.database, 5 * PAGE_BYTES + 1)
    close_repaired(damaged_vault_in(sample.folder).salvage())
    assert sample.folder.protectors.read_bytes() == protectors


def test_nothing_can_be_read_from_another_vault(sample: SampleVault) -> None:
    put_another_vault(sample, sample.folder.database)
    readable = damaged_vault_in(sample.folder).examine().readable
    assert readable is not None
    assert readable.bad_pages == readable.pages > 0
    assert (readable.keys, readable.keys_lost) == (0, None)


def test_salvaged_rows_make_a_new_database(sample: SampleVault, tmp_path: Path) -> None:
    found = salvage(sample.folder.database, sample.key)
    assert [entry.action for entry in found.history_entries()[:2]] == [Action.ADDED, Action.ADDED]
    database = tmp_path / "written.db"
    assert write_salvaged(found, database, sample.key, "some id", 1) == len(sample.content["keys"])
    again = salvage(database, sample.key)
    assert again.keys == found.keys
    assert (again.keys_lost, again.history_lost, again.bad_pages) == (0, 0, [])


def test_salvage_can_be_canceled(sample: SampleVault) -> None:
    with pytest.raises(InterruptedError):
        salvage(sample.folder.database, sample.key, is_wanted=lambda: False)
