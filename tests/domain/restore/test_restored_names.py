"""The names of restored keys, if other keys already have them."""

from tests.domain.restore.planning import plan_restore
from tests.domain.restore.vault_model import Vault, vault_with_one_key
from zcc_keys_gui.domain.restore_plan import RestoreOptions


def test_a_name_that_another_key_has_gets_a_number() -> None:
    vault, backup = Vault(), Vault()
    vault.add("a", "ProdSync")
    vault.add("b", "Prodsync2")
    backup.add("c", "PRODSYNC")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert plan.renamed == (("PRODSYNC", "PRODSYNC3"),)
    assert [stored.key.name for stored in plan.added] == ["PRODSYNC3"]


def test_a_long_name_is_shortened_for_its_number() -> None:
    vault, backup = Vault(), Vault()
    vault.add("a", "x" * 50)
    backup.add("b", "x" * 50)
    ((_, name),) = plan_restore(vault.content(), backup.content(), RestoreOptions()).renamed
    assert name == "x" * 49 + "2"


def test_names_that_are_equal_when_shortened_differ() -> None:
    vault, backup = Vault(), Vault()
    for ending in ("y", "z"):
        vault.add(f"here {ending}", "x" * 49 + ending)
        backup.add(f"there {ending}", "x" * 49 + ending)
    renamed = plan_restore(vault.content(), backup.content(), RestoreOptions()).renamed
    assert [name for _, name in renamed] == ["x" * 49 + "2", "x" * 49 + "3"]


def test_unchanged_keys_keep_their_names_first() -> None:
    vault = Vault()
    vault.add("b", "Old")
    backup = vault.copy()
    backup.clock = vault.clock
    vault.add("c", "Stays")
    vault.add("d", "Changes")
    backup.add("a", "Changes")
    backup.edit("b", name="Stays")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    names = {client_id: stored.key.name for client_id, stored in vault.after(plan).items()}
    assert names == {"a": "Changes2", "b": "Stays2", "c": "Stays", "d": "Changes"}
    assert plan.renamed == (("Stays", "Stays2"), ("Changes", "Changes2"))


def test_a_new_key_gets_no_name_that_a_changed_key_keeps() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    vault.edit("a", name="Shared")
    backup.add("b", "SHARED")
    after = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(secrets=True)))
    assert after["a"].verifier == backup.keys["a"].verifier
    assert {client_id: stored.key.name for client_id, stored in after.items()} == {"a": "Shared", "b": "SHARED2"}


def test_10000_taken_names_are_numbered_quickly() -> None:
    vault, backup = Vault(), Vault()
    for number in range(10_000):
        vault.add(f"a{number}", f"Key{number}")
        backup.add(f"b{number}", f"Key{number}")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    names = [stored.key.name.casefold() for stored in vault.after(plan).values()]
    assert plan.numbers.renamed == 10_000
    assert len(plan.renamed) == 5
    assert len(set(names)) == 20_000
