"""What a person does with API keys: add, edit, enable, disable, regenerate, delete."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, NameFault, NameProblem, Status, name_problem, new_client_id
from zcc_keys_gui.domain.client_secret import ClientSecret, new_client_secret, verifier_of
from zcc_keys_gui.domain.errors import KeyNotFoundError, NameTakenError, SessionValidityTooLongError
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.session_validity import MAX_SESSION_SECONDS
from zcc_keys_gui.service.batches import Progress, in_batches, no_progress
from zcc_keys_gui.service.store import Store

if TYPE_CHECKING:  # start-up does not pay for it
    from zcc_keys_gui.service.secret_check import SecretCheck

NO_GRACE_PERIOD = timedelta()


class NewSecret(NamedTuple):
    """A key and the secret that was just made for it: the only moment at which both are known."""

    key: ApiKey
    secret: ClientSecret


def _now() -> datetime:
    return datetime.now(UTC)


class Keys:
    """The use cases. Each change and its history row become durable together, before the method returns.

    Every method raises a `VaultError` where the vault cannot be read or written; then nothing has changed.
    """

    def __init__(
        self,
        store: Store,
        who: Callable[[], str],
        now: Callable[[], datetime] = _now,
        max_session_validity: int = MAX_SESSION_SECONDS,
    ) -> None:
        """Work on `store`; `who` tells the account of the operating system, and is asked at each change.

        `longest_session_validity`, in seconds, is what the organization allows a key to be saved with.
        """
        self._store = store
        self._who = who
        self._now = now
        self._longest_session_validity = max_session_validity

    def name_problem(self, name: str, of: str | None = None) -> NameProblem | None:
        """Return what is wrong with a name for the key with client ID `of`, or for a new key."""
        problem = name_problem(name)
        if problem is None and self._is_taken(name, of):
            return NameProblem(NameFault.TAKEN)
        return problem

    def key(self, client_id: str) -> ApiKey:
        """Return one key. Raises `KeyNotFoundError`."""
        return self._store.key(client_id)

    def add(self, fields: KeyFields) -> NewSecret:
        """Make a key and its client secret. Raises `NameTakenError`, `SessionValidityTooLongError`."""
        self._refuse_too_long(fields.session_validity)
        self._refuse_taken_name(fields.name, of=None)
        key = ApiKey(new_client_id(), fields, created=self._now(), secret_pending=True)
        secret = new_client_secret()
        with self._store.change() as change:
            change.insert(key, verifier_of(secret))
            change.record(self._entry(Action.ADDED, key, _described(fields)))
        return NewSecret(key, secret)

    def edit(self, client_id: str, fields: KeyFields) -> ApiKey:
        """Change what a person chose for a key.

        Raises `NameTakenError`, `SessionValidityTooLongError`, `KeyNotFoundError`.
        """
        self._refuse_too_long(fields.session_validity)
        self._refuse_taken_name(fields.name, of=client_id)
        before = self._store.key(client_id)
        after = replace(before, fields=fields)
        if after == before:
            return before
        with self._store.change() as change:
            change.update(after)
            change.record(self._entry(Action.EDITED, after, _differences(before.fields, fields)))
        return after

    def set_status(self, client_ids: Iterable[str], status: Status) -> int:
        """Enable or disable keys, all or none; return how many had the other status. Raises `KeyNotFoundError`."""
        return self.set_status_of(self._numbers(client_ids), status)

    def set_status_of(self, numbers: Sequence[int], status: Status, progress: Progress = no_progress) -> int:
        """Enable or disable the keys with these numbers, all or none; return how many had the other status.

        In any thread. `progress` may raise `InterruptedError`; then nothing has changed. Raises `KeyNotFoundError`.
        """
        action = Action.ENABLED if status is Status.ENABLED else Action.DISABLED
        entry = HistoryEntry(self._now(), self._who(), action, "", "")
        with self._store.change() as change:
            return sum(change.set_status(batch, status, entry) for batch in in_batches(numbers, progress))

    def regenerate_secret(self, client_id: str, overlap: timedelta = NO_GRACE_PERIOD) -> NewSecret:
        """Make a new secret for a key; the old one works as long as `overlap` says, and one before that stops now.

        Tokens that were issued before stop at once. Raises `KeyNotFoundError`.
        """
        before = self._store.key(client_id)
        old_until = self._now() + overlap if overlap else None
        key = replace(before, secret_pending=True, replaced_until=old_until)
        secret = new_client_secret()
        said = [] if old_until is None else [f"Old secret works until {old_until:%Y-%m-%d %H:%M:%S} UTC"]
        if before.old_secret_until(self._now()) is not None:
            said.append("The secret before that stopped")
        with self._store.change() as change:
            change.update(key)
            change.replace_verifier(client_id, verifier_of(secret), old_until)
            change.record(self._entry(Action.SECRET_REGENERATED, key, "; ".join(said)))
        return NewSecret(key, secret)

    def stop_replaced_secret(self, client_id: str) -> None:
        """Let the old secret, which works for a while beside the new one, stop now, and with it all tokens of the key.

        One that has stopped already is passed over. Raises `KeyNotFoundError`.
        """
        key = self._store.key(client_id)
        if key.old_secret_until(self._now()) is None:
            return
        with self._store.change() as change:
            change.stop_replaced_secret(client_id)
            change.record(self._entry(Action.OLD_SECRET_STOPPED, key))

    def secret_was_shown(self, client_id: str, *, copied: bool) -> None:
        """Note that the dialog with the key's secret was closed by the person. A deleted key is passed over."""
        try:
            key = replace(self._store.key(client_id), secret_pending=False)
        except KeyNotFoundError:
            return
        with self._store.change() as change:
            change.update(key)
            change.record(self._entry(Action.SECRET_COPIED if copied else Action.SECRET_NOT_COPIED, key))

    def check_secret(self, secret: ClientSecret) -> "SecretCheck | None":
        """Return which key a text that is taken for a client secret belongs to, or why none; None where it is empty."""
        from zcc_keys_gui.service.secret_check import check_secret

        return check_secret(self._store, secret, self._now())

    def pending(self) -> list[ApiKey]:
        """Return the keys whose secret may not have been taken, because the program ended while it was shown."""
        return self._store.pending_keys()

    def delete(self, client_ids: Iterable[str]) -> None:
        """Delete keys, all or none. Raises `KeyNotFoundError`."""
        self.delete_those(self._numbers(client_ids))

    def delete_those(self, numbers: Sequence[int], progress: Progress = no_progress) -> None:
        """Delete the keys with these numbers, all or none; in any thread.

        `progress` may raise `InterruptedError`; then nothing has changed. Raises `KeyNotFoundError`.
        """
        entry = HistoryEntry(self._now(), self._who(), Action.DELETED, "", "", _DESCRIPTION)
        with self._store.change() as change:
            for batch in in_batches(numbers, progress):
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

    def _refuse_taken_name(self, name: str, of: str | None) -> None:
        if self._is_taken(name, of):
            raise NameTakenError(name)

    def _refuse_too_long(self, session_validity: int) -> None:
        if session_validity > self._longest_session_validity:
            raise SessionValidityTooLongError(self._longest_session_validity)

    def _entry(self, action: Action, key: ApiKey, details: str = "") -> HistoryEntry:
        return HistoryEntry(
            self._now(), self._who(), action, key.client_id, key.name, details, status=key.fields.status
        )


_LABELS = {"name": "Name", "status": "Status", "role": "Role", "session_validity": "Session validity interval"}


_DESCRIPTION = "{status}, {role}, {session_validity} seconds"


def _described(fields: KeyFields) -> str:
    return _DESCRIPTION.format(status=fields.status, role=fields.role, session_validity=fields.session_validity)


def _differences(before: KeyFields, after: KeyFields) -> str:
    return "; ".join(
        f"{label}: {getattr(before, field)} → {getattr(after, field)}"
        for field, label in _LABELS.items()
        if getattr(before, field) != getattr(after, field)
    )
