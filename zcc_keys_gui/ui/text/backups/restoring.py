"""Everything the program says about what is in a backup, and what restoring it does."""

from pathlib import Path

from zcc_keys_gui.domain.backup import Backup
from zcc_keys_gui.domain.damage import NewVault
from zcc_keys_gui.domain.restore_plan import RestorePlan
from zcc_keys_gui.ui.text.values import PROGRAM, counted, full_time_words, number_words


def contents_words(backup: Backup) -> str:
    """Say what is in a backup."""
    return (
        f"This backup was made {full_time_words(backup.made)} by {PROGRAM} {backup.program}. It holds "
        f"{counted(backup.keys, 'API key')} and {counted(backup.history, 'row')} of history."
    )


def vault_words(backup: Backup, vault_id: str) -> str:
    """Say whose vault's backup it is."""
    return "It is of this vault." if backup.vault_id == vault_id else "It is of another vault."


def plan_words(plan: RestorePlan) -> str:
    """Say what restoring would do."""
    if not plan.changes_anything:
        return f"The vault has all of this already: nothing would change.{_kept_words(plan)}"
    return f"{_numbers(plan)}.{_renamed_words(plan)}{_kept_words(plan)}"


def new_vault_words(backup: Backup, planned: NewVault, *, asks_for_passphrase: bool) -> str:
    """Say what a new vault would have that is made of a backup, and what opens it."""
    plan = planned.plan
    if planned.vault_id is not None:
        return (
            f"{vault_words(backup, planned.vault_id)} The new vault has what can still be read of the damaged one, "
            f"{counted(planned.readable, 'API key')}, and takes from the backup: {_numbers(plan)}."
            f"{_renamed_words(plan)}{_kept_words(plan)}\n\nWhat opens the damaged vault opens the new one."
        )
    opened_by = "A passphrase, which you choose next," if asks_for_passphrase else "This account"
    return (
        f"The new vault has the keys and the history of the backup as they are in it. {opened_by} opens it. What "
        "opened the present one, such as a passphrase or a recovery key, does not."
    )


def restored_words(plan: RestorePlan, aside: Path | None) -> str:
    """Say what restoring did; `aside` is where the replaced vault is kept."""
    words = f"{_numbers(plan)}.{_renamed_words(plan)}{_kept_words(plan)}"
    return (
        words if aside is None else f"{words}\n\nThe vault as it was before is kept, until you delete it, in:\n{aside}"
    )


def _numbers(plan: RestorePlan) -> str:
    return (
        f"{counted(plan.added, 'key')} added, {plan.changed} changed, {plan.deleted} deleted; "
        f"{counted(plan.history, 'row')} of history added"
    )


def _renamed_words(plan: RestorePlan) -> str:
    if not plan.renamed:
        return ""
    shown = ", ".join(f"{name} becomes {new}" for name, new in plan.first_renamed)
    more = plan.renamed - len(plan.first_renamed)
    return f" Names that another key has: {shown}{f' and {number_words(more)} more' if more else ''}."


def _kept_words(plan: RestorePlan) -> str:
    kept = []
    if plan.left_deleted:
        kept.append(f"{counted(plan.left_deleted, 'deleted key')} not brought back")
    if plan.left_disabled:
        kept.append(f"{counted(plan.left_disabled, 'key')} left disabled")
    if plan.left_secrets:
        kept.append(f"{counted(plan.left_secrets, 'older secret')} not made valid")
    return f" As it is now: {', '.join(kept)}." if kept else ""
