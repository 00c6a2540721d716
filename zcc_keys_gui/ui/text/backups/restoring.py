"""The texts of the dialogs that open and restore a backup."""

from pathlib import Path

from zcc_keys_gui.domain.backup import Backup
from zcc_keys_gui.domain.damage import NewVault
from zcc_keys_gui.domain.restore_plan import RestorePlan
from zcc_keys_gui.ui.text.values import PROGRAM, Plural, format_full_time, format_names, format_number

TITLE = "Restore from backup"
WORKING = "Working on the vault"
RESTORE_BACKUP = "&Restore from a backup…"

OPEN_BACKUP = "&Open backup"
ENTER_PASSPHRASE = "Enter the passphrase that was chosen for this backup. Nothing is changed yet.\n\n{path}"

CONTENTS = "Made {time} with {program} {version}.\nAPI keys: {keys}\nHistory entries: {history}"
OF_THIS_VAULT = "This is a backup of this vault."
OF_ANOTHER_VAULT = "This is a backup of another vault."

MERGE = "&Merge: keep your keys, and add the keys in the backup"
MERGE_HINT = "If a key is in both, the newer version wins."
REPLACE = "&Replace: keep only the keys in the backup"
REPLACE_HINT = "Keys that are not in the backup are deleted. The current vault is quarantined until you delete it."
UNDO_CHANGES = "Undo changes that were made since the backup"
UNDO_DELETED = "Bring back &deleted keys ({number})"
UNDO_DISABLED = "&Enable keys that were disabled ({number})"
UNDO_NEW_SECRETS = "Make &old client secrets valid again, instead of the current ones ({number})"
RESTORE = "Re&store"

NOTHING_TO_RESTORE = "Your vault already contains everything in this backup."
PLANNED = "Keys: {added} to add, {changed} to change, {deleted} to delete. History entries: {history} to add."
DONE = "Keys: {added} added, {changed} changed, {deleted} deleted. History entries: {history} added."
RENAMED = "These names are already in use, so the keys in the backup get new names: {names}."
RENAMED_KEY = "{name} becomes {new_name}"
STAYS_DELETED = Plural("{number} deleted key stays deleted.", "{number} deleted keys stay deleted.")
STAYS_DISABLED = Plural("{number} key stays disabled.", "{number} keys stay disabled.")
KEEPS_SECRET = Plural(
    "{number} key keeps its current client secret.", "{number} keys keep their current client secrets."
)
RESTORED = "The backup was restored."
QUARANTINED = "The previous vault is quarantined until you delete it, in:\n{folder}"

CREATE_VAULT = "&Create new vault"
CURRENT_FILES_KEPT = (
    "The current files are not deleted. They are quarantined in a folder next to the vault until you delete them."
)
READABLE_KEYS_KEPT = Plural(
    "The new vault gets the {number} API key that can be read from the damaged one. Then the backup is restored to it.",
    "The new vault gets the {number} API keys that can be read from the damaged one. Then the backup is restored to "
    "it.",
)
SAME_WAYS_TO_UNLOCK = "You unlock the new vault in the same way as the damaged one."
NEW_VAULT_WITH_PASSPHRASE = (
    "The new vault gets the keys and the history in the backup. In the next step, you choose a passphrase for it. The "
    "passphrase and the recovery key of the current vault do not unlock the new one."
)
NEW_VAULT_FOR_ACCOUNT = (
    "The new vault gets the keys and the history in the backup. This account unlocks it. The passphrase and the "
    "recovery key of the current vault do not unlock the new one."
)
CHOOSE_PASSPHRASE = (
    "Choose a passphrase for the new vault. You will need it each time you start the program. If you forget it, the "
    "keys are lost."
)


def describe_contents(backup: Backup) -> str:
    """Say what is in a backup, in three lines."""
    return CONTENTS.format(
        time=format_full_time(backup.made),
        program=PROGRAM,
        version=backup.program,
        keys=format_number(backup.keys),
        history=format_number(backup.history),
    )


def describe_source(backup: Backup, vault_id: str) -> str:
    """Say whether a backup was made of this vault."""
    return OF_THIS_VAULT if backup.vault_id == vault_id else OF_ANOTHER_VAULT


def describe_plan(plan: RestorePlan) -> str:
    """Say what restoring would do."""
    if not plan.changes_anything:
        return " ".join([NOTHING_TO_RESTORE, *_describe_unchanged(plan)])
    return " ".join([_fill_numbers(PLANNED, plan), *_describe_details(plan)])


def describe_new_vault(backup: Backup, planned: NewVault, *, asks_for_passphrase: bool) -> str:
    """Say what a new vault from a backup would contain, and how it is unlocked."""
    if planned.vault_id is None:
        return NEW_VAULT_WITH_PASSPHRASE if asks_for_passphrase else NEW_VAULT_FOR_ACCOUNT
    sentences = [
        describe_source(backup, planned.vault_id),
        READABLE_KEYS_KEPT.of(planned.readable),
        _fill_numbers(PLANNED, planned.plan),
        *_describe_details(planned.plan),
    ]
    return f"{' '.join(sentences)}\n\n{SAME_WAYS_TO_UNLOCK}"


def describe_restored(plan: RestorePlan, quarantine: Path | None) -> str:
    """Say what restoring did; `quarantine` is the folder with the vault that was replaced, if it was."""
    done = " ".join([_fill_numbers(DONE, plan), *_describe_details(plan)])
    return done if quarantine is None else f"{done}\n\n{QUARANTINED.format(folder=quarantine)}"


def _fill_numbers(text: str, plan: RestorePlan) -> str:
    return text.format(
        added=format_number(plan.added),
        changed=format_number(plan.changed),
        deleted=format_number(plan.deleted),
        history=format_number(plan.history),
    )


def _describe_details(plan: RestorePlan) -> list[str]:
    """Return the sentences about renamed keys, and about what does not change."""
    if not plan.renamed:
        return _describe_unchanged(plan)
    names = [RENAMED_KEY.format(name=name, new_name=new_name) for name, new_name in plan.first_renamed]
    return [RENAMED.format(names=format_names(names, plan.renamed)), *_describe_unchanged(plan)]


def _describe_unchanged(plan: RestorePlan) -> list[str]:
    numbers = (
        (STAYS_DELETED, plan.left_deleted),
        (STAYS_DISABLED, plan.left_disabled),
        (KEEPS_SECRET, plan.left_secrets),
    )
    return [text.of(number) for text, number in numbers if number]
