"""Plans for restores: they undo nothing that the user did on purpose, unless the user asks for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.domain.restore.planning import plan_restore
from tests.domain.restore.vault_model import EVERYTHING, Vault, status, vault_with_one_key
from tests.support.vault_content import Content
from zcc_keys_gui.domain.api_key import Role, Status
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan

# --- a vault and its earlier backup ---


def test_an_unchanged_vault_needs_no_change() -> None:
    vault = vault_with_one_key()
    for options in (RestoreOptions(), RestoreOptions(replace=True), EVERYTHING):
        assert not plan_restore(vault.content(), vault.content(), options).changes_anything


@pytest.mark.parametrize(
    "plan", [RestorePlan(added=1), RestorePlan(changed=1), RestorePlan(deleted=1), RestorePlan(history=1)]
)
def test_a_plan_with_a_key_or_a_history_row_changes_something(plan: RestorePlan) -> None:
    assert plan.changes_anything


def test_a_plan_that_only_leaves_keys_changes_nothing() -> None:
    assert not RestorePlan(left_deleted=1, left_disabled=1, left_secrets=1).changes_anything
    assert RestorePlan() == RestorePlan(0, 0, 0, 0, (), 0, 0, 0, 0)


def test_an_empty_vault_gets_everything() -> None:
    backup = vault_with_one_key()
    for options in (RestoreOptions(), RestoreOptions(replace=True)):
        plan = plan_restore(Content((), ()), backup.content(), options)
        assert Vault().after(plan) == backup.keys
        assert plan.history == tuple(backup.history)


def test_a_deleted_key_stays_deleted_by_default() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.delete("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (vault.after(plan), plan.left_deleted) == ({}, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True))
        assert (vault.after(plan), plan.left_deleted) == (backup.keys, 0)


def test_a_key_that_stays_deleted_is_counted_only_as_deleted() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    vault.regenerate("a")
    vault.delete("a")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (1, 0, 0)


def test_an_edited_key_is_not_counted_as_left() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True))
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (0, 0, 0)


@pytest.mark.parametrize("enable", [False, True])
def test_a_key_that_is_disabled_in_the_backup_too_stays_disabled(enable: bool) -> None:
    vault = vault_with_one_key()
    vault.set_status("a", Status.DISABLED)
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True, disabled=enable))
    assert vault.after(plan)["a"] == backup.keys["a"]
    assert plan.left_disabled == 0


def test_a_disabled_key_stays_disabled_by_default() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.DISABLED, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, disabled=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.ENABLED, 0)


def test_a_newer_secret_stays_valid_by_default() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (vault.after(plan)["a"].verifier, plan.left_secrets) == (vault.keys["a"].verifier, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, secrets=True))
        assert (vault.after(plan)["a"].verifier, plan.left_secrets) == (backup.keys["a"].verifier, 0)


def test_a_disabled_deleted_key_is_restored_disabled() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    vault.delete("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.DISABLED, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True, disabled=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.ENABLED, 0)


def test_a_deleted_key_with_an_old_secret_is_disabled() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    vault.delete("a")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(deleted=True, disabled=True))
    assert (status(vault.after(plan)["a"]), plan.left_secrets) == (Status.DISABLED, 1)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(deleted=True, secrets=True))
    assert (status(vault.after(plan)["a"]), plan.left_secrets) == (Status.ENABLED, 0)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(Action.EDITED, Status.DISABLED)], Status.DISABLED),
        ([(Action.DISABLED, Status.DISABLED), (Action.EDITED, Status.ENABLED)], Status.ENABLED),
        ([(Action.DISABLED, Status.DISABLED), (Action.EDITED, None)], Status.DISABLED),
        ([(Action.EDITED, None)], Status.ENABLED),
    ],
)
def test_the_history_says_whether_a_deleted_key_was_disabled(
    rows: list[tuple[Action, Status | None]], expected: Status
) -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    recorded = [HistoryEntry(vault.clock, "zoe", action, "a", "Keya", "", status) for action, status in rows]
    vault.delete("a")
    present = Content((), (*backup.history, *recorded, replace(vault.history[-1], status=None)))
    (stored,) = plan_restore(present, backup.content(), RestoreOptions(deleted=True)).added
    assert status(stored) is expected


def test_replacing_uses_the_backup_and_merging_the_newer_fields() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    vault.add("b")
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))
    assert (merged["a"].key.fields.role, set(merged)) == (Role.WRITE, {"a", "b"})
    replaced = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True)))
    assert replaced == backup.keys


def test_an_older_vault_gets_everything_newer() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    backup.clock = vault.clock
    backup.edit("a", role=Role.WRITE)
    backup.regenerate("a")
    backup.set_status("a", Status.DISABLED)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert vault.after(plan) == backup.keys
    assert plan.left_secrets == 0


# --- several keys, and the order of changes ---


def test_a_key_that_stays_deleted_does_not_stop_the_others() -> None:
    vault = Vault()
    for client_id in ("a", "b", "c", "d"):
        vault.add(client_id)
    backup = vault.copy()
    vault.delete("a")
    vault.delete("c")
    vault.edit("b", role=Role.WRITE)
    lost = Content((vault.keys["b"],), tuple(vault.history))  # "d" is missing and was never deleted
    for way in (False, True):
        plan = plan_restore(lost, backup.content(), RestoreOptions(replace=way))
        assert [stored.key.client_id for stored in plan.added] == ["d"]
        assert plan.left_deleted == 2


def test_the_counts_are_those_of_all_keys() -> None:
    vault = Vault()
    for client_id in ("a", "b", "c", "d"):
        vault.add(client_id)
    backup = vault.copy()
    for client_id in ("a", "b", "c"):
        vault.set_status(client_id, Status.DISABLED)
        vault.regenerate(client_id)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert (plan.left_disabled, plan.left_secrets) == (3, 3)
    for client_id in ("a", "b", "c", "d"):
        vault.delete(client_id)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(deleted=True))
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (0, 3, 3)


def test_a_pending_secret_is_marked_like_the_valid_one() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    stored = vault.keys["a"]
    vault.keys["a"] = stored._replace(key=replace(stored.key, secret_pending=True))
    kept = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True)))["a"]
    assert (kept.verifier, kept.key.secret_pending) == (stored.verifier, True)
    older = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(secrets=True)))["a"]
    assert (older.verifier, older.key.secret_pending) == (backup.keys["a"].verifier, False)


@pytest.mark.parametrize(("seconds", "role"), [(-1, Role.READ), (0, Role.READ), (1, Role.WRITE)])
def test_the_newer_of_two_changes_wins(seconds: int, role: Role) -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    backup.add("b")  # makes the rows of the two changes differ even if their times are equal
    backup.clock = vault.clock + timedelta(seconds=seconds)
    vault.edit("a", session_validity=7_200)
    backup.edit("a", role=Role.WRITE)
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))["a"]
    assert merged.key.fields.role is role


def test_the_latest_change_wins_after_the_clock_was_set_back() -> None:
    vault = vault_with_one_key()
    backup = vault.copy()
    backup.clock = vault.clock + timedelta(seconds=10)
    backup.edit("a", role=Role.WRITE)
    vault.clock += timedelta(seconds=20)
    vault.edit("a", session_validity=7_200)
    vault.clock -= timedelta(seconds=15)
    vault.edit("a", session_validity=60)
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))["a"]
    assert merged == vault.keys["a"]
