"""What restoring a backup would do to a vault, decided key by key before anything is changed.

There are two ways: *replace*, after which the vault has the keys of the backup, and *merge*, after which it has the
keys of both, each in the version that was changed later. Neither undoes by itself what was done on purpose since the
backup was made: deleting a key, disabling it, replacing its secret. If the user asks for deleted keys, those that had
been disabled, or whose secret had been replaced, come back disabled unless the user asks for that as well.

Rows that only one of the two histories contains tell what was done since. Their times matter only if each of the two
has such rows, so a clock that was set back changes nothing otherwise.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from zcc_keys_gui.domain.api_key import Status
from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.history import Action
from zcc_keys_gui.domain.key_name import MAX_LENGTH

NEW_SECRET = frozenset((Action.ADDED, Action.SECRET_REGENERATED))
"""Actions after which a key has another secret."""
RENAMED_SHOWN = 5
"""How many renamed keys a plan names."""


@dataclass(frozen=True)
class RestoreOptions:
    """What the user wants of a restore."""

    replace: bool = False
    """Replace the vault's keys; otherwise merge by client ID."""
    deleted: bool = False
    """Bring back keys that were deleted since."""
    disabled: bool = False
    """Enable keys that are disabled now."""
    secrets: bool = False
    """Let older secrets, which were replaced since, be valid again."""


@dataclass(frozen=True)
class Since:
    """What the rows that only one of the two histories contains tell of one key."""

    changed: datetime | None = None
    """When anything was last done to the key; None: nothing."""
    new_secret: datetime | None = None
    """When it last got a secret; None: never."""
    is_deleted: bool = False
    """Whether it was deleted."""
    status: Status | None = None
    """Its status after the last of these rows that has one."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a key of the backup."""

    key: StoredKey | None
    """The key as it is to be in the vault; None if it stays deleted."""
    left_deleted: bool = False
    left_disabled: bool = False
    left_secret: bool = False


@dataclass(frozen=True)
class RestorePlan:
    """How many keys and rows would be changed, and how many are left as they are."""

    added: int = 0
    changed: int = 0
    deleted: int = 0
    """Keys of the vault that the backup does not have, if it replaces them."""
    renamed: int = 0
    """Keys whose name another key has."""
    first_renamed: tuple[tuple[str, str], ...] = ()
    """The first `RENAMED_SHOWN` of these names, and what they become."""
    history: int = 0
    """Rows of the backup that the vault does not have."""
    left_deleted: int = 0
    """Keys of the backup that were deleted since, and stay deleted."""
    left_disabled: int = 0
    """Keys that are enabled in the backup, were disabled since, and stay disabled."""
    left_secrets: int = 0
    """Keys whose secret was replaced since, and whose older secret does not become valid."""

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.added or self.changed or self.deleted or self.history)


def decide(old: StoredKey, now: StoredKey | None, here: Since, there: Since, options: RestoreOptions) -> Decision:
    """Return what becomes of a key of the backup, which the vault has as `now`.

    `here` and `there` tell what only the vault's and only the backup's history contain about it.
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


class Names:
    """Numbers the names that another key has, whatever the case."""

    def __init__(self, kept: set[str], taken: set[str]) -> None:
        """Begin with the names that keys `kept`, and all names that will be `taken`, both casefolded."""
        self._kept = kept
        self._taken = taken

    def own(self, name: str) -> str:
        """Return the name for the next key that wants `name`."""
        if name.casefold() in self._kept:
            numbered = (f"{name[: MAX_LENGTH - len(str(number))]}{number}" for number in count(2))
            name = next(each for each in numbered if each.casefold() not in self._taken)
            self._taken.add(name.casefold())
        self._kept.add(name.casefold())
        return name


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def _with_status(stored: StoredKey, status: Status) -> StoredKey:
    return replace(stored, key=replace(stored.key, fields=replace(stored.key.fields, status=status)))
