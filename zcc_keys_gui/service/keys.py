"""The user's actions with API keys: add, edit, enable, disable, regenerate, delete."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from zcc_keys_gui.domain.api_key import (
    ApiKey,
    KeyFields,
    NameFault,
    NameProblem,
    Status,
    find_name_problem,
    new_client_id,
)
from zcc_keys_gui.domain.client_secret import ClientSecret, compute_verifier, new_client_secret
from zcc_keys_gui.domain.errors import KeyNotFoundError, NameTakenError, SessionValidityTooLongError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.service import text
from zcc_keys_gui.service.batches import ProgressCallback, ignore_progress, split_into_batches
from zcc_keys_gui.service.secret_check import SecretCheck, check_secret
from zcc_keys_gui.service.store import Store

NO_GRACE_PERIOD = timedelta()


class NewSecret(NamedTuple):
    """A key and its new secret. This is the only moment at which the program has both."""

    key: ApiKey
    secret: ClientSecret


class Keys:
    """The use cases. Each change is durable together with its history row before the method returns.

    Every method raises a `VaultError` if the vault cannot be read or written; then nothing has changed.
    """

    def __init__(
        self,
        store: Store,
        account_name: Callable[[], str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        max_session_seconds: int = MAX_SESSION_SECONDS,
    ) -> None:
        """Change keys in `store`; `account_name` returns the account of the operating system, at each change.

        `max_session_seconds`, in seconds, is the longest interval that the organization allows.
        """
        self._store = store
        self._account_name = account_name
        self._now = now
        self._max_session_validity = max_session_seconds

    def find_name_problem(self, name: str, of: str | None = None) -> NameProblem | None:
        """Return what is wrong with a name for the key with client ID `of`, or for a new key."""
        problem = find_name_problem(name)
        if problem is None and self._is_taken(name, of):
            return NameProblem(NameFault.TAKEN)
        return problem

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""
        return self._store.key(client_id)

    def add(self, fields: KeyFields) -> NewSecret:
        """Add a key with a new client secret. Raises `NameTakenError`, `SessionValidityTooLongError`."""
        self._check_session_validity(fields.session_validity)
        self._check_name(fields.name, of=None)
        key = ApiKey(new_client_id(), fields, created=self._now(), secret_pending=True)
        secret = new_client_secret()
        with self._store.change() as change:
            change.insert(key, compute_verifier(secret))
            change.record(self._entry(Action.ADDED, key, _description(fields)))
        return NewSecret(key, secret)

    def edit(self, client_id: str, fields: KeyFields) -> ApiKey:
        """Change the fields of a key.

        Raises `NameTakenError`, `SessionValidityTooLongError`, `KeyNotFoundError`.
        """
        self._check_session_validity(fields.session_validity)
        self._check_name(fields.name, of=client_id)
        before = self._store.key(client_id)
        after = replace(before, fields=fields)
        if after == before:
            return before
        with self._store.change() as change:
            change.update(after)
            change.record(self._entry(Action.EDITED, after, _differences(before.fields, fields)))
        return after

    def set_status(self, client_ids: Iterable[str], status: Status) -> int:
        """Enable or disable the keys, and return how many were changed. Raises `KeyNotFoundError`, and changes none."""
        return self.set_status_by_number(self._numbers(client_ids), status)

    def set_status_by_number(
        self, numbers: Sequence[int], status: Status, progress: ProgressCallback = ignore_progress
    ) -> int:
        """Enable or disable the keys with these numbers, and return how many were changed.

        May be called in any thread. `progress` may raise `InterruptedError`. If that or `KeyNotFoundError` is raised,
        nothing has changed.
        """
        action = Action.ENABLED if status is Status.ENABLED else Action.DISABLED
        entry = HistoryEntry(self._now(), self._account_name(), action, "", "")
        with self._store.change() as change:
            return sum(change.set_status(batch, status, entry) for batch in split_into_batches(numbers, progress))

    def regenerate_secret(self, client_id: str, grace_period: timedelta = NO_GRACE_PERIOD) -> NewSecret:
        """Make a new secret for a key. The old one works during the grace period; an even older one stops now.

        All access tokens of the key stop now. Raises `KeyNotFoundError`.
        """
        before = self._store.key(client_id)
        old_until = self._now() + grace_period if grace_period else None
        key = replace(before, secret_pending=True, replaced_until=old_until)
        secret = new_client_secret()
        details = [] if old_until is None else [text.OLD_SECRET_WORKS_UNTIL.format(until=old_until)]
        if before.old_secret_until(self._now()) is not None:
            details.append(text.EARLIER_SECRET_STOPPED)
        with self._store.change() as change:
            change.update(key)
            change.replace_verifier(client_id, compute_verifier(secret), old_until)
            change.record(self._entry(Action.SECRET_REGENERATED, key, "; ".join(details)))
        return NewSecret(key, secret)

    def stop_replaced_secret(self, client_id: str) -> None:
        """End the grace period of the old secret now, and stop all access tokens of the key.

        Does nothing if the grace period is over. Raises `KeyNotFoundError`.
        """
        key = self._store.key(client_id)
        if key.old_secret_until(self._now()) is None:
            return
        with self._store.change() as change:
            change.stop_replaced_secret(client_id)
            change.record(self._entry(Action.OLD_SECRET_STOPPED, key))

    def mark_secret_shown(self, client_id: str, *, copied: bool) -> None:
        """Record that the user closed the dialog with the key's secret. Does nothing if the key was deleted."""
        try:
            key = replace(self._store.key(client_id), secret_pending=False)
        except KeyNotFoundError:
            return
        with self._store.change() as change:
            change.update(key)
            change.record(self._entry(Action.SECRET_COPIED if copied else Action.SECRET_NOT_COPIED, key))

    def check_secret(self, secret: ClientSecret) -> SecretCheck | None:
        """Return the key to which a pasted secret belongs, or why there is none; None if it is empty."""
        return check_secret(self._store, secret, self._now())

    def pending_keys(self) -> list[ApiKey]:
        """Return the keys whose secret the user may not have copied, because the program ended while it was shown."""
        return self._store.pending_keys()

    def delete(self, client_ids: Iterable[str]) -> None:
        """Delete the keys. Raises `KeyNotFoundError`, and deletes none."""
        self.delete_by_number(self._numbers(client_ids))

    def delete_by_number(self, numbers: Sequence[int], progress: ProgressCallback = ignore_progress) -> None:
        """Delete the keys with these numbers. May be called in any thread.

        `progress` may raise `InterruptedError`. If that or `KeyNotFoundError` is raised, nothing has changed.
        """
        entry = HistoryEntry(self._now(), self._account_name(), Action.DELETED, "", "", text.KEY_DESCRIPTION)
        with self._store.change() as change:
            for batch in split_into_batches(numbers, progress):
                change.delete_many(batch, entry)

    def _numbers(self, client_ids: Iterable[str]) -> Sequence[int]:
        """Return the numbers of these keys. Raises `KeyNotFoundError`."""
        wanted = list(dict.fromkeys(client_ids))
        numbers = self._store.keys.numbers(wanted)
        if len(numbers) != len(wanted):
            raise KeyNotFoundError
        return numbers

    def _is_taken(self, name: str, of: str | None) -> bool:
        other = self._store.key_named(name)
        return other is not None and other.client_id != of

    def _check_name(self, name: str, of: str | None) -> None:
        if self._is_taken(name, of):
            raise NameTakenError(name)

    def _check_session_validity(self, seconds: int) -> None:
        if seconds > self._max_session_validity:
            raise SessionValidityTooLongError(self._max_session_validity)

    def _entry(self, action: Action, key: ApiKey, details: str = "") -> HistoryEntry:
        return HistoryEntry(
            self._now(), self._account_name(), action, key.client_id, key.name, details, status=key.fields.status
        )


def _description(fields: KeyFields) -> str:
    return text.KEY_DESCRIPTION.format(status=fields.status, role=fields.role, session_validity=fields.session_validity)


def _differences(before: KeyFields, after: KeyFields) -> str:
    return "; ".join(
        text.FIELD_CHANGED.format(label=label, before=getattr(before, field), after=getattr(after, field))
        for field, label in text.FIELD_LABELS.items()
        if getattr(before, field) != getattr(after, field)
    )
