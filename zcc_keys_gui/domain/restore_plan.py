"""What restoring a backup would do to a vault, worked out before anything is changed.

Two ways: *replace*, after which the vault has the keys of the backup, and *merge*, after which it has those of both,
each as the one of the two had it that was changed last. Unasked, neither brings back what was taken away for good
reason since the backup was made: a key that was deleted, a key that was disabled, a secret that was replaced. A deleted
key that is asked for comes back disabled where it had been disabled, or its secret replaced, and that is not asked for.

What was done since is told by history rows that only one of the two has, and by their times only where each has some:
a clock that was set back changes nothing then.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from zcc_keys_gui.domain.api_key import ApiKey, Status
from zcc_keys_gui.domain.backup import Content, StoredKey
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.key_name import MAX_LENGTH

_ALL = frozenset(Action)
_NEW_SECRET = frozenset((Action.ADDED, Action.SECRET_REGENERATED))
_DELETED = frozenset((Action.DELETED,))
# How a row's details tell the status of its key: `Disabled, Read, …`, or `Name: … → …; Status: … → Disabled`.
_STATUS_TOLD = re.compile(r"^(Enabled|Disabled),|(?:^|; )Status: \w+ → (Enabled|Disabled)")


@dataclass(frozen=True)
class Wish:
    """What a person wants of a restore."""

    replace: bool = False
    """Replace the vault's keys; else merge by client ID."""
    deleted: bool = False
    """Bring back keys that were deleted since."""
    disabled: bool = False
    """Enable keys that are disabled now."""
    secrets: bool = False
    """Let older secrets, which were replaced since, be valid again."""


@dataclass(frozen=True)
class RestorePlan:
    """What is to be done, and what is left as it is."""

    added: tuple[StoredKey, ...]
    changed: tuple[StoredKey, ...]
    deleted: tuple[ApiKey, ...]
    """Keys of the vault that the backup does not have, where it replaces them."""
    renamed: tuple[tuple[str, str], ...]
    """Names that another key has, and what they become."""
    history: tuple[HistoryEntry, ...]
    """Rows of the backup that the vault does not have."""
    left_deleted: int
    """Keys of the backup that were deleted since, and stay so."""
    left_disabled: int
    """Keys that are enabled in the backup, were disabled since, and stay so."""
    left_secrets: int
    """Keys whose secret was replaced since, and of which the older one does not become valid."""

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.changed or self.deleted or self.history)


def plan_restore(present: Content, backup: Content, wish: Wish) -> RestorePlan:
    """Return what `wish` means for a vault with the content `present`."""
    here, there = _by_client_id(present.keys), _by_client_id(backup.keys)
    only_here, only_there = _missing(backup.history, present.history), _missing(present.history, backup.history)
    changed_later = _later(only_there, only_here, _ALL)
    secret_later = _later(only_there, only_here, _NEW_SECRET)
    deleted_since = _last(only_here, _DELETED)
    disabled_since = _disabled(only_here)
    secret_since = _later(only_here, only_there, _NEW_SECRET)
    result = {} if wish.replace else dict(here)
    left_deleted = left_disabled = left_secrets = 0
    for client_id, old in there.items():
        now = here.get(client_id)
        if now is None:
            if client_id in deleted_since and not wish.deleted:
                left_deleted += 1
                continue
            result[client_id] = old
            if old.key.fields.status is Status.ENABLED:
                stays_disabled = client_id in disabled_since and not wish.disabled
                is_older = client_id in secret_since and not wish.secrets
                left_disabled += stays_disabled
                left_secrets += is_older
                if stays_disabled or is_older:
                    result[client_id] = _with_status(old, Status.DISABLED)
            continue
        restored = old if wish.replace or client_id in changed_later else now
        if old.verifier != now.verifier:
            is_older = client_id not in secret_later
            left_secrets += is_older and not wish.secrets
            valid = now if is_older and not wish.secrets else old
            restored = StoredKey(replace(restored.key, secret_pending=valid.key.secret_pending), valid.verifier)
        if now.key.fields.status is Status.DISABLED and old.key.fields.status is Status.ENABLED:
            left_disabled += not wish.disabled
            restored = _with_status(restored, Status.ENABLED if wish.disabled else Status.DISABLED)
        result[client_id] = restored
    result, renamed = _with_names_of_their_own(result, here)
    return RestorePlan(
        added=tuple(key for client_id, key in result.items() if client_id not in here),
        changed=tuple(key for client_id, key in result.items() if client_id in here and here[client_id] != key),
        deleted=tuple(stored.key for client_id, stored in here.items() if client_id not in result),
        renamed=renamed,
        history=only_there,
        left_deleted=left_deleted,
        left_disabled=left_disabled,
        left_secrets=left_secrets,
    )


def _by_client_id(keys: Iterable[StoredKey]) -> dict[str, StoredKey]:
    return {stored.key.client_id: stored for stored in keys}


def _missing(among: Iterable[HistoryEntry], rows: Iterable[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Return those of `rows` that are not `among` the others."""
    others = set(among)
    return tuple(entry for entry in rows if entry not in others)


def _last(history: Iterable[HistoryEntry], actions: frozenset[Action]) -> dict[str, datetime]:
    """Return when one of these actions was last done to each key."""
    last: dict[str, datetime] = {}
    for entry in history:
        if entry.action in actions:
            last[entry.client_id] = max(entry.when, last.get(entry.client_id, entry.when))
    return last


def _disabled(history: Iterable[HistoryEntry]) -> set[str]:
    """Return the client IDs of the keys that were disabled when the history last told of their status."""
    disabled: dict[str, bool] = {}
    for entry in history:
        if entry.action in (Action.ENABLED, Action.DISABLED):
            disabled[entry.client_id] = entry.action is Action.DISABLED
        elif told := _STATUS_TOLD.search(entry.details):
            disabled[entry.client_id] = Status.DISABLED in told.groups()
    return {client_id for client_id, is_disabled in disabled.items() if is_disabled}


def _later(one: Iterable[HistoryEntry], other: Iterable[HistoryEntry], actions: frozenset[Action]) -> set[str]:
    """Return the client IDs of the keys to which one of these actions was done in the `one` later than in the other."""
    last, others = _last(one, actions), _last(other, actions)
    return {client_id for client_id, when in last.items() if client_id not in others or when > others[client_id]}


def _with_status(stored: StoredKey, status: Status) -> StoredKey:
    return replace(stored, key=replace(stored.key, fields=replace(stored.key.fields, status=status)))


def _with_names_of_their_own(
    keys: Mapping[str, StoredKey], here: Mapping[str, StoredKey]
) -> tuple[dict[str, StoredKey], tuple[tuple[str, str], ...]]:
    """Give a number to the names of which there would be two, whatever the case.

    Keys that stay as they are keep theirs before those that change, and those before new ones.
    """

    def turn(client_id: str) -> int:
        return 2 if client_id not in here else 1 if here[client_id] != keys[client_id] else 0

    taken = {stored.key.name.casefold() for stored in keys.values()}
    met: set[str] = set()
    result = dict(keys)
    renamed = []
    for client_id in sorted(keys, key=turn):
        stored = keys[client_id]
        name = stored.key.name
        if name.casefold() in met:
            numbered = (f"{name[: MAX_LENGTH - len(str(number))]}{number}" for number in count(2))
            name = next(each for each in numbered if each.casefold() not in taken)
            taken.add(name.casefold())
            renamed.append((stored.key.name, name))
            result[client_id] = replace(stored, key=replace(stored.key, fields=replace(stored.key.fields, name=name)))
        met.add(name.casefold())
    return result, tuple(renamed)
