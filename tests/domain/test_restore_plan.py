"""What restoring would do: nothing that was taken away for good reason comes back unasked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.planned import Planned, plan_restore
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status, name_problem
from zcc_keys_gui.domain.backup import Content, StoredKey
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions, RestorePlan

START = datetime(2026, 11, 12, tzinfo=UTC)
EVERYTHING = RestoreOptions(deleted=True, disabled=True, secrets=True)


class Vault:
    """A vault in memory, whose clock is set by the test."""

    def __init__(self, keys: dict[str, StoredKey] | None = None, history: tuple[HistoryEntry, ...] = ()) -> None:
        self.keys = dict(keys or {})
        self.gone: list[StoredKey] = []
        self.history = list(history)
        self.clock = START

    def copy(self) -> "Vault":
        return Vault(self.keys, tuple(self.history))

    def content(self) -> Content:
        return Content(tuple(self.keys.values()), tuple(self.history))

    def after(self, plan: Planned) -> dict[str, StoredKey]:
        gone = {key.client_id for key in plan.deleted}
        there = {client_id: stored for client_id, stored in self.keys.items() if client_id not in gone}
        return there | {stored.key.client_id: stored for stored in (*plan.changed, *plan.added)}

    def add(self, client_id: str, name: str | None = None) -> None:
        fields = KeyFields(name or f"Key{client_id}", Status.ENABLED, Role.READ, 3_600)
        self.keys[client_id] = StoredKey(ApiKey(client_id, fields, self.clock, False), self._secret(client_id))
        self._record(Action.ADDED, client_id)

    def edit(self, client_id: str, **fields: object) -> None:
        stored = self.keys[client_id]
        changed = replace(stored.key.fields, **fields)  # type: ignore[arg-type]
        self.keys[client_id] = replace(stored, key=replace(stored.key, fields=changed))
        self._record(Action.EDITED, client_id)

    def set_status(self, client_id: str, status: Status) -> None:
        self.edit(client_id, status=status)
        self._record(Action.ENABLED if status is Status.ENABLED else Action.DISABLED, client_id)

    def regenerate(self, client_id: str) -> None:
        self.keys[client_id] = replace(self.keys[client_id], verifier=self._secret(client_id))
        self._record(Action.SECRET_REGENERATED, client_id)

    def delete(self, client_id: str) -> None:
        self._record(Action.DELETED, client_id)
        self.gone.append(self.keys.pop(client_id))

    def _secret(self, client_id: str) -> bytes:
        return f"{client_id} {len(self.history)} {self.clock.isoformat()}".encode().ljust(40)[-32:]

    def _record(self, action: Action, client_id: str) -> None:
        # One row of two that are told apart, as the details of real ones tell them.
        name = self.keys[client_id].key.name
        told = self.keys[client_id].key.fields.status
        self.history.append(HistoryEntry(self.clock, "zoe", action, client_id, name, str(len(self.history)), told))
        self.clock += timedelta(seconds=1)


def of_one_key() -> Vault:
    vault = Vault()
    vault.add("a")
    return vault


def status(stored: StoredKey) -> Status:
    return stored.key.fields.status


# --- a vault and its own earlier backup -------------------------------------------------------------------


def test_of_an_unchanged_vault_there_is_nothing_to_do() -> None:
    vault = of_one_key()
    for options in (RestoreOptions(), RestoreOptions(replace=True), EVERYTHING):
        assert not plan_restore(vault.content(), vault.content(), options).changes_anything


@pytest.mark.parametrize(
    "plan", [RestorePlan(added=1), RestorePlan(changed=1), RestorePlan(deleted=1), RestorePlan(history=1)]
)
def test_a_plan_with_a_key_or_a_history_row_changes_something(plan: RestorePlan) -> None:
    assert plan.changes_anything


def test_a_plan_that_only_leaves_keys_as_they_are_changes_nothing() -> None:
    assert not RestorePlan(left_deleted=1, left_disabled=1, left_secrets=1).changes_anything
    assert RestorePlan() == RestorePlan(0, 0, 0, 0, (), 0, 0, 0, 0)


def test_an_empty_vault_gets_all() -> None:
    backup = of_one_key()
    for options in (RestoreOptions(), RestoreOptions(replace=True)):
        plan = plan_restore(Content((), ()), backup.content(), options)
        assert Vault().after(plan) == backup.keys
        assert plan.history == tuple(backup.history)


def test_a_deleted_key_stays_deleted_unasked() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.delete("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (vault.after(plan), plan.left_deleted) == ({}, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True))
        assert (vault.after(plan), plan.left_deleted) == (backup.keys, 0)


def test_a_key_that_stays_deleted_is_counted_only_as_deleted() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    vault.regenerate("a")
    vault.delete("a")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (1, 0, 0)


def test_an_edited_key_is_not_counted_as_left_disabled_or_with_its_newer_secret() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True))
    assert (plan.left_deleted, plan.left_disabled, plan.left_secrets) == (0, 0, 0)


@pytest.mark.parametrize("enable", [False, True])
def test_a_key_that_is_disabled_in_the_backup_too_stays_disabled(enable: bool) -> None:
    vault = of_one_key()
    vault.set_status("a", Status.DISABLED)
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True, disabled=enable))
    assert vault.after(plan)["a"] == backup.keys["a"]
    assert plan.left_disabled == 0


def test_a_disabled_key_stays_disabled_unasked() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.DISABLED, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, disabled=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.ENABLED, 0)


def test_a_newer_secret_stays_valid_unasked() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
        assert (vault.after(plan)["a"].verifier, plan.left_secrets) == (vault.keys["a"].verifier, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, secrets=True))
        assert (vault.after(plan)["a"].verifier, plan.left_secrets) == (backup.keys["a"].verifier, 0)


def test_a_key_that_was_disabled_and_then_deleted_comes_back_disabled_unasked() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.set_status("a", Status.DISABLED)
    vault.delete("a")
    for way in (False, True):
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.DISABLED, 1)
        plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True, disabled=True))
        assert (status(vault.after(plan)["a"]), plan.left_disabled) == (Status.ENABLED, 0)


def test_a_key_whose_secret_was_replaced_before_it_was_deleted_comes_back_disabled_unasked() -> None:
    vault = of_one_key()
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
def test_the_history_tells_whether_a_deleted_key_was_disabled(
    rows: list[tuple[Action, Status | None]], expected: Status
) -> None:
    vault = of_one_key()
    backup = vault.copy()
    told = [HistoryEntry(vault.clock, "zoe", action, "a", "Keya", "", status) for action, status in rows]
    vault.delete("a")
    present = Content((), (*backup.history, *told, replace(vault.history[-1], status=None)))
    (stored,) = plan_restore(present, backup.content(), RestoreOptions(deleted=True)).added
    assert status(stored) is expected


def test_replacing_takes_the_fields_of_the_backup_and_merging_those_of_later() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.edit("a", role=Role.WRITE)
    vault.add("b")
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))
    assert (merged["a"].key.fields.role, set(merged)) == (Role.WRITE, {"a", "b"})
    replaced = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True)))
    assert replaced == backup.keys


def test_an_older_vault_takes_all_that_the_backup_has_later() -> None:
    vault = of_one_key()
    backup = vault.copy()
    backup.clock = vault.clock
    backup.edit("a", role=Role.WRITE)
    backup.regenerate("a")
    backup.set_status("a", Status.DISABLED)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert vault.after(plan) == backup.keys
    assert plan.left_secrets == 0


# --- several keys, and the order in which things were done ------------------------------------------------


def test_a_key_that_stays_deleted_does_not_keep_the_others_from_being_restored() -> None:
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


def test_a_key_whose_secret_was_not_copied_yet_is_marked_as_the_valid_secret_was() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    stored = vault.keys["a"]
    vault.keys["a"] = replace(stored, key=replace(stored.key, secret_pending=True))
    kept = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(replace=True)))["a"]
    assert (kept.verifier, kept.key.secret_pending) == (stored.verifier, True)
    older = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(secrets=True)))["a"]
    assert (older.verifier, older.key.secret_pending) == (backup.keys["a"].verifier, False)


@pytest.mark.parametrize(("seconds", "role"), [(-1, Role.READ), (0, Role.READ), (1, Role.WRITE)])
def test_of_a_key_that_both_changed_the_later_change_counts_and_at_the_same_time_the_vaults(
    seconds: int, role: Role
) -> None:
    vault = of_one_key()
    backup = vault.copy()
    backup.add("b")  # so that the rows of the two changes differ even if their times do not
    backup.clock = vault.clock + timedelta(seconds=seconds)
    vault.edit("a", session_validity=7_200)
    backup.edit("a", role=Role.WRITE)
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))["a"]
    assert merged.key.fields.role is role


def test_the_latest_change_counts_even_if_the_clock_was_set_back_after_it() -> None:
    vault = of_one_key()
    backup = vault.copy()
    backup.clock = vault.clock + timedelta(seconds=10)
    backup.edit("a", role=Role.WRITE)
    vault.clock += timedelta(seconds=20)
    vault.edit("a", session_validity=7_200)
    vault.clock -= timedelta(seconds=15)
    vault.edit("a", session_validity=60)
    merged = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions()))["a"]
    assert merged == vault.keys["a"]


# --- names ------------------------------------------------------------------------------------------------


def test_a_name_that_another_key_has_gets_a_number_and_that_is_said() -> None:
    vault, backup = Vault(), Vault()
    vault.add("a", "ProdSync")
    vault.add("b", "Prodsync2")
    backup.add("c", "PRODSYNC")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    assert plan.renamed == (("PRODSYNC", "PRODSYNC3"),)
    assert [stored.key.name for stored in plan.added] == ["PRODSYNC3"]


def test_a_name_of_full_length_is_cut_for_its_number() -> None:
    vault, backup = Vault(), Vault()
    vault.add("a", "x" * 50)
    backup.add("b", "x" * 50)
    ((_, name),) = plan_restore(vault.content(), backup.content(), RestoreOptions()).renamed
    assert name == "x" * 49 + "2"


def test_two_names_that_are_alike_once_they_are_cut_get_different_numbers() -> None:
    vault, backup = Vault(), Vault()
    for ending in ("y", "z"):
        vault.add(f"here {ending}", "x" * 49 + ending)
        backup.add(f"there {ending}", "x" * 49 + ending)
    renamed = plan_restore(vault.content(), backup.content(), RestoreOptions()).renamed
    assert [name for _, name in renamed] == ["x" * 49 + "2", "x" * 49 + "3"]


def test_keys_that_stay_keep_their_names_before_those_that_change_and_those_before_new_ones() -> None:
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


def test_a_new_key_does_not_get_the_name_that_a_changed_key_keeps() -> None:
    vault = of_one_key()
    backup = vault.copy()
    vault.regenerate("a")
    vault.edit("a", name="Shared")
    backup.add("b", "SHARED")
    after = vault.after(plan_restore(vault.content(), backup.content(), RestoreOptions(secrets=True)))
    assert after["a"].verifier == backup.keys["a"].verifier
    assert {client_id: stored.key.name for client_id, stored in after.items()} == {"a": "Shared", "b": "SHARED2"}


def test_ten_thousand_names_that_are_taken_take_no_time() -> None:
    vault, backup = Vault(), Vault()
    for number in range(10_000):
        vault.add(f"a{number}", f"Key{number}")
        backup.add(f"b{number}", f"Key{number}")
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions())
    names = [stored.key.name.casefold() for stored in vault.after(plan).values()]
    assert plan.numbers.renamed == 10_000
    assert len(plan.renamed) == 5
    assert len(set(names)) == 20_000


# --- whatever was done, and whatever the clock said -------------------------------------------------------

acts = st.lists(
    st.tuples(
        st.sampled_from(["add", "delete", "disable", "enable", "regenerate", "rename", "clock"]),
        st.integers(0, 4),
        st.integers(-1_000, 1_000),
    ),
    max_size=12,
)


def do(vault: Vault, whose: str, steps: list[tuple[str, int, int]]) -> None:
    """Do what can be done; client IDs are never used twice."""
    for act, number, seconds in steps:
        present = sorted(vault.keys)
        chosen = present[number % len(present)] if present else None
        if act == "clock":
            vault.clock += timedelta(seconds=seconds)
        elif act == "add":
            name = f"Key{number}"
            if name not in {stored.key.name for stored in vault.keys.values()}:
                vault.add(f"{whose}{len(vault.history)}", name)
        elif chosen is None:
            continue
        elif act == "delete":
            vault.delete(chosen)
        elif act in ("disable", "enable"):
            vault.set_status(chosen, Status.DISABLED if act == "disable" else Status.ENABLED)
        elif act == "regenerate":
            vault.regenerate(chosen)
        else:
            vault.edit(chosen, name=f"Renamed{whose}{len(vault.history)}")


@given(acts, acts, st.booleans())
def test_unasked_nothing_is_undone_that_was_done_since(
    before: list[tuple[str, int, int]], since: list[tuple[str, int, int]], way: bool
) -> None:
    vault = Vault()
    do(vault, "a", before)
    backup = vault.copy()
    backup.clock = vault.clock
    do(vault, "b", since)
    plan = plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way))
    after = vault.after(plan)
    deleted = {entry.client_id for entry in vault.history if entry.action is Action.DELETED}
    assert not deleted & after.keys()
    for client_id in after.keys() & vault.keys.keys():
        assert after[client_id].verifier == vault.keys[client_id].verifier
        assert not (status(vault.keys[client_id]) is Status.DISABLED and status(after[client_id]) is Status.ENABLED)
    if not way:
        assert after == vault.keys
    last = {stored.key.client_id: stored for stored in vault.gone}
    brought_back = vault.after(
        plan_restore(vault.content(), backup.content(), RestoreOptions(replace=way, deleted=True))
    )
    for client_id in brought_back.keys() & last.keys():
        if status(brought_back[client_id]) is Status.ENABLED:
            assert brought_back[client_id].verifier == last[client_id].verifier
            assert status(last[client_id]) is Status.ENABLED


@given(acts, acts, acts, st.builds(RestoreOptions, st.booleans(), st.booleans(), st.booleans(), st.booleans()))
def test_of_two_vaults_that_went_apart(
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
    assert all(name_problem(name) is None for name in names)
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
