"""Plans for restores after random changes, with random clocks."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.restore.planning import plan_restore
from tests.domain.restore.vault_model import Vault, status
from tests.support.vault_content import Content
from zcc_keys_gui.domain.api_key import Status, find_name_problem
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.restore_plan import RestoreOptions

steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "delete", "disable", "enable", "regenerate", "rename", "clock"]),
        st.integers(0, 4),
        st.integers(-1_000, 1_000),
    ),
    max_size=12,
)


def do(vault: Vault, prefix: str, changes: list[tuple[str, int, int]]) -> None:
    """Do the steps that are possible. No client ID is used twice."""
    for act, number, seconds in changes:
        present = sorted(vault.keys)
        chosen = present[number % len(present)] if present else None
        if act == "clock":
            vault.clock += timedelta(seconds=seconds)
        elif act == "add":
            name = f"Key{number}"
            if name not in {stored.key.name for stored in vault.keys.values()}:
                vault.add(f"{prefix}{len(vault.history)}", name)
        elif chosen is None:
            continue
        elif act == "delete":
            vault.delete(chosen)
        elif act in ("disable", "enable"):
            vault.set_status(chosen, Status.DISABLED if act == "disable" else Status.ENABLED)
        elif act == "regenerate":
            vault.regenerate(chosen)
        else:
            vault.edit(chosen, name=f"Renamed{prefix}{len(vault.history)}")


@given(steps, steps, st.booleans())
def test_a_restore_undoes_nothing_without_being_asked(
    before: list[tuple[str, int, int]], since: list[tuple[str, int, int]], replaces: bool
) -> None:
    vault = Vault()
    do(vault, "a", before)
    backup = vault.copy()
    backup.clock = vault.clock
    do(vault, "b", since)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=replaces))
    after = vault.after(plan)
    deleted = {entry.client_id for entry in vault.history if entry.action is Action.DELETED}
    assert not deleted & after.keys()
    for client_id in after.keys() & vault.keys.keys():
        assert after[client_id].verifier == vault.keys[client_id].verifier
        assert not (status(vault.keys[client_id]) is Status.DISABLED and status(after[client_id]) is Status.ENABLED)
    if not replaces:
        assert after == vault.keys
    last = {stored.key.client_id: stored for stored in vault.deleted_keys}
    restored = vault.after(
        plan_restore(vault.content(), backup.content(), RestoreOptions(replace=replaces, deleted=True))
    )
    for client_id in restored.keys() & last.keys():
        if status(restored[client_id]) is Status.ENABLED:
            assert restored[client_id].verifier == last[client_id].verifier
            assert status(last[client_id]) is Status.ENABLED


@given(steps, steps, steps, st.builds(RestoreOptions, st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_two_vaults_that_diverged_are_merged(
    before: list[tuple[str, int, int]],
    here: list[tuple[str, int, int]],
    there: list[tuple[str, int, int]],
    options: RestoreOptions,
) -> None:
    vault = Vault()
    do(vault, "a", before)
    backup = vault.copy()
    backup.clock = vault.clock
    do(vault, "b", here)
    do(backup, "c", there)
    plan = plan_restore(vault.content(), backup.content(), options)
    after = vault.after(plan)
    names = [stored.key.name for stored in after.values()]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(find_name_problem(name) is None for name in names)
    assert after.keys() <= vault.keys.keys() | backup.keys.keys()
    if not options.replace:
        assert vault.keys.keys() <= after.keys()
    if options.deleted:
        assert backup.keys.keys() <= after.keys()
    for client_id in after.keys() & vault.keys.keys():
        if status(vault.keys[client_id]) is Status.DISABLED and not options.disabled:
            assert status(after[client_id]) is Status.DISABLED
    known = set(vault.history)
    assert set(plan.history) == {entry for entry in backup.history if entry not in known}
    again = plan_restore(
        Content(tuple(after.values()), (*vault.history, *plan.history)), backup.content(), RestoreOptions()
    )
    assert again.history == ()
    assert again.deleted == ()
