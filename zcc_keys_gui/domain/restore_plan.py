"""Decides key by key what restoring a backup would do to a vault, before anything is changed.

There are two ways: *replace*, after which the vault has the keys of the backup, and *merge*, after which it has the
keys of both, each in the newer version. Neither undoes by itself what the user did on purpose since the backup was
made: deleting a key, disabling it, replacing its secret. If the user asks for deleted keys, keys that had been disabled
or whose secret had been replaced come back disabled, unless the user asks for that as well.

Rows that only one of the two histories contains show what was done since. Their times matter only if each of the two
has such rows, so a clock that was set back changes nothing otherwise.
"""

from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import MAX_NAME_LENGTH, Status
from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.history import Action

NEW_SECRET = frozenset((Action.ADDED, Action.SECRET_REGENERATED))
"""Actions that give a key a new secret."""
RENAMED_SHOWN = 5
"""How many renamed keys a plan names."""


class RestoreOptions(NamedTuple):
    """The user's choices for a restore."""

    replace: bool = False
    """Replace the vault's keys; otherwise merge by client ID."""
    deleted: bool = False
    """Restore keys that were deleted since the backup."""
    disabled: bool = False
    """Enable keys that are disabled now."""
    secrets: bool = False
    """Make older secrets valid again that were replaced since the backup."""


class Since(NamedTuple):
    """What the rows that only one of the two histories contains say about one key."""

    changed: datetime | None = None
    """When the key was last changed; None if it was not."""
    new_secret: datetime | None = None
    """When it last got a new secret; None if it did not."""
    is_deleted: bool = False
    status: Status | None = None
    """Its status in the last of these rows that has one."""


class Decision(NamedTuple):
    """The result for one key of the backup."""

    key: StoredKey | None
    """The key as it will be in the vault; None if it stays deleted."""
    left_deleted: bool = False
    left_disabled: bool = False
    left_secret: bool = False


class RestorePlan(NamedTuple):
    """How many keys and rows would be changed, and how many would stay unchanged."""

    added: int = 0
    changed: int = 0
    deleted: int = 0
    """Keys of the vault that are not in the backup, if the backup replaces the vault's keys."""
    renamed: int = 0
    """Keys whose name another key has."""
    first_renamed: tuple[tuple[str, str], ...] = ()
    """The old and the new names of the first `RENAMED_SHOWN` of these keys."""
    history: int = 0
    """History rows of the backup that are not in the vault."""
    left_deleted: int = 0
    """Keys of the backup that were deleted since, and stay deleted."""
    left_disabled: int = 0
    """Keys that are enabled in the backup, were disabled since, and stay disabled."""
    left_secrets: int = 0
    """Keys whose secret was replaced since, and whose older secret does not become valid."""

    @property
    def changes_anything(self) -> bool:
        """Whether restoring would change anything."""
        return bool(self.added or self.changed or self.deleted or self.history)


def decide(old: StoredKey, now: StoredKey | None, here: Since, there: Since, options: RestoreOptions) -> Decision:
    """Return the result for a key of the backup that the vault has as `now`, or does not have.

    `here` and `there` are what only the vault's and only the backup's history say about the key.
    """
    if now is None:
        return _decide_missing(old, here, there, options)
    restored = old if options.replace or _is_later(there.changed, here.changed) else now
    left_secret = left_disabled = False
    if old.verifier != now.verifier:
        is_older = not _is_later(there.new_secret, here.new_secret)
        left_secret = is_older and not options.secrets
        valid = now if left_secret else old
        restored = StoredKey(replace(restored.key, secret_pending=valid.key.secret_pending), valid.verifier)
    if now.key.fields.status is Status.DISABLED and old.key.fields.status is Status.ENABLED:
        left_disabled = not options.disabled
        restored = _with_status(restored, Status.ENABLED if options.disabled else Status.DISABLED)
    return Decision(restored, left_disabled=left_disabled, left_secret=left_secret)


def _decide_missing(old: StoredKey, here: Since, there: Since, options: RestoreOptions) -> Decision:
    if here.is_deleted and not options.deleted:
        return Decision(None, left_deleted=True)
    if old.key.fields.status is Status.DISABLED:
        return Decision(old)
    stays_disabled = here.status is Status.DISABLED and not options.disabled
    is_older = _is_later(here.new_secret, there.new_secret) and not options.secrets
    key = _with_status(old, Status.DISABLED) if stays_disabled or is_older else old
    return Decision(key, left_disabled=stays_disabled, left_secret=is_older)


class UniqueNames:
    """Unique names: a number is added to a name that another key already has, ignoring case."""

    def __init__(self, used: set[str], reserved: set[str]) -> None:
        """Begin with the names of keys that keep them, and with all names that any key will want; casefolded."""
        self._used = used
        self._reserved = reserved

    def make_unique(self, name: str) -> str:
        """Return `name` if no key has it, and otherwise `name` with a number; from then on, a key has that name."""
        if name.casefold() in self._used:
            numbered = (f"{name[: MAX_NAME_LENGTH - len(str(number))]}{number}" for number in count(2))
            name = next(each for each in numbered if each.casefold() not in self._reserved)
            self._reserved.add(name.casefold())
        self._used.add(name.casefold())
        return name


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def _with_status(stored: StoredKey, status: Status) -> StoredKey:
    return stored._replace(key=replace(stored.key, fields=replace(stored.key.fields, status=status)))
