"""A vault in memory for the tests of restore plans."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.domain.restore.planning import Planned
from tests.support.vault_content import Content
from zcc_keys_gui.domain.api_key import ApiKey, KeyFields, Role, Status
from zcc_keys_gui.domain.backup import StoredKey
from zcc_keys_gui.domain.history import Action, HistoryEntry
from zcc_keys_gui.domain.restore_plan import RestoreOptions

START = datetime(2026, 11, 12, tzinfo=UTC)
EVERYTHING = RestoreOptions(deleted=True, disabled=True, secrets=True)


class Vault:
    """A vault in memory with a clock that the test sets."""

    def __init__(self, keys: dict[str, StoredKey] | None = None, history: tuple[HistoryEntry, ...] = ()) -> None:
        self.keys = dict(keys or {})
        self.deleted_keys: list[StoredKey] = []
        self.history = list(history)
        self.clock = START

    def copy(self) -> "Vault":
        return Vault(self.keys, tuple(self.history))

    def content(self) -> Content:
        return Content(tuple(self.keys.values()), tuple(self.history))

    def after(self, plan: Planned) -> dict[str, StoredKey]:
        deleted = {key.client_id for key in plan.deleted}
        kept = {client_id: stored for client_id, stored in self.keys.items() if client_id not in deleted}
        return kept | {stored.key.client_id: stored for stored in (*plan.changed, *plan.added)}

    def add(self, client_id: str, name: str | None = None) -> None:
        fields = KeyFields(name or f"Key{client_id}", Status.ENABLED, Role.READ, 3_600)
        self.keys[client_id] = StoredKey(ApiKey(client_id, fields, self.clock, False), self._secret(client_id))
        self._record(Action.ADDED, client_id)

    def edit(self, client_id: str, **fields: object) -> None:
        stored = self.keys[client_id]
        changed = replace(stored.key.fields, **fields)  # type: ignore[arg-type]
        self.keys[client_id] = stored._replace(key=replace(stored.key, fields=changed))
        self._record(Action.EDITED, client_id)

    def set_status(self, client_id: str, status: Status) -> None:
        self.edit(client_id, status=status)
        self._record(Action.ENABLED if status is Status.ENABLED else Action.DISABLED, client_id)

    def regenerate(self, client_id: str) -> None:
        self.keys[client_id] = self.keys[client_id]._replace(verifier=self._secret(client_id))
        self._record(Action.SECRET_REGENERATED, client_id)

    def delete(self, client_id: str) -> None:
        self._record(Action.DELETED, client_id)
        self.deleted_keys.append(self.keys.pop(client_id))

    def _secret(self, client_id: str) -> bytes:
        return f"{client_id} {len(self.history)} {self.clock.isoformat()}".encode().ljust(40)[-32:]

    def _record(self, action: Action, client_id: str) -> None:
        # The number makes each row different, as details do in real ones.
        name = self.keys[client_id].key.name
        status = self.keys[client_id].key.fields.status
        self.history.append(HistoryEntry(self.clock, "zoe", action, client_id, name, str(len(self.history)), status))
        self.clock += timedelta(seconds=1)


def vault_with_one_key() -> Vault:
    vault = Vault()
    vault.add("a")
    return vault


def status(stored: StoredKey) -> Status:
    return stored.key.fields.status
