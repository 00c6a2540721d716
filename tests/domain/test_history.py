"""The actions of the history, whose values are stored in vaults."""

from zcc_keys_gui.domain.history import Action, HistoryQuery


def test_the_stored_values_of_actions_never_change() -> None:
    assert [action.value for action in Action] == [
        *("Added", "Edited", "Enabled", "Disabled", "Secret regenerated", "Old secret stopped", "Secret taken"),
        *("Secret closed without copying", "Deleted", "Protection changed", "Vault re-encrypted", "Backed up"),
        *("Restored", "Salvaged"),
    ]


def test_a_query_matches_every_row_by_default() -> None:
    assert HistoryQuery() == ("",)
